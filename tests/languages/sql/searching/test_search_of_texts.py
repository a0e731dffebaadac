"""Pairs of texts under a schema with keys, foreign keys and all types."""
# ruff: noqa: E501 - a pair a line

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from jurist.languages.sql.dialects import Dialect
from jurist.languages.sql.engines.sqlite import sqlite_of
from jurist.languages.sql.query import SqlQuery
from jurist.languages.sql.schemas.ddl import read_ddl
from jurist.languages.sql.schemas.schema import SqlSchema
from jurist.languages.sql.searching.search import NoneUpTo, Refuted, SearchResult, Stopped, search
from jurist.languages.sql.text.parsing import parse
from jurist.languages.sql.values import Database, Row
from jurist.languages.sql.witnesses.legal import broken

DDL = """
CREATE TABLE region (id INTEGER PRIMARY KEY, title TEXT NOT NULL UNIQUE);
CREATE TABLE customer (
    id INTEGER PRIMARY KEY, name TEXT, code TEXT, born DATE, seen TIMESTAMP, score REAL,
    level INTEGER CHECK (level BETWEEN 1 AND 3), kind TEXT CHECK (kind IN ('new', 'old')),
    region INTEGER NOT NULL REFERENCES region (id)
);
CREATE TABLE bill (
    number INTEGER, line INTEGER, customer INTEGER NOT NULL REFERENCES customer (id),
    amount REAL NOT NULL, owner TEXT REFERENCES customer (id), PRIMARY KEY (number, line)
);
"""
SCHEMA = SqlSchema("shop", Dialect.SQLITE, read_ddl(DDL, Dialect.SQLITE, where="here"))


def rows_of(query: SqlQuery, database: Database) -> list[Row]:
    engine = sqlite_of(SCHEMA)
    engine.load(database)
    return list(engine.run(query.text).rows)


def differs(left: SqlQuery, right: SqlQuery) -> Callable[[Database], bool]:
    """By bags of rows, whatever order the tables' rows are in; each database must be legal."""

    def replay(database: Database) -> bool:
        assert broken(SCHEMA, database) == ()
        rng = random.Random(0)
        outcomes: list[set[str]] = [set(), set()]
        for _ in range(6):
            shuffled = {name: rng.sample(list(rows), len(rows)) for name, rows in database.items()}
            for side, query in zip(outcomes, (left, right), strict=True):
                side.add(repr(sorted(rows_of(query, shuffled), key=repr)))
        return not outcomes[1] <= outcomes[0]

    return replay


def searched(reference: str, candidate: str, rows: int) -> SearchResult:
    left, right = parse(reference, SCHEMA), parse(candidate, SCHEMA)
    return search(left, right, SCHEMA, rows, differs(left, right))


@pytest.mark.parametrize(
    ("reference", "candidate", "rows"),
    [
        ("SELECT name FROM customer WHERE name LIKE 'a%'", "SELECT name FROM customer WHERE name LIKE '%a'", 1),
        ("SELECT id FROM customer WHERE name LIKE '%ab%'", "SELECT id FROM customer WHERE name LIKE '%a%b%'", 1),
        ("SELECT id FROM customer WHERE name LIKE 'ann'", "SELECT id FROM customer WHERE name = 'ann'", 1),
        ("SELECT id FROM customer WHERE name > 'b'", "SELECT id FROM customer WHERE name >= 'c'", 1),
        ("SELECT id FROM customer WHERE born < '2024-03-01'", "SELECT id FROM customer WHERE born <= '2024-03-01'", 1),
        ("SELECT id FROM customer WHERE level > 1", "SELECT id FROM customer WHERE level = 3", 1),
        ("SELECT id FROM customer WHERE kind = 'new'", "SELECT id FROM customer WHERE kind <> 'old' OR kind IS NULL", 1),
        ("SELECT count(*) FROM bill", "SELECT count(DISTINCT number) FROM bill", 2),
        ("SELECT avg(amount) FROM bill GROUP BY customer", "SELECT sum(amount) / count(*) FROM bill", 1),
        ("SELECT name FROM customer ORDER BY score DESC LIMIT 1", "SELECT name FROM customer ORDER BY score LIMIT 1", 2),
        ("SELECT name FROM customer WHERE score = (SELECT max(score) FROM customer)", "SELECT name FROM customer ORDER BY score DESC LIMIT 1", 1),
        ("SELECT max(amount) FROM bill GROUP BY number HAVING count(*) > 2", "SELECT max(amount) FROM bill GROUP BY number HAVING count(*) >= 2", 2),
        ("SELECT c.name FROM customer c JOIN bill b ON b.customer = c.id", "SELECT c.name FROM customer c JOIN bill b ON b.customer = c.id GROUP BY c.id", 2),
        ("SELECT b.number FROM bill b JOIN customer c ON b.owner = c.id", "SELECT number FROM bill WHERE owner IS NOT NULL AND owner <> '1'", 1),
        ("SELECT id FROM customer EXCEPT SELECT customer FROM bill", "SELECT id FROM customer", 1),
        ("SELECT id FROM customer WHERE id NOT IN (SELECT owner FROM bill)", "SELECT id FROM customer c WHERE NOT EXISTS (SELECT 1 FROM bill b WHERE b.owner = c.id)", 1),
        ("SELECT count(*) FROM bill b JOIN customer c ON b.customer = c.id WHERE c.name = 'Kyle'", "SELECT count(*) FROM bill WHERE customer = (SELECT id FROM customer WHERE name = 'Kyle')", 2),
        ("SELECT name FROM customer ORDER BY score DESC, id LIMIT 1", "SELECT name FROM customer ORDER BY score DESC LIMIT 1", 2),
        ("SELECT id, name FROM customer", "SELECT name FROM customer", 1),
        ("SELECT id FROM customer WHERE score / 2 > 1", "SELECT id FROM customer WHERE level / 2 > 1", 1),
        ("SELECT id FROM customer WHERE level % 2 = 0", "SELECT id FROM customer WHERE level = 2", 0),
    ],
)  # fmt: skip
def test_a_witness(reference: str, candidate: str, rows: int) -> None:
    result = searched(reference, candidate, max(rows, 2))
    if rows == 0:
        assert result == NoneUpTo(2, complete=True)
        return
    assert isinstance(result, Refuted), result
    assert result.rows == rows


