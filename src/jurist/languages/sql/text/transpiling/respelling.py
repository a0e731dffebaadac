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

from jurist.languages.sql.dialects import Dialect
from jurist.languages.sql.schemas.schema import SqlSchema
from jurist.languages.sql.text.kinds import kind_of, signed_number
from jurist.languages.sql.text.transpiling.lacking import without
from jurist.languages.sql.text.transpiling.query_forms import first_of_each, without_quantifier
from jurist.languages.sql.text.transpiling.times import align_times
from jurist.languages.sql.values import ValueType

_SKIPS_NULL: Final = {Dialect.POSTGRESQL, Dialect.DUCKDB}
"""Where CONCAT leaves NULLs out; MySQL's is NULL where one is; the standard has no CONCAT."""
_ESCAPES: Final = {Dialect.POSTGRESQL, Dialect.MYSQL}
_EMPTY: Final = exp.Literal.string("")
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
        without_quantifier(node)
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
            first = first_of_each(select)
            if select is tree:
                return first
            select.replace(first)
    return tree


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
    number = signed_number(side)
    if number is None or not _DECIMAL.fullmatch(number[1]):
        return None
    return number[0] * Decimal(number[1])


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
