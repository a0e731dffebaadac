"""Other ways to say that a number is large or small enough."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from jurist.languages.cql.edits.edit import Setting, at_comparisons, with_operator
from jurist.languages.cql.schemas.schema import Kind
from jurist.languages.cql.semantics.arrays import names_entries
from jurist.languages.cql.syntax import (
    And,
    Cast,
    Comparison,
    Condition,
    Not,
    Number,
    Operator,
    Or,
    Reduction,
)

SOME = ((Operator.AT_LEAST, 1), (Operator.GREATER_THAN, 0))
"""Which bounds on a count say that there is one or more."""
NONE = ((Operator.EQUALS, 0), (Operator.AT_MOST, 0), (Operator.LESS_THAN, 1))
"""Which bounds on a count say that there is none."""
_WHOLE = {
    Operator.AT_LEAST: (Operator.GREATER_THAN, -1),
    Operator.GREATER_THAN: (Operator.AT_LEAST, 1),
    Operator.AT_MOST: (Operator.LESS_THAN, 1),
    Operator.LESS_THAN: (Operator.AT_MOST, -1),
}
"""The same bound on whole numbers: the operator, and what is added to the number."""
_WEAKER = {
    Operator.AT_LEAST: (Operator.AT_LEAST, -1),
    Operator.GREATER_THAN: (Operator.GREATER_THAN, -1),
    Operator.AT_MOST: (Operator.AT_MOST, 1),
    Operator.LESS_THAN: (Operator.LESS_THAN, 1),
    Operator.EQUALS: (Operator.GREATER_THAN, -1),
}
_TWO_BOUNDS = {
    Operator.EQUALS: (And, Operator.AT_LEAST, Operator.AT_MOST),
    Operator.DIFFERS: (Or, Operator.GREATER_THAN, Operator.LESS_THAN),
    Operator.AT_LEAST: (Or, Operator.GREATER_THAN, Operator.EQUALS),
    Operator.AT_MOST: (Or, Operator.LESS_THAN, Operator.EQUALS),
    Operator.GREATER_THAN: (And, Operator.AT_LEAST, Operator.DIFFERS),
    Operator.LESS_THAN: (And, Operator.AT_MOST, Operator.DIFFERS),
}


def is_count(node: Comparison) -> bool:
    """Whether the left side is a whole number, never missing and never below 0."""
    return isinstance(node.left, Reduction) and node.left.reducer.counts


def is_numeric(node: Comparison) -> bool:
    """Whether the left side is a number wherever it is not missing."""
    left = node.left
    return (
        isinstance(left, Reduction)
        and (left.reducer.counts or left.reducer.needs_numbers)
        and left.cast in {None, Cast.NUMBER}
    )


def threshold(node: Comparison) -> int | None:
    """The whole number that a value is compared with, if it is one."""
    match node.arguments:
        case (Number(int() as value),):
            return value
        case _:
            return None


@at_comparisons
def threshold_spelling(node: Comparison, setting: Setting) -> Iterator[Condition]:
    """A bound on whole numbers is strict instead of loose, or the other way."""
    number = threshold(node)
    whole = is_count(node) or (
        not setting.schema.open_world
        and not isinstance(node.left, Reduction)
        and setting.facts(node.left).kind is Kind.INTEGER
    )
    if number is not None and whole and node.operator in _WHOLE:
        operator, step = _WHOLE[node.operator]
        yield _compared(node, operator, number + step)


@at_comparisons
def complement(node: Comparison, _setting: Setting) -> Iterator[Condition]:
    """A count is said by NOT of its complement.

    Only a count, as it is never missing.
    """
    if is_count(node) and threshold(node) is not None and node.operator.symbol:
        yield from map(Not, with_operator(node, node.operator.negated))


@at_comparisons
def zero(node: Comparison, _setting: Setting) -> Iterator[Condition]:
    """None, or at least one, is said in another way."""
    bound = node.operator, threshold(node)
    if is_count(node) and bound in SOME:
        yield _compared(node, Operator.DIFFERS, 0)
        yield Not(_compared(node, Operator.EQUALS, 0))
        yield Not(_compared(node, Operator.AT_MOST, 0))
    if is_count(node) and bound in NONE:
        yield from (_compared(node, *other) for other in NONE if other != bound)
        yield Not(_compared(node, Operator.AT_LEAST, 1))


@at_comparisons
def two_bounds(node: Comparison, setting: Setting) -> Iterator[Condition]:
    """One comparison is said by two others.

    `= c` as `>= c AND <= c`, `!= c` as `> c OR < c`; `>= c` as `> c OR = c`.
    """
    if setting.is_of_row(node.left, *node.arguments) or names_entries(node.left):
        return  # another entry may meet the second comparison (A11)
    if node.operator in _TWO_BOUNDS:
        kind, *operators = _TWO_BOUNDS[node.operator]
        parts = [replace(node, operator=operator) for operator in operators]
        if all(setting.coercion(part) is setting.coercion(node) for part in parts):
            yield kind(tuple(parts))


@at_comparisons
def weaker_bound(node: Comparison, _setting: Setting) -> Iterator[Condition]:
    """A bound is added that the first implies."""
    number = threshold(node)
    if is_numeric(node) and number is not None and node.operator in _WEAKER:
        operator, step = _WEAKER[node.operator]
        yield And((node, _compared(node, operator, number + step)))


@at_comparisons
def threshold_split(node: Comparison, _setting: Setting) -> Iterator[Condition]:
    """A range of counts is split into two.

    `>= 2` as `= 2 OR >= 3`.
    """
    number = threshold(node)
    if not is_count(node) or number is None:
        return
    step = {Operator.AT_LEAST: 1, Operator.AT_MOST: -1}.get(node.operator, 0)
    if step == 1 or (step == -1 and number >= 1):
        exactly = _compared(node, Operator.EQUALS, number)
        yield Or((exactly, _compared(node, node.operator, number + step)))


def _compared(node: Comparison, operator: Operator, number: int) -> Comparison:
    return replace(node, operator=operator, arguments=(Number(number),))


THRESHOLDS = (threshold_spelling, complement, zero, two_bounds, weaker_bound, threshold_split)
