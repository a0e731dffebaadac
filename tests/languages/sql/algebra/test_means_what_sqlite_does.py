"""The algebra means what SQLite does: run by an interpreter of its own, on small databases."""

from __future__ import annotations

import json
import random
import sqlite3
from dataclasses import replace

import pytest

from jurist.errors import UnsupportedError
from jurist.languages.sql.algebra import nodes
from jurist.languages.sql.dialects import Dialect
from jurist.languages.sql.schemas.schema import SqlSchema, Table
from jurist.languages.sql.values import Row, Value, ValueType
from languages.sql.algebra.interpreter import Interpreter, Open
from languages.sql.algebra.reading import PAIRS, read, schema_of, shared_schemas

_SCHEMA = schema_of(
    {
        "name": "small",
        "dialect": "sqlite",
        "tables": {
            "t": {
                "columns": [
                    ["a", "int", True],
                    ["b", "text", True],
                    ["r", "real", True],
                    ["d", "date", True],
                ],
                "pk": [],
                "unique": [],
                "fk": [],
            },
            "u": {
                "columns": [["a", "int", True], ["c", "text", True]],
                "pk": [],
                "unique": [],
                "fk": [],
            },
        },
    }
)
_QUERIES = [
    "SELECT a, b FROM t WHERE a > 1 OR b = 'x'",
    "SELECT DISTINCT a FROM t ORDER BY a DESC",
    "SELECT a + 1, a / 2, a % 2, -a, a * r, r / 2, a - 1.5 FROM t",
    "SELECT a / 0, a % 0, r / 0 FROM t",
    "SELECT a FROM t WHERE NOT (a > 1 AND r < 2)",
    "SELECT t.a, u.c FROM t JOIN u ON t.a = u.a",
    "SELECT t.a, u.c FROM t LEFT JOIN u ON t.a = u.a AND u.c = 'x' WHERE t.b IS NOT NULL",
    "SELECT t.b, u.a, u.c FROM t RIGHT JOIN u ON t.a = u.a",
    "SELECT t.b, u.c FROM t FULL JOIN u ON t.a = u.a",
    "SELECT x.b, y.b, u.c FROM t x JOIN t y ON x.a = y.a FULL JOIN u ON x.a = u.a",
    "SELECT x.b, y.b, u.c FROM t x JOIN t y ON x.a = y.a RIGHT JOIN u ON y.a = u.a",
    "SELECT x.b, u.c, y.b FROM t x FULL JOIN u ON x.a = u.a LEFT JOIN t y ON y.a = u.a",
    "SELECT x.b, u.c, y.b FROM t x LEFT JOIN (u JOIN t y ON y.a = u.a) ON x.a = u.a",
    "SELECT * FROM t NATURAL JOIN u",
    "SELECT a, c, b FROM t LEFT JOIN u USING (a)",
    "SELECT COUNT(*), COUNT(a), COUNT(DISTINCT a), SUM(a), AVG(a), MIN(b), MAX(r) FROM t",
    "SELECT b, COUNT(*), SUM(a) FROM t GROUP BY b HAVING COUNT(*) > 1 OR b IS NULL",
    "SELECT a % 2, MAX(b) FROM t GROUP BY 1 ORDER BY 2 DESC, 1",
    "SELECT a AS k, COUNT(*) AS n FROM t GROUP BY k HAVING n > 1 ORDER BY n, k",
    "SELECT COUNT(*) FILTER (WHERE a > 1), SUM(a) FILTER (WHERE b = 'x') FROM t",
    "SELECT a FROM t WHERE a IN (1, NULL)",
    "SELECT a FROM t WHERE a NOT IN (1, 2)",
    "SELECT b FROM t WHERE a NOT IN (SELECT a FROM u)",
    "SELECT b FROM t WHERE a IN (SELECT a FROM u WHERE u.c = t.b)",
    "SELECT b FROM t WHERE (a, b) IN (SELECT a, c FROM u)",
    "SELECT b FROM t WHERE (a, b) = (1, 'x') OR (a, b) < (2, 'x') OR (a, r) >= (2, 1)",
    "SELECT b FROM t WHERE EXISTS (SELECT 1 FROM u WHERE u.a = t.a) IS FALSE",
    "SELECT (SELECT MAX(u.a) FROM u WHERE u.c = t.b) FROM t",
    "SELECT a FROM t WHERE a > (SELECT AVG(a) FROM u)",
    "SELECT COALESCE(a, 0), IFNULL(b, 'none'), NULLIF(a, 1), IIF(a > 1, 'x', 'y') FROM t",
    "SELECT CASE a WHEN 1 THEN 'one' WHEN 2 THEN 'two' ELSE b END FROM t",
    "SELECT CASE WHEN a THEN 1 WHEN b = 'x' THEN 2 END FROM t",
    "SELECT a BETWEEN 1 AND 2, b BETWEEN 'a' AND 'x', a IS 1, a IS NOT 2, b IS NULL FROM t",
    "SELECT a IS TRUE, (a > 1) IS NOT TRUE, a IS FALSE FROM t",
    "SELECT b FROM t WHERE b LIKE 'X%' OR b LIKE '_1' ESCAPE '!' OR b GLOB 'x*'",
    "SELECT a FROM t WHERE a LIKE '1%' OR r LIKE '%.5'",
    "SELECT a FROM t WHERE b NOT LIKE 'x%' OR b NOT LIKE '_1' ESCAPE '!' OR NOT b LIKE 'X'",
    "SELECT b NOT LIKE 'x%', b NOT GLOB 'x*', a NOT IN (1), a NOT BETWEEN 1 AND 2 FROM t",
    "SELECT a FROM t WHERE a = '1' OR a = 'x' OR a < 'x' OR a > '1.5'",
    "SELECT a FROM t WHERE b = 1 OR b < 2",
    "SELECT t.a FROM t JOIN u ON t.b = u.a",
    "SELECT t.a FROM t JOIN u ON t.b <= u.a",
    "SELECT t.a FROM t JOIN u ON t.b <> u.a",
    "SELECT a FROM t WHERE b IN (1, 2) OR a IN ('1', 'x')",
    "SELECT a FROM t WHERE b IN (SELECT a FROM u)",
    "SELECT a FROM t WHERE a NOT IN (SELECT c FROM u)",
    "SELECT a FROM t WHERE substr(b, 1, 1) = 1",
    "SELECT a FROM t WHERE substr(b, 1, 1) < 1 OR substr(b, 1, 1) <> 5",
    "SELECT a FROM t WHERE b = a + 1 OR a = CAST(b AS INTEGER)",
    "SELECT z FROM (SELECT substr(b, 1, 1) AS z FROM t) WHERE z = 1",
    "SELECT z FROM (SELECT b AS z FROM t) WHERE z = 1",
    "SELECT MAX(b) FROM t HAVING MAX(b) > 1",
    "SELECT SUM(b), AVG(b), SUM(b) / 2.0 FROM t",
    "SELECT b + 1, b / 2.0, b * 2, -b FROM t",
    "SELECT CAST(a AS REAL) / 2, CAST(r AS INTEGER), CAST(a AS TEXT), CAST(b AS REAL) FROM t",
    "SELECT SUM(a) / COUNT(*), SUM(r) / COUNT(*), CAST(SUM(a) AS REAL) / COUNT(a) FROM t",
    "SELECT b || '-' || a, upper(b), length(b), abs(a), round(r, 1) FROM t",
    "SELECT max(a, 2), min(a, r) FROM t WHERE a IS NOT NULL",
    "SELECT strftime('%Y', d), date(d) FROM t WHERE d > '2020-01-01'",
    "SELECT d FROM t WHERE d = '2020-01-01' OR d LIKE '2021%' OR d > '2020-06'",
    "SELECT d FROM t WHERE d BETWEEN '2020-1-1' AND '2021-1-1'",
    "SELECT a FROM t UNION SELECT a FROM u ORDER BY a DESC",
    "SELECT a FROM t UNION ALL SELECT a FROM u ORDER BY 1 LIMIT 2",
    "SELECT a FROM t EXCEPT SELECT a FROM u",
    "SELECT a, b FROM t INTERSECT SELECT a, c FROM u",
    "SELECT a FROM t UNION ALL SELECT a FROM u EXCEPT SELECT 1",
    "SELECT a, b FROM t ORDER BY a, b LIMIT 1 OFFSET 1",
    "SELECT a, b FROM t ORDER BY a DESC NULLS LAST, b NULLS FIRST LIMIT 2",
    "SELECT b FROM t ORDER BY a LIMIT -1 OFFSET 1",
    "SELECT x FROM (SELECT a AS x FROM t ORDER BY a, b LIMIT 2) ORDER BY x",
    "SELECT * FROM (VALUES (1, 'x'), (2, NULL)) AS v",
    "WITH q AS (SELECT a, COUNT(*) AS n FROM t GROUP BY a) SELECT q.a, u.c FROM q, u WHERE n > 1",
    "WITH q(k) AS (SELECT a FROM t), p AS (SELECT k FROM q WHERE k > 1) SELECT * FROM p, q",
    "SELECT COUNT(*) FROM (SELECT DISTINCT a, b FROM t)",
    "SELECT a FROM t WHERE b",
    "SELECT 1 FROM t WHERE 'abc'",
    "SELECT COUNT(*) FROM t WHERE 1 = 0",
    "SELECT MAX('none') FROM t HAVING COUNT(*) = 0",
    "SELECT SUM(CASE WHEN a > 1 THEN 2.5 ELSE 0 END) / SUM(IIF(a > 0, 1.5, 0)) FROM t",
    "SELECT CAST(IIF(a > 1, 1.5, 1) AS REAL) / 2, IIF(a > 1, 7.0, 0) * a / 2 FROM t",
    "SELECT t.a, (SELECT COUNT(*) FROM u WHERE u.a = t.a) FROM t GROUP BY t.a",
    "SELECT a FROM t GROUP BY a HAVING a IN (SELECT a FROM u) AND COUNT(*) > 1",
    "SELECT x.a FROM t AS x WHERE NOT EXISTS (SELECT * FROM t AS y WHERE y.a > x.a)",
    "SELECT TRUE, FALSE AND NULL, NOT NULL, NULL IN (1), 1 IN (), 0.5 OR 0",
    "SELECT COUNT(a > 1), SUM(a > 1), a > 1 FROM t GROUP BY a > 1",
    "SELECT b FROM t WHERE a = r",
    "SELECT a FROM t WHERE a = 1.0 OR a > 1.5",
]
_VALUES: dict[ValueType, list[Value]] = {
    ValueType.INTEGER: [None, 0, 1, 2, -3],
    ValueType.REAL: [None, 0.0, 1.0, 2.5, -1.5],
    ValueType.TEXT: [None, "x", "X1", "1", "01", "2", "", "-3 x"],
    ValueType.DATE: [None, "2020-01-01", "2021-02-28", "2019-12-31"],
    ValueType.TIMESTAMP: [None, "2020-01-01 00:00:00", "2021-02-28 13:30:00"],
    ValueType.BOOLEAN: [None, 0, 1],
}
_DECLARED = {
    ValueType.INTEGER: "INTEGER",
    ValueType.REAL: "REAL",
    ValueType.TEXT: "TEXT",
    ValueType.DATE: "TEXT",
    ValueType.TIMESTAMP: "TEXT",
    ValueType.BOOLEAN: "INTEGER",
}


