"""Years and months of dates as ranges of days, which can move where a year cannot.

`STRFTIME('%Y', d) = '1997'` asks for the days from 1997-01-01 to before 1998-01-01, and
`EXTRACT(YEAR FROM d) >= 1997` for those from 1997-01-01 on; both are unknown where d is NULL.
This holds of columns of dates alone: a column of texts may hold what is no date.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from sqlglot import exp

from jurist.languages.sql.dialects import Dialect
from jurist.languages.sql.query import SqlQuery
from jurist.languages.sql.schemas.schema import SqlSchema
from jurist.languages.sql.text.names import defined
from jurist.languages.sql.text.writing import canonical

_YEAR: Final = re.compile(r"[12]\d{3}\Z", re.ASCII)
_MONTH: Final = re.compile(r"[12]\d{3}-(0[1-9]|1[0-2])\Z", re.ASCII)
_MIRRORED: Final[dict[type[exp.Expr], type[exp.Expr]]] = {
    exp.EQ: exp.EQ,
    exp.NEQ: exp.NEQ,
    exp.LT: exp.GT,
    exp.LTE: exp.GTE,
    exp.GT: exp.LT,
    exp.GTE: exp.LTE,
}
_WRAPS: Final = (exp.TsOrDsToTimestamp, exp.TsOrDsToDate, exp.Paren)
Range = tuple[str, str]
"""The first day, and the first one after."""


def with_ranges(query: SqlQuery, schema: SqlSchema) -> SqlQuery:
    """The query with ranges of days for what compares years and months of columns of dates."""
    if not query.tree.find(exp.TimeToStr, exp.Extract, exp.Year):
        return query
    tree = query.tree.copy()
    dates = _columns_of_dates(tree, schema)
    changed = False
    for node in list(tree.find_all(*_MIRRORED, exp.Between, exp.In)):
        put = _as_range(node, dates, query.dialect)
        if put is not None:
            node.replace(exp.Paren(this=put))
            changed = True
    if not changed:
        return query
    return SqlQuery(canonical(tree, query.dialect), query.dialect, tree, query.lacks)


def _columns_of_dates(tree: exp.Expr, schema: SqlSchema) -> frozenset[str]:
    """The names that only columns of dates have, whatever their table."""
    own = {
        name.lower() for each in tree.find_all(exp.Alias, exp.TableAlias) for name in defined(each)
    }
    kinds: dict[str, bool] = {}
    for table in schema.tables:
        for column in table.columns:
            name = column.name.lower()
            kinds[name] = kinds.get(name, True) and column.type.is_time
    return frozenset(name for name, is_time in kinds.items() if is_time and name not in own)


def _as_range(node: exp.Expr, dates: frozenset[str], dialect: Dialect) -> exp.Expr | None:
    if isinstance(node, exp.Between):
        part = _part(node.this, dates, dialect)
        ends = [part and part[1](node.args[name]) for name in ("low", "high")]
        if part is None or ends[0] is None or ends[1] is None or node.args.get("symmetric"):
            return None
        return _within(part[0], (ends[0][0], ends[1][1]))
    if isinstance(node, exp.In):
        part = _part(node.this, dates, dialect)
        found = [part and part[1](each) for each in node.expressions]
        ranges = [each for each in found if each is not None]
        if part is None or not ranges or len(ranges) < len(found) or node.args.get("query"):
            return None
        return exp.or_(*(_within(part[0], each) for each in ranges), copy=False)
    for side, other, kind in (
        (node.this, node.expression, type(node)),
        (node.expression, node.this, _MIRRORED[type(node)]),
    ):
        part = _part(side, dates, dialect)
        days = part and part[1](other)
        if part is not None and days is not None:
            return _compared(part[0], kind, days)
    return None


def _part(
    node: exp.Expr, dates: frozenset[str], dialect: Dialect
) -> tuple[exp.Expr, Callable[[exp.Expr], Range | None]] | None:
    """The column whose year or month a node is, and what reads a constant beside it."""
    match node.unnest():
        case exp.TimeToStr() as text if dialect is Dialect.SQLITE:
            form = text.args.get("format")
            says = form.name if isinstance(form, exp.Literal) else ""
            reads = {"%Y": _year_text, "%Y-%m": _month_text}.get(says)
            column = text.this
        case exp.Extract() as extract if extract.name.upper() == "YEAR":
            reads, column = _year_number, extract.expression
        case exp.Year() as year:
            reads, column = _year_number, year.this
        case _:
            return None
    while isinstance(column, _WRAPS):
        column = column.this
    is_date = isinstance(column, exp.Column) and column.name.lower() in dates
    return (column, reads) if reads is not None and is_date else None


def _year_text(node: exp.Expr) -> Range | None:
    is_year = isinstance(node, exp.Literal) and node.is_string and _YEAR.match(node.name)
    return _of_year(int(node.name)) if is_year else None


def _year_number(node: exp.Expr) -> Range | None:
    is_year = isinstance(node, exp.Literal) and not node.is_string and _YEAR.match(node.name)
    return _of_year(int(node.name)) if is_year else None


def _month_text(node: exp.Expr) -> Range | None:
    is_month = isinstance(node, exp.Literal) and node.is_string and _MONTH.match(node.name)
    if not is_month:
        return None
    year, month = map(int, node.name.split("-"))
    after = (year + 1, 1) if month == 12 else (year, month + 1)
    return f"{node.name}-01", f"{after[0]:04}-{after[1]:02}-01"


def _of_year(year: int) -> Range:
    return f"{year:04}-01-01", f"{year + 1:04}-01-01"


def _within(column: exp.Expr, days: Range) -> exp.Expr:
    least = exp.GTE(this=column.copy(), expression=exp.Literal.string(days[0]))
    most = exp.LT(this=column.copy(), expression=exp.Literal.string(days[1]))
    return exp.Paren(this=exp.And(this=least, expression=most))


def _compared(column: exp.Expr, kind: type[exp.Expr], days: Range) -> exp.Expr:
    if kind is exp.EQ:
        return _within(column, days)
    if kind is exp.NEQ:
        return exp.Not(this=_within(column, days))
    end = exp.Literal.string(days[1] if kind in {exp.LTE, exp.GT} else days[0])
    is_before = kind in {exp.LT, exp.LTE}
    return (exp.LT if is_before else exp.GTE)(this=column.copy(), expression=end)
