"""Judging as it comes: real logs, a real server of models, kills and restarts, days and budgets."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest

from commands import run_process
from jurist.production.online import account_of, is_drawn
from jurist.production.online_figures import By, online_rows
from jurist.records import Verdict
from jurist.store import open_store
from jurist.store.accounts import ACCOUNTS
from jurist.store.interactions import Interaction
from jurist.store.online_verdicts import State, Watched, Way, watched
from model_server import Json
from studies import SCHEMA
from threaded_server import prompt_of, serving
from waiting import wait_for

BEGAN = 1_790_553_600_000


def judged(body: Json) -> str:
    """A score that the question says."""
    score = 5 if "good" in prompt_of(body) else 2
    return json.dumps({"reasoning": "read it", "score": score})


def write_study(folder: Path, url: str, *, name: str = "study") -> None:
    (folder / "schema.yaml").write_text(SCHEMA)
    asked = [{"id": "q", "text": "older than one", "origin": "authored"}]
    case = {"id": "a", "reference": "trait('age') > 1", "questions": asked}
    (folder / "cases.jsonl").write_text(json.dumps(case) + "\n")
    (folder / f"{name}.yaml").write_text(
        f"""
name: {name}
datasets: [{{name: d, schema: schema.yaml, cases: cases.jsonl}}]
questions: {{use: authored, generator: null}}
generators: [{{callable: "plug:answer", name: g}}]
judges: [proof, {{llm: "{url}#test-model", style: reference-free, name: free}}]
"""
    )
    (folder / "plug.py").write_text("def answer(question):\n    return \"trait('age') > 1\"\n")


def row(number: int, *, saved: bool) -> str:
    good = number % 3 == 0
    told: dict[str, object] = {
        "id": f"r{number}",
        "user": f"u{number}",
        "version": f"v{number % 2}",
        "question": f"{'good' if good else 'bad'} question {number}",
        "answer": f"trait('age') > {number}",
        "asked_at": BEGAN + number * 1000,
    }
    if saved:
        told["saved"] = f"trait('age') > {number if good else number + 1}"
        told["saved_at"] = BEGAN + number * 1000 + 500
    return json.dumps(told)


def rows(first: int, last: int) -> str:
    """Every other one was saved."""
    return "".join(row(number, saved=number % 2 == 0) + "\n" for number in range(first, last))


def words(*more: str, store: str = "jurist.db", log: str = "log.jsonl") -> list[str]:
    usual = ["--study", "study.yaml", "--patience", "0", "--workers", "1", "--store", store]
    return ["production", "watch", log, *usual, *more]


def test_both_ways_are_judged_apart_and_nothing_twice(tmp_path: Path, store_url: str) -> None:
    with serving(judged) as server:
        write_study(tmp_path, server.url)
        (tmp_path / "log.jsonl").write_text(rows(0, 24) + "no json\n")
        command = words("--once", "--budget-calls", "100", store=store_url)
        done = run_process(*command, folder=tmp_path)
        assert done.code == 0, done.err
        assert server.counts.requests == 12
        again = run_process(*command, folder=tmp_path)
        assert again.code == 0
        assert "0 rows read" in again.err
        assert server.counts.requests == 12
    assert "25 rows read" in done.err
    assert "row not used" in done.err
    with closing(open_store(store_url)) as store:
        found = online_rows(watched(store), By.VERSION)
    told = {(each.way, each.version): each for each in found}
    assert set(told) == {(Way.SAVED, "v0"), (Way.UNSAVED, "v1")}  # even ones are saved, and v0
    saved, unsaved = told[Way.SAVED, "v0"], told[Way.UNSAVED, "v1"]
    assert (saved.judge, unsaved.judge) == ("proof", "free")
    assert saved.right.value == pytest.approx(4 / 12)  # 0, 6, 12, 18
    assert unsaved.right.value == pytest.approx(4 / 12)  # 3, 9, 15, 21
    assert (saved.answers, saved.judged, saved.waiting) == (12, 12, 0)
    table = ["production", "judged", "--store", store_url]
    shown = run_process(*table, "--by", "day", folder=tmp_path)
    assert "nothing corrects them" in " ".join(shown.err.split())
    assert "never challenged" in shown.err
    gate = run_process(*table, "--min-right", "0.9", folder=tmp_path)
    assert gate.code == 1, gate.out


def test_a_budget_a_day_is_never_passed_and_what_is_left_waits(
    tmp_path: Path, store_url: str
) -> None:
    with serving(judged) as server:
        write_study(tmp_path, server.url)
        (tmp_path / "log.jsonl").write_text(rows(0, 40))
        command = words("--once", "--budget-calls", "7", store=store_url)
        for _ in range(3):
            done = run_process(*command, folder=tmp_path)
            assert done.code == 3, done.err  # some wait
            assert "is used up" in done.err
        assert server.counts.requests == 7
        more = run_process(
            *words("--once", "--budget-calls", "9", store=store_url), folder=tmp_path
        )
        assert more.code == 3
        assert server.counts.requests == 9
    with closing(open_store(store_url)) as store:
        found = online_rows(watched(store), By.VERSION)
    (unsaved,) = [each for each in found if each.way is Way.UNSAVED]
    assert (unsaved.judged, unsaved.waiting) == (9, 11)
    assert unsaved.bounds[1] - unsaved.bounds[0] == pytest.approx(11 / 20)
    with closing(open_store(store_url)) as store, store.read() as connection:
        (account,) = connection.execute(ACCOUNTS.select()).all()
    assert account.calls == 9
    assert account.run.startswith("production 20")


def test_what_is_saved_after_all_is_judged_by_that_alone(tmp_path: Path) -> None:
    with serving(judged) as server:
        write_study(tmp_path, server.url)
        log = tmp_path / "log.jsonl"
        log.write_text(row(3, saved=False) + "\n")
        run_process(*words("--once", "--budget-calls", "9"), folder=tmp_path)
        with log.open("a") as file:
            file.write(row(3, saved=True) + "\n")
        done = run_process(*words("--once", "--budget-calls", "9"), folder=tmp_path)
        assert done.code == 0, done.err
    with closing(open_store(tmp_path / "jurist.db")) as store:
        every = list(watched(store))
    assert [(each.way, each.state) for each in every] == [(Way.SAVED, State.JUDGED)]


def test_a_model_needs_a_budget(tmp_path: Path) -> None:
    write_study(tmp_path, "http://127.0.0.1:9")
    done = run_process(*words("--once"), folder=tmp_path)
    assert done.code == 2
    assert "without a budget" in done.err


def start(folder: Path, store: str) -> subprocess.Popen[bytes]:
    command = words("--budget-calls", "1000", "--every", "0.05", store=store)
    return subprocess.Popen(
        [sys.executable, "-m", "jurist", *command],
        cwd=folder,
        env={**os.environ},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def test_killed_while_the_log_is_rotated_it_loses_and_repeats_nothing(
    tmp_path: Path, store_url: str
) -> None:
    log = tmp_path / "log.jsonl"
    with serving(judged) as server:
        write_study(tmp_path, server.url)
        log.write_text(rows(0, 30))
        open_store(store_url).close()
        first = start(tmp_path, store_url)
        try:
            wait_for(lambda: server.counts.requests >= 5)
        finally:
            first.send_signal(signal.SIGKILL)
            first.wait()
        with log.open("a") as file:  # while nobody watches: more rows, a rotation, more rows
            file.write(rows(30, 40))
        then = time.time() - 60
        os.utime(log, (then, then))
        log.rename(tmp_path / "log.jsonl.1")
        log.write_text(rows(40, 50))
        second = start(tmp_path, store_url)
        with closing(open_store(store_url)) as store:
            try:
                wait_for(lambda: Counter(each.state for each in watched(store))[State.JUDGED] == 50)
            finally:
                second.send_signal(signal.SIGINT)
                assert second.wait(30) == 0
            every = list(watched(store))
        bodies = [json.dumps(body, sort_keys=True) for body in server.counts.bodies]
    assert {each.attempt.question_id for each in every} == {f"r{n}" for n in range(50)}
    # Replies that were on their way when it was killed may be asked for again, others never.
    assert len(set(bodies)) == 25
    assert len(bodies) <= 25 + 32


def test_draws_are_by_id_and_a_higher_rate_adds_to_a_lower_one() -> None:
    keys = [f"k{number}" for number in range(4_000)]
    low, high = ({key for key in keys if is_drawn(key, Way.SAVED, rate)} for rate in (0.1, 0.5))
    assert low < high
    assert abs(len(low) - 400) < 4 * (4_000 * 0.1 * 0.9) ** 0.5
    assert abs(len(high) - 2_000) < 4 * (4_000 * 0.25) ** 0.5
    assert all(is_drawn(key, Way.UNSAVED, 1.0) for key in keys)
    assert account_of("2026-11-29") == "production 2026-11-29"


def test_estimates_weigh_each_by_the_chance_it_was_drawn_with() -> None:
    def one(number: int, chance: float, score: float | None, state: State) -> Watched:
        attempt = Interaction(system="s", question_id=str(number), version="v")
        verdict = None if score is None else Verdict("free", score)
        judge = "free" if verdict else ""
        return Watched(attempt, Way.UNSAVED, state, chance, "2026-10-01", judge, "1", verdict)

    every = [
        *(one(n, 1.0, 5.0, State.JUDGED) for n in range(10)),
        *(one(100 + n, 0.1, 1.0, State.JUDGED) for n in range(3)),
        *(one(200 + n, 0.1, None, State.LEFT_OUT) for n in range(27)),
    ]
    (found,) = [each for each in online_rows(every, By.VERSION) if each.judge]
    assert (found.answers, found.drawn, found.judged) == (40, 13, 13)
    assert found.right.value == pytest.approx(10 / 40)  # 10 of weight 1, 3 of weight 10
    assert found.mean.value == pytest.approx((10 * 5 + 30 * 1) / 40)
