"""What SQLite has otherwise gives there what the dialect's own engine gives: DuckDB is asked."""

from __future__ import annotations

import itertools
import sqlite3
from collections.abc import Sequence
from typing import TypeAlias

import pytest

from jurist.errors import UnsupportedError
from jurist.languages.sql.dialects import Dialect, Engine
from jurist.languages.sql.schemas.ddl import read_ddl
from jurist.languages.sql.schemas.schema import SqlSchema
from jurist.languages.sql.text.parsing import parse
from jurist.languages.sql.text.transpiling.transpiling import executable

DDL = (
    "CREATE TABLE t (a INTEGER, b VARCHAR, c VARCHAR); CREATE TABLE u (d INTEGER);"
    " CREATE TABLE e (id INTEGER, d DATE, ts TIMESTAMP);"
)
ROWS = [*itertools.product((None, 1, 12, -3), (None, "", "x", "xyz"), (None, "q", "Äb"))]
Values: TypeAlias = Sequence[tuple[int | None]]
VALUES: Sequence[Values] = [[], [(None,)], [(1,)], [(1,), (12,)], [(1,), (None,), (-3,)]]
TIMES = [
    (place, day, moment)
    for place, (day, moment) in enumerate(
        itertools.product(
            (None, "2020-01-01", "2020-01-02"),
            (None, "2020-01-01 00:00:00", "2020-01-01 13:30:00", "2020-01-02 00:00:00"),
        )
    )
]
EXPRESSIONS = [
    "CONCAT(b, c)",
    "CONCAT(b)",
    "CONCAT(a, '-', b, 5)",
    "CONCAT(LEFT(b, 1), UPPER(c), NULL)",
    "CONCAT_WS('-', b, c)",
    "CONCAT_WS(', ', b, a, c)",
    "CONCAT_WS('', b, c)",
    "LEFT(b, 0)",
    "LEFT(b, 2)",
    "RIGHT(b, 0)",
    "RIGHT(b, 2)",
    "RIGHT(c, 9)",
    "RIGHT(CONCAT(b, c), 3)",
    "0.06 + 0.01 = 0.07 AND 0.1 * 3 - 0.3 = 0.0 AND 0.1 + (0.2 - -0.1) = 0.4",
    "1 - 3 * 2 + a",
    "GREATEST(a, 3)",
    "LEAST(a, 3, 2)",
    "GREATEST(b, c)",
]
CONDITIONS = [
    "ts > '2020-01-01'",
    "ts = '2020-01-01'",
    "ts <= DATE '2020-01-01'",
    "ts BETWEEN '2020-01-01' AND '2020-01-02'",
    "ts IN ('2020-01-01', '2020-01-02 00:00:00')",
    "ts < CAST('2020-01-02' AS DATE)",
    "d = '2020-01-01 00:00:00'",
    "d >= TIMESTAMP '2020-01-01 00:00:00'",
    "d < ts",
    "ts = d",
    "NOT ts <> d",
    "ts >= (SELECT MAX(d) FROM e)",
    "EXISTS (SELECT 1 FROM e AS o WHERE o.d = e.ts)",
    "(SELECT MIN(ts) FROM e) = '2020-01-01'",
]
QUERIES = [
    *(f"SELECT id FROM e WHERE {condition}" for condition in CONDITIONS),  # noqa: S608
    "WITH w AS (SELECT id, ts AS w_ts FROM e) SELECT id FROM w WHERE w_ts > '2020-01-01'",
    "SELECT x.id FROM (SELECT id, MAX(ts) AS m FROM e GROUP BY id) AS x WHERE m = '2020-01-01'",
    *(f"SELECT {expression} AS x FROM t" for expression in EXPRESSIONS),  # noqa: S608
    "SELECT a FROM t WHERE LEFT(b, 1) = 'x' AND CONCAT(b, c) <> 'x'",
    "SELECT b, COUNT(*) FROM t GROUP BY b HAVING COUNT(*) >= ALL (SELECT d FROM u)",
    *(
        f"SELECT a, a {compares} {which} (SELECT d FROM u) AS x FROM t"  # noqa: S608
        for compares in ("=", "<>", "<", "<=", ">", ">=")
        for which in ("ANY", "ALL")
    ),
    "SELECT a FROM t WHERE NOT a > ALL (SELECT d FROM u WHERE d <> t.a)",
    "SELECT a FROM t WHERE a > ANY (SELECT d FROM u UNION SELECT 2)",
    "SELECT DISTINCT ON (b) b, a, c FROM t ORDER BY b, a, c",
    "SELECT DISTINCT ON (b) a, c FROM t ORDER BY b, a DESC NULLS LAST, c DESC",
    "SELECT DISTINCT ON (a, b) a, b, MAX(c) AS m FROM t GROUP BY a, b ORDER BY a, b LIMIT 3",
    "SELECT DISTINCT ON (2) a AS x, b FROM t ORDER BY 2, 1, c LIMIT 2 OFFSET 1",
    "SELECT s.a FROM (SELECT DISTINCT ON (b) b, a, c FROM t ORDER BY b, a, c) AS s WHERE s.a > 0",
    "WITH w AS (SELECT a, b FROM t WHERE a > 0) SELECT DISTINCT ON (b) * FROM w ORDER BY b, a",
]


def schema_of(dialect: Dialect) -> SqlSchema:
    return SqlSchema("w", dialect, read_ddl(DDL, dialect, where="w"))


