"""The queue of tasks: claims, leases, results with their successors, on both databases."""

from __future__ import annotations

import signal
import threading
import time
from dataclasses import replace
from pathlib import Path
from random import Random

import msgspec
import pytest

from jurist.errors import InputError, StoreError
from jurist.records import Candidate, Case, Failure, FailureKind, Origin, Question
from jurist.store import Store, open_store
from jurist.store.counters import audit_counts, count_tasks
from jurist.store.failures import failures_that_may_pass, reopen_failures
from jurist.store.lost_claims import open_lost
from jurist.store.patience import patiently
from jurist.store.queue import (
    Claim,
    Done,
    Stage,
    Task,
    add_tasks,
    claim,
    finish,
    has_open,
    release,
    renew,
    workers_of,
)
from jurist.store.runs import (
    DatasetRecord,
    RunRecord,
    add_cases,
    cases_of,
    create_run,
    datasets_of,
    get_run,
)
from postgres import Server

CASES = [
    Case(f"c{n}", None if n == 3 else f"trait('x') = {n}", note="\x00 'quoted' ☃") for n in range(9)
]
DATASET = DatasetRecord(
    "d", "cql", {"name": "Small", "deep": [1, {"a": None}]}, "s", "c", ("one.",)
)


@pytest.fixture
def store(store_url: str) -> Store:
    return _with_tasks(store_url)


def _with_tasks(url: str) -> Store:
    opened = open_store(url)
    create_run(opened, RunRecord("r-1", "name", 0, "{}", "digest", "0"), [DATASET])
    add_cases(opened, "r-1", ((n, "d", case) for n, case in enumerate(CASES)))
    add_tasks(opened, "r-1", map(_task, range(9)))
    return opened


def test_what_is_stored_comes_back(store: Store) -> None:
    assert datasets_of(store, "r-1") == (DATASET,)
    assert [case for _, case in cases_of(store, "r-1")] == CASES
    assert get_run(store, "r-") == get_run(store, "r-1") == get_run(store, "name")
    with pytest.raises(InputError, match="no run 'x'"):
        get_run(store, "x")
    claims = _claim(store, most=2)
    assert claims == tuple(Claim(_task(n), CASES[n]) for n in range(2))
    store.close()


def test_adding_again_changes_nothing(store: Store) -> None:
    _claim(store, most=4)
    add_cases(store, "r-1", ((n, "d", case) for n, case in enumerate(CASES)))
    add_tasks(store, "r-1", map(_task, range(9)))
    assert len(_claim(store, most=100)) == 5
    store.close()


