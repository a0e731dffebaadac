"""Some users taken for every one, and one user for several."""

from __future__ import annotations

from collections.abc import Iterator

from jurist.languages.cql.edits.edit import Setting, at_conditions, dual_quantifier
from jurist.languages.cql.syntax import AllUsers, And, AnyUser, Condition, Not, Or, Quantifier


@at_conditions
def quantifier_swapped(node: Condition, _setting: Setting) -> Iterator[Condition]:
    """ANY becomes ALL, or the other way."""
    if isinstance(node, Quantifier):
        yield dual_quantifier(node)(node.operand)


@at_conditions
def quantifier_split(node: Condition, _setting: Setting) -> Iterator[Condition]:
    """One user with several things becomes several users with one each."""
    match node:
        case AnyUser(And(operands)):
            yield And(tuple(map(AnyUser, operands)))
        case AllUsers(Or(operands)):
            yield Or(tuple(map(AllUsers, operands)))
        case _:
            pass


@at_conditions
def quantifier_gathered(node: Condition, _setting: Setting) -> Iterator[Condition]:
    """Several users with one thing each become one user with all."""
    if isinstance(node, And):
        some = [operand.operand for operand in node.operands if isinstance(operand, AnyUser)]
        if len(some) == len(node.operands):
            yield AnyUser(And(tuple(some)))


@at_conditions
def quantifier_not(node: Condition, _setting: Setting) -> Iterator[Condition]:
    """None becomes not all, or the other way."""
    match node:
        case AllUsers(Not(operand)) | AnyUser(Not(operand)):
            yield Not(type(node)(operand))
        case Not(AllUsers(operand) | AnyUser(operand) as inner):
            yield type(inner)(Not(operand))
        case _:
            pass


QUANTIFIERS = (quantifier_swapped, quantifier_split, quantifier_gathered, quantifier_not)
