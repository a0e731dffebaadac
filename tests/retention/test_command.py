"""`jurist forget` where it is cut off, asked for what cannot go, or asked in another way."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import select

from commands import run_process
from judged_runs import Folder, make_folder
from jurist.errors import InputError
from jurist.store import open_store
from jurist.store.tables import INTERACTIONS, METADATA, ONLINE_VERDICTS

ANNA = "anna@example.com"
DIES = """
import os, sys
import jurist.retention.forgetting as forgetting
from jurist.cli import main

def dies(_):
    os._exit(9)

forgetting.rewrite_store = dies
main()
"""


def write_log(folder: Path) -> Path:
    """Attempts: one of Anna's, one that names her, one of nobody's concern; two are saved."""
    query = "trait('age') > 64"
    told = [(ANNA, "older than 64", query), ("bob", f"all like {ANNA}", None), ("bob", "b", query)]
    path = folder / "log.jsonl"
    lines = [
        {"id": str(number), "system": "aud", "user": user, "question": question, "answer": query,
         "shown_at": "2026-01-01T10:00:00Z", "saved": saved, "saved_at": "2026-01-01T10:01:00Z"}
        for number, (user, question, saved) in enumerate(told)
    ]  # fmt: skip
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return path


def production(folder: Folder) -> tuple[set[str | None], int]:
    """The questions that are left, and how many verdicts, given or waited for."""
    store = folder.open()
    with store.read() as connection:
        questions = set(connection.scalars(select(INTERACTIONS.c.question)))
        verdicts = len(connection.execute(select(ONLINE_VERDICTS)).all())
    store.close()
    return questions, verdicts


@pytest.fixture
def watched(tmp_path: Path) -> Folder:
    """A store with a run, and a log that was judged as it came."""
    folder = make_folder(tmp_path)
    folder.run(cases=3)
    log = write_log(tmp_path)
    study = tmp_path / "watch.yaml"
    study.write_text(
        "name: watch\ndatasets: [{name: small, schema: schema.yaml, cases: cases.jsonl}]\n"
        "questions: {use: authored}\ngenerators: [rules]\njudges: [proof]\n"
    )
    for command in (("ingest", str(log)), ("watch", str(log), "--study", str(study), "--once")):
        done = folder.cli("production", *command)
        assert done.exit_code in {0, 1}, done.output
    assert production(folder) == ({"older than 64", f"all like {ANNA}", "b"}, 2)
    return folder


def test_a_persons_attempts_go_though_their_name_is_a_pseudonym(watched: Folder) -> None:
    done = watched.cli("forget", "--value", ANNA, "--yes")
    assert done.exit_code == 0, done.output
    assert production(watched) == ({"b"}, 1)  # with each attempt what was judged of it


def test_what_waits_to_be_judged_goes_for_its_age(watched: Folder) -> None:
    store = watched.open()
    with store.write() as connection:
        connection.execute(ONLINE_VERDICTS.update().values(state="open", judged_at=None))
        connection.execute(INTERACTIONS.update().values(seen_at=1))
    store.close()
    assert watched.cli("forget", "--before", "2026-01-02", "--yes").exit_code == 0
    assert production(watched) == (set(), 0)


def test_killed_before_its_bytes_are_gone_a_run_is_forgotten_by_the_same_command(
    tmp_path: Path,
) -> None:
    folder = make_folder(tmp_path)
    run = folder.run(cases=3)
    again = ("forget", "--run", run, "--yes", "--store", folder.place)
    killed = subprocess.run([sys.executable, "-c", DIES, *again], check=False, cwd=tmp_path)
    assert killed.returncode == 9
    assert b"older than 2" in b"".join(path.read_bytes() for path in tmp_path.glob("jurist.db*"))
    done = folder.cli(*again[:-2])
    assert done.exit_code == 0, done.output
    files = tmp_path.glob("jurist.db*")
    assert all(b"older than 2" not in path.read_bytes() for path in files)


@pytest.mark.parametrize(
    ("name", "content"),
    [("none.jsonl", None), ("own.yaml", f"name: x\nowner: {ANNA}\n"), ("a.json", '{\n"a": 1\n}\n')],
)
def test_a_file_that_cannot_be_cleared_is_said_before_anything_goes(
    watched: Folder, name: str, content: str | None
) -> None:
    path = watched.path / name
    if content is not None:
        path.write_text(content)
    before = production(watched)
    done = watched.cli("forget", "--value", ANNA, "--file", str(path), "--yes")
    assert isinstance(done.exception, InputError)
    assert production(watched) == before
    assert content is None or path.read_text() == content


@pytest.mark.parametrize("value", ["questions", "eve", "EVER", "judges", "threshold", "schema"])
def test_a_value_without_which_a_store_cannot_be_read_leaves_it_as_it_was(
    watched: Folder, value: str
) -> None:
    done = watched.cli("forget", "--value", value, "--ignore-case", "--yes")
    if done.exit_code:
        assert isinstance(done.exception, InputError)
        assert "is part of '" in str(done.exception)
    assert watched.cli("runs").exit_code == 0
    assert watched.cli("report", "latest").exit_code == 0, "what is left can be read"


def test_who_forgets_may_be_forgotten(tmp_path: Path) -> None:
    folder = make_folder(tmp_path)
    folder.run(cases=3)
    lisa = {"LOGNAME": "lisa.ek", "USER": "lisa.ek", "PYTHONPATH": ":".join(sys.path)}
    for value in ("older than 2", "lisa.ek"):
        done = run_process("forget", "--value", value, "--yes", folder=tmp_path, environment=lisa)
        assert done.code == 0, done.err
    store = folder.open()
    with store.read() as connection:
        actors = set(connection.scalars(select(METADATA.tables["audit"].c.actor)))
    store.close()
    assert actors == {"[forgotten]"}


@pytest.mark.parametrize("said", ["2024", "202401", "2199-01-01"])
def test_a_date_that_is_none_or_has_not_come_removes_nothing(watched: Folder, said: str) -> None:
    before = production(watched)
    done = watched.cli("forget", "--yes", "--before", said)
    assert isinstance(done.exception, InputError)
    listed = watched.cli("ledger", "--sent", "--since", said)
    assert isinstance(listed.exception, InputError) is said.isdigit()
    assert production(watched) == before


def test_what_no_text_can_be_is_found_nowhere(tmp_path: Path) -> None:
    open_store(tmp_path / "jurist.db").close()
    folder = make_folder(tmp_path)
    done = folder.cli("forget", "--value", "\udcff\udcfeabc", "--yes")
    assert done.exit_code == 0, done.output


def test_the_second_half_of_a_large_store_is_looked_through_too(tmp_path: Path) -> None:
    """A store of many pages: no row is missed, and it does not take long."""
    folder = make_folder(tmp_path)
    exchanges = METADATA.tables["exchanges"]
    store = folder.open()
    filler = "older than 64 and living in a large town " * 20
    with store.write() as connection:
        rows = [
            {
                **{column.name: 0 for column in exchanges.columns},
                "key": f"k{number}", "kind": "chat", "model": "m", "reply": "{}",
                "request": f'"{filler}{ANNA if number % 1000 == 999 else number}"',
            }
            for number in range(20_000)
        ]  # fmt: skip
        connection.execute(exchanges.insert(), rows)
    store.close()
    begun = time.perf_counter()
    done = folder.cli("forget", "--value", ANNA, "--yes", "--json")
    assert json.loads(done.stdout)["rows"] == [["exchanges", 20, 0]]
    assert time.perf_counter() - begun < 30
