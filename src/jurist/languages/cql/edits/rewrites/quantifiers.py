"""Laws of ANY and ALL."""

from __future__ import annotations

from collections.abc import Iterator

from jurist.languages.cql.edits.edit import Setting, at_conditions, dual_quantifier, opposite
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


@at_conditions
def quantifier_duality(node: Condition, _setting: Setting) -> Iterator[Condition]:
    """ANY is said by NOT ALL NOT, or ALL by NOT ANY NOT."""
    match node:
        case Not(AnyUser(operand) | AllUsers(operand) as inner):
            yield dual_quantifier(inner)(opposite(operand))
        case AnyUser(operand) | AllUsers(operand):
            yield Not(dual_quantifier(node)(opposite(operand)))
        case _:
            pass


@at_conditions
def quantifier_spread(node: Condition, _setting: Setting) -> Iterator[Condition]:
    """ANY moves over OR, ALL over AND."""
    match node:
        case AnyUser(Or(operands) as inner) | AllUsers(And(operands) as inner):
            yield type(inner)(tuple(map(type(node), operands)))
        case _:
            pass


@at_conditions
def quantifier_meant(node: Condition, setting: Setting) -> Iterator[Condition]:
    """ANY is said or left unsaid.

    A stream outside ANY and ALL means ANY (A2).
    """
    match node:
        case Comparison(Reduction()) if setting.at_account:
            yield AnyUser(node)
        case AnyUser(Comparison(Reduction()) as operand):
            if setting.schema.audience_type is AudienceType.ACCOUNTS:
                yield operand
        case _:
            pass


QUANTIFIERS = (quantifier_duality, quantifier_spread, quantifier_meant)
