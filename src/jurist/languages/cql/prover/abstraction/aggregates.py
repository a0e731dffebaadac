"""Comparisons of reduced streams as formulas over counts, sums, means and the like.

`max(p) >= c` says that some member has `p >= c`; `count = k` that there are at least k
and not k + 1; what a missing result makes of a comparison comes out by itself, since
none of the facts of a missing value hold.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import partial

from jurist.languages.cql.boolean import (
    FALSE,
    TRUE,
    Formula,
    conjunction,
    disjunction,
    negation,
)
from jurist.languages.cql.operators import Cast, Operator, Reducer
from jurist.languages.cql.prover.abstraction.atoms import (
    TIME,
    Atom,
    DistinctAtom,
    EndAtom,
    GroupKey,
    MeanAtom,
    ModeAtom,
    Slot,
    SlotKind,
    SumAtom,
)
from jurist.languages.cql.prover.abstraction.sorts import Sort
from jurist.languages.cql.prover.abstraction.value_comparisons import (
    finite_values,
    moment_as_text,
    number_as_text,
)
from jurist.languages.cql.prover.limits import Beyond
from jurist.languages.cql.prover.values.predicates import (
    AMONG,
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
    holds,
    nothing,
    one_by_one,
)
from jurist.languages.cql.schemas.schema import Kind
from jurist.languages.cql.semantics.numbers import UNIT, units_of
from jurist.languages.cql.semantics.readings import SumOfNothing
from jurist.languages.cql.semantics.values import (
    TIMESTAMP,
    Coercion,
    as_number,
    coercion_of,
    read_number,
    text_of,
)
from jurist.languages.cql.semantics.values import Atom as Constant
from jurist.languages.cql.syntax import Context, Property, Reduction

_MOST_LISTED = 30
_OF_NUMBERS = "-.0123456789"
_ANY_TIME = Primitive(MOMENT)
_NEVER = Primitive(OTHER_IS)
"""Stands for a text that no number has."""


@dataclass(frozen=True, slots=True)
class ReducedStream:
    """The items that pass a stream's filters, and what is reduced of them."""

    items: Sort
    members: Formula
    reduction: Reduction

    @property
    def slot(self) -> Slot:
        """Which of their values is reduced.

        Raises:
            Beyond: Where it is none of their own.
        """
        value = self.reduction.value
        if isinstance(value, Property) and not value.parent:
            return Slot(SlotKind.PROPERTY, value.name)
        if isinstance(value, Context) and value.name != TIMESTAMP and self.items.of_events:
            return Slot(SlotKind.CONTEXT, value.name)
        raise Beyond("this reduced value")

    @property
    def reduces_time(self) -> bool:
        """Whether it is the time of events that is reduced."""
        value = self.reduction.value
        is_time = isinstance(value, Context) and value.name == TIMESTAMP
        return is_time and self.items.of_events

    @property
    def coercion(self) -> Coercion:
        """How the results are compared, whatever they are of."""
        return coercion_of(self.items.schema.readings.number_like_text)

    def value(self, fact: Primitive) -> Formula:
        """A fact about an item's reduced value; every event has a time."""
        if not self.reduces_time:
            return self.items.leaf(self.slot)(fact)
        return TRUE if fact == IS_PRESENT else moment_as_text(self.items.leaf(TIME))(fact)

    def some(self, members: Formula) -> Formula:
        """That some item passes the filters and another formula."""
        return self.at_least(1, members)

    def at_least(self, least: int, members: Formula = TRUE) -> Formula:
        """That at least so many items pass the filters and another formula."""
        return self.items.counted(conjunction((self.members, members)), least)

    def grouped(self, fact: Primitive, make: Callable[[GroupKey, Formula], Atom]) -> Formula:
        """An atom about the items that pass the filters and whose reduced value has a fact."""
        return self.items.grouped(conjunction((self.members, self.value(fact))), make)


def reduced_leaf(stream: ReducedStream, *, dated: bool) -> Leaf:
    """What makes the atoms about a reduced value; `dated`: for a comparison of moments.

    Raises:
        Beyond: Where the reducer is not reached by the procedure.
    """
    leaf = _reduced_leaf(stream, dated=dated)
    knows_lists = stream.reduction.reducer.is_end and not stream.reduces_time
    return leaf if knows_lists else one_by_one(leaf)


def _reduced_leaf(stream: ReducedStream, *, dated: bool) -> Leaf:
    reducer, cast = stream.reduction.reducer, stream.reduction.cast
    if dated and not reducer.is_end:
        if cast is None and (reducer.counts or reducer.needs_numbers):
            return nothing
        raise Beyond("a date comparison of a reduced stream")
    if reducer.is_extreme:
        of_texts = cast in {Cast.STRING, Cast.ARRAY}
        return partial(_extreme_text if of_texts else _extreme_number, stream)
    if reducer.is_end and stream.reduces_time:
        return moment_as_text(partial(_end_time, stream))
    match reducer:
        case Reducer.COUNT:
            return partial(_number, stream.at_least)
        case Reducer.UNIQUE_COUNT:
            return partial(_number, partial(_distinct, stream))
        case Reducer.SUM:
            return partial(_sum, stream)
        case Reducer.FIRST | Reducer.LAST:
            return partial(_end, stream)
        case Reducer.MODE:
            return partial(_mode, stream)
        case _:
            raise Beyond(f"`{reducer}`")