def _rows(table: Table, source: random.Random) -> list[Row]:
    def value(kind: ValueType) -> Value:
        values = _VALUES[kind]
        return None if source.random() < 0.2 else source.choice(values)

    return [
        tuple(value(column.type) for column in table.columns) for _ in range(source.randrange(5))
    ]


def _load(schema: SqlSchema, tables: dict[str, list[Row]]) -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:")
    for table in schema.tables:
        if table.name.startswith("sqlite_"):
            continue
        columns = ", ".join(f'"{column.name}" {_DECLARED[column.type]}' for column in table.columns)
        connection.execute(f'CREATE TABLE "{table.name}" ({columns})')
        holes = ", ".join("?" for _ in table.columns)
        rows = tables[table.name.lower()]
        connection.executemany(f'INSERT INTO "{table.name}" VALUES ({holes})', rows)  # noqa: S608
    return connection


def _listed(rows: list[Row]) -> list[str]:
    def plain(value: Value) -> str:
        if isinstance(value, (int, float)):
            return f"{float(value):.9g}"
        return repr(value)

    return [repr([plain(value) for value in row]) for row in rows]


def _bag(rows: list[Row]) -> list[str]:
    return sorted(_listed(rows))


def _is_settled(query: nodes.Query) -> bool:
    """Whether rows that nothing sorts among each other are alike: all outputs are keys."""
    keys = {key.value for key in query.order}
    if isinstance(query, nodes.SetOperation):
        named = {key.name for key in keys if isinstance(key, nodes.Column)}
        return {output.name for output in query.outputs} <= named
    return {output.value for output in query.outputs} <= keys


