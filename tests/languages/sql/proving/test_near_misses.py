"""Pairs that a rule once took for more than they are, with a database on which SQLite says so."""

from __future__ import annotations

import sqlite3
from collections import Counter
from typing import Final, NamedTuple

import pytest

from jurist.errors import UnsupportedError
from jurist.languages.effort import limited
from jurist.languages.sql.dialects import Dialect
from jurist.languages.sql.proving.proof import prove
from jurist.languages.sql.schemas.ddl import read_ddl
from jurist.languages.sql.schemas.schema import SqlSchema
from jurist.languages.sql.text.parsing import parse
from jurist.records import Relation

_DDL: Final = """
CREATE TABLE p(id INTEGER PRIMARY KEY, k INTEGER UNIQUE, v TEXT);
CREATE TABLE c(id INTEGER PRIMARY KEY, fk INTEGER REFERENCES p(k));
CREATE TABLE t(a INTEGER NOT NULL, b INTEGER, x TEXT, r REAL);
CREATE TABLE u(x INTEGER, y INTEGER);
CREATE TABLE d(d DATE);
CREATE TABLE n(n DECIMAL(10, 2));
CREATE TABLE numeric_texts(id INTEGER PRIMARY KEY, s STRING, quoted "String");
"""
_SCHEMA: Final = SqlSchema("w", Dialect.SQLITE, read_ddl(_DDL, Dialect.SQLITE, where="w"))


class _Pair(NamedTuple):
    reference: str
    candidate: str
    rows: str
    relation: Relation = Relation.EQUIVALENT


_TWO: Final = "INSERT INTO t VALUES (1, 1, '5', 1.0), (1, 2, '6', 2.0);"
_TWO_AND_PARTNERS: Final = f"{_TWO} INSERT INTO u VALUES (1, 1), (1, 2);"  # noqa: S608 - of this file alone
_LEFT: Final = (
    "SELECT DISTINCT t.a, s.y FROM t LEFT JOIN (SELECT u.x, v.y FROM u JOIN u v ON u.y = v.x"
)
_FALSE: Final = {
    "a text that becomes a number where it can": _Pair(
        "SELECT id FROM numeric_texts WHERE s = '01'",
        "SELECT id FROM numeric_texts WHERE s = '1'",
        "INSERT INTO numeric_texts VALUES (1, '1', '1');",
        Relation.DISJOINT,
    ),
    "the same of a type in quotes": _Pair(
        "SELECT id FROM numeric_texts WHERE quoted = '01'",
        "SELECT id FROM numeric_texts WHERE quoted = '1'",
        "INSERT INTO numeric_texts VALUES (1, '1', '1');",
        Relation.DISJOINT,
    ),
    "a unique column may be NULL in several parents": _Pair(
        "SELECT c.id FROM c JOIN p ON c.fk IS p.k",
        "SELECT id FROM c WHERE fk IS NOT NULL",
        "INSERT INTO p VALUES (1, NULL, ''), (2, NULL, ''); INSERT INTO c VALUES (1, NULL);",
    ),
    "windows count the rows of an unused join": _Pair(
        "SELECT DISTINCT a, COUNT(*) OVER () FROM t LEFT JOIN u ON u.x = t.a",
        "SELECT DISTINCT a, COUNT(*) OVER () FROM t",
        _TWO_AND_PARTNERS,
    ),
    "windows count the rows of a join that EXISTS is not": _Pair(
        "SELECT DISTINCT a, COUNT(*) OVER () FROM t WHERE EXISTS (SELECT 1 FROM u WHERE u.x = t.a)",
        "SELECT DISTINCT a, COUNT(*) OVER () FROM t JOIN u ON u.x = t.a",
        _TWO_AND_PARTNERS,
    ),
    "windows count what DISTINCT in FROM leaves": _Pair(
        "SELECT DISTINCT a, COUNT(*) OVER () FROM (SELECT DISTINCT a FROM t) s",
        "SELECT DISTINCT a, COUNT(*) OVER () FROM t",
        _TWO,
    ),
    "a filter changes windows": _Pair(
        "SELECT a, COUNT(*) OVER () FROM t WHERE b > 1",
        "SELECT a, COUNT(*) OVER () FROM t",
        _TWO,
        Relation.CONTAINED,
    ),
    "a filter changes windows of sets": _Pair(
        "SELECT DISTINCT a, COUNT(*) OVER () FROM t WHERE b > 1",
        "SELECT DISTINCT a, COUNT(*) OVER () FROM t",
        _TWO,
        Relation.CONTAINED,
    ),
    "OFFSET counts what DISTINCT leaves": _Pair(
        "SELECT COUNT(*) FROM (SELECT DISTINCT a FROM t ORDER BY a LIMIT -1 OFFSET 1) s",
        "SELECT COUNT(DISTINCT a) FROM (SELECT a FROM t ORDER BY a LIMIT -1 OFFSET 1) s",
        _TWO,
    ),
    "OFFSET passes over the row itself": _Pair(
        "SELECT id FROM p WHERE EXISTS (SELECT 1 FROM p q WHERE q.id = p.id LIMIT -1 OFFSET 1)",
        "SELECT id FROM p",
        "INSERT INTO p VALUES (1, 1, '');",
    ),
    "an array collects NULLs": _Pair(
        "SELECT json_group_array(b) FROM t WHERE b = 1",
        "SELECT json_group_array(CASE WHEN b = 1 THEN b END) FROM t",
        _TWO,
    ),
    "NULLIF compares values as they are": _Pair(
        "SELECT NULLIF(x, 5) FROM t",
        "SELECT CASE WHEN x = 5 THEN NULL ELSE x END FROM t",
        _TWO,
    ),
    "a computed column of IN has no affinity": _Pair(
        "SELECT a FROM t WHERE '1' IN (SELECT y + 0 FROM u)",
        "SELECT a FROM t WHERE 1 IN (SELECT y + 0 FROM u)",
        _TWO_AND_PARTNERS,
    ),
    "a plus takes the affinity away": _Pair(
        "SELECT a FROM t WHERE +x = 5", "SELECT a FROM t WHERE x = 5", _TWO
    ),
    "a year beside a date is a number": _Pair(
        "SELECT d FROM d WHERE d < '2021'",
        "SELECT d FROM d WHERE d <= '2020-12-31'",
        "INSERT INTO d VALUES ('2020-12-31');",
    ),
    "a decimal that is whole divides as an integer": _Pair(
        "SELECT n / 2 FROM n", "SELECT n * 0.5 FROM n", "INSERT INTO n VALUES (1.0);"
    ),
    "a column of integers and reals divides as either": _Pair(
        "SELECT q / 2 FROM (SELECT CASE WHEN b = 1 THEN 1 ELSE r END AS q FROM t) s",
        "SELECT q * 0.5 FROM (SELECT CASE WHEN b = 1 THEN 1 ELSE r END AS q FROM t) s",
        _TWO,
    ),
    "a union of integers and reals divides as either": _Pair(
        "SELECT q / 2 FROM (SELECT a AS q FROM t UNION ALL SELECT r FROM t) s",
        "SELECT q * 0.5 FROM (SELECT a AS q FROM t UNION ALL SELECT r FROM t) s",
        _TWO,
    ),
    "one group of all, or a group of each": _Pair(
        "SELECT COUNT(*) FROM t",
        "SELECT COUNT(*) FROM t GROUP BY b",
        _TWO,
        Relation.CONTAINED,
    ),
    "a left join finds more in what has more rows": _Pair(
        f"{_LEFT} WHERE v.y > 1) s ON s.x = t.a",
        f"{_LEFT}) s ON s.x = t.a",
        "INSERT INTO t VALUES (0, 1, '', 0.0); INSERT INTO u VALUES (0, 0);",
        Relation.CONTAINED,
    ),
}


