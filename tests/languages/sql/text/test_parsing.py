"""Text to query: what is read, what is refused and where; canonical text reads the same."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from jurist.errors import JuristError, QuerySyntaxError, UnsupportedError
from jurist.languages.sql.dialects import Dialect, Engine
from jurist.languages.sql.schemas.schema import Column, SqlSchema, Table
from jurist.languages.sql.text.parsing import parse
from jurist.languages.sql.text.transpiling.transpiling import executable
from jurist.languages.sql.values import ValueType


def _schema(dialect: Dialect) -> SqlSchema:
    text, whole = ValueType.TEXT, ValueType.INTEGER
    return SqlSchema(
        "shop",
        dialect,
        (
            Table("Customer", (Column("Id", whole), Column("Name", text), Column("City", text))),
            Table("orders", (Column("id", whole), Column("customer_id", whole))),
            Table("odd one", (Column("two words", text), Column("order", whole))),
        ),
    )


SQLITE = _schema(Dialect.SQLITE)
POSTGRESQL = _schema(Dialect.POSTGRESQL)
MYSQL = _schema(Dialect.MYSQL)
DUCKDB = _schema(Dialect.DUCKDB)


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("select name from customer ;; ", "SELECT Name FROM Customer"),
        ("SELECT T1.NAME /* x */ FROM CUSTOMER AS t1 -- y", "SELECT t1.Name FROM Customer AS t1"),
        ("select\n  count(*)\nfrom orders", "SELECT COUNT(*) FROM orders"),
        (
            'select [two words], "ORDER" from `odd one`',
            'SELECT `two words`, `order` FROM "odd one"',
        ),
        ("select id from main.orders", "SELECT id FROM orders"),
    ],
)
def test_canonical_text_is_on_one_line_in_the_schemas_spelling(text: str, canonical: str) -> None:
    query = parse(text, SQLITE)
    assert query.text == canonical
    assert parse(query.text, SQLITE) == query


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        # No such column: a string. https://www.sqlite.org/quirks.html
        (
            'SELECT Id FROM Customer WHERE City = "Rom"',
            "SELECT Id FROM Customer WHERE City = 'Rom'",
        ),
        ('SELECT "City" FROM Customer', "SELECT City FROM Customer"),
        ('SELECT Id FROM orders WHERE Id = "City"', "SELECT id FROM orders WHERE id = 'City'"),
        ('SELECT Id AS x FROM orders ORDER BY "x"', "SELECT id AS x FROM orders ORDER BY x"),
        # The inner query sees the outer one's columns, and not the other way round.
        (
            'SELECT Id FROM Customer WHERE EXISTS (SELECT 1 FROM orders WHERE "City" = "id")',
            "SELECT Id FROM Customer WHERE EXISTS(SELECT 1 FROM orders WHERE City = Id)",
        ),
        (
            'SELECT Id FROM Customer WHERE "customer_id" IN (SELECT customer_id FROM orders)',
            "SELECT Id FROM Customer WHERE 'customer_id' IN (SELECT customer_id FROM orders)",
        ),
        # A query in FROM sees nothing beside it; its own columns are seen around it.
        (
            'SELECT "n" FROM Customer, (SELECT "City" AS n FROM orders)',
            "SELECT n FROM Customer CROSS JOIN (SELECT 'City' AS n FROM orders)",
        ),
        (
            'WITH w(a) AS (SELECT Id FROM Customer) SELECT "a", "Id2" FROM w',
            "WITH w(a) AS (SELECT Id FROM Customer) SELECT a, 'Id2' FROM w",
        ),
        ("SELECT `no such` FROM orders", "SELECT `no such` FROM orders"),
    ],
)
def test_in_sqlite_a_quoted_word_is_a_name_only_where_there_is_one(
    text: str, canonical: str
) -> None:
    assert parse(text, SQLITE).text == canonical
    assert parse(canonical, SQLITE).text == canonical


@pytest.mark.parametrize(
    "text",
    [
        'WITH p AS (SELECT "x" FROM q), q AS (SELECT id AS x FROM orders) SELECT "x", "y" FROM p',
        'WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT "n" + 1 FROM r WHERE "n" < 3) '
        'SELECT "n" FROM r',
        'WITH r AS (SELECT 1 AS n UNION ALL SELECT "n" + 1 FROM r WHERE "n" < 3) SELECT * FROM r',
    ],
)
def test_a_quoted_word_of_a_with_means_what_sqlite_takes_it_for(text: str) -> None:
    """One may read what stands behind it, and itself."""
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute("CREATE TABLE orders (id, customer_id)")
        connection.execute("INSERT INTO orders VALUES (7, 8)")
        meant = connection.execute(text).fetchall()
        assert connection.execute(parse(text, SQLITE).text).fetchall() == meant


def _with(table: str, number: int, end: str) -> list[str]:
    """A WITH of tables that read the one before, and the query behind it."""
    tables = [table.replace("next", f"p{n + 1}").replace("this", f"p{n}") for n in range(number)]
    return ["p0 AS (SELECT id FROM orders)", *tables, end.replace("last", f"p{number}")]


def test_columns_of_queries_that_read_each_other_are_gathered_once_and_not_too_deep() -> None:
    end, canonical = 'SELECT "no", "id" FROM last', "SELECT 'no', id FROM p"
    for table, number in (
        ("next AS (SELECT * FROM this AS x, this AS y)", 60),
        ("next AS (SELECT * FROM this)", 1000),
    ):
        *tables, query = _with(table, number, end)
        assert canonical in parse(" ".join(["WITH", ", ".join(tables), query]), SQLITE).text
    tables.reverse()
    error = _refused(" ".join(["WITH", ", ".join(tables), query]))
    assert "nested too deeply" in str(error)
    circle = 'WITH p AS (SELECT * FROM q), q AS (SELECT * FROM p) SELECT "no" FROM q'
    assert "SELECT 'no' FROM q" in parse(circle, SQLITE).text


def test_each_dialect_reads_quotes_and_signs_its_own_way() -> None:
    text = 'SELECT "City" || Name FROM Customer'
    assert parse(text, MYSQL).text == "SELECT 'City' OR Name FROM Customer"
    assert parse(text, DUCKDB).text == "SELECT City || Name FROM Customer"
    # In PostgreSQL quotes keep the case of a name, so they are kept with it.
    assert parse(text, POSTGRESQL).text == 'SELECT "City" || Name FROM Customer'


def test_without_a_schema_the_text_is_standard_and_names_stay() -> None:
    query = parse('select A, "b c" from T', None)
    assert query.dialect is Dialect.STANDARD
    assert query.text == 'SELECT A, "b c" FROM T'


def _refused(text: str, schema: SqlSchema = SQLITE) -> QuerySyntaxError:
    with pytest.raises(QuerySyntaxError) as caught:
        parse(text, schema)
    return caught.value


@pytest.mark.parametrize(
    "text",
    [
        "INSERT INTO orders VALUES (1, 1)",
        "UPDATE orders SET id = 1",
        "DELETE FROM orders",
        "DROP TABLE orders",
        "CREATE TABLE x AS SELECT 1",
        "PRAGMA table_info(orders)",
        "ATTACH 'x.db' AS x",
        "COPY orders TO 'x.csv'",
        "VACUUM",
        "EXPLAIN SELECT 1",
        "SET x = 1",
        "CALL f()",
        "REPLACE INTO orders VALUES (1, 1)",
        "SELECT 1; DROP TABLE orders",
        "WITH x AS (DELETE FROM orders RETURNING id) SELECT id FROM x",
        "WITH x AS (SELECT 1) INSERT INTO orders SELECT 1, 1",
        "SELECT id INTO copied FROM orders",
        "SELECT id FROM orders FOR UPDATE",
        "SELECT load_extension('x')",
        "SELECT LOAD_EXTENSION ('x')",
        "SELECT printf('%.*c', 1000000000, 'x')",
        "SELECT PRINTF('%1000000000d', id) FROM orders",
        "SELECT format('%.' || '1000000000c', 'x')",
        "SELECT format(Name) FROM Customer",
        "SELECT \"load_extension\"('x')",
        "SELECT pg_catalog.pg_sleep(10)",
        "SELECT id FROM orders WHERE id = (SELECT writefile('x', 'y'))",
        "SELECT id FROM orders ORDER BY readfile('x')",
        "SELECT zeroblob(1000000000)",
        "SELECT last_insert_rowid()",
        "SELECT * FROM pragma_table_info('orders')",
        "SELECT * FROM orders, json_each('[1]')",
        "SELECT ?",
        "SELECT :name",
    ],
)
def test_only_what_reads_tables_is_a_query(text: str) -> None:
    with pytest.raises(
        JuristError, match=r"quer|called|supported|from the function|not given|fit here"
    ):
        parse(text, SQLITE)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT pg_read_file('/etc/passwd')",
        "SELECT nextval('s')",
        "SELECT pg_sleep(10)",
        "SELECT dblink('x', 'y')",
        "SELECT * FROM read_csv('x.csv')",
        "SELECT * FROM generate_series(1, 1000000000)",
        "SELECT lo_import('/etc/passwd')",
        "SELECT current_setting('x')",
        "SELECT current_user",
        "COPY (SELECT 1) TO PROGRAM 'x'",
        "SELECT * FROM orders TABLESAMPLE BERNOULLI (10)",
        "SELECT id FROM orders FOR SHARE",
        "INSTALL httpfs",
        "SELECT getenv('HOME')",
        "FROM read_parquet('x')",
        "PIVOT orders ON id USING count(*)",
    ],
)
@pytest.mark.parametrize("schema", [POSTGRESQL, DUCKDB], ids=lambda schema: schema.dialect)
def test_servers_have_more_that_is_no_query_or_never_run(text: str, schema: SqlSchema) -> None:
    try:
        query = parse(text, schema)
    except QuerySyntaxError:
        return
    assert query.lacks
    for engine in Engine:
        with pytest.raises(UnsupportedError, match="is not supported"):
            executable(query, schema, engine)


def test_a_format_of_small_widths_is_let_be() -> None:
    assert parse("SELECT printf('%.2f of %03d', id, 7), format('%s', id) FROM orders", SQLITE)
    assert parse("SELECT FORMAT(id, 2) FROM orders", MYSQL)


def test_what_is_refused_is_named_where_it_stands() -> None:
    error = _refused("SELECT id\nFROM orders\nWHERE id = load_extension('x')")
    assert (error.line, error.column) == (3, 12)
    assert "'load_extension' may not be called: it loads code" in str(error)


@pytest.mark.parametrize(
    ("text", "line", "column", "said"),
    [
        ("", 1, 1, "there is no query"),
        ("SELECT id FROM", 1, 11, "the query ends after 'FROM'"),
        ("SELECT id\nFROM orders\nWHER id = 1", 3, 6, "'id' does not fit here"),
        ("SELECT id, FROM orders", 1, 10, "nothing follows this comma"),
        ("SELECT , id FROM orders", 1, 8, "nothing stands before this comma"),
        ("SELECT id,, id FROM orders", 1, 10, "nothing follows this comma"),
        ("FROM orders", 1, 1, "begins with SELECT or WITH, not with 'FROM'"),
        ("SELECT FROM orders", 1, 13, "SELECT names no column"),
        ("SELECT 'x", 1, 8, "does not end"),
        ("SELECT (1", 1, 9, "more must follow"),
        ("SELECT yeer(id) FROM orders", 1, 8, "there is no function 'yeer'"),
        ("SELECT YEAR(id) FROM orders", 1, 8, "there is no function 'YEAR'"),
        ("SELECT lenght(id) FROM orders", 1, 8, "did you mean 'length'?"),
        ("SELECT 1 \x00", 1, 10, "a control character, U+0000"),
    ],
)
def test_mistakes_have_their_place(text: str, line: int, column: int, said: str) -> None:
    error = _refused(text)
    assert said in str(error)
    assert (error.line, error.column) == (line, column)


@pytest.mark.parametrize("depth", [25, 100, 1_000])
@pytest.mark.parametrize(
    ("opening", "inner", "closing"),
    [
        ("(", "1", ")"),
        ("(SELECT ", "1", ")"),
        ("abs(", "1", ")"),
        ("NOT ", "1", ""),
        ("- ", "1", ""),
        ("CASE WHEN 1 THEN ", "1", " END"),
    ],
)
def test_deep_nesting_is_refused(depth: int, opening: str, inner: str, closing: str) -> None:
    error = _refused("SELECT " + opening * depth + inner + closing * depth)
    assert "nested too deeply" in str(error) or "characters" in str(error)


@pytest.mark.parametrize("link", [" AND ", " OR ", " + ", " || ", " UNION SELECT "])
def test_long_chains_are_refused_before_they_are_deep_trees(link: str) -> None:
    assert "nested too deeply" in str(_refused("SELECT " + link.join(["1"] * 400)))
    assert parse("SELECT " + link.join(["1"] * 100), SQLITE)


def test_long_lists_are_no_chains() -> None:
    listed = ", ".join(["1"] * 2_000)
    assert parse(f"SELECT 1 IN ({listed})", SQLITE)


def test_what_the_parser_alone_lets_pass_is_refused() -> None:
    assert "stands in parentheses" in str(_refused("SELECT 1 JOIN FROM orders", DUCKDB))
    assert "no braces" in str(_refused("SELECT id FROM orders {'a': 1}"))
    assert parse("FROM orders", DUCKDB).text == "SELECT * FROM orders"


_FOREIGN = [
    "SELECT id::text FROM orders",
    "SELECT id FROM orders FETCH FIRST 3 ROWS ONLY",
    "SELECT id FROM orders OFFSET 3",
    "SELECT id FROM orders ORDER BY id GROUP BY id",
    "SELECT id FROM orders ORDER BY id LIMIT 1 UNION SELECT 2",
    "SELECT o.id FROM orders AS o JOIN Customer AS c ON",
    "SELECT id FROM orders GROUP BY",
    "SELECT id FROM orders WHERE id ILIKE '1'",
    "SELECT id DIV 2 FROM orders",
    "SELECT id FROM orders QUALIFY ROW_NUMBER() OVER (ORDER BY id) = 1",
    "SELECT DISTINCT ON (id) id FROM orders",
    "SELECT id FROM orders WHERE id <=> 3",
    "SELECT id FROM orders WHERE CAST(id AS TEXT) REGEXP '1'",
    "SELECT id FROM orders LIMIT 1, 2",
    "(SELECT id FROM orders) UNION (SELECT 1)",
]


@pytest.mark.parametrize("text", _FOREIGN)
def test_no_text_is_mended_by_being_parsed(text: str) -> None:
    """What the dialect's own engine compiles is a query; what it does not is refused."""
    with closing(sqlite3.connect(":memory:")) as engine:
        engine.execute("CREATE TABLE orders (id INTEGER, customer_id INTEGER)")
        engine.execute("CREATE TABLE Customer (Id INTEGER, Name TEXT, City TEXT)")
        engine.create_function("regexp", 2, lambda *_: 1)
        try:
            engine.execute(text)
        except sqlite3.OperationalError:
            assert "SQLite cannot read this" in str(_refused(text))
        else:
            assert parse(text, SQLITE)


