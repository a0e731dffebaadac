"""Cells that mean something else than they say: placeholders, flags, clocks that are wrong."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jurist.production import Ingested, RowReader, ingest_rows, layout_of, rows_of_file
from jurist.production.moments import MomentError, moment_of
from jurist.production.pseudonyms import unchanged
from jurist.production.rows import UnusableError
from jurist.store import Store, open_store
from jurist.store.interactions import interactions

NOW = 1_795_900_000_000
"""2026-11-28."""


def reader() -> RowReader:
    return RowReader(layout_of({}, {}), UTC, unchanged, {"system": "s"}, clock=lambda: NOW)


@given(st.integers(946_684_800_000, 4_000_000_000_000))
def test_a_count_of_milliseconds_is_the_same_as_text_and_as_number(moment: int) -> None:
    assert moment_of(str(moment), UTC) == moment_of(moment, UTC) == moment


def test_milliseconds_that_iso_8601_would_read_as_a_day_of_1764() -> None:
    assert datetime.fromisoformat("1764111600000").year == 1764
    assert moment_of("1764111600000", UTC) == 1_764_111_600_000
    assert moment_of("20261129", UTC) == datetime(2026, 11, 29, tzinfo=UTC).timestamp() * 1000


@pytest.mark.parametrize(
    "cell", [20261129, 45_000.5, "1970-01-01", "0001-01-01", datetime(1899, 12, 30, tzinfo=UTC)]
)
def test_placeholders_and_counts_of_something_else_are_no_moments(cell: object) -> None:
    with pytest.raises(MomentError, match="before the year 2000"):
        moment_of(cell, UTC)


def test_nothing_happens_in_the_future_but_for_clocks_that_are_a_little_ahead() -> None:
    row = {"id": 1, "asked_at": NOW + 3_600_000}
    assert reader().read(row).asked_at == NOW + 3_600_000
    for at in ("2062-11-29T10:00:00Z", NOW + 2 * 86_400_000):
        with pytest.raises(UnusableError, match="`asked_at` is in the future"):
            reader().read({"id": 1, "asked_at": at})


@pytest.mark.parametrize("name", ["saved", "answer", "refusal"])
@pytest.mark.parametrize("cell", [0, 1, True, False, "0", "false", "Yes", 1.0])
def test_a_flag_is_no_query(name: str, cell: object) -> None:
    with pytest.raises(UnusableError, match=f"its `{name}` is a flag, no query"):
        reader().read({"id": 1, "question": "q", name: cell})
    with pytest.raises(UnusableError, match="its `query` is a flag, no query"):
        reader().read({"id": 1, "event": "saved", "at": NOW, "query": cell})


@pytest.mark.parametrize("cell", [None, " ", float("nan"), np.float32("nan"), Decimal("NaN")])
def test_nothing_is_there(cell: object) -> None:
    told = reader().read({"id": 1, "question": "q", "saved": cell, "saved_at": cell, "user": cell})
    assert (told.saved, told.saved_at, told.user) == (None, None, "")


def test_what_databases_write_into_csv_for_nothing_is_nothing(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_text(
        "id,question,saved,saved_at\n1,q,NULL,NULL\n2,q,\\N,\\N\n3,q,NaN,NaT\n"
        "4,q,S,1764111600000\n5,q,<NA>,None\n"
    )
    store: Store = open_store(tmp_path / "a.db")
    done: Ingested = ingest_rows(store, rows_of_file(path), reader(), advance=lambda _: None)
    assert (done.used, done.unusable) == (5, ())
    found = {told.question_id: (told.saved, told.saved_at) for told in interactions(store)}
    assert {name for name, (saved, _) in found.items() if saved is not None} == {"4"}
    assert found["4"] == ("S", 1_764_111_600_000)
    store.close()
