"""Laws of ANY and ALL."""

from __future__ import annotations

from collections.abc import Iterator

from jurist.languages.cql.edits.edit import Edit, Setting, at_conditions, opposite
from jurist.languages.cql.schemas.schema import AudienceType
from jurist.languages.cql.syntax import (
    AllUsers,
    And,
    AnyUser,
    Comparison,
    Condition,
    Not,
    Or,
    Reduction,
)


def _duality(node: Condition, _setting: Setting) -> Iterator[Condition]:
    match node:
        case Not(AnyUser(operand)):
            yield AllUsers(opposite(operand))
        case Not(AllUsers(operand)):
            yield AnyUser(opposite(operand))
        case AnyUser(operand):
            yield Not(AllUsers(opposite(operand)))
        case AllUsers(operand):
            yield Not(AnyUser(opposite(operand)))
        case _:
            pass


def _spread(node: Condition, _setting: Setting) -> Iterator[Condition]:
    match node:
        case AnyUser(Or(operands)):
            yield Or(tuple(map(AnyUser, operands)))
        case AllUsers(And(operands)):
            yield And(tuple(map(AllUsers, operands)))
        case _:
            pass


def _meant(node: Condition, setting: Setting) -> Iterator[Condition]:
    """A stream outside ANY and ALL means ANY (A2)."""
    match node:
        case Comparison(Reduction()) if setting.at_account:
            yield AnyUser(node)
        case AnyUser(Comparison(Reduction()) as operand):
            if setting.schema.audience_type is AudienceType.ACCOUNTS:
                yield operand
        case _:
            pass


QUANTIFIERS = (
    Edit(
        "quantifier_duality",
        "ANY is said by NOT ALL NOT, or ALL by NOT ANY NOT.",
        at_conditions(_duality),
    ),
    Edit("quantifier_spread", "ANY moves over OR, ALL over AND.", at_conditions(_spread)),
    Edit("quantifier_meant", "ANY is said or left unsaid.", at_conditions(_meant)),
)
