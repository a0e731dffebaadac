"""Columns beside GROUP BY: whether all rows of a group agree on them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from sqlglot import exp

from jurist.languages.sql.engines.sqlite import Sqlite
from jurist.languages.sql.outcomes.scopes import own_nodes, source_columns, source_names
from jurist.languages.sql.schemas.schema import SqlSchema
from jurist.languages.sql.text.functions import AGGREGATES
from jurist.languages.sql.text.rules.grouping import AROUND_AGGREGATES

_EXTREMES: Final = {exp.Max: Sqlite.AT_MAX, exp.Min: Sqlite.AT_MIN}


class CannotProbe(Exception):  # noqa: N818 - says what happened
    """A part of a query may be open in a way that no probe can look at."""


def probe_bare_columns(select: exp.Select, schema: SqlSchema) -> bool:
    """Put a probe around the columns that stand beside aggregates and keys, in place.

    A column that all rows of its group share leaves the probe nothing to remember, so one too
    many does no harm. With a single MIN or MAX, and no other aggregate, SQLite takes a bare
    column from a row that has the extreme: the probe looks at these rows alone
    (sqlite.org/lang_select.html, 2.5).

    Returns:
        Whether there was any.

    Raises:
        CannotProbe: A query inside names a column of a group.
    """
    parts = _parts(select)
    aggregates = _aggregates(parts)
    if select.args.get("group") is None and not aggregates:
        return False
    keys = _keys(select, schema)
    columns = source_columns(select, schema)
    aliases = {output.alias.lower() for output in select.expressions if output.alias}
    extreme = _only_extreme(aggregates)
    is_probed = False
    for part in parts:
        _refuse_correlated(part, select, columns, keys)
        is_sorting = isinstance(part, exp.Order)
        for column in list(_bare(part, keys)):
            name = column.name.lower()
            is_alone = isinstance(column.parent, exp.Ordered)
            is_alias = not column.table and name in aliases
            if is_alias and (name not in columns or (is_sorting and is_alone)):
                continue
            is_probed = True
            _probe(column, extreme)
    return is_probed


def _parts(select: exp.Select) -> list[exp.Expr]:
    parts = (*select.expressions, select.args.get("having"), select.args.get("order"))
    return [part for part in parts if isinstance(part, exp.Expr)]


def _aggregates(parts: Sequence[exp.Expr]) -> list[exp.Expr]:
    return [node for part in parts for node in own_nodes(part) if is_aggregate(node)]


def is_aggregate(node: exp.Expr) -> bool:
    """Whether a node makes one value of a group's rows; one over a window does not."""
    parent = node.parent
    while isinstance(parent, AROUND_AGGREGATES):
        parent = parent.parent
    if isinstance(parent, exp.Window) and _is_function(node, parent):
        return False
    if isinstance(node, exp.Max | exp.Min):
        return not node.expressions  # of several arguments SQLite takes the largest
    if isinstance(node, exp.Anonymous):
        return node.name.lower() in AGGREGATES or node.name.lower().startswith("jurist_")
    return isinstance(node, exp.AggFunc)


def _is_function(node: exp.Expr, window: exp.Window) -> bool:
    function = window.this
    while function is not node and isinstance(function, AROUND_AGGREGATES):
        function = function.this
    return function is node


def _keys(select: exp.Select, schema: SqlSchema) -> list[exp.Expr]:
    """What is the same in all rows of a group, as it may be written in an output."""
    group = select.args.get("group")
    if group is None:
        return []
    if any(group.args.get(part) for part in ("grouping_sets", "cube", "rollup", "totals")):
        return []
    outputs = select.expressions
    columns = source_columns(select, schema)
    joins = select.args.get("joins") or ()
    merges = any(join.args.get("using") or join.args.get("method") for join in joins)
    keys: list[exp.Expr] = []
    for key in group.expressions:
        written = key.unnest()
        if isinstance(written, exp.Literal) and not written.is_string:
            place = int(written.this) - 1 if str(written.this).isdecimal() else -1
            if 0 <= place < len(outputs) and not any(output.is_star for output in outputs):
                keys.append(outputs[place].unalias())
            continue
        keys.append(written)
        if isinstance(written, exp.Column) and not written.table:
            name = written.name.lower()
            if name not in columns:
                keys += [each.unalias() for each in outputs if each.alias.lower() == name]
    if merges:  # a merged column is no side's own
        keys = [key for key in keys if not isinstance(key, exp.Column)]
    return keys


def _bare(part: exp.Expr, keys: Sequence[exp.Expr]) -> Iterator[exp.Column]:
    """The columns of a part outside of aggregates, keys and queries of their own."""
    waiting = [part]
    while waiting:
        node = waiting.pop()
        if isinstance(node, exp.Query) or is_aggregate(node):
            continue
        if any(_is_key(node, key) for key in keys):
            continue
        if isinstance(node, exp.Column):
            if isinstance(node.this, exp.Star):
                raise CannotProbe
            yield node
            continue
        if isinstance(node, exp.Star):
            raise CannotProbe
        waiting.extend(reversed(list(node.iter_expressions())))


def _is_key(node: exp.Expr, key: exp.Expr) -> bool:
    if isinstance(node, exp.Column) and isinstance(key, exp.Column):
        tables = {node.table.lower(), key.table.lower()}
        return node.name.lower() == key.name.lower() and (len(tables) == 1 or "" in tables)
    return node == key


def _only_extreme(aggregates: Sequence[exp.Expr]) -> exp.Max | exp.Min | None:
    if len(aggregates) != 1 or not isinstance(aggregates[0], exp.Max | exp.Min):
        return None
    return None if isinstance(aggregates[0].this, exp.Distinct) else aggregates[0]


def _probe(column: exp.Column, extreme: exp.Max | exp.Min | None) -> None:
    if extreme is None:
        probe = exp.Anonymous(this=Sqlite.FIRST, expressions=[column.copy()])
    else:
        probe = exp.Anonymous(
            this=_EXTREMES[type(extreme)], expressions=[extreme.this.copy(), column.copy()]
        )
    is_output = isinstance(column.parent, exp.Select)
    name = exp.to_identifier(column.name, quoted=True)
    column.replace(exp.Alias(this=probe, alias=name) if is_output else probe)


def _refuse_correlated(
    part: exp.Expr, select: exp.Select, columns: set[str], keys: Sequence[exp.Expr]
) -> None:
    """Refuse a part in which a query inside names a column of a group that is no key."""
    own = source_names(select)
    for inner in part.find_all(exp.Query):
        within = {table.alias_or_name.lower() for table in inner.find_all(exp.Table)}
        for column in inner.find_all(exp.Column):
            table = column.table.lower()
            is_ours = table in own - within if table else column.name.lower() in columns
            if is_ours and not any(_is_key(column, key) for key in keys) and (table or not within):
                raise CannotProbe
