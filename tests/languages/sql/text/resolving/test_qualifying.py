"""A qualified query gives what the query gives: the engines themselves say so."""

from __future__ import annotations

import json
import random
import sqlite3
from collections.abc import Sequence

import duckdb
import pytest

from jurist.errors import QuerySyntaxError, UnsupportedError
from jurist.languages.sql.dialects import Dialect
from jurist.languages.sql.query import SqlQuery
from jurist.languages.sql.schemas.schema import Column, SqlSchema, Table
from jurist.languages.sql.text.parsing import parse
from jurist.languages.sql.text.resolving.qualifying import qualified, resolved
from jurist.languages.sql.text.writing import canonical
from jurist.languages.sql.values import ValueType
from shared_data import shared_data

_WHOLE = ValueType.INTEGER
TABLES = {
    "a": ("P", "k"),
    "b": ("q", "K"),
    "c": ("k", "r"),
}
ROWS = {
    "a": ((1, 1), (2, 2), (2, None)),
    "b": ((10, 1), (30, 3)),
    "c": ((1, 7), (2, 8)),
}


def _schema(dialect: Dialect) -> SqlSchema:
    return SqlSchema(
        "small",
        dialect,
        tuple(
            Table(table, tuple(Column(column, _WHOLE) for column in columns))
            for table, columns in TABLES.items()
        ),
    )


BOTH = [
    "SELECT * FROM a",
    "SELECT x.*, 1 FROM a x, b",
    "SELECT p FROM A WHERE K = 1",
    "SELECT * FROM a JOIN b USING (k)",
    "SELECT k FROM a JOIN b USING (k) WHERE k > 0 ORDER BY k",
    "SELECT * FROM a NATURAL JOIN b",
    "SELECT * FROM a NATURAL LEFT JOIN b",
    "SELECT * FROM a NATURAL RIGHT JOIN b",
    "SELECT * FROM a NATURAL FULL JOIN b",
    "SELECT k FROM a RIGHT JOIN b USING (k)",
    "SELECT k FROM a FULL JOIN b USING (k)",
    "SELECT a.k, b.k, k FROM a LEFT JOIN b USING (k)",
    "SELECT * FROM a JOIN b USING (k) JOIN c USING (k)",
    "SELECT * FROM a NATURAL JOIN b NATURAL JOIN c",
    "SELECT * FROM a FULL JOIN b USING (k) LEFT JOIN c USING (k)",
    "SELECT a.* FROM a JOIN b USING (k)",
    "SELECT * FROM (a JOIN b ON a.k = b.k) JOIN c ON c.k = a.k",
    "SELECT * FROM a LEFT JOIN (b JOIN c ON b.k = c.k) ON a.k = b.k",
    "SELECT * FROM (SELECT a.k, b.k FROM a, b) t",
    "SELECT t.k FROM (SELECT p AS k FROM a) AS t",
    "SELECT * FROM (SELECT p FROM a UNION ALL SELECT q FROM b)",
    "SELECT * FROM (VALUES (1, 2), (3, 4))",
    "WITH w AS (SELECT k FROM a) SELECT * FROM w, w AS v",
    "WITH w(z) AS (SELECT k FROM a), v AS (SELECT z + 1 AS y FROM w) SELECT z, y FROM w, v",
    "WITH a AS (SELECT q AS p FROM b) SELECT p FROM a",
    "SELECT (WITH w AS (SELECT max(k) AS m FROM a) SELECT m FROM w) FROM b",
    "SELECT p FROM a WHERE EXISTS (SELECT 1 FROM b WHERE b.k = a.k)",
    "SELECT p FROM a WHERE p IN (SELECT k FROM b WHERE q > p)",
    "SELECT p FROM a WHERE k = (SELECT max(k) FROM a)",
    "SELECT p, (SELECT count(*) FROM b WHERE b.k = a.k) AS n FROM a ORDER BY n DESC, p",
    "SELECT p AS k FROM a WHERE k = 1",
    "SELECT p AS z FROM a WHERE z = 1",
    "SELECT -p AS p FROM a ORDER BY p",
    "SELECT -p AS p FROM a ORDER BY p + 0",
    "SELECT -p AS z FROM a GROUP BY z HAVING z < 0",
    "SELECT -p AS z FROM a ORDER BY z + 0",
    "SELECT p % 2 AS z, count(*) AS n FROM a GROUP BY 1 HAVING n > 0 ORDER BY 2 DESC, 1",
    "SELECT p AS k, k AS p FROM a ORDER BY k, p",
    "SELECT p AS z FROM a UNION SELECT q FROM b ORDER BY z DESC",
    "SELECT p FROM a UNION ALL SELECT q FROM b ORDER BY 1 DESC LIMIT 2",
    "SELECT p FROM a EXCEPT SELECT k FROM b ORDER BY p",
    "SELECT count(*) AS c FROM a GROUP BY k HAVING c > 0",
    "SELECT DISTINCT p + 1 AS x FROM a ORDER BY x",
    "SELECT row_number() OVER (PARTITION BY p ORDER BY k) AS n, k FROM a ORDER BY n, k",
    "SELECT max(p) AS m FROM a JOIN c USING (k) GROUP BY k ORDER BY m",
    "SELECT 1 AS x WHERE 1 = 1",
]
SQLITE_ALONE = [
    "WITH w AS (SELECT p FROM v), v AS (SELECT 1 AS p) SELECT p FROM w",
    "SELECT p AS k, count(*) FROM a GROUP BY k",
    "SELECT p FROM a JOIN b ON b.k = c.k JOIN c ON a.k = c.k",
    "SELECT k FROM a UNION SELECT q AS z FROM b ORDER BY z",
    "SELECT k + 1 FROM a UNION SELECT q FROM b ORDER BY a.k + 1",
    "SELECT k FROM a UNION SELECT q FROM b UNION SELECT r FROM c ORDER BY k",
    'SELECT "P", "none" FROM a ORDER BY "p"',
    "SELECT p FROM a ORDER BY count(*) OVER (), p",
    "SELECT 1 AS x FROM a WHERE EXISTS (SELECT 1 FROM b WHERE x = q - 9)",
]
DUCKDB_ALONE = [
    "SELECT p + 1 AS q, q * 2 AS r FROM a",
    "SELECT a.k FROM a JOIN b ON a.k = b.k ORDER BY k",
    "FROM a",
    "SELECT * FROM (VALUES (1, 2), (3, 4)) AS v(x, y) WHERE x > 1",
    "SELECT p FROM a QUALIFY row_number() OVER (ORDER BY k) = 1",
]


