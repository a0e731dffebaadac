"""Schema files: what they say, and what is refused with its place."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from jurist.errors import SchemaError
from jurist.languages.sql.dialects import Dialect
from jurist.languages.sql.readings import Columns, Readings, Rows
from jurist.languages.sql.schemas.documents import load_schema
from sql_workspaces import read_schema

FILE = """\
name: shop
language: sql
dialect: sqlite
ddl: |
  CREATE TABLE customer (id INTEGER PRIMARY KEY, name TEXT);
  CREATE TABLE "order" (id INTEGER PRIMARY KEY, customer INT REFERENCES customer);
readings:
  rows: set
  columns: any order
  tolerance: 0.001
  round_to: 2
descriptions:
  customer: who buys
  Customer.Name: as it is written on letters
"""


def test_a_file_in_our_own_format(tmp_path: Path):
    path = tmp_path / "schema.yaml"
    path.write_text(FILE, encoding="utf-8")
    schema = read_schema(path)
    assert (schema.name, schema.dialect) == ("shop", Dialect.SQLITE)
    assert [table.name for table in schema.tables] == ["customer", "order"]
    assert schema.readings == Readings(
        rows=Rows.SET, columns=Columns.ANY_ORDER, tolerance=0.001, round_to=2
    )
    customer = schema.tables[0]
    assert customer.description == "who buys"
    assert customer.columns[1].description == "as it is written on letters"


def test_a_file_of_ddl_takes_its_dialect_from_whoever_names_it(tmp_path: Path):
    path = tmp_path / "shop.sql"
    path.write_text('CREATE TABLE t (a "int")', encoding="utf-8")
    path.write_text("CREATE TABLE t (a int, b jsonb)", encoding="utf-8")
    schema = read_schema(path, dialect=Dialect.POSTGRESQL)
    assert (schema.name, schema.dialect) == ("shop", Dialect.POSTGRESQL)
    assert read_schema(path).dialect is Dialect.STANDARD


DDL = "CREATE TABLE t (a int)"


@pytest.mark.parametrize("name", [field.name for field in fields(Readings)])
def test_each_reading_can_be_chosen(name: str):
    relaxed: dict[str, object] = {
        "rows": "set", "order": "ignored", "columns": "extra allowed", "names": "must match",
        "ties": "first", "scalar_subqueries": "first", "bare_columns": "first",
        "text_and_numbers": "loose", "nulls": "never", "empty_tables": "never",
        "tolerance": 0, "round_to": 3,
    }  # fmt: skip
    read = load_schema({"ddl": DDL, "readings": {name: relaxed[name]}}, where="x").readings
    assert getattr(read, name) == relaxed[name]
    others = [field.name for field in fields(Readings) if field.name != name]
    assert all(getattr(read, other) == getattr(Readings(), other) for other in others)


@pytest.mark.parametrize(
    ("document", "where", "fix"),
    [
        ({"ddl": DDL, "dialekt": "sqlite"}, "dialekt", "'dialect'"),
        ({"ddl": DDL, "dialect": "sqllite"}, "dialect", "'sqlite'"),
        ({"ddl": DDL, "dialect": 3}, "dialect", ""),
        ({"ddl": DDL, "readings": {"row": "set"}}, "readings.row", "'rows'"),
        ({"ddl": DDL, "readings": {"rows": "sets"}}, "readings.rows", "'set'"),
        ({"ddl": DDL, "readings": {"tolerance": 1}}, "readings.tolerance", ""),
        ({"ddl": DDL, "readings": {"tolerance": True}}, "readings.tolerance", ""),
        ({"ddl": DDL, "readings": {"round_to": -1}}, "readings.round_to", ""),
        ({"ddl": DDL, "descriptions": {"s": "x"}}, "descriptions.s", ""),
        ({"ddl": DDL, "descriptions": {"t.b": "x"}}, "descriptions.t.b", "'t.a'"),
        ({"ddl": DDL, "descriptions": {"t": 3}}, "descriptions.t", ""),
        ({"ddl": ["x"]}, "ddl", ""),
        ({"name": "shop"}, "ddl", "ddl: |"),
        ({"language": "cql", "ddl": DDL}, "language", ""),
        ({"ddl": "\nCREATE VIEW v AS SELECT 1"}, "at ddl, line 2", "leave it out"),
    ],
)
def test_what_is_not_known_is_refused_with_its_place(
    document: dict[str, object], where: str, fix: str
):
    with pytest.raises(SchemaError) as caught:
        load_schema(document, where="shop.yaml")
    assert "shop.yaml" in caught.value.where
    assert where in caught.value.where
    assert fix in caught.value.fix
