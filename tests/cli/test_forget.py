"""`jurist forget` and `jurist ledger --sent` as people type them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from commands import Jurist
from judged_runs import Folder, make_folder
from jurist.store import open_store
from jurist.store.lock import at_work
from model_server import Json
from threaded_server import serving


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return make_folder(tmp_path)


def test_it_asks_before_it_removes(folder: Folder, jurist: Jurist) -> None:
    run = folder.run(cases=4)
    asked = folder.cli("forget", "--run", run, typed="no\n")
    assert "nobody is there to be asked" in str(asked.exception)  # no terminal here
    looked = jurist("forget", "--run", run, "--dry-run")
    assert looked.code == 0
    assert "would be removed" in looked.out
    assert jurist("report", run).code == 0
    done = jurist("forget", "--run", run, "--yes", "--json")
    assert {row[0] for row in json.loads(done.out)["rows"]} >= {"runs", "cases", "tasks"}
    assert jurist("report", run).code == 2


def test_what_is_wrong_is_said(folder: Folder, jurist: Jurist) -> None:
    folder.run(cases=2)
    for arguments, words in {
        (): "what to forget is not said once",
        ("--value", "abc", "--run", "x"): "what to forget is not said once",
        ("--value", "ab"): "too short",
        ("--run", "nobody"): "no run with the id 'nobody'",
        ("--before", "yesterday"): "yesterday",
        ("--before", "2026-01-01", "--ignore-case"): "--ignore-case",
        ("--value", "abcd", "--file", "nowhere.jsonl", "--yes"): "no file nowhere.jsonl",
        ("--value", "abcd", "--store", "none.db"): "no store none.db",
    }.items():
        ran = jurist("forget", *arguments)
        assert ran.code == 2, arguments
        assert words in ran.err, ran.err


def test_a_server_at_work_keeps_it_from_beginning(folder: Folder, jurist: Jurist) -> None:
    folder.run(cases=2)
    store = open_store(folder.place)
    with at_work(store):
        ran = jurist("forget", "--value", "older than 1", "--yes")
        assert ran.code == 2
        assert "somebody is at work" in ran.err
    store.close()
    assert jurist("forget", "--value", "older than 1", "--yes").code == 0


def test_what_was_sent(folder: Folder, jurist: Jurist) -> None:
    def reply(_: Json) -> str:
        return json.dumps({"reasoning": "fine", "score": 5})

    with serving(reply) as server:
        judge = f"{{{{llm: '{server.url}#judge', name: model}}}}"
        run = folder.run(cases=3, judges=(judge,), name="sent", generators=("weak",))
        other = folder.run(cases=2, judges=(judge,), name="other", generators=("wrong",))
        bodies = server.counts.bodies
    rows = json.loads(jurist("ledger", "--sent", run, "--json").out)
    others = json.loads(jurist("ledger", "--sent", other, "--json").out)
    assert [json.loads(row["body"]) for row in rows + others] == bodies
    assert {(row["run"], row["role"], row["privacy"]) for row in rows} == {(run, "model", "off")}
    (one,) = json.loads(jurist("ledger", "--sent", run, "--grep", "older than 2", "--json").out)
    assert "older than 2" in one["body"]
    assert json.loads(jurist("ledger", "--sent", "--since", "2100-01-01", "--json").out) == []
    shown = jurist("ledger", "--sent", run)
    assert "answered 200" in shown.out
    assert "characters …" in shown.out
    assert one["body"] in jurist("ledger", "--sent", run, "--full").out.replace("\n", "")
    for arguments, words in {
        ("--full",): "--sent only",
        ("latest",): "--sent only",
        ("--sent", "--export", "a.jsonl"): "one of the two",
    }.items():
        ran = jurist("ledger", *arguments)
        assert ran.code == 2
        assert words in ran.err
