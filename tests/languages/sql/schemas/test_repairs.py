"""Repairs are proposed where a fact is doubtful, and where a database breaks it."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import psycopg
import pytest

from jurist.errors import SchemaError
from jurist.languages.places import Place
from jurist.languages.sql.dialects import Dialect
from jurist.languages.sql.schemas.ddl import read_ddl
from jurist.languages.sql.schemas.documents import load_schema
from jurist.languages.sql.schemas.fact_lines import with_facts
from jurist.languages.sql.schemas.live import opened
from jurist.languages.sql.schemas.mining import mine
from jurist.languages.sql.schemas.probing import probe_of
from jurist.languages.sql.schemas.repairs import Repair, RepairKind, doubts, repairs
from jurist.languages.sql.schemas.schema import FactOrigin, SqlSchema
from shared_data import shared_data
from sql_workspaces import read_schema

AIR = """
CREATE TABLE airlines (uid INTEGER PRIMARY KEY, name TEXT);
CREATE TABLE flights (airline INTEGER PRIMARY KEY, number INTEGER, note TEXT);
CREATE TABLE meals (flight INT, airline TEXT REFERENCES airlines, kind TEXT);
CREATE TABLE crew (meal TEXT REFERENCES meals (kind), id INTEGER PRIMARY KEY);
"""


def schema_of(ddl: str, dialect: Dialect = Dialect.SQLITE) -> SqlSchema:
    return SqlSchema("air", dialect, read_ddl(ddl, dialect, where="x"))


def by_kind(proposed: tuple[Repair, ...]) -> dict[tuple[RepairKind, str], Repair]:
    return {(repair.kind, repair.table): repair for repair in proposed}


def test_each_doubt_has_its_reason_and_its_lines():
    proposed = by_kind(repairs(schema_of(AIR)))
    assert {key: repair.lines for key, repair in proposed.items()} == {
        (RepairKind.TRUNCATED_KEY, "flights"): (
            "no key flights(airline)",
            "key flights(airline, number)",
            "not null flights(number)",
        ),
        (RepairKind.OTHER_TYPE, "meals"): ("type meals(airline) integer",),
        (RepairKind.NOT_UNIQUE, "crew"): ("key meals(kind)",),
    }
    assert all(repair.reason for repair in proposed.values())


def test_what_is_taken_over_or_confirmed_is_not_proposed_again():
    schema = schema_of(AIR)
    lines = [line for repair in repairs(schema) for line in repair.lines]
    repaired = with_facts(schema, lines, FactOrigin.REPAIRED, Place("x"))
    assert repairs(repaired) == ()
    confirmed = load_schema(
        {
            "ddl": AIR,
            "dialect": "sqlite",
            "facts": {"confirmed": [repair.confirm for repair in repairs(schema)]},
        },
        where="x",
    )
    assert repairs(confirmed) == ()


def test_a_table_of_further_columns_and_a_whole_composite_key_are_what_they_seem():
    ddl = """
    CREATE TABLE a (id INTEGER PRIMARY KEY, n INT);
    CREATE TABLE b (a INT REFERENCES a, n INT, PRIMARY KEY (a, n));
    CREATE TABLE c (a_id INTEGER PRIMARY KEY REFERENCES a);
    """
    assert repairs(schema_of(ddl)) == ()


ROWS = """
INSERT INTO airlines VALUES (1, 'x'), (2, 'y');
INSERT INTO flights VALUES (1, 7, 'a'), (1, 8, 'a'), (2, 7, NULL), (3, 9, 'b');
INSERT INTO extra VALUES (1, NULL);
"""
LOOSE = """
CREATE TABLE airlines (uid INTEGER, name TEXT);
CREATE TABLE flights (airline INTEGER, number INTEGER, note TEXT);
CREATE TABLE extra (airline INTEGER, size INTEGER);
"""
CLAIMED = """
CREATE TABLE airlines (uid INTEGER PRIMARY KEY, name TEXT UNIQUE);
CREATE TABLE Flights (airline INTEGER PRIMARY KEY REFERENCES Airlines, number INT, note TEXT);
CREATE TABLE extra (airline INTEGER PRIMARY KEY REFERENCES airlines, size INT NOT NULL);
CREATE TABLE elsewhere (id INT PRIMARY KEY REFERENCES airlines, n INT);
"""
BROKEN = {
    (RepairKind.TRUNCATED_KEY, "Flights"): (
        "no key Flights(airline)",
        "key Flights(airline, number)",
        "not null Flights(number)",
    ),
    (RepairKind.BROKEN, "Flights"): ("no foreign key Flights(airline)",),
    (RepairKind.BROKEN, "extra"): ("no not null extra(size)",),
    # The database has no such table: so there is no more than a suspicion.
    (RepairKind.TRUNCATED_KEY, "elsewhere"): (
        "no key elsewhere(id)",
        "key elsewhere(id, n)",
        "not null elsewhere(n)",
    ),
}


def test_a_database_says_which_facts_hold(tmp_path: Path):
    path = tmp_path / "air.db"
    connection = sqlite3.connect(path)
    connection.executescript(LOOSE + ROWS)
    connection.close()
    schema = schema_of(CLAIMED)
    with opened(path) as database:
        proposed = by_kind(repairs(schema, probe_of(database)))
        assert {key: repair.lines for key, repair in proposed.items()} == BROKEN
        lines = [line for repair in proposed.values() for line in repair.lines]
        repaired = with_facts(schema, lines, FactOrigin.REPAIRED, Place("x"))
        assert repairs(repaired, probe_of(database)) == ()


@pytest.mark.postgres
def test_a_postgresql_database_says_the_same(postgres_url: str):
    with psycopg.connect(postgres_url) as connection:
        connection.execute((LOOSE + ROWS).encode())
    schema = schema_of(CLAIMED, Dialect.POSTGRESQL)
    with opened(postgres_url) as database:
        proposed = by_kind(repairs(schema, probe_of(database)))
    assert {key: repair.lines for key, repair in proposed.items()} == BROKEN


def test_the_truncated_keys_of_spider_are_among_what_is_proposed():
    """Those that are known: see the reference, section 2.3."""
    tables = shared_data("sql/spider_dev/tables.json")
    for name, line in {
        "world_1": "key countrylanguage(CountryCode, Language)",
        "network_1": "key Friend(student_id, friend_id)",
        "flight_2": "key flights(Airline, FlightNo)",
        "concert_singer": "key singer_in_concert(concert_ID, Singer_ID)",
    }.items():
        lines = [x for repair in repairs(read_schema(f"{tables}#{name}")) for x in repair.lines]
        assert line in lines


# --- mining ---------------------------------------------------------------------------------


def mined_file(path: Path) -> Path:
    connection = sqlite3.connect(path)
    connection.executescript(
        """CREATE TABLE customers (id INTEGER, kind TEXT, age INTEGER, note TEXT, weight REAL);
        CREATE TABLE orders (customer_id INTEGER, line INTEGER, other INTEGER);
        CREATE TABLE small (id INTEGER);"""
    )
    for n in range(40):
        kind, note = ("new", "it's")[n % 2], None if n % 3 else "x"
        connection.execute(
            "INSERT INTO customers VALUES (?, ?, ?, ?, ?)", (n, kind, 20 + n % 7, note, n + 0.5)
        )
        connection.execute("INSERT INTO orders VALUES (?, ?, ?)", (n // 2, 1 + n % 2, n + 100))
    connection.execute("INSERT INTO small VALUES (1)")
    connection.commit()
    connection.close()
    return path


def test_what_holds_in_a_database_can_be_assumed_by_name(tmp_path: Path):
    path = mined_file(tmp_path / "shop.db")
    schema = read_schema(path)
    with opened(path) as database:
        lines = mine(schema, probe_of(database))
        all_lines = mine(schema, probe_of(database), with_values=True)
    assert lines == (
        "not null customers(id)",
        "not null customers(kind)",
        "not null customers(age)",
        "not null customers(weight)",
        "key customers(id)",
        "not null orders(customer_id)",
        "not null orders(line)",
        "not null orders(other)",
        "key orders(other)",
        "foreign key orders(customer_id) references customers(id)",
    )
    assert set(all_lines) - set(lines) == {
        "range customers(id) from 0 to 39",
        "values customers(kind) are 'it''s', 'new'",
        "range customers(age) from 20 to 26",
        "values customers(note) are 'x'",
        "range customers(weight) from 0.5 to 39.5",
        "range orders(customer_id) from 0 to 19",
        "range orders(line) from 1 to 2",
        "range orders(other) from 100 to 139",
    }
    assumed = with_facts(schema, all_lines, FactOrigin.MINED, Place("x"))
    assert "key customers(id) (mined)" in assumed.assumptions
    with opened(path) as database:
        assert mine(assumed, probe_of(database), with_values=True) == ()


def test_a_schema_file_may_name_its_database_and_have_it_mined(tmp_path: Path):
    mined_file(tmp_path / "shop.db")
    path = tmp_path / "schema.yaml"
    text = """
