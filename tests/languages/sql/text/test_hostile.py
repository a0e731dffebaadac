"""Texts torn and mixed at random: refused with a place, or a query that everything takes."""

from __future__ import annotations

import random
from typing import Final

import pytest

from jurist.errors import QuerySyntaxError, UnsupportedError
from jurist.languages.effort import limited
from jurist.languages.sql.dialects import Dialect, Engine
from jurist.languages.sql.language import SqlLanguage
from jurist.languages.sql.schemas.ddl import read_ddl
from jurist.languages.sql.schemas.schema import SqlSchema
from jurist.languages.sql.text.transpiling.transpiling import executable

SQL = SqlLanguage()
DDL = """
CREATE TABLE client (id INTEGER PRIMARY KEY, name VARCHAR(20) NOT NULL, "home town" VARCHAR(20));
CREATE TABLE orders (id INTEGER PRIMARY KEY, client INTEGER, total DOUBLE PRECISION, placed DATE);
"""
QUERIES: Final[tuple[str, ...]] = (
    "SELECT c.name , COUNT(*) AS n FROM client AS c JOIN orders o ON o.client = c.id WHERE "
    "o.total > 5 AND NOT c.name LIKE 'A%' GROUP BY c.name HAVING COUNT(*) > 1 ORDER BY n DESC",
    "WITH big AS ( SELECT client , SUM(total) AS s FROM orders GROUP BY client ) SELECT name FROM "
    "client WHERE id IN ( SELECT client FROM big WHERE s BETWEEN 1 AND 9 ) UNION SELECT 'x'",
    "SELECT DISTINCT CASE WHEN total IS NULL THEN 0 ELSE total / 2 END FROM orders LEFT JOIN client"
    ' USING (id) WHERE EXISTS ( SELECT 1 FROM client WHERE name = "home town" ) LIMIT 3',
    "SELECT ROW_NUMBER() OVER ( PARTITION BY client ORDER BY placed ) , * FROM orders , client",
)
PIECES: Final[tuple[str, ...]] = (
    *(
        "(",
        ")",
        ",",
        "*",
        ";",
        "'",
        '"',
        "`x`",
        "[x]",
        "--",
        "/*",
        "\\",
        "\0",
        "é",
        "🙂",
        "?",
        ":x",
    ),
    *("1e5", "0x1F", "x'ab'", "::int", "||", "->>", "[1]", "{'a': 1}", "$1", "@x", "t.*"),
    *(
        "NULL",
        "DISTINCT",
        "NOT",
        "IN",
        "JOIN",
        "NATURAL JOIN",
        "USING (id)",
        "FULL JOIN",
        "LATERAL",
    ),
    *("UNION", "EXCEPT ALL", "VALUES (1, 2)", "WITH x AS (SELECT 1)", "RECURSIVE", "AS t(a, b)"),
    *("FETCH FIRST 2 ROWS ONLY", "OFFSET 1", "FILTER (WHERE 1)", "GROUPING SETS ((1), ())"),
    *("ROLLUP (1)", "QUALIFY 1", "WINDOW w AS (ORDER BY 1)", "TABLESAMPLE (1)", "FROM"),
    *("REGEXP 'x'", "LATERAL", "PIVOT", "🙂"),
    *(
        "ESCAPE '!'",
        "COLLATE NOCASE",
        "IS DISTINCT FROM",
        "GLOB 'x'",
        "REGEXP 'x'",
        "BETWEEN 1 AND",
    ),
    *("ALL (SELECT 1)", "AT TIME ZONE 'UTC'", "EXTRACT(YEAR FROM placed)", "INTERVAL '1' DAY"),
    *("SUBSTRING(name FROM 1 FOR 2)", "TRIM(BOTH 'x' FROM name)", "CAST(1 AS DATE)", "COLUMNS(*)"),
    *("GROUP_CONCAT(DISTINCT name ORDER BY id SEPARATOR ',')", "LAG(id) IGNORE NULLS OVER ()"),
    *("EXCLUDE (id)", "JSON_EXTRACT(name, '$.a')", "x -> x + 1", "ROW(1, 2)", "TOP 5", "DEFAULT"),
    *("STRAIGHT_JOIN", "FOR UPDATE", "INTO x", "CURRENT_USER", "NEXT VALUE FOR x", "SELECT"),
)


def _torn(rng: random.Random) -> str:
    words = list[str](rng.choice(QUERIES).split(" "))
    for _ in range(rng.randint(0, 4)):
        place = rng.randrange(len(words))
        match rng.randrange(4):
            case 0 | 1:
                words.insert(place, rng.choice(PIECES))
            case 2:
                words.pop(place)
            case _:
                other = rng.randrange(len(words))
                words[place], words[other] = words[other], words[place]
    return " ".join(words)


@pytest.mark.parametrize("dialect", Dialect)
def test_torn_texts_are_refused_or_taken_by_everything(dialect: Dialect) -> None:
    schema = SqlSchema("torn", dialect, read_ddl(DDL, dialect, where="the test"))
    rng = random.Random(11)
    taken = 0
    refusals: list[QuerySyntaxError] = []
    lacks: list[UnsupportedError] = []
    for _ in range(250):
        text = _torn(rng)
        try:
            query = SQL.parse(text, schema)
        except QuerySyntaxError as error:
            refusals.append(error)
            continue
        taken += 1
        assert SQL.parse(query.text, schema) == query, text
        assert SQL.parse(SQL.layout(query), schema) == query, text
        assert SQL.requote(query, lambda quoted: quoted.text) == query, text
        assert SQL.outline(query).label
        for issue in SQL.check(query, schema, text=text):
            assert issue.line >= 1
        for engine in Engine:
            with limited(100_000):
                try:
                    assert executable(query, schema, engine)
                except UnsupportedError as reason:
                    lacks.append(reason)
    assert taken > 30
    assert all(error.line >= 1 and error.hint for error in refusals)
    assert all(reason.expected and reason.fix for reason in lacks)
