"""What `check` finds, with its place; the dialect's own engine refuses it too."""

from __future__ import annotations

import sqlite3

import duckdb
import pytest

from jurist.languages.sql.dialects import Dialect
from jurist.languages.sql.schemas.ddl import read_ddl
from jurist.languages.sql.schemas.schema import SqlSchema
from jurist.languages.sql.text.checking import check
from jurist.languages.sql.text.parsing import parse

DDL = """
CREATE TABLE customer (id INTEGER PRIMARY KEY, name TEXT NOT NULL, city TEXT);
CREATE TABLE orders (id INTEGER PRIMARY KEY, customer_id INTEGER NOT NULL, total REAL);
"""
SCHEMAS = {
    dialect: SqlSchema("shop", dialect, read_ddl(DDL, dialect, where="shop")) for dialect in Dialect
}
ENGINES = {Dialect.SQLITE: sqlite3.connect(":memory:"), Dialect.DUCKDB: duckdb.connect(":memory:")}
for _engine in ENGINES.values():
    for _statement in DDL.split(";")[:2]:
        _engine.execute(_statement)


def _found(text: str, dialect: Dialect) -> list[str]:
    schema = SCHEMAS[dialect]
    return [str(issue) for issue in check(parse(text, schema), schema, text=text)]


def _runs(text: str, dialect: Dialect) -> bool:
    try:
        ENGINES[dialect].execute(text).fetchall()
    except (sqlite3.Error, duckdb.Error):
        return False
    return True


EVERYWHERE = [
    (
        "SELECT nme FROM customer",
        "line 1, column 8: column 'nme', expected a column of customer; did you mean 'name'?",
    ),
    (
        "SELECT name\nFROM custmer",
        "line 2, column 6: table 'custmer', expected a table of the schema; "
        "did you mean 'customer'?",
    ),
    (
        "SELECT c.name FROM customer",
        "line 1, column 8: source 'c', expected one of FROM (customer)",
    ),
    (
        "SELECT id FROM customer, orders",
        "line 1, column 8: column 'id', which customer or orders have, expected a column of one "
        "source, with the name of it before a dot",
    ),
    (
        "SELECT name FROM customer WHERE COUNT(*) > 1",
        "line 1, column 33: 'count' in WHERE, expected a condition on single rows; one on groups "
        "stands in HAVING",
    ),
    (
        "SELECT SUM(COUNT(*)) FROM customer",
        "line 1, column 12: 'count' within 'sum', expected an aggregate of a value of each row",
    ),
    (
        "SELECT id FROM customer UNION SELECT id, total FROM orders",
        "line 1, column 38: 2 columns, expected as many as on the other side (1)",
    ),
    (
        "SELECT id FROM customer ORDER BY 3",
        "line 1, column 34: position '3', expected one of the 1 columns of the result",
    ),
]
NOT_IN_SQLITE = [
    (
        "SELECT name, COUNT(*) FROM customer GROUP BY city",
        "line 1, column 8: column 'name', neither grouped nor aggregated, expected a key of "
        "GROUP BY, or an aggregate",
    ),
    (
        "SELECT name, MAX(id) FROM customer",
        "line 1, column 8: column 'name', neither grouped nor aggregated, expected a key of "
        "GROUP BY, or an aggregate",
    ),
    (
        "SELECT name, COUNT(*) FILTER (WHERE id > 1) FROM customer",
        "line 1, column 8: column 'name', neither grouped nor aggregated, expected a key of "
        "GROUP BY, or an aggregate",
    ),
    (
        "SELECT SUM(name) FROM customer",
        "line 1, column 8: 'sum' of a value of type text, expected a number",
    ),
]
FINE = [
    "SELECT city, COUNT(*) FROM customer GROUP BY city HAVING COUNT(*) > 1 ORDER BY COUNT(*)",
    "SELECT UPPER(city) FROM customer GROUP BY UPPER(city)",
    "SELECT city AS c FROM customer GROUP BY 1",
    "SELECT MAX(total) - MIN(total) FROM orders",
    "SELECT (SELECT COUNT(*) FROM orders AS o WHERE o.customer_id = c.id) FROM customer AS c",
    "SELECT name FROM customer WHERE id = '3'",
    "SELECT name FROM customer WHERE name = 3",
    "SELECT id FROM customer WHERE id > (SELECT COUNT(*) FROM orders)",
    "SELECT SUM(total) OVER (ORDER BY id) FROM orders",
    "SELECT COUNT(*) FILTER (WHERE total > 5), COUNT(*) FROM orders",
    "SELECT customer_id, SUM(total) FILTER (WHERE id > 5) FROM orders GROUP BY customer_id",
    "SELECT id, SUM(total) FILTER (WHERE id > 5) OVER (ORDER BY id) FROM orders",
    "SELECT name FROM customer WHERE id IN (SELECT customer_id FROM orders GROUP BY customer_id)",
    "WITH big AS (SELECT customer_id FROM orders WHERE total > 5) SELECT COUNT(*) FROM big",
]


