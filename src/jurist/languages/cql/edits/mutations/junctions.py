"""AND, OR and NOT confused, misplaced or forgotten."""

from __future__ import annotations

from collections.abc import Iterator

from jurist.languages.cql.edits.edit import (
    Edit,
    Setting,
    at_conditions,
    joined,
    opposite,
    replaced,
)
from jurist.languages.cql.syntax import And, Comparison, Condition, Not, Or


def _and_for_or(node: Condition, _setting: Setting) -> Iterator[Condition]:
    if isinstance(node, Or):
        yield And(node.operands)


def _or_for_and(node: Condition, _setting: Setting) -> Iterator[Condition]:
    if isinstance(node, And):
        yield Or(node.operands)


def _not_dropped(node: Condition, _setting: Setting) -> Iterator[Condition]:
    if isinstance(node, Not):
        yield node.operand


def _not_added(node: Condition, _setting: Setting) -> Iterator[Condition]:
    if isinstance(node, Comparison):
        yield Not(node)


def _not_misplaced(node: Condition, _setting: Setting) -> Iterator[Condition]:
    match node:
        case Not(And(operands) | Or(operands) as inner):
            kind = type(inner)
            yield kind((Not(operands[0]), *operands[1:]))
            yield kind(tuple(map(opposite, operands)))
        case And((Not(first), *others)) | Or((Not(first), *others)):
            yield Not(type(node)((first, *others)))
        case _:
            pass


def _conjunct_dropped(node: Condition, _setting: Setting) -> Iterator[Condition]:
    if isinstance(node, And):
        for i in range(len(node.operands)):
            yield joined(And, replaced(node.operands, i))


def _alternative_dropped(node: Condition, _setting: Setting) -> Iterator[Condition]:
    if isinstance(node, Or):
        for i in range(len(node.operands)):
            yield joined(Or, replaced(node.operands, i))


def _regrouped(node: Condition, _setting: Setting) -> Iterator[Condition]:
    """`(A OR B) AND C` as `A OR B AND C`, and with AND and OR exchanged."""
    if not isinstance(node, And | Or):
        return
    outer, inner = (And, Or) if isinstance(node, And) else (Or, And)
    for i, operand in enumerate(node.operands):
        if isinstance(operand, inner):
            others = replaced(node.operands, i)
            *firsts, last = operand.operands
            yield inner((*firsts, outer((last, *others))))
            return


JUNCTIONS = (
    Edit("and_for_or", "OR becomes AND.", at_conditions(_and_for_or)),
    Edit("or_for_and", "AND becomes OR.", at_conditions(_or_for_and)),
    Edit("not_dropped", "A NOT is forgotten.", at_conditions(_not_dropped)),
    Edit("not_added", "A condition becomes its contrary.", at_conditions(_not_added)),
    Edit(
        "not_misplaced",
        "NOT holds for other conditions than it did.",
        at_conditions(_not_misplaced),
    ),
    Edit(
        "conjunct_dropped",
        "One of the conditions of AND is left out.",
        at_conditions(_conjunct_dropped),
    ),
    Edit(
        "alternative_dropped",
        "One of the conditions of OR is left out.",
        at_conditions(_alternative_dropped),
    ),
    Edit("regrouped", "Parentheses stand around other conditions.", at_conditions(_regrouped)),
)
