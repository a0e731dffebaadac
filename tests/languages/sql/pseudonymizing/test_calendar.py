"""Years and months as ranges of days: SQLite gives the same rows for both."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from jurist.languages import get_language
from jurist.languages.capabilities import require
from jurist.languages.pseudonymizing import Pseudonymizes

LANGUAGE = get_language("sql")
PUTS = require(LANGUAGE, Pseudonymizes, needed_by="the tests")
DDL = "CREATE TABLE t (id INTEGER PRIMARY KEY, day DATE, at TIMESTAMP, name TEXT);"
DAYS = ["1996-12-31", "1997-01-01", "1997-11-30", "1997-12-31", "1998-01-01", "1999-05-05", None]
YEAR = "STRFTIME('%Y', day)"
CONDITIONS = [
    *(f"{YEAR} {operator} '1997'" for operator in ("=", "<>", "<", "<=", ">", ">=")),
    f"'1997' < {YEAR}",
    f"'1997' >= {YEAR}",
    f"NOT {YEAR} = '1997'",
    f"{YEAR} BETWEEN '1997' AND '1998'",
    f"{YEAR} NOT BETWEEN '1997' AND '1998'",
    f"{YEAR} IN ('1996', '1998')",
    f"{YEAR} NOT IN ('1996', '1998') OR id = 1",
    f"({YEAR} = '1997') IS NULL",
    "STRFTIME('%Y-%m', day) = '1997-12'",
    "STRFTIME('%Y-%m', at) > '1997-11'",
    "STRFTIME('%Y', at) = '1997' AND day > '1997-11-30'",
]


@pytest.mark.parametrize("condition", CONDITIONS)
def test_the_range_has_the_rows_of_the_year(condition: str) -> None:
    schema = LANGUAGE.load_schema({"ddl": DDL, "dialect": "sqlite"}, where="a test")
    query = LANGUAGE.parse(f"SELECT id FROM t WHERE {condition} ORDER BY id", schema)  # noqa: S608
    put = LANGUAGE.format(PUTS.with_constants(query, schema, lambda constant: constant.value))
    assert "STRFTIME" not in put
    with closing(sqlite3.connect(":memory:")) as database:
        database.execute(DDL)
        rows = [
            (number, day, None if day is None else f"{day} {clock}", "x")
            for number, (day, clock) in enumerate(
                (day, clock) for day in DAYS for clock in ("00:00:00", "23:59:59")
            )
        ]
        database.executemany("INSERT INTO t VALUES (?, ?, ?, ?)", rows)
        said = [database.execute(text).fetchall() for text in (LANGUAGE.format(query), put)]
    assert said[0] == said[1]
    assert said[0]


def test_what_may_be_no_date_keeps_its_year() -> None:
    schema = LANGUAGE.load_schema({"ddl": DDL, "dialect": "sqlite"}, where="a test")
    for text in (
        "SELECT id FROM t WHERE STRFTIME('%Y', name) = '1997'",
        "SELECT day FROM (SELECT name AS day FROM t) AS x WHERE STRFTIME('%Y', day) = '1997'",
        "SELECT id FROM t WHERE STRFTIME('%Y', day) = '97'",
    ):
        assert PUTS.compared(LANGUAGE.parse(text, schema), schema).obstacles
