"""AND, OR and NOT confused, misplaced or forgotten."""

from __future__ import annotations

from collections.abc import Iterator

from jurist.languages.cql.edits.edit import (
    Setting,
    at_conditions,
    dual,
    joined,
    opposite,
    replaced,
)
from jurist.languages.cql.syntax import And, Comparison, Condition, Junction, Not, Or


@at_conditions
def and_for_or(node: Condition, _setting: Setting) -> Iterator[Condition]:
    """OR becomes AND."""
    if isinstance(node, Or):
        yield And(node.operands)


@at_conditions
def or_for_and(node: Condition, _setting: Setting) -> Iterator[Condition]:
    """AND becomes OR."""
    if isinstance(node, And):
        yield Or(node.operands)


@at_conditions
def not_dropped(node: Condition, _setting: Setting) -> Iterator[Condition]:
    """A NOT is forgotten."""
    if isinstance(node, Not):
        yield node.operand


@at_conditions
def not_added(node: Condition, _setting: Setting) -> Iterator[Condition]:
    """A condition becomes its contrary."""
    if isinstance(node, Comparison):
        yield Not(node)


@at_conditions
def not_misplaced(node: Condition, _setting: Setting) -> Iterator[Condition]:
    """NOT holds for other conditions than it did."""
    match node:
        case Not(And(operands) | Or(operands) as inner):
            kind = type(inner)
            yield kind((Not(operands[0]), *operands[1:]))
            yield kind(tuple(map(opposite, operands)))
        case And((Not(first), *others)) | Or((Not(first), *others)):
            yield Not(type(node)((first, *others)))
        case _:
            pass


@at_conditions
def conjunct_dropped(node: Condition, _setting: Setting) -> Iterator[Condition]:
    """One of the conditions of AND is left out."""
    if isinstance(node, And):
        yield from _without_an_operand(node)


@at_conditions
def alternative_dropped(node: Condition, _setting: Setting) -> Iterator[Condition]:
    """One of the conditions of OR is left out."""
    if isinstance(node, Or):
        yield from _without_an_operand(node)


def _without_an_operand(node: Junction) -> Iterator[Condition]:
    return (joined(type(node), replaced(node.operands, i)) for i in range(len(node.operands)))


@at_conditions
def regrouped(node: Condition, _setting: Setting) -> Iterator[Condition]:
    """Parentheses stand around other conditions.

    `(A OR B) AND C` as `A OR B AND C`, and with AND and OR exchanged.
    """
    if not isinstance(node, Junction):
        return
    outer, inner = type(node), dual(node)
    for i, operand in enumerate(node.operands):
        if isinstance(operand, inner):
            others = replaced(node.operands, i)
            *firsts, last = operand.operands
            yield inner((*firsts, outer((last, *others))))
            return


JUNCTIONS = (
    *(and_for_or, or_for_and, not_dropped, not_added, not_misplaced, conjunct_dropped),
    *(alternative_dropped, regrouped),
)
