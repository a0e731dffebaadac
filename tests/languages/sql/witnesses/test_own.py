"""The user's own database as the last witness: what it shows, and what it keeps to itself."""

from __future__ import annotations

import hashlib
import sqlite3
from pathlib import Path

import duckdb
import psycopg
import pytest

from jurist.languages.sql.arms import arms
from jurist.languages.sql.schemas.documents import load_schema
from jurist.languages.sql.schemas.schema import SqlSchema
from jurist.languages.sql.text.parsing import parse
from jurist.languages.sql.witnesses.own import OwnDatabase
from jurist.records import Evidence, Relation

DDL = "CREATE TABLE shop (id INTEGER PRIMARY KEY, name TEXT, price INTEGER)"
ROWS = "INSERT INTO shop VALUES (1, 'swordfish', 3), (2, 'tuna', 3), (3, 'bass', NULL)"


def schema_of(dialect: str, address: str, rows: str = "hidden") -> SqlSchema:
    database = {"address": address, "witness": True, "rows": rows}
    return load_schema({"ddl": DDL, "dialect": dialect, "database": database}, where="shop.yaml")


def asked(schema: SqlSchema, reference: str, candidate: str) -> Evidence:
    pair = (parse(reference, schema), parse(candidate, schema))
    return OwnDatabase(*pair, schema).evidence(1_000_000)


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    connection = sqlite3.connect("shop.db")
    connection.executescript(f"{DDL}; {ROWS}; CREATE TABLE secret (word TEXT)")
    connection.close()
    with duckdb.connect("shop.duckdb") as other:
        other.execute(f"{DDL}; {ROWS}")


ALL = [
    ("SELECT name FROM shop", "SELECT name FROM shop WHERE price > 2", Relation.DIFFERENT),
    ("SELECT name FROM shop", "SELECT name FROM shop WHERE id < 100", Relation.UNDECIDED),
    ("SELECT DISTINCT price FROM shop", "SELECT price FROM shop", Relation.DIFFERENT),
    ("SELECT COUNT(*) FROM shop", "SELECT COUNT(price) FROM shop", Relation.DIFFERENT),
]
OPEN = ("SELECT name FROM shop WHERE price = 3 ORDER BY price LIMIT 1", "SELECT 'tuna'")


@pytest.mark.usefixtures("files")
@pytest.mark.parametrize(("dialect", "address"), [("sqlite", "shop.db"), ("duckdb", "shop.duckdb")])
@pytest.mark.parametrize(("reference", "candidate", "expected"), ALL)
def test_a_difference_on_its_rows(
    dialect: str, address: str, reference: str, candidate: str, expected: Relation
):
    evidence = asked(schema_of(dialect, address), reference, candidate)
    assert evidence.relation is expected
    assert len(evidence.witnesses) == (expected is Relation.DIFFERENT)


@pytest.mark.usefixtures("files")
@pytest.mark.parametrize(("dialect", "address"), [("sqlite", "shop.db"), ("duckdb", "shop.duckdb")])
def test_what_is_left_open_there_shows_nothing(dialect: str, address: str):
    schema = schema_of(dialect, address)
    assert asked(schema, *OPEN).relation is Relation.UNDECIDED
    if dialect == "sqlite":  # there it is seen which rows are permitted
        assert asked(schema, OPEN[0], "SELECT 'bass'").relation is Relation.DIFFERENT
        settled = "SELECT name FROM shop ORDER BY id LIMIT 1"
        assert asked(schema, settled, "SELECT 'tuna'").relation is Relation.DIFFERENT


@pytest.mark.usefixtures("files")
def test_rows_are_shown_only_where_the_schema_says_so():
    pair = ("SELECT name FROM shop", "SELECT name FROM shop WHERE id > 1")
    hidden = asked(schema_of("sqlite", "shop.db"), *pair)
    assert hidden.behaviour == pytest.approx(2 / 3)  # of three rows two are in both
    assert "swordfish" not in repr(hidden)
    assert hidden.witnesses[0].story == (
        "On your own database the reference gives 3 rows, the candidate 2 rows; its rows are not "
        "shown."
    )
    assert any("its rows are not shown" in each for each in hidden.assumptions)
    shown = asked(schema_of("sqlite", "shop.db", "shown"), *pair)
    assert "swordfish" in repr(shown.witnesses[0].reference)
    assert any("its rows are shown" in each for each in shown.assumptions)


@pytest.mark.usefixtures("files")
def test_it_is_asked_last_and_only_if_it_is_to_be():
    only_there = "SELECT name FROM shop WHERE name <> 'sword' || 'fish'"
    for witness, expected in ((True, True), (False, False)):
        document = {
            "ddl": DDL,
            "dialect": "sqlite",
            "database": {"address": "shop.db", "witness": witness},
        }
        schema = load_schema(document, where="shop.yaml")
        pair = (parse("SELECT name FROM shop", schema), parse(only_there, schema))
        chosen = list(arms(*pair, schema))
        assert any(isinstance(arm, OwnDatabase) for arm in chosen) is expected
        assert isinstance(chosen[-1], OwnDatabase) is expected


@pytest.mark.postgres
def test_a_postgresql_database_as_a_role_that_may_only_read(postgres_url: str):
    role = "reads_" + hashlib.sha256(postgres_url.encode()).hexdigest()[:12]
    with psycopg.connect(postgres_url) as connection:
        rights = f"CREATE ROLE {role} LOGIN; GRANT SELECT ON shop TO {role};"
        public = "REVOKE CREATE ON SCHEMA public FROM PUBLIC"
        connection.execute(f"{DDL}; {ROWS}; {rights} {public}".encode())
    schema = schema_of("postgresql", postgres_url.replace("//postgres@", f"//{role}@"))
    for reference, candidate, expected in ALL:
        assert asked(schema, reference, candidate).relation is expected
    assert asked(schema, *OPEN).relation is Relation.UNDECIDED
