"""Columns of a run that goes on, is mended, or comes again: never other than the store is."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import delete, select, update
from tests.columns.mixed_runs import run_again, run_mixed

from jurist.columns import Columns, Dimension, Filters, Shelf, Sort, results_of, view
from jurist.columns import shelf as shelves
from jurist.runs import results
from jurist.store import Store, open_store
from jurist.store.runs import RunState, delete_run, set_state
from jurist.store.tables import RUNS, TASKS

Row = Mapping[str, object]


def _taken_back(store: Store, run: str) -> list[Row]:
    """The finished verdicts of a run, which are open again."""
    given = (TASKS.c.run == run, TASKS.c.stage == "verdicts")
    with store.write() as connection:
        rows: list[Row] = [
            dict(row) for row in connection.execute(select(TASKS).where(*given)).mappings()
        ]
        open_again = update(TASKS).where(*given)
        connection.execute(open_again.values(status="pending", payload=None, finished=None))
    set_state(store, run, RunState.RUNNING)
    return rows


def _give(store: Store, run: str, row: Row, **changed: object) -> None:
    values = {name: row[name] for name in ("status", "payload", "finished")} | changed
    with store.write() as connection:
        of_task = (TASKS.c.run == run, TASKS.c.key == row["key"])
        connection.execute(update(TASKS).where(*of_task).values(**values))


def _told(columns: Columns) -> list[tuple[object, ...]]:
    return [
        (
            columns.task(row),
            columns.verdict_task(row),
            *(columns.value(each, row) for each in Dimension if each is not Dimension.KIND),
            repr(float(columns.rows.score[row])),
            float(columns.ms[row]),
        )
        for row in range(len(columns))
    ]


def _is_current(shelf: Shelf, store: Store, run: str) -> None:
    columns = shelf.unsorted(run)
    assert _told(columns) == _told(Shelf(store, None).unsorted(run))
    assert results_of(store, run, columns, range(len(columns))) == tuple(results(store, run))


def test_verdicts_are_taken_in_as_they_come(tmp_path: Path, store_url: str) -> None:
    store = open_store(store_url)
    run = run_mixed(tmp_path, store, cases=4)
    rows = _taken_back(store, run)
    chance = Random(5)
    chance.shuffle(rows)
    shelf = Shelf(store, None)
    assert len(shelf.columns(run)) == 0
    assert view(shelf.columns(run), Filters(), Sort.WORST, 0, 9).total == 0
    given = 0
    while given < len(rows):
        some = rows[given : given + chance.randint(1, 15)]
        for row in some:
            _give(store, run, row, finished=1_000_000 + given + chance.randint(-5, 5))
        given += len(some)
        before = shelf.unsorted(run)
        assert len(before) == given
        _is_current(shelf, store, run)
        assert shelf.unsorted(run) is before  # nothing is new
    set_state(store, run, RunState.FINISHED)
    _is_current(shelf, store, run)
    assert len(shelf.sorted(run)) == len(rows)
    assert shelf.sorted(run).sorting is not None
    store.close()


def test_new_verdicts_alone_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = open_store(tmp_path / "jurist.db")
    run = run_mixed(tmp_path, store, cases=3)
    rows = _taken_back(store, run)
    shelf = Shelf(store, None)
    read: list[str] = []
    whole = shelves.read_all

    def counted(*arguments: object) -> None:
        read.append("all")
        whole(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(shelves, "read_all", counted)
    for number, row in enumerate(rows):
        _give(store, run, row, finished=1_000_000 + number)
        assert len(shelf.unsorted(run)) == number + 1
    assert read == ["all"]
    store.close()


def test_what_changes_behind_the_back_is_seen(tmp_path: Path, store_url: str) -> None:
    store = open_store(store_url)
    run = run_mixed(tmp_path, store, cases=3)
    rows = _taken_back(store, run)
    shelf = Shelf(store, None)
    for row in rows[:20]:
        _give(store, run, row, finished=5_000_000)
    assert len(shelf.unsorted(run)) == 20
    # A transaction that began long before the newest verdict, and ended after it.
    _give(store, run, rows[20], finished=100)
    _is_current(shelf, store, run)
    # A failure that is tried again, and is another verdict then.
    _give(store, run, rows[3], status="pending", payload=None, finished=None)
    _is_current(shelf, store, run)
    _give(store, run, rows[3], payload=rows[4]["payload"], finished=5_000_001)
    _is_current(shelf, store, run)
    # Gone and another there: as many as before.
    with store.write() as connection:
        of_task = (TASKS.c.run == run, TASKS.c.key == rows[5]["key"])
        connection.execute(delete(TASKS).where(*of_task))
    _give(store, run, rows[21], finished=5_000_002)
    _is_current(shelf, store, run)
    store.close()


def test_a_run_that_comes_again_is_another(tmp_path: Path) -> None:
    store = open_store(tmp_path / "jurist.db")
    run = run_mixed(tmp_path, store, cases=3)
    shelf = Shelf(store, None)
    before = shelf.sorted(run)
    delete_run(store, run)
    assert run_again(tmp_path, store) == run
    with store.write() as connection:
        connection.execute(update(RUNS).where(RUNS.c.id == run).values(created=RUNS.c.created + 1))
    after = shelf.sorted(run)
    assert after is not before
    _is_current(shelf, store, run)
    store.close()


def test_many_threads_share_what_one_builds(tmp_path: Path) -> None:
    store = open_store(tmp_path / "jurist.db")
    run = run_mixed(tmp_path, store, cases=3)
    shelf = Shelf(store, None)
    found: list[Columns] = []
    threads = [threading.Thread(target=lambda: found.append(shelf.columns(run))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len({id(columns.rows) for columns in found}) == 1
    store.close()
