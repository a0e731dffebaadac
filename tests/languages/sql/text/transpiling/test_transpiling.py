"""What SQLite runs for another dialect gives what DuckDB gives, and what it cannot run is said."""

from __future__ import annotations

import datetime
import sqlite3
from decimal import Decimal

import duckdb
import pytest

from jurist.errors import UnsupportedError
from jurist.languages.sql.dialects import Dialect, Engine
from jurist.languages.sql.schemas.schema import Column, SqlSchema, Table
from jurist.languages.sql.text.parsing import parse
from jurist.languages.sql.text.transpiling.transpiling import executable
from jurist.languages.sql.values import ValueType


def _schema(dialect: Dialect) -> SqlSchema:
    columns = (
        Column("id", ValueType.INTEGER),
        Column("Price", ValueType.REAL),
        Column("name", ValueType.TEXT),
        Column("placed", ValueType.DATE),
    )
    return SqlSchema("shop", dialect, (Table("Orders", columns),))


ROWS = [
    (1, 2.5, "Ann", "2024-01-31"),
    (2, None, "ann", "2024-02-29"),
    (-7, 4.0, None, None),
    (2, 4.0, "Bob", "2023-12-31"),
]
RUNS = [
    "SELECT id / 2 FROM orders",
    "SELECT price / 2, id % 2 FROM orders",
    "SELECT name FROM orders ORDER BY price, id DESC, name",
    "SELECT name FROM orders ORDER BY name DESC",
    "SELECT id FROM orders WHERE name LIKE 'a%'",
    "SELECT EXTRACT(YEAR FROM placed), YEAR(placed), MONTH(placed), DAY(placed) FROM orders",
    "SELECT id FROM orders WHERE placed > DATE '2024-01-31'",
    "SELECT name || 'x', COALESCE(name, 'none'), UPPER(name), LENGTH(name) FROM orders",
    "SELECT id FROM orders UNION SELECT 2 INTERSECT SELECT id + 3 FROM orders",
    "(SELECT id FROM orders) UNION ALL (SELECT 5)",
    "(SELECT id FROM orders ORDER BY id LIMIT 1) UNION ALL (SELECT 5)",
    "SELECT id FROM orders EXCEPT (SELECT 1 UNION SELECT 2)",
    "SELECT count(*) FILTER (WHERE id > 1), sum(id), avg(price) FROM orders",
    "SELECT * FROM (VALUES (1, 'x'), (2, 'y')) AS v(a, b)",
    "SELECT id FROM orders ORDER BY id FETCH FIRST 2 ROWS ONLY",
    "SELECT CASE WHEN name IS NOT DISTINCT FROM NULL THEN 1 ELSE 0 END FROM orders",
    "SELECT row_number() OVER (ORDER BY id, price, name) FROM orders",
    "SELECT id FROM orders WHERE (id, name) IN (SELECT 1, 'Ann')",
]


def _sqlite(text: str) -> list[tuple[object, ...]]:
    engine = sqlite3.connect(":memory:")
    engine.execute("PRAGMA case_sensitive_like = ON")
    engine.execute('CREATE TABLE "Orders" (id INTEGER, "Price" REAL, name TEXT, placed TEXT)')
    engine.executemany("INSERT INTO orders VALUES (?, ?, ?, ?)", ROWS)
    rows = engine.execute(text).fetchall()
    engine.close()
    return rows


def _duckdb(text: str, *settings: str) -> list[tuple[object, ...]]:
    with duckdb.connect() as engine:
        for setting in settings:
            engine.execute(setting)
        engine.execute('CREATE TABLE "Orders" (id INT, "Price" DOUBLE, name TEXT, placed DATE)')
        engine.executemany("INSERT INTO orders VALUES (?, ?, ?, ?)", ROWS)
        return engine.execute(text).fetchall()


def _plain(rows: list[tuple[object, ...]], ordered: bool) -> list[str]:
    cells = [
        [
            str(cell)
            if isinstance(cell, datetime.date)
            else float(cell)
            if isinstance(cell, int | Decimal)
            else cell
            for cell in row
        ]
        for row in rows
    ]
    return list(map(repr, cells)) if ordered else sorted(map(repr, cells))


