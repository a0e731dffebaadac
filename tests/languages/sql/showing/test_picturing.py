"""Pictures of databases: rows marked as plain SQLite finds them to matter, results side by side."""

from __future__ import annotations

import sqlite3
from collections import Counter
from contextlib import closing
from typing import cast

import pytest

from jurist.evidence import judge_texts
from jurist.languages import get_language
from jurist.languages.capabilities import PicturesWitnesses
from jurist.languages.pictures import CellKind, Picture, Row, RowMark, Sheet
from jurist.languages.sql.dialects import Dialect
from jurist.languages.sql.schemas.ddl import read_ddl
from jurist.languages.sql.schemas.schema import SqlSchema
from jurist.records import Witness

SQL = get_language("sql")
DDL = """
CREATE TABLE customer (id INTEGER PRIMARY KEY, name TEXT NOT NULL, age INTEGER);
CREATE TABLE orders (id INTEGER PRIMARY KEY, customer_id INTEGER REFERENCES customer(id));
"""
SCHEMA = SqlSchema("shop", Dialect.SQLITE, read_ddl(DDL, Dialect.SQLITE, where="test"))
PAIRS = {
    "join": (
        "SELECT c.name FROM customer c JOIN orders o ON o.customer_id = c.id",
        "SELECT c.name FROM customer c LEFT JOIN orders o ON o.customer_id = c.id",
    ),
    "groups": (
        "SELECT c.name, count(*) FROM customer c GROUP BY c.id",
        "SELECT c.name, count(*) FROM customer c GROUP BY c.name",
    ),
    "missing": ("SELECT id FROM customer", "SELECT id FROM customer WHERE age <> 3 OR age = 3"),
    "order": ("SELECT id FROM customer ORDER BY id", "SELECT id FROM customer ORDER BY id DESC"),
    "limit": (
        "SELECT name FROM customer ORDER BY age LIMIT 1",
        "SELECT name FROM customer ORDER BY age DESC LIMIT 1",
    ),
    "duplicates": ("SELECT age FROM customer", "SELECT DISTINCT age FROM customer"),
    "sum": ("SELECT sum(age) FROM customer", "SELECT max(age) FROM customer"),
}


def witness(reference: str, candidate: str) -> Witness:
    evidence = judge_texts(SQL, reference, candidate, SCHEMA).evidence
    assert evidence is not None
    return evidence.witnesses[0]


def drawn(given: Witness, reference: str, candidate: str) -> Picture:
    assert isinstance(SQL, PicturesWitnesses)
    one, other = (SQL.parse(text, SCHEMA) for text in (reference, candidate))
    return SQL.picture(given, one, other, SCHEMA)


def outcome(tables: dict[str, list[list[object]]], query: str) -> object:
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.executescript("CREATE TABLE customer (id, name, age);")
        connection.executescript("CREATE TABLE orders (id, customer_id);")
        for name, rows in tables.items():
            places = ", ".join("?" * (3 if name == "customer" else 2))
            connection.executemany(f"INSERT INTO {name} VALUES ({places})", rows)  # noqa: S608
        rows = connection.execute(query).fetchall()
    return rows if "ORDER BY" in query else Counter(rows)


def marks(sheet: Sheet) -> list[RowMark]:
    return [row.mark for row in sheet.rows]


@pytest.mark.parametrize("name", PAIRS)
def test_a_row_is_marked_for_the_queries_that_give_something_else_without_it(name: str) -> None:
    reference, candidate = PAIRS[name]
    given = witness(reference, candidate)
    shown = drawn(given, reference, candidate)
    held = cast("dict[str, dict[str, list[list[object]]]]", given.input["tables"])
    tables = {table: each["rows"] for table, each in held.items()}
    sheets = {sheet.name: sheet for scene in shown.scenes for sheet in scene.sheets}
    assert set(sheets) == {table for table, rows in tables.items() if rows}
    for table, rows in tables.items():
        for at in range(len(rows)):
            without = {**tables, table: rows[:at] + rows[at + 1 :]}
            first, second = (
                outcome(tables, query) != outcome(without, query)
                for query in (reference, candidate)
            )
            assert (
                marks(sheets[table])[at]
                == {
                    (True, True): RowMark.BOTH,
                    (True, False): RowMark.REFERENCE,
                    (False, True): RowMark.CANDIDATE,
                    (False, False): RowMark.NEITHER,
                }[first, second]
            )


@pytest.mark.parametrize("name", PAIRS)
def test_results_are_those_that_were_stored_and_differ_to_the_eye(name: str) -> None:
    reference, candidate = PAIRS[name]
    given = witness(reference, candidate)
    shown = drawn(given, reference, candidate)
    left, right = shown.results
    for sheet, rows in ((left, given.reference), (right, given.candidate)):
        texts = [[cell.text for cell in row.cells] for row in sheet.rows]
        told = [
            ["NULL" if c is None else f"'{c}'" if isinstance(c, str) else str(c) for c in row]
            for row in cast("list[list[object]]", rows)
        ]
        assert texts == told
    assert {*marks(left), *marks(right)} - {RowMark.BOTH}
    assert shown.ordered is ("ORDER BY" in reference)


def test_values_of_other_types_are_told_apart() -> None:
    given = Witness(
        "database",
        {"engine": "PostgreSQL", "tables": {}, "columns": {"reference": ["x"], "candidate": ["x"]}},
        [["1"], [None], ["NULL"], [1]],
        [[1], [1.0], [None]],
        "told",
    )
    shown = drawn(given, *PAIRS["missing"])
    left, right = shown.results
    assert [row.cells[0].kind for row in left.rows] == [
        CellKind.TEXT,
        CellKind.MISSING,
        CellKind.TEXT,
        CellKind.NUMBER,
    ]
    assert marks(left) == ["reference", "both", "reference", "both"]
    assert marks(right) == ["both", "candidate", "both"]
    assert shown.notes == ("run in SQLite, confirmed in PostgreSQL",)


def test_large_databases_are_bounded_and_said() -> None:
    rows = [[n, "x" * 300, None] for n in range(100)]
    tables = {
        "customer": {"columns": ["id", "name", "age"], "rows": rows},
        "orders": {"columns": ["id", "customer_id"], "rows": []},
    }
    given = Witness("database", {"engine": "SQLite", "tables": tables}, rows, [], "told")
    shown = drawn(given, *PAIRS["missing"])
    (sheet,) = shown.scenes[0].sheets
    assert (len(sheet.rows), sheet.left_out) == (40, 60)
    assert {*marks(sheet)} == {RowMark.NONE}
    assert len(sheet.rows[0].cells[1].text) <= 123
    assert "empty: orders" in shown.notes
    assert shown.candidate.text == "no row"


def test_tables_that_the_schema_has_not_are_shown_and_nothing_is_run_on_them() -> None:
    pair = PAIRS["missing"]
    other = {"columns": ["id"], "rows": [[1]]}
    for table in ("nowhere", "customer"):  # of another name, of other columns
        picture = drawn(
            Witness("database", {"tables": {table: other}}, [[1]], [], "one row"), *pair
        )
        ((row,),) = (sheet.rows for sheet in picture.scenes[0].sheets)
        assert (row.cells[0].text, row.mark) == ("1", RowMark.NONE)
    assert {row.mark for row in marked(witness(*pair), *pair)} == {RowMark.REFERENCE}


def marked(given: Witness, reference: str, candidate: str) -> list[Row]:
    """All rows of a picture's tables."""
    scenes = drawn(given, reference, candidate).scenes
    return [row for scene in scenes for sheet in scene.sheets for row in sheet.rows]