def test_no_task_is_claimed_twice_whoever_claims(store: Store) -> None:
    add_tasks(store, "r-1", (replace(_task(n), key=f"more-{n}") for n in range(9)))
    taken: list[str] = []

    def work(worker: str) -> None:
        while claims := _claim(store, worker=worker, most=2):
            taken.extend(item.task.key for item in claims)

    threads = [threading.Thread(target=work, args=(f"w{n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(taken) == len(set(taken)) == 18
    store.close()


def test_a_claim_that_ran_out_is_open_again_and_one_that_is_renewed_is_not(store: Store) -> None:
    assert len(_claim(store, worker="gone", most=5, lease_ms=-1)) == 5
    assert len(_claim(store, worker="slow", most=2, lease_ms=-1)) == 2
    renew(store, "r-1", worker="slow", lease_ms=60_000)
    assert workers_of(store, "r-1") == ("gone", "slow")
    assert len(_claim(store, worker="new", most=100)) == 2  # what nobody had comes first
    assert len(_claim(store, worker="new", most=100)) == 5
    assert _claim(store, worker="new", most=100) == ()
    release(store, "r-1", worker="slow")
    assert len(_claim(store, worker="new", most=100)) == 2
    release(store, "r-1")
    assert len(_claim(store, worker="new", most=100)) == 9
    store.close()


def test_a_result_and_its_successors_come_together_and_the_first_result_stays(
    store: Store,
) -> None:
    first = _claim(store, most=1)[0]
    follow = replace(_task(0), key="v", stage=Stage.VERDICTS, role="j", parent="k0", question=None)
    answer = Candidate(query="q ☃")
    finish(store, "r-1", [Done("k0", msgspec.json.encode(answer), successors=(follow,))])
    late = Candidate(query="too late")
    finish(store, "r-1", [Done("k0", msgspec.json.encode(late), successors=(follow,))])
    verdicts = claim(store, "r-1", Stage.VERDICTS, "j", worker="w", most=9, lease_ms=60_000)
    assert [(item.candidate, item.case) for item in verdicts] == [(answer, CASES[0])]
    assert verdicts[0].task.question == first.task.question
    counts = {(c.stage, c.role): (c.finished, c.total) for c in count_tasks(store, "r-1")}
    assert counts == {(Stage.CANDIDATES, "g"): (1, 9), (Stage.VERDICTS, "j"): (0, 1)}
    store.close()


def test_what_follows_from_a_result_that_came_second_is_dropped_with_it(store: Store) -> None:
    """Two sessions asked a question generator, whose questions differ each time."""
    first = replace(_task(0), key="first")
    second = replace(_task(0), key="second")
    assert finish(store, "r-1", [Done("k0", b"{}", successors=(first,))]) == {"k0"}
    late = [Done("k1", b"{}"), Done("k0", b"{}", successors=(second,))]
    assert finish(store, "r-1", late) == {"k1"}
    assert {item.task.key for item in _claim(store, most=99)} == {"first", *_keys(2, 9)}
    (count,) = count_tasks(store, "r-1")
    assert (count.finished, count.total) == (2, 10)
    audit_counts(store, "r-1")
    store.close()


def test_a_task_that_is_lost_with_its_sessions_is_known_by_how_often(store: Store) -> None:
    _claim(store, worker="dead", most=3)
    assert open_lost(store, "r-1", ["dead", "gone long ago"]) == 3
    assert open_lost(store, "r-1", ["dead"]) == 0
    never = _claim(store, worker="w", most=99, most_lost=0)
    assert [item.task.key for item in never] == _keys(3, 9)
    assert _claim(store, worker="w", most=99, most_lost=0) == ()
    assert [(item.task.key, item.lost) for item in _claim(store, most=2, most_lost=1)] == [
        ("k0", 1),
        ("k1", 1),
    ]
    release(store, "r-1", worker="w", but=["k1"])  # in order: that counts for nothing
    assert [item.lost for item in _claim(store, worker="x", most=99, lease_ms=-1)] == [1, 1] + [
        0
    ] * 6
    gone = _claim(store, worker="y", most=99, lease_ms=-1)
    assert {item.task.key: item.lost for item in gone} == {
        "k0": 2, "k2": 2, **dict.fromkeys(_keys(3, 9), 1)
    }  # fmt: skip
    store.close()


def test_what_a_lost_session_had_not_begun_is_not_counted(store: Store) -> None:
    """It begins what it claims in the order of the cases."""
    _claim(store, worker="dead", most=5)
    assert open_lost(store, "r-1", ["dead"], under_way=2) == 5
    never = _claim(store, worker="w", most=99, most_lost=0)
    assert [item.task.key for item in never] == _keys(2, 9)
    assert [item.task.key for item in _claim(store, most=99, most_lost=1)] == ["k0", "k1"]
    store.close()


def test_what_was_lost_least_often_comes_first(store: Store) -> None:
    for times in range(1, 4):
        _claim(store, worker="dead", most=9 - 2 * times)
        open_lost(store, "r-1", ["dead"])
    first = [_claim(store, most=1, most_lost=3)[0].lost for _ in range(9)]
    assert first == [0, 0, 1, 1, 2, 2, 3, 3, 3]
    store.close()


@pytest.mark.postgres
def test_a_session_that_went_with_its_server_was_not_ended_by_a_task(
    postgres_server: Server, postgres_url: str
) -> None:
    store = _with_tasks(postgres_url)
    _claim(store, worker="gone", most=3)
    postgres_server.stop(signal.SIGQUIT)
    postgres_server.start()
    assert patiently(store, lambda: open_lost(store, "r-1", ["gone"], lease_ms=60_000)) == 3
    assert len(_claim(store, worker="w", most=99, most_lost=0)) == 9
    assert open_lost(store, "r-1", ["w"], lease_ms=60_000) == 9
    assert _claim(store, worker="w", most=99, most_lost=0) == ()
    store.close()


def test_a_transaction_that_fails_leaves_neither_result_nor_successor(store: Store) -> None:
    follow = replace(_task(0), key="v", stage=Stage.VERDICTS, role="j", parent="k0")
    broken = replace(follow, key="w", position=2**70)  # no database holds that
    done = Done("k0", b"{}", successors=(follow, broken))
    with pytest.raises((StoreError, OverflowError)):
        finish(store, "r-1", [done])
    assert all(count.finished == 0 for count in count_tasks(store, "r-1"))
    assert len(count_tasks(store, "r-1")) == 1
    store.close()


def test_failures_that_another_try_might_mend_are_opened_again(store: Store) -> None:
    kinds = [FailureKind.ERROR, FailureKind.UNREACHABLE, FailureKind.UNPARSABLE, None]
    for number, kind in enumerate(kinds):
        failure = None if kind is None else Failure(kind, "why")
        candidate = Candidate(failure=failure) if failure else Candidate(query="q")
        follow = replace(
            _task(number), key=f"v{number}", stage=Stage.VERDICTS, role="j", parent=f"k{number}"
        )
        payload = msgspec.json.encode(candidate)
        finish(store, "r-1", [Done(f"k{number}", payload, failure, (follow,))])
    assert str(failures_that_may_pass(store, "r-1")) == "1 answer"
    assert str(reopen_failures(store, "r-1")) == "2 answers"
    assert failures_that_may_pass(store, "r-1").total == 0
    left = claim(store, "r-1", Stage.VERDICTS, "j", worker="w", most=9, lease_ms=1)
    assert [item.task.key for item in left] == ["v2", "v3"]
    assert [item.task.key for item in _claim(store, most=2)] == ["k0", "k1"]
    store.close()


def test_a_verdict_about_an_answer_that_was_asked_for_again_is_none(store: Store) -> None:
    why = Failure(FailureKind.ERROR, "why")
    follow = replace(_task(0), key="v0", stage=Stage.VERDICTS, role="j", parent="k0")
    finish(store, "r-1", [Done("k0", msgspec.json.encode(Candidate(failure=why)), why, (follow,))])
    (late,) = claim(store, "r-1", Stage.VERDICTS, "j", worker="w", most=9, lease_ms=60_000)
    reopen_failures(store, "r-1")
    time.sleep(0.005)  # no answer comes in the same millisecond again
    finish(store, "r-1", [Done("k0", msgspec.json.encode(Candidate("q")), successors=(follow,))])
    assert not finish(store, "r-1", [Done("v0", b"{}", answered=late.answered)])
    (anew,) = claim(store, "r-1", Stage.VERDICTS, "j", worker="x", most=9, lease_ms=60_000)
    assert anew.candidate == Candidate("q")
    assert finish(store, "r-1", [Done("v0", b"{}", answered=anew.answered)]) == {"v0"}
    audit_counts(store, "r-1")
    store.close()


def test_one_result_of_two_for_a_task_in_one_commit_stays(store: Store) -> None:
    follow = [replace(_task(0), key=key, stage=Stage.VERDICTS, parent="k0") for key in "ab"]
    twice = [Done("k0", b"{}", successors=(task,)) for task in follow]
    assert finish(store, "r-1", twice) == {"k0"}
    assert sum(count.total for count in count_tasks(store, "r-1")) == 10
    audit_counts(store, "r-1")
    store.close()


def test_failures_are_opened_again_while_others_are_at_work(store_url: str, store: Store) -> None:
    why = Failure(FailureKind.ERROR, "why")
    over = threading.Event()
    gone: list[str] = []

    def work(number: int) -> None:
        own, drawn = open_store(store_url), Random(number)
        while not over.is_set():
            done: list[Done] = []
            for item in patiently(own, lambda: _claim(own, worker=f"w{number}", most=3)):
                task = item.task
                follow = replace(
                    task, key=f"v{task.key}", stage=Stage.VERDICTS, role="j", parent=task.key
                )
                failure = why if drawn.random() < 0.5 else None
                answer = msgspec.json.encode(Candidate(failure=why) if failure else Candidate("q"))
                done.append(Done(task.key, answer, failure, (follow,)))
            patiently(own, lambda: finish(own, "r-1", done))  # noqa: B023 - called at once
            found = patiently(own, lambda: claim(
                own, "r-1", Stage.VERDICTS, "j", worker=f"w{number}", most=3, lease_ms=60_000
            ))  # fmt: skip
            gone.extend(item.task.key for item in found if item.candidate is None)
            judged = [Done(item.task.key, b"{}", answered=item.answered) for item in found]
            patiently(own, lambda: finish(own, "r-1", judged))  # noqa: B023 - called at once
        own.close()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(3)]
    for thread in threads:
        thread.start()
    for _ in range(30):
        patiently(store, lambda: reopen_failures(store, "r-1"))
    over.set()
    for thread in threads:
        thread.join()
    assert not gone  # each verdict has the answer that it is about
    audit_counts(store, "r-1")
    store.close()


def test_has_open_sees_the_work_of_others(store: Store) -> None:
    keys = [item.task.key for item in _claim(store, worker="other", most=9)]
    assert has_open(store, "r-1")
    finish(store, "r-1", [Done(key, b"{}") for key in keys])
    assert not has_open(store, "r-1")
    store.close()


def test_reading_may_go_on_while_others_write(tmp_path: Path) -> None:
    store = open_store(tmp_path / "s.db")
    create_run(store, RunRecord("r", "n", 0, "{}", "d", "0"), [DATASET])
    add_cases(store, "r", ((n, "d", Case(f"c{n}", None)) for n in range(2000)))
    seen = 0
    for _ in cases_of(store, "r"):
        if seen % 500 == 0:
            add_cases(store, "r", [(5000 + seen, "d", Case(f"late-{seen}", None))])
        seen += 1
    assert seen == 2000
    store.close()


def _task(number: int) -> Task:
    question = Question(f"q{number}", "who\x00?", Origin.REAL)
    return Task(
        f"k{number}", Stage.CANDIDATES, number, "d", f"c{number}", "g", 0, "g", None, question
    )


def _claim(
    store: Store,
    *,
    worker: str = "w",
    most: int,
    lease_ms: int = 60_000,
    most_lost: int | None = None,
) -> tuple[Claim, ...]:
    return claim(
        store, "r-1", Stage.CANDIDATES, "g",
        worker=worker, most=most, lease_ms=lease_ms, most_lost=most_lost,
    )  # fmt: skip


def _keys(start: int, end: int) -> list[str]:
    return [f"k{n}" for n in range(start, end)]
