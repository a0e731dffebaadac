"""Some users taken for every one, and one user for several."""

from __future__ import annotations

from collections.abc import Iterator

from jurist.languages.cql.edits.edit import Edit, Setting, at_conditions
from jurist.languages.cql.syntax import AllUsers, And, AnyUser, Condition, Not, Or


def _swapped(node: Condition, _setting: Setting) -> Iterator[Condition]:
    match node:
        case AnyUser(operand):
            yield AllUsers(operand)
        case AllUsers(operand):
            yield AnyUser(operand)
        case _:
            pass


def _spread(node: Condition, _setting: Setting) -> Iterator[Condition]:
    """One user with both becomes a user with each."""
    match node:
        case AnyUser(And(operands)):
            yield And(tuple(map(AnyUser, operands)))
        case AllUsers(Or(operands)):
            yield Or(tuple(map(AllUsers, operands)))
        case _:
            pass


def _gathered(node: Condition, _setting: Setting) -> Iterator[Condition]:
    """A user with each becomes one user with both."""
    if isinstance(node, And):
        some = [each.operand for each in node.operands if isinstance(each, AnyUser)]
        if len(some) == len(node.operands):
            yield AnyUser(And(tuple(some)))


def _not_exchanged(node: Condition, _setting: Setting) -> Iterator[Condition]:
    """No user with becomes not every user with, or the other way."""
    match node:
        case AllUsers(Not(operand)):
            yield Not(AllUsers(operand))
        case AnyUser(Not(operand)):
            yield Not(AnyUser(operand))
        case Not(AllUsers(operand)):
            yield AllUsers(Not(operand))
        case Not(AnyUser(operand)):
            yield AnyUser(Not(operand))
        case _:
            pass


QUANTIFIERS = (
    Edit("quantifier_swapped", "ANY becomes ALL, or the other way.", at_conditions(_swapped)),
    Edit(
        "quantifier_split",
        "One user with several things becomes several users with one each.",
        at_conditions(_spread),
    ),
    Edit(
        "quantifier_gathered",
        "Several users with one thing each become one user with all.",
        at_conditions(_gathered),
    ),
    Edit(
        "quantifier_not",
        "None becomes not all, or the other way.",
        at_conditions(_not_exchanged),
    ),
)
