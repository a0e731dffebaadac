"""Joins of the wrong kind, on too little, or on the wrong columns."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from jurist.languages.sql.schemas.schema import SqlSchema
from jurist.languages.sql.variants.clauses import compares_sources, is_inner, on_of
from jurist.languages.sql.variants.edits import Edit, at
from jurist.languages.sql.variants.scopes import (
    columns_of,
    is_within,
    named_sources,
    neighbours,
    source,
    source_of,
)
from jurist.languages.sql.variants.trees import (
    Node,
    changed,
    conditions_of,
    filtered,
    joined,
    part_of,
    parts_of,
    replaced,
    shortened,
    sides,
    without,
)


def _joins(select: exp.Select) -> list[exp.Join]:
    return [join for join in parts_of(select, "joins") if isinstance(join, exp.Join)]


def _join_kind(join: exp.Join, _schema: SqlSchema) -> Iterator[Node]:
    if part_of(join, "on") is None and not parts_of(join, "using"):
        return
    if is_inner(join):
        yield changed(join, side="LEFT", kind=None)
    elif join.side == "LEFT":
        yield changed(join, side=None, kind=None)
    elif join.side in {"RIGHT", "FULL"}:
        yield changed(join, side="LEFT", kind=None)


def _key_dropped(join: exp.Join, _schema: SqlSchema) -> Iterator[Node]:
    for fewer in shortened(on_of(join)):
        yield changed(join, on=joined(exp.And, fewer))
    for fewer in shortened(parts_of(join, "using")):
        yield changed(join, using=fewer)


def _key_in_where_dropped(select: exp.Select, schema: SqlSchema) -> Iterator[Node]:
    conditions = conditions_of(select)
    for i, condition in enumerate(conditions):
        if compares_sources(condition, schema):
            yield filtered(select, without(conditions, i))


def _wrong_column(condition: exp.EQ, schema: SqlSchema) -> Iterator[Node]:
    if not compares_sources(condition, schema):
        return
    for name, side in zip(("this", "expression"), sides(condition), strict=True):
        if isinstance(side, exp.Column):
            for other in neighbours(side, schema, most=2):
                yield changed(condition, **{name: other})


def _dropped(select: exp.Select, schema: SqlSchema) -> Iterator[Node]:
    """A join that only filters or multiplies: nothing else names what it joins."""
    joins = _joins(select)
    for i, join in enumerate(joins):
        name = join.alias_or_name.lower()
        rest = [column for column in columns_of(select) if not is_within(column, join)]
        found = (source_of(column, schema) for column in rest)
        if not any(known is not None and known[0].name.lower() == name for known in found):
            yield changed(select, joins=without(joins, i))


def _on_for_where(select: exp.Select, schema: SqlSchema) -> Iterator[Node]:
    """A condition on what a LEFT JOIN may leave empty, moved into its ON."""
    conditions = conditions_of(select)
    joins = _joins(select)
    for i, join in enumerate(joins):
        name = source(join.this, schema).name.lower()
        on = on_of(join)
        if join.side != "LEFT" or not on:
            continue
        for k, condition in enumerate(conditions):
            if named_sources(condition, schema) == {name}:
                made = changed(join, on=joined(exp.And, [*on, condition]))
                other = changed(select, joins=replaced(joins, i, made))
                yield filtered(other, without(conditions, k))


def _where_for_on(select: exp.Select, schema: SqlSchema) -> Iterator[Node]:
    """A condition of a LEFT JOIN's ON, moved into WHERE."""
    joins = _joins(select)
    for i, join in enumerate(joins):
        on = on_of(join)
        if join.side != "LEFT" or len(on) < 2:
            continue
        for k, condition in enumerate(on):
            if not compares_sources(condition, schema):
                made = changed(join, on=joined(exp.And, without(on, k)))
                other = changed(select, joins=replaced(joins, i, made))
                yield filtered(other, [*conditions_of(select), condition])


JOINS = (
    Edit(
        "join_kind",
        "An inner join becomes a left join, or the other way.",
        at(exp.Join, _join_kind),
    ),
    Edit(
        "join_key_dropped",
        "One of several conditions of a join is missing.",
        at(exp.Join, _key_dropped),
    ),
    Edit(
        "join_condition_dropped",
        "A condition in WHERE that joins two tables is missing.",
        at(exp.Select, _key_in_where_dropped),
    ),
    Edit(
        "join_wrong_column",
        "Tables are joined on another column of the same type.",
        at(exp.EQ, _wrong_column),
    ),
    Edit("join_dropped", "A table that only filters is not joined.", at(exp.Select, _dropped)),
    Edit(
        "on_for_where",
        "A condition on an outer join's table moves from WHERE to ON.",
        at(exp.Select, _on_for_where),
    ),
    Edit(
        "where_for_on",
        "A condition on an outer join's table moves from ON to WHERE.",
        at(exp.Select, _where_for_on),
    ),
)
