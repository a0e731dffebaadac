"""DDL to tables, judged by SQLite's own reading of the same text, and by hand."""

from __future__ import annotations

import contextlib
import random
import sqlite3

import pytest

from jurist.errors import SchemaError
from jurist.languages.sql.dialects import Dialect
from jurist.languages.sql.schemas.ddl import read_ddl
from jurist.languages.sql.schemas.schema import ForeignKey, Table
from jurist.languages.sql.values import ValueType
from sql_pairs import pairs


def tables(ddl: str, dialect: Dialect = Dialect.SQLITE) -> dict[str, Table]:
    return {table.name: table for table in read_ddl(ddl, dialect, where="shop.sql")}


SHOP = """
-- what we sell
CREATE TABLE IF NOT EXISTS main."Customer Base" (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  `e-mail` VARCHAR(40) UNIQUE ON CONFLICT REPLACE,
  [full name] TEXT NOT NULL,
  'born' DATE /* maybe */
);
CREATE TABLE orders (
  id INT NOT NULL, line INT NOT NULL, customer INT REFERENCES "Customer Base",
  price DECIMAL(10, 2) DEFAULT 0, note,
  PRIMARY KEY (id, line),
  CONSTRAINT once UNIQUE (customer, note),
  FOREIGN KEY (customer) REFERENCES "customer base" (ID) ON DELETE CASCADE
);
CREATE TABLE shipment (order_id INT, order_line INT, at DATETIME,
  FOREIGN KEY (order_id, order_line) REFERENCES orders) WITHOUT ROWID;
CREATE UNIQUE INDEX one_at ON shipment (at DESC, order_line);
CREATE UNIQUE INDEX some ON shipment (at) WHERE order_id > 3;
CREATE UNIQUE INDEX computed ON shipment (lower(at));
CREATE INDEX slow ON shipment (order_line);
INSERT INTO orders VALUES (1, 2, 3, 4, 'x;y');
"""


def by_sqlite(ddl: str) -> dict[str, tuple[object, ...]]:
    """Columns, not-null columns, primary key, unique keys and foreign keys as PRAGMAs tell them."""
    connection = sqlite3.connect(":memory:")
    connection.executescript(ddl)
    read: dict[str, tuple[object, ...]] = {}
    names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    keys = {
        name: [
            column
            for _, column, *_, place in sorted(
                connection.execute(f'PRAGMA table_info("{name}")'), key=lambda row: row[-1]
            )
            if place
        ]
        for (name,) in names
    }
    for (name,) in names:
        if name.startswith("sqlite_"):
            continue
        info = connection.execute(f'PRAGMA table_info("{name}")').fetchall()
        unique: set[tuple[str, ...]] = set()
        for _, index, is_unique, origin, partial in connection.execute(
            f'PRAGMA index_list("{name}")'
        ).fetchall():
            columns = [row[2] for row in connection.execute(f'PRAGMA index_info("{index}")')]
            if is_unique and origin != "pk" and not partial and None not in columns:
                unique.add(tuple(columns))
        foreign: dict[int, list[tuple[str, str, str]]] = {}
        for key, place, table, column, parent, *_ in connection.execute(
            f'PRAGMA foreign_key_list("{name}")'
        ).fetchall():
            parent = parent or keys[table if table in keys else "Customer Base"][place]
            foreign.setdefault(key, []).append((table.lower(), column, parent.lower()))
        read[name] = (
            [row[1] for row in info],
            {row[1] for row in info if row[3]} | set(keys[name]),
            tuple(keys[name]),
            unique,
            {tuple(rows) for rows in foreign.values()},
        )
    return read


def as_read(of: Table) -> tuple[object, ...]:
    return (
        [column.name for column in of.columns],
        {column.name for column in of.columns if not column.nullable},
        of.primary_key,
        set(of.unique),
        {
            tuple(
                (key.table.lower(), column, parent.lower())
                for column, parent in zip(key.columns, key.parents, strict=True)
            )
            for key in of.foreign_keys
        },
    )