def _holds(relation: Relation, left: Counter[object], right: Counter[object]) -> bool:
    match relation:
        case Relation.EQUIVALENT:
            return left == right
        case Relation.DISJOINT:
            return not left & right
        case _:
            return left <= right


@pytest.mark.parametrize("pair", _FALSE.values(), ids=_FALSE.keys())
def test_nothing_false_is_proved(pair: _Pair) -> None:
    database = sqlite3.connect(":memory:")
    database.executescript(_DDL + pair.rows)
    rows = [
        Counter[object](database.execute(text).fetchall())
        for text in (pair.reference, pair.candidate)
    ]
    database.close()
    assert not _holds(pair.relation, rows[0], rows[1])
    _is_not_proved(pair.reference, pair.candidate, pair.relation)


@pytest.mark.parametrize(
    ("reference", "candidate"),
    [
        # the rows of the subquery may come in any order
        (
            "SELECT a FROM t ORDER BY b LIMIT 3",
            "SELECT a FROM (SELECT a FROM t ORDER BY b, r LIMIT 3) s",
        ),
        # an aggregate that the parser takes for a function of a row
        ("SELECT total(b) FROM t WHERE a > 1", "SELECT total(b) FROM t"),
    ],
)
def test_nothing_finer_or_within_is_proved(reference: str, candidate: str) -> None:
    for relation in (Relation.REFINES, Relation.CONTAINED, Relation.EQUIVALENT):
        _is_not_proved(reference, candidate, relation)


@pytest.mark.parametrize(
    ("dialect", "reference", "candidate"),
    [
        (Dialect.POSTGRESQL, "SELECT CAST(r AS REAL) FROM t", "SELECT r FROM t"),
        (Dialect.DUCKDB, "SELECT CAST(r AS DECIMAL) FROM t", "SELECT r FROM t"),
        (Dialect.MYSQL, "SELECT CAST(r AS DECIMAL) FROM t", "SELECT r FROM t"),
        (
            Dialect.POSTGRESQL,
            "SELECT r FROM t WHERE c = 'a' AND c = 'a '",
            "SELECT r FROM t WHERE 1 = 0",
        ),
        (
            Dialect.MYSQL,
            "SELECT r FROM t WHERE c = 'e' AND c = 'é'",
            "SELECT r FROM t WHERE 1 = 0",
        ),
    ],
)
def test_nothing_false_is_proved_in_a_dialect(
    dialect: Dialect, reference: str, candidate: str
) -> None:
    """By their manuals: REAL has four bytes, DECIMAL few digits, CHAR is padded, é is e."""
    ddl = "CREATE TABLE t(r DOUBLE PRECISION, c CHAR(5));"
    schema = SqlSchema("w", dialect, read_ddl(ddl, dialect, where="w"))
    _is_not_proved(reference, candidate, Relation.EQUIVALENT, schema)


def _is_not_proved(
    reference: str, candidate: str, relation: Relation, schema: SqlSchema = _SCHEMA
) -> None:
    left, right = parse(reference, schema), parse(candidate, schema)
    with limited(4_000_000):
        try:
            proof = prove(left, right, schema, possible={relation})
        except UnsupportedError:
            return
    assert proof is None
