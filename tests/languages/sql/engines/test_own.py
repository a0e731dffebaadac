"""The user's own database: whatever a text tries, nothing is written, read or kept busy.

The texts go straight to the engines, past the allow-list over trees that stands before them.
"""

from __future__ import annotations

import hashlib
import sqlite3
from dataclasses import replace
from pathlib import Path

import duckdb
import psycopg
import pytest

from jurist.errors import SchemaError, UnsupportedError
from jurist.languages.sql.dialects import Dialect
from jurist.languages.sql.engines.own import own_database
from jurist.languages.sql.engines.results import DoesNotRun, RunsTooLong
from jurist.languages.sql.schemas.ddl import read_ddl
from jurist.languages.sql.schemas.schema import LiveDatabase, SqlSchema

DDL = "CREATE TABLE shop (id INTEGER, name TEXT);"
VIEWS = "CREATE VIEW shown AS SELECT word FROM secret; CREATE VIEW sly AS SELECT * FROM shop;"
SECRET = "CREATE TABLE secret (word TEXT); INSERT INTO secret VALUES ('swordfish');"
ROWS = "INSERT INTO shop VALUES (1, 'a'), (2, 'b');"


def schema(dialect: Dialect, address: str) -> SqlSchema:
    tables = read_ddl(DDL, dialect, where="x")
    return SqlSchema("shop", dialect, tables, database=LiveDatabase(address, is_witness=True))


# --- SQLite ---------------------------------------------------------------------------------


@pytest.fixture
def sqlite_shop(tmp_path: Path) -> Path:
    path = tmp_path / "shop.db"
    connection = sqlite3.connect(path)
    connection.executescript(DDL + SECRET + ROWS + VIEWS)
    connection.close()
    return path


SQLITE_ATTACKS = [
    "DELETE FROM shop",
    "SELECT 1; DELETE FROM shop",
    "WITH w AS (SELECT 1) INSERT INTO shop SELECT 3, 'c'",
    "CREATE TEMP TABLE t (a int)",
    "ATTACH 'stolen.db' AS stolen",
    "PRAGMA writable_schema = ON",
    "PRAGMA query_only = OFF",
    "SELECT * FROM pragma_table_info('secret')",
    "SELECT sql FROM sqlite_master",
    "SELECT word FROM secret",
    "SELECT COUNT(*) FROM secret",
    "SELECT (SELECT word FROM secret) FROM shop",
    "WITH shop AS (SELECT word FROM secret) SELECT * FROM shop",
    "SELECT COUNT(*) FROM sqlite_master",
    "SELECT COUNT(*) FROM shown",
    "SELECT COUNT(*) FROM pragma_table_info('secret')",
    "SELECT COUNT(*) FROM json_each('[1]')",
    "SELECT 1 FROM sqlite_schema",
    "SELECT EXISTS (SELECT 1 FROM secret)",
    "SELECT word FROM shown",
    "SELECT * FROM sly",
    "SELECT load_extension('evil')",
    "SELECT readfile('/etc/passwd')",
    "SELECT writefile('x', 'y') FROM shop",
    "SELECT randomblob(1000000000)",
    "SELECT zeroblob(1000000000)",
    "VACUUM INTO 'copy.db'",
    "EXPLAIN SELECT 1",
    "",
]


