"""What SQLite has under another name, or can be put so that it means the same, NULLs included.

What is left out has values that SQLite writes otherwise (DATE_TRUNC, INTERVAL), or is rare where no
engine of the dialect is at hand (GROUPING SETS, LATERAL, SPLIT_PART).
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Final

from sqlglot import exp

from jurist.errors import UnsupportedError
from jurist.languages.sql.dialects import Dialect, Engine
from jurist.languages.sql.schemas.schema import SqlSchema
from jurist.languages.sql.text.kinds import kind_of
from jurist.languages.sql.text.resolving.scopes import column_of
from jurist.languages.sql.text.transpiling.times import align_times
from jurist.languages.sql.values import ValueType

_SKIPS_NULL: Final = {Dialect.POSTGRESQL, Dialect.DUCKDB}
"""Where CONCAT leaves NULLs out; MySQL's is NULL where one is; the standard has no CONCAT."""
_ESCAPES: Final = {Dialect.POSTGRESQL, Dialect.MYSQL}
_EMPTY: Final = exp.Literal.string("")
_EACH, _FIRST, _PLACE, _KEY = "jurist_each", "jurist_first", "jurist_place", "jurist_sort_"
_TEXTS: Final = (
    *(exp.Lower, exp.Upper, exp.Trim, exp.Substring, exp.Left, exp.Right, exp.Concat),
    *(exp.ConcatWs, exp.DPipe, exp.Replace),
)


def respelled(tree: exp.Query, schema: SqlSchema) -> exp.Query:
    """A qualified tree with what SQLite has otherwise put so.

    Args:
        tree: It may be changed in place.
        schema: Its dialect says what a function makes of NULL.

    Raises:
        UnsupportedError: A value is of a type that SQLite writes otherwise.
    """
    for node in list(tree.find_all(exp.All, exp.Any)):
        _quantified(node)
    align_times(tree, schema)
    for node in list(tree.walk(bfs=False))[::-1]:  # what is inside comes first
        respell = _RESPELLED.get(type(node))
        if respell is not None:
            other = respell(node, schema)
            if other is not None:
                node.replace(other)
    for select in [*tree.find_all(exp.Select)][::-1]:
        distinct = select.args.get("distinct")
        if isinstance(distinct, exp.Distinct) and distinct.args.get("on") is not None:
            first = _first_of_each(select)
            if select is tree:
                return first
            select.replace(first)
    return tree


# --- texts ----------------------------------------------------------------------------------


def _concat(node: exp.Expr, schema: SqlSchema) -> exp.Expr | None:
    parts = [_written(part, schema) for part in node.expressions]
    if schema.dialect in _SKIPS_NULL:
        parts = [_or_empty(part) for part in parts]
    elif schema.dialect is not Dialect.MYSQL:
        return None
    return _joined(parts)


def _concat_ws(node: exp.Expr, schema: SqlSchema) -> exp.Expr | None:
    """NULLs are left out, and so is what separates them."""
    separator, *parts = node.expressions
    if schema.dialect is Dialect.STANDARD or not separator.is_string:
        return None
    behind = [
        _or_empty(exp.DPipe(this=separator.copy(), expression=_written(part, schema)))
        for part in parts
    ]
    start = exp.Literal.number(len(separator.name) + 1)
    return exp.Substring(this=_joined(behind), start=start)


def _left(node: exp.Expr, schema: SqlSchema) -> exp.Expr | None:
    size = _size(node.expression)
    if size is None or not _is_text(node.this, schema):
        return None
    ends = exp.Literal.number(1), exp.Literal.number(size)
    return exp.Substring(this=node.this.copy(), start=ends[0], length=ends[1])


def _right(node: exp.Expr, schema: SqlSchema) -> exp.Expr | None:
    size = _size(node.expression)
    if size is None or not _is_text(node.this, schema):
        return None
    if not size:
        return exp.Substring(
            this=node.this.copy(), start=exp.Literal.number(1), length=exp.Literal.number(0)
        )
    return exp.Substring(this=node.this.copy(), start=exp.Neg(this=exp.Literal.number(size)))


def _like(node: exp.Expr, schema: SqlSchema) -> exp.Expr | None:
    """PostgreSQL and MySQL escape with a backslash where nothing else is said."""
    if schema.dialect not in _ESCAPES or isinstance(node.parent, exp.Escape):
        return None
    pattern = node.expression
    if isinstance(pattern, exp.Literal) and "\\" not in pattern.name:
        return None
    return exp.Escape(this=node.copy(), expression=exp.Literal.string("\\"))


def _now(node: exp.Expr, schema: SqlSchema) -> exp.Expr | None:  # noqa: ARG001 - as the others
    is_now = node.name.lower() == "now" and not node.expressions
    return exp.CurrentTimestamp() if is_now else None


