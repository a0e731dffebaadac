"""Doubts about references: each with what is right beside it, and what public sets got wrong."""

from __future__ import annotations

from itertools import permutations

import pytest

from jurist.languages.sql.dialects import Dialect
from jurist.languages.sql.lint.linting import lint
from jurist.languages.sql.schemas.ddl import read_ddl
from jurist.languages.sql.schemas.schema import SqlSchema
from jurist.languages.sql.text.parsing import parse
from sql_pairs import pairs, schema_of_pair

DDL = """
CREATE TABLE singer (id INTEGER PRIMARY KEY, name TEXT NOT NULL, age INTEGER, Rating TEXT,
                     kind TEXT CHECK (kind IN ('solo', 'band')), born DATE,
                     fee INTEGER CHECK (fee BETWEEN 0 AND 100));
CREATE TABLE song (singer INTEGER NOT NULL REFERENCES singer, number INTEGER NOT NULL, title TEXT,
                   length INTEGER, writer INTEGER, code TEXT, PRIMARY KEY (singer, number));
"""


def doubts(text: str, dialect: Dialect = Dialect.SQLITE) -> list[str]:
    schema = SqlSchema("music", dialect, read_ddl(DDL, dialect, where="x"))
    return [
        f"{doubt.kind} at {text[: _offset(text, doubt.line, doubt.column)].count(' ')}"
        for doubt in lint(parse(text, schema), schema, text=text)
    ]


def _offset(text: str, line: int, column: int) -> int:
    return sum(len(part) + 1 for part in text.split("\n")[: line - 1]) + column - 1


def kinds(text: str, dialect: Dialect = Dialect.SQLITE) -> list[str]:
    return [doubt.partition(" at ")[0] for doubt in doubts(text, dialect)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # ties, and what settles them
        ("SELECT name FROM singer ORDER BY age DESC LIMIT 1", ["open tie"]),
        ("SELECT name FROM singer ORDER BY age DESC, id LIMIT 1", []),
        ("SELECT age FROM singer ORDER BY age DESC LIMIT 1", []),
        ("SELECT kind FROM singer GROUP BY kind ORDER BY COUNT(*) DESC LIMIT 1", ["open tie"]),
        ("SELECT kind FROM singer GROUP BY kind ORDER BY COUNT(*) DESC, kind LIMIT 1", []),
        ("SELECT COUNT(*) FROM singer GROUP BY kind ORDER BY COUNT(*) DESC LIMIT 1", []),
        ("SELECT COUNT(*) FROM singer LIMIT 1", []),
        ("SELECT name FROM singer WHERE id = 3 LIMIT 1", []),
        ("SELECT name FROM singer LIMIT 3", ["open choice"]),
        ("SELECT DISTINCT kind FROM singer ORDER BY kind DESC LIMIT 2", []),
        (
            "SELECT title FROM song JOIN singer ON singer = id ORDER BY id DESC, number LIMIT 1",
            [],
        ),
        ("SELECT name, title FROM song JOIN singer ON singer = id ORDER BY name LIMIT 1",
         ["open tie"]),
        # NULLs that come first
        ("SELECT age FROM singer ORDER BY age LIMIT 1", ["NULL sorts first"]),
        ("SELECT age FROM singer WHERE age IS NOT NULL ORDER BY age LIMIT 1", []),
        ("SELECT age FROM singer WHERE age > 3 ORDER BY age LIMIT 1", []),
        ("SELECT age FROM singer ORDER BY age NULLS LAST LIMIT 1", []),
        ("SELECT id FROM singer ORDER BY id LIMIT 1", []),
        # numbers that are texts
        ("SELECT name FROM singer ORDER BY Rating", ["number as text"]),
        ("SELECT name FROM singer ORDER BY CAST(Rating AS REAL)", []),
        ("SELECT MAX(Rating) FROM singer", ["number as text"]),
        ("SELECT title FROM song WHERE code > '10'", ["number as text"]),
        ("SELECT title FROM song WHERE code = '10'", []),
        ("SELECT name FROM singer ORDER BY name", []),
        # bare columns
        ("SELECT name, COUNT(*) FROM singer GROUP BY kind", ["bare column"]),
        ("SELECT name, COUNT(*) FROM singer GROUP BY id", []),
        ("SELECT name, MAX(age) FROM singer", ["bare column"]),
        ("SELECT name, COUNT(*) FROM song JOIN singer ON singer = id GROUP BY singer", []),
        ("SELECT title, COUNT(*) FROM song JOIN singer ON singer = id GROUP BY singer",
         ["bare column"]),
        ("SELECT singer, number, title FROM song GROUP BY singer, number", []),
        ("SELECT kind FROM singer GROUP BY kind HAVING age > 3", ["bare column"]),
        # several rows for one value
        ("SELECT name FROM singer WHERE id = (SELECT singer FROM song)", ["several rows"]),
        ("SELECT name FROM singer WHERE id = (SELECT MAX(singer) FROM song)", []),
        ("SELECT title FROM song WHERE 3 < (SELECT age FROM singer WHERE id = singer)", []),
        (
            "SELECT name FROM singer WHERE 3 = (SELECT length FROM song WHERE singer = id)",
            ["several rows"],
        ),
        # types beside each other
        ("SELECT name FROM singer JOIN song ON id = code", ["text beside number"]),
        ("SELECT name FROM singer JOIN song ON id = writer", []),
        # division
        ("SELECT age / 2 FROM singer", ["integer division"]),
        ("SELECT COUNT(age) / COUNT(*) FROM singer", ["integer division"]),
        ("SELECT age / 2.0, 1.0 * age / id FROM singer", []),
        # never and always
        ("SELECT name FROM singer WHERE age = NULL", ["never true"]),
        ("SELECT name FROM singer WHERE kind = 'duo'", ["never true"]),
        ("SELECT name FROM singer WHERE fee = 101", ["never true"]),
        ("SELECT name FROM singer WHERE kind = 'solo' AND fee = 100", []),
        ("SELECT name FROM singer WHERE age > 5 AND age < 3", ["always empty"]),
        ("SELECT name FROM singer WHERE age > 5 AND age < 7", []),
        ("SELECT name FROM singer WHERE age > 5 AND age < 6", ["always empty"]),
        ("SELECT name FROM singer WHERE fee > 100", ["always empty"]),
        ("SELECT name FROM singer WHERE name IS NULL", ["always empty"]),
        ("SELECT COUNT(*) FROM singer WHERE name LIKE 'a%' AND name LIKE 'b%'", ["always empty"]),
        ("SELECT name FROM singer WHERE id IN (SELECT singer FROM song WHERE number IS NULL)",
         ["always empty"]),
        ("SELECT name FROM singer LEFT JOIN song ON id = singer WHERE number IS NULL", []),
        ("SELECT s.name FROM singer AS s JOIN singer AS t ON s.id = t.id WHERE s.age <> t.age",
         ["always empty"]),
        ("SELECT name FROM singer WHERE id NOT IN (SELECT writer FROM song)", ["NOT IN with NULL"]),
        ("SELECT name FROM singer WHERE id NOT IN (SELECT singer FROM song)", []),
        (
            "SELECT name FROM singer WHERE id NOT IN "
            "(SELECT writer FROM song WHERE writer IS NOT NULL)",
            [],
        ),
        (
            "SELECT name FROM singer WHERE EXISTS (SELECT COUNT(*) FROM song WHERE singer = id)",
            ["never empty"],
        ),
        ("SELECT name FROM singer WHERE EXISTS (SELECT 1 FROM song WHERE singer = id)", []),
    ],
)  # fmt: skip
def test_each_rule_beside_what_is_right(text: str, expected: list[str]):
    assert kinds(text) == expected


