"""Streams in English: what was done or is had, when, under which conditions, and its value."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Final, Protocol

from msgspec import Struct

from jurist.languages.cql.english.writing import voices
from jurist.languages.cql.english.writing.entries import (
    Entries,
    array_of,
    entries_of,
    owner_of,
    part_of,
)
from jurist.languages.cql.english.writing.names import Names
from jurist.languages.cql.english.writing.places import Place
from jurist.languages.cql.english.writing.values import COUNTED
from jurist.languages.cql.english.writing.voices import Voice
from jurist.languages.cql.english.writing.wording import Wording
from jurist.languages.cql.syntax import (
    Between,
    Cast,
    Comparison,
    Condition,
    Entity,
    Event,
    ExpiresAfter,
    Filter,
    Not,
    Number,
    Reducer,
    Reduction,
    Sources,
    Stream,
    Trait,
    Where,
    Within,
)
from jurist.languages.cql.text.literals import duration_text, string_text
from jurist.languages.cql.tree import nodes

_REDUCED: Final = {
    Reducer.SUM: "sum of {}",
    Reducer.AVG: "average {}",
    Reducer.MIN: "smallest {}",
    Reducer.MAX: "largest {}",
    Reducer.FIRST: "first {}",
    Reducer.LAST: "latest {}",
    Reducer.MODE: "most frequent {}",
    Reducer.UNIQUE: "list of different values of {}",
    Reducer.UNIQUE_COUNT: "number of different values of {}",
}
_CASTS: Final = {
    Cast.STRING: " read as text",
    Cast.ARRAY: " read as a whole list",
}


class Conditions(Protocol):
    """Who says the conditions inside a stream."""

    @property
    def person(self) -> str:
        """Whose items they are: "customer", "user"."""
        ...

    def condition(self, node: Condition, voice: Voice, place: Place) -> str:
        """A condition; a junction comes without parentheses."""
        ...

    def of_entry(self, node: Condition, place: Place) -> str:
        """As "an entry in tags that is 'a'", "no entry in tags"; empty where it takes a clause."""
        ...


class Telling(Struct, frozen=True):
    """A stream of events in words: the deed and what narrows it."""

    past: str
    done: str
    where: str
    """Conditions on the event itself."""
    when: str
    """Its time and its source."""
    where_first: bool

    def narrowed(self, often: str = "") -> str:
        """What narrows the deed, but for what came after it."""
        often = f" {often}" if often else ""
        if self.where_first:
            return f"{self.where}{often}{self.when}"
        return f"{often}{self.when}{self.where}"


class Items:
    """Says streams in one style."""

    def __init__(
        self, conditions: Conditions, names: Names, words: Wording, *, terse: bool
    ) -> None:
        self._conditions = conditions
        self._names = names
        self._words = words
        self._terse = terse

    def phrase(self, reduction: Reduction, place: Place) -> Telling:
        """A stream of events, but for what came after them.

        That is said by `counting` or `sequel`, of which a caller needs one: saying it twice
        at each level would double the work with the depth.

        Args:
            reduction: Events, their filters, and what they are reduced to.
            place: Where the stream stands.
        """
        stream = reduction.stream
        source = stream.source
        name = source.name if type(source) is Event else source.slug
        deed = self._words.deed(name)
        first, _ = _by_session(stream)
        inside = place.inside(reduction)
        where = self._with_entry(_simple(first), inside)
        return Telling(deed.past, deed.done, where, _windows(first), self._terse)

    def counting(self, reduction: Reduction, place: Place) -> str:
        """Conditions on what came after a stream's events; may be empty."""
        first, later = _by_session(reduction.stream)
        inside = place.inside(reduction)
        after = self._after(first, inside)
        if not later:
            return after
        where = self._wheres(_simple(later), inside)
        last = self._after(later, inside)
        return f"{after} and of those only the ones{where}{_windows(later)}{last}"

    def filters(self, reduction: Reduction, place: Place) -> str:
        """All filters of a stream of rows."""
        filters, inside = reduction.stream.filters, place.inside(reduction)
        where = self._with_entry(_simple(filters) + _nested(filters), inside)
        return f"{where}{_windows(filters)}"

    def entries(self, reduction: Reduction) -> Entries:
        """The entries that a stream's items are, if they are such."""
        return entries_of(reduction, self._words)

    def counted_entries(self, reduction: Reduction, place: Place, number: int | Decimal) -> str:
        """Entries as they are counted: "entries in tags where (...) over the times they ..."."""
        where, items = self._apart(reduction, place)
        return f"{self.entries(reduction).counted(number)}{where} over {items.removesuffix(',')}"

    def reduced(self, reduction: Reduction, place: Place) -> str:
        """The value of a reduction: "the sum of the total over the times they ...".

        Args:
            reduction: Any reduction.
            place: Where it stands.
        """
        value, entries = reduction.value, self.entries(reduction)
        where, items = self._apart(reduction, place)
        the = "" if self._terse else "the "
        many = f"{entries.many()}{where}" if entries else ""
        if value is None:
            return f"{the}number of {f'{many} over {items}' if entries else items}"
        pattern, per_entry = _REDUCED[reduction.reducer], ""
        if entries and type(value) is not Trait and entries.is_each(array_of(value)):
            part = part_of(value, owner_of(reduction.stream.source), self._words)
            of = f"{part} of the {many}" if part else f"the {many}"
            if not part and not pattern.endswith(" of {}"):
                of = f"of {of}"
        else:
            of = self._names.value(value, place.inside(reduction)).removeprefix("the ")
            per_entry = f", once for each of the {many}," if entries else ""
        if reduction.cast is not None:
            of += _CASTS.get(reduction.cast, "")
        what = pattern.format(of)
        if reduction.minimum is not None:
            what += f" seen at least {reduction.minimum} times"
        return f"{the}{what}{per_entry} over {items}"

    def _apart(self, reduction: Reduction, place: Place) -> tuple[str, str]:
        """What is said of the entries of a stream, if there are any, and its items."""
        stream, inside = reduction.stream, place.inside(reduction)
        entries = self.entries(reduction)
        if type(stream.source) is Entity:
            whose = "its" if place.of_a_row else "their"
            things = f"{whose} {self._words.entity(stream.source.slug)}"
            if entries:
                where = self._wheres(_simple(stream.filters) + _nested(stream.filters), inside)
                return where, f"{things}{_windows(stream.filters)}"
            narrowed = self.filters(reduction, place)
            return "", f"{things}{narrowed}," if "," in narrowed else f"{things}{narrowed}"
        where, deed, counting = self._deed(reduction, place)
        if self._terse:
            return where, f"times ({deed})"
        return where, f"the times they {deed}," if counting else f"the times they {deed}"

    def deed(self, reduction: Reduction, place: Place) -> str:
        """What was done, with all that narrows it; empty of rows and entries, which are counted."""
        is_event = type(reduction.stream.source) is Event and not self.entries(reduction)
        return self._deed(reduction, place)[1] if is_event else ""

    def _deed(self, reduction: Reduction, place: Place) -> tuple[str, str, str]:
        """What is said of the entries of events, what was done, and what came after it."""
        stream, inside = reduction.stream, place.inside(reduction)
        entries = self.entries(reduction)
        telling, counting = self.phrase(reduction, place), self.counting(reduction, place)
        after = place.sequence(reduction)
        where = self._wheres(_simple(_by_session(stream)[0]), inside) if entries else ""
        narrowed = telling.when if entries else telling.narrowed()
        return where, f"{after}{telling.past}{narrowed}{counting}", counting

    # --- filters ---

    def _with_entry(self, conditions: Sequence[Condition], inside: Place) -> str:
        """What filters say of the items, or of entries that they have."""
        entries = self.entries(inside.items[-1])
        if not entries:
            return self._wheres(conditions, inside)
        alone = self._conditions.of_entry(conditions[0], inside) if len(conditions) == 1 else ""
        return f" with {alone or f'{entries.entry()}{self._wheres(conditions, inside)}'}"

    def _wheres(self, conditions: Iterable[Condition], inside: Place) -> str:
        return "".join(self._where(condition, inside) for condition in conditions)

    def _after(self, filters: tuple[Filter, ...], inside: Place) -> str:
        """What filters say of what came after an event."""
        voice = voices.item(self._conditions.person)
        after = [self._conditions.condition(nested, voice, inside) for nested in _nested(filters)]
        counted = "those" if self.entries(inside.items[-1]) else "the times"
        return "".join(f", counting only {counted} when ({clause})" for clause in after)

    def _where(self, condition: Condition, inside: Place) -> str:
        clause = self._conditions.condition(condition, voices.item(self._conditions.person), inside)
        if self._terse:
            return f" ({clause})"
        alone = type(condition) is Comparison and len(inside.items) == 1
        alone = alone and not self.entries(inside.items[-1])
        return f" where {clause}" if alone else f" where ({clause})"

    def sequel(self, reduction: Reduction, place: Place, voice: Voice) -> str:
        """What was done, or not done, afterwards, where that is all that narrows the deed so.

        Args:
            reduction: Events and their filters, counted.
            place: Where the stream stands.
            voice: Who did it: it goes on in this voice.
        """
        after = _nested(reduction.stream.filters)
        if len(after) != 1 or _by_session(reduction.stream)[1]:
            return ""
        step = after[0].operand if isinstance(after[0], Not) else after[0]
        match step:
            case Comparison(
                left=Reduction(stream=Stream(source=Event()), reducer=Reducer.COUNT),
                operator=operator,
                arguments=(Number(),),
            ) if operator in COUNTED:
                same = voices.going_on(voice)
                clause = self._conditions.condition(after[0], same, place.inside(reduction))
                return f" and {clause}"
            case _:
                return ""


