"""Other words for the same, before names are resolved: VALUES as a union, FETCH as a limit."""

from __future__ import annotations

from typing import Final

from sqlglot import exp

from jurist.errors import UnsupportedError
from jurist.languages.effort import spend
from jurist.languages.sql.dialects import Dialect

_MOST_ROWS: Final = 64
"""Of VALUES: the union of so many is as deep as it is long."""
_COLUMN_NAMES: Final = {
    Dialect.DUCKDB: ("col{}", 0),
    Dialect.MYSQL: ("column_{}", 0),
    Dialect.STANDARD: ("expr${}", 0),
}
_USUAL_NAMES: Final = ("column{}", 1)


def reword(tree: exp.Query, dialect: Dialect) -> None:
    """Change VALUES and FETCH in place.

    Raises:
        UnsupportedError: A form of them that is neither.
    """
    for values in list(tree.find_all(exp.Values)):
        _reword_values(values, dialect)
    for fetch in list(tree.find_all(exp.Fetch)):
        options = fetch.args.get("limit_options")
        if options is not None and (options.args.get("percent") or options.args.get("with_ties")):
            raise UnsupportedError(
                "FETCH with PERCENT or TIES is not supported",
                expected="FETCH FIRST n ROWS ONLY",
                fix="put it with LIMIT",
            )
        count = fetch.args.get("count") or exp.Literal.number(1)
        fetch.replace(exp.Limit(expression=count))


def _reword_values(values: exp.Values, dialect: Dialect) -> None:
    rows = [row.expressions if isinstance(row, exp.Tuple) else [row] for row in values.expressions]
    widths = {len(row) for row in rows}
    if len(rows) > _MOST_ROWS or len(widths) != 1:
        raise UnsupportedError(
            f"VALUES of {len(rows)} rows" if len(widths) == 1 else "VALUES of unequal rows",
            expected=f"at most {_MOST_ROWS} rows of as many columns each",
            fix="use fewer",
        )
    alias = values.args.get("alias")
    pattern, first = _COLUMN_NAMES.get(dialect, _USUAL_NAMES)
    names = [pattern.format(first + number) for number in range(widths.pop())]
    union: exp.Query | None = None
    for row in rows:
        spend(len(row))
        select = exp.Select(
            expressions=[
                exp.alias_(value.copy(), name, quoted=True)
                for value, name in zip(row, names, strict=True)
            ]
        )
        union = (
            select if union is None else exp.Union(this=union, expression=select, distinct=False)
        )
    if union is not None:
        in_from = isinstance(values.parent, exp.From | exp.Join)
        values.replace(exp.Subquery(this=union, alias=alias) if in_from else union)
