"""Rows in another order, and too few or too many of them."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from jurist.languages.sql.dialects import habits
from jurist.languages.sql.schemas.schema import SqlSchema
from jurist.languages.sql.variants.clauses import is_number, shifted
from jurist.languages.sql.variants.edits import Edit, at
from jurist.languages.sql.variants.scopes import neighbours
from jurist.languages.sql.variants.trees import Node, changed, part_of, parts_of, swapped, without


def _reversed(key: exp.Ordered, schema: SqlSchema) -> Iterator[Node]:
    """With NULLs at the end where the dialect has them then, where it had them there before."""
    other = key.copy()
    other.set("desc", None if key.args.get("desc") else True)
    if not habits(schema.dialect).nulls_are_last:
        other.set("nulls_first", not key.args.get("nulls_first"))
    yield other


def _other_key(key: exp.Ordered, schema: SqlSchema) -> Iterator[Node]:
    if isinstance(key.this, exp.Column):
        for other in neighbours(key.this, schema, most=2):
            yield changed(key, this=other)


def _keys_changed(order: exp.Order, _schema: SqlSchema) -> Iterator[Node]:
    keys = parts_of(order)
    for i in range(len(keys) - 1):
        yield changed(order, expressions=swapped(keys, i))
        yield changed(order, expressions=without(keys, i))
    if len(keys) > 1:
        yield changed(order, expressions=keys[:-1])


def _order_dropped(query: exp.Query, _schema: SqlSchema) -> Iterator[Node]:
    if part_of(query, "order") is not None:
        yield changed(query, order=None)


def _limit_changed(limit: exp.Limit, _schema: SqlSchema) -> Iterator[Node]:
    yield from _shifted(limit, least=1)


def _limit_dropped(query: exp.Query, _schema: SqlSchema) -> Iterator[Node]:
    if part_of(query, "limit") is not None:
        yield changed(query, limit=None, offset=None)


def _limit_added(query: exp.Query, _schema: SqlSchema) -> Iterator[Node]:
    if part_of(query, "limit") is None and part_of(query, "order") is not None:
        yield changed(query, limit=exp.Limit(expression=exp.Literal.number(1)))


def _offset_changed(offset: exp.Offset, _schema: SqlSchema) -> Iterator[Node]:
    yield from _shifted(offset, least=0)


def _shifted(clause: exp.Limit | exp.Offset, *, least: int) -> Iterator[Node]:
    number = part_of(clause, "expression")
    if is_number(number) and number.name.isdigit():
        yield changed(clause, expression=shifted(number, 1))
        if int(number.name) > least:
            yield changed(clause, expression=shifted(number, -1))


ORDERING = (
    Edit("direction_reversed", "Rows are sorted the other way.", at(exp.Ordered, _reversed)),
    Edit("other_sort_key", "Rows are sorted by another column.", at(exp.Ordered, _other_key)),
    Edit(
        "sort_keys_changed",
        "Sort keys are swapped, or one is missing.",
        at(exp.Order, _keys_changed),
    ),
    Edit("order_dropped", "Nothing sorts the rows.", at(exp.Query, _order_dropped)),
    Edit("limit_changed", "One row more or less.", at(exp.Limit, _limit_changed)),
    Edit("limit_dropped", "All rows in place of the first.", at(exp.Query, _limit_dropped)),
    Edit("limit_added", "The first row in place of all.", at(exp.Query, _limit_added)),
    Edit("offset_changed", "One row more or less is skipped.", at(exp.Offset, _offset_changed)),
)
