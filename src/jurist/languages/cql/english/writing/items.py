"""Streams in English: what was done or is had, when, under which conditions, and its value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Protocol

from jurist.languages.cql.english.writing import voices
from jurist.languages.cql.english.writing.values import COUNTED
from jurist.languages.cql.english.writing.voices import Voice
from jurist.languages.cql.english.writing.wording import Wording
from jurist.languages.cql.syntax import (
    Between,
    Cast,
    Comparison,
    Condition,
    Context,
    Entity,
    Event,
    ExpiresAfter,
    Filter,
    Not,
    Number,
    Property,
    Reducer,
    Reduction,
    Sources,
    Stream,
    Where,
    Within,
)
from jurist.languages.cql.text.literals import duration_text, string_text
from jurist.languages.cql.tree import walk

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


@dataclass(frozen=True, slots=True)
class Place:
    """Where a condition stands: the items around it, innermost last; none at the top."""

    items: tuple[Event | Entity, ...] = ()
    of_account: bool = False
    """At the top of an account audience, outside ANY and ALL."""

    def inside(self, source: Event | Entity) -> Place:
        """The place of what a stream's `where` says."""
        return Place((*self.items, source))

    @property
    def follows_an_event(self) -> bool:
        """Whether an event told here comes after another one."""
        return any(isinstance(source, Event) for source in self.items)

    @property
    def of_a_row(self) -> bool:
        """Whether the item at hand is a row of an entity."""
        return bool(self.items) and isinstance(self.items[-1], Entity)


class Conditions(Protocol):
    """Who says the conditions inside a stream."""

    @property
    def person(self) -> str:
        """Whose items they are: "customer", "user"."""
        ...

    def condition(self, node: Condition, voice: Voice, place: Place) -> str:
        """A condition; a junction comes without parentheses."""
        ...

    def value(self, value: Property | Context, place: Place) -> str:
        """A property or context field."""
        ...