def test_structure_is_what_sqlite_itself_makes_of_the_text():
    ddl = SHOP.replace(") WITHOUT ROWID", ", PRIMARY KEY (order_id, at)) WITHOUT ROWID")
    runnable = ddl.split("INSERT")[0]
    expected = by_sqlite(runnable)
    assert {name: as_read(table) for name, table in tables(ddl).items()} == expected
    assert set(expected) == {"Customer Base", "orders", "shipment"}


def test_the_traps_of_the_shared_data_are_read_as_sqlite_reads_them():
    texts = {pair["ddl"] for pair in pairs("traps") if pair.get("ddl")}
    assert texts
    for ddl in texts:
        assert {n: as_read(table) for n, table in tables(ddl).items()} == by_sqlite(ddl)


@pytest.mark.parametrize(
    ("dialect", "declared", "expected"),
    [
        (Dialect.SQLITE, "VARCHAR(10)", ValueType.TEXT),
        (Dialect.SQLITE, "CHARACTER(20)", ValueType.TEXT),
        (Dialect.SQLITE, "CLOB", ValueType.TEXT),
        (Dialect.SQLITE, "MEDIUMINT UNSIGNED", ValueType.INTEGER),
        (Dialect.SQLITE, "INT8", ValueType.INTEGER),
        (Dialect.SQLITE, "DOUBLE PRECISION", ValueType.REAL),
        (Dialect.SQLITE, "money", ValueType.REAL),
        (Dialect.SQLITE, "BOOL", ValueType.BOOLEAN),
        (Dialect.SQLITE, "DATETIME", ValueType.TIMESTAMP),
        (Dialect.SQLITE, "DATE", ValueType.DATE),
        (Dialect.SQLITE, "BLOB", ValueType.OTHER),
        (Dialect.SQLITE, "STRING", ValueType.OTHER),  # of affinity NUMERIC: no text
        (Dialect.SQLITE, "STRING(10)", ValueType.OTHER),
        (Dialect.DUCKDB, "STRING", ValueType.TEXT),
        (Dialect.SQLITE, "", ValueType.OTHER),
        (Dialect.POSTGRESQL, "bigserial", ValueType.INTEGER),
        (Dialect.POSTGRESQL, "character varying(20)", ValueType.TEXT),
        (Dialect.POSTGRESQL, "timestamp with time zone", ValueType.TIMESTAMP),
        (Dialect.POSTGRESQL, "double precision", ValueType.REAL),
        (Dialect.POSTGRESQL, "numeric(10, 2)", ValueType.REAL),
        (Dialect.POSTGRESQL, "int[]", ValueType.OTHER),
        (Dialect.POSTGRESQL, "jsonb", ValueType.OTHER),
        (Dialect.POSTGRESQL, "interval", ValueType.OTHER),
        (Dialect.MYSQL, "int(11) unsigned", ValueType.INTEGER),
        (Dialect.MYSQL, "longtext", ValueType.TEXT),
        (Dialect.MYSQL, "datetime(6)", ValueType.TIMESTAMP),
        (Dialect.MYSQL, "year(4)", ValueType.INTEGER),
        (Dialect.DUCKDB, "hugeint", ValueType.INTEGER),
        (Dialect.DUCKDB, "utinyint", ValueType.INTEGER),
        (Dialect.DUCKDB, "varchar[]", ValueType.OTHER),
        (Dialect.DUCKDB, "struct(a int)", ValueType.OTHER),
        (Dialect.STANDARD, "decimal(5)", ValueType.REAL),
    ],
)
def test_types(dialect: Dialect, declared: str, expected: ValueType):
    column = tables(f"CREATE TABLE t (x {declared}, y int)", dialect)["t"].columns[0]
    assert column.type is expected


