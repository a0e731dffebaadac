"""What the parser takes and an engine does not, where none is at hand; DuckDB judges the lists."""

from __future__ import annotations

import pytest

from jurist.errors import QuerySyntaxError, UnsupportedError
from jurist.languages.sql.dialects import Dialect, Engine
from jurist.languages.sql.schemas.ddl import read_ddl
from jurist.languages.sql.schemas.schema import SqlSchema
from jurist.languages.sql.text.parsing import parse
from jurist.languages.sql.text.transpiling.transpiling import executable

DDL = "CREATE TABLE t (a INT, b INT, c VARCHAR(9)); CREATE TABLE u (a INT, d INT);"
BROKEN = [
    ("SELECT a FROM t GROUP BY", "nothing follows GROUP BY"),
    ("SELECT t.a FROM t JOIN u ON", "nothing follows ON"),
    ("SELECT t.a FROM t JOIN u ON LEFT JOIN u AS v ON v.a = 1", "nothing follows ON"),
    ("SELECT t.a FROM t LEFT JOIN u", "no ON"),
    ("SELECT t.a FROM t LEFT JOIN u WHERE t.a = 1", "no ON"),
    ("SELECT a FROM t ORDER BY a GROUP BY a", "GROUP BY stands after ORDER BY"),
    ("SELECT a FROM t LIMIT 1 ORDER BY a", "ORDER BY stands after LIMIT"),
    ("SELECT a FROM t GROUP BY a WHERE a = 1", "WHERE stands after GROUP BY"),
    ("SELECT a FROM t HAVING COUNT(*) > 1 GROUP BY a", "GROUP BY stands after HAVING"),
    ("SELECT a FROM t LIMIT 1 WHERE a = 1", "WHERE stands after LIMIT"),
    ("SELECT t.a FROM t WHERE t.a = 1 JOIN u ON u.a = 1", "JOIN stands after WHERE"),
    ("SELECT a FROM t ORDER BY a UNION SELECT a FROM u", "ORDER BY stands before UNION"),
    ("SELECT a FROM (SELECT a FROM t LIMIT 1 ORDER BY a) AS x", "ORDER BY stands after LIMIT"),
    ("SELECT SUM(*) FROM t", "SUM is of values"),
    ("SELECT COUNT(DISTINCT) FROM t", "COUNT has nothing to count"),
    ("SELECT COUNT(DISTINCT *) FROM t", "COUNT is of values"),
]
OTHERS = [
    # which DuckDB takes
    ("SELECT a FROM t WHERE a IN ()", "names no value"),
    ("SELECT COUNT() FROM t", "COUNT has nothing to count"),
    ("SELECT a FROM t LIMIT 3 PERCENT", "LIMIT counts rows"),
]
WHOLE = [
    "SELECT a FROM t WHERE a IS DISTINCT FROM b ORDER BY 1",
    "SELECT DISTINCT ON (a) a, b FROM t ORDER BY a, b",
    "SELECT LEFT(c, 1) FROM t JOIN u ON LEFT(c, 1) = 'a'",
    "SELECT t.a FROM t LEFT JOIN u ON LEFT(c, 1) = 'a' LEFT JOIN u AS v ON RIGHT(c, 1) = 'a'",
    "SELECT ROW_NUMBER() OVER (PARTITION BY a ORDER BY b) FROM t WHERE a = 1 ORDER BY 1 LIMIT 2",
    "(SELECT a FROM t ORDER BY a LIMIT 1) UNION ALL (SELECT a FROM u LIMIT 1) ORDER BY 1 LIMIT 1",
    "WITH x AS (SELECT a FROM t ORDER BY a LIMIT 1) SELECT * FROM x ORDER BY a",
    "SELECT t.a FROM t CROSS JOIN u",
    "SELECT t.b FROM t NATURAL LEFT JOIN u",
    "SELECT t.b FROM t JOIN u USING (a)",
    "SELECT t.a FROM t JOIN u JOIN u AS v ON v.a = u.a ON u.a = t.a",
    "SELECT a FROM t WHERE EXISTS (SELECT 1 FROM u JOIN u AS v ON u.a = v.a WHERE u.d > 1)",
    "SELECT COUNT(*), COUNT(a), COUNT(DISTINCT a), SUM(a), MAX(c) FROM t HAVING COUNT(*) > 1",
    "SELECT a, COUNT(*) FILTER (WHERE b > 1) FROM t WHERE a > 1 GROUP BY a HAVING MAX(b) > 2",
    "SELECT SUM(b) OVER w FROM t WINDOW w AS (ORDER BY a) ORDER BY 1",
    "SELECT (SELECT MAX(d) FROM u WHERE u.a = t.a ORDER BY 1 LIMIT 1) FROM t WHERE a = 1",
]
LATER = (Dialect.POSTGRESQL, Dialect.MYSQL, Dialect.STANDARD)


def schema_of(dialect: Dialect) -> SqlSchema:
    return SqlSchema("w", dialect, read_ddl(DDL, dialect, where="w"))


@pytest.mark.parametrize("dialect", LATER)
@pytest.mark.parametrize(("text", "problem"), [*BROKEN, *OTHERS])
def test_what_no_engine_reads_is_not_mended(text: str, problem: str, dialect: Dialect) -> None:
    with pytest.raises(QuerySyntaxError, match=problem):
        parse(text, schema_of(dialect))


@pytest.mark.parametrize("dialect", [Dialect.POSTGRESQL, Dialect.STANDARD])
@pytest.mark.parametrize("text", WHOLE)
def test_what_an_engine_reads_is_let_pass(text: str, dialect: Dialect) -> None:
    assert parse(text, schema_of(dialect)).text