def _compared(text: str, schema: SqlSchema, databases: int, seed: int) -> int:
    """How many databases were compared: those on which the query leaves nothing open."""
    query = read(text, schema)
    source = random.Random(seed)
    compared = 0
    for _ in range(databases):
        tables = {table.name.lower(): _rows(table, source) for table in schema.tables}
        try:
            meant = Interpreter(tables).run(query)
        except Open:
            continue
        connection = _load(schema, tables)
        did = connection.execute(text).fetchall()
        connection.close()
        assert _bag(meant) == _bag(did), (text, tables, meant, did)
        if _is_settled(query):
            assert _listed(meant) == _listed(did), (text, tables, meant, did)
        compared += 1
    return compared


@pytest.mark.parametrize("text", _QUERIES)
def test_means_what_sqlite_does(text: str) -> None:
    assert _compared(text, _SCHEMA, 60, 7) > 0


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        (
            "SELECT a, b, COUNT(*), GROUPING(b) FROM t GROUP BY ROLLUP (a, b)",
            "SELECT a, b, COUNT(*), 0 FROM t GROUP BY a, b UNION ALL SELECT a, NULL, COUNT(*), 1"
            " FROM t GROUP BY a UNION ALL SELECT NULL, NULL, COUNT(*), 1 FROM t",
        ),
        (
            "SELECT a, b, SUM(a) FROM t GROUP BY GROUPING SETS ((a), (b))",
            "SELECT a, NULL, SUM(a) FROM t GROUP BY a UNION ALL"
            " SELECT NULL, b, SUM(a) FROM t GROUP BY b",
        ),
        (
            "SELECT b, COUNT(*) AS n FROM t GROUP BY CUBE (b), a ORDER BY n FETCH FIRST 2 ROWS ONLY",  # noqa: E501
            "SELECT b, COUNT(*) AS n FROM t GROUP BY b, a UNION ALL"
            " SELECT NULL, COUNT(*) AS n FROM t GROUP BY a ORDER BY n LIMIT 2",
        ),
    ],
)
def test_grouping_sets_are_unions(text: str, plain: str) -> None:
    """SQLite has none: the standard's text against what it stands for, run by SQLite."""
    standard = replace(_SCHEMA, dialect=Dialect.POSTGRESQL)
    query, source = read(text, standard), random.Random(3)
    for _ in range(60):
        tables = {table.name.lower(): _rows(table, source) for table in _SCHEMA.tables}
        if query.limit is not None:
            tables["t"] = tables["t"][:1]
        connection = _load(_SCHEMA, tables)
        did = connection.execute(plain).fetchall()
        connection.close()
        assert _bag(Interpreter(tables).run(query)) == _bag(did)