dialect: sqlite
database: sqlite:///shop.db
ddl: |
  CREATE TABLE customers (id INTEGER, kind TEXT, age INTEGER);
  CREATE TABLE orders (customer_id INTEGER, line INTEGER PRIMARY KEY);
"""
    path.write_text(text + "facts: {mined: true}\n", encoding="utf-8")
    schema = read_schema(path)
    assert "key customers(id) (mined)" in schema.assumptions
    assert not any("values" in assumption for assumption in schema.assumptions[-9:])
    # `check` asks the database too.
    (doubt,) = doubts(schema)
    assert "key orders(line) is declared, and in the database 2 values of it repeat" in str(doubt)
    path.write_text(text + "facts: {mined: with values}\n", encoding="utf-8")
    assert "values customers(kind) are 'it''s', 'new' (mined)" in read_schema(path).assumptions


@pytest.mark.parametrize(
    ("keys", "where", "problem"),
    [
        ({"facts": {"mined": True}}, "facts.mined", "no database"),
        ({"facts": {"mined": "yes"}}, "facts.mined", "the text 'yes'"),
        ({"database": "postgresql://me:secret@host/shop"}, "database", "password"),
        ({"database": "nowhere.db", "facts": {"mined": True}}, "", "no database that"),
    ],
)
def test_what_cannot_be_mined_says_so(keys: dict[str, object], where: str, problem: str):
    with pytest.raises(SchemaError) as caught:
        load_schema({"ddl": AIR} | keys, where="shop.yaml")
    assert where in caught.value.where
    assert problem in str(caught.value)
    assert "secret" not in str(caught.value)