def _reckoned(node: exp.Expr, schema: SqlSchema) -> exp.Expr | None:  # noqa: ARG001 - as the others
    """Constants with a point are decimals but in SQLite: `0.06 + 0.01` is 0.07 there."""
    sides = [_decimal(node.this), _decimal(node.expression)]
    if sides[0] is None or sides[1] is None:
        return None
    value = _RECKONS[type(node)](*sides)
    if value == value.to_integral_value() and not value.as_tuple().exponent:
        return None  # of integers alone
    number = exp.Literal.number(f"{abs(value):f}")
    return exp.paren(exp.Neg(this=number)) if value < 0 else number


_RECKONS: Final[dict[type[exp.Expr], Callable[..., Decimal]]] = {
    exp.Add: operator.add,
    exp.Sub: operator.sub,
    exp.Mul: operator.mul,
}


def _decimal(side: exp.Expr) -> Decimal | None:
    inner, sign = side, 1
    while isinstance(inner, exp.Paren | exp.Neg):
        sign = -sign if isinstance(inner, exp.Neg) else sign
        inner = inner.this
    is_plain = isinstance(inner, exp.Literal) and not inner.is_string
    if not is_plain or not _DECIMAL.fullmatch(inner.name):
        return None
    return sign * Decimal(inner.name)


_DECIMAL: Final = re.compile(r"\d{1,9}(\.\d{0,9})?|\.\d{1,9}")
_RESPELLED: Final[dict[type[exp.Expr], Callable[[exp.Expr, SqlSchema], exp.Expr | None]]] = {
    exp.Concat: _concat,
    exp.ConcatWs: _concat_ws,
    exp.ILike: _like,
    exp.Left: _left,
    exp.Like: _like,
    exp.Right: _right,
    exp.Anonymous: _now,
    **dict.fromkeys(_RECKONS, _reckoned),
}


def _joined(parts: Sequence[exp.Expr]) -> exp.Expr:
    whole = parts[0]
    for part in parts[1:]:
        whole = exp.DPipe(this=whole, expression=part)
    if len(parts) == 1:
        whole = exp.DPipe(this=whole, expression=_EMPTY.copy())
    return exp.paren(whole, copy=False)


def _or_empty(part: exp.Expr) -> exp.Expr:
    return exp.Coalesce(this=part, expressions=[_EMPTY.copy()])


def _written(part: exp.Expr, schema: SqlSchema) -> exp.Expr:
    """A part that is written as text alike everywhere.

    Raises:
        UnsupportedError: It is not known to be a text or an integer.
    """
    if not _is_text(part, schema) and not _is_whole(part, schema):
        raise without(f"the text of {part.sql()[:60]}")
    return exp.paren(part.copy(), copy=False)


def _is_text(node: exp.Expr, schema: SqlSchema) -> bool:
    inner = node.unnest()
    if isinstance(inner, exp.Coalesce):
        return all(_is_text(part, schema) for part in (inner.this, *inner.expressions))
    if isinstance(inner, exp.Cast):
        return _is_text(inner.this, schema) and inner.to.this in exp.DataType.TEXT_TYPES
    if isinstance(inner, exp.DPipe):
        return all(
            _is_text(part, schema) or _is_whole(part, schema)
            for part in (inner.this, inner.expression)
        )
    if isinstance(inner, exp.Null):
        return True
    return isinstance(inner, _TEXTS) or kind_of(inner, schema) is ValueType.TEXT


def _is_whole(node: exp.Expr, schema: SqlSchema) -> bool:
    inner = node.unnest()
    if isinstance(inner, exp.Literal):
        return not inner.is_string and inner.is_int
    is_counted = isinstance(inner, exp.Count | exp.Length)
    return is_counted or kind_of(inner, schema) is ValueType.INTEGER


def _size(node: exp.Expr) -> int | None:
    """A number of characters that is written down and not negative."""
    is_number = isinstance(node, exp.Literal) and not node.is_string and node.is_int
    return int(node.this) if is_number else None


# --- queries --------------------------------------------------------------------------------


