"""What is asked of a dialect's own engine: whether a text runs as it is written, and databases."""

from __future__ import annotations

import pytest

from jurist.evidence.pipeline import decide
from jurist.languages.sql.dialects import Dialect
from jurist.languages.sql.language import SqlLanguage
from jurist.languages.sql.schemas.ddl import read_ddl
from jurist.languages.sql.schemas.schema import SqlSchema
from jurist.languages.sql.witnesses.legal import broken
from jurist.records import Evidence, Relation
from sql_closed_judging import database_of

SQL = SqlLanguage()
_DDL = """
CREATE TABLE customer (id INTEGER PRIMARY KEY, name TEXT NOT NULL, city TEXT, age INTEGER);
CREATE TABLE orders (
  id INTEGER PRIMARY KEY, customer_id INTEGER NOT NULL REFERENCES customer(id), amount INTEGER);
"""


def schema_of(dialect: Dialect) -> SqlSchema:
    """Customers and their orders."""
    return SqlSchema("shop", dialect, read_ddl(_DDL, dialect, where="test"))


def evidence(reference: str, candidate: str, schema: SqlSchema) -> Evidence:
    """Of two texts."""
    return decide(SQL, SQL.parse(reference, schema), SQL.parse(candidate, schema), schema)


@pytest.mark.parametrize(
    ("dialect", "written", "mended"),
    [
        (Dialect.SQLITE, "SELECT DATE '2024-01-01' FROM customer", "no such column: DATE"),
        (Dialect.DUCKDB, "SELECT id FROM customer WHERE age <=> 1", "<=>"),
        (Dialect.DUCKDB, "SELECT current_timestamp() FROM customer", "current_timestamp"),
    ],
)
def test_what_runs_is_the_text_as_it_was_written(
    dialect: Dialect, written: str, mended: str
) -> None:
    """The canonical text has it in words of the dialect: that runs."""
    found = evidence("SELECT id FROM customer WHERE age = 1", written, schema_of(dialect))
    assert found.relation is Relation.DIFFERENT
    assert "does not run" in found.reason
    assert mended in found.reason


@pytest.mark.parametrize(
    ("dialect", "written"),
    [
        (Dialect.SQLITE, 'SELECT id FROM customer WHERE name = "Ann" -- or so'),
        (Dialect.SQLITE, "/* these */ SELECT ID FROM main.Customer WHERE name = 'Ann' ;"),
        (Dialect.DUCKDB, "SELECT ID FROM main.Customer WHERE name = 'Ann';"),
    ],
)
def test_what_is_only_written_otherwise_runs(dialect: Dialect, written: str) -> None:
    found = evidence("SELECT id FROM customer WHERE name = 'Ann'", written, schema_of(dialect))
    assert found.relation is Relation.EQUIVALENT


@pytest.mark.parametrize(
    ("reference", "candidate"),
    [
        (
            "SELECT city, count(*) FROM customer GROUP BY ROLLUP (city)",
            "SELECT city, count(*) FROM customer GROUP BY city",
        ),
        ("SELECT split_part(name, 'a', 1) FROM customer", "SELECT name FROM customer"),
        (
            "SELECT id FROM customer WHERE regexp_matches(name, '^a') ORDER BY age, id LIMIT 2",
            "SELECT id FROM customer WHERE regexp_matches(name, '^a') ORDER BY age, id LIMIT 1",
        ),
        ("SELECT CAST(age + 0.5 AS INTEGER) FROM customer", "SELECT age FROM customer"),
    ],
)
def test_what_sqlite_has_not_is_searched_in_duckdb(reference: str, candidate: str) -> None:
    """Where that is the dialect: its own engine makes the difference and confirms it."""
    schema = schema_of(Dialect.DUCKDB)
    found = evidence(reference, candidate, schema)
    assert found.witnesses
    assert found.witnesses[0].input["engine"] == "DuckDB"
    assert not broken(schema, database_of(found.witnesses[0]))


@pytest.mark.parametrize(
    ("reference", "candidate"),
    [
        # the same
        (
            "SELECT split_part(name, 'a', 1) FROM customer",
            "SELECT split_part(name, 'a', 1) FROM customer AS c WHERE id IS NOT NULL",
        ),
        # ties are open, at the end and inside
        (
            "SELECT split_part(name, 'a', 1) FROM customer ORDER BY age LIMIT 1",
            "SELECT split_part(name, 'a', 1) FROM customer ORDER BY age, id DESC LIMIT 1",
        ),
        (
            "SELECT split_part(name, 'a', 1) FROM (SELECT name FROM customer LIMIT 1) AS c",
            "SELECT split_part(max(name), 'a', 1) FROM (SELECT name FROM customer LIMIT 1) AS c",
        ),
        ("SELECT any_value(name) FROM customer", "SELECT max(name) FROM customer"),
        ("SELECT mode(name) FROM customer", "SELECT max(name) FROM customer"),
    ],
)
def test_what_is_open_in_duckdb_is_no_difference(reference: str, candidate: str) -> None:
    found = evidence(reference, candidate, schema_of(Dialect.DUCKDB))
    assert not found.witnesses
    assert found.relation is not Relation.DIFFERENT
