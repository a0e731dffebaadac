"""The pairs of shared SQL data with their schemas, where the data is."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from jurist.languages.sql.dialects import Dialect
from jurist.languages.sql.schemas.ddl import read_ddl
from jurist.languages.sql.schemas.schema import Column, ForeignKey, SqlSchema, Table
from jurist.languages.sql.values import ValueType
from shared_data import shared_data

_TYPES = {
    "int": ValueType.INTEGER,
    "real": ValueType.REAL,
    "text": ValueType.TEXT,
    "date": ValueType.DATE,
    "datetime": ValueType.TIMESTAMP,
}


def pairs(name: str) -> list[dict[str, Any]]:
    """The pairs of a set, by its file's name without the ending; skips where the data is not."""
    return _lines(name)


def schema_of_pair(pair: dict[str, Any], *, dialect: Dialect | None = None) -> SqlSchema:
    """The schema of a pair: the one that it names, or its own DDL.

    Args:
        pair: As `pairs` gives it.
        dialect: In place of the one that the data says (Calcite's pairs are standard SQL).
    """
    if "ddl" in pair:
        given = dialect or Dialect.SQLITE
        return SqlSchema(pair["id"], given, read_ddl(pair["ddl"], given, where=pair["id"]))
    return schema_of_data(pair["schema"], dialect)


@cache
def schema_of_data(name: str, dialect: Dialect | None = None) -> SqlSchema:
    """A schema by its name."""
    data = _schemas()[name]
    tables = tuple(_table(name, of) for name, of in data["tables"].items())
    return SqlSchema(name, dialect or Dialect(data["dialect"]), tables)


@cache
def _schemas() -> dict[str, Any]:
    return {data["name"]: data for data in _lines("schemas")}


def _lines(name: str) -> list[dict[str, Any]]:
    text = shared_data(f"sql/pairs/{name}.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def _table(name: str, of: dict[str, Any]) -> Table:
    key = {column.lower() for column in of["pk"]}
    return Table(
        name,
        tuple(
            Column(column, _TYPES[type_], nullable=nullable and column.lower() not in key)
            for column, type_, nullable in of["columns"]
        ),
        primary_key=tuple(of["pk"]),
        unique=tuple(tuple(key) for key in of["unique"]),
        foreign_keys=tuple(
            ForeignKey(tuple(columns), table, tuple(parents))
            for columns, table, parents in of["fk"]
        ),
    )
