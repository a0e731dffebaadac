"""Comparisons of what streams count, add up or find extreme with other numbers of a customer.

Two numbers are compared as numbers: one fact says that the left is at least the right, one that
it is more. Where one of them is a text, which of the two texts comes first is not looked into,
but it is the same for every operator.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from msgspec.structs import replace

from jurist.languages.cql.boolean import (
    FALSE,
    TRUE,
    Formula,
    atoms_of,
    conjunction,
    disjunction,
    negation,
)
from jurist.languages.cql.operators import Cast, Coercion, Group, Operator, Reducer
from jurist.languages.cql.prover.abstraction.aggregates import ReducedStream
from jurist.languages.cql.prover.abstraction.atoms import (
    Measure,
    Measured,
    OpaqueAtom,
    OuterAtom,
    Quantity,
    QuantityAtom,
    Slot,
)
from jurist.languages.cql.prover.abstraction.sorts import Sort
from jurist.languages.cql.prover.abstraction.value_comparisons import order_formula
from jurist.languages.cql.prover.limits import Beyond
from jurist.languages.cql.prover.values.predicates import IS_NUMBER, IS_PRESENT
from jurist.languages.cql.schemas.schema import NUMERIC
from jurist.languages.cql.semantics.readings import SumOfNothing
from jurist.languages.cql.semantics.values import coercion_at, coercion_of
from jurist.languages.cql.syntax import Comparison, Name, Reduction, Scalar

_MEASURED = {
    Reducer.COUNT: Measured.COUNT,
    Reducer.UNIQUE_COUNT: Measured.DISTINCT,
    Reducer.SUM: Measured.SUM,
    Reducer.AVG: Measured.MEAN,
    Reducer.MIN: Measured.LEAST,
    Reducer.MAX: Measured.GREATEST,
}


class _Side(NamedTuple):
    """One side of a comparison."""

    owner: Sort
    quantity: Quantity
    present: Formula
    number: Formula
    items: Sort | None = None
    """Of a stream, what it is of."""

    @property
    def members(self) -> Formula:
        """The formula of a stream's items."""
        return self.quantity.members if isinstance(self.quantity, Measure) else TRUE

    @property
    def depends_further_out(self) -> bool:
        """Whether a condition of a stream's items is about the customer."""
        items = self.items
        return items is not None and any(
            isinstance(items.atoms[number], OuterAtom) for number in atoms_of(self.members)
        )


def quantities(
    node: Comparison,
    right: Scalar,
    sort: Sort,
    read_stream: Callable[[Reduction, Sort], ReducedStream],
) -> Formula:
    """A comparison by an order, of which one side at least is a reduced stream.

    Raises:
        Beyond: Where a side is not looked into.
    """
    if node.operator.group is Group.DATE:
        raise Beyond("a reduced stream compared as a moment")
    coercion = coercion_at(node, sort.schema.readings.number_like_text)
    if coercion is Coercion.NONE:
        raise Beyond("a reduced stream compared with a value of a row")
    sides = [_side(side, sort, read_stream) for side in (node.left, right)]
    first, second = sides
    owner = first.owner
    if second.owner is not owner or not owner.is_profile:
        raise Beyond("a reduced stream compared with a value of an event or row")
    numbers = conjunction((first.number, second.number))
    if coercion is not coercion_of(sort.schema.readings.number_like_text):  # with a string
        numbers = FALSE
    at_least, more = (_compared(first, second, strict) for strict in (False, True))
    by_number = disjunction(
        part
        for sign, part in (
            (-1, negation(at_least)),
            (0, conjunction((at_least, negation(more)))),
            (1, more),
        )
        if sign in node.operator.signs
    )
    parts = [conjunction((numbers, by_number))]
    if numbers == FALSE or first.number != first.present or second.number != second.present:
        present = conjunction((first.present, second.present, negation(numbers)))
        parts.append(conjunction((present, _by_text(node, owner))))
    return sort.lifted(disjunction(parts), owner)


