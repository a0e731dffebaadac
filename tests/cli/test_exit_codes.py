"""No command ends with 0 without having done its work, and a bug never with an answer's code."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from commands import Jurist
from jurist import evidence
from jurist.cli.exit_codes import ExitCode
from jurist.data import shipped_text

PLUGIN = """
import asyncio, sys

def leaves(*_):
    sys.exit(0)

async def leaves_async(question):
    raise SystemExit(0)

async def cancels(question):
    raise asyncio.CancelledError

def raises(*_):
    raise KeyError("nothing here")

class Leaving:
    name, version = "leaving", "1"

    async def answer(self, question, workspace):
        sys.exit(0)

    async def judge(self, question, case, candidate, workspace):
        sys.exit(0)

class Raising:
    name, version = "raising", "1"

    async def answer(self, question, workspace):
        raise KeyError("nothing here")

    async def judge(self, question, case, candidate, workspace):
        raise KeyError("nothing here")

class NeverMade:
    def __init__(self):
        sys.exit(0)

    async def answer(self, question, workspace):
        return None

def likes(question, reference, candidate, workspace):
    return 5
"""
STUDY = """
name: small
datasets: [{{name: shop, limit: 3}}]
questions: {{use: {use}, generator: null}}
generators: [{generator}]
judges: [{judge}]
"""
SAME = "event('Page Viewed').count() >= 1"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delitem(sys.modules, "plugin_codes", raising=False)
    (tmp_path / "plugin_codes.py").write_text(PLUGIN)
    (tmp_path / "plugin_leaves.py").write_text("import sys\nsys.exit(0)\n")
    (tmp_path / "schema.yaml").write_text(shipped_text("shop/schema.yaml"))
    return tmp_path


def study(folder: Path, *, generator: str = "rules", judge: str = "proof") -> None:
    text = STUDY.format(use="authored", generator=generator, judge=judge)
    (folder / "study.yaml").write_text(text)


def pairs(folder: Path, count: int) -> None:
    lines = [json.dumps({"id": n, "reference": SAME, "candidate": SAME}) for n in range(count)]
    (folder / "pairs.jsonl").write_text("\n".join(lines) + "\n")


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("leaves", "SystemExit: 0"),
        ("leaves_async", "SystemExit: 0"),
        ("cancels", "it cancelled itself"),
        ("raises", "nothing here"),
        ("Leaving", "SystemExit: 0"),
        ("Raising", "nothing here"),
    ],
)
def test_a_generator_without_any_answer(
    jurist: Jurist, folder: Path, name: str, reason: str
) -> None:
    study(folder, generator=f"plugin_codes:{name}")
    said = jurist("run", "study.yaml")
    assert said.code == ExitCode.ERROR
    assert "gave no answer: all 2 failed" in said.err
    assert reason in said.err
    assert "Traceback" not in said.err


@pytest.mark.parametrize("name", ["plugin_codes:NeverMade", "plugin_leaves:answer"])
def test_a_generator_that_cannot_be_made(jurist: Jurist, folder: Path, name: str) -> None:
    study(folder, generator=name)
    said = jurist("run", "study.yaml")
    assert said.code == ExitCode.ERROR
    assert "SystemExit: 0" in said.err
    assert not (folder / "jurist.db").exists()


@pytest.mark.parametrize("name", ["leaves", "raises", "Leaving", "Raising"])
def test_a_judge_without_any_score(jurist: Jurist, folder: Path, name: str) -> None:
    study(folder, judge=f"plugin_codes:{name}")
    said = jurist("run", "study.yaml")
    assert said.code == ExitCode.ERROR
    assert "gave no score: it failed on all 2 answers" in said.err
    pairs(folder, 3)
    asked = ("judge", "pairs.jsonl", "--schema", "schema.yaml", "--judge", f"plugin_codes:{name}")
    said = jurist(*asked)
    assert said.code == ExitCode.ERROR
    assert "failed on every line" in said.err
    assert len(said.out.splitlines()) == 3


def test_no_question_of_the_wanted_origin(jurist: Jurist, folder: Path) -> None:
    (folder / "study.yaml").write_text(STUDY.format(use="real", generator="rules", judge="proof"))
    said = jurist("run", "study.yaml")
    assert said.code == ExitCode.ERROR
    assert "question of the origin 'real'" in said.err
    assert "fix: " in said.err
    assert not (folder / "jurist.db").exists()


@pytest.mark.parametrize("command", ["disagreements", "align", "estimate"])
def test_a_judge_that_is_not_there(jurist: Jurist, folder: Path, command: str) -> None:
    study(folder)
    assert jurist("run", "study.yaml").code == ExitCode.YES
    said = jurist(command, "small", "--judge", "nobody")
    assert said.code == ExitCode.ERROR
    assert "there is no judge 'nobody'" in said.err
    assert "expected: one of proof" in said.err


@pytest.mark.parametrize("error", [RecursionError, MemoryError, BrokenPipeError, AssertionError])
def test_a_bug_is_no_answer(
    jurist: Jurist, monkeypatch: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(evidence, "decide", broken)
    assert jurist("diff", SAME, SAME).code == ExitCode.ERROR


@pytest.mark.parametrize(
    ("candidate", "code"), [(SAME, ExitCode.YES), ("trait('a') = 2", ExitCode.NO)]
)
def test_a_reader_that_goes_away_changes_no_answer(
    folder: Path, candidate: str, code: ExitCode
) -> None:
    asked = [sys.executable, "-m", "jurist", "diff", SAME, candidate, "--json"]
    with subprocess.Popen(
        asked, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as running:
        assert running.stdout is not None
        running.stdout.close()
        assert running.wait(timeout=60) == code
        assert running.stderr is not None
        assert running.stderr.read() == b""


def test_the_reader_of_a_stream_may_stop_it(folder: Path) -> None:
    pairs(folder, 30_000)
    asked = ["judge", "pairs.jsonl", "--schema", "schema.yaml", "--judge", "plugin_codes:likes"]
    with subprocess.Popen(
        [sys.executable, "-m", "jurist", *asked],
        cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ) as running:  # fmt: skip
        assert running.stdout is not None
        assert b'"score":5.0' in running.stdout.readline()
        running.stdout.close()
        assert running.wait(timeout=60) == ExitCode.YES
        assert running.stderr is not None
        assert running.stderr.read() == b""


def test_the_report_is_written_though_nobody_reads_the_table(folder: Path) -> None:
    study(folder)
    asked = [sys.executable, "-m", "jurist", "run", "study.yaml", "--html", "report.html"]
    with subprocess.Popen(
        asked, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as running:
        assert running.stdout is not None
        running.stdout.close()
        assert running.wait(timeout=60) == ExitCode.YES
    assert (folder / "report.html").read_text().rstrip().endswith("</html>")
