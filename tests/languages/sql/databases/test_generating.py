"""Databases that are made: legal under every declared fact, and full of what matters."""

from __future__ import annotations

from itertools import islice

import pytest
from sqlglot import exp, parse_one

from jurist.languages.sql.databases.generating import databases
from jurist.languages.sql.databases.hints import Hints
from jurist.languages.sql.databases.reading import hints_of
from jurist.languages.sql.dialects import Dialect
from jurist.languages.sql.readings import Presence, Readings
from jurist.languages.sql.schemas.ddl import read_ddl
from jurist.languages.sql.schemas.schema import Column, ForeignKey, SqlSchema, Table
from jurist.languages.sql.values import Database, ValueType
from jurist.languages.sql.witnesses.legal import broken

_INTEGER, _TEXT, _REAL, _DATE = (
    ValueType.INTEGER,
    ValueType.TEXT,
    ValueType.REAL,
    ValueType.DATE,
)
CUSTOMER = Table(
    "Customer",
    (
        Column("id", _INTEGER, nullable=False),
        Column("name", _TEXT, nullable=False),
        Column("plan", _TEXT, values=("free", "pro")),
        Column("age", _INTEGER, minimum=18, maximum=99),
        Column("referred_by", _INTEGER),
        Column("started", _DATE),
        Column("ended", _DATE),
    ),
    primary_key=("id",),
    unique=(("name", "started"),),
    foreign_keys=(ForeignKey(("referred_by",), "Customer", ("id",)),),
    checks=("started <= ended", "age <> 50 OR plan = 'pro'"),
)
ORDERS = Table(
    "orders",
    (
        Column("customer", _TEXT, nullable=False),
        Column("number", _INTEGER, nullable=False),
        Column("amount", _REAL),
        Column("twin_of", _INTEGER),
        Column("twin_customer", _TEXT),
    ),
    primary_key=("customer", "number"),
    foreign_keys=(
        ForeignKey(("customer",), "Customer", ("id",)),  # of another type than its key
        ForeignKey(("customer", "twin_of"), "orders", ("customer", "number")),  # shares a column
    ),
)
LOG = Table("log", (Column("who", _TEXT), Column("at", ValueType.TIMESTAMP)))
EGG = Table(
    "egg",
    (Column("id", _INTEGER, nullable=False), Column("hen", _INTEGER, nullable=False)),
    primary_key=("id",),
    foreign_keys=(ForeignKey(("hen",), "hen", ("id",)),),
)
HEN = Table(
    "hen",
    (Column("id", _INTEGER, nullable=False), Column("egg", _INTEGER)),
    primary_key=("id",),
    foreign_keys=(ForeignKey(("egg",), "egg", ("id",)),),
)
TABLES = (CUSTOMER, ORDERS, LOG, EGG, HEN)
QUERY = (
    "SELECT c.name, count(*) FROM Customer AS c JOIN orders AS o ON o.customer = c.id "
    "LEFT JOIN log ON log.who = c.name, egg, hen WHERE c.plan = 'pro' AND c.age > 40 "
    "AND o.amount BETWEEN 10 AND 20 AND c.name LIKE 'An%' AND log.at > '2024-02-28' "
    "GROUP BY c.name HAVING count(*) > 4 ORDER BY 2 LIMIT 3"
)


def _schema(readings: Readings | None = None) -> SqlSchema:
    return SqlSchema("shop", Dialect.SQLITE, TABLES, readings or Readings())


def _made(schema: SqlSchema, query: str, count: int, seed: int = 0) -> list[Database]:
    return list(islice(databases(_hints(schema, query), seed), count))


def _hints(schema: SqlSchema, query: str) -> Hints:
    return hints_of(schema, parse_one(query, read="sqlite"))


@pytest.mark.parametrize("seed", range(4))
def test_every_declared_fact_holds(seed: int) -> None:
    """Keys, foreign keys (shared columns, other types, circles), enums, ranges and checks."""
    schema = _schema()
    made = _made(schema, QUERY, 150, seed)
    assert [broken(schema, database) for database in made] == [()] * len(made)
    for table in TABLES:  # and not because there is nothing
        rows = [row for database in made for row in database[table.name]]
        assert len(rows) > 150, table.name


def test_the_same_seed_makes_the_same_databases() -> None:
    """Nothing but the seed and the queries decides."""
    schema = _schema()
    assert _made(schema, QUERY, 40) == _made(schema, QUERY, 40)
    assert _made(schema, QUERY, 40, 1) != _made(schema, QUERY, 40, 2)


def test_constants_neighbours_patterns_and_missing_values_come_up() -> None:
    """What the query turns on stands in the rows."""
    made = _made(_schema(), QUERY, 150)
    customers = [row for database in made for row in database["Customer"]]
    ages = {row[3] for row in customers}
    assert {40, 41, None} <= ages
    names = {str(row[1]) for row in customers}
    assert any(name.startswith("An") for name in names)
    assert any(not name.startswith("An") for name in names)
    amounts = {row[2] for database in made for row in database["orders"]}
    assert {9.5, 10.0, 20.0, 20.5} <= amounts
    moments = {row[1] for database in made for row in database["log"]}
    assert {"2024-02-28 00:00:00", "2024-02-29 00:00:00"} <= moments