@pytest.mark.skipif(not PAIRS.exists(), reason="the shared data is not here")
@pytest.mark.parametrize("name", ["spider_dail", "bird_dail"])
def test_means_what_sqlite_does_of_public_queries(name: str) -> None:
    lines = (PAIRS / f"{name}.jsonl").read_text().splitlines()
    compared = 0
    for line in lines[::9]:
        pair = json.loads(line)
        schema = schema_of(shared_schemas()[pair["schema"]])
        try:
            compared += _compared(pair["reference"], schema, 4, len(line)) > 0
        except (sqlite3.OperationalError, UnsupportedError):
            continue
    assert compared > len(lines) // 12


@pytest.mark.parametrize(
    ("dialect", "ascending", "descending"),
    [
        (Dialect.SQLITE, True, False),
        (Dialect.MYSQL, True, False),
        (Dialect.POSTGRESQL, False, True),
        (Dialect.STANDARD, False, True),
        (Dialect.DUCKDB, False, False),
    ],
)
def test_nulls_sort_where_the_dialect_sorts_them(
    dialect: Dialect, ascending: bool, descending: bool
) -> None:
    schema = replace(_SCHEMA, dialect=dialect)
    keys = read("SELECT a FROM t ORDER BY a, r DESC", schema).order
    assert [key.nulls_first for key in keys] == [ascending, descending]
