"""A real PostgreSQL as a judge: nothing stays, nothing else is seen, errors are outcomes."""

from __future__ import annotations

import psycopg
import pytest

from jurist.errors import UnsupportedError
from jurist.languages.sql.dialects import Dialect
from jurist.languages.sql.engines.postgresql import ADDRESS, PostgreSqlEngine, postgresql_of
from jurist.languages.sql.engines.results import DoesNotRun
from jurist.languages.sql.outcomes.comparing import Agreement
from jurist.languages.sql.outcomes.pairs import Pair
from jurist.languages.sql.schemas.schema import Column, SqlSchema, Table
from jurist.languages.sql.text.parsing import parse
from jurist.languages.sql.values import Database, ValueType
from jurist.languages.sql.witnesses.confirming import Confirmation, Ruling, confirmed, why_not_run

pytestmark = pytest.mark.postgres

_TABLE = Table(
    "t",
    (
        Column("id", ValueType.INTEGER, nullable=False),
        Column("name", ValueType.TEXT),
        Column("paid", ValueType.BOOLEAN),
        Column("day", ValueType.DATE),
    ),
    primary_key=("id",),
)
SCHEMA = SqlSchema("s", Dialect.POSTGRESQL, (_TABLE,))
ROWS: Database = {"t": [(1, "Ann", 1, "2024-02-29"), (2, "ann", 0, None), (3, None, None, None)]}


@pytest.fixture
def address(store_url: str) -> str:
    """Of a database of its own, in which a table of the same name stands."""
    url = store_url.replace("postgresql+psycopg://", "postgresql://")
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE t (secret text)")
        connection.execute("INSERT INTO t VALUES ('s')")
    return url


@pytest.fixture
def engine(address: str) -> PostgreSqlEngine:
    """With the rows."""
    engine = PostgreSqlEngine(SCHEMA, address)
    engine.load(ROWS)
    return engine


@pytest.mark.parametrize("store_url", [pytest.param("postgres")], indirect=True)
class TestPostgres:
    def test_rows_are_those_of_the_load_and_nothing_stays(
        self, engine: PostgreSqlEngine, address: str
    ) -> None:
        """Of the server's own table of that name nothing is seen."""
        assert list(engine.run("SELECT * FROM t ORDER BY id").rows) == ROWS["t"]
        engine.load({})
        assert engine.run("SELECT * FROM t").rows == ()
        with psycopg.connect(address) as connection:
            assert connection.execute("SELECT * FROM t").fetchall() == [("s",)]

    @pytest.mark.parametrize(
        "text",
        [
            "DELETE FROM public.t",
            "CREATE TABLE public.other (a int)",
            "SELECT 1 / 0",
            "SELECT (SELECT id FROM t)",
            "SELECT name, count(*) FROM t GROUP BY day",
        ],
    )
    def test_what_fails_says_why_and_the_next_runs(
        self, engine: PostgreSqlEngine, text: str
    ) -> None:
        """An error ends the query alone."""
        with pytest.raises(DoesNotRun):
            engine.run(text)
        assert engine.run("SELECT count(*) FROM t").rows == ((3,),)

    @pytest.mark.parametrize(
        ("reference", "candidate", "ruling"),
        [
            ("SELECT id FROM t", "SELECT id FROM t WHERE paid", Ruling.CONFIRMED),
            ("SELECT (SELECT id FROM t) AS id", "SELECT 1 AS id", Ruling.CONFIRMED),
            ("SELECT name FROM t ORDER BY name", "SELECT name FROM t ORDER BY name DESC",
             Ruling.CONFIRMED),
        ],
    )  # fmt: skip
    def test_differences_count_where_the_server_shows_them(
        self,
        address: str,
        monkeypatch: pytest.MonkeyPatch,
        reference: str,
        candidate: str,
        ruling: Ruling,
    ) -> None:
        """Found in SQLite, run again."""
        monkeypatch.setenv(ADDRESS, address)
        left, right = parse(reference, SCHEMA), parse(candidate, SCHEMA)
        comparison = Pair(left, right, SCHEMA).compare(ROWS)
        assert comparison.agreement is Agreement.DIFFERS
        found = confirmed(left, right, SCHEMA, ROWS, comparison)
        assert found == Confirmation(ruling, "PostgreSQL")

    def test_a_difference_that_the_server_does_not_show_is_denied(
        self, address: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Here: one of two queries that are the same to it."""
        monkeypatch.setenv(ADDRESS, address)
        left, right = parse("SELECT id FROM t", SCHEMA), parse("SELECT 7 AS id", SCHEMA)
        comparison = Pair(left, right, SCHEMA).compare(ROWS)
        found = confirmed(left, left, SCHEMA, ROWS, comparison)
        assert found.ruling is Ruling.DENIED

    def test_what_does_not_run_there_is_said(
        self, address: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """In the server's words."""
        monkeypatch.setenv(ADDRESS, address)
        bare = parse("SELECT name, count(*) FROM t GROUP BY day", SCHEMA)
        assert "must appear in the GROUP BY clause" in why_not_run(bare, SCHEMA)
        assert why_not_run(parse("SELECT name FROM t", SCHEMA), SCHEMA) == ""


def test_a_server_that_cannot_be_reached_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """With what to do; its address, which may hold a password, is not repeated."""
    monkeypatch.setenv(ADDRESS, "postgresql://me:secret@127.0.0.1:1/none")
    with pytest.raises(UnsupportedError, match=ADDRESS) as caught:
        postgresql_of(SCHEMA)
    assert "secret" not in str(caught.value)