def _quantified(node: exp.Expr) -> None:
    """A comparison with ANY or ALL of a query's values, by IN, or by the least and the greatest.

    Among values one of which settles it the least or the greatest does. If none does it is unknown
    where either side is NULL, unless there is no value.
    """
    compares, inner = node.parent, node.this.unnest()
    value = compares.this if isinstance(compares, exp.Binary) else None
    if not isinstance(inner, exp.Query) or compares is None or value is None or value is node:
        raise without(node.sql()[:60])
    wants_all = isinstance(node, exp.All)
    query = exp.Subquery(this=inner.copy())
    if isinstance(compares, exp.EQ) and not wants_all:
        compares.replace(exp.In(this=value.copy(), query=query))
        return
    if isinstance(compares, exp.NEQ) and wants_all:
        compares.replace(exp.Not(this=exp.In(this=value.copy(), query=query)))
        return
    settles = (_OPPOSITES if wants_all else _THEMSELVES).get(type(compares))
    if settles is None or len(inner.selects) != 1:
        raise without(compares.sql()[:60])
    query.set("alias", exp.TableAlias(this=exp.to_identifier(_EACH, quoted=True)))
    each = column_of(_EACH, inner.selects[0].alias)

    def of_all(output: exp.Expr) -> exp.Subquery:
        return exp.Subquery(this=exp.Select(expressions=[output]).from_(query.copy(), copy=False))

    ends = [exp.Max] if issubclass(settles, exp.LT | exp.LTE) else [exp.Min]
    if settles is exp.NEQ:
        ends = [exp.Min, exp.Max]
    sides = [settles(this=value.copy(), expression=of_all(end(this=each.copy()))) for end in ends]
    rows, known = exp.Count(this=exp.Star()), exp.Count(this=each.copy())
    zero, yes, no = (
        exp.Literal.number(number) for number in (0, int(wants_all), int(not wants_all))
    )
    branches = [
        exp.If(this=exp.EQ(this=of_all(rows.copy()), expression=zero), true=yes),
        exp.If(this=exp.or_(*sides), true=no),
        exp.If(
            this=exp.or_(
                exp.Is(this=exp.paren(value.copy()), expression=exp.Null()),
                exp.NEQ(this=of_all(rows), expression=of_all(known)),
            ),
            true=exp.Null(),
        ),
    ]
    compares.replace(exp.paren(exp.Case(ifs=branches, default=yes.copy())))


_THEMSELVES: Final[dict[type[exp.Expr], type[exp.Binary]]] = {
    kind: kind for kind in (exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE)
}
_OPPOSITES: Final[dict[type[exp.Expr], type[exp.Binary]]] = {
    exp.EQ: exp.NEQ,
    exp.LT: exp.GTE,
    exp.LTE: exp.GT,
    exp.GT: exp.LTE,
    exp.GTE: exp.LT,
}
"""What one value that fulfils it makes ALL false by."""


def _first_of_each(select: exp.Select) -> exp.Select:
    """DISTINCT ON: the first row of each key, by the order of the query."""
    distinct, order = select.args["distinct"], select.args.get("order")
    names = [output.alias for output in select.expressions]
    if not all(names) or len(set(names)) != len(names):
        raise without("DISTINCT ON with two columns of one name")

    def as_written(key: exp.Expr) -> exp.Expr:
        place = key.unnest()
        if isinstance(place, exp.Literal) and not place.is_string:
            return select.expressions[int(place.this) - 1].unalias().copy()
        return key.copy()

    on = distinct.args["on"]
    keys = [as_written(key) for key in (on.expressions if isinstance(on, exp.Tuple) else [on])]
    sorts: list[exp.Ordered] = [sort.copy() for sort in order.expressions] if order else []
    for sort in sorts:
        sort.set("this", as_written(sort.this))
    place = exp.Window(
        this=exp.RowNumber(),
        partition_by=keys,
        order=exp.Order(expressions=[sort.copy() for sort in sorts]) if sorts else None,
        over="OVER",
    )
    inner = select.copy()
    for part in ("distinct", "order", "limit", "offset", "with_"):
        inner.set(part, None)
    added = [exp.alias_(sort.this, f"{_KEY}{at}", quoted=True) for at, sort in enumerate(sorts)]
    inner.set("expressions", [*inner.expressions, *added, exp.alias_(place, _PLACE, quoted=True)])

    outer = exp.Select(
        expressions=[exp.alias_(column_of(_FIRST, name), name, quoted=True) for name in names]
    )
    outer.from_(
        exp.Subquery(this=inner, alias=exp.TableAlias(this=exp.to_identifier(_FIRST, quoted=True))),
        copy=False,
    )
    outer.where(
        exp.EQ(this=column_of(_FIRST, _PLACE), expression=exp.Literal.number(1)), copy=False
    )
    for at, sort in enumerate(sorts):
        sort.set("this", column_of(_FIRST, f"{_KEY}{at}"))
    if sorts:
        outer.set("order", exp.Order(expressions=sorts))
    for part in ("limit", "offset", "with_"):
        outer.set(part, select.args.get(part))
    return outer


def without(what: str, engine: Engine = Engine.SQLITE) -> UnsupportedError:
    """That an engine has nothing for a part of a query."""
    return UnsupportedError(
        f"{engine} has nothing for {what}",
        expected="what it has, or can be put otherwise",
        fix="the query runs in its own dialect's engine alone",
    )
