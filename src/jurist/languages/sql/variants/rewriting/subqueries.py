"""The same rows by a subquery, by a join, or by neither."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from jurist.languages.sql.schemas.schema import SqlSchema
from jurist.languages.sql.text.sources import source_nodes
from jurist.languages.sql.variants.clauses import is_distinct
from jurist.languages.sql.variants.edits import Edit, at, at_outermost
from jurist.languages.sql.variants.membership import as_exists, as_in, plain_select
from jurist.languages.sql.variants.scopes import alias_of
from jurist.languages.sql.variants.trees import (
    Node,
    changed,
    conditions_of,
    filtered,
    part_of,
    parts_of,
    without,
)

_FRESH = "t"
"""How the name of a source that a rewrite adds begins."""


def _in_as_join(select: exp.Select, _schema: SqlSchema) -> Iterator[Node]:
    """`x IN (SELECT y ...)` as a join with the distinct values of y."""
    conditions = conditions_of(select)
    if any(isinstance(output, exp.Star) for output in parts_of(select)):
        return
    for i, condition in enumerate(conditions):
        if not isinstance(condition, exp.In):
            continue
        listed, value = plain_select(part_of(condition, "query")), part_of(condition, "this")
        if listed is None or len(parts_of(listed)) != 1 or not isinstance(value, exp.Column):
            continue
        name = _fresh(select)
        output = exp.alias_(parts_of(listed)[0].unalias().copy(), "v")
        rows = changed(listed, expressions=[output], distinct=exp.Distinct())
        joined_with = exp.Subquery(this=rows, alias=alias_of(name))
        equal = exp.EQ(this=exp.column("v", table=name), expression=value.copy())
        join = exp.Join(this=joined_with, on=equal)
        made = changed(select, joins=[*parts_of(select, "joins"), join])
        yield filtered(made, without(conditions, i))


def _table_wrapped(table: exp.Table, schema: SqlSchema) -> Iterator[Node]:
    """A table as a query that selects all of it."""
    if schema.table(table.name) is not None and isinstance(table.parent, exp.From | exp.Join):
        plain = changed(table, alias=None)
        rows = exp.Select(expressions=[exp.Star()], from_=exp.From(this=plain))
        yield exp.Subquery(this=rows, alias=alias_of(table.alias_or_name))


def _filter_within(select: exp.Select, _schema: SqlSchema) -> Iterator[Node]:
    """The condition on a single table within a query in FROM."""
    nodes, conditions = source_nodes(select), conditions_of(select)
    if len(nodes) != 1 or not isinstance(nodes[0], exp.Table) or not conditions:
        return
    if any(condition.find(exp.Query) for condition in conditions):
        return
    table = nodes[0]
    rows = filtered(exp.Select(expressions=[exp.Star()], from_=exp.From(this=table)), conditions)
    within = exp.Subquery(this=rows, alias=alias_of(table.alias_or_name))
    yield filtered(changed(select, from_=exp.From(this=within)), [])


def _wrapped(select: exp.Select, _schema: SqlSchema) -> Iterator[exp.Select]:
    """`q` as `SELECT * FROM (q)`, where nothing orders it."""
    names = [output.alias_or_name for output in parts_of(select)]
    unordered = part_of(select, "order") is None and part_of(select, "with_") is None
    if unordered and all(names) and len(set(names)) == len(names):
        within = exp.Subquery(this=select.copy(), alias=alias_of(_fresh(select)))
        yield exp.Select(expressions=[exp.Star()], from_=exp.From(this=within))


def _as_common_table(select: exp.Select, _schema: SqlSchema) -> Iterator[exp.Select]:
    """A query in FROM as a WITH."""
    if part_of(select, "with_") is not None:
        return
    for node in source_nodes(select):
        if isinstance(node, exp.Subquery) and node.alias and not _reads(node, node.alias):
            made = select.copy()
            place = next(source for source in source_nodes(made) if source == node)
            place.replace(exp.to_table(node.alias))
            common = exp.CTE(this=node.unnest().copy(), alias=alias_of(node.alias))
            yield changed(made, with_=exp.With(expressions=[common]))


def _reads(query: Node, name: str) -> bool:
    return any(table.name.lower() == name.lower() for table in query.find_all(exp.Table))


def _inlined(select: exp.Select, _schema: SqlSchema) -> Iterator[exp.Select]:
    """A WITH that is named once, in its place."""
    clause = part_of(select, "with_")
    for common in [] if clause is None else parts_of(clause):
        made = changed(select, with_=None)
        uses = [table for table in made.find_all(exp.Table) if table.name == common.alias]
        if clause is None or len(parts_of(clause)) != 1 or len(uses) != 1:
            return
        alias = alias_of(uses[0].alias_or_name)
        uses[0].replace(exp.Subquery(this=common.this.copy(), alias=alias))
        yield made


def _distinct_as_group(select: exp.Select, _schema: SqlSchema) -> Iterator[Node]:
    values = [output.unalias() for output in parts_of(select)]
    plain = all(isinstance(value, exp.Column) for value in values)
    if is_distinct(select) and plain and part_of(select, "group") is None:
        yield changed(select, distinct=None, group=exp.Group(expressions=values))


def _group_as_distinct(select: exp.Select, _schema: SqlSchema) -> Iterator[Node]:
    group = part_of(select, "group")
    if group is None or select.find(exp.AggFunc) or part_of(select, "having") is not None:
        return
    values = [output.unalias() for output in parts_of(select)]
    if set(values) == set(parts_of(group)):
        yield changed(select, distinct=exp.Distinct(), group=None)


def _fresh(select: exp.Select) -> str:
    """A name that nothing in the query has."""
    taken = {identifier.name.lower() for identifier in select.find_all(exp.Identifier)}
    return next(name for n in range(1, len(taken) + 2) if (name := f"{_FRESH}{n}") not in taken)


SUBQUERIES = (
    Edit("in_as_exists", "IN as EXISTS.", at(exp.In, as_exists)),
    Edit("exists_as_in", "EXISTS as IN.", at(exp.Exists, as_in)),
    Edit("in_as_join", "IN as a join with distinct values.", at(exp.Select, _in_as_join)),
    Edit("table_wrapped", "A table as a query of all of it.", at(exp.Table, _table_wrapped)),
    Edit("filter_within", "A condition within FROM.", at(exp.Select, _filter_within)),
    Edit("wrapped", "The query within another one.", at_outermost(_wrapped)),
    Edit("as_common_table", "A query in FROM as a WITH.", at_outermost(_as_common_table)),
    Edit("common_table_inlined", "A WITH in its place.", at_outermost(_inlined)),
    Edit("distinct_as_group", "DISTINCT as GROUP BY.", at(exp.Select, _distinct_as_group)),
    Edit("group_as_distinct", "GROUP BY as DISTINCT.", at(exp.Select, _group_as_distinct)),
)
