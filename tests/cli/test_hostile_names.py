"""Every command, with names that give orders to terminals and readers: seen, never obeyed.

A name may come from a study, a schema, a case, a file's path or the command line.
"""

from __future__ import annotations

import io
import json
import re
from pathlib import Path

import pytest

from commands import Jurist, Ran, run_here
from judged_runs import ROLES
from jurist.cli import COMMANDS
from studies import SCHEMA, write_module

ORDERS = "\x9b31m\u202eevil\u2066\u200f\u061c\u200b"
"""C1 and bidirectional marks, which stand in any text."""
NAME = f"n{ORDERS}[red]<b>"
FULL = f"\x1b]0;owned\x07\x08{NAME}"
"""Escapes too, where nothing forbids them."""
OBEYED = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f]"
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("hostile") / f"folder {FULL.replace('/', '')}"
    path.mkdir()
    module = write_module(path, ROLES)
    schema = {
        "name": FULL,
        "language": "cql",
        "events": {FULL: {"properties": {FULL: {"type": "number"}}, "description": FULL}},
        "traits": {"properties": {"age": {"type": "integer"}, FULL: {"type": "string"}}},
    }
    (path / "schema.yaml").write_text(json.dumps(schema))
    (path / "small.yaml").write_text(SCHEMA)
    lines = [
        {
            "id": f"case {number}",
            "reference": f"trait('age') > {number}",
            "questions": [
                {"id": "q", "text": f"{FULL} older than {number}", "origin": "authored",
                 "author": FULL, "style": FULL}
            ],
            "tags": [FULL],
            "note": FULL,
        }
        for number in range(12)
    ]  # fmt: skip
    odd = [{"id": f"odd-{FULL.isascii()}", "reference": f"trait('{NAME}x') = '{NAME}'"}]
    for name, listed in (("cases", lines), ("odd", [*lines, *odd])):
        text = "".join(json.dumps(line) + "\n" for line in listed)
        (path / f"{name}.jsonl").write_text(text)
    pairs = [
        {"id": FULL, "reference": "trait('age') > 1", "candidate": FULL, "question": FULL},
        {FULL: 1},
    ]
    log = [
        {"id": f"{FULL}{number}", "system": FULL, "version": FULL, "user": FULL, "segment": FULL,
         "question": FULL, "answer": f"trait('age') > {number}", "saved": FULL, FULL: FULL,
         "shown_at": f"2026-01-0{number + 1}", "saved_at": FULL if number else "2026-01-02"}
        for number in range(4)
    ]  # fmt: skip
    (path / "log.jsonl").write_text("".join(json.dumps(line) + "\n" for line in log))
    (path / "pairs.jsonl").write_text("".join(json.dumps(line) + "\n" for line in pairs))
    dataset = {"name": NAME, "schema": "schema.yaml", "cases": "cases.jsonl"}
    study = {
        "name": NAME,
        "datasets": [dataset],
        "questions": {"use": "authored"},
        "generators": [
            {"callable": f"{module}:good", "name": FULL},
            {"callable": f"{module}:weak", "name": f"{FULL}2"},
        ],
        "judges": [
            {"callable": f"{module}:careful", "name": FULL},
            {"callable": f"{module}:lenient", "name": f"{FULL}2"},
            {"proof": None, "name": f"{FULL}3"},
        ],
    }
    (path / "study.yaml").write_text(json.dumps(study))
    (path / "bad.yaml").write_text(json.dumps({**study, FULL: 1}))
    (path / "odd.yaml").write_text(
        json.dumps({**study, "datasets": [{**dataset, "cases": "odd.jsonl"}]})
    )
    return path