@pytest.mark.parametrize(
    ("reference", "candidate"),
    [
        ("SELECT id FROM customer WHERE level > 1", "SELECT id FROM customer WHERE level IN (2, 3)"),
        ("SELECT id FROM customer WHERE kind = 'new'", "SELECT id FROM customer WHERE kind <> 'old'"),
        ("SELECT name FROM customer WHERE name LIKE 'abc%' AND name LIKE '%b%'", "SELECT name FROM customer WHERE name LIKE 'abc%'"),
        ("SELECT id FROM customer WHERE born >= '2024-01-01'", "SELECT id FROM customer WHERE born > '2023-12-31'"),
        ("SELECT DISTINCT id FROM customer", "SELECT id FROM customer"),
        ("SELECT b.number FROM bill b JOIN customer c ON c.id = b.customer", "SELECT number FROM bill"),
        ("SELECT b.number FROM bill b JOIN customer c ON c.id = b.customer JOIN region r ON r.id = c.region", "SELECT number FROM bill"),
        ("SELECT count(*), number FROM bill GROUP BY number, line", "SELECT 1, number FROM bill"),
        ("SELECT avg(amount) FROM bill", "SELECT sum(amount) / count(amount) FROM bill"),
        ("SELECT id FROM customer WHERE id NOT IN (SELECT customer FROM bill)", "SELECT c.id FROM customer c LEFT JOIN bill b ON b.customer = c.id WHERE b.number IS NULL"),
        ("SELECT id FROM customer INTERSECT SELECT customer FROM bill", "SELECT DISTINCT customer FROM bill"),
        ("SELECT name FROM customer WHERE id = (SELECT id FROM customer WHERE id = 7)", "SELECT name FROM customer WHERE id = 7"),
        ("SELECT id FROM customer ORDER BY id LIMIT 1", "SELECT min(id) FROM customer HAVING count(*) > 0"),
        ("SELECT score FROM customer ORDER BY score LIMIT 1", "SELECT CASE WHEN count(*) = count(score) THEN min(score) END FROM customer HAVING count(*) > 0"),
        ("SELECT score FROM customer ORDER BY score DESC LIMIT 1", "SELECT max(score) FROM customer HAVING count(*) > 0"),
        ("SELECT a.amount FROM bill a JOIN bill b ON a.number = b.number AND a.line = b.line", "SELECT amount FROM bill"),
        ("SELECT name FROM customer GROUP BY id", "SELECT name FROM customer"),
    ],
)  # fmt: skip
def test_none_and_nothing_left_out(reference: str, candidate: str) -> None:
    assert searched(reference, candidate, 2) == NoneUpTo(2, complete=True)


@pytest.mark.parametrize(
    ("reference", "candidate"),
    [
        ("SELECT name FROM customer LIMIT 1", "SELECT name FROM customer ORDER BY id LIMIT 1"),
        ("SELECT name FROM customer ORDER BY score LIMIT 1", "SELECT name FROM customer ORDER BY score, id LIMIT 1"),
        ("SELECT id FROM region WHERE title = (SELECT name FROM customer)", "SELECT id FROM region WHERE title IN (SELECT name FROM customer LIMIT 1)"),
        ("SELECT name FROM customer GROUP BY region", "SELECT max(name) FROM customer GROUP BY region"),
    ],
)  # fmt: skip
def test_none_but_of_databases_that_leave_something_open(reference: str, candidate: str) -> None:
    result = searched(reference, candidate, 2)
    assert isinstance(result, NoneUpTo)
    assert not result.complete
    assert result.reason == "databases that leave an outcome open"


@pytest.mark.parametrize(
    ("reference", "candidate", "reason"),
    [
        ("SELECT lag(line) OVER (ORDER BY number) FROM bill", "SELECT id FROM customer", "the window function lag in a search"),
        # A DATE of SQLite is NUMERIC, so that '2024' beside it is a number.
        ("SELECT id FROM customer WHERE born >= '2024'", "SELECT id FROM customer WHERE born > '2024-01-01'", "a comparison of date beside text has no meaning here"),
        ("SELECT sum(amount) FROM bill", "SELECT total(amount) FROM bill", "the aggregate total() has no meaning in the algebra"),
    ],
)  # fmt: skip
def test_what_has_no_encoding_or_no_meaning_is_said(
    reference: str, candidate: str, reason: str
) -> None:
    for pair in ((reference, candidate), (candidate, reference)):
        assert searched(*pair, 1) == Stopped(reason)


def test_the_same_search_twice_gives_the_same_database() -> None:
    texts = (
        "SELECT name FROM customer WHERE score > 2.5",
        "SELECT name FROM customer WHERE score > 3",
    )
    found = searched(*texts, 2)
    assert isinstance(found, Refuted)
    assert searched(*texts, 2) == found
