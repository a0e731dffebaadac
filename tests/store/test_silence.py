"""A process that falls silent in the middle of writing: others go on, and it is told."""

from __future__ import annotations

import time

import pytest
from sqlalchemy import select, update

from jurist.errors import StoreAway
from jurist.store import Store, engine, open_store
from jurist.store.queue import Stage, Task, add_tasks
from jurist.store.runs import RunRecord, create_run, find_run
from jurist.store.tables import TASKS

SILENCE_S = 0.5


def test_what_a_silent_writer_holds_is_open_again(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rows that it has locked look open, and whoever claims passes them over."""
    monkeypatch.setattr(engine, "_SILENCE_MS", int(SILENCE_S * 1_000))
    silent, other = open_store(postgres_url), open_store(postgres_url)
    create_run(other, RunRecord("r", "n", 0, "{}", "d", "0"), [])
    add_tasks(other, "r", [Task("key", Stage.VERDICTS, 0, "d", "c", "proof")])
    with pytest.raises(StoreAway, match="fell silent"):
        _claim_and_fall_silent(silent, other)
    assert find_run(silent, "r") is not None  # by another connection
    silent.close()
    other.close()


def _claim_and_fall_silent(silent: Store, other: Store) -> None:
    with silent.write() as connection:
        connection.execute(update(TASKS).values(status="claimed", claimed_by="silent"))
        with other.read() as looking:
            assert looking.scalar(select(TASKS.c.status)) == "pending"
        time.sleep(3 * SILENCE_S)
        with other.write() as next_one:  # waits for no lock
            row = next_one.execute(select(TASKS.c.key).with_for_update(skip_locked=True)).one()
            assert row.key == "key"
        connection.execute(update(TASKS).values(status="done"))


def test_who_only_reads_may_take_its_time(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A report that is read page by page waits for its reader."""
    monkeypatch.setattr(engine, "_SILENCE_MS", 200)
    store = open_store(postgres_url)
    create_run(store, RunRecord("r", "n", 0, "{}", "d", "0"), [])
    with store.read() as connection:
        connection.execute(select(TASKS.c.key)).all()
        time.sleep(0.6)
        assert connection.execute(select(TASKS.c.key)).all() == []
    assert find_run(store, "r") is not None
    store.close()
