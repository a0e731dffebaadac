"""DuckDB as a judge: the same rows, nothing outside, and named where it is not installed."""

from __future__ import annotations

from pathlib import Path

import pytest

from jurist.errors import UnsupportedError
from jurist.languages.sql.dialects import Dialect
from jurist.languages.sql.engines.duckdb import DuckDbEngine, duckdb_of
from jurist.languages.sql.engines.results import ROWS, DoesNotRun, RunsTooLong
from jurist.languages.sql.schemas.schema import Column, SqlSchema, Table
from jurist.languages.sql.values import ValueType

_TABLE = Table(
    "all of it",
    (
        Column("i", ValueType.INTEGER),
        Column("r", ValueType.REAL),
        Column("t", ValueType.TEXT),
        Column("b", ValueType.BOOLEAN),
        Column("d", ValueType.DATE),
        Column("m", ValueType.TIMESTAMP),
    ),
)
_ROWS = [(1, 1.5, "a", 1, "2024-02-29", "2024-02-29 13:30:00"), (None,) * 6]


def _engine(dialect: Dialect = Dialect.DUCKDB) -> DuckDbEngine:
    return DuckDbEngine(SqlSchema("s", dialect, (_TABLE,)))


def test_values_come_back_as_they_were_loaded() -> None:
    """Truth as 0 and 1, times as text."""
    engine = _engine()
    engine.load({"all of it": _ROWS})
    assert list(engine.run('SELECT * FROM "all of it"').rows) == _ROWS
    engine.load({})
    assert engine.run('SELECT * FROM "all of it"').rows == ()


def test_decimals_and_large_sums_are_numbers() -> None:
    """DuckDB's own types of sums and quotients."""
    engine = _engine()
    engine.load({"all of it": _ROWS * 3})
    (row,) = engine.run('SELECT sum(i), avg(i), sum(i) * 1.50 FROM "all of it"').rows
    assert row == (3, 1.0, 4.5)


@pytest.mark.parametrize(("dialect", "value"), [(Dialect.DUCKDB, 1.5), (Dialect.STANDARD, 1)])
def test_integers_divide_as_in_the_dialect(dialect: Dialect, value: float) -> None:
    """To a real in DuckDB's own."""
    assert _engine(dialect).run("SELECT 3 / 2").rows == ((value,),)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * FROM read_csv('{}')",
        "SELECT * FROM '{}'",
        "COPY (SELECT 1) TO '{}'",
        "ATTACH '{}' AS other",
        "INSTALL httpfs",
        "SET enable_external_access = true",
        "SELECT nothing",
    ],
)
def test_files_and_settings_are_out_of_reach(text: str, tmp_path: Path) -> None:
    """Whatever came past the tree's own check."""
    file = tmp_path / "x.csv"
    file.write_text("a\n1\n")
    with pytest.raises(DoesNotRun):
        _engine().run(text.format(file))


def test_results_are_bounded() -> None:
    """In rows."""
    with pytest.raises(RunsTooLong, match=str(ROWS)):
        _engine().run("SELECT * FROM range(100000)")


def test_it_is_named_where_it_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    """With what to install."""
    monkeypatch.setattr("jurist.languages.sql.engines.duckdb.has_duckdb", lambda: False)
    with pytest.raises(UnsupportedError, match=r"jurist\[duckdb\]"):
        duckdb_of(SqlSchema("not yet", Dialect.DUCKDB, (_TABLE,)))
