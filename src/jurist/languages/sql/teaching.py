"""What a model is told of SQL: its dialect on a page, and the tables that there are."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files

from jurist.languages.sql.dialects import Dialect
from jurist.languages.sql.schemas.schema import Column, SqlSchema, Table, spelled

_ONLY_IN = re.compile(r"(?:\{(?P<dialects>[\w ]+)\} )?(?P<text>.*)")
"""A line of the primer, which may begin with the dialects that it is about."""
_MOST_VALUES = 12


@cache
def primer(dialect: Dialect) -> str:
    """SQL in a few hundred words, with what the dialect reads its own way."""
    text = files("jurist.languages.sql").joinpath("primer.md").read_text(encoding="utf-8")
    lines = [match for match in map(_ONLY_IN.fullmatch, text.splitlines()) if match]
    kept = [
        line["text"]
        for line in lines
        if line["dialects"] is None or dialect in line["dialects"].split()
    ]
    return "\n".join(kept).replace("DIALECT", _TITLES[dialect])


_TITLES = {
    Dialect.SQLITE: "SQLite",
    Dialect.POSTGRESQL: "PostgreSQL",
    Dialect.DUCKDB: "DuckDB",
    Dialect.MYSQL: "MySQL",
    Dialect.STANDARD: "standard SQL",
}


def names(schema: SqlSchema) -> Sequence[str]:
    """One line a table: columns with types, what they mean, keys and references."""
    return [_line(table) for table in schema.tables]


def _line(table: Table) -> str:
    columns = ", ".join(map(_column, table.columns))
    keys = [f"key ({', '.join(map(spelled, key))})" for key in table.keys]
    references = [
        f"({', '.join(map(spelled, key.columns))}) references {spelled(key.table)} "
        f"({', '.join(map(spelled, key.parents))})"
        for key in table.foreign_keys
    ]
    facts = "; ".join([columns, *keys, *references])
    said = f" -- {table.description}" if table.description else ""
    return f"{spelled(table.name)}: {facts}{said}"


def _column(column: Column) -> str:
    return " ".join([spelled(column.name), *_of_column(column)])


def _of_column(column: Column) -> Iterator[str]:
    yield column.declared.lower() or str(column.type)
    if not column.nullable:
        yield "not null"
    if column.values is not None:
        shown = ", ".join(map(repr, column.values[:_MOST_VALUES]))
        more = ", ..." if len(column.values) > _MOST_VALUES else ""
        yield f"one of {shown}{more}"
    if column.minimum is not None or column.maximum is not None:
        least = "" if column.minimum is None else str(column.minimum)
        most = "" if column.maximum is None else str(column.maximum)
        yield f"{least}..{most}"
    if column.description:
        yield f"({column.description})"
