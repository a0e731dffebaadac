"""Conditions on the value of a trait or a property, from the words around its name."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from jurist.languages.cql.english.reading.names import Index, Known
from jurist.languages.cql.english.reading.pieces import Used
from jurist.languages.cql.english.reading.segments import Word
from jurist.languages.cql.english.reading.spans import Bound, Day, Period, Quote, Range, Relative
from jurist.languages.cql.english.reading.vocabulary import NEGATIVE, SKIPPED, stem
from jurist.languages.cql.schemas.schema import DATES, Kind
from jurist.languages.cql.syntax import (
    And,
    Comparison,
    Condition,
    Date,
    Not,
    Number,
    Operator,
    Scalar,
    Text,
)

NUMERIC: Final = frozenset({Kind.NUMBER, Kind.INTEGER})
_TEXTUAL: Final = frozenset({Kind.STRING, Kind.ARRAY, Kind.UNKNOWN})
_ABSENT: Final = frozenset(
    {"no", "without", "missing", "unknown", "empty", "lacking", "unset", "blank", "never", "none"}
)
_PRESENT: Final = frozenset({"known", "set", "filled", "present", "given", "exists", "has", "have"})
_OFF: Final = frozenset(
    {"off", "false", "disabled", "no", "not", "without", "never", "out", "isnt"}
)
_PARTS: Final = (
    (Operator.STARTS_WITH, frozenset({"start", "starts", "starting", "begins", "beginning"})),
    (Operator.ENDS_WITH, frozenset({"ends", "ending", "end"})),
    (Operator.CONTAINS, frozenset({"contains", "containing", "contain", "includes", "mentions"})),
)
_REACH: Final = 4
"""How many words before a name a negation still speaks of it."""

Make = Callable[[Known], Scalar]


class FieldReader:
    """Reads conditions on fields out of one segment's words."""

    def __init__(self, index: Index, words: Sequence[Word], used: Used) -> None:
        self._index = index
        self._words = words
        self._used = used
        self._low = [word.text.lower() for word in words]
        self.stems = [word.stem for word in words]

    def free(self) -> list[Word]:
        """The words that are not accounted for yet."""
        return [word for n, word in enumerate(self._words) if n not in self._used.places]

    # --- values that a schema lists ---

    def listed(self, among: Sequence[Known], make: Make) -> Iterator[Condition]:
        """Conditions that a field has one of its listed values."""
        named = {hit.known.name for hit in self._index.find(self.stems, among)}
        taken: dict[str, list[str]] = {}
        places: dict[str, set[int]] = {}
        claimed: set[int] = set()
        hits = self._index.values(self._used.left(self.stems), among)
        for hit in sorted(hits, key=lambda h: (-len(h.words), h.known.name not in named)):
            if hit.words & claimed:
                continue
            claimed |= hit.words
            taken.setdefault(hit.known.name, []).append(hit.value)
            places.setdefault(hit.known.name, set()).update(hit.words)
        for known in among:
            values = taken.get(known.name)
            if not values:
                continue
            first = min(places[known.name])
            self._used.take(places[known.name])
            self._used.take(n for n, each in enumerate(self.stems) if each in known.stems)
            yield self._among(known, make(known), values, first)

    def _among(self, known: Known, left: Scalar, values: list[str], first: int) -> Condition:
        ordered = sorted(values, key=lambda v: self._place_of(v))
        texts = tuple(Text(value) for value in dict.fromkeys(ordered))
        negated = self._is_negated(first)
        if known.field.kind is Kind.ARRAY:
            each = Operator.OMITS if negated else Operator.CONTAINS
            return Comparison(left, each, texts)
        if negated and self._is_said_to_be_known():
            operator = Operator.DIFFERS if len(texts) == 1 else Operator.NONE_OF
            return Comparison(left, operator, texts)
        operator = Operator.EQUALS if len(texts) == 1 else Operator.ONE_OF
        found = Comparison(left, operator, texts)
        return Not(found) if negated else found

    def _place_of(self, value: str) -> int:
        pieces = [stem(piece) for piece in value.split("_")]
        return self.stems.index(pieces[0]) if pieces[0] in self.stems else 0

    # --- named fields ---

    def named(self, among: Sequence[Known], make: Make, *, presence: bool) -> Iterator[Condition]:
        """Conditions on fields that are named.

        Args:
            among: The fields.
            make: From a field to how a query reads it.
            presence: Whether a bare name says that there is a value.
        """
        while True:
            hits = self._index.find(self._used.left(self.stems), among)
            hits = [
                hit for hit in hits if any(self.stems[n] not in SKIPPED for n in hit.words)
            ] or []
            if not hits:
                return
            best = hits[0]
            self._used.take(best.words)
            self._used.take(n for n, word in enumerate(self._words) if is_in_name(word, best.known))
            condition = self._about(best.known, make(best.known), best.words, presence=presence)
            if condition is not None:
                yield condition

    def _about(
        self, known: Known, left: Scalar, places: frozenset[int], *, presence: bool
    ) -> Condition | None:
        kind = known.field.kind
        first = min(places)
        if kind in NUMERIC:
            return self._number(left, places) or self._there(left, first, presence=presence)
        if kind in DATES:
            return self._date(left, places) or self._there(left, first, presence=presence)
        if kind is Kind.BOOLEAN:
            off = self._near(first, _OFF) or self._is_negated(first)
            if known.is_membership:
                said = Comparison(left, Operator.EQUALS, (Text("true"),))
                inside = self._low[first : max(places)]
                negated = self._is_negated(first) or any(low in NEGATIVE for low in inside)
                return Not(said) if negated else said
            return Comparison(left, Operator.EQUALS, (Text("false" if off else "true"),))
        if kind in _TEXTUAL:
            return self._text(known, left, places) or self._there(left, first, presence=presence)
        return None

    def _number(self, left: Scalar, places: frozenset[int]) -> Condition | None:
        """A comparison with the nearest number that is still free."""
        for place in self._nearest(places, (Bound, Range)):
            self._used.take([place])
            match self._words[place].span:
                case Bound(operator=operator, number=number):
                    return Comparison(left, operator, (Number(number),))
                case Range(low=low, high=high):
                    return And(
                        (
                            Comparison(left, Operator.AT_LEAST, (Number(low),)),
                            Comparison(left, Operator.AT_MOST, (Number(high),)),
                        )
                    )
                case _:
                    pass
        return None

    def _date(self, left: Scalar, places: frozenset[int]) -> Condition | None:
        for place in self._nearest(places, (Day, Relative, Period)):
            self._used.take([place])
            negated = any(low in ("not", "never") for low in self._low)
            match self._words[place].span:
                case Day(operator=operator, day=day):
                    return Comparison(left, operator, (Date(day),))
                case Relative(operator=operator, length=length):
                    return Comparison(left, operator, (length,))
                case Period(far=far, near=None):
                    found = Comparison(left, Operator.WITHIN_LAST, (far,))
                    return Not(found) if negated else found
                case _:
                    pass
        return None

    def _text(self, known: Known, left: Scalar, places: frozenset[int]) -> Condition | None:
        operator = next(
            (each for each, verbs in _PARTS if verbs & set(self._low)),
            Operator.CONTAINS if known.field.kind is Kind.ARRAY else Operator.EQUALS,
        )
        before = set(self._used.places)
        values = list(self._free_values(places))
        if not values:
            return None
        at = min(self._used.places - before, default=max(places))
        if known.field.kind is Kind.STRING and operator is Operator.EQUALS:
            path_like = all(value.startswith("/") for value in values)
            operator = Operator.CONTAINS if path_like else operator
        texts = tuple(Text(value) for value in dict.fromkeys(values))
        negated = self._is_negated(min(places)) or self._is_negated(at)
        if operator is Operator.EQUALS and len(texts) > 1:
            operator = Operator.ONE_OF
        if operator in (Operator.STARTS_WITH, Operator.ENDS_WITH):
            texts = texts[:1]
        if negated and operator is Operator.CONTAINS:
            return Comparison(left, Operator.OMITS, texts)
        if negated and self._is_said_to_be_known():
            other = Operator.DIFFERS if operator is Operator.EQUALS else Operator.NONE_OF
            return Comparison(left, other, texts)
        found = Comparison(left, operator, texts)
        return Not(found) if negated else found

    def _free_values(self, places: frozenset[int]) -> Iterator[str]:
        """Quoted words, proper names and paths that are no other name of the schema."""
        quotes = [
            (n, word.span.text)
            for n, word in enumerate(self._words)
            if isinstance(word.span, Quote) and n not in self._used.places
        ]
        if quotes:
            for place, text in quotes:
                self._used.take([place])
                yield text
            return
        for place, word in enumerate(self._words):
            if place in self._used.places or place in places or word.span is not None:
                continue
            text = word.text
            proper = text[0].isupper() and (place > 0 or text.isupper()) and text != "I"
            if proper or text[0] in "./@" or "@" in text or text.startswith("src_"):
                self._used.take([place])
                yield text

    def _there(self, left: Scalar, first: int, *, presence: bool) -> Condition | None:
        if self._near(first, _ABSENT) or self._is_negated(first):
            return Comparison(left, Operator.ABSENT)
        if any(low in _ABSENT - {"no", "never", "none"} for low in self._low):
            return Comparison(left, Operator.ABSENT)
        said = bool(_PRESENT & set(self._low)) or any(low in ("with", "got") for low in self._low)
        return Comparison(left, Operator.EXISTS) if presence or said else None

    # --- the words around ---

    def _nearest(self, places: frozenset[int], kinds: tuple[type, ...]) -> list[int]:
        """The free spans of some kinds, those after the name first, then by distance."""
        last, first = max(places), min(places)
        free = [
            n
            for n, word in enumerate(self._words)
            if isinstance(word.span, kinds) and n not in self._used.places
        ]
        return sorted(free, key=lambda n: n - last if n > last else (first - n) + 0.5)

    def _near(self, place: int, wanted: frozenset[str]) -> bool:
        return any(low in wanted for low in self._low[max(0, place - _REACH) : place + _REACH])

    def _is_negated(self, place: int) -> bool:
        before = self._low[max(0, place - _REACH) : place]
        return any(low in NEGATIVE for low in before)

    def _is_said_to_be_known(self) -> bool:
        return bool({"known", "other-than"} & set(self._low)) and not (
            {"incl", "include", "including", "unknown"} & set(self._low)
        )


def is_in_name(word: Word, known: Known) -> bool:
    """Whether a number or a time is a part of a name, such as `logins_past_30_days`."""
    match word.span:
        case Period(far=far, near=None):
            return str(far.amount) in known.stems
        case Bound(operator=Operator.EQUALS, number=number):
            return str(number) in known.stems
        case _:
            return False