# --- counts and sums ---


def _number(at_least: Callable[[int], Formula], fact: Primitive) -> Formula:
    """A fact about a number of items, which is there even where it is 0."""
    if fact in (IS_PRESENT, IS_NUMBER):
        return TRUE
    fact = _of_number(fact)
    if fact.kind != NUMBER:
        return number_as_text(partial(_number, at_least), fact, "0123456789")
    low = None if fact.low is None else -(-fact.low // UNIT)
    return _interval(at_least, low, None if fact.high is None else fact.high // UNIT)


def _distinct(stream: ReducedStream, least: int) -> Formula:
    """That at least so many different values are there."""
    if least <= 0:
        return TRUE
    if least == 1:
        return stream.some(stream.value(IS_PRESENT))
    slot = stream.slot
    return stream.grouped(IS_PRESENT, lambda key, members: DistinctAtom(key, members, slot, least))


def _sum(stream: ReducedStream, fact: Primitive) -> Formula:
    """A fact about a sum, which is missing where nothing is added up, unless read as 0."""
    is_zero = stream.items.schema.readings.sum_of_nothing is SumOfNothing.ZERO
    present = TRUE if is_zero else stream.some(stream.value(IS_NUMBER))
    if fact in (IS_PRESENT, IS_NUMBER):
        return present
    fact = _of_number(fact)
    if fact.kind != NUMBER:
        return number_as_text(partial(_sum, stream), fact, _OF_NUMBERS)
    slot = stream.slot

    def reaches(bound: int) -> Formula:
        return stream.grouped(IS_NUMBER, lambda key, members: SumAtom(key, members, slot, bound))

    return conjunction((present, _interval(reaches, fact.low, fact.high)))


def _interval(at_least: Callable[[int], Formula], low: int | None, high: int | None) -> Formula:
    """Of what is monotone: that it reaches `low` and not more than `high`."""
    if low is not None and high is not None and low > high:
        return FALSE
    reaches = TRUE if low is None else at_least(low)
    return reaches if high is None else conjunction((reaches, negation(at_least(high + 1))))


def _of_number(fact: Primitive) -> Primitive:
    """A fact about a number: that its text is this one says that it is that number."""
    if fact.kind != IS:
        return fact
    number = read_number(fact.text)
    units = None if number is None or text_of(number) != fact.text else units_of(number)
    return _NEVER if units is None else Primitive(NUMBER, units, units)


def mean_formula(
    stream: ReducedStream, operator: Operator, constants: Sequence[Constant]
) -> Formula:
    """A comparison of a mean, which may be a fraction, with constants."""
    present = stream.some(stream.value(IS_NUMBER))
    if operator is Operator.EXISTS:
        return present
    if operator is Operator.ABSENT:
        return negation(present)
    numbers = [as_number(constant, stream.coercion) for constant in constants]
    exact = [Fraction(number) for number in numbers if number is not None]
    if len(exact) < len(numbers):
        raise Beyond("a mean compared with text")
    slot = stream.slot

    def reaches(bound: Fraction, *, strict: bool = False) -> Formula:
        ratio = bound.as_integer_ratio()
        return stream.grouped(
            IS_NUMBER, lambda key, members: MeanAtom(key, members, slot, *ratio, strict)
        )

    match operator:
        case Operator.EQUALS | Operator.ONE_OF:
            return disjunction(
                conjunction((reaches(c), negation(reaches(c, strict=True)))) for c in exact
            )
        case Operator.DIFFERS | Operator.NONE_OF:
            none = negation(mean_formula(stream, Operator.ONE_OF, constants))
            is_lax = stream.items.schema.readings.holds_for_missing(operator)
            return none if is_lax else conjunction((present, none))
        case Operator.GREATER_THAN | Operator.AT_LEAST:
            return reaches(exact[0], strict=operator is Operator.GREATER_THAN)
        case Operator.LESS_THAN | Operator.AT_MOST:
            over = reaches(exact[0], strict=operator is Operator.AT_MOST)
            return conjunction((present, negation(over)))
        case _:
            raise Beyond(f"`{operator}` on a mean")


# --- the least and the greatest ---


def _extreme_number(stream: ReducedStream, fact: Primitive) -> Formula:
    """A fact about the greatest or least number."""
    if fact in (IS_PRESENT, IS_NUMBER):
        return stream.some(stream.value(IS_NUMBER))
    fact = _of_number(fact)
    if fact.kind != NUMBER:
        return number_as_text(partial(_extreme_number, stream), fact, _OF_NUMBERS)
    return _extreme(stream, stream.value, fact, greatest=stream.reduction.reducer is Reducer.MAX)


def _end_time(stream: ReducedStream, fact: Primitive) -> Formula:
    """A fact about when the first or last item happened."""
    if fact == IS_PRESENT:
        return stream.some(TRUE)

    def happened(fact: Primitive) -> Formula:
        return TRUE if fact == _ANY_TIME else stream.items.leaf(TIME)(fact)

    return _extreme(stream, happened, fact, greatest=stream.reduction.reducer is Reducer.LAST)


def _extreme(stream: ReducedStream, leaf: Leaf, fact: Primitive, *, greatest: bool) -> Formula:
    """That the greatest value lies in an interval: one reaches it, and none goes beyond."""
    kind, low, high = fact.kind, fact.low, fact.high
    if greatest:
        reaching = Primitive(kind, low)
        beyond = None if high is None else Primitive(kind, high + 1)
    else:
        reaching = Primitive(kind, None, high)
        beyond = None if low is None else Primitive(kind, None, low - 1)
    reached = stream.some(leaf(reaching))
    return (
        reached if beyond is None else conjunction((reached, negation(stream.some(leaf(beyond)))))
    )


def _extreme_text(stream: ReducedStream, fact: Primitive) -> Formula:
    """A fact about the greatest or least text; a text that may read as a number is beyond."""
    if fact == IS_PRESENT:
        return stream.some(stream.value(IS_PRESENT))
    listed = () if fact.kind in {IS, BEFORE} else _listed_texts(stream)
    if listed:
        held = [text for text in listed if holds(fact, text, stream.coercion)]
        return disjunction([_extreme_text(stream, Primitive(IS, text=text)) for text in held])
    if fact.kind not in {IS, BEFORE, STARTS}:
        raise Beyond("a greatest or least text compared as a number or searched")
    greatest = stream.reduction.reducer is Reducer.MAX
    present, has_fact = stream.value(IS_PRESENT), stream.value(fact)
    before = stream.value(Primitive(BEFORE, text=fact.text))
    beyond = conjunction((present, negation(has_fact), negation(before))) if greatest else before
    if fact.kind == BEFORE:
        reached, beyond = (present, beyond) if greatest else (before, FALSE)
    else:  # texts that start alike are neighbours: after those before it, before all others
        reached = has_fact
    return conjunction((stream.some(reached), negation(stream.some(beyond))))


def _listed_texts(stream: ReducedStream) -> Sequence[str]:
    """The texts that there are, where the schema lists them."""
    if stream.reduces_time:
        return ()
    known = stream.items.allowed(stream.slot)
    values = known.enum or (("true", "false") if known.kind is Kind.BOOLEAN else ())
    texts = sorted(set(map(text_of, values)))
    return texts if len(texts) <= _MOST_LISTED else ()


# --- the first, the last and the most frequent ---


def _end(stream: ReducedStream, fact: Primitive) -> Formula:
    """A fact about the first or last value."""
    if fact == IS_PRESENT:
        return stream.some(stream.value(IS_PRESENT))
    known = stream.items.allowed(stream.slot)
    if (
        stream.items.of_rows
        and fact.kind in {NUMBER, OTHER_IS, OTHER_BEFORE, AMONG}
        and stream.coercion is not Coercion.NONE
        and (known.enum is not None or known.kind not in {Kind.NUMBER, Kind.INTEGER})
    ):  # a row's own value is read in its own type, but one that is reduced as any other
        raise Beyond("the first or last value of rows, where a text may be a number")
    stream.value(fact)
    slot, latest = stream.slot, stream.reduction.reducer is Reducer.LAST
    return stream.grouped(
        IS_PRESENT, lambda key, members: EndAtom(key, members, slot, latest, fact)
    )


def _mode(stream: ReducedStream, fact: Primitive) -> Formula:
    """A fact about the most frequent value, of which there are at least so many items."""
    if stream.items.of_rows or stream.coercion is not Coercion.NUMBER:
        raise Beyond("the most frequent value here")
    slot, least = stream.slot, stream.reduction.minimum or 1
    often = stream.at_least(least, conjunction((stream.value(IS_PRESENT), stream.value(fact))))
    if fact == IS_PRESENT and least == 1:
        return often
    most_frequent = stream.grouped(
        IS_PRESENT, lambda key, members: ModeAtom(key, members, slot, least, fact)
    )
    return conjunction((most_frequent, often))


def listed_results(stream: ReducedStream) -> tuple[Sequence[Constant], Coercion | None]:
    """What the first, last, least or greatest of a property with few values can be.

    With how the result is compared with each of them.
    """
    if stream.reduces_time or stream.items.of_rows:
        return (), None
    known = stream.items.allowed(stream.slot)
    if stream.reduction.reducer.is_end:
        coercion = stream.items.coercion_of(stream.slot)
        return finite_values(known, coercion), coercion
    values = finite_values(known, stream.coercion)
    numbers = (as_number(value, stream.coercion) for value in values)
    return [number for number in numbers if isinstance(number, int | Decimal)], None