def _shuffled(rows: Sequence[Sequence[object]]) -> list[str]:
    return sorted(map(repr, map(tuple, rows)))


def _in_order(rows: Sequence[Sequence[object]], text: str) -> list[str]:
    """Their order counts where the query asks for one: equal keys come as the rows lie."""
    return list(map(repr, map(tuple, rows))) if " ORDER BY " in text else _shuffled(rows)


def _sqlite(text: str) -> list[str]:
    engine = sqlite3.connect(":memory:")
    for table, columns in TABLES.items():
        engine.execute(f"CREATE TABLE {table} ({', '.join(columns)})")
        for row in ROWS[table]:
            engine.execute(f"INSERT INTO {table} VALUES (?, ?)", row)  # noqa: S608 - ours
    rows = engine.execute(text).fetchall()
    engine.close()
    return _in_order(rows, text)


def _duckdb(text: str) -> list[str]:
    with duckdb.connect() as engine:
        for table, columns in TABLES.items():
            declared = ", ".join(f"{column} INTEGER" for column in columns)
            engine.execute(f"CREATE TABLE {table} ({declared})")
            for row in ROWS[table]:
                engine.execute(f"INSERT INTO {table} VALUES (?, ?)", row)  # noqa: S608 - ours
        return _in_order(engine.execute(text).fetchall(), text)


def _qualified(text: str, dialect: Dialect) -> str:
    query = parse(text, _schema(dialect))
    return canonical(qualified(query, _schema(dialect)), dialect)


@pytest.mark.parametrize("text", BOTH + SQLITE_ALONE)
def test_sqlite_gives_the_same_for_a_qualified_query(text: str) -> None:
    assert _sqlite(_qualified(text, Dialect.SQLITE)) == _sqlite(text)


@pytest.mark.parametrize("text", BOTH + DUCKDB_ALONE)
def test_duckdb_gives_the_same_for_a_qualified_query(text: str) -> None:
    assert _duckdb(_qualified(text, Dialect.DUCKDB)) == _duckdb(text)


