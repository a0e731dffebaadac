"""SQL through the protocol: what it finds schemas in, quotes, teaches, and its version."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path

import pytest

from jurist.errors import InputError, QuerySyntaxError, UnsupportedError
from jurist.languages import VALUE, Quoted, get_language
from jurist.languages.base import Query, Schema
from jurist.languages.schema_files import read_schema
from jurist.languages.sql.language import SqlLanguage
from jurist.languages.sql.schemas.schema import SqlSchema

SQL = SqlLanguage()
DDL = """
CREATE TABLE customer (id INTEGER PRIMARY KEY, name TEXT NOT NULL, tier TEXT CHECK (tier IN ('a')));
CREATE TABLE "order" (id INTEGER PRIMARY KEY, customer INTEGER REFERENCES customer (id));
"""


def _schema(dialect: str = "sqlite") -> SqlSchema:
    document = {"name": "Shop", "language": "sql", "dialect": dialect, "ddl": DDL}
    return SQL.load_schema(document, where="the test")


@pytest.mark.parametrize(
    "source", ["shop.sql", "shop.db", "sqlite:///shop.db", "folder", "own.yaml"]
)
def test_a_schema_is_found_in_files_folders_and_databases(
    source: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("folder").mkdir()
    for ddl in (Path("shop.sql"), Path("folder/schema.sql")):
        ddl.write_text(f"-- dialect: sqlite\n{DDL}")
    with sqlite3.connect("shop.db") as database:
        database.executescript(DDL)
    database.close()
    Path("own.yaml").write_text(
        "language: sql\ndialect: sqlite\nddl: |\n" + DDL.replace("\n", "\n  ")
    )
    found = read_schema(source)
    assert found.language.name == "sql"
    assert isinstance(found.schema, SqlSchema)
    assert [table.name for table in found.schema.tables] == ["customer", "order"]
    assert found.schema.dialect == "sqlite"
    again = SQL.load_schema(found.document, where="the store")
    assert again.tables == found.schema.tables


def test_a_dialect_is_said_once(tmp_path: Path) -> None:
    file = tmp_path / "shop.sql"
    file.write_text(DDL)
    for dialect in ("postgresql", "mysql"):
        schema = read_schema(file, dialect=dialect).schema
        assert isinstance(schema, SqlSchema)
        assert schema.dialect == dialect
    with pytest.raises(InputError, match=r"no dialect 'sqlit'[\s\S]*did you mean 'sqlite'"):
        read_schema(file, dialect="sqlit")
    file.write_text("-- dialect: duckdb\n" + DDL)
    with pytest.raises(InputError, match=r"'sqlite' is asked for, and .* is duckdb"):
        read_schema(file, dialect="sqlite")


def test_names_and_texts_are_put_differently_in_written_order() -> None:
    schema = _schema()
    query = SQL.parse("SELECT c.name FROM customer AS c WHERE tier = 'a' AND c.id > 1", schema)
    seen: list[Quoted] = []

    def change(quoted: Quoted) -> str:
        seen.append(quoted)
        return f"new {quoted.text}"

    changed = SQL.requote(query, change)
    assert seen == [
        Quoted("c", "alias"),
        Quoted("name", "column"),
        Quoted("customer", "table"),
        Quoted("c", "alias"),
        Quoted("tier", "column"),
        Quoted("a", VALUE),
        Quoted("c", "alias"),
        Quoted("id", "column"),
    ]
    assert SQL.parse(SQL.format(changed), schema) == changed
    assert "= 'new a'" in SQL.format(changed)
    assert SQL.requote(changed, lambda quoted: quoted.text.removeprefix("new ")) == query


def test_hostile_names_stay_within_their_quotes() -> None:
    schema = _schema()
    query = SQL.parse("SELECT name FROM customer WHERE name = 'x'", schema)
    for text in ("'; DROP TABLE customer --", '" OR 1=1 --', "a`b", "]", "\\", "/* x"):
        changed = SQL.requote(query, lambda _, text=text: text)
        assert SQL.parse(SQL.format(changed), schema) == changed


def test_what_is_listed_are_tables_columns_and_their_values() -> None:
    assert SQL.listed(_schema()) == {
        Quoted("customer", "table"),
        Quoted("order", "table"),
        Quoted("id", "column"),
        Quoted("name", "column"),
        Quoted("tier", "column"),
        Quoted("customer", "column"),
        Quoted("a", VALUE),
    }


def test_each_dialect_is_taught_its_own() -> None:
    primers = {dialect: SQL.primer(_schema(dialect)) for dialect in ("sqlite", "mysql", "duckdb")}
    assert "one SELECT in SQLite" in primers["sqlite"]
    assert "strftime" in primers["sqlite"]
    assert "double quotes make a string" in primers["mysql"]
    assert "NULLs sort after all values" in primers["duckdb"]
    assert not any("{" in text for text in primers.values())
    assert all(len(text) < 2_500 for text in primers.values())


def test_a_table_is_one_line_with_its_keys() -> None:
    customer, order = SQL.names(_schema())
    assert customer.startswith("customer (id ")
    assert "name text not null" in customer
    assert "in ('a')" in customer
    assert "customer int -> customer.id" in order


def test_queries_and_schemas_of_another_language_are_refused() -> None:
    query = SQL.parse("SELECT 1")
    with pytest.raises(UnsupportedError, match="not a SQL query"):
        SQL.format(Query())
    with pytest.raises(UnsupportedError, match="not a SQL schema"):
        SQL.check(query, Schema(), text="")


def test_a_language_has_a_version_of_its_own() -> None:
    assert SQL.version == SqlLanguage().version != get_language("cql").version


@pytest.mark.parametrize("address", ["mysql://ann:secret@host/shop", "MariaDB://host/shop"])
def test_a_mysql_database_is_not_read_and_says_so(address: str) -> None:
    with pytest.raises(InputError, match="MySQL's databases are not read here") as raised:
        read_schema(address)
    assert "secret" not in str(raised.value)
    assert "mysqldump --no-data" in str(raised.value)


@pytest.mark.parametrize("content", ["", " \n"])
def test_an_empty_file_of_ddl_is_said_to_be_empty(tmp_path: Path, content: str) -> None:
    file = tmp_path / "shop.sql"
    file.write_text(content)
    with pytest.raises(InputError, match=r"shop\.sql is empty[\s\S]*CREATE TABLE"):
        read_schema(file)


@pytest.mark.parametrize("dialect", ["sqlite", "postgresql", "duckdb", "mysql", "standard"])
@pytest.mark.parametrize(
    ("text", "column", "problem"),
    [
        ("nofile.sql", 1, "'nofile.sql' is no query, and no such file is there"),
        (" answers/one.SQL", 2, "no such file is there"),
        ("```sql\nSELECT 1\n```", 1, "a Markdown fence stands around the query"),
        ("SELECT name FROM customer WHERE id = ?", 38, "a value that is not given"),
        ("SELECT name FROM customer WHERE id = :id", 38, "a value that is not given"),
        ("SELECT * FROM generate_series(1, 2)", 15, "not from the function 'generate_series'"),
        ("SELECT * FROM read_csv('x')", 15, "'read_csv'"),
        ("SELECT id FROM customer WHERE id = = 1", 36, "= "),
    ],
)
def test_what_is_wrong_is_said_in_the_writers_words(
    dialect: str, text: str, column: int, problem: str
) -> None:
    """And not in the parser's, whose classes nobody knows."""
    with pytest.raises(QuerySyntaxError, match=re.escape(problem)) as raised:
        SQL.parse(text, _schema(dialect))
    assert raised.value.column == column
