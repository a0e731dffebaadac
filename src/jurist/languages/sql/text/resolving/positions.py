"""Keys that stand for an output, by its position or its name: all become positions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlglot import exp

from jurist.languages.mistakes import quoted
from jurist.languages.sql.dialects import Dialect
from jurist.languages.sql.text.findings import Resolving
from jurist.languages.sql.text.resolving.scopes import Scope


def place_group_keys(select: exp.Select, names: Sequence[str], scope: Scope) -> None:
    """Put positions for the keys of GROUP BY that are aliases; a column of the name comes first."""
    group = select.args.get("group")
    for key in list(group.expressions) if group is not None else ():
        if _is_number(key):
            if scope.resolving.dialect is Dialect.STANDARD and int(key.this) > len(names):
                # There a number is a constant, which every row has.
                key.replace(exp.Cast(this=key.copy(), to=exp.DataType.build("int")))
            else:
                _check_position(key, names, scope.resolving)
        elif isinstance(key, exp.Column) and not key.table:
            name = key.name.lower()
            columns = {column for source in scope.sources for column in source.columns}
            if name in names and name not in columns and name not in scope.merged:
                key.replace(exp.Literal.number(names.index(name) + 1))


def place_sort_keys(
    query: exp.Query,
    names: Sequence[str],
    aliases: Mapping[str, exp.Expr],
    resolving: Resolving,
) -> None:
    """Put positions for the keys of ORDER BY that name an output, which comes before a column.

    Args:
        query: Whose ORDER BY it is.
        names: Of all outputs.
        aliases: Those whose names were written with AS: in SQLite only these come first.
        resolving: The dialect, and where to report positions that are none.
    """
    order = query.args.get("order")
    is_select = isinstance(query, exp.Select)
    for key in order.expressions if order is not None else ():
        term = key.this
        if _is_number(term):
            _check_position(term, names, resolving)
        elif isinstance(term, exp.Column) and not term.table:
            name = term.name.lower()
            written_only = is_select and resolving.dialect is Dialect.SQLITE
            if name in (aliases if written_only else names):
                key.set("this", exp.Literal.number(_position(query, name, names, aliases)))


def _position(
    query: exp.Query, name: str, names: Sequence[str], aliases: Mapping[str, exp.Expr]
) -> int:
    if name in aliases and isinstance(query, exp.Select):
        for at, projection in enumerate(query.expressions):
            if projection.this is aliases[name]:
                return at + 1
    return names.index(name) + 1


def _is_number(term: exp.Expr) -> bool:
    return isinstance(term, exp.Literal) and term.is_int


def _check_position(key: exp.Expr, names: Sequence[str], resolving: Resolving) -> None:
    if not 1 <= int(key.this) <= len(names):
        resolving.report(
            "no_such_position",
            key,
            f"position {quoted(key.this)}",
            f"one of the {len(names)} columns of the result",
        )
