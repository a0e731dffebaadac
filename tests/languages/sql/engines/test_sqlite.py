"""SQLite as an engine: reads alone, bounded, values as plain Python."""

from __future__ import annotations

from threading import Thread

import pytest

from jurist.languages.effort import OutOfSteps, limited
from jurist.languages.sql.dialects import Dialect
from jurist.languages.sql.engines.results import ROWS, DoesNotRun, RunsTooLong
from jurist.languages.sql.engines.sqlite import SqliteEngine, sqlite_of
from jurist.languages.sql.schemas.schema import Column, SqlSchema, Table
from jurist.languages.sql.values import ValueType


def _schema(dialect: Dialect = Dialect.SQLITE) -> SqlSchema:
    columns = (
        Column("id", ValueType.INTEGER, nullable=False),
        Column("Name x", ValueType.TEXT),
        Column("born", ValueType.DATE, declared="DATE" if dialect is Dialect.SQLITE else ""),
    )
    return SqlSchema("people", dialect, (Table("person", columns, primary_key=("id",)),))


@pytest.fixture
def engine() -> SqliteEngine:
    """Three people, the first of whom was put in last by key."""
    engine = SqliteEngine(_schema())
    engine.load({"person": [(3, "Ann", "2001-01-01"), (1, None, "1999"), (2, "ann", None)]})
    return engine


def test_a_query_gives_columns_and_rows_in_the_order_of_the_load(engine: SqliteEngine) -> None:
    """No key sorts the rows: their order is the caller's."""
    result = engine.run('SELECT id, "Name x" AS n FROM person')
    assert result.columns == ("id", "n")
    assert result.rows == ((3, "Ann"), (1, None), (2, "ann"))


def test_a_load_replaces_the_rows_of_every_table(engine: SqliteEngine) -> None:
    """What an earlier database held is gone."""
    engine.load({"PERSON": [(9, "Bo", None)]})
    assert engine.run("SELECT id FROM person").rows == ((9,),)
    engine.load({})
    assert engine.run("SELECT id FROM person").rows == ()


def test_a_declared_type_has_its_affinity(engine: SqliteEngine) -> None:
    """DATE is numeric in SQLite: '1999' is stored as a number."""
    assert engine.run("SELECT typeof(born) FROM person WHERE id = 1").rows == (("integer",),)


@pytest.mark.parametrize(
    "text",
    [
        "DELETE FROM person",
        "INSERT INTO person VALUES (1, 'a', 'b')",
        "DROP TABLE person",
        "CREATE TABLE other (a)",
        "PRAGMA table_info(person)",
        "SELECT * FROM pragma_table_info('person')",
        "ATTACH 'x.db' AS x",
        "VACUUM INTO 'x.db'",
        "SELECT * FROM sqlite_master",
        "SELECT load_extension('x')",
        "SELECT randomblob(10)",
        "SELECT id FROM person; DELETE FROM person",
        "WITH x AS (SELECT 1) DELETE FROM person",
        'DELETE FROM "person"',
        "BEGIN",
    ],
)
def test_nothing_but_reading_is_allowed(engine: SqliteEngine, text: str) -> None:
    """Whatever came past the tree's own check."""
    with pytest.raises(DoesNotRun):
        engine.run(text)
    assert len(engine.run("SELECT id FROM person").rows) == 3


@pytest.mark.parametrize(
    "text", ["SELECT salary FROM person", "SELECT (", "SELECT abs(-9223372036854775807 - 1)"]
)
def test_what_the_engine_refuses_carries_its_message(engine: SqliteEngine, text: str) -> None:
    """Whether it does not compile or fails as it runs."""
    with pytest.raises(DoesNotRun, match=r"no such column|incomplete input|integer overflow"):
        engine.run(text)


def test_steps_rows_and_sizes_are_bounded(engine: SqliteEngine) -> None:
    """A query cannot hang, flood or fill the memory, and the engine goes on after it."""
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT {} FROM n"
    with pytest.raises(RunsTooLong, match="steps"):
        engine.run(endless.format("count(*)"))
    with pytest.raises(RunsTooLong, match=str(ROWS)):
        engine.run(endless.format("i"))
    with pytest.raises(DoesNotRun, match="too big"):
        engine.run("SELECT replace(printf('%.*c', 900000, 'x'), 'x', 'xx')")
    assert len(engine.run("SELECT id FROM person").rows) == 3


def test_runs_cost_steps(engine: SqliteEngine) -> None:
    """What is bounded by steps is bounded here too."""
    with limited(1_000):
        for _ in range(40):
            engine.run("SELECT id FROM person")
        with pytest.raises(OutOfSteps):
            engine.load({"person": [(place, "a", None) for place in range(200)]})


@pytest.mark.parametrize(
    ("dialect", "like", "equal"),
    [
        (Dialect.SQLITE, 1, 0),
        (Dialect.POSTGRESQL, 0, 0),
        (Dialect.MYSQL, 1, 1),
        (Dialect.STANDARD, 0, 0),
    ],
)
def test_case_counts_as_in_the_dialect(dialect: Dialect, like: int, equal: int) -> None:
    """In LIKE and in equality."""
    engine = SqliteEngine(_schema(dialect))
    engine.load({"person": [(1, "Ann", "2001-01-01")]})
    text = "SELECT \"Name x\" LIKE 'ann', \"Name x\" = 'ann' FROM person"
    assert engine.run(text).rows == ((like, equal),)


def test_a_probe_sees_several_values(engine: SqliteEngine) -> None:
    """The aggregate gives the first of them and remembers that there were others."""
    engine.run("SELECT jurist_first(id) FROM person WHERE id = 1")
    assert not engine.saw_several()
    assert engine.run("SELECT jurist_first(id) FROM person WHERE id > 5").rows == ((None,),)
    assert engine.run("SELECT jurist_first(id) FROM person").rows == ((3,),)
    assert engine.saw_several()
    assert not engine.saw_several()


def test_each_thread_has_its_own_tables_of_a_schema() -> None:
    """What one thread loads, another does not see; the same thread makes them once."""
    schema = _schema()
    sqlite_of(schema).load({"person": [(1, "a", None)]})
    assert sqlite_of(_schema()) is sqlite_of(schema)
    seen: list[int] = []
    thread = Thread(
        target=lambda: seen.append(len(sqlite_of(schema).run("SELECT id FROM person").rows))
    )
    thread.start()
    thread.join()
    assert seen == [0]


def test_a_table_that_only_the_engine_may_make_is_left_out() -> None:
    """Spider's schemas name `sqlite_sequence`."""
    column = Column("name", ValueType.TEXT)
    engine = SqliteEngine(
        SqlSchema("s", Dialect.SQLITE, (Table("sqlite_sequence", (column,)), Table("t", (column,))))
    )
    engine.load({"t": [("a",)]})
    assert engine.run("SELECT name FROM t").rows == (("a",),)


def test_a_load_after_a_query_that_was_stopped_is_whole(engine: SqliteEngine) -> None:
    """The steps of the query before are no steps of the load, which nothing stops."""
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"
    for _ in range(3):
        with pytest.raises(RunsTooLong):
            engine.run(endless)
        engine.load({"person": [(number, "x" * 50, None) for number in range(3000)]})
        assert engine.run("SELECT count(*) FROM person").rows == ((3000,),)