def _compared(first: _Side, second: _Side, strict: bool) -> Formula:  # noqa: FBT001 - of an atom
    """That the first is at least, or more than, the second.

    Raises:
        Beyond: Where both are of streams with conditions that do not depend on their items.
    """
    by_members = _by_members(first, second, strict)
    if by_members is not None:
        return by_members
    if first.depends_further_out and second.depends_further_out:
        raise Beyond("two reduced streams with conditions of the customer inside")

    def atom(_: object, members: Formula) -> QuantityAtom:
        left, right = (
            side.quantity._replace(members=members)
            if side is split and isinstance(side.quantity, Measure)
            else side.quantity
            for side in (first, second)
        )
        return QuantityAtom(left, right, strict)

    split = next((side for side in (first, second) if side.depends_further_out), None)
    if split is None or split.items is None:
        return first.owner.atom(atom(None, TRUE))
    return split.items.grouped(split.members, atom)


def _by_members(first: _Side, second: _Side, strict: bool) -> Formula | None:  # noqa: FBT001
    """That a least or greatest value is at least, or more than, a trait; or that is.

    By whether some member's value is; `None` where the two are something else.
    """
    stream, name = (first, second) if second.items is None else (second, first)
    measure, slot = stream.quantity, name.quantity
    if stream.items is None or name.items is not None or stream.items.of_rows:
        return None  # a row's own value is compared in its own type, one that is reduced is not
    if not isinstance(measure, Measure) or not isinstance(slot, Slot):
        return None
    if measure.slot is None or measure.measured not in {Measured.LEAST, Measured.GREATEST}:
        return None
    is_left, greatest = stream is first, measure.measured is Measured.GREATEST
    reaches = is_left is greatest
    """Whether one member makes it true, or makes it false."""
    operator = {
        (True, False): Operator.AT_LEAST,
        (True, True): Operator.GREATER_THAN,
        (False, False): Operator.AT_MOST,
        (False, True): Operator.LESS_THAN,
    }[greatest, strict is reaches]
    places = (stream.items, measure.slot), (name.owner, slot)
    compares = order_formula(stream.items, places[0], operator, places[1], None)
    some = stream.items.counted(conjunction((measure.members, compares)), 1)
    return some if reaches else negation(some)


def _by_text(node: Comparison, owner: Sort) -> Formula:
    """What the operator says of two that are no two numbers."""
    before, same = (
        owner.atom(OpaqueAtom(replace(node, operator=operator), "a number compared with a text"))
        for operator in (Operator.LESS_THAN, Operator.EQUALS)
    )
    equal = conjunction((same, negation(before)))
    after = conjunction((negation(same), negation(before)))
    by_sign = {-1: before, 0: equal, 1: after}
    return disjunction(part for sign, part in by_sign.items() if sign in node.operator.signs)


def _side(
    side: Scalar, sort: Sort, read_stream: Callable[[Reduction, Sort], ReducedStream]
) -> _Side:
    if isinstance(side, Name):
        owner, slot = sort.place_of(side)
        if slot is None or not owner.is_profile:
            raise Beyond("a reduced stream compared with a value of an event or row")
        leaf = owner.leaf(slot)
        known = owner.known[slot]
        number = leaf(IS_PRESENT) if known.kind in NUMERIC else leaf(IS_NUMBER)
        return _Side(owner, slot, leaf(IS_PRESENT), number)
    return _stream(read_stream(side, sort))


def _stream(stream: ReducedStream) -> _Side:
    """A reduced stream as a number of its group's members."""
    reduction, items = stream.reduction, stream.items
    measured = _MEASURED.get(reduction.reducer)
    owner = items.outer
    if measured is None or owner is None or reduction.cast not in {None, Cast.NUMBER}:
        raise Beyond("a reduced stream compared with a value that is no constant")
    if measured is Measured.COUNT:
        members, slot, present = stream.members, None, TRUE
    elif measured is Measured.DISTINCT:
        slot, present = stream.slot, TRUE
        members = conjunction((stream.members, stream.value(IS_PRESENT)))
    else:
        slot = stream.slot
        numeric = stream.value(IS_NUMBER)
        members = conjunction((stream.members, numeric))
        present = items.counted(members, 1)
        is_zero = items.schema.readings.sum_of_nothing is SumOfNothing.ZERO
        if measured is Measured.SUM and is_zero:
            present = TRUE
    return _Side(owner, Measure(items.key, members, measured, slot), present, present, items)