@pytest.mark.parametrize("dialect", ENGINES)
@pytest.mark.parametrize(("text", "issue"), EVERYWHERE)
def test_what_is_wrong_everywhere(text: str, issue: str, dialect: Dialect) -> None:
    assert _found(text, dialect) == [issue]
    assert not _runs(text, dialect)


@pytest.mark.parametrize(("text", "issue"), NOT_IN_SQLITE)
def test_what_is_wrong_in_stricter_dialects(text: str, issue: str) -> None:
    assert _found(text, Dialect.DUCKDB) == [issue]
    assert not _runs(text, Dialect.DUCKDB)
    assert _found(text, Dialect.SQLITE) == []
    assert _runs(text, Dialect.SQLITE)


GROUPING_SETS = [
    "SELECT name, COUNT(*) FROM customer GROUP BY ROLLUP (name)",
    "SELECT name, city, COUNT(*) FROM customer GROUP BY CUBE (name, (city))",
    "SELECT name, city FROM customer GROUP BY name, ROLLUP (city)",
    "SELECT UPPER(name), GROUPING(city) FROM customer GROUP BY GROUPING SETS "
    "((UPPER(name), city), ROLLUP (city), ())",
]


@pytest.mark.parametrize("text", GROUPING_SETS)
def test_keys_of_grouping_sets_are_keys(text: str) -> None:
    """And what stands beside them is bare, as elsewhere."""
    assert _runs(text, Dialect.DUCKDB)
    assert _found(text, Dialect.DUCKDB) == []
    bare = text.replace("SELECT ", "SELECT id, ", 1)
    assert not _runs(bare, Dialect.DUCKDB)
    assert "column 'id', neither grouped nor aggregated" in _found(bare, Dialect.DUCKDB)[0]


@pytest.mark.parametrize("dialect", ENGINES)
@pytest.mark.parametrize("text", FINE)
def test_what_is_right_is_let_be(text: str, dialect: Dialect) -> None:
    assert _runs(text, dialect)
    assert _found(text, dialect) == []


def test_a_primary_key_settles_the_other_columns_where_the_dialect_says_so() -> None:
    text = "SELECT name, COUNT(*) FROM customer GROUP BY id"
    assert _found(text, Dialect.POSTGRESQL) == _found(text, Dialect.MYSQL) == []
    assert len(_found(text, Dialect.DUCKDB)) == 1
    assert not _runs(text, Dialect.DUCKDB)


def test_in_postgresql_a_number_is_no_text() -> None:
    """Its manual, 10.2: there is no operator text = integer, and no implicit cast to text."""
    (issue,) = _found("SELECT id FROM customer WHERE name = id", Dialect.POSTGRESQL)
    assert issue.startswith("line 1, column 31: a value of type text compared with one of type")
    assert len(_found("SELECT id FROM customer WHERE name = 3", Dialect.POSTGRESQL)) == 1
    assert _found("SELECT id FROM customer WHERE id = '3'", Dialect.POSTGRESQL) == []


def test_issues_come_in_the_order_of_the_text_and_are_bounded() -> None:
    columns = ", ".join(f"x{number}" for number in range(300))
    text = f"SELECT {columns} FROM customer"  # noqa: S608 - nothing runs it
    issues = check(parse(text, SCHEMAS[Dialect.SQLITE]), SCHEMAS[Dialect.SQLITE], text=text)
    assert len(issues) == 100
    assert [issue.column for issue in issues] == sorted(issue.column for issue in issues)


def test_places_are_those_of_the_text_that_is_given() -> None:
    schema = SCHEMAS[Dialect.SQLITE]
    query = parse("SELECT   id,\n  nme FROM customer", schema)
    assert [(i.line, i.column) for i in check(query, schema, text=query.text)] == [(1, 12)]
