"""How much of a run a session takes at once."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest

from jurist.runs import engine, run_study
from jurist.runs.lanes import Lane
from jurist.store import open_store
from jurist.store.queue import Claim, Stage
from studies import small_study

QUICK = """
    def answer(question):
        return "trait('age') > 1"

    def judge(question, reference, candidate, workspace):
        return 4
"""


@pytest.mark.parametrize(
    ("pace", "window", "open_", "page"),
    [
        (1_200, 96, 1_000_000, 500),  # proofs of a large run: as few claims as can be
        (1_200, 96, 2_000, 250),
        (1_200, 96, 100, 192),
        (1_200, 16, 1_000_000, 500),  # as quick, whatever the concurrency for models is
        (100, 16, 1_000_000, 200),
        (8, 16, 1_000_000, 32),  # calls: two windows
        (0, 16, 1_000_000, 32),
        (0, 1_000, 5, 500),
    ],
)
def test_pages_are_large_where_tasks_are_quick_and_many(
    pace: float, window: int, open_: int, page: int
) -> None:
    assert _lane(window, pace).page(open_) == page


def test_the_pace_is_what_was_done_since_the_claim_before() -> None:
    lane = _lane(16, pace=0)
    lane.since = time.monotonic() - 10
    lane.done = 1_000
    lane.measure()
    assert 90 < lane.pace <= 100
    lane.measure()
    assert lane.pace == 0


@pytest.mark.postgres
def test_quick_functions_are_claimed_by_more_than_two_windows(
    tmp_path: Path, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    claimed: list[int] = []
    claim = engine.claim

    def counting(*args: object, **options: object) -> tuple[Claim, ...]:
        claims: tuple[Claim, ...] = claim(*args, **options)  # pyright: ignore[reportArgumentType]
        claimed.append(len(claims))
        return claims

    monkeypatch.setattr(engine, "claim", counting)
    store = open_store(postgres_url)
    outcome = run_study(small_study(tmp_path, cases=600, source=QUICK), store)
    store.close()
    assert (outcome.done, outcome.open) == (1_200, 0)
    assert sum(claimed) == 1_200
    assert 32 < max(claimed) <= 600 // 8


def _lane(window: int, pace: float) -> Lane:
    return Lane(Stage.VERDICTS, "j", window, True, asyncio.Queue(), pace=pace)
