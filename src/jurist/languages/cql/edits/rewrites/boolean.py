"""Laws of AND, OR and NOT."""

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
from jurist.languages.cql.syntax import And, Condition, Not, Or

_LARGEST_DISTRIBUTED = 6
"""Operands that a distribution may lead to."""


def _de_morgan(node: Condition, _setting: Setting) -> Iterator[Condition]:
    match node:
        case Not(And(operands)):
            yield Or(tuple(map(opposite, operands)))
        case Not(Or(operands)):
            yield And(tuple(map(opposite, operands)))
        case And(operands):
            yield Not(Or(tuple(map(opposite, operands))))
        case Or(operands):
            yield Not(And(tuple(map(opposite, operands))))
        case _:
            pass


def _double_negation(node: Condition, _setting: Setting) -> Iterator[Condition]:
    match node:
        case Not(Not(operand)):
            yield operand
        case Not():
            pass
        case _:
            yield Not(Not(node))


def _commute(node: Condition, _setting: Setting) -> Iterator[Condition]:
    if isinstance(node, And | Or):
        yield type(node)(node.operands[::-1])
        if len(node.operands) > 2:
            yield type(node)((*node.operands[1:], node.operands[0]))


def _associate(node: Condition, _setting: Setting) -> Iterator[Condition]:
    if not isinstance(node, And | Or):
        return
    kind, operands = type(node), node.operands
    for i, operand in enumerate(operands):
        if isinstance(operand, kind):
            yield kind(replaced(operands, i, *operand.operands))
    if len(operands) > 2:
        yield kind((kind(operands[:2]), *operands[2:]))
        yield kind((*operands[:-2], kind(operands[-2:])))


def _distribute(node: Condition, _setting: Setting) -> Iterator[Condition]:
    """`A AND (B OR C)` as `A AND B OR A AND C`, and with AND and OR exchanged."""
    if not isinstance(node, And | Or):
        return
    outer, inner = (And, Or) if isinstance(node, And) else (Or, And)
    for i, operand in enumerate(node.operands):
        others = replaced(node.operands, i)
        if isinstance(operand, inner) and (
            len(operand.operands) * (len(others) + 1) <= _LARGEST_DISTRIBUTED
        ):
            yield inner(tuple(outer((*others, each)) for each in operand.operands))


def _factor(node: Condition, _setting: Setting) -> Iterator[Condition]:
    """`A AND B OR A AND C` as `A AND (B OR C)`, and with AND and OR exchanged."""
    if not isinstance(node, And | Or):
        return
    outer, inner = (And, Or) if isinstance(node, And) else (Or, And)
    parts = [each.operands if isinstance(each, inner) else (each,) for each in node.operands]
    shared = [each for each in parts[0] if all(each in others for others in parts[1:])]
    rests = [tuple(each for each in operands if each not in shared) for operands in parts]
    if shared and all(rests):
        within = [joined(inner, rest) for rest in rests]
        yield inner((*shared, outer(tuple(within))))


def _absorption(node: Condition, _setting: Setting) -> Iterator[Condition]:
    """`A AND B` as `A AND (A OR B) AND B`, `A OR B` as `A OR A AND B OR B`."""
    if isinstance(node, And | Or):
        dual = Or if isinstance(node, And) else And
        first, second, *others = node.operands
        yield type(node)((first, dual((first, second)), second, *others))


def _repetition(node: Condition, _setting: Setting) -> Iterator[Condition]:
    if isinstance(node, And | Or):
        kept = tuple(dict.fromkeys(node.operands))
        if len(kept) < len(node.operands):
            yield joined(type(node), kept)
        yield type(node)((*node.operands, *node.operands[:1]))
    elif not isinstance(node, Not):
        yield And((node, node))
        yield Or((node, node))


def _case_split(node: Condition, _setting: Setting) -> Iterator[Condition]:
    """`A AND B` as `A AND (NOT A OR B)`, `A OR B` as `A OR NOT A AND B`."""
    match node:
        case And((first, second)):
            yield And((first, Or((opposite(first), second))))
        case Or((first, second)):
            yield Or((first, And((opposite(first), second))))
        case _:
            pass


BOOLEAN = (
    Edit("de_morgan", "NOT moves over AND or OR, either way.", at_conditions(_de_morgan)),
    Edit("double_negation", "Two NOTs are added or removed.", at_conditions(_double_negation)),
    Edit("commute", "The operands of AND or OR change their order.", at_conditions(_commute)),
    Edit(
        "associate", "The operands of AND or OR are grouped otherwise.", at_conditions(_associate)
    ),
    Edit("distribute", "AND is spread over OR, or OR over AND.", at_conditions(_distribute)),
    Edit("factor", "What all alternatives share is said once.", at_conditions(_factor)),
    Edit("absorption", "An operand is added that another one implies.", at_conditions(_absorption)),
    Edit("repetition", "A condition is said twice, or once instead.", at_conditions(_repetition)),
    Edit("case_split", "An operand is said only for where it matters.", at_conditions(_case_split)),
)