@pytest.fixture
def jurist(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> Jurist:
    monkeypatch.chdir(folder)

    def run(*arguments: str) -> Ran:
        monkeypatch.setattr("sys.stdin", io.StringIO("4\n\nq\n"))
        return run_here(monkeypatch, capfdbinary, *arguments)

    return run


QUERY = f"event('{NAME}').count() >= 1"
WALK: tuple[tuple[str, ...], ...] = (
    ("run", "study.yaml", "--html", f"{NAME}.html"),
    ("run", "bad.yaml"),
    ("run", f"no {FULL}.yaml"),
    ("report",),
    ("report", NAME),
    ("report", NAME, "--format", "html"),
    ("report", NAME, "--format", "md"),
    ("report", NAME, "--format", "json"),
    ("report", FULL),
    ("runs",),
    ("runs", "--json"),
    ("runs", "--delete", FULL),
    ("check", "--study", "odd.yaml"),
    ("check", "--study", "odd.yaml", "--json"),
    ("check", FULL),
    ("judge", "pairs.jsonl", "--schema", "small.yaml"),
    ("judge", "pairs.jsonl", "--schema", "small.yaml", "--judge", FULL),
    ("judge", f"no {FULL}", "--schema", "small.yaml"),
    ("annotate", NAME, "--export", f"tasks {NAME}.csv"),
    ("annotate", NAME, "--annotator", FULL),
    ("annotate", NAME, "--annotator", "ada", "--reveal"),
    ("annotate", NAME, "--import", f"no {FULL}"),
    ("align", NAME),
    ("align", NAME, "--json"),
    ("align", NAME, "--judge", f"{FULL}9"),
    ("estimate", NAME),
    ("estimate", NAME, "--judge", f"{FULL}9"),
    ("compare", NAME),
    ("compare", NAME, "--json"),
    ("compare", NAME, FULL),
    ("plan", NAME),
    ("plan", NAME, "--judge", f"{FULL}9"),
    ("shift", NAME),
    ("shift", FULL),
    ("gate", NAME, "--baseline", FULL, "--max-drop", "1"),
    ("challenge", "--study", "study.yaml", "--judge", FULL, "--sample", "1", "--metamorphic", "0",
     "--references", "1", "--out", f"result {NAME}.json"),
    ("challenge", "--study", "study.yaml", "--judge", f"{FULL}9"),
    ("challenge", "--judge", "proof", "--dataset", FULL),
    ("disagreements", NAME),
    ("disagreements", NAME, "--json"),
    ("disagreements", NAME, "--kind", FULL),
    ("disagreements", NAME, "--settle", FULL, FULL, "judge_wrong", "--by", FULL),
    ("tune", "judge", "--run", NAME, "--study", "study.yaml", "--judge", FULL, "--out", "t.yaml"),
    ("tune", "judge", "--run", FULL, "--study", "study.yaml", "--judge", FULL, "--out", "t.yaml"),
    ("work", FULL),
    ("work", "latest", "--only", FULL),
    ("merge", FULL, "--into", FULL),
    ("ledger",),
    ("ledger", "--model", FULL),
    ("ledger", "--sent", "latest"),
    ("ledger", "--sent", FULL),
    ("ledger", "--sent", "--grep", FULL, "--json"),
    ("ledger", "--sent", "--since", FULL),
    ("facts", NAME),
    ("facts", "study.yaml", "--format", "md"),
    ("facts", "study.yaml", "--format", "json"),
    ("facts", FULL),
    ("facts", NAME, "--owner", f"no {FULL}.yaml"),
    ("production", "ingest", "log.jsonl", "--system", FULL),
    ("production", "ingest", "log.jsonl", "--columns", f"question={FULL}"),
    ("production", "ingest", "log.jsonl", "--timezone", FULL),
    ("production", "ingest", f"no {FULL}.jsonl"),
    ("production",),
    ("production", "--by", "version", "--html", f"production {NAME}.html"),
    ("production", "--json"),
    ("production", "--system", f"{FULL}9"),
    ("production", "cases", "--schema", "schema.yaml", "--out", f"saved {NAME}.jsonl"),
    ("production", "drift", "study.yaml"),
    ("production", "watch", "log.jsonl", "--study", "study.yaml", "--once"),
    ("production", "watch", f"no {FULL}.jsonl", "--study", "study.yaml", "--once"),
    ("production", "judged"),
    ("production", "judged", "--system", f"{FULL}9"),
    ("forget", "--value", FULL, "--dry-run"),
    ("forget", "--run", FULL, "--yes"),
    ("forget", "--before", FULL, "--yes"),
    ("forget", "--value", "older than 11", "--file", f"no {FULL}.jsonl", "--yes"),
    ("forget", "--value", "older than 11", "--yes"),
    ("migrate",),
    ("migrate", "--store", FULL),
    ("migrate", "--store", "schema.yaml"),
    ("migrate", "--store", f"mysql{FULL}://x"),
    ("diff", QUERY, f"event('{NAME}').count() >= 2"),
    ("diff", QUERY, f"event('{NAME}').count() >= 2", "--json"),
    ("diff", QUERY, QUERY, "--schema", "small.yaml"),
    ("diff", FULL, QUERY),
    ("diff", f"@{FULL}", QUERY),
    ("mutate", QUERY),
    ("mutate", QUERY, "--json"),
    ("mutate", QUERY, "--operator", FULL),
    ("mutate", QUERY, "--language", FULL),
    ("import", FULL, FULL),
    ("import", "spider", FULL),
    ("init", f"made {NAME}.yaml"),
    ("init", "study.yaml"),
    ("demo", "--folder", f"study.yaml/{FULL}"),
    ("serve", "--store", f"no {FULL}.db"),
    ("serve", "--name", FULL),
    ("proxy", "--port", "0", "--model", FULL),
    ("proxy", "--port", "0", "--model", f"{FULL}={FULL}:{FULL}"),
    ("proxy", "--port", "0", "--study", f"no {FULL}.yaml"),
    ("user", "list", "--store", f"no {FULL}.db"),
    ("user", "disable", FULL),
    ("user", FULL),
    (FULL,),
    ("run", f"--{FULL}"),
    ("run", "study.yaml", FULL),
    ("plan", "--sd", FULL),
    ("report", NAME, "--format", FULL),
)  # fmt: skip


def test_the_walk_has_every_command() -> None:
    assert {arguments[0] for arguments in WALK} >= set(COMMANDS)


def test_no_command_prints_a_name_that_a_terminal_or_reader_obeys(
    jurist: Jurist, folder: Path
) -> None:
    faults: list[str] = []
    for arguments in WALK:
        said = jurist(*arguments)
        for channel, text in (("out", said.out), ("err", said.err)):
            found = OBEYED.search(text)
            if found:
                around = text[max(0, found.start() - 60) : found.end() + 20]
                faults.append(f"{arguments} {channel}: {around!r}")
        if "Traceback" in said.err or said.code not in {0, 1, 2, 3}:
            faults.append(f"{arguments}: {said.code} {said.err[-300:]!r}")
        if not said.out + said.err:
            faults.append(f"{arguments}: nothing was said")
    assert not faults, "\n".join(faults)
    for path in folder.glob("*.html"):
        assert not OBEYED.search(path.read_text("utf-8"))
    for path in folder.glob("result*.json"):
        assert not OBEYED.search(path.read_text("utf-8"))
