"""Comparisons of reduced streams as formulas over counts, sums, means and the like.

`max(p) >= c` says that some member has `p >= c`; `count = k` that there are at least k
and not k + 1; what a missing result makes of a comparison comes out by itself, since
none of the facts of a missing value hold.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from jurist.languages.cql.boolean import (
    FALSE,
    TRUE,
    Formula,
    conjunction,
    disjunction,
    negation,
)
from jurist.languages.cql.prover.abstraction.atoms import (
    TIME,
    EndAtom,
    ModeAtom,
    SumAtom,
)
from jurist.languages.cql.prover.abstraction.means import mean_formula
from jurist.languages.cql.prover.abstraction.places import constant_of
from jurist.languages.cql.prover.abstraction.reduced_stream import ReducedStream
from jurist.languages.cql.prover.abstraction.timestamps import TimestampLeaf
from jurist.languages.cql.prover.limits import Beyond
from jurist.languages.cql.prover.values.predicates import (
    BEFORE,
    IS,
    IS_NUMBER,
    IS_PRESENT,
    MOMENT,
    NUMBER,
    OTHER_BEFORE,
    OTHER_IS,
    STARTS,
    Leaf,
    Primitive,
    compared,
    dated,
    holds,
)
from jurist.languages.cql.schemas.schema import Kind
from jurist.languages.cql.semantics.comparisons import DATE_OPERATORS
from jurist.languages.cql.semantics.numbers import UNIT
from jurist.languages.cql.semantics.readings import SumOfNothing
from jurist.languages.cql.semantics.values import Coercion, constant_moment, constant_value, text_of
from jurist.languages.cql.syntax import (
    Cast,
    Comparison,
    Date,
    Duration,
    Moment,
    Number,
    Reducer,
    Reduction,
    Text,
)

if TYPE_CHECKING:
    from jurist.languages.cql.prover.abstraction.translation import Place, Translator


def reduction_formula(
    translator: Translator,
    node: Comparison,
    reduction: Reduction,
    place: Place,
    inner: Place,
    members: Formula,
) -> Formula:
    """A comparison of a reduced stream, over the atoms of the place that it stands in.

    Args:
        translator: Makes the atoms about groups.
        node: The comparison.
        reduction: Its left side.
        place: Where it stands.
        inner: The place of the stream's items.
        members: The formula of the items that pass the stream's filters.
    """
    stream = ReducedStream(translator, place, inner, members, reduction)
    if node.operator in DATE_OPERATORS:
        if reduction.reducer in _NUMERIC and reduction.cast is None:
            return FALSE
        if reduction.reducer not in {Reducer.FIRST, Reducer.LAST}:
            raise Beyond("a date comparison of a reduced stream")
        argument = node.arguments[0]
        moment = (
            argument if isinstance(argument, Duration) else constant_moment(constant_of(argument))
        )
        return dated(_leaf_of(stream), node.operator, moment, translator.now)
    constants = [
        constant_value(argument)
        for argument in node.arguments
        if isinstance(argument, Number | Text | Date | Moment)
    ]
    coercion = translator.coercion
    if reduction.reducer is Reducer.AVG:
        return mean_formula(stream, node.operator, constants, coercion)
    leaf = _leaf_of(stream)
    return compared(leaf, node.operator, constants, coercion, translator.readings)


_MOST_LISTED = 30
_NUMERIC = {
    Reducer.COUNT,
    Reducer.SUM,
    Reducer.AVG,
    Reducer.UNIQUE_COUNT,
    Reducer.MIN,
    Reducer.MAX,
}


def _leaf_of(stream: ReducedStream) -> Leaf:
    """Who says facts about the reduced value."""
    reducer = stream.reduction.reducer
    text = stream.reduction.cast in {Cast.STRING, Cast.ARRAY}
    match reducer:
        case Reducer.COUNT:
            return _CountLeaf(lambda least: stream.at_least(least, TRUE))
        case Reducer.UNIQUE_COUNT:
            return _CountLeaf(stream.distinct)
        case Reducer.SUM:
            return _SumLeaf(stream)
        case Reducer.MAX | Reducer.MIN if text:
            return _TextExtremeLeaf(stream, greatest=reducer is Reducer.MAX)
        case Reducer.MAX | Reducer.MIN:
            return _ExtremeLeaf(stream, greatest=reducer is Reducer.MAX)
        case Reducer.FIRST | Reducer.LAST if stream.reduces_time:
            return TimestampLeaf(_EndTimeLeaf(stream, latest=reducer is Reducer.LAST))
        case Reducer.FIRST | Reducer.LAST:
            return _EndLeaf(stream, latest=reducer is Reducer.LAST)
        case Reducer.MODE:
            return _ModeLeaf(stream, stream.reduction.minimum or 1)
        case _:
            raise Beyond(f"`{reducer}`")


@dataclass(frozen=True, slots=True)
class _CountLeaf:
    """Facts about a number of items, which is there even where it is 0."""

    at_least: Callable[[int], Formula]

    def atom(self, fact: Primitive) -> Formula:
        if fact in (IS_PRESENT, IS_NUMBER):
            return TRUE
        if fact.kind == NUMBER:
            return _interval(
                self.at_least,
                None if fact.low is None else -(-fact.low // UNIT),
                None if fact.high is None else fact.high // UNIT,
            )
        return _never_text(fact)


@dataclass(frozen=True, slots=True)
class _SumLeaf:
    """Facts about a sum, which is missing where nothing is added up, unless read as 0."""

    stream: ReducedStream

    def atom(self, fact: Primitive) -> Formula:
        stream = self.stream
        zero = stream.translator.readings.sum_of_nothing is SumOfNothing.ZERO
        present = TRUE if zero else stream.some(stream.value(IS_NUMBER))
        if fact in (IS_PRESENT, IS_NUMBER):
            return present
        if fact.kind != NUMBER:
            return _never_text(fact)
        return conjunction((present, _interval(self._reaches, fact.low, fact.high)))

    def _reaches(self, bound: int) -> Formula:
        stream, slot = self.stream, self.stream.slot
        return stream.translator.grouped(
            stream.place.sort,
            stream.key,
            conjunction((stream.members, stream.value(IS_NUMBER))),
            lambda members: SumAtom(stream.key, members, slot, bound),
        )


@dataclass(frozen=True, slots=True)
class _ExtremeLeaf:
    """Facts about the greatest or least number."""

    stream: ReducedStream
    greatest: bool

    def atom(self, fact: Primitive) -> Formula:
        stream = self.stream
        if fact in (IS_PRESENT, IS_NUMBER):
            return stream.some(stream.value(IS_NUMBER))
        if fact.kind != NUMBER:
            return _never_text(fact)
        low, high = fact.low, fact.high
        if self.greatest:
            inner = stream.some(stream.value(Primitive(NUMBER, low, None)))
            outer = None if high is None else Primitive(NUMBER, high + 1, None)
        else:
            inner = stream.some(stream.value(Primitive(NUMBER, None, high)))
            outer = None if low is None else Primitive(NUMBER, None, low - 1)
        if outer is None:
            return inner
        return conjunction((inner, negation(stream.some(stream.value(outer)))))


@dataclass(frozen=True, slots=True)
class _TextExtremeLeaf:
    """Facts about the greatest or least text; a text that may read as a number is beyond."""

    stream: ReducedStream
    greatest: bool

    def atom(self, fact: Primitive) -> Formula:
        stream, value = self.stream, self.stream.value
        some = stream.some(value(IS_PRESENT))
        if fact == IS_PRESENT:
            return some
        is_it, before = Primitive(IS, text=fact.text), Primitive(BEFORE, text=fact.text)
        if fact.kind == IS:
            beyond = (
                conjunction((value(IS_PRESENT), negation(value(is_it)), negation(value(before))))
                if self.greatest
                else value(before)
            )
            return conjunction((stream.some(value(is_it)), negation(stream.some(beyond))))
        if fact.kind == BEFORE:
            if not self.greatest:
                return stream.some(value(before))
            reaching = conjunction((value(IS_PRESENT), negation(value(before))))
            return conjunction((some, negation(stream.some(reaching))))
        listed = self._listed()
        if listed is not None:
            held = [text for text in listed if holds(fact, text, stream.translator.coercion)]
            return disjunction([self.atom(Primitive(IS, text=text)) for text in held])
        if fact.kind == STARTS:
            # texts that start alike are neighbours: after those before it, before all others
            starts = value(fact)
            beyond = (
                conjunction((value(IS_PRESENT), negation(value(before)), negation(starts)))
                if self.greatest
                else value(before)
            )
            return conjunction((stream.some(starts), negation(stream.some(beyond))))
        raise Beyond("a greatest or least text compared as a number or searched")

    def _listed(self) -> list[str] | None:
        """The texts that there are, where the schema lists them."""
        known = self.stream.inner.sort.known[self.stream.slot]
        values = known.enum or (("true", "false") if known.kind is Kind.BOOLEAN else ())
        texts = sorted(dict.fromkeys(map(text_of, values)))
        return texts if 0 < len(texts) <= _MOST_LISTED else None


@dataclass(frozen=True, slots=True)
class _EndLeaf:
    """Facts about the first or last value."""

    stream: ReducedStream
    latest: bool

    def atom(self, fact: Primitive) -> Formula:
        stream, slot = self.stream, self.stream.slot
        present = stream.value(IS_PRESENT)
        if fact == IS_PRESENT:
            return stream.some(present)
        if fact.kind in {NUMBER, OTHER_IS, OTHER_BEFORE}:
            self._refuse_two_readings()
        stream.value(fact)
        return stream.translator.grouped(
            stream.place.sort,
            stream.key,
            conjunction((stream.members, present)),
            lambda members: EndAtom(stream.key, members, slot, self.latest, fact),
        )

    def _refuse_two_readings(self) -> None:
        """A row's own value is read in its own type, but one that is reduced as any other.

        Only where it is a number for certain are the two readings one.
        """
        stream = self.stream
        if not stream.inner.of_rows or stream.translator.coercion is Coercion.NONE:
            return
        known = stream.inner.sort.known[stream.slot]
        if known.enum is not None or known.kind not in {Kind.NUMBER, Kind.INTEGER}:
            raise Beyond("the first or last value of rows, where a text may be a number")


@dataclass(frozen=True, slots=True)
class _EndTimeLeaf:
    """Facts about when the first or last item happened."""

    stream: ReducedStream
    latest: bool

    def atom(self, fact: Primitive) -> Formula:
        stream, low, high = self.stream, fact.low, fact.high
        if fact == IS_PRESENT:
            return stream.some(TRUE)
        if self.latest:
            inner, outer = (low, None), None if high is None else (high + 1, None)
        else:
            inner, outer = (None, high), None if low is None else (None, low - 1)
        held = stream.some(self._within(inner))
        return (
            held
            if outer is None
            else conjunction((held, negation(stream.some(self._within(outer)))))
        )

    def _within(self, bounds: tuple[int | None, int | None]) -> Formula:
        leaf = self.stream.translator.slot_leaf(self.stream.inner, TIME)
        return TRUE if bounds == (None, None) else leaf.atom(Primitive(MOMENT, *bounds))


@dataclass(frozen=True, slots=True)
class _ModeLeaf:
    """Facts about the most frequent value, of which there are at least so many members."""

    stream: ReducedStream
    least: int

    def atom(self, fact: Primitive) -> Formula:
        stream = self.stream
        if stream.inner.of_rows or stream.translator.coercion is not Coercion.NUMBER:
            raise Beyond("the most frequent value here")
        basis = stream.value(IS_PRESENT)
        often = stream.at_least(self.least, conjunction((basis, stream.value(fact))))
        if fact == IS_PRESENT and self.least == 1:
            return often
        slot = stream.slot
        said = stream.translator.grouped(
            stream.place.sort,
            stream.key,
            conjunction((stream.members, basis)),
            lambda members: ModeAtom(stream.key, members, slot, self.least, fact),
        )
        return conjunction((said, often))


def _interval(at_least: Callable[[int], Formula], low: int | None, high: int | None) -> Formula:
    """Of what is monotone: that it reaches `low` and not more than `high`."""
    if low is not None and high is not None and low > high:
        return FALSE
    reaches = TRUE if low is None else at_least(low)
    return reaches if high is None else conjunction((reaches, negation(at_least(high + 1))))


def _never_text(fact: Primitive) -> Formula:
    """A fact about the text of a number that is not looked into."""
    if fact.kind in {OTHER_IS, OTHER_BEFORE}:
        return FALSE
    raise Beyond("a number compared as text")