@pytest.mark.parametrize("text", RUNS)
def test_sqlite_gives_what_duckdb_gives(text: str) -> None:
    schema = _schema(Dialect.DUCKDB)
    query = parse(text, schema)
    ordered = "ORDER BY" in text and "(" not in text
    own = executable(query, schema, Engine.DUCKDB)
    assert own == query.text
    given = _sqlite(executable(query, schema, Engine.SQLITE))
    assert _plain(given, ordered) == _plain(_duckdb(own), ordered)


@pytest.mark.parametrize("text", RUNS)
def test_standard_runs_alike_in_both(text: str) -> None:
    schema = _schema(Dialect.STANDARD)
    query = parse(text, schema)
    ordered = "ORDER BY" in text and "(" not in text
    own = _duckdb(executable(query, schema, Engine.DUCKDB), "SET integer_division = true")
    given = _sqlite(executable(query, schema, Engine.SQLITE))
    assert _plain(given, ordered) == _plain(own, ordered)


def test_integers_divide_as_the_dialect_does() -> None:
    expected = {
        Dialect.STANDARD: [0, 1, -3, 1],
        Dialect.POSTGRESQL: [0, 1, -3, 1],
        Dialect.DUCKDB: [0.5, 1.0, -3.5, 1.0],
        Dialect.MYSQL: [0.5, 1.0, -3.5, 1.0],
    }
    for dialect, values in expected.items():
        schema = _schema(dialect)
        text = executable(parse("SELECT id / 2 FROM orders", schema), schema, Engine.SQLITE)
        assert [row[0] for row in _sqlite(text)] == values


@pytest.mark.parametrize(
    "text",
    [
        "SELECT id FROM orders EXCEPT ALL SELECT 1",
        "SELECT reverse(name) FROM orders",
        "SELECT stddev(id) FROM orders",
        "SELECT placed + INTERVAL '1' DAY FROM orders",
        "SELECT id FROM orders GROUP BY ROLLUP (id)",
        "SELECT count(DISTINCT (id, name)), count(DISTINCT id, name) FROM orders",
        "SELECT left(name, id) FROM orders",
    ],
)
def test_what_sqlite_lacks_is_said(text: str) -> None:
    schema = _schema(Dialect.STANDARD)
    query = parse(text, schema)
    with pytest.raises(UnsupportedError, match="SQLite has nothing for"):
        executable(query, schema, Engine.SQLITE)
    assert executable(query, schema, Engine.DUCKDB)


@pytest.mark.parametrize("dialect", [Dialect.POSTGRESQL, Dialect.MYSQL])
def test_no_wrong_value_stands_for_one_that_none_can_confirm(dialect: Dialect) -> None:
    """SQLite cuts 1.5 off to 1 where both round to 2, and takes 2024 for a date's number."""
    schema = _schema(dialect)
    whole = "SIGNED" if dialect is Dialect.MYSQL else "INTEGER"

    def text(value: str) -> str:
        query = parse(" ".join(("SELECT", value, "FROM orders")), schema)
        return executable(query, schema, Engine.SQLITE)

    for value in ("1.5", "Price", "AVG(id)", "id / 2"):
        with pytest.raises(UnsupportedError, match="the rounding of"):
            text(f"CAST({value} AS {whole})")
    for value in ("1", "NULL", "id", "name", "COUNT(*)"):
        assert text(f"CAST({value} AS {whole})")
    for days in ("placed - DATE '2024-01-01'", "CURRENT_DATE - placed", "placed + 1"):
        with pytest.raises(UnsupportedError, match="the days of"):
            text(days)
    assert text("EXTRACT(YEAR FROM placed) - 1")


def test_mysql_counts_the_bytes_of_a_text() -> None:
    schema = _schema(Dialect.MYSQL)
    text = executable(parse("SELECT CHAR_LENGTH('\u00e9')", schema), schema, Engine.SQLITE)
    assert _sqlite(text) == [(1,)]
    with pytest.raises(UnsupportedError, match="LENGTH"):  # 2 there, and 'é' is 'e'
        executable(parse("SELECT LENGTH('\u00e9')", schema), schema, Engine.SQLITE)


@pytest.mark.parametrize("dialect", [Dialect.POSTGRESQL, Dialect.MYSQL])
def test_any_value_is_no_greatest_value(dialect: Dialect) -> None:
    """The parser writes MAX for it: then a candidate that takes the least would be refuted."""
    schema = _schema(dialect)
    with pytest.raises(UnsupportedError, match="ANY_VALUE"):
        executable(parse("SELECT ANY_VALUE(name) FROM Orders", schema), schema, Engine.SQLITE)
