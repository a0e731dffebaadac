"""A schema from queries alone: all that they name, so that they run on it."""

from __future__ import annotations

import sqlite3

import pytest

from jurist.errors import UnsupportedError
from jurist.languages.sql.query import SqlQuery
from jurist.languages.sql.schemas.inferring import infer_schema
from jurist.languages.sql.schemas.schema import SqlSchema
from jurist.languages.sql.text.parsing import parse


def inferred(*texts: str) -> SqlSchema:
    return infer_schema(*(parse(text, None) for text in texts))


def named(schema: SqlSchema) -> dict[str, list[str]]:
    return {
        table.name.lower(): [column.name.lower() for column in table.columns]
        for table in schema.tables
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SELECT a FROM t WHERE b > 1", {"t": ["a", "b"]}),
        (
            "SELECT x.a, y.b FROM t AS x JOIN s AS y ON x.c = y.d",
            {"t": ["a", "c"], "s": ["b", "d"]},
        ),
        ("SELECT a FROM t, s WHERE t.b = s.a", {"t": ["b"], "s": ["a"]}),
        ("SELECT * FROM t", {"t": ["column_1"]}),
        ("WITH w AS (SELECT a AS z FROM t) SELECT z FROM w", {"t": ["a"]}),
        ("SELECT z FROM (SELECT a AS z FROM t) AS q", {"t": ["a"]}),
        (
            "SELECT a FROM t WHERE EXISTS (SELECT 1 FROM s WHERE s.b = t.c AND d = 1)",
            {"t": ["a", "c"], "s": ["b", "d"]},
        ),
        ("SELECT a AS n FROM t UNION SELECT b FROM s ORDER BY n", {"t": ["a"], "s": ["b"]}),
        ("SELECT COUNT(*) AS n FROM t GROUP BY a ORDER BY n", {"t": ["a"]}),
    ],
)
def test_every_name_has_its_place_and_the_query_runs(text: str, expected: dict[str, list[str]]):
    schema = inferred(text)
    assert {table: sorted(columns) for table, columns in named(schema).items()} == expected
    connection = sqlite3.connect(":memory:")
    for table in schema.tables:
        columns = ", ".join(column.name for column in table.columns)
        connection.execute(f"CREATE TABLE {table.name} ({columns})")
    connection.execute(text)


def test_two_queries_make_one_schema():
    schema = inferred("SELECT a FROM t, s WHERE t.id = s.id", "SELECT S.a FROM S WHERE s.b = 'x'")
    assert {table: sorted(columns) for table, columns in named(schema).items()} == {
        "t": ["id"],
        "s": ["a", "b", "id"],
    }


def test_types_are_guesses_that_are_printed_and_nothing_else_is_known():
    schema = inferred("SELECT SUM(p) FROM t WHERE n > 4 AND s = 'x' AND id = other AND q LIKE 'a%'")
    types = {column.name: str(column.type) for column in schema.tables[0].columns}
    assert types == {
        "p": "real", "n": "real", "s": "text", "id": "integer", "other": "integer", "q": "text",
    }  # fmt: skip
    assert schema.tables[0].keys == ()
    assert all(column.nullable for column in schema.tables[0].columns)
    assert "type t(n) real (guessed)" in schema.assumptions


def test_without_queries_there_is_nothing_to_infer_from():
    with pytest.raises(UnsupportedError):
        infer_schema(*list[SqlQuery]())
