"""Laws of AND, OR and NOT."""

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
from jurist.languages.cql.syntax import And, Condition, Junction, Not, Or

_LARGEST_DISTRIBUTED = 6
"""Operands that a distribution may lead to."""


@at_conditions
def de_morgan(node: Condition, _setting: Setting) -> Iterator[Condition]:
    """NOT moves over AND or OR, either way."""
    match node:
        case Not(And(operands) | Or(operands) as inner):
            yield dual(inner)(tuple(map(opposite, operands)))
        case And(operands) | Or(operands):
            yield Not(dual(node)(tuple(map(opposite, operands))))
        case _:
            pass


@at_conditions
def double_negation(node: Condition, _setting: Setting) -> Iterator[Condition]:
    """Two NOTs are added or removed."""
    match node:
        case Not(Not(operand)):
            yield operand
        case Not():
            pass
        case _:
            yield Not(Not(node))


@at_conditions
def commute(node: Condition, _setting: Setting) -> Iterator[Condition]:
    """The operands of AND or OR change their order."""
    if isinstance(node, Junction):
        yield type(node)(node.operands[::-1])
        if len(node.operands) > 2:
            yield type(node)((*node.operands[1:], node.operands[0]))


@at_conditions
def associate(node: Condition, _setting: Setting) -> Iterator[Condition]:
    """The operands of AND or OR are grouped otherwise."""
    if not isinstance(node, Junction):
        return
    kind, operands = type(node), node.operands
    for i, operand in enumerate(operands):
        if isinstance(operand, kind):
            yield kind(replaced(operands, i, *operand.operands))
    if len(operands) > 2:
        yield kind((kind(operands[:2]), *operands[2:]))
        yield kind((*operands[:-2], kind(operands[-2:])))


@at_conditions
def distribute(node: Condition, _setting: Setting) -> Iterator[Condition]:
    """AND is spread over OR, or OR over AND.

    `A AND (B OR C)` as `A AND B OR A AND C`, and with AND and OR exchanged.
    """
    if not isinstance(node, Junction):
        return
    outer, inner = type(node), dual(node)
    for i, operand in enumerate(node.operands):
        others = replaced(node.operands, i)
        if isinstance(operand, inner) and (
            len(operand.operands) * (len(others) + 1) <= _LARGEST_DISTRIBUTED
        ):
            yield inner(tuple(outer((*others, part)) for part in operand.operands))


@at_conditions
def factor(node: Condition, _setting: Setting) -> Iterator[Condition]:
    """What all alternatives share is said once.

    `A AND B OR A AND C` as `A AND (B OR C)`, and with AND and OR exchanged.
    """
    if not isinstance(node, Junction):
        return
    outer, inner = type(node), dual(node)
    groups = [part.operands if isinstance(part, inner) else (part,) for part in node.operands]
    shared = [part for part in groups[0] if all(part in group for group in groups[1:])]
    rests = [tuple(part for part in group if part not in shared) for group in groups]
    if shared and all(rests):
        yield inner((*shared, outer(tuple(joined(inner, rest) for rest in rests))))


@at_conditions
def absorption(node: Condition, _setting: Setting) -> Iterator[Condition]:
    """An operand is added that another one implies.

    `A AND B` as `A AND (A OR B) AND B`, `A OR B` as `A OR A AND B OR B`.
    """
    if isinstance(node, Junction):
        first, second, *others = node.operands
        yield type(node)((first, dual(node)((first, second)), second, *others))


@at_conditions
def repetition(node: Condition, _setting: Setting) -> Iterator[Condition]:
    """A condition is said twice, or once instead."""
    if isinstance(node, Junction):
        kept = tuple(dict.fromkeys(node.operands))
        if len(kept) < len(node.operands):
            yield joined(type(node), kept)
        yield type(node)((*node.operands, *node.operands[:1]))
    elif not isinstance(node, Not):
        yield And((node, node))
        yield Or((node, node))


@at_conditions
def case_split(node: Condition, _setting: Setting) -> Iterator[Condition]:
    """An operand is said only for where it matters.

    `A AND B` as `A AND (NOT A OR B)`, `A OR B` as `A OR NOT A AND B`.
    """
    match node:
        case And((first, second)) | Or((first, second)):
            yield type(node)((first, dual(node)((opposite(first), second))))
        case _:
            pass


BOOLEAN = (
    *(de_morgan, double_negation, commute, associate, distribute, factor, absorption),
    *(repetition, case_split),
)
