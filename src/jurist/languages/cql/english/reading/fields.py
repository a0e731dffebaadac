"""Conditions on the value of a trait or a property, from the words around its name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from jurist.languages.cql.english.reading.names import Index, Known, ValueHit
from jurist.languages.cql.english.reading.pieces import Clause, S
from jurist.languages.cql.english.reading.segments import Word
from jurist.languages.cql.english.reading.spans import Bound, Day, Period, Quote, Range, Relative
from jurist.languages.cql.english.reading.vocabulary import NEGATIVE, SKIPPED, stem
from jurist.languages.cql.operators import Operator
from jurist.languages.cql.schemas.schema import DATES, NUMERIC, Kind
from jurist.languages.cql.semantics.values import EACH
from jurist.languages.cql.syntax import (
    And,
    Comparison,
    Condition,
    Date,
    Not,
    Number,
    Scalar,
    Text,
    Trait,
)

_TEXTUAL: Final = frozenset({Kind.STRING, Kind.ARRAY, Kind.UNKNOWN})
_LACKING: Final = frozenset({"without", "missing", "unknown", "empty", "lacking", "unset", "blank"})
_ABSENT: Final = _LACKING | {"no", "never", "none"}
_PRESENT: Final = frozenset(
    {"known", "set", "filled", "present", "given", "exists", "has", "have", "with", "got"}
)
_OFF: Final = frozenset(
    {"off", "false", "disabled", "no", "not", "without", "never", "out", "isnt"}
)
_PARTS: Final = (
    (Operator.STARTS_WITH, frozenset({"start", "starts", "starting", "begins", "beginning"})),
    (Operator.ENDS_WITH, frozenset({"ends", "ending", "end"})),
    (Operator.CONTAINS, frozenset({"contains", "containing", "contain", "includes", "mentions"})),
)
_ENTRIES: Final = frozenset({"entry", "entries"})
_FLAG_REACH: Final = 9
"""How many words before a flag still speak of it: "it is not known whether they can"."""
_REACH: Final = 4
"""How many words before a name a negation still speaks of it."""


class FieldReader:
    """Reads conditions on fields out of one clause."""

    def __init__(self, index: Index, clause: Clause) -> None:
        self._index = index
        self._clause = clause

    # --- values that a schema lists ---

    def listed(self, among: Sequence[Known]) -> Iterator[Condition]:
        """Conditions that a field has one of its listed values."""
        clause = self._clause
        named = {hit.known.name for hit in self._index.find(clause.stems, among)}
        claimed: set[int] = set()
        chosen: dict[str, list[ValueHit]] = {}
        hits = self._index.values(clause.left(), among)
        for hit in sorted(hits, key=lambda h: (-len(h.words), h.known.name not in named)):
            if not hit.words & claimed:
                claimed |= hit.words
                chosen.setdefault(hit.known.name, []).append(hit)
        for known in among:
            own = chosen.get(known.name)
            if own:
                places = {place for hit in own for place in hit.words}
                clause.take(places)
                clause.take(n for n, part in enumerate(clause.stems) if part in known.stems)
                values = sorted((hit.value for hit in own), key=self._place_of)
                operator = Operator.CONTAINS if known.field.kind is Kind.ARRAY else Operator.EQUALS
                negated = self._is_negated(min(places))
                yield self._compared_texts(known.scalar, operator, values, negated=negated)

    def _place_of(self, value: str) -> int:
        first = stem(value.split("_")[0])
        return self._clause.stems.index(first) if first in self._clause.stems else 0

    def _compared_texts(
        self, left: Scalar, operator: Operator, values: Sequence[str], *, negated: bool
    ) -> Condition:
        """A comparison with one or more texts, or its opposite."""
        texts = tuple(map(Text, dict.fromkeys(values)))
        if operator is Operator.EQUALS and len(texts) > 1:
            operator = Operator.ONE_OF
        if operator in (Operator.STARTS_WITH, Operator.ENDS_WITH):
            texts = texts[:1]
        if negated and operator is Operator.CONTAINS:
            return Comparison(left, Operator.OMITS, texts)
        if negated and self._must_be_known():
            other = Operator.DIFFERS if operator is Operator.EQUALS else Operator.NONE_OF
            return Comparison(left, other, texts)
        comparison = Comparison(left, operator, texts)
        return Not(comparison) if negated else comparison

    # --- named fields ---

    def named(self, among: Sequence[Known], *, presence: bool) -> Iterator[Condition]:
        """Conditions on fields that are named.

        Args:
            among: The fields.
            presence: Whether a bare name says that there is a value.
        """
        clause = self._clause
        while True:
            hits = self._index.find(clause.left(), among)
            best = next(
                (hit for hit in hits if any(clause.stems[n] not in SKIPPED for n in hit.words)),
                None,
            )
            if best is None:
                return
            clause.take(best.words)
            clause.take(n for n, word in enumerate(clause.words) if is_in_name(word, best.known))
            condition = self._about(best.known, best.words, presence=presence)
            if condition is not None:
                yield condition

    def _about(self, known: Known, places: frozenset[int], *, presence: bool) -> Condition | None:
        kind, left = known.field.kind, known.scalar
        first = min(places)
        if known.verb and (kind is Kind.BOOLEAN or not self._clause.free(Quote)):
            return self._flag_as_predicate(known, places)
        if kind is Kind.BOOLEAN:
            return self._flag(known, places)
        if kind in NUMERIC:
            condition = self._number(left, places)
        elif kind in DATES:
            condition = self._date(left, places)
        elif kind is Kind.ARRAY and self._speaks_of_entries():
            return self._entry(known, places)
        elif kind in _TEXTUAL:
            condition = self._text(known, places)
        else:
            return None
        if condition is not None and isinstance(left, Trait) and self._speaks_of_entries():
            of_none = EACH in left.name and self._is_negated(first)
            return Not(condition) if of_none and not isinstance(condition, Not) else condition
        return condition or self._there(left, first, presence=presence)

    def _speaks_of_entries(self) -> bool:
        return not _ENTRIES.isdisjoint(self._clause.low)

    def _entry(self, known: Known, places: frozenset[int]) -> Condition:
        """What is said of some entry of an array, or of none."""
        low, left = self._clause.low, known.kind(f"{known.name}.{EACH}")
        searched = self._text_search()
        texts = tuple(map(Text, dict.fromkeys(self._free_values(places))))
        negated = self._is_negated(min(places))
        if not texts:
            return Comparison(left, Operator.ABSENT if negated else Operator.EXISTS)
        several = Operator.ONE_OF if len(texts) > 1 else Operator.EQUALS
        comparison = Comparison(left, searched or several, texts)
        but_none = Comparison(left, comparison.operator.negated or comparison.operator, texts)
        if searched is None and "none" in low[max(places) :]:
            return but_none
        if searched is None and "if" in low[: min(places)]:
            return Not(but_none)
        return Not(comparison) if negated else comparison

    def _flag(self, known: Known, places: frozenset[int]) -> Condition:
        first, left = min(places), known.scalar
        negated = self._is_negated(first)
        if known.is_membership:
            is_member = Comparison(left, Operator.EQUALS, (Text("true"),))
            inside = self._clause.low[first : max(places)]
            return Not(is_member) if negated or not NEGATIVE.isdisjoint(inside) else is_member
        off = negated or self._near(first, _OFF)
        return Comparison(left, Operator.EQUALS, (Text("false" if off else "true"),))

    def _flag_as_predicate(self, known: Known, places: frozenset[int]) -> Condition:
        """A flag that is called as one says it: "is vip", "do not have pets", "cannot export"."""
        left, is_true = known.scalar, Comparison(known.scalar, Operator.EQUALS, (Text("true"),))
        before = self._clause.low[max(0, min(places) - _FLAG_REACH) : min(places)]
        if "whether" in before:
            is_known = "known" in before and "not" not in before
            return Comparison(left, Operator.EXISTS if is_known else Operator.ABSENT)
        if "known" in before:
            middle = before.index("known")
            if "not" in before[middle:]:
                is_false = Comparison(left, Operator.EQUALS, (Text("false"),))
                return Not(is_false) if "not" in before[:middle] else is_false
        return Not(is_true) if self._is_negated(min(places)) else is_true

    def _number(self, left: Scalar, places: frozenset[int]) -> Condition | None:
        """A comparison with the nearest number that is still free."""
        for place, span in self._nearest(places, Bound, Range):
            self._clause.take([place])
            if isinstance(span, Bound):
                return Comparison(left, span.operator, (Number(span.number),))
            low = Comparison(left, Operator.AT_LEAST, (Number(span.low),))
            return And((low, Comparison(left, Operator.AT_MOST, (Number(span.high),))))
        return None

    def _date(self, left: Scalar, places: frozenset[int]) -> Condition | None:
        for place, span in self._nearest(places, Day, Relative, Period):
            self._clause.take([place])
            match span:
                case Day(operator, day):
                    return Comparison(left, operator, (Date(day),))
                case Relative(operator, length):
                    return Comparison(left, operator, (length,))
                case Period(far, None):
                    recent = Comparison(left, Operator.WITHIN_LAST, (far,))
                    return Not(recent) if {"not", "never"} & set(self._clause.low) else recent
                case Period():
                    pass
        return None

    def _text(self, known: Known, places: frozenset[int]) -> Condition | None:
        kind, searched = known.field.kind, self._text_search()
        operator = searched or (Operator.CONTAINS if kind is Kind.ARRAY else Operator.EQUALS)
        before = set(self._clause.taken)
        values = list(self._free_values(places))
        if not values:
            return None if searched is None else self._search_for_trait(known, searched)
        at = min(self._clause.taken - before, default=max(places))
        if kind is Kind.STRING and operator is Operator.EQUALS:
            path_like = all(value.startswith("/") for value in values)
            operator = Operator.CONTAINS if path_like else operator
        negated = self._is_negated(min(places)) or self._is_negated(at)
        return self._compared_texts(known.scalar, operator, values, negated=negated)

    def _text_search(self) -> Operator | None:
        """What the clause searches texts by, if it does: "starts with", "contains"."""
        low = set(self._clause.low)
        return next((operator for operator, verbs in _PARTS if verbs & low), None)

    def _search_for_trait(self, known: Known, operator: Operator) -> Condition | None:
        """A search for the value of another trait: "city contains their billing city"."""
        clause = self._clause
        verbs = frozenset[str]().union(*(words for _, words in _PARTS))
        verb = next(n for n, low in enumerate(clause.low) if low in verbs)
        sides = (
            [token if n < verb else "" for n, token in enumerate(clause.stems)],
            [token if n > verb else "" for n, token in enumerate(clause.stems)],
        )
        named = [self._index.find(side, self._index.traits) for side in sides]
        if not all(named) or known not in [hits[0].known for hits in named]:
            return None
        left, right = (hits[0] for hits in named)
        clause.take([verb, *left.words, *right.words])
        comparison = Comparison(left.known.scalar, operator, (right.known.scalar,))
        return Not(comparison) if self._is_negated(verb) else comparison

    def _free_values(self, places: frozenset[int]) -> Iterator[str]:
        """Quoted words, proper names and paths that are no other name of the schema."""
        clause = self._clause
        quotes = clause.free(Quote)
        for place, quote in quotes:
            clause.take([place])
            yield quote.text
        for place, word in enumerate(() if quotes else clause.words):
            if place in clause.taken or place in places or word.span is not None:
                continue
            text = word.text
            proper = text[0].isupper() and (place > 0 or text.isupper()) and text != "I"
            if proper or text[0] in "./@" or "@" in text or text.startswith("src_"):
                clause.take([place])
                yield text

    def _there(self, left: Scalar, first: int, *, presence: bool) -> Condition | None:
        low = set(self._clause.low)
        if self._near(first, _ABSENT) or self._is_negated(first) or _LACKING & low:
            return Comparison(left, Operator.ABSENT)
        return Comparison(left, Operator.EXISTS) if presence or _PRESENT & low else None

    # --- the words around ---

    def _nearest(self, places: frozenset[int], *kinds: type[S]) -> list[tuple[int, S]]:
        """The free spans of some kinds, those after the name first, then by distance."""
        last, first = max(places), min(places)

        def distance(free: tuple[int, S]) -> float:
            place = free[0]
            return place - last if place > last else (first - place) + 0.5

        return sorted(self._clause.free(*kinds), key=distance)

    def _near(self, place: int, wanted: frozenset[str]) -> bool:
        around = self._clause.low[max(0, place - _REACH) : place + _REACH]
        return not wanted.isdisjoint(around)

    def _is_negated(self, place: int) -> bool:
        return not NEGATIVE.isdisjoint(self._clause.low[max(0, place - _REACH) : place])

    def _must_be_known(self) -> bool:
        low = set(self._clause.low)
        return bool({"known", "other-than"} & low) and not (
            {"incl", "include", "including", "unknown"} & low
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
