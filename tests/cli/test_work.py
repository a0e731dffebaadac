"""`jurist work`: sessions that have nothing but the store, on a real PostgreSQL."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import text

from jurist.store import open_store
from jurist.store.counters import audit_counts, count_tasks
from jurist.store.queue import Stage, workers_of
from jurist.store.runs import RunState, get_run
from model_studies import read_rows
from studies import write_dataset
from waiting import wait_for

pytestmark = pytest.mark.postgres
BOT = """
import os, time

def answer(question):
    time.sleep(float(os.environ.get("SLOW", "0")))
    return question.replace("older", "trait")
"""
STUDY = """
name: shared
datasets: [{name: small, schema: schema.yaml, cases: cases.jsonl}]
questions: {use: authored}
generators:
  - rules
  - {recorded: answers/recorded.jsonl}
"""
OWN = '  - {callable: "bot:answer", name: bot}\n'


def test_a_machine_with_nothing_but_the_store_does_the_run(
    tmp_path: Path, postgres_url: str
) -> None:
    home, away = write(tmp_path, STUDY), tmp_path / "away"
    away.mkdir()
    whole = jurist(home, "run", "study.yaml", "--store", "whole.db", "--quiet")
    assert whole.returncode == 0, whole.stderr
    run = prepared(home, postgres_url)
    shutil.rmtree(home / "answers")
    (home / "cases.jsonl").write_text("")
    done = jurist(away, "work", run[:9], store=postgres_url)
    assert done.returncode == 0, done.stderr
    assert f"run {run} in postgresql" in done.stderr
    for here, there in zip(
        read_rows(postgres_url, run), read_rows(home / "whole.db", run), strict=True
    ):
        assert here == there
    store = open_store(postgres_url)
    assert get_run(store, run).state is RunState.FINISHED
    audit_counts(store, run)
    store.close()
    again = jurist(away, "work", "shared", store=postgres_url)
    assert again.returncode == 0
    assert ": 0 tasks done here" in again.stderr
    assert list(away.iterdir()) == []


def test_code_is_never_taken_from_the_store_and_must_be_the_same(
    tmp_path: Path, postgres_url: str
) -> None:
    home, away = write(tmp_path, STUDY + OWN), tmp_path / "away"
    away.mkdir()
    run = prepared(home, postgres_url)
    without = jurist(away, "work", run, store=postgres_url)
    assert (without.returncode, "there is no module 'bot'" in without.stderr) == (2, True)
    (away / "bot.py").write_text(BOT + "# changed\n")
    other = jurist(away, "work", run, store=postgres_url)
    assert other.returncode == 2
    assert f"here the run {run} would be shared-" in other.stderr
    assert "'bot' (generators) has the digest " in other.stderr
    assert "1 file in its key (bot.py)" in other.stderr
    shutil.copy(home / "bot.py", tmp_path / "away")
    assert jurist(tmp_path, "work", run, "--folder", "away", store=postgres_url).returncode == 0


def test_a_session_does_its_share_alone(tmp_path: Path, postgres_url: str) -> None:
    home = write(tmp_path, STUDY)
    run = prepared(home, postgres_url)
    wrong = jurist(home, "work", run, "--only", "verdicts:prof", store=postgres_url)
    assert wrong.returncode == 2
    assert "expected: one of " in wrong.stderr
    assert "verdicts:proof" in wrong.stderr
    answers = jurist(home, "work", run, "--only", "candidates", store=postgres_url)
    assert answers.returncode == 0, answers.stderr
    assert "left to others" in answers.stderr
    store = open_store(postgres_url)
    open_ = {count.stage: count.total - count.finished for count in count_tasks(store, run)}
    assert open_[Stage.CANDIDATES] == 0
    assert open_[Stage.VERDICTS] > 0
    assert get_run(store, run).state is RunState.RUNNING
    verdicts = jurist(home, "work", run, "--only", "verdicts:proof", store=postgres_url)
    assert verdicts.returncode == 0, verdicts.stderr
    assert get_run(store, run).state is RunState.FINISHED
    store.close()


def test_a_file_that_is_not_kept_is_asked_for(tmp_path: Path, postgres_url: str) -> None:
    home, away = write(tmp_path, STUDY), tmp_path / "away"
    away.mkdir()
    run = prepared(home, postgres_url)
    store = open_store(postgres_url)
    with store.write() as connection:
        connection.execute(text("UPDATE run_files SET content = NULL, why_not = 'too large'"))
    store.close()
    lacks = jurist(away, "work", run, store=postgres_url)
    assert lacks.returncode == 2
    assert "the file answers/recorded.jsonl is not in the store (too large)" in lacks.stderr
    assert "with --folder" in lacks.stderr
    assert jurist(away, "work", run, "--folder", str(home), store=postgres_url).returncode == 0


def test_asked_to_end_it_gives_back_what_it_holds(tmp_path: Path, postgres_url: str) -> None:
    home = write(tmp_path, STUDY + OWN, cases=200)
    run = prepared(home, postgres_url)
    command = [sys.executable, "-m", "jurist", "work", run]
    environment = os.environ | {"JURIST_STORE": postgres_url, "SLOW": "0.2"}
    child = subprocess.Popen(command, cwd=home, env=environment, stderr=subprocess.PIPE)
    store = open_store(postgres_url)
    wait_for(lambda: any(count.finished for count in count_tasks(store, run)))
    assert workers_of(store, run)
    begun = time.monotonic()
    child.send_signal(signal.SIGTERM)
    _, said = child.communicate(timeout=30)
    assert time.monotonic() - begun < 10
    assert child.returncode == 3, said
    assert f"To go on: jurist work {run}" in said.decode()
    assert workers_of(store, run) == ()
    with store.read() as connection:
        assert connection.scalar(text("SELECT count(*) FROM tasks WHERE lost > 0")) == 0
    audit_counts(store, run)
    store.close()


def test_what_cannot_be_joined_says_so(tmp_path: Path) -> None:
    home = write(tmp_path, STUDY)
    alone = jurist(home, "run", "study.yaml", "--store", "s.db", "--prepare")
    assert alone.returncode == 2
    assert "a run in a file has one session at a time" in alone.stderr
    assert not (home / "s.db").exists()
    assert jurist(home, "run", "study.yaml", "--store", "s.db", "--quiet").returncode == 0
    joined = jurist(home, "work", "shared", "--store", "s.db")
    assert joined.returncode == 2
    assert "has nothing to join it by" in joined.stderr


def test_a_machine_without_a_key_does_what_needs_none(
    tmp_path: Path, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    study = STUDY.replace("name: shared", "name: keyed\nbudget: {calls: 9}")
    home = write(tmp_path, study + '  - {llm: "openai:gpt-4o", name: dear}\n', cases=4)
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-a-test")
    run = prepared(home, postgres_url)
    monkeypatch.delenv("OPENAI_API_KEY")
    free = ("--only", "candidates:rules", "--only", "candidates:recorded")
    for needs_it in ((), ("--only", "candidates:dear"), ("--only", "candidates")):
        refused = jurist(home, "work", run, *needs_it, store=postgres_url)
        assert refused.returncode == 2
        assert "needs a key and OPENAI_API_KEY is not set" in refused.stderr
    done = jurist(home, "work", run, *free, store=postgres_url)
    assert done.returncode == 0, done.stderr
    store = open_store(postgres_url)
    left = {c.role: c.total - c.finished for c in count_tasks(store, run) if c.stage != "verdicts"}
    assert {role: bool(open_) for role, open_ in left.items()} == {
        "dear": True, "recorded": False, "rules": False
    }  # fmt: skip
    store.close()


def test_a_folder_is_the_same_by_any_of_its_names(tmp_path: Path, postgres_url: str) -> None:
    home = write(tmp_path, STUDY + OWN, cases=4)
    run = prepared(home, postgres_url)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (tmp_path / "link").symlink_to(home)
    missing = jurist(elsewhere, "work", run, "--folder", "nowhere", store=postgres_url)
    assert missing.returncode == 2
    assert "--folder nowhere is no folder on this machine" in missing.stderr
    bare = jurist(elsewhere, "work", run, store=postgres_url)
    assert "there is no module 'bot'" in bare.stderr
    assert "`jurist work` looks into --folder DIR" in bare.stderr
    for name in ("../home", "../link"):
        joined = jurist(elsewhere, "work", run, "--folder", name, store=postgres_url)
        assert joined.returncode == 0, joined.stderr
        planned = jurist(elsewhere, "run", f"{name}/study.yaml", "--dry-run")
        assert json.loads(planned.stdout)["run"] == run


def test_what_failed_is_opened_again_for_those_who_join(tmp_path: Path, postgres_url: str) -> None:
    flaky = BOT.replace("return", 'if os.environ.get("DOWN"): raise OSError("down")\n    return')
    home = write(tmp_path, STUDY + OWN)
    (home / "bot.py").write_text(flaky)
    run = prepared(home, postgres_url)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DOWN", "1")
        assert jurist(home, "work", run, store=postgres_url).returncode == 0
    again = jurist(home, "run", "study.yaml", "--prepare", "--retry-failures", store=postgres_url)
    assert again.stdout.strip() == run
    store = open_store(postgres_url)
    opened = {count.role: count.total - count.finished for count in count_tasks(store, run)}
    assert opened["bot"] == 20
    assert jurist(home, "work", run, store=postgres_url).returncode == 0
    assert "down" not in str(read_rows(postgres_url, run))
    audit_counts(store, run)
    store.close()


def write(folder: Path, study: str, *, cases: int = 20) -> Path:
    home = folder / "home"
    home.mkdir()
    write_dataset(home, cases=cases)
    (home / "answers").mkdir()
    lines = [
        {"case": case["id"], "query": case["reference"] or "trait('age') > 1"}
        for case in map(json.loads, (home / "cases.jsonl").read_text().splitlines())
    ]
    recorded = "".join(f"{json.dumps(line)}\n" for line in lines)
    (home / "answers" / "recorded.jsonl").write_text(recorded)
    (home / "bot.py").write_text(BOT)
    (home / "study.yaml").write_text(study)
    return home


def prepared(home: Path, url: str) -> str:
    done = jurist(home, "run", "study.yaml", "--prepare", store=url)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def jurist(folder: Path, *words: str, store: str | None = None) -> subprocess.CompletedProcess[str]:
    environment = os.environ | ({} if store is None else {"JURIST_STORE": store})
    return subprocess.run(
        [sys.executable, "-m", "jurist", *words],
        cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
