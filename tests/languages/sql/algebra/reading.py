"""Schemas and queries for the tests of algebra and proofs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import lru_cache
from itertools import count
from typing import Any

from jurist.languages.sql.algebra.converting import convert
from jurist.languages.sql.algebra.nodes import Query
from jurist.languages.sql.dialects import Dialect
from jurist.languages.sql.schemas.schema import Column, ForeignKey, SqlSchema, Table
from jurist.languages.sql.text.parsing import parse
from jurist.languages.sql.text.resolving.qualifying import qualified
from jurist.languages.sql.values import ValueType
from shared_data import data_folder

PAIRS = data_folder() / "sql" / "pairs"
_TYPES = {
    "int": ValueType.INTEGER,
    "real": ValueType.REAL,
    "text": ValueType.TEXT,
    "date": ValueType.DATE,
    "datetime": ValueType.TIMESTAMP,
    "bool": ValueType.BOOLEAN,
}


def schema_of(document: dict[str, Any], dialect: Dialect | None = None) -> SqlSchema:
    """A schema as the shared data writes them."""
    tables = [
        Table(
            name,
            tuple(
                Column(column, _TYPES[kind], nullable) for column, kind, nullable in said["columns"]
            ),
            tuple(said["pk"]),
            tuple(tuple(key) for key in said["unique"]),
            tuple(ForeignKey(tuple(a), table, tuple(b)) for a, table, b in said["fk"]),
        )
        for name, said in document["tables"].items()
    ]
    return SqlSchema(document["name"], dialect or Dialect(document["dialect"]), tuple(tables))


@lru_cache
def shared_schemas() -> dict[str, dict[str, Any]]:
    """The shared data's schemas, by name."""
    lines = (PAIRS / "schemas.jsonl").read_text().splitlines()
    return {document["name"]: document for document in map(json.loads, lines)}


def read(text: str, schema: SqlSchema, fresh: Iterator[int] | None = None) -> Query:
    """The query that a text means under a schema."""
    tree = qualified(parse(text, schema), schema)
    return convert(tree, schema, count(1) if fresh is None else fresh)