@pytest.mark.parametrize(
    ("check", "values", "minimum", "maximum", "kept"),
    [
        ("n IN (1, 2, -3)", (1, 2, -3), None, None, ()),
        ("n > 3 AND n < 10", None, 4, 9, ()),
        ("3 <= n AND (n BETWEEN -5 AND 7.5)", None, 3, 7, ()),
        ("n = 1 OR n = 2", (1, 2), None, None, ()),
        ("n <> 3", None, None, None, ("n <> 3",)),
        ("n > 3 OR n < 1", None, None, None, ("n > 3 OR n < 1",)),
        ("n IN (1, NULL)", None, None, None, ("n IN (1, NULL)",)),
        ("n IN ('1')", None, None, None, ("n IN ('1')",)),
        ("n < m AND n >= 0", None, 0, None, ("n < m",)),
        ("n NOT IN (1)", None, None, None, ("NOT n IN (1)",)),
    ],
)
def test_checks_become_facts_of_a_column_only_where_they_say_no_more(
    check: str,
    values: tuple[object, ...] | None,
    minimum: int | None,
    maximum: int | None,
    kept: tuple[str, ...],
):
    table = tables(f"CREATE TABLE t (n int, m int, CHECK ({check}))")["t"]
    column = table.columns[0]
    assert (column.values, column.minimum, column.maximum) == (values, minimum, maximum)
    assert table.checks == kept
    # SQLite refuses a value exactly where what was read does, or a condition that was kept.
    connection = sqlite3.connect(":memory:")
    connection.execute(f"CREATE TABLE t (n int, m int, CHECK ({check}))")
    for value in (None, *range(-6, 12)):
        legal = value is None or (
            (values is None or value in values)
            and (minimum is None or value >= minimum)
            and (maximum is None or value <= maximum)
        )
        allowed = True
        try:
            connection.execute("INSERT INTO t (n) VALUES (?)", (value,))
        except sqlite3.IntegrityError:
            allowed = False
        assert allowed is legal or (kept and legal)


def test_a_type_s_name_names_tables_and_columns_too():
    (table,) = tables("CREATE TABLE string (string TEXT, name INTEGER)", Dialect.SQLITE).values()
    assert (table.name, [column.name for column in table.columns]) == ("string", ["string", "name"])


def test_texts_in_double_quotes_are_strings_in_a_check_of_sqlite():
    table = tables('CREATE TABLE t (s TEXT CHECK (s IN ("a", "b") AND s IS NOT NULL))')["t"]
    assert table.columns[0].values == ("a", "b")
    assert not table.columns[0].nullable


def test_an_open_end_of_a_real_column_stays_a_condition():
    table = tables("CREATE TABLE t (x REAL CHECK (x > 0 AND x <= 1))")["t"]
    assert (table.columns[0].minimum, table.columns[0].maximum) == (None, 1)
    assert table.checks == ("x > 0",)


def test_what_pg_dump_writes():
    read = tables(
        """
        SET statement_timeout = 0;
        CREATE TYPE public.mood AS ENUM ('high', 'low');
        CREATE TYPE public.size AS ENUM ('small', 'large');
        CREATE TABLE public.a (
          x integer NOT NULL, y text, m public.mood, s public.size DEFAULT 'small'::public.size,
          z integer GENERATED ALWAYS AS (x + 1) STORED,
          CONSTRAINT y_check CHECK (((y)::text = ANY ((ARRAY['a'::text, 'b'::text])::text[]))),
          CONSTRAINT x_check CHECK (((x > 0) AND ((x)::numeric < (10)::numeric)))
        );
        ALTER TABLE public.a OWNER TO admin;
        CREATE SEQUENCE public.a_seq;
        ALTER TABLE ONLY public.a ALTER COLUMN x SET DEFAULT nextval('public.a_seq'::regclass);
        CREATE TABLE public.b (id integer);
        ALTER TABLE ONLY public.a ADD CONSTRAINT a_pkey PRIMARY KEY (x);
        ALTER TABLE ONLY public.b ADD CONSTRAINT b_a FOREIGN KEY (id) REFERENCES public.a(x);
        CREATE UNIQUE INDEX u ON public.a USING btree (y);
        """,
        Dialect.POSTGRESQL,
    )
    a = read["a"]
    assert a.primary_key == ("x",)
    assert a.unique == (("y",),)
    x, y, mood, size, _ = a.columns
    assert (x.minimum, x.maximum, x.nullable) == (1, 9, False)
    assert y.values == ("a", "b")
    assert (mood.type, mood.values) == (ValueType.TEXT, ("high", "low"))
    # Its order is not that of its texts.
    assert (size.type, size.values) == (ValueType.OTHER, ("small", "large"))
    assert a.checks == ("z IS NOT DISTINCT FROM x + 1",)
    assert read["b"].foreign_keys == (ForeignKey(("id",), "a", ("x",)),)