@pytest.mark.parametrize("text", BOTH + SQLITE_ALONE)
def test_nothing_is_left_to_be_resolved(text: str) -> None:
    query = parse(text, _schema(Dialect.SQLITE))
    before = query.tree.copy()
    again = _qualified(_qualified(text, Dialect.SQLITE), Dialect.SQLITE)
    assert again == _qualified(text, Dialect.SQLITE)
    qualified(query, _schema(Dialect.SQLITE))
    assert query.tree == before


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        # SQL:2016 7.10: merged columns come first; in SQLite and DuckDB where the left one stands.
        ("SELECT * FROM a JOIN b USING (k)", {"sqlite": "p k q", "postgresql": "k p q"}),
        ("SELECT * FROM a NATURAL JOIN b", {"duckdb": "p k q", "mysql": "k p q"}),
        ("SELECT * FROM b RIGHT JOIN c USING (k)", {"sqlite": "q k r", "standard": "k q r"}),
    ],
)
def test_each_dialect_shows_merged_columns_where_it_does(
    text: str, columns: dict[str, str]
) -> None:
    for dialect, names in columns.items():
        schema = _schema(Dialect(dialect))
        tree = qualified(parse(text, schema), schema)
        assert " ".join(tree.named_selects) == names


def test_an_alias_that_is_a_column_too_is_read_as_the_dialect_does() -> None:
    text = "SELECT -p AS k FROM a GROUP BY k, p ORDER BY k"
    for dialect in Dialect:
        written = _qualified(text, dialect)
        assert written.replace("`", '"').endswith('GROUP BY "a"."k", "a"."p" ORDER BY 1')
    unknown = parse("SELECT -p AS z FROM a WHERE z < 0", _schema(Dialect.POSTGRESQL))
    assert [f.kind for f in resolved(unknown, _schema(Dialect.POSTGRESQL))[1]] == ["unknown_column"]


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("SELECT k FROM a, b", ["ambiguous_column"]),
        ("SELECT z FROM a", ["unknown_column"]),
        ("SELECT b.k FROM a", ["unknown_table"]),
        ("SELECT x.z, y FROM a AS x", ["unknown_column", "unknown_column"]),
        ("SELECT p FROM d", ["unknown_table"]),
        ("SELECT p FROM a UNION SELECT k, r FROM c", ["different_widths"]),
        ("SELECT p FROM a ORDER BY 2", ["no_such_position"]),
        ("SELECT p FROM a GROUP BY 0", ["no_such_position"]),
        ("SELECT 1 FROM a, a", ["duplicate_alias"]),
        ("SELECT * FROM a JOIN b USING (p)", ["unknown_column"]),
        ("SELECT p FROM a, (SELECT a.k AS z) AS t", ["unknown_table"]),
        ("SELECT p FROM a UNION SELECT q FROM b ORDER BY r", ["unknown_column"]),
    ],
)
def test_what_cannot_be_resolved_is_found_and_sqlite_agrees(text: str, kinds: list[str]) -> None:
    schema = _schema(Dialect.SQLITE)
    query = parse(text, schema)
    assert [finding.kind for finding in resolved(query, schema)[1]] == kinds
    with pytest.raises(UnsupportedError, match="cannot be resolved"):
        qualified(query, schema)
    if kinds != ["duplicate_alias"]:  # which SQLite lets pass until a column is ambiguous
        with pytest.raises(sqlite3.OperationalError):
            _sqlite(text)


@pytest.mark.parametrize(
    ("text", "dialect"),
    [
        ("SELECT * EXCLUDE (p) FROM a", Dialect.DUCKDB),
        ("SELECT * FROM a SEMI JOIN b USING (k)", Dialect.DUCKDB),
        ("SELECT count(a.*) FROM a", Dialect.DUCKDB),
        ("SELECT p FROM a FETCH FIRST 1 ROWS WITH TIES", Dialect.POSTGRESQL),
    ],
)
def test_what_is_not_known_here_is_a_reason(text: str, dialect: Dialect) -> None:
    schema = _schema(dialect)
    with pytest.raises(UnsupportedError):
        qualified(parse(text, schema), schema)


# --- that meanings stay: where sqlglot's optimizer changes them ------------------------------


def _keeps(query: SqlQuery, schema: SqlSchema, *fragments: str) -> None:
    written = canonical(qualified(query, schema), schema.dialect)
    assert all(fragment in written for fragment in fragments), written


