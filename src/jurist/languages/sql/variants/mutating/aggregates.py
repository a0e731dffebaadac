"""Another figure of the same rows, and groups of another kind."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from jurist.languages.sql.schemas.schema import SqlSchema
from jurist.languages.sql.variants.edits import Edit, at
from jurist.languages.sql.variants.scopes import reference, sources
from jurist.languages.sql.variants.trees import (
    Node,
    changed,
    conditions_of,
    filtered,
    part_of,
    parts_of,
    shortened,
    without,
)

_OTHERS: dict[type[exp.AggFunc], tuple[type[exp.AggFunc], ...]] = {
    exp.Max: (exp.Min, exp.Avg),
    exp.Min: (exp.Max,),
    exp.Sum: (exp.Avg, exp.Count),
    exp.Avg: (exp.Sum, exp.Max),
    exp.Count: (exp.Sum,),
}
_MOST_KEYS = 2


def _other(aggregate: exp.AggFunc, _schema: SqlSchema) -> Iterator[Node]:
    argument = part_of(aggregate, "this")
    if argument is None or isinstance(argument, exp.Star):
        return
    for kind in _OTHERS.get(type(aggregate), ()):
        yield kind(this=argument.copy())


def _having_dropped(select: exp.Select, _schema: SqlSchema) -> Iterator[Node]:
    conditions = conditions_of(select, "having")
    for i in range(len(conditions)):
        yield filtered(select, without(conditions, i), "having")


def _where_for_having(select: exp.Select, _schema: SqlSchema) -> Iterator[Node]:
    """`HAVING AVG(x) > 5` as `WHERE x > 5`."""
    having = conditions_of(select, "having")
    for i, condition in enumerate(having):
        other = condition.transform(_without_aggregate)
        if not other.find(exp.AggFunc, exp.Star):
            rows = filtered(select, [*conditions_of(select), other])
            yield filtered(rows, without(having, i), "having")


def _without_aggregate(node: Node) -> Node:
    argument = part_of(node, "this") if isinstance(node, exp.AggFunc) else None
    if isinstance(argument, exp.Distinct):
        return parts_of(argument)[0]
    return node if argument is None or isinstance(argument, exp.Star) else argument


def _having_for_where(select: exp.Select, _schema: SqlSchema) -> Iterator[Node]:
    """`WHERE x > 5` as `HAVING MAX(x) > 5`; a key needs no MAX."""
    group = part_of(select, "group")
    if group is None:
        return
    keys, where = parts_of(group), conditions_of(select)

    def collected(node: Node) -> Node:
        if isinstance(node, exp.Column) and node not in keys:
            return exp.Max(this=node.copy())
        return node

    for i, condition in enumerate(where):
        if not condition.find(exp.Query, exp.AggFunc):
            groups = [*conditions_of(select, "having"), condition.transform(collected)]
            rows = filtered(select, without(where, i))
            yield filtered(rows, groups, "having")


def _key_dropped(select: exp.Select, _schema: SqlSchema) -> Iterator[Node]:
    for fewer in shortened(_keys_of(select)):
        yield changed(select, group=exp.Group(expressions=fewer))


def _key_added(select: exp.Select, schema: SqlSchema) -> Iterator[Node]:
    """By one more column of a table that a key comes from."""
    keys = _keys_of(select)
    columns = [key for key in keys if isinstance(key, exp.Column)]
    named = {column.name.lower() for column in columns}
    for key in columns[:1]:
        name = key.table.lower()
        own = [known for known in sources(select, schema) if name in {"", known.name.lower()}]
        for source in own[:1]:
            others = [column for column in source.columns if column.name.lower() not in named]
            for other in others[:_MOST_KEYS]:
                made = [*keys, reference(other.name, source, key, schema)]
                yield changed(select, group=exp.Group(expressions=made))


def _keys_of(select: exp.Select) -> list[Node]:
    group = part_of(select, "group")
    return [] if group is None else parts_of(group)


def _group_dropped(select: exp.Select, _schema: SqlSchema) -> Iterator[Node]:
    if part_of(select, "group") is not None:
        yield changed(select, group=None)


AGGREGATES = (
    Edit("other_aggregate", "Another figure of the same values.", at(exp.AggFunc, _other)),
    Edit("having_dropped", "A condition on groups is missing.", at(exp.Select, _having_dropped)),
    Edit(
        "where_for_having",
        "A condition on a group's figure becomes one on its rows.",
        at(exp.Select, _where_for_having),
    ),
    Edit(
        "having_for_where",
        "A condition on rows becomes one on a group's figure.",
        at(exp.Select, _having_for_where),
    ),
    Edit("group_key_dropped", "Groups lack one of their keys.", at(exp.Select, _key_dropped)),
    Edit("group_key_added", "Groups have one more key.", at(exp.Select, _key_added)),
    Edit("group_dropped", "All rows are one group.", at(exp.Select, _group_dropped)),
)