def test_sizes_at_thresholds_and_empty_tables_come_up() -> None:
    """Groups below, at and above a count; each table empty beside others that are not."""
    made = _made(_schema(), QUERY, 150)
    assert not any(made[0].values())
    sizes = {len(database["log"]) for database in made}
    assert {4, 5, 6} <= sizes
    for table in TABLES:
        assert any(not rows[table.name] and any(rows.values()) for rows in made[1:]), table.name


def test_readings_rule_out_missing_values_and_empty_tables() -> None:
    """No NULL in a nullable column, no table without a row."""
    readings = Readings(nulls=Presence.NEVER, empty_tables=Presence.NEVER)
    schema = SqlSchema("shop", Dialect.SQLITE, (LOG, EGG), readings)
    for database in _made(schema, "SELECT who FROM log", 60):
        assert broken(schema, database) == ()
        assert database["log"]
        assert all(None not in row for row in database["log"])


def test_joined_columns_share_their_values() -> None:
    """Else no join would ever have a row."""
    schema = SqlSchema(
        "two",
        Dialect.SQLITE,
        tuple(Table(name, (Column("a", _INTEGER), Column("b", _TEXT))) for name in ("r", "s")),
    )
    made = _made(schema, "SELECT r.a FROM r JOIN s ON r.b = s.b", 40)
    meeting = [
        database
        for database in made
        if {row[1] for row in database["r"]} & {row[1] for row in database["s"]} - {None}
    ]
    assert len(meeting) > 25


def test_a_condition_on_several_columns_holds_of_some_row() -> None:
    """Rows near a hero satisfy what is hardly ever true by chance."""
    columns = tuple(Column(name, _TEXT) for name in "abcdef")
    schema = SqlSchema("wide", Dialect.SQLITE, (Table("t", columns),))
    conditions = " AND ".join(f"{name} = '{name}1'" for name in "abcdef")
    wanted = tuple(f"{name}1" for name in "abcdef")
    made = _made(schema, "SELECT a FROM t WHERE " + conditions, 150)  # noqa: S608 - not run
    assert any(wanted in database["t"] for database in made)


def test_a_query_without_tables_has_one_database() -> None:
    """There is nothing to fill."""
    assert _made(_schema(), "SELECT 1", 5) == [{}]


def test_hostile_constants_make_values_that_engines_can_hold() -> None:
    """Numbers beyond 64 bits, NUL and lone surrogates stay out; quotes are plain letters."""
    schema = SqlSchema(
        "odd", Dialect.SQLITE, (Table("t", (Column("a", _TEXT), Column("n", _INTEGER))),)
    )
    tree = parse_one(
        "SELECT a FROM t WHERE n > 99999999999999999999999999 AND a = 'x'", read="sqlite"
    )
    for text in ("'; DROP TABLE t; --", "nul\0", "\ud800"):
        tree = tree.where(exp.column("a").neq(exp.Literal.string(text)))  # pyright: ignore[reportAttributeAccessIssue,reportUnknownMemberType,reportUnknownVariableType]
    values = {
        value
        for database in islice(databases(hints_of(schema, tree)), 60)  # pyright: ignore[reportUnknownArgumentType]
        for row in database["t"]
        for value in row
    }
    assert "'; DROP TABLE t; --" in values
    texts = [value for value in values if isinstance(value, str)]
    assert not any("\0" in text or "\ud800" in text for text in texts)
    assert all(abs(value) < 2**53 for value in values if isinstance(value, int))


@pytest.mark.parametrize("dialect", [Dialect.MYSQL, Dialect.SQLITE, Dialect.POSTGRESQL])
@pytest.mark.parametrize(
    "check",
    ["kind IN ('day', 'night')", "kind IN ('Day', 'Night') OR hours > 300", "LOWER(kind) = 'day'"],
)
def test_a_table_with_a_check_on_a_text_has_rows(dialect: Dialect, check: str) -> None:
    """Though a query names none of the texts that it allows."""
    ddl = f"CREATE TABLE nurse (id INT PRIMARY KEY, kind VARCHAR(9), hours INT, CHECK ({check}));"
    schema = SqlSchema("w", dialect, read_ddl(ddl, dialect, where="w"))
    made = list(islice(databases(hints_of(schema, parse_one("SELECT kind FROM nurse"))), 30))
    kinds = {kind for database in made for _, kind, _ in database["nurse"]}
    assert any(str(kind).lower() == "day" for kind in kinds)
    assert not any(broken(schema, database) for database in made)


def test_no_two_spellings_of_a_text_are_two_keys_of_mysql() -> None:
    ddl = "CREATE TABLE t (name VARCHAR(9) PRIMARY KEY);"
    schema = SqlSchema("w", Dialect.MYSQL, read_ddl(ddl, Dialect.MYSQL, where="w"))
    hints = hints_of(schema, parse_one("SELECT 1 FROM t WHERE name = 'Ann' OR name = 'aNN'"))
    for database in islice(databases(hints), 60):
        names = [str(name).lower() for (name,) in database["t"]]
        assert len(names) == len(set(names))
    assert broken(schema, {"t": [("Ann",), ("aNN",)]})