def test_a_scalar_subquery_is_no_join() -> None:
    """Over an empty input a join gives NULL for 0, and several rows multiply."""
    schema = _schema(Dialect.SQLITE)
    text = "SELECT ROUND(COUNT(p) / (SELECT COUNT(DISTINCT k) FROM b), 2) FROM a"
    _keeps(parse(text, schema), schema, '(SELECT COUNT(DISTINCT "b"."k")', 'FROM "a" AS "a"')
    text = "SELECT p FROM a WHERE k = (SELECT k FROM c)"
    _keeps(parse(text, schema), schema, 'WHERE "a"."k" = (SELECT "c"."k"')


def test_subqueries_under_or_stay_under_it() -> None:
    schema = _schema(Dialect.SQLITE)
    text = "SELECT p FROM a WHERE k IN (SELECT k FROM b) OR p = (SELECT max(q) FROM b)"
    _keeps(parse(text, schema), schema, ' OR "a"."p" = (SELECT')
    assert _sqlite(_qualified(text, Dialect.SQLITE)) == _sqlite(text)


def test_a_constant_stays_within_an_outer_join() -> None:
    schema = _schema(Dialect.SQLITE)
    text = (
        "SELECT p FROM a LEFT JOIN (SELECT k AS j, 1 AS i FROM b) AS t ON a.k = j "
        "WHERE t.i IS NOT NULL"
    )
    _keeps(parse(text, schema), schema, 'NOT "t"."i" IS NULL', 'LEFT JOIN (SELECT "b"."k" AS "j"')
    assert _sqlite(_qualified(text, Dialect.SQLITE)) == _sqlite(text) == ["(1,)"]


def test_a_correlated_in_stays_an_in() -> None:
    schema = _schema(Dialect.SQLITE)
    text = "SELECT p FROM a WHERE p IN (SELECT q FROM b WHERE b.k = a.k)"
    _keeps(parse(text, schema), schema, 'IN (SELECT "b"."q" AS "q" FROM "b" AS "b" WHERE')


# --- on recorded queries --------------------------------------------------------------------


@pytest.mark.parametrize("file", ["lss_neq", "spider_dail", "bird_dail"])
def test_recorded_queries_give_the_same_in_sqlite(file: str) -> None:
    pairs = shared_data(f"sql/pairs/{file}.jsonl").read_text("utf-8").splitlines()
    schemas = {
        found["name"]: found
        for line in shared_data("sql/pairs/schemas.jsonl").read_text("utf-8").splitlines()
        if (found := json.loads(line))
    }
    chosen = random.Random(7).sample(pairs, min(60, len(pairs)))
    compared = 0
    for line in chosen:
        pair = json.loads(line)
        schema = _recorded(schemas[pair["schema"]])
        engine = _filled(schema)
        for text in (pair["reference"], pair["candidate"]):
            try:
                query = parse(text, schema)
                tree, findings = resolved(query, schema)
            except QuerySyntaxError as error:
                reason = str(error)
                assert "no function" in reason or "does not end" in reason, text
                continue
            assert not findings or _fails(engine, query.text), text
            if not findings and not _fails(engine, query.text):
                rows = engine.execute(query.text).fetchall()
                given = engine.execute(canonical(tree, schema.dialect)).fetchall()
                assert _shuffled(given) == _shuffled(rows), text
                compared += 1
        engine.close()
    assert compared > len(chosen)


def _recorded(found: dict[str, dict[str, dict[str, list[list[str]]]]]) -> SqlSchema:
    tables = tuple(
        Table(name, tuple(Column(column[0], ValueType.TEXT) for column in table["columns"]))
        for name, table in found["tables"].items()
    )
    return SqlSchema("recorded", Dialect.SQLITE, tables)


def _filled(schema: SqlSchema) -> sqlite3.Connection:
    rng = random.Random(3)
    engine = sqlite3.connect(":memory:")
    for table in schema.tables:
        if table.name.startswith("sqlite_"):
            continue
        names = [column.name.replace('"', '""') for column in table.columns]
        columns = ", ".join(f'"{name}"' for name in names)
        engine.execute(f'CREATE TABLE "{table.name}" ({columns})')
        marks = ", ".join("?" * len(names))
        for _ in range(5):
            row = [rng.choice([None, 0, 1, 2, "a", "Rome", "2020-01-02"]) for _ in names]
            engine.execute(f'INSERT INTO "{table.name}" VALUES ({marks})', row)  # noqa: S608
    return engine


def _fails(engine: sqlite3.Connection, text: str) -> bool:
    try:
        engine.execute(text).fetchall()
    except (sqlite3.Error, OverflowError):
        return True
    return False
