"""Facts that hold in a connected database, as lines for `facts: mined:`.

That they hold in its rows today is no promise: whoever takes them over has them printed as
assumptions. A table with few rows says nothing, for almost anything holds in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from jurist.languages.sql.schemas.facts import foreign_key_fact, range_fact, values_fact
from jurist.languages.sql.schemas.probing import Probe
from jurist.languages.sql.schemas.schema import (
    Column,
    Fact,
    FactKind,
    ForeignKey,
    SqlSchema,
    Table,
)
from jurist.languages.sql.values import Value, ValueType

ENOUGH_ROWS: Final = 20
"""Of a table before anything is said of it."""
FEW_VALUES: Final = 12
_TIMES: Final = 10
"""How often each of a few values must stand on average, that they may be all there are."""
_LONGEST: Final = 60
"""Characters of a value that is listed."""


def mine(schema: SqlSchema, probe: Probe, *, with_values: bool = False) -> tuple[str, ...]:
    """What holds in a database and is not declared.

    Args:
        schema: Of its tables those are looked at that the database has too.
        probe: The database.
        with_values: Whether ranges and values of columns are said too: they are what stands in
            its rows, and would be printed in reports.

    Returns:
        Lines for `facts: mined:`, in the schema's order.

    Raises:
        SchemaError: The database cannot answer.
    """
    known = [table for table in schema.tables if probe.has(table)]
    sizes = {table.name: probe.rows(table) for table in known}
    large = [table for table in known if sizes[table.name] >= ENOUGH_ROWS]
    keys = {table.name: set(_keys(table, probe)) for table in large}
    lines: list[str] = []
    for table in large:
        lines += (
            str(Fact(FactKind.NOT_NULL, table.name, (column.name,)))
            for column in table.columns
            if column.nullable and not probe.nulls(table, column.name)
        )
        declared = {key[0] for key in table.keys if len(key) == 1}
        lines += (
            str(Fact(FactKind.KEY, table.name, (column.name,)))
            for column in table.columns
            if column.name in keys[table.name] - declared
        )
        lines += _foreign_keys(table, known, keys, probe)
        if with_values:
            for column in table.columns:
                lines += _of_values(table, column, sizes[table.name], probe)
    return tuple(lines)


def _keys(table: Table, probe: Probe) -> Iterator[str]:
    """Columns of which no value repeats; those that may hold anything in between are no keys."""
    for column in table.columns:
        if column.type in {ValueType.REAL, ValueType.BOOLEAN, ValueType.OTHER}:
            continue
        if not probe.nulls(table, column.name) and not probe.repeated(table, (column.name,)):
            yield column.name


def _foreign_keys(
    table: Table, tables: Sequence[Table], keys: dict[str, set[str]], probe: Probe
) -> Iterator[str]:
    """Columns named as another table's key whose values all stand there."""
    declared = {key.columns for key in table.foreign_keys}
    for column in table.columns:
        if (column.name,) in declared or probe.nulls(table, column.name) == probe.rows(table):
            continue
        for parent in tables:
            unique = {key[0] for key in parent.keys if len(key) == 1} | keys.get(parent.name, set())
            for name in sorted(unique) if parent is not table else ():
                to = parent.column(name)
                if to is None or to.type is not column.type or not _named_after(column, parent, to):
                    continue
                key = ForeignKey((column.name,), parent.name, (name,))
                if not probe.orphans(table, key):
                    yield str(foreign_key_fact(table, key))


def _named_after(column: Column, parent: Table, key: Column) -> bool:
    """Whether `customer_id` may refer to `customers(id)` or `customers(customer_id)`."""
    name, other, of = (
        text.lower().replace("_", "") for text in (column.name, key.name, parent.name)
    )
    if name == other:
        return len(name) > len("id")
    return name in {of + other, of.removesuffix("s") + other}


def _of_values(table: Table, column: Column, rows: int, probe: Probe) -> Iterator[str]:
    place = probe.columns(table, (column.name,))[0]
    source = probe.name(table.name)
    if column.type in {ValueType.INTEGER, ValueType.REAL} and column.minimum is column.maximum:
        least, most = probe.values(f"MIN({place}), MAX({place})", source)
        if _is_number(least) and _is_number(most):
            known = replace(column, minimum=_plain(least), maximum=_plain(most))
            yield str(range_fact(table, known))
    if column.type is ValueType.TEXT and column.values is None:
        distinct = probe.count(f"COUNT(DISTINCT {place})", source)
        if 0 < distinct <= FEW_VALUES and distinct * _TIMES <= rows:
            listed = [value for (value,) in _distinct(probe, place, source)]
            texts = [value for value in listed if isinstance(value, str)]
            if len(texts) == len(listed) and all(len(text) <= _LONGEST for text in texts):
                values: tuple[Value, ...] = tuple(sorted(texts))
                yield str(values_fact(table, replace(column, values=values)))


def _distinct(probe: Probe, place: str, source: str) -> Sequence[Sequence[object]]:
    return probe.database.rows(
        f"SELECT DISTINCT {place} FROM {source} WHERE {place} IS NOT NULL"  # noqa: S608 - quoted
    )


def _is_number(value: object) -> bool:
    return not isinstance(value, str | bytes | bool) and value is not None


def _plain(number: object) -> int | float:
    return number if isinstance(number, int) else float(str(number))