def test_what_mysqldump_writes():
    read = tables(
        """
        /*!40101 SET NAMES utf8 */;
        DROP TABLE IF EXISTS `t`;
        CREATE TABLE `t` (
          `id` int(10) unsigned NOT NULL AUTO_INCREMENT COMMENT 'the key',
          `kind` enum('x','y') COLLATE utf8mb4_unicode_ci DEFAULT NULL,
          `name` varchar(20) CHECK (`name` IN ('Ann')),
          PRIMARY KEY (`id`), UNIQUE KEY `k` (`kind`,`name`(10)), KEY `slow` (`name`)
        ) ENGINE=InnoDB DEFAULT CHARSET=utf8 COMMENT='things';
        """,
        Dialect.MYSQL,
    )
    table = read["t"]
    assert table.primary_key == ("id",)
    assert table.unique == (("kind", "name"),)
    assert (table.columns[0].minimum, table.columns[0].description) == (0, "the key")
    assert table.columns[1].values == ("x", "y")
    assert table.columns[2].values == ("Ann",)  # however they are spelled
    assert not table.checks
    assert table.description == "things"


@pytest.mark.parametrize(
    ("ddl", "where", "problem"),
    [
        ("CREATE TABLE t (a int);\nCREATE VIEW v AS SELECT a FROM t", "line 2", "view 'v'"),
        ("CREATE TABLE t (a int);\n\nCREATE TABLE T (a int)", "line 3", "two tables 'T'"),
        ("CREATE TABLE t (a int, A text)", "line 1", "two columns 'A'"),
        ("CREATE TABLE t (a int,\n PRIMARY KEY (b))", "line 1", "no column 'b'"),
        ("CREATE TABLE t (a int REFERENCES s)", "line 1", "table 's'"),
        ("CREATE TABLE t (a int REFERENCES t)", "line 1", "refers to 0"),
        ("CREATE TABLE t AS SELECT 1 AS a", "line 1", "table 't'"),
        ("CREATE VIRTUAL TABLE t USING fts5(a)", "line 1", "cannot be read"),
        ("CREATE TABLE t (a TEXT COLLATE NOCASE)", "column 'a'", "NOCASE"),
        ("\nCREATE TABEL t (a int)", "line 2", "cannot be read"),
        ("CREATE TABLE t (a int; b int)", "line 1", "cannot be read"),
        ("CREATE TABLE t (a int 'open)", "shop.sql", "cannot be read"),
        ("CREATE TABLE t (a int CHECK (" + "(" * 500 + "1" + ")" * 501 + ")", "line 1", "deep"),
        ("CREATE TABLE t (a int CHECK (" + "NOT " * 9000 + "a))", "line 1", "too long"),
        ("ALTER TABLE t ADD COLUMN a int", "line 1", "no table 't'"),
        ("CREATE TABLE t (a int);\nALTER TABLE t RENAME TO s", "line 2", "not read"),
        ("SELECT 1", "shop.sql", "no table"),
        ("", "shop.sql", "no table"),
    ],
)
def test_errors_name_the_place_and_the_fix(ddl: str, where: str, problem: str):
    with pytest.raises(SchemaError) as caught:
        tables(ddl)
    assert where in caught.value.where
    assert problem in caught.value.problem
    assert "\x1b" not in str(caught.value)