def in_sqlite(text: str, schema: SqlSchema, values: Values) -> list[object]:
    with sqlite3.connect(":memory:") as connection:
        connection.executescript(DDL)
        connection.executemany("INSERT INTO t VALUES (?, ?, ?)", ROWS)
        connection.executemany("INSERT INTO u VALUES (?)", values)
        connection.executemany("INSERT INTO e VALUES (?, ?, ?)", TIMES)
        run = executable(parse(text, schema), schema, Engine.SQLITE)
        return list(map(_plain, connection.execute(run).fetchall()))


def _plain(row: tuple[object, ...]) -> tuple[object, ...]:
    return tuple(int(cell) if isinstance(cell, bool) else cell for cell in row)


@pytest.mark.parametrize("text", QUERIES)
def test_sqlite_gives_what_duckdb_gives(text: str) -> None:
    """PostgreSQL reads these as DuckDB does."""
    duckdb = pytest.importorskip("duckdb")
    for values in VALUES:
        with duckdb.connect() as connection:
            connection.execute(DDL)
            connection.executemany("INSERT INTO t VALUES (?, ?, ?)", ROWS)
            connection.executemany("INSERT INTO e VALUES (?, ?, ?)", TIMES)
            if values:
                connection.executemany("INSERT INTO u VALUES (?)", values)
            expected = list(map(_plain, connection.execute(text).fetchall()))
        given = in_sqlite(text, schema_of(Dialect.DUCKDB), values)
        if "ORDER BY" in text.rpartition(")")[2]:
            assert given == expected
        assert sorted(given, key=repr) == sorted(expected, key=repr)


def test_mysql_makes_nothing_of_a_missing_part() -> None:
    """By its manual, 14.8: CONCAT and GREATEST are NULL where a part is, CONCAT_WS is not."""
    schema = schema_of(Dialect.MYSQL)
    for text, expected in (
        ("CONCAT('a', NULL)", None),
        ("CONCAT('a', 1)", "a1"),
        ("CONCAT_WS('-', 'a', NULL, 'b')", "a-b"),
        ("GREATEST(1, NULL)", None),
        ("LEFT('abc', 2)", "ab"),
        ("RIGHT('abc', 2)", "bc"),
    ):
        assert in_sqlite(f"SELECT {text} AS x", schema, []) == [(expected,)]


@pytest.mark.parametrize(
    "text", ["CONCAT(a / 2, b)", "CONCAT_WS(c, b)", "LEFT(b, a)", "LEFT(b, -1)"]
)
def test_what_is_not_known_to_be_the_same_is_not_put_so(text: str) -> None:
    """A real is written otherwise there, and a separator or a number may be NULL or negative."""
    schema = schema_of(Dialect.POSTGRESQL)
    with pytest.raises(UnsupportedError, match="SQLite has nothing for"):
        in_sqlite(f"SELECT {text} AS x FROM t", schema, [])  # noqa: S608


@pytest.mark.parametrize(
    ("dialect", "condition", "expected"),
    [
        # a text beside a date is a date in PostgreSQL, and a moment in MySQL
        (Dialect.POSTGRESQL, "d = '2020-01-01 13:30:00'", True),
        (Dialect.MYSQL, "d = '2020-01-01 13:30:00'", False),
        (Dialect.MYSQL, "d < '2020-01-01 13:30:00'", True),
        (Dialect.MYSQL, "d = '2020-01-01 00:00:00'", True),
    ],
)
def test_a_text_beside_a_date_is_what_the_dialect_makes_of_it(
    dialect: Dialect, condition: str, *, expected: bool
) -> None:
    """By PostgreSQL's manual, 10.2, and MySQL's, 14.3."""
    text = f"SELECT COUNT(*) FROM e WHERE id = 4 AND {condition}"  # noqa: S608
    assert in_sqlite(text, schema_of(dialect), []) == [(int(expected),)]


@pytest.mark.parametrize("text", ["2020-1-1", "20200101", "2020-01-01T00:00:00", "01.02.2020"])
def test_a_time_in_another_spelling_is_no_text_to_compare(text: str) -> None:
    for column in ("d", "ts"):
        query = f"SELECT id FROM e WHERE {column} = '{text}'"  # noqa: S608
        with pytest.raises(UnsupportedError, match="SQLite has nothing for the time"):
            in_sqlite(query, schema_of(Dialect.MYSQL), [])


@pytest.mark.parametrize(
    ("dialect", "pattern", "matched"),
    [
        (Dialect.POSTGRESQL, r"a\_b", ["a_b"]),
        (Dialect.MYSQL, r"a\_b", ["a_b"]),
        (Dialect.POSTGRESQL, r"a\\b", [r"a\b"]),
        (Dialect.DUCKDB, r"a\_b", []),
        (Dialect.POSTGRESQL, "a_b", ["a_b", "axb", r"a\b"]),
    ],
)
def test_a_backslash_escapes_where_the_dialect_says_so(
    dialect: Dialect, pattern: str, matched: list[str]
) -> None:
    """By the manuals; DuckDB has no escape unless one is named."""
    schema = schema_of(dialect)
    for text in ("a_b", "axb", r"a\b"):
        written = text.replace("\\", "\\\\") if dialect is Dialect.MYSQL else text
        (found,) = in_sqlite(f"SELECT '{written}' LIKE '{pattern}' AS x", schema, [])
        assert found == (int(text in matched),)