@pytest.mark.parametrize("text", SQLITE_ATTACKS)
def test_no_text_does_anything_to_a_sqlite_file(
    text: str, sqlite_shop: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    monkeypatch.chdir(tmp_path)
    before = hashlib.sha256(sqlite_shop.read_bytes()).digest()
    with own_database(schema(Dialect.SQLITE, str(sqlite_shop))) as own:
        with pytest.raises(DoesNotRun):
            own.run(text)
        # It still answers what it may be asked.
        assert own.run("SELECT name FROM shop ORDER BY id").rows == (("a",), ("b",))
    assert hashlib.sha256(sqlite_shop.read_bytes()).digest() == before
    assert [path.name for path in tmp_path.iterdir()] == ["shop.db"]


def test_queries_of_every_form_are_answered(sqlite_shop: Path):
    with own_database(schema(Dialect.SQLITE, str(sqlite_shop))) as own:
        for text in (
            "WITH w AS (SELECT id, upper(name) AS n FROM shop) SELECT COUNT(*) FROM w WHERE id > 0",
            "SELECT COUNT(*) FROM (SELECT * FROM shop UNION ALL SELECT * FROM shop) AS q",
            "SELECT (SELECT MAX(id) FROM shop AS s WHERE s.id <= shop.id) FROM shop",
            "SELECT row_number() OVER (ORDER BY id) FROM shop",
        ):
            assert own.run(text).rows


def test_what_takes_too_long_in_sqlite_is_ended_by_its_steps(sqlite_shop: Path):
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT "
    with own_database(schema(Dialect.SQLITE, str(sqlite_shop))) as own:
        with pytest.raises(RunsTooLong):
            own.run(endless + "COUNT(*) FROM n")
        with pytest.raises(RunsTooLong):
            own.run(endless + "i FROM n LIMIT 6000")


# --- DuckDB ---------------------------------------------------------------------------------


@pytest.fixture
def duckdb_shop(tmp_path: Path) -> Path:
    path = tmp_path / "shop.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(DDL + ROWS)
    return path


DUCKDB_ATTACKS = [
    "DELETE FROM shop",
    "SELECT 1; DELETE FROM shop",
    "CREATE TEMP TABLE t (a int)",
    "ATTACH 'stolen.db'",
    "COPY shop TO 'stolen.csv'",
    "SELECT * FROM read_text('/etc/passwd')",
    "SELECT * FROM '/etc/passwd'",
    "SELECT * FROM glob('/*')",
    "INSTALL httpfs",
    "LOAD httpfs",
    "SET enable_external_access = true",
    "SELECT * FROM read_csv('https://example.com/x.csv')",
    "EXPORT DATABASE 'stolen'",
    "PRAGMA database_list",
    "CALL pragma_version()",
    "",
]


@pytest.mark.parametrize("text", DUCKDB_ATTACKS)
def test_no_text_does_anything_to_a_duckdb_file(
    text: str, duckdb_shop: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    monkeypatch.chdir(tmp_path)
    with own_database(schema(Dialect.DUCKDB, str(duckdb_shop))) as own:
        with pytest.raises(DoesNotRun):
            own.run(text)
        assert own.run("SELECT name FROM shop ORDER BY id").rows == (("a",), ("b",))
    assert [path.name for path in tmp_path.iterdir()] == ["shop.duckdb"]


def test_what_takes_too_long_in_duckdb_is_ended(duckdb_shop: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("jurist.languages.sql.engines.own.SECONDS", 0.2)
    with own_database(schema(Dialect.DUCKDB, str(duckdb_shop))) as own:
        with pytest.raises(RunsTooLong):
            own.run("SELECT COUNT(*) FROM range(1000000000) AS a(i), range(100) AS b(j) "
                    "WHERE hash(i + j) = 1")  # fmt: skip
        with pytest.raises(RunsTooLong):
            own.run("SELECT * FROM range(6000)")


# --- PostgreSQL -----------------------------------------------------------------------------

SAFE = """
CREATE ROLE {role} LOGIN;
GRANT SELECT ON shop TO {role};
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
"""


def postgres(url: str, role: str, more: str = "") -> SqlSchema:
    """A shop in a database, asked as a role that may read it and nothing else."""
    with psycopg.connect(url) as connection:
        connection.execute((DDL + SECRET + ROWS + SAFE.format(role=role) + more).encode())
    return schema(Dialect.POSTGRESQL, url.replace("//postgres@", f"//{role}@"))


def role_of(url: str) -> str:
    """Roles belong to the server, so each test has its own."""
    return "asks_" + hashlib.sha256(url.encode()).hexdigest()[:12]


POSTGRES_ATTACKS = [
    "SELECT 1; DELETE FROM shop",
    "SELECT 1; COMMIT; CREATE TABLE stolen (a int)",
    "SELECT 1; ROLLBACK; SET default_transaction_read_only = off; CREATE TEMP TABLE t (a int)",
    "DELETE FROM shop RETURNING id",
    "WITH gone AS (DELETE FROM shop RETURNING id) SELECT * FROM gone",
    "SELECT * INTO stolen FROM shop",
    "SELECT word FROM secret",
    "SELECT * FROM shop FOR UPDATE",
    "SELECT pg_read_file('/etc/passwd')",
    "SELECT lo_import('/etc/passwd')",
    "SELECT lo_create(0)",
    "SELECT pg_ls_dir('/')",
    "SELECT dblink('host=evil', 'SELECT 1')",
    "SELECT nextval('numbers')",
    "SELECT set_config('transaction_read_only', 'off', true)",
    "SELECT set_config('role', 'postgres', true)",
    "SELECT query_to_xml('DELETE FROM shop', true, true, '')",
    "SELECT pg_terminate_backend(pg_backend_pid() - 1) FROM pg_sleep(0) WHERE 1 / 0 = 1",
    "COPY shop TO PROGRAM 'touch stolen'",
    "SELECT * FROM pg_authid",
    "",
]


@pytest.mark.postgres
def test_no_text_does_anything_to_a_postgresql_database(postgres_url: str):
    asked = postgres(postgres_url, role_of(postgres_url), "CREATE SEQUENCE numbers;")

    def state() -> object:
        with psycopg.connect(postgres_url) as connection:
            return (
                connection.execute("SELECT * FROM shop ORDER BY id").fetchall(),
                connection.execute("SELECT relname FROM pg_class ORDER BY 1").fetchall(),
                connection.execute("SELECT last_value, is_called FROM numbers").fetchall(),
                connection.execute("SELECT count(*) FROM pg_largeobject_metadata").fetchall(),
            )

    before = state()
    for text in POSTGRES_ATTACKS:
        with own_database(asked) as own:
            with pytest.raises(DoesNotRun):
                own.run(text)
            assert own.run("SELECT name FROM shop ORDER BY id").rows == (("a",), ("b",))
    assert state() == before


@pytest.mark.postgres
def test_what_takes_too_long_in_postgresql_is_ended(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("jurist.languages.sql.engines.own.SECONDS", 0.3)
    with own_database(postgres(postgres_url, role_of(postgres_url))) as own:
        with pytest.raises(RunsTooLong):
            own.run("SELECT pg_sleep(30)")
        with pytest.raises(RunsTooLong):
            own.run("SELECT * FROM generate_series(1, 100000000)")
        assert own.run("SELECT COUNT(*) FROM shop").rows == ((2,),)


@pytest.mark.postgres
@pytest.mark.parametrize(
    ("more", "problem"),
    [
        ("ALTER ROLE {role} SUPERUSER", "powers of its own"),
        ("ALTER ROLE {role} CREATEDB", "powers of its own"),
        ("GRANT pg_read_server_files TO {role}", "powers of its own"),
        ("GRANT pg_execute_server_program TO {role}", "powers of its own"),
        ("GRANT INSERT ON shop TO {role}", "may write (shop)"),
        ("GRANT UPDATE (name) ON shop TO {role}", "may write (shop)"),
        ("GRANT DELETE ON secret TO PUBLIC", "may write (secret)"),
        ("GRANT CREATE ON SCHEMA public TO {role}", "tables and functions in schemas (public)"),
        ("CREATE SEQUENCE n; GRANT USAGE ON SEQUENCE n TO {role}", "sequences (n)"),
        ("GRANT SELECT ON secret TO {role}", "what the schema does not name (secret)"),
        ("GRANT SELECT (word) ON secret TO PUBLIC", "what the schema does not name (secret)"),
        (
            "CREATE FUNCTION peek() RETURNS text LANGUAGE sql SECURITY DEFINER "
            "AS 'SELECT word FROM secret'",
            "functions with the rights of others (peek())",
        ),
    ],
)
def test_a_role_that_may_do_more_is_refused(postgres_url: str, more: str, problem: str):
    role = role_of(postgres_url)
    asked = postgres(postgres_url, role, more.format(role=role))
    with pytest.raises(SchemaError) as caught, own_database(asked):
        pass
    assert problem in caught.value.problem
    assert "GRANT SELECT ON shop TO jurist" in caught.value.fix


@pytest.mark.postgres
def test_the_owner_of_the_tables_is_refused(postgres_url: str):
    postgres(postgres_url, role_of(postgres_url))
    with (
        pytest.raises(SchemaError, match="powers of its own"),
        own_database(schema(Dialect.POSTGRESQL, postgres_url)),
    ):
        pass


# --- all ------------------------------------------------------------------------------------


def test_a_database_of_another_dialect_is_not_asked(sqlite_shop: Path):
    other = schema(Dialect.POSTGRESQL, str(sqlite_shop))
    with pytest.raises(UnsupportedError), own_database(other):
        pass
    with pytest.raises(UnsupportedError), own_database(replace(other, database=None)):
        pass


def test_what_cannot_be_opened_says_so(tmp_path: Path):
    with pytest.raises(SchemaError), own_database(schema(Dialect.SQLITE, "sqlite:///no.db")):
        pass
    with (
        pytest.raises(SchemaError),
        own_database(schema(Dialect.POSTGRESQL, "postgresql://me@127.0.0.1:1/shop")),
    ):
        pass
    del tmp_path