def test_duckdb_says_the_same_of_both_lists() -> None:
    duckdb = pytest.importorskip("duckdb")
    with duckdb.connect() as connection:
        connection.execute(DDL)
        for text in WHOLE:
            connection.execute(text)
        for text, _ in BROKEN:
            with pytest.raises(duckdb.Error):
                connection.execute(text)


def test_a_join_without_on_is_a_cross_join_but_in_postgresql() -> None:
    """In MySQL, and in Spark, which is read as the standard."""
    text = "SELECT t.a FROM t JOIN u WHERE t.a = 1"
    for dialect in (Dialect.MYSQL, Dialect.STANDARD):
        assert parse(text, schema_of(dialect))
    with pytest.raises(QuerySyntaxError, match="no ON"):
        parse(text, schema_of(Dialect.POSTGRESQL))


@pytest.mark.parametrize(
    ("dialect", "lacks", "text"),
    [
        (Dialect.MYSQL, "::", "SELECT a::text FROM t"),
        (Dialect.MYSQL, "ILIKE", "SELECT a FROM t WHERE c ILIKE 'a'"),
        (Dialect.MYSQL, "FILTER", "SELECT COUNT(*) FILTER (WHERE a = 1) FROM t"),
        (Dialect.MYSQL, "FETCH", "SELECT a FROM t FETCH FIRST 1 ROWS ONLY"),
        (Dialect.MYSQL, "FULL JOIN", "SELECT t.a FROM t FULL JOIN u ON u.a = t.a"),
        (Dialect.MYSQL, "DISTINCT ON", "SELECT DISTINCT ON (a) a, b FROM t"),
        (Dialect.MYSQL, "IS DISTINCT FROM", "SELECT a FROM t WHERE a IS DISTINCT FROM b"),
        (Dialect.MYSQL, "NULLS LAST", "SELECT a FROM t ORDER BY a NULLS LAST"),
        (Dialect.MYSQL, "OFFSET without", "SELECT a FROM t OFFSET 1"),
        (Dialect.MYSQL, "ROLLUP but", "SELECT a, COUNT(*) FROM t GROUP BY ROLLUP (a)"),
        (Dialect.MYSQL, "GROUPING SETS", "SELECT a FROM t GROUP BY GROUPING SETS ((a), ())"),
        (Dialect.POSTGRESQL, "<=>", "SELECT a FROM t WHERE a <=> b"),
        (Dialect.POSTGRESQL, "RLIKE", "SELECT a FROM t WHERE c RLIKE 'a'"),
        (Dialect.POSTGRESQL, "LIMIT with a comma", "SELECT a FROM t LIMIT 1, 2"),
        (Dialect.POSTGRESQL, "WITH ROLLUP", "SELECT a, COUNT(*) FROM t GROUP BY a WITH ROLLUP"),
        (Dialect.POSTGRESQL, "QUALIFY", "SELECT a FROM t QUALIFY ROW_NUMBER() OVER () = 1"),
    ],
)
def test_words_of_other_dialects_are_refused(dialect: Dialect, lacks: str, text: str) -> None:
    with pytest.raises(QuerySyntaxError, match=f"has no {lacks}"):
        parse(text, schema_of(dialect))


@pytest.mark.parametrize(
    ("dialect", "text"),
    [
        (Dialect.MYSQL, "SELECT a FROM t LIMIT 1, 2"),
        (Dialect.MYSQL, "SELECT a FROM t LIMIT 2 OFFSET 1"),
        (Dialect.MYSQL, "SELECT a, COUNT(*) FROM t GROUP BY a WITH ROLLUP"),
        (Dialect.MYSQL, "SELECT a DIV 2 FROM t WHERE a <=> b AND c RLIKE 'a' XOR a = 1"),
        (Dialect.MYSQL, "SELECT COUNT(DISTINCT a, b) FROM t"),
        (Dialect.POSTGRESQL, "SELECT a FROM t WHERE c ~ 'a' AND c !~* 'b'"),
        (Dialect.POSTGRESQL, "SELECT a::text FROM t WHERE c ILIKE 'a' OFFSET 1 LIMIT 2"),
        (Dialect.POSTGRESQL, "SELECT a FROM t ORDER BY a NULLS LAST FETCH FIRST 1 ROWS ONLY"),
        (Dialect.POSTGRESQL, "SELECT a, COUNT(*) FROM t GROUP BY ROLLUP (a)"),
        (Dialect.POSTGRESQL, "SELECT 'a div b <=> NULLS LAST' AS \"WITH ROLLUP\" FROM t"),
    ],
)
def test_a_dialects_own_words_are_let_pass(dialect: Dialect, text: str) -> None:
    assert parse(text, schema_of(dialect))


@pytest.mark.parametrize(
    ("dialect", "text"),
    [
        (Dialect.POSTGRESQL, "SELECT IFNULL(a, 1) FROM t"),
        (Dialect.POSTGRESQL, "SELECT a FROM t WHERE INSTR(c, 'a') > 0"),
        (Dialect.POSTGRESQL, "SELECT IF(a = 1, 1, 2) FROM t"),
        (Dialect.MYSQL, "SELECT STRING_AGG(c, ',') FROM t"),
        (Dialect.MYSQL, "SELECT STRPOS(c, 'a') FROM t"),
    ],
)
def test_a_function_of_other_dialects_is_not_mended(dialect: Dialect, text: str) -> None:
    """A database may have it as one of its own, so it is no mistake; nothing decides on it."""
    query = parse(text, schema_of(dialect))
    assert query.lacks.startswith("the function")
    with pytest.raises(UnsupportedError, match="is not supported"):
        executable(query, schema_of(dialect), Engine.SQLITE)