def _windows(filters: tuple[Filter, ...]) -> str:
    """The time and source of items."""
    return "".join(map(_window, filters))


def _window(window: Filter) -> str:
    match window:
        case Where():
            return ""
        case Within():
            length = duration_text(window.duration)
            return f" within {length} of it" if window.parent else f" in the last {length}"
        case Between():
            near, far = duration_text(window.near), duration_text(window.far)
            return f" between {near} and {far} {'after it' if window.parent else 'ago'}"
        case Sources():
            listed = " and ".join(string_text(source) for source in window.exclude)
            return f" leaving out the source{'s' if len(window.exclude) > 1 else ''} {listed}"
        case ExpiresAfter():
            length = duration_text(window.duration)
            if window.parent:
                return f" in the session after it, which ends after {length} without activity"
            return f" in the current session, which ends after {length} without activity"


def _by_session(stream: Stream) -> tuple[tuple[Filter, ...], tuple[Filter, ...]]:
    """The filters up to the first that speaks of a session, and those that follow."""
    for at, part in enumerate(stream.filters, 1):
        if type(part) is ExpiresAfter:
            return stream.filters[:at], stream.filters[at:]
    return stream.filters, ()


def _simple(filters: tuple[Filter, ...]) -> list[Condition]:
    """Conditions on the items themselves."""
    return [condition for condition in _conditions_of(filters) if not _has_stream(condition)]


def _nested(filters: tuple[Filter, ...]) -> list[Condition]:
    """Conditions on what came after, or belongs to, an item."""
    return [condition for condition in _conditions_of(filters) if _has_stream(condition)]


def _conditions_of(filters: tuple[Filter, ...]) -> list[Condition]:
    return [part.condition for part in filters if type(part) is Where]


@lru_cache(maxsize=1_024)  # each phrase about a stream asks it of the same conditions
def _has_stream(condition: Condition) -> bool:
    return Reduction in map(type, nodes(condition))