def test_dialects_differ():
    division = "SELECT age / 2 FROM singer"
    assert kinds(division, Dialect.POSTGRESQL) == ["integer division"]
    assert kinds(division, Dialect.MYSQL) == []
    first = "SELECT age FROM singer ORDER BY age DESC LIMIT 1"
    assert kinds(first) == []
    assert kinds(first, Dialect.POSTGRESQL) == ["NULL sorts first"]


def test_a_doubt_names_its_place_its_reason_and_its_fix():
    text = "SELECT name\nFROM singer\nORDER BY age, Rating\nLIMIT 1"
    schema = SqlSchema("music", Dialect.SQLITE, read_ddl(DDL, Dialect.SQLITE, where="x"))
    found = lint(parse(text, schema), schema, text=text)
    assert [(doubt.kind, doubt.line, doubt.column) for doubt in found] == [
        ("open tie", 3, 10),
        ("NULL sorts first", 3, 10),
        ("number as text", 3, 15),
    ]
    assert all(doubt.reason and doubt.fix for doubt in found)
    assert str(found[1]).startswith("line 3, column 10: NULL sorts first: age may be NULL")


def test_the_order_of_conditions_changes_nothing():
    conditions = ("age = NULL", "kind = 'duo'", "id NOT IN (SELECT writer FROM song)")
    start = "SELECT name FROM singer WHERE "
    texts = [start + " AND ".join(several) for several in permutations(conditions)]
    assert len({tuple(sorted(kinds(text))) for text in texts}) == 1
    assert len(kinds(texts[0])) == 3


@pytest.mark.parametrize("name", ["spider_dail", "bird_dail"])
def test_public_references_can_all_be_looked_through(name: str):
    counted: dict[str, int] = {}
    for pair in pairs(name)[::3]:
        schema = schema_of_pair(pair)
        query = parse(pair["reference"], schema)
        for doubt in lint(query, schema, text=pair["reference"]):
            counted[doubt.kind] = counted.get(doubt.kind, 0) + 1
            lines = pair["reference"].split("\n")
            assert 1 <= doubt.line <= len(lines)
            assert 1 <= doubt.column <= len(lines[doubt.line - 1]) + 1
    assert counted["open tie"] > 20
    assert counted["NULL sorts first"] > 3
