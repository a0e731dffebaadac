"""`jurist report`: stored runs as a table, HTML, Markdown and JSON."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from commands import Jurist, Ran, run_here
from jurist.runs import run_study
from jurist.store import open_store
from report_pages import HOSTILE
from studies import small_study

SOURCE = f"""
    HOSTILE = {HOSTILE!r}

    def answer(question):
        number = int(question.split()[-1])
        if number == 3:
            raise ValueError(HOSTILE)
        return HOSTILE if number % 2 else f"trait('age') > {{number}}"

    def judge(question, reference, candidate, workspace):
        return (5.0 if reference == candidate else 2.0, HOSTILE)
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("reported")
    file = small_study(path, cases=12, source=SOURCE)
    for place, runs in (("jurist.db", True), ("empty.db", False)):
        store = open_store(str(path / place))
        if runs:
            run_study(file, store)
        store.close()
    return path


@pytest.fixture
def report(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> Jurist:
    monkeypatch.chdir(folder)

    def run(*arguments: str) -> Ran:
        return run_here(monkeypatch, capfdbinary, "report", *arguments)

    return run


def test_runs_are_listed(report: Jurist) -> None:
    said = report()
    assert said.code == 0
    assert said.out.splitlines()[0].split()[0] == "run"
    assert "small" in said.out
    assert "finished" in said.out
    assert report("--store", "empty.db").code == 0


def test_a_run_by_its_studys_name_its_id_or_how_that_begins(report: Jurist) -> None:
    identity = report().out.splitlines()[1].split()[0]
    tables = [report(name).out for name in ("small", identity, identity[:-3])]
    assert len(set(tables)) == 1
    assert tables[0].splitlines()[1].split()[:5] == ["g", "j", "authored", "12", "11"]


@pytest.mark.parametrize("ending", ["html", "md", "json"])
def test_a_format_by_its_name_or_by_the_files_ending(
    report: Jurist, tmp_path: Path, ending: str
) -> None:
    said = report("small", "--format", ending)
    path = tmp_path / f"report.{ending}"
    written = report("small", "--out", str(path))
    assert said.code == written.code == 0
    assert path.read_text(encoding="utf-8") == said.out
    assert written.err == f"report: {path}\n"
    assert report("small", "--out", str(path), "--quiet").err == ""


def test_json_has_all_that_is_known(report: Jurist) -> None:
    document = json.loads(report("small", "--format", "json").out)
    assert document["standings"][0]["answers"] == 12
    assert len(document["items"]) == 12
    failed = next(item for item in document["items"] if item["case"] == "case-3")
    assert "ValueError" in failed["failure"]
    assert [ruling["score"] for ruling in failed["rulings"]] == [None]
    odd = next(item for item in document["items"] if item["case"] == "case-1")
    assert odd["candidate"] == HOSTILE


@pytest.mark.parametrize("form", ["table", "html", "md", "json"])
def test_hostile_answers_are_nowhere_obeyed(report: Jurist, form: str) -> None:
    said = report("small", "--format", form)
    assert said.code == 0
    assert "\x1b" not in said.out
    assert "<img src" not in said.out or form in {"json", "md"}  # in md inside a code block
    if form in {"md", "json"}:
        assert "\u202e" not in said.out


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (("nosuchrun",), "there is no run 'nosuchrun'"),
        (("small", "--store", "nowhere.db"), "there is no store nowhere.db"),
        (("small", "--store", "schema.yaml"), "is not a SQLite database"),
        (("small", "--store", "."), ". is no file"),
        (("small", "--store", "mysql://x/y"), "cannot be kept in 'mysql'"),
        (("small", "--store", "empty.db"), "no run is stored in empty.db"),
        (("--format", "html"), "no run was named"),
        (("small", "--out", "x.txt"), "is not called like what is written to it"),
        (("small", "--format", "pdf"), "'pdf' is not one of"),
        (("small", "--out", "r.pdf"), "expected: a file that ends with .html or .md or .json"),
        (("small", "--out", "schema.yaml/x.html"), "lie in a file"),
    ],
)
def test_what_cannot_be_done_is_named(
    report: Jurist, arguments: tuple[str, ...], problem: str
) -> None:
    said = report(*arguments)
    assert said.code == 2
    assert problem in said.err
    assert said.out == ""
    assert "Traceback" not in said.err


def test_asking_makes_no_store(report: Jurist, folder: Path) -> None:
    report("small", "--store", "nowhere.db")
    assert not (folder / "nowhere.db").exists()
