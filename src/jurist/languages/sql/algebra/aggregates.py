"""Aggregates and windows: sqlglot's to the algebra's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from sqlglot import exp

from jurist.languages.sql.algebra.comparing import NULL
from jurist.languages.sql.algebra.functions import numeric, refuse
from jurist.languages.sql.algebra.nodes import (
    Aggregate,
    Case,
    Collects,
    Constant,
    Expression,
    SortKey,
    Window,
)
from jurist.languages.sql.algebra.scopes import Converts, Scope
from jurist.languages.sql.algebra.types import type_of
from jurist.languages.sql.algebra.walking import columns_of, has_aggregate
from jurist.languages.sql.dialects import Dialect, habits
from jurist.languages.sql.values import ValueType

_COLLECTS: Final[dict[type[exp.Expr], Collects]] = {
    exp.Count: Collects.COUNT,
    exp.Sum: Collects.SUM,
    exp.Avg: Collects.AVG,
    exp.Min: Collects.MIN,
    exp.Max: Collects.MAX,
}
_OTHERS_OF_TEXT: Final = {"groupconcat", "stringagg"}
_WINDOW_INTEGERS: Final = {"rownumber", "rank", "denserank", "ntile", "count"}


def is_aggregate(tree: exp.Expr) -> bool:
    """Whether it is an aggregate or a window function."""
    if isinstance(tree, (exp.Grouping, exp.GroupingId)):
        return False
    return isinstance(tree, (exp.AggFunc, exp.Filter, exp.Window, exp.WithinGroup))


def aggregate(tree: exp.Expr, expressions: Converts) -> Expression:
    """An aggregate, with its FILTER as a CASE.

    Raises:
        UnsupportedError: It has no node.
    """
    if isinstance(tree, exp.Window):
        return _window(tree, expressions)
    if isinstance(tree, exp.Filter):
        where = tree.expression
        return _collect(tree.this, expressions, expressions.condition(where.this))
    return _collect(tree, expressions, None)


def _collect(tree: exp.Expr, expressions: Converts, kept: Expression | None) -> Expression:
    if not isinstance(tree, exp.AggFunc):
        raise refuse(f"FILTER or WITHIN GROUP of {tree.key}")
    if isinstance(tree.this, exp.Order):
        raise refuse("an aggregate over rows in an order")
    collects = _COLLECTS.get(type(tree), Collects.OTHER)
    argument, distinct = tree.this, False
    further = [
        part for name in tree.arg_types if name != "this" for part in _parts(tree.args.get(name))
    ]
    if isinstance(argument, exp.Distinct):
        argument, *further = (*argument.expressions, *further)
        distinct = True
    if collects is Collects.COUNT and (argument is None or isinstance(argument, exp.Star)):
        if kept is None:
            return Aggregate(collects, None, distinct=False, type=ValueType.INTEGER)
        value: Expression = Constant(1, ValueType.INTEGER)
    else:
        value = expressions.value(argument)
    parameters = tuple(expressions.value(part) for part in further)
    _must_be_own(value, expressions.scope)
    if kept is not None:
        if collects is Collects.OTHER and tree.key not in _OTHERS_OF_TEXT:
            raise refuse(f"FILTER of {tree.key}, which may collect NULLs")
        value = Case(((kept, value),), NULL)
    if collects is Collects.COUNT and parameters:
        return Aggregate(
            Collects.OTHER, value, distinct, ValueType.INTEGER, "count_distinct", parameters
        )
    if collects is Collects.COUNT and isinstance(value, Constant) and not distinct:
        value_is_null = value.type is ValueType.NULL
        return Aggregate(collects, value if value_is_null else None, distinct, ValueType.INTEGER)
    return _typed(tree, collects, value, parameters, distinct, expressions.dialect)


def _typed(
    tree: exp.Expr,
    collects: Collects,
    value: Expression,
    parameters: tuple[Expression, ...],
    distinct: bool,  # noqa: FBT001 - part of the aggregate
    dialect: Dialect,
) -> Expression:
    kind = type_of(value)
    match collects:
        case Collects.COUNT:
            kind = ValueType.INTEGER
        case Collects.SUM | Collects.AVG:
            if dialect is Dialect.SQLITE:
                value = numeric(value)
            elif not kind.is_number and kind is not ValueType.NULL:
                raise refuse(f"the sum of values of type {kind}")
            real = collects is Collects.AVG or type_of(value) is ValueType.REAL
            kind = ValueType.REAL if real else ValueType.INTEGER
        case Collects.MIN | Collects.MAX:
            distinct = False
        case Collects.OTHER:
            kind = ValueType.TEXT if tree.key in _OTHERS_OF_TEXT else ValueType.REAL
            if tree.key.startswith(("array", "json", "any", "first", "last", "mode")):
                kind = ValueType.OTHER
    name = tree.key if collects is Collects.OTHER else ""
    return Aggregate(collects, value, distinct, kind, name, parameters)


def _parts(value: object) -> list[exp.Expr]:
    if isinstance(value, exp.Expr):
        return [value]
    if isinstance(value, list):
        return [part for part in value if isinstance(part, exp.Expr)]  # pyright: ignore[reportUnknownVariableType]
    return []


def _must_be_own(value: Expression, scope: Scope) -> None:
    """An aggregate over columns of an outer query alone is of that one's groups."""
    sources = {column.source for column in columns_of(value)}
    if sources and not sources & scope.own:
        raise refuse("an aggregate of an outer query inside a subquery")
    if has_aggregate(value):
        raise refuse("an aggregate inside another")


