"""A schema as lines for prompts: a table a line, with its columns or some of them.

Names and descriptions come from files and databases: they are stripped of line breaks and
bounded, so that none of them can pass for another line.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

from jurist.languages.mistakes import shown
from jurist.languages.sql.schemas.schema import Column, SqlSchema, Table, spelled

_MAX_VALUES: Final = 20
_MAX_DESCRIPTION: Final = 200
_MAX_NAME: Final = 128


def lines_of(schema: SqlSchema) -> Sequence[str]:
    """Every table with all its columns, in the schema's order."""
    return tuple(line_of(table) for table in schema.tables)


def line_of(table: Table, columns: Collection[str] | None = None) -> str:
    """One table.

    Args:
        table: The table.
        columns: The names of the columns that are shown; `None`: all. The others are counted.
    """
    kept = [c for c in table.columns if columns is None or c.name in columns]
    parts = [_column(column, table) for column in kept]
    if left := len(table.columns) - len(kept):
        parts.append(f"{left} more")
    parts += _keys(table)
    return f"{plain(table.name)} ({', '.join(parts)}){_described(table.description)}"


def _column(column: Column, table: Table) -> str:
    said = f"{plain(column.name)} {_flat(column.declared.lower()) or column.type}"
    if table.primary_key == (column.name,):
        said += " key"
    elif not column.nullable:
        said += " not null"
    for key in table.foreign_keys:
        if key.columns == (column.name,):
            said += f" -> {plain(key.table)}.{plain(key.parents[0])}"
    if column.values is not None:
        values = ", ".join(_flat(repr(value)) for value in column.values[:_MAX_VALUES])
        more = ", ..." if len(column.values) > _MAX_VALUES else ""
        said += f" in ({values}{more})"
    if column.minimum is not None or column.maximum is not None:
        least, most = ("" if x is None else f"{x}" for x in (column.minimum, column.maximum))
        said += f" {least}..{most}"
    return said + _described(column.description)


def _keys(table: Table) -> list[str]:
    """The keys of several columns."""
    said: list[str] = []
    if len(table.primary_key) > 1:
        said.append(f"key ({', '.join(map(plain, table.primary_key))})")
    for key in table.foreign_keys:
        if len(key.columns) > 1:
            mine, theirs = (", ".join(map(plain, names)) for names in (key.columns, key.parents))
            said.append(f"({mine}) -> {plain(key.table)} ({theirs})")
    return said


def plain(name: str) -> str:
    """A name on one line."""
    return _flat(spelled(name))


def _flat(text: str, most: int = _MAX_NAME) -> str:
    return shown(" ".join(text.split())[:most])


def _described(description: str) -> str:
    text = _flat(description, _MAX_DESCRIPTION)
    return f' "{text}"' if text else ""
