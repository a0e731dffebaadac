"""From a segment that speaks of an event to the event, counted or reduced, and narrowed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from jurist.languages.cql.english.reading.fields import NUMERIC, FieldReader
from jurist.languages.cql.english.reading.names import Hit, Index, Known
from jurist.languages.cql.english.reading.pieces import Happening, Used, all_of
from jurist.languages.cql.english.reading.segments import Word
from jurist.languages.cql.english.reading.spans import Afterwards, Bound, Day, Period, Range, Times
from jurist.languages.cql.english.reading.vocabulary import NEGATIVE, stem
from jurist.languages.cql.syntax import (
    Between,
    Comparison,
    Condition,
    Context,
    Date,
    Filter,
    Number,
    Operand,
    Operator,
    Property,
    Reducer,
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
    """Reads one event out of one segment's words."""

    def __init__(
        self, index: Index, words: Sequence[Word], used: Used, fields: FieldReader
    ) -> None:
        self._index = index
        self._words = words
        self._used = used
        self._fields = fields
        self._text = " ".join(word.text for word in words)
        self._low = [word.text.lower() for word in words]

    def read(self, hit: Hit, *, of_parent: str | None, negated: bool | None = None) -> Happening:
        """The event of a hit.

        Args:
            hit: The event, and the words that name it.
            of_parent: The event that it is told after, if any.
            negated: Whether it did not happen; `None`: as the words say.
        """
        name = hit.known.name
        self._used.take(hit.words)
        found = Happening(name)
        conditions: list[Condition] = []
        if of_parent is not None and (same := self._same(name, of_parent)) is not None:
            conditions.append(same)
        properties, context = self._index.properties[name], self._index.context[name]
        found = self._reduced(found, properties)
        conditions += self._fields.listed(properties, _property)
        conditions += self._fields.listed(context, _context)
        conditions += self._fields.named(properties, _property, presence=True)
        conditions += self._fields.named(context, _context, presence=False)
        conditions += self._days()
        if found.arguments is None:
            found, money = self._counted(found, properties)
            conditions += money
        if found.arguments is None:
            isnt = self._is_negated(hit) if negated is None else negated
            if isnt:
                found = self._negated(found)
        where = all_of(conditions)
        filters: list[Filter] = [] if where is None else [Where(where)]
        filters += self._windows(after_parent=of_parent is not None)
        return replace(found, filters=tuple(filters))

    # --- how often, or how much ---

    def _reduced(self, found: Happening, properties: Sequence[Known]) -> Happening:
        """A reduction, where a word asks for one and a property of its kind is named."""
        for reducer, pattern in _REDUCERS:
            match = pattern.search(self._text)
            if match is None:
                continue
            made = self._reduction(found, reducer, properties)
            if made is not None:
                self._used.take(
                    n for n, low in enumerate(self._low) if low in match[0].lower().split()
                )
                return made
        return found

    def _reduction(
        self, found: Happening, reducer: Reducer, properties: Sequence[Known]
    ) -> Happening | None:
        stems = self._used.left(self._fields.stems)
        numeric = reducer in (Reducer.SUM, Reducer.AVG, Reducer.MIN, Reducer.MAX)
        if numeric and reducer is Reducer.SUM and _ONE_ITEM.search(self._text):
            return None
        among = [each for each in properties if (each.field.kind in NUMERIC) or not numeric]
        if reducer is Reducer.UNIQUE_COUNT:
            stems = self._fields.stems
        hits = self._index.find(stems, among) or self._index.find(self._fields.stems, among)
        known = hits[0].known if hits else None
        if known is None and numeric:
            known = next((each for each in among if set(each.stems) & set(_MONEY)), None)
        if numeric or reducer is Reducer.UNIQUE_COUNT:
            bound = self._free(Bound)
            if known is None or bound is None:
                return None
            span = self._words[bound].span
            if not isinstance(span, Bound):
                return None
            self._used.take([bound, *(hits[0].words if hits else ())])
            operator, argument = span.operator, Number(span.number)
            if reducer is Reducer.UNIQUE_COUNT and operator is Operator.EQUALS:
                operator = Operator.AT_LEAST
            return _compared(found, reducer, known, operator, argument)
        return self._valued(found, reducer, among, known)

    def _valued(
        self, found: Happening, reducer: Reducer, among: Sequence[Known], known: Known | None
    ) -> Happening | None:
        """The first, last or most frequent value, compared with what is named."""
        minimum = 2 if reducer is Reducer.MODE else None
        values = self._index.values(self._used.left(self._fields.stems), among)
        if values:
            named = {hit.known.name for hit in self._index.find(self._fields.stems, among)[:1]}
            best = max(values, key=lambda hit: (hit.known.name in named, len(hit.words)))
            self._used.take(best.words)
            for hit in self._index.find(self._used.left(self._fields.stems), [best.known]):
                self._used.take(hit.words)
            text = Text(best.value)
            return replace(
                _compared(found, reducer, best.known, Operator.EQUALS, text), minimum=minimum
            )
        bound = self._free(Bound)
        if known is not None and bound is not None and known.field.kind in NUMERIC:
            span = self._words[bound].span
            if isinstance(span, Bound):
                self._used.take([bound])
                self._used.take(self._index.find(self._fields.stems, [known])[0].words)
                return _compared(found, reducer, known, span.operator, Number(span.number))
        return None

    def _counted(
        self, found: Happening, properties: Sequence[Known]
    ) -> tuple[Happening, list[Condition]]:
        place = self._free(Times)
        if place is not None and isinstance(span := self._words[place].span, Times):
            self._used.take([place])
            found = replace(found, operator=span.operator, number=span.number)
        conditions: list[Condition] = []
        for kind in (Bound, Range):
            place = self._free(kind)
            if place is None:
                continue
            span = self._words[place].span
            if isinstance(span, Bound) and not span.is_money and found.number == 1:
                self._used.take([place])
                number = span.number
                operator = span.operator
                plain = operator is Operator.EQUALS and "exactly" not in self._text.lower()
                found = replace(
                    found, operator=Operator.AT_LEAST if plain and number == 1 else operator,
                    number=number,
                )  # fmt: skip
            elif isinstance(span, Bound):
                money = next(
                    (p for want in _MONEY for p in properties if p.stems[-1:] == (want,)), None
                )
                if money is not None:
                    self._used.take([place])
                    left = Property(money.name)
                    conditions.append(Comparison(left, span.operator, (Number(span.number),)))
        return found, conditions

    def _negated(self, found: Happening) -> Happening:
        if found.operator is Operator.AT_LEAST and found.number == 1:
            return replace(found, operator=Operator.EQUALS, number=0)
        return replace(found, negated=True)

    def _is_negated(self, hit: Hit) -> bool:
        first = min(hit.words, default=0)
        return any(low in NEGATIVE for low in self._low[: first + 1])

    # --- what narrows it ---

    def _same(self, event: str, parent: str) -> Condition | None:
        match = _SAME.search(self._text)
        if match is None:
            return None
        wanted = stem(match[1])
        for known in self._index.properties[event]:
            shared = any(other.name == known.name for other in self._index.properties[parent])
            if shared and wanted in known.stems:
                self._used.take(n for n, each in enumerate(self._fields.stems) if each == wanted)
                right = Property(known.name, parent=True)
                return Comparison(Property(known.name), Operator.EQUALS, (right,))
        return None

    def _days(self) -> list[Condition]:
        found: list[Condition] = []
        for place, word in enumerate(self._words):
            if isinstance(word.span, Day) and place not in self._used.places:
                self._used.take([place])
                day = Date(word.span.day)
                found.append(Comparison(Context("timestamp"), word.span.operator, (day,)))
        return found

    def _windows(self, *, after_parent: bool) -> list[Filter]:
        filters: list[Filter] = []
        for place, word in enumerate(self._words):
            span = word.span
            if place in self._used.places or not isinstance(span, Period | Afterwards):
                continue
            if isinstance(span, Afterwards) and not after_parent:
                continue
            self._used.take([place])
            parent = isinstance(span, Afterwards) or (after_parent and not span.of_the_past)
            near = span.near
            filters.append(
                Within(span.far, parent) if near is None else Between(near, span.far, parent)
            )
        return filters

    def _free(self, kind: type) -> int | None:
        places = (
            n
            for n, word in enumerate(self._words)
            if isinstance(word.span, kind) and n not in self._used.places
        )
        return next(places, None)


def _compared(
    found: Happening, reducer: Reducer, known: Known, operator: Operator, argument: Operand
) -> Happening:
    return replace(
        found,
        reducer=reducer,
        value=Property(known.name),
        operator=operator,
        arguments=(argument,),
    )


def _property(known: Known) -> Property:
    return Property(known.name)


def _context(known: Known) -> Context:
    return Context(known.name)