@pytest.mark.parametrize("dialect", list(Dialect))
def test_not_null_as_a_check(dialect: Dialect):
    ddl = (
        "CREATE TABLE t (a int CHECK ((a IS NOT NULL)), b int CHECK (b IS NULL), "
        "c int CHECK (NOT (c IS NOT NULL)))"
    )
    a, b, c = tables(ddl, dialect)["t"].columns
    assert (a.nullable, b.nullable, c.nullable) == (False, True, True)
    assert len(tables(ddl, dialect)["t"].checks) == 2


@pytest.mark.parametrize(
    ("dialect", "ddl", "columns"),
    [
        (Dialect.SQLITE, "CREATE TRIGGER x AFTER INSERT ON t BEGIN DELETE FROM t; END;", 1),
        (Dialect.POSTGRESQL, "CREATE OR REPLACE FUNCTION f() RETURNS int LANGUAGE sql AS "
         "$$ SELECT 1; DROP TABLE t; $$;", 1),
        (Dialect.POSTGRESQL, "CREATE DOMAIN d AS text CHECK (VALUE <> '');", 1),
        (Dialect.POSTGRESQL, "ALTER TABLE ONLY public.t OWNER TO bob;", 1),
        (Dialect.POSTGRESQL, "ALTER TABLE t ENABLE ROW LEVEL SECURITY;", 1),
        (Dialect.POSTGRESQL, "CREATE TABLE p PARTITION OF t FOR VALUES FROM (1) TO (2);", 1),
        (Dialect.POSTGRESQL, "ALTER TABLE t ADD COLUMN owner int;", 2),
        (Dialect.POSTGRESQL, "ALTER TABLE t ADD CONSTRAINT c CHECK (a > 3) NOT VALID;", 1),
        (Dialect.MYSQL, "CREATE DEFINER=`r`@`h` TRIGGER x BEFORE INSERT ON t "
         "FOR EACH ROW SET a = 1;", 1),
    ],
)  # fmt: skip
def test_what_says_nothing_of_rows_is_passed_over(dialect: Dialect, ddl: str, columns: int):
    read = tables("CREATE TABLE t (a int);" + ddl, dialect)
    assert list(read) == ["t"]
    assert len(read["t"].columns) == columns
    assert (read["t"].checks, read["t"].columns[0].minimum) == ((), None)


def test_nothing_but_our_own_errors_comes_of_any_text(caplog: pytest.LogCaptureFixture):
    chance = random.Random(7)
    words = SHOP.replace("(", " ( ").replace(")", " ) ").replace(",", " , ").split()
    words += ["'", '"', "(", ")", ";", "--", "/*", "NOT", "CHECK", "CASE", "\x00", "é", "$$", "::"]
    read = 0
    for _ in range(400):
        few = [chance.choice(words) for _ in range(chance.randrange(1, 25))]
        start = chance.choice(["CREATE TABLE t (", "CREATE TABLE t (a int, ", "ALTER TABLE ", ""])
        dialect = chance.choice(list(Dialect))
        with contextlib.suppress(SchemaError):
            read += len(tables(start + " ".join(few) + chance.choice(["", ")", "))"]), dialect))
    assert read > 3
    assert not caplog.records


def test_mysql_collations_ignore_case_or_are_refused() -> None:
    """A column's, and the order of an enum, which is that of its declaration."""
    column = "CREATE TABLE t (a VARCHAR(9) COLLATE {}, e ENUM({}))"
    for listed, kind in (("'B', 'a'", ValueType.OTHER), ("'a', 'B'", ValueType.TEXT)):
        text = column.format("utf8mb4_general_ci", listed)
        (table,) = read_ddl(text, Dialect.MYSQL, where="w")
        assert [each.type for each in table.columns] == [ValueType.TEXT, kind]
    for collation in ("utf8mb4_bin", "utf8mb4_0900_as_cs"):
        with pytest.raises(SchemaError, match=f"the collation {collation} takes texts"):
            read_ddl(column.format(collation, "'a'"), Dialect.MYSQL, where="w")
