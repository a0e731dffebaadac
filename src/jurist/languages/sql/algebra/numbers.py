"""What SQLite divides a number as: an integer or a real, which the values alone do not tell."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from enum import StrEnum
from typing import TypeAlias

from jurist.languages.sql.algebra.nodes import (
    Aggregate,
    Arithmetic,
    Call,
    Case,
    Collects,
    Column,
    Constant,
    Expression,
    Negative,
    Operator,
    Query,
    Scalar,
    Select,
    SetOperation,
)
from jurist.languages.sql.algebra.types import type_of
from jurist.languages.sql.schemas.types import affinity
from jurist.languages.sql.values import ValueType

Mixed: TypeAlias = AbstractSet[tuple[int, str]]


class NumberKind(StrEnum):
    """What is known of a number."""

    INTEGER = "integer"
    REAL = "real"
    REAL_OR_ZERO = "real or zero"
    """A real, or the integer 0, which divides and is divided as 0.0 is."""
    EITHER = "either"
    """From row to row, as of a text read as a number."""


def number_kind(value: Expression, mixed: Mixed = frozenset()) -> NumberKind:
    """What SQLite surely divides a value as.

    Args:
        value: The value.
        mixed: Columns that hold integers and reals, whatever their type.
    """
    match value:
        case Arithmetic(operator, left, right):
            return _of_arithmetic(operator, number_kind(left, mixed), number_kind(right, mixed))
        case Negative(part):
            return number_kind(part, mixed)
        case Case(branches, otherwise):
            return _of_branches((*(branch for _, branch in branches), otherwise), mixed)
        case Aggregate(collects, argument):
            if argument is None or collects is Collects.COUNT:
                return NumberKind.INTEGER
            if collects is Collects.AVG:
                return NumberKind.REAL
            return NumberKind.EITHER if collects is Collects.OTHER else number_kind(argument, mixed)
        case Call("numeric" | "to_number" | "scalar_max" | "scalar_min"):
            return NumberKind.EITHER
        case Call("abs", (part,)):
            return number_kind(part, mixed)
        case Scalar(Select() as query):
            return number_kind(query.outputs[0].value, mixed)
        case Scalar():
            return NumberKind.EITHER
        case Column(source, name) if (source, name) in mixed:
            return NumberKind.EITHER
        case _:
            return of_type(type_of(value))


def is_mixed(declared: str) -> bool:
    """Whether SQLite keeps 5.0 as the integer 5 in a column: that of a NUMERIC type."""
    return declared != "" and affinity(declared) == "NUMERIC"


def of_type(kind: ValueType) -> NumberKind:
    """What the values of a declared type are."""
    if kind is ValueType.REAL:
        return NumberKind.REAL
    return NumberKind.INTEGER if kind.is_number else NumberKind.EITHER


def _of_arithmetic(operator: Operator, left: NumberKind, right: NumberKind) -> NumberKind:
    kinds = {left, right}
    if operator is Operator.DIVIDE:
        return NumberKind.REAL
    if NumberKind.REAL in kinds:
        return NumberKind.REAL
    if kinds == {NumberKind.INTEGER}:
        return NumberKind.INTEGER
    zero = NumberKind.REAL_OR_ZERO
    if kinds == {zero} or (operator is Operator.MULTIPLY and zero in kinds):
        # 0 + 0 and 0 * 5 are 0; 0 + 5 is an integer that is not
        return zero
    return NumberKind.EITHER


def _of_branches(values: tuple[Expression, ...], mixed: Mixed) -> NumberKind:
    zero = Constant(0, ValueType.INTEGER)
    kinds = {
        number_kind(value, mixed)
        for value in values
        if type_of(value) is not ValueType.NULL and value != zero
    }
    if zero not in values:
        return kinds.pop() if len(kinds) == 1 else NumberKind.EITHER
    if kinds <= {NumberKind.INTEGER}:
        return NumberKind.INTEGER
    if kinds <= {NumberKind.REAL, NumberKind.REAL_OR_ZERO}:
        return NumberKind.REAL_OR_ZERO
    return NumberKind.EITHER


def divides_as_real(left: NumberKind, right: NumberKind) -> bool | None:
    """Whether a division is one of reals; `None`: from row to row."""
    kinds = {left, right}
    if NumberKind.REAL in kinds:
        return True
    if NumberKind.EITHER in kinds:
        return None
    return NumberKind.REAL_OR_ZERO in kinds


def origin(query: Query, place: int, mixed: Mixed = frozenset()) -> tuple[bool, NumberKind]:
    """Whether a column of a result has an affinity, and what kind of number it surely is."""
    if isinstance(query, SetOperation):
        left, right = origin(query.left, place, mixed), origin(query.right, place, mixed)
        return left[0] and right[0], left[1] if left[1] is right[1] else NumberKind.EITHER
    value = query.outputs[place].value
    if isinstance(value, Column):
        for source in query.sources:
            if source.id == value.source and not isinstance(source.of, str):
                return origin(source.of, source.columns.index(value.name), mixed)
        return True, number_kind(value, mixed)
    return isinstance(value, Call) and value.function == "cast", number_kind(value, mixed)
