"""The same under other names, by a position, or by the count of a key."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlglot import exp

from jurist.languages.sql.schemas.schema import SqlSchema
from jurist.languages.sql.variants.edits import Edit, at
from jurist.languages.sql.variants.scopes import (
    alias_of,
    around,
    columns_of,
    reference,
    source_of,
    sources,
)
from jurist.languages.sql.variants.trees import Node, changed, part_of, parts_of, replaced

_OTHER_NAME = "_x"


def _alias_renamed(select: exp.Select, schema: SqlSchema) -> Iterator[Node]:
    """Another alias for a source, in all columns that come from it."""
    for source in sources(select, schema):
        name = source.name
        made = select.copy()
        places = [node for node in made.find_all(exp.Table, exp.Subquery) if node.alias == name]
        yield from _aliased(made, places, name, name + _OTHER_NAME)


def _alias_added(select: exp.Select, schema: SqlSchema) -> Iterator[Node]:
    for source in sources(select, schema):
        name = source.name
        made = select.copy()
        places = [node for node in made.find_all(exp.Table) if node.alias_or_name == name]
        if source.table is not None and not any(node.alias for node in places):
            yield from _aliased(made, places, name, name[:1].lower() + _OTHER_NAME)


def _aliased(made: exp.Select, places: Sequence[Node], old: str, new: str) -> Iterator[exp.Select]:
    """With another name for a source, where it has one place alone and nothing has that name."""
    taken = any(identifier.name == new for identifier in made.find_all(exp.Identifier))
    if len(places) != 1 or taken:
        return
    for column in columns_of(made):
        if column.table == old:
            column.set("table", exp.to_identifier(new))
    places[0].set("alias", alias_of(new))
    yield made


def _qualified(select: exp.Select, schema: SqlSchema) -> Iterator[Node]:
    """Every column with its table's name."""
    made = select.copy()
    pairs = list(zip(columns_of(select), columns_of(made), strict=True))
    some = False
    for column, place in pairs:
        known = None if column.table else source_of(column, schema)
        if known is not None and known[0].name and not _is_alias(column):
            place.set("table", exp.to_identifier(known[0].name))
            some = True
    if some:
        yield made


def _is_alias(column: exp.Column) -> bool:
    """Whether an output of the SELECT has the name too, which ORDER BY would mean."""
    select = around(column)
    names = [] if select is None else [output.alias.lower() for output in parts_of(select)]
    return column.name.lower() in names


def _by_position(query: exp.Select, _schema: SqlSchema) -> Iterator[Node]:
    order = part_of(query, "order")
    keys = [] if order is None else parts_of(order)
    values = [output.unalias() for output in parts_of(query)]
    names = [output.alias for output in parts_of(query)]
    for i, key in enumerate(keys):
        value = key.this
        at_alias = isinstance(value, exp.Column) and not value.table and value.name in names
        place = names.index(value.name) if at_alias else None
        if place is None and value in values:
            place = values.index(value)
        if order is not None and place is not None:
            other = changed(key, this=exp.Literal.number(place + 1))
            made = changed(order, expressions=replaced(keys, i, other))
            yield changed(query, order=made)


def _by_alias(query: exp.Select, _schema: SqlSchema) -> Iterator[Node]:
    """What is sorted by gets a name in the outputs, and is sorted by that."""
    order = part_of(query, "order")
    keys, outputs = [] if order is None else parts_of(order), parts_of(query)
    name = "sorted_by"
    for i, key in enumerate(keys):
        for k, output in enumerate(outputs):
            if order is not None and output == key.this:
                named = exp.alias_(output.copy(), name)
                made = changed(query, expressions=replaced(outputs, k, named))
                other = changed(key, this=exp.column(name))
                keyed = changed(order, expressions=replaced(keys, i, other))
                yield changed(made, order=keyed)


def _key_counted(count: exp.Count, schema: SqlSchema) -> Iterator[Node]:
    """`COUNT(*)` as the count of a column that is never NULL."""
    select = around(count)
    if select is None or not isinstance(count.this, exp.Star):
        return
    known = sources(select, schema)
    beside = next(iter(columns_of(select)), None)
    for source in known:
        keys = [column for column in source.columns if not column.nullable]
        for column in keys[:1]:
            named = reference(column.name, source, None if len(known) > 1 else beside, schema)
            yield changed(count, this=named)


def _rows_counted(count: exp.Count, schema: SqlSchema) -> Iterator[Node]:
    argument = count.this
    known = source_of(argument, schema) if isinstance(argument, exp.Column) else None
    if known is not None and not known[1].nullable:
        yield changed(count, this=exp.Star())


NAMING = (
    Edit("alias_renamed", "Another alias.", at(exp.Select, _alias_renamed)),
    Edit("alias_added", "An alias for a table.", at(exp.Select, _alias_added)),
    Edit("qualified", "Columns with their table's name.", at(exp.Select, _qualified)),
    Edit("order_by_position", "Sorted by a column's place.", at(exp.Select, _by_position)),
    Edit("order_by_alias", "Sorted by a column's alias.", at(exp.Select, _by_alias)),
    Edit("key_counted", "Rows counted by a column never NULL.", at(exp.Count, _key_counted)),
    Edit("key_count_dropped", "A column never NULL counted as rows.", at(exp.Count, _rows_counted)),
)
