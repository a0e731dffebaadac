"""The types of expressions and of results."""

from __future__ import annotations

from collections.abc import Iterable

from jurist.languages.sql.algebra.nodes import (
    Aggregate,
    Arithmetic,
    Call,
    Case,
    Column,
    Constant,
    Expression,
    Negative,
    Operator,
    Query,
    Scalar,
    Select,
    Window,
)
from jurist.languages.sql.values import ValueType


def common_type(types: Iterable[ValueType]) -> ValueType:
    """The type of values that come from several places: NULL is of any; else `other`."""
    kinds = set(types) - {ValueType.NULL}
    if not kinds:
        return ValueType.NULL
    if len(kinds) == 1:
        return kinds.pop()
    if all(kind.is_number for kind in kinds):
        return ValueType.REAL if ValueType.REAL in kinds else ValueType.INTEGER
    if all(kind.is_time for kind in kinds):
        return ValueType.TIMESTAMP
    return ValueType.OTHER


def type_of(expression: Expression) -> ValueType:
    """What the values of an expression are."""
    match expression:
        case Column() | Constant() | Call() | Aggregate() | Window():
            return expression.type
        case Arithmetic(operator, left, right):
            if operator is Operator.DIVIDE:
                return ValueType.REAL
            kinds = {type_of(left), type_of(right)}
            return ValueType.REAL if ValueType.REAL in kinds else ValueType.INTEGER
        case Negative(value):
            return ValueType.REAL if type_of(value) is ValueType.REAL else ValueType.INTEGER
        case Case(branches, otherwise):
            return common_type((*(type_of(value) for _, value in branches), type_of(otherwise)))
        case Scalar(query):
            return output_types(query)[0]
        case _:
            return ValueType.BOOLEAN


def output_types(query: Query) -> tuple[ValueType, ...]:
    """The types of a result's columns."""
    if isinstance(query, Select):
        return tuple(type_of(output.value) for output in query.outputs)
    pairs = zip(output_types(query.left), output_types(query.right), strict=True)
    return tuple(common_type(pair) for pair in pairs)
