"""Comparisons of reduced streams as formulas over counts, sums, means and the like.

`max(p) >= c` says that some member has `p >= c`; `count = k` that there are at least k
and not k + 1; what a missing result makes of a comparison comes out by itself, since
none of the facts of a missing value hold.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from jurist.languages.cql.meaning.comparisons import DATE_OPERATORS
from jurist.languages.cql.meaning.customers import Atom as Constant
from jurist.languages.cql.meaning.values import Coercion, as_number, constant_value, text_of
from jurist.languages.cql.prover.formulas import (
    FALSE,
    TRUE,
    Formula,
    conjunction,
    disjunction,
    negation,
)
from jurist.languages.cql.prover.limits import Beyond
from jurist.languages.cql.prover.primitives import (
    BEFORE,
    IS,
    IS_NUMBER,
    IS_PRESENT,
    MILLION,
    NUMBER,
    OTHER_BEFORE,
    OTHER_IS,
    STARTS,
    Leaf,
    Primitive,
    compared,
    holds,
)
from jurist.languages.cql.prover.things import (
    DistinctAtom,
    EndAtom,
    GroupKey,
    MeanAtom,
    ModeAtom,
    Slot,
    SlotKind,
    SumAtom,
)
from jurist.languages.cql.schemas.assumptions import NoneOfMissing, SumOfNothing
from jurist.languages.cql.schemas.schema import Kind
from jurist.languages.cql.syntax import (
    Cast,
    Comparison,
    Context,
    Date,
    Moment,
    Number,
    Operator,
    Property,
    Reducer,
    Reduction,
    Text,
)

if TYPE_CHECKING:
    from jurist.languages.cql.prover.translate import Place, Translator


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
    if node.operator in DATE_OPERATORS:
        if reduction.reducer in _NUMERIC and reduction.cast is None:
            return FALSE
        raise Beyond("a date comparison of a reduced stream")
    constants = [
        constant_value(argument)
        for argument in node.arguments
        if isinstance(argument, Number | Text | Date | Moment)
    ]
    stream = _Stream(translator, place, inner, members, reduction)
    coercion = translator.coercion
    if reduction.reducer is Reducer.AVG:
        return _mean_formula(stream, node.operator, constants, coercion)
    leaf = stream.leaf()
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


@dataclass(frozen=True, slots=True)
class _Stream:
    """The items that pass a stream's filters, and what is reduced of them."""

    translator: Translator
    place: Place
    inner: Place
    members: Formula
    reduction: Reduction

    @property
    def key(self) -> GroupKey:
        key = self.inner.thing.key
        assert key is not None  # noqa: S101 - items are in a group
        return key

    @property
    def slot(self) -> Slot:
        value = self.reduction.value
        if isinstance(value, Property) and not value.parent:
            return Slot(SlotKind.PROPERTY, value.name)
        if isinstance(value, Context) and value.name != "timestamp" and not self.inner.of_rows:
            return Slot(SlotKind.CONTEXT, value.name)
        raise Beyond("this reduced value")

    def value(self, fact: Primitive) -> Formula:
        """A fact about an item's reduced value."""
        return self.translator.slot_leaf(self.inner, self.slot).atom(fact)

    def at_least(self, least: int, members: Formula) -> Formula:
        """That at least so many items pass the filters and another formula."""
        return self.translator.counted(
            self.place.thing, self.key, conjunction((self.members, members)), least
        )

    def some(self, members: Formula) -> Formula:
        """That some item passes the filters and another formula."""
        return self.at_least(1, members)

    def leaf(self) -> Leaf:
        """Who says facts about the reduced value."""
        text = self.reduction.cast in {Cast.STRING, Cast.ARRAY}
        match self.reduction.reducer:
            case Reducer.COUNT:
                return _CountLeaf(lambda least: self.at_least(least, TRUE))
            case Reducer.UNIQUE_COUNT:
                return _CountLeaf(self._distinct)
            case Reducer.SUM:
                return _SumLeaf(self)
            case Reducer.MAX | Reducer.MIN if text:
                return _TextExtremeLeaf(self, greatest=self.reduction.reducer is Reducer.MAX)
            case Reducer.MAX | Reducer.MIN:
                return _ExtremeLeaf(self, greatest=self.reduction.reducer is Reducer.MAX)
            case Reducer.FIRST | Reducer.LAST:
                return _EndLeaf(self, latest=self.reduction.reducer is Reducer.LAST)
            case Reducer.MODE:
                return _ModeLeaf(self, self.reduction.minimum or 1)
            case _:
                raise Beyond(f"`{self.reduction.reducer}`")

    def _distinct(self, least: int) -> Formula:
        if least <= 0:
            return TRUE
        present = self.value(IS_PRESENT)
        if least == 1:
            return self.some(present)
        slot = self.slot
        return self.translator.grouped(
            self.place.thing,
            self.key,
            conjunction((self.members, present)),
            lambda members: DistinctAtom(self.key, members, slot, least),
        )


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
                None if fact.low is None else -(-fact.low // MILLION),
                None if fact.high is None else fact.high // MILLION,
            )
        return _never_text(fact)