@pytest.mark.parametrize("text", _FOREIGN)
def test_duckdb_reads_its_own_dialect(text: str) -> None:
    duckdb = pytest.importorskip("duckdb")
    try:
        duckdb.extract_statements(text)
    except duckdb.ParserException:
        with pytest.raises(QuerySyntaxError, match="DuckDB cannot read this"):
            parse(text, DUCKDB)
    else:
        assert parse(text, DUCKDB)


def test_a_word_that_the_engine_cannot_read_has_its_place() -> None:
    error = _refused("SELECT id FROM orders\nORDER BY id GROUP BY id")
    assert (error.line, error.column) == (2, 13)
    error = _refused("SELECT id FROM orders\nFETCH FIRST 3 ROWS ONLY")
    assert (error.line, error.column) == (2, 7)


def test_the_parser_warns_nobody(capfd: pytest.CaptureFixture[str]) -> None:
    parse("SELECT id -> 'a b' FROM orders", POSTGRESQL)
    parse("SELECT id FROM orders EXCEPT ALL SELECT 1", MYSQL)
    assert capfd.readouterr() == ("", "")


def test_comments_do_not_speak_to_the_parser() -> None:
    text = "SELECT UPPER(Name) /* sqlglot.anonymous */ FROM Customer"
    assert parse(text, SQLITE) == parse("SELECT UPPER(Name) FROM Customer", SQLITE)
