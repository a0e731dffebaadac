"""A log in, figures out, from Python."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import jurist
from jurist.data import schema_path
from production.mechanisms import MECHANISMS, draw, log_of

QUERIES = {
    "A": "event('Order Completed').count() >= 1",
    "B": "event('Order Completed').count() >= 2",
}


def frame() -> pd.DataFrame:
    mechanism = MECHANISMS["few users"]
    log = log_of(draw(mechanism, np.random.default_rng(5)), mechanism)
    rows = [
        {
            "id": each.question_id,
            "task": each.task,
            "user": each.user,
            "prompt": "who ordered?",
            "answer": QUERIES["A"],
            "saved": QUERIES.get(each.saved or ""),
            "asked_at": each.asked_at,
            "saved_at": each.saved_at,
            "abandoned_at": each.abandoned_at,
        }
        for each in log
    ]
    return pd.DataFrame(rows)


def test_a_frame_goes_in_and_figures_come_out(tmp_path: Path) -> None:
    store = tmp_path / "a.db"
    log = frame()
    for new in (len(log), 0):
        done = jurist.ingest(log, store=store, columns={"question": "prompt"})
        assert (done.rows, done.new, done.unusable) == (len(log), new, ())
    measured = jurist.measure(store=store, schema=schema_path("shop"), by="week")
    whole = measured.whole
    assert whole.time.worked.value < whole.time.failed.value
    assert whole.meaning is not None
    assert whole.meaning.equal.value + whole.meaning.narrower.value == pytest.approx(1)
    assert sum(part.tasks for part in measured.parts) == whole.tasks
    assert "median time to audience" in str(measured)
    assert "<pre>" in measured._repr_html_()  # pyright: ignore[reportPrivateUsage]


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        ({"by": "day"}, "`by` is"),
        ({"assignment": "random"}, "did you mean 'randomized'"),
        ({"pairs": 0}, "`pairs` is"),
        ({"abandoned_after": -1}, "not above 0"),
        ({"timezone": "Mars"}, "no time zone"),
    ],
)
def test_arguments_that_do_not_fit(
    tmp_path: Path, arguments: dict[str, object], problem: str
) -> None:
    jurist.ingest([{"id": 1, "question": "?", "asked_at": 1_790_000_000}], store=tmp_path / "a.db")
    with pytest.raises(jurist.InputError, match=problem):
        jurist.measure(store=tmp_path / "a.db", **arguments)  # pyright: ignore[reportArgumentType]


def test_what_is_no_log_and_no_store(tmp_path: Path) -> None:
    with pytest.raises(jurist.InputError, match="the log is a int"):
        jurist.ingest(7, store=tmp_path / "a.db")
    with pytest.raises(jurist.InputError, match="there is no store"):
        jurist.measure(store=tmp_path / "absent.db")
