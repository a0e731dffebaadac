"""Counters of tasks: what they say is what a count says, whatever happened to the tasks."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path

import pytest
from alembic.command import upgrade
from alembic.config import Config
from sqlalchemy import text

import jurist.store
from jurist.errors import InternalContradiction
from jurist.records import Case, Failure, FailureKind, Origin, Question
from jurist.store import Store, open_store
from jurist.store.counters import Count, audit_counts, count_tasks
from jurist.store.failures import reopen_failures
from jurist.store.ledger import EXCHANGES
from jurist.store.queue import Done, Stage, Task, add_tasks, claim, finish
from jurist.store.runs import DatasetRecord, RunRecord, add_cases, create_run, delete_run
from jurist.store.tables import METADATA

MIGRATIONS = Path(jurist.store.__file__).parent / "migrations"

QUESTION = Question("q", "which?", Origin.AUTHORED)


def task(number: int) -> Task:
    return Task(
        f"k{number:03}", Stage.CANDIDATES, number, "d", f"c{number}", "g", question=QUESTION
    )


def follower(of: Task) -> Task:
    return replace(of, key=f"v{of.key}", stage=Stage.VERDICTS, role="j", parent=of.key)


@pytest.fixture
def store(store_url: str) -> Store:
    opened = open_store(store_url)
    create_run(opened, RunRecord("r", "n", 0, "{}", "d", "0"), [
        DatasetRecord("d", "cql", {}, "s", "c", ())
    ])  # fmt: skip
    add_cases(opened, "r", ((n, "d", Case(f"c{n}", "x")) for n in range(200)))
    add_tasks(opened, "r", map(task, range(200)))
    return opened


def test_tasks_that_were_there_are_not_counted_again(store: Store) -> None:
    add_tasks(store, "r", map(task, range(150, 200)))
    assert count_tasks(store, "r") == (Count(Stage.CANDIDATES, "g", 0, 200),)
    audit_counts(store, "r")
    assert count_tasks(store, "another run") == ()
    store.close()


def test_sessions_side_by_side_count_each_task_once(store_url: str, store: Store) -> None:
    """Four sessions do all tasks, and each does every tenth of all others' once more."""

    def work(worker: str) -> None:
        mine = open_store(store_url)
        while claims := claim(
            mine, "r", Stage.CANDIDATES, "g", worker=worker, most=7, lease_ms=60_000
        ):
            finish(mine, "r", [done(item.task) for item in claims])
        finish(mine, "r", [done(task(n)) for n in range(0, 200, 10)])
        mine.close()

    def done(of: Task) -> Done:
        return Done(of.key, b"{}", successors=(follower(of),))

    threads = [threading.Thread(target=work, args=(f"w{n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert count_tasks(store, "r") == (
        Count(Stage.CANDIDATES, "g", 200, 200),
        Count(Stage.VERDICTS, "j", 0, 200),
    )
    audit_counts(store, "r")
    store.close()


def test_what_is_opened_again_or_deleted_is_counted_anew(store: Store) -> None:
    failure = Failure(FailureKind.ERROR, "why")
    finish(store, "r", [
        Done(of.key, b'{"failure":{"kind":"error","reason":"why"}}', failure, (follower(of),))
        for of in map(task, range(5))
    ])  # fmt: skip
    reopen_failures(store, "r")
    assert count_tasks(store, "r") == (Count(Stage.CANDIDATES, "g", 0, 200),)
    audit_counts(store, "r")
    delete_run(store, "r")
    assert count_tasks(store, "r") == ()
    audit_counts(store, "r")
    store.close()


def test_a_counter_that_is_wrong_is_said_loudly(store: Store) -> None:
    with store.write() as connection:
        connection.execute(text("UPDATE task_counts SET total = total + 1"))
    with pytest.raises(InternalContradiction, match="the counters of the run r do not agree"):
        audit_counts(store, "r")
    store.close()


def test_an_older_store_is_counted_when_it_is_brought_up_to_date(store_url: str) -> None:
    assert EXCHANGES.metadata is METADATA  # or its tables would stay
    store = open_store(store_url)
    with store.write() as connection:
        METADATA.drop_all(connection)
        connection.execute(text("DROP TABLE alembic_version"))
        config = Config(attributes={"connection": connection})
        config.set_main_option("script_location", str(MIGRATIONS))
        config.set_main_option("path_separator", "os")
        upgrade(config, "0017")
        connection.execute(text(
            "INSERT INTO runs (id, name, created, study, digest, jurist, state)"
            " VALUES ('r', 'n', 1, '{}', 'd', '0', 'running')"
        ))  # fmt: skip
        connection.execute(
            text(
                "INSERT INTO tasks (run, key, stage, position, dataset, case_id, ordinal,"
                " generator, role, status, finished) VALUES ('r', :key, 'verdicts', 0, 'd',"
                " 'c', 0, 'g', 'j', 'done', :finished)"
            ),
            [{"key": f"k{n}", "finished": 1 if n < 5 else None} for n in range(7)],
        )
    store.close()
    store = open_store(store_url)
    assert count_tasks(store, "r") == (Count(Stage.VERDICTS, "j", 5, 7),)
    audit_counts(store, "r")
    store.close()