@dataclass(frozen=True, slots=True)
class Telling:
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

    def __init__(self, conditions: Conditions, words: Wording, *, terse: bool) -> None:
        self._conditions = conditions
        self._words = words
        self._terse = terse

    def phrase(self, stream: Stream, place: Place) -> Telling:
        """A stream of events, but for what came after them.

        That is said by `counting` or `sequel`, of which a caller needs one: saying it twice
        at each level would double the work with the depth.

        Args:
            stream: Events and their filters.
            place: Where the stream stands.
        """
        name = stream.source.name if isinstance(stream.source, Event) else stream.source.slug
        deed = self._words.deed(name)
        first, _ = _by_session(stream)
        where, when = self._narrowed(stream, first, place)
        return Telling(deed.past, deed.done, where, when, self._terse)

    def counting(self, stream: Stream, place: Place) -> str:
        """Conditions on what came after a stream's events; may be empty."""
        first, later = _by_session(stream)
        after = self._after(stream, first, place)
        if not later:
            return after
        where, when = self._narrowed(stream, later, place)
        last = self._after(stream, later, place)
        return f"{after} and of those only the ones{where}{when}{last}"

    def filters(self, stream: Stream, place: Place) -> str:
        """All filters of a stream of rows."""
        where, when = self._narrowed(stream, stream.filters, place)
        inside = place.inside(stream.source)
        conditions = _with_streams(stream.filters)
        nested = "".join(self._where(condition, inside) for condition in conditions)
        return f"{where}{nested}{when}"

    def reduced(self, reduction: Reduction, place: Place) -> str:
        """The value of a reduction: "the sum of the total over the times they ...".

        Args:
            reduction: Any reduction.
            place: Where it stands.
        """
        stream, value = reduction.stream, reduction.value
        items = self._whole(stream, place)
        the = "" if self._terse else "the "
        if value is None:
            return f"{the}number of {items}"
        of = self._conditions.value(value, place.inside(stream.source)).removeprefix("the ")
        if reduction.cast is not None:
            of += _CASTS.get(reduction.cast, "")
        what = _REDUCED[reduction.reducer].format(of)
        if reduction.minimum is not None:
            what += f" seen at least {reduction.minimum} times"
        return f"{the}{what} over {items}"

    def _whole(self, stream: Stream, place: Place) -> str:
        if isinstance(stream.source, Entity):
            whose = "its" if place.of_a_row else "their"
            narrowed = self.filters(stream, place)
            things = f"{whose} {self._words.entity(stream.source.slug)}"
            return f"{things}{narrowed}," if "," in narrowed else f"{things}{narrowed}"
        telling, counting = self.phrase(stream, place), self.counting(stream, place)
        after = "afterwards " if place.follows_an_event else ""
        deed = f"{after}{telling.past}{telling.narrowed()}{counting}"
        if self._terse:
            return f"times ({deed})"
        return f"the times they {deed}," if counting else f"the times they {deed}"

    # --- filters ---

    def _narrowed(
        self, stream: Stream, filters: tuple[Filter, ...], place: Place
    ) -> tuple[str, str]:
        """What filters say of the items themselves, and of their time."""
        inside = place.inside(stream.source)
        wheres = [part for part in filters if isinstance(part, Where)]
        simple = [part for part in wheres if not _has_stream(part.condition)]
        where = "".join(self._where(part.condition, inside) for part in simple)
        when = "".join(_window(part) for part in filters if not isinstance(part, Where))
        return where, when

    def _after(self, stream: Stream, filters: tuple[Filter, ...], place: Place) -> str:
        """What filters say of what came after an event."""
        voice, inside = voices.item(self._conditions.person), place.inside(stream.source)
        nested = _with_streams(filters)
        after = [self._conditions.condition(condition, voice, inside) for condition in nested]
        return "".join(f", counting only the times when ({clause})" for clause in after)

    def _where(self, condition: Condition, inside: Place) -> str:
        clause = self._conditions.condition(condition, voices.item(self._conditions.person), inside)
        if self._terse:
            return f" ({clause})"
        alone = isinstance(condition, Comparison) and len(inside.items) == 1
        return f" where {clause}" if alone else f" where ({clause})"

    def sequel(self, stream: Stream, place: Place, voice: Voice) -> str:
        """What was done, or not done, afterwards, where that is all that narrows the deed so.

        Args:
            stream: Events and their filters.
            place: Where the stream stands.
            voice: Who did it: it goes on in this voice.
        """
        after = _with_streams(stream.filters)
        if len(after) != 1 or _by_session(stream)[1]:
            return ""
        step = after[0].operand if isinstance(after[0], Not) else after[0]
        match step:
            case Comparison(
                left=Reduction(stream=Stream(source=Event()), reducer=Reducer.COUNT),
                operator=operator,
                arguments=(Number(),),
            ) if operator in COUNTED:
                same = voices.going_on(voice)
                clause = self._conditions.condition(after[0], same, place.inside(stream.source))
                return f" and {clause}"
            case _:
                return ""


def _window(window: Filter) -> str:
    match window:
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
            return f" in the current session, which ends after {length} without activity"
        case Where():
            return ""


def _by_session(stream: Stream) -> tuple[tuple[Filter, ...], tuple[Filter, ...]]:
    """The filters up to the first that speaks of a session, and those that follow."""
    for at, part in enumerate(stream.filters, 1):
        if isinstance(part, ExpiresAfter):
            return stream.filters[:at], stream.filters[at:]
    return stream.filters, ()


def _with_streams(filters: tuple[Filter, ...]) -> list[Condition]:
    wheres = [part.condition for part in filters if isinstance(part, Where)]
    return [nested for nested in wheres if _has_stream(nested)]


def _has_stream(condition: Condition) -> bool:
    return any(isinstance(node, Reduction) for node, _ in walk(condition))
