"""What a CHECK says of single columns: their values, their range, that they are not NULL.

A CHECK holds unless it is false, so that a row for which it is unknown is legal. `a AND b` is not
false exactly where neither of them is, so the parts count one by one.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from sqlglot import exp

from jurist.languages.sql.dialects import Dialect, habits
from jurist.languages.sql.schemas.schema import Column
from jurist.languages.sql.values import Value, ValueType

_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}\Z")
_MIRRORED: Final[Mapping[type[exp.Expr], type[exp.Expr]]] = {
    exp.GT: exp.LT,
    exp.GTE: exp.LTE,
    exp.LT: exp.GT,
    exp.LTE: exp.GTE,
    exp.EQ: exp.EQ,
}


def column_facts(
    condition: exp.Expr, columns: Mapping[str, Column], dialect: Dialect
) -> tuple[dict[str, Column], tuple[str, ...]]:
    """What a CHECK's condition says.

    Args:
        condition: What stands between its parentheses.
        columns: The table's, by lower-cased names.
        dialect: In which it is written.

    Returns:
        The columns that it narrows, by lower-cased names, and the parts that say more than a
        column can, as text.
    """
    narrowed = dict(columns)
    texts: list[str] = []
    for part in conjuncts(_strings(condition, columns, dialect)):
        column = _narrowed(part, narrowed)
        if column is None:
            texts.append(part.sql(habits(dialect).sqlglot))
        else:
            narrowed[column.name.lower()] = column
    return narrowed, tuple(texts)


def conjuncts(condition: exp.Expr) -> Iterator[exp.Expr]:
    """What AND joins, however it is nested, without parentheses."""
    bare = condition.unnest()
    if isinstance(bare, exp.And):
        for part in bare.flatten():
            yield from conjuncts(part)
    else:
        yield bare


def _strings(condition: exp.Expr, columns: Mapping[str, Column], dialect: Dialect) -> exp.Expr:
    """With what SQLite takes for strings as strings: double-quoted names that are no columns."""
    if not habits(dialect).quoted_unknown_is_text:
        return condition

    def as_string(node: exp.Expr) -> exp.Expr:
        if isinstance(node, exp.Column) and isinstance(node.this, exp.Identifier):
            name = node.this
            if name.quoted and not node.table and name.name.lower() not in columns:
                return exp.Literal.string(name.name)
        return node

    return condition.transform(as_string)


def _narrowed(part: exp.Expr, columns: Mapping[str, Column]) -> Column | None:
    """The column with what a part says of it; `None` where a column cannot say it."""
    if part.args.get("negate") and not isinstance(part, exp.Is):
        return None
    match part:
        case exp.Not(this=exp.Is(this=value, expression=exp.Null(), args=arguments)):
            column = None if arguments.get("negate") else _column(value, columns)
            return column and replace(column, nullable=False)
        case exp.Is(this=value, expression=exp.Null(), args={"negate": True}):
            column = _column(value, columns)
            return column and replace(column, nullable=False)
        case exp.Between(this=value, args=arguments):
            column = _column(value, columns)
            low = column and _constant(arguments["low"], column)
            high = column and _constant(arguments["high"], column)
            if column is None or low is None or high is None or arguments.get("symmetric"):
                return None
            least = _with_bound(column, exp.GTE, low)
            return least and _with_bound(least, exp.LTE, high)
        case exp.In() | exp.Or():
            return _with_listed(part, columns)
        case exp.EQ() if (listed := _with_listed(part, columns)) is not None:
            return listed
        case exp.GT() | exp.GTE() | exp.LT() | exp.LTE():
            for value, constant, kind in (
                (part.this, part.expression, type(part)),
                (part.expression, part.this, _MIRRORED[type(part)]),
            ):
                column = _column(value, columns)
                bound = column and _constant(constant, column)
                if column is not None and bound is not None:
                    return _with_bound(column, kind, bound)
            return None
        case _:
            return None


def _column(node: exp.Expr, columns: Mapping[str, Column]) -> Column | None:
    """The column that a node is, through parentheses and through casts that keep its value."""
    bare = node.unnest()
    while isinstance(bare, exp.Cast):
        inner = bare.this.unnest()
        column = _column(inner, columns)
        if column is None or not _keeps(bare, column):
            return None
        bare = inner
    if not isinstance(bare, exp.Column):
        return None
    return columns.get(bare.name.lower())


def _keeps(cast: exp.Cast, column: Column) -> bool:
    """Whether a cast leaves the values of a column's type what they are."""
    if cast.to.expressions:
        return False
    match column.type:
        case ValueType.TEXT:
            return cast.to.this in exp.DataType.TEXT_TYPES
        case ValueType.INTEGER | ValueType.REAL:
            return cast.to.this in exp.DataType.REAL_TYPES
        case ValueType.DATE:
            return cast.to.this is exp.DataType.Type.DATE
        case _:
            return False