@dataclass(frozen=True, slots=True)
class _SumLeaf:
    """Facts about a sum, which is missing where nothing is added up, unless read as 0."""

    stream: _Stream

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
            stream.place.thing,
            stream.key,
            conjunction((stream.members, stream.value(IS_NUMBER))),
            lambda members: SumAtom(stream.key, members, slot, bound),
        )


@dataclass(frozen=True, slots=True)
class _ExtremeLeaf:
    """Facts about the greatest or least number."""

    stream: _Stream
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

    stream: _Stream
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
        known = self.stream.inner.thing.known[self.stream.slot]
        values = known.enum or (("true", "false") if known.kind is Kind.BOOLEAN else ())
        texts = sorted(dict.fromkeys(map(text_of, values)))
        return texts if 0 < len(texts) <= _MOST_LISTED else None


@dataclass(frozen=True, slots=True)
class _EndLeaf:
    """Facts about the first or last value."""

    stream: _Stream
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
            stream.place.thing,
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
        known = stream.inner.thing.known[stream.slot]
        if known.enum is not None or known.kind not in {Kind.NUMBER, Kind.INTEGER}:
            raise Beyond("the first or last value of rows, where a text may be a number")


@dataclass(frozen=True, slots=True)
class _ModeLeaf:
    """Facts about the most frequent value, of which there are at least so many members."""

    stream: _Stream
    least: int

    def atom(self, fact: Primitive) -> Formula:
        stream = self.stream
        if stream.inner.of_rows or stream.translator.coercion is not Coercion.NUMBER:
            raise Beyond("the most frequent value here")
        numeric = stream.reduction.cast is Cast.NUMBER
        basis = stream.value(IS_NUMBER if numeric else IS_PRESENT)
        often = stream.at_least(self.least, conjunction((basis, stream.value(fact))))
        if fact == IS_PRESENT and self.least == 1:
            return often
        slot = stream.slot
        said = stream.translator.grouped(
            stream.place.thing,
            stream.key,
            conjunction((stream.members, basis)),
            lambda members: ModeAtom(stream.key, members, slot, self.least, numeric, fact),
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


def _mean_formula(
    stream: _Stream,
    operator: Operator,
    constants: list[Constant],
    coercion: Coercion,
) -> Formula:
    """A comparison of a mean, which may be a fraction, with constants."""
    present = stream.some(stream.value(IS_NUMBER))
    if operator is Operator.EXISTS:
        return present
    if operator is Operator.ABSENT:
        return negation(present)
    numbers = [as_number(constant, coercion) for constant in constants]
    if any(number is None for number in numbers):
        raise Beyond("a mean compared with text")

    def reaches(constant: Fraction, *, strict: bool) -> Formula:
        slot = stream.slot
        return stream.translator.grouped(
            stream.place.thing,
            stream.key,
            conjunction((stream.members, stream.value(IS_NUMBER))),
            lambda members: MeanAtom(
                stream.key, members, slot, constant.numerator, constant.denominator, strict
            ),
        )

    exact = [Fraction(number) for number in numbers if number is not None]
    equal = disjunction(
        conjunction((reaches(c, strict=False), negation(reaches(c, strict=True)))) for c in exact
    )
    match operator:
        case Operator.EQUALS | Operator.ONE_OF:
            return equal
        case Operator.DIFFERS:
            return conjunction((present, negation(equal)))
        case Operator.NONE_OF:
            if stream.translator.readings.none_of_missing is NoneOfMissing.TRUE:
                return negation(equal)
            return conjunction((present, negation(equal)))
        case Operator.GREATER_THAN:
            return reaches(exact[0], strict=True)
        case Operator.AT_LEAST:
            return reaches(exact[0], strict=False)
        case Operator.LESS_THAN:
            return conjunction((present, negation(reaches(exact[0], strict=False))))
        case Operator.AT_MOST:
            return conjunction((present, negation(reaches(exact[0], strict=True))))
        case _:
            raise Beyond(f"`{operator}` on a mean")
