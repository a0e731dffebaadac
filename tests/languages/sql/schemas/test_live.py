"""Schemas of live databases are what the DDL says that made them."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import duckdb
import psycopg
import pytest

from jurist.errors import SchemaError
from jurist.languages.sql.dialects import Dialect
from jurist.languages.sql.schemas.ddl import read_ddl
from jurist.languages.sql.schemas.live import opened, without_password
from jurist.languages.sql.schemas.schema import SqlSchema
from shared_data import shared_data
from sql_workspaces import read_schema

SHOP = """
CREATE TABLE customer (
  id INTEGER PRIMARY KEY, name TEXT NOT NULL, "e-mail" VARCHAR(40) UNIQUE,
  age INTEGER CHECK (age >= 0 AND age <= 150), kind TEXT CHECK (kind IN ('new', 'old'))
);
CREATE TABLE orders (
  id INTEGER NOT NULL, line INTEGER NOT NULL, customer INTEGER REFERENCES customer (id),
  placed DATE, price DECIMAL(10, 2), PRIMARY KEY (id, line)
);
CREATE UNIQUE INDEX once ON orders (customer, placed);
CREATE VIEW late AS SELECT id FROM orders;
"""


def facts_of(schema: SqlSchema) -> object:
    """All but what engines write otherwise: the names of types."""
    return {
        table.name: (
            [
                (
                    column.name,
                    column.type,
                    column.nullable,
                    set(column.values or ()),
                    column.minimum,
                    column.maximum,
                )
                for column in table.columns
            ],
            table.primary_key,
            set(table.unique),
            table.foreign_keys,
            table.checks,
        )
        for table in schema.tables
    }


def as_written(dialect: Dialect) -> object:
    ddl = SHOP.split("CREATE VIEW")[0]
    return facts_of(SqlSchema("shop", dialect, read_ddl(ddl, dialect, where="x")))


def sqlite_file(path: Path, ddl: str = SHOP) -> Path:
    connection = sqlite3.connect(path)
    connection.executescript(ddl)
    connection.close()
    return path


def test_a_sqlite_file_by_its_path_and_by_its_address(tmp_path: Path):
    path = sqlite_file(tmp_path / "shop.db")
    schema = read_schema(path)
    assert (schema.name, schema.dialect) == ("shop", Dialect.SQLITE)
    assert facts_of(schema) == as_written(Dialect.SQLITE)
    assert read_schema(f"sqlite:///{path}") == schema


def test_a_sqlite_file_whose_text_is_not_understood_is_read_as_sqlite_understood_it(
    tmp_path: Path,
):
    ddl = """
    CREATE TABLE p (id UNSIGNED BIG INT PRIMARY KEY, s NATIVE CHARACTER(7) NOT NULL);
    CREATE TABLE t (a INT REFERENCES p, b INT REFERENCES gone, c TEXT UNIQUE, "d e",
                    FOREIGN KEY (a) REFERENCES P (ID));
    """
    schema = read_schema(sqlite_file(tmp_path / "odd.db", ddl))
    p, t = schema.tables
    assert [(column.name, str(column.type), column.nullable) for column in p.columns] == [
        ("id", "integer", False),
        ("s", "text", False),
    ]
    assert p.primary_key == ("id",)
    assert t.unique == (("c",),)
    assert [(key.columns, key.table, key.parents) for key in t.foreign_keys] == [
        (("a",), "p", ("id",))
    ]


def test_a_duckdb_file(tmp_path: Path):
    path = tmp_path / "shop.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(SHOP)
    schema = read_schema(path)
    assert schema.dialect is Dialect.DUCKDB
    assert facts_of(schema) == as_written(Dialect.DUCKDB)
    assert read_schema(f"duckdb:///{path}").tables == schema.tables


@pytest.mark.postgres
def test_a_postgresql_database(postgres_url: str):
    with psycopg.connect(postgres_url) as connection:
        connection.execute(SHOP.encode())  # pyright: ignore[reportArgumentType]
        connection.execute(
            b"""CREATE TYPE "Mood" AS ENUM ('high', 'low');
            CREATE TABLE extra (id serial PRIMARY KEY, m "Mood", at timestamptz,
                                j jsonb CHECK (jsonb_typeof(j) = 'object' AND NOT j ? 'x'));
            CREATE SCHEMA other; CREATE TABLE other.orders (a int);"""
        )
    schema = read_schema(postgres_url)
    assert schema.dialect is Dialect.POSTGRESQL
    extra = schema.table("extra")
    assert extra is not None
    assert [str(column.type) for column in extra.columns] == [
        "integer",
        "text",
        "timestamp",
        "other",
    ]
    assert extra.columns[1].values == ("high", "low")
    read = {table.name: table for table in schema.tables}
    assert set(read) == {"customer", "orders", "extra"}
    shop = SqlSchema("shop", schema.dialect, (read["customer"], read["orders"]))
    assert facts_of(shop) == as_written(Dialect.POSTGRESQL)


def test_a_database_of_spider_has_the_keys_that_its_authors_list():
    """The file is called concert_singer and holds customers_and_products_contacts."""
    schema = read_schema(shared_data("sql/spider_dev/concert_singer.sqlite"))
    listed = json.loads(shared_data("sql/spider_dev/tables.json").read_text("utf-8"))
    entry = next(of for of in listed if of["db_id"] == "customers_and_products_contacts")
    names = [name.lower() for name in entry["table_names_original"]]
    columns = [(names[of], name.lower()) for of, name in entry["column_names_original"] if of >= 0]
    assert [(t.name.lower(), c.name.lower()) for t in schema.tables for c in t.columns] == columns
    at = [("", ""), *columns]
    assert {(t.name.lower(), key.lower()) for t in schema.tables for key in t.primary_key} == {
        at[key] for key in entry["primary_keys"]
    }
    assert {
        ((t.name.lower(), key.columns[0].lower()), (key.table.lower(), key.parents[0].lower()))
        for t in schema.tables
        for key in t.foreign_keys
    } == {(at[child], at[parent]) for child, parent in entry["foreign_keys"]}


def test_nothing_can_be_written(tmp_path: Path):
    path = sqlite_file(tmp_path / "shop.db")
    before = path.read_bytes()
    with opened(path) as database, pytest.raises(SchemaError, match="cannot answer"):
        database.rows("INSERT INTO customer (id, name) VALUES (1, 'x')")
    assert path.read_bytes() == before
    other = tmp_path / "shop.duckdb"
    duckdb.connect(str(other)).execute("CREATE TABLE t (a int)").close()
    with opened(other) as database:
        for statement in ("INSERT INTO t VALUES (1)", "SELECT * FROM glob('/*')"):
            with pytest.raises(SchemaError, match="cannot answer"):
                database.rows(statement)


@pytest.mark.parametrize(
    "address", ["sqlite:///nowhere.db", "duckdb:///nowhere.db", "mysql://root:secret@host/shop"]
)
def test_what_cannot_be_opened_says_so(address: str):
    with pytest.raises(SchemaError) as caught, opened(address):
        pass
    assert "secret" not in str(caught.value)


def test_passwords_are_shown_nowhere():
    assert without_password("postgresql://me:secret@host:5432/shop?x=y") == (
        "postgresql://host:5432/shop"
    )
    with pytest.raises(SchemaError) as caught:
        read_schema("postgresql://me:secret@127.0.0.1:1/shop")
    assert "secret" not in str(caught.value)
