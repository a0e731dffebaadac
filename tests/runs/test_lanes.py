"""How much of a run a session takes at once."""

from __future__ import annotations

import asyncio

import pytest

from jurist.runs.lanes import Lane
from jurist.store.queue import Stage


@pytest.mark.parametrize(
    ("proves", "window", "open_", "page"),
    [
        (True, 96, 1_000_000, 500),  # a large run: as few claims as can be
        (True, 96, 2_000, 250),
        (True, 96, 100, 192),
        (False, 16, 1_000_000, 32),  # calls and own code: little is lost with a session
        (False, 1_000, 5, 500),
    ],
)
def test_pages_are_large_where_proofs_are_many(
    proves: bool, window: int, open_: int, page: int
) -> None:
    lane = Lane(Stage.VERDICTS, "j", window, True, proves, asyncio.Queue())
    assert lane.page(open_) == page
