"""From a clause that speaks of an event to the event, counted or reduced, and narrowed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from jurist.languages.cql.english.reading.fields import FieldReader
from jurist.languages.cql.english.reading.names import Hit, Index, Known
from jurist.languages.cql.english.reading.pieces import Clause, Happening, all_of
from jurist.languages.cql.english.reading.spans import Afterwards, Bound, Day, Period, Times
from jurist.languages.cql.english.reading.vocabulary import NEGATIVE, stem
from jurist.languages.cql.operators import Operator, Reducer
from jurist.languages.cql.schemas.schema import NUMERIC
from jurist.languages.cql.syntax import (
    Between,
    Comparison,
    Condition,
    Context,
    Date,
    Filter,
    Number,
    Operand,
    Property,
    Text,
    Where,
    Within,
)

_REDUCERS: Final = (
    (Reducer.UNIQUE_COUNT, re.compile(r"\b(?:different|distinct|unique)\b", re.I)),
    (Reducer.AVG, re.compile(r"\b(?:averag\w*|avg|mean|on average)\b", re.I)),
    (Reducer.MAX, re.compile(r"\b(?:largest|highest|biggest|maximum|max|longest|ever)\b", re.I)),
    (Reducer.MIN, re.compile(r"\b(?:lowest|smallest|minimum|worst|shortest)\b", re.I)),
    (Reducer.MODE, re.compile(r"\b(?:most (?:often|frequent\w*|common\w*|used)|mostly)\b", re.I)),
    (Reducer.LAST, re.compile(r"\b(?:most recent|latest|last|newest)\b", re.I)),
    (Reducer.FIRST, re.compile(r"\b(?:first|original|initial)(?:ly)?\b", re.I)),
    (
        Reducer.SUM,
        re.compile(
            r"\b(?:in total|total of|altogether|sum|combined|overall|together|all in all)\b", re.I
        ),
    ),
)
_ONE_ITEM: Final = re.compile(r"\b(?:single|one|an? order|each|any one)\b", re.I)
_SAME: Final = re.compile(r"\b(?:same|that very) (\w+)", re.I)
_MONEY: Final = tuple(
    stem(word)
    for word in ("revenue", "total", "amount", "purchase_amount", "subtotal", "price", "mrr")
)


class EventReader:
    """Reads one event out of one clause."""

    def __init__(self, index: Index, clause: Clause) -> None:
        self._index = index
        self._clause = clause
        self._fields = FieldReader(index, clause)

    def read(self, hit: Hit, *, of_parent: str | None, negated: bool | None = None) -> Happening:
        """The event of a hit.

        Args:
            hit: The event, and the words that name it.
            of_parent: The event that it is told after, if any.
            negated: Whether it did not happen; `None`: as the words say.
        """
        name = hit.known.name
        self._clause.take(hit.words)
        conditions: list[Condition] = []
        if of_parent is not None and (same := self._same(name, of_parent)) is not None:
            conditions.append(same)
        properties, context = self._index.properties[name], self._index.context[name]
        happening = self._reduced(Happening(name), properties)
        conditions += self._fields.listed(properties)
        conditions += self._fields.listed(context)
        conditions += self._fields.named(properties, presence=True)
        conditions += self._fields.named(context, presence=False)
        conditions += self._days()
        if happening.arguments is None:
            happening, money = self._counted(happening, properties)
            conditions += money
            if self._is_negated(hit) if negated is None else negated:
                happening = _negated(happening)
        where = all_of(conditions)
        filters: list[Filter] = [] if where is None else [Where(where)]
        filters += self._windows(after_parent=of_parent is not None)
        return replace(happening, filters=tuple(filters))

    # --- how often, or how much ---

    def _reduced(self, happening: Happening, properties: Sequence[Known]) -> Happening:
        """A reduction, where a word asks for one and a property of its kind is named."""
        for reducer, pattern in _REDUCERS:
            match = pattern.search(self._clause.text)
            reduced = match and self._reduction(happening, reducer, properties)
            if match and reduced:
                words = match[0].lower().split()
                self._clause.take(n for n, low in enumerate(self._clause.low) if low in words)
                return reduced
        return happening

    def _reduction(
        self, happening: Happening, reducer: Reducer, properties: Sequence[Known]
    ) -> Happening | None:
        clause, distinct = self._clause, reducer is Reducer.UNIQUE_COUNT
        of_one = _ONE_ITEM.search(clause.text) and "sum of" not in clause.text.lower()
        if reducer is Reducer.SUM and of_one:
            return None
        numeric = reducer.needs_numbers
        among = [known for known in properties if known.field.kind in NUMERIC or not numeric]
        stems = clause.stems if distinct else clause.left()
        hits = self._index.find(stems, among) or self._index.find(clause.stems, among)
        known = hits[0].known if hits else None
        if not numeric and not distinct:
            return self._valued(happening, reducer, among, known)
        if known is None and numeric:
            money = (money for money in among if set(money.stems) & set(_MONEY))
            known = next(money, None)
        bounds = clause.free(Bound)
        if known is None or not bounds:
            return None
        place, bound = bounds[0]
        clause.take([place, *(hits[0].words if hits else ())])
        loose = distinct and bound.operator is Operator.EQUALS
        operator = Operator.AT_LEAST if loose else bound.operator
        return _compared(happening, reducer, known, operator, Number(bound.number))

    def _valued(
        self, happening: Happening, reducer: Reducer, among: Sequence[Known], known: Known | None
    ) -> Happening | None:
        """The first, last or most frequent value, compared with what is named."""
        clause, find = self._clause, self._index.find
        values = self._index.values(clause.left(), among)
        if values:
            named = {hit.known.name for hit in find(clause.stems, among)[:1]}
            best = max(values, key=lambda hit: (hit.known.name in named, len(hit.words)))
            clause.take(best.words)
            for hit in find(clause.left(), [best.known]):
                clause.take(hit.words)
            happening = replace(happening, minimum=2 if reducer is Reducer.MODE else None)
            return _compared(happening, reducer, best.known, Operator.EQUALS, Text(best.value))
        if known is not None and known.field.kind in NUMERIC:
            for place, bound in clause.free(Bound):
                clause.take([place, *find(clause.stems, [known])[0].words])
                number = Number(bound.number)
                return _compared(happening, reducer, known, bound.operator, number)
        return None

    def _counted(
        self, happening: Happening, properties: Sequence[Known]
    ) -> tuple[Happening, list[Condition]]:
        clause = self._clause
        for place, times in clause.free(Times)[:1]:
            clause.take([place])
            happening = replace(happening, operator=times.operator, number=times.number)
        for place, bound in clause.free(Bound)[:1]:
            number, operator = bound.number, bound.operator
            if not bound.is_money and happening.number == 1:
                clause.take([place])
                if (operator, number) == (Operator.EQUALS, 1):
                    is_exact = "exactly" in clause.text.lower()
                    operator = Operator.EQUALS if is_exact else Operator.AT_LEAST
                return replace(happening, operator=operator, number=number), []
            money = [p for want in _MONEY for p in properties if p.stems[-1:] == (want,)]
            if money:
                clause.take([place])
                return happening, [Comparison(money[0].scalar, operator, (Number(number),))]
        return happening, []

    def _is_negated(self, hit: Hit) -> bool:
        first = min(hit.words, default=0)
        return any(low in NEGATIVE for low in self._clause.low[: first + 1])

    # --- what narrows it ---

    def _same(self, event: str, parent: str) -> Condition | None:
        match = _SAME.search(self._clause.text)
        if match is None:
            return None
        wanted = stem(match[1])
        of_parent = {known.name for known in self._index.properties[parent]}
        for known in self._index.properties[event]:
            if known.name in of_parent and wanted in known.stems:
                stems = self._clause.stems
                self._clause.take(n for n, part in enumerate(stems) if part == wanted)
                right = Property(known.name, parent=True)
                return Comparison(Property(known.name), Operator.EQUALS, (right,))
        return None

    def _days(self) -> Iterator[Condition]:
        for place, day in self._clause.free(Day):
            self._clause.take([place])
            yield Comparison(Context("timestamp"), day.operator, (Date(day.day),))

    def _windows(self, *, after_parent: bool) -> Iterator[Filter]:
        for place, span in self._clause.free(Period, Afterwards):
            if isinstance(span, Afterwards) and not after_parent:
                continue
            self._clause.take([place])
            parent = isinstance(span, Afterwards) or (after_parent and not span.of_the_past)
            near, far = span.near, span.far
            yield Within(far, parent) if near is None else Between(near, far, parent)


def _negated(happening: Happening) -> Happening:
    if happening.operator is Operator.AT_LEAST and happening.number == 1:
        return replace(happening, operator=Operator.EQUALS, number=0)
    return replace(happening, negated=True)


def _compared(
    happening: Happening, reducer: Reducer, known: Known, operator: Operator, argument: Operand
) -> Happening:
    value = Property(known.name)
    return replace(
        happening, reducer=reducer, value=value, operator=operator, arguments=(argument,)
    )