def sort_keys(
    order: exp.Expr | None, value: Callable[[exp.Expr], Expression], dialect: Dialect
) -> tuple[SortKey, ...]:
    """ORDER BY; `value` makes an expression of each key."""
    if order is None:
        return ()
    keys: list[SortKey] = []
    does = habits(dialect)
    for ordered in order.expressions:
        if not isinstance(ordered, exp.Ordered) or ordered.args.get("with_fill"):
            raise refuse("such an ORDER BY")
        descending = bool(ordered.args.get("desc"))
        written = ordered.args.get("nulls_first")
        # sqlglot writes down what the dialect it parsed does by itself
        by_itself = not does.nulls_are_last and does.nulls_are_least is not descending
        nulls_first = by_itself if written is None else bool(written)
        keys.append(SortKey(value(ordered.this), descending, nulls_first))
    return tuple(keys)


def _window(tree: exp.Window, expressions: Converts) -> Expression:
    if tree.args.get("alias") or tree.args.get("first"):
        raise refuse("a named window")
    function, kept = tree.this, None
    if isinstance(function, (exp.IgnoreNulls, exp.RespectNulls)):
        raise refuse("IGNORE NULLS")
    if isinstance(function, exp.Filter):
        kept = expressions.condition(function.expression.this)
        function = function.this
    if isinstance(function.this, exp.Distinct):
        raise refuse("DISTINCT over a window")
    arguments = tuple(
        expressions.value(part)
        for name in function.arg_types
        for part in _parts(function.args.get(name))
        if not isinstance(part, exp.Star)
    )
    if kept is not None:
        first = arguments[0] if arguments else Constant(1, ValueType.INTEGER)
        arguments = (Case(((kept, first),), NULL), *arguments[1:])
    partition = tuple(expressions.value(part) for part in tree.args.get("partition_by") or ())
    order = sort_keys(tree.args.get("order"), expressions.value, expressions.dialect)
    frame = tree.args.get("spec")
    name = function.name.lower() if isinstance(function, exp.Anonymous) else function.key
    if name in _WINDOW_INTEGERS:
        kind = ValueType.INTEGER
    elif name in {"avg", "percentrank", "cumedist"} or not arguments:
        kind = ValueType.REAL
    else:
        kind = type_of(arguments[0])
    text = "" if frame is None else _frame(frame)
    return Window(name, arguments, partition, order, text, kind)


def _frame(spec: exp.Expr) -> str:
    names = ("kind", "start", "start_side", "end", "end_side", "exclude")
    written = [spec.args.get(name) for name in names]
    parts = [part.sql() if isinstance(part, exp.Expr) else str(part or "") for part in written]
    return " ".join(part.lower() for part in parts if part)