def _constant(node: exp.Expr, column: Column) -> Value:
    """The constant that a node is, if it is one of the column's own type; `None` else."""
    bare = node.unnest()
    if isinstance(bare, exp.Cast) and _keeps(bare, column):
        bare = bare.this.unnest()
    sign = 1
    if isinstance(bare, exp.Neg):
        sign, bare = -1, bare.this.unnest()
    match bare:
        case exp.Boolean(this=truth) if column.type is ValueType.BOOLEAN:
            return int(bool(truth))
        case exp.Literal(is_string=True) if column.type is ValueType.TEXT:
            return bare.name
        case exp.Literal(is_string=True) if column.type is ValueType.DATE:
            return bare.name if _DATE.match(bare.name) else None
        case exp.Literal(is_string=False) if column.type.is_number:
            try:
                number = float(bare.name)
                return sign * (int(bare.name) if bare.name.isdigit() else number)
            except ValueError:
                return None
        case _:
            return None


def _with_bound(column: Column, kind: type[exp.Expr], bound: Value) -> Column | None:
    """The column with a least or greatest number."""
    if isinstance(bound, str) or bound is None or not column.type.is_number:
        return None
    if column.type is ValueType.REAL:
        if kind not in {exp.GTE, exp.LTE}:
            return None  # an open end has no field of its own
    elif kind is exp.GT:
        bound = math.floor(bound) + 1
    elif kind is exp.LT:
        bound = math.ceil(bound) - 1
    else:
        bound = math.ceil(bound) if kind is exp.GTE else math.floor(bound)
    if kind in {exp.GT, exp.GTE}:
        known = column.minimum
        return replace(column, minimum=bound if known is None else max(bound, known))
    known = column.maximum
    return replace(column, maximum=bound if known is None else min(bound, known))


def _with_listed(part: exp.Expr, columns: Mapping[str, Column]) -> Column | None:
    """The column with its only values: `IN (...)`, `= ANY (ARRAY[...])`, `= a OR = b`."""
    nodes: list[tuple[exp.Expr, list[exp.Expr]]] = []
    for side in part.flatten() if isinstance(part, exp.Or) else [part]:
        match side.unnest():
            case exp.In(this=value, expressions=constants) if constants:
                nodes.append((value, constants))
            case exp.EQ(this=value, expression=exp.Any(this=array)):
                inner = array.unnest()
                inner = inner.this.unnest() if isinstance(inner, exp.Cast) else inner
                if not isinstance(inner, exp.Array):
                    return None
                nodes.append((value, inner.expressions))
            case exp.EQ(this=left, expression=right):
                swapped = _column(left, columns) is None
                nodes.append((right, [left]) if swapped else (left, [right]))
            case _:
                return None
    listed: dict[Value, None] = {}
    column: Column | None = None
    for value, constants in nodes:
        here = _column(value, columns)
        if here is None or (column is not None and here.name != column.name):
            return None
        column = here
        for constant in constants:
            known = _constant(constant, column)
            if known is None:
                return None  # with a NULL in the list the CHECK is never false
            listed[known] = None
    if column is None:
        return None
    values = tuple(value for value in listed if column.values is None or value in column.values)
    return replace(column, values=values)
