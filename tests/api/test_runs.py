"""A stored run: its rows in each format, its table, its report; and the command line's verdicts."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, cast

import polars as pl
import pyarrow.parquet as pq
import pytest

import jurist
from commands import run_process
from jurist.api import COLUMNS
from jurist.errors import InputError, StoreError, UnsupportedError
from notebook_cells import notebook_html
from studies import write_dataset

STUDY = """
name: both
datasets: [{name: small, schema: schema.yaml, cases: cases.jsonl}]
questions: {use: authored}
generators: [rules, {callable: "answers_in_both:failing", name: failing}]
judges: [proof]
"""
ANSWERS = """
def failing(question):
    if question.endswith("3"):
        raise RuntimeError("<b>no</b>")
    return None if question.endswith("4") else "trait('age') > 5"
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("both")
    write_dataset(folder, cases=12)
    (folder / "study.yaml").write_text(STUDY)
    (folder / "answers_in_both.py").write_text(ANSWERS)
    return folder


@pytest.fixture(scope="module")
def run(folder: Path) -> jurist.Run:
    return jurist.run(folder / "study.yaml", store=folder / "python.db", workers=1)


def test_verdicts_are_those_of_the_command_line(folder: Path, run: jurist.Run) -> None:
    said = run_process("run", "study.yaml", "--quiet", folder=folder)
    assert said.code == 0, said.err
    stored = jurist.open_run("both", folder / "jurist.db")
    assert stored.id == run.id
    times = {"ms", "answer_ms"}
    both = [
        [{key: value for key, value in row.items() if key not in times} for row in each.rows()]
        for each in (stored, run)
    ]
    assert both[0] == both[1]
    assert len(both[0]) == 2 * 12
    assert {row["score"] for row in both[0]} > {1.0, 5.0, None}
    assert str(run.leaderboard()) in said.out.replace("\x1b", "")


def test_rows_are_the_same_in_every_format(run: jurist.Run, tmp_path: Path) -> None:
    rows = list(run.rows())
    assert {tuple(row) for row in rows} == {tuple(COLUMNS)}
    for row in rows:
        for name, column in COLUMNS.items():
            assert row[name] is None or type(row[name]) is column.kind, name
    assert run.to_arrow().to_pylist() == rows
    run.to_parquet(tmp_path / "rows.parquet")
    assert pq.read_table(tmp_path / "rows.parquet").to_pylist() == rows
    assert run.to_polars().to_dicts() == rows
    assert pl.read_parquet(tmp_path / "rows.parquet").to_dicts() == rows
    frame = cast("Any", run.to_pandas())
    assert list(frame.columns) == list(COLUMNS)
    assert frame.astype(object).where(frame.notna(), None).to_dict("records") == rows


FRAMES: dict[str, tuple[str, Callable[[jurist.Run], object]]] = {
    "pandas": ("pandas", lambda run: run.to_pandas()),
    "polars": ("polars", lambda run: run.to_polars()),
    "arrow": ("pyarrow", lambda run: run.to_arrow()),
    "parquet": ("pyarrow", lambda run: run.to_parquet("rows.parquet")),
}


@pytest.mark.parametrize("name", FRAMES)
def test_what_is_not_installed_is_named(
    name: str, run: jurist.Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package, call = FRAMES[name]
    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(UnsupportedError) as caught:
        call(run)
    assert f"needs {package}, which is not installed" in str(caught.value)
    assert f"fix: pip install {package}, or use rows()" in str(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_failures_are_counted_where_the_run_is_shown(run: jurist.Run) -> None:
    outcome = run.outcome
    assert (outcome.state, outcome.open, outcome.failed) == ("finished", 0, 1)
    assert "finished, 1 result missing" in repr(run)
    standing = next(each for each in run.leaderboard() if each.generator == "failing")
    assert standing.unanswered == 1
    assert any("no" in note for note in run.notes)


class Texts(HTMLParser):
    """The tags and the cells of a piece of HTML."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.cells: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: object) -> None:  # noqa: ARG002
        self.tags.add(tag)
        if tag in {"td", "th"}:
            self.cells.append("")

    def handle_data(self, data: str) -> None:
        if self.cells:
            self.cells[-1] += data


def test_the_leaderboard_prints_and_draws_the_same_table(run: jurist.Run) -> None:
    board = run.leaderboard()
    assert len(board) == 4
    assert board[:2] == tuple(board)[:2]
    printed = str(board)
    drawn = Texts(notebook_html(board))
    for cell in filter(str.strip, drawn.cells):
        assert cell in printed
    assert {"script", "img", "link"}.isdisjoint(drawn.tags)
    whole = Texts(notebook_html(run))
    assert whole.cells[: len(drawn.cells)][:-1] == drawn.cells[:-1]
    assert "b" not in whole.tags


@pytest.mark.parametrize("ending", ["html", "md", "json"])
def test_the_report_is_that_of_the_command_line(
    ending: str, folder: Path, run: jurist.Run, tmp_path: Path
) -> None:
    made = run.report(str(tmp_path / f"report.{ending}"))
    by_command = tmp_path / f"command.{ending}"
    store = str(folder / "python.db")
    said = run_process("report", run.id, "--store", store, "--out", str(by_command), folder=folder)
    assert said.code == 0
    assert made.read_bytes() == by_command.read_bytes()


def test_a_run_of_python_is_open_to_every_command(run: jurist.Run, tmp_path: Path) -> None:
    said = run_process("report", "both", "--store", run.store, folder=tmp_path)
    assert said.code == 0
    assert "failing" in said.out
    arguments = ("annotate", "both", "--store", run.store, "--export", "t.csv")
    exported = run_process(*arguments, folder=tmp_path)
    assert exported.code == 0
    with (tmp_path / "t.csv").open(newline="") as file:
        assert len(list(csv.DictReader(file))) == 9  # who gave no query has a score by the rubric


def test_a_run_of_functions_is_stored_with_what_they_are_called(
    folder: Path, tmp_path: Path
) -> None:
    def of_mine(question: str) -> str:
        return f"trait('age') > {question.split()[-1]}"

    dataset = jurist.Dataset(folder / "schema.yaml", folder / "cases.jsonl", name="d")
    study = jurist.Study([dataset], [of_mine], name="objects", questions={"use": "authored"})
    made = jurist.run(study, tmp_path / "objects.db", workers=1)
    report = json.loads(made.report(tmp_path / "report.json").read_text())
    assert "of_mine" in json.dumps(report["study"])
    said = run_process("align", "objects", "--store", str(tmp_path / "objects.db"), folder=folder)
    assert said.code in {0, 3}, said.err


WRONG: dict[str, tuple[Callable[[jurist.Run], object], str]] = {
    "pdf": (lambda run: run.report("report.pdf"), "no report ends like the text 'report.pdf'"),
    "no ending": (lambda run: run.report("report"), "no report ends like"),
    "a folder not there": (lambda run: run.report("no/x.html"), "there is no folder no"),
    "number": (lambda run: run.report(3), "`path` is the number 3"),  # type: ignore[arg-type]
    "below a file": (lambda run: run.report("/dev/null/x.html"), "lie in a file"),
    "parquet None": (lambda run: run.to_parquet(None), "`path` is None"),  # type: ignore[arg-type]
    "no folder": (lambda run: run.to_parquet("no/such/x.parquet"), "no/such/x.parquet"),
    "no run": (lambda run: jurist.open_run("neither", run.store), "there is no run 'neither'"),
    "empty name": (lambda run: jurist.open_run("", run.store), "`name_or_id` is empty"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_cannot_be_done_is_said(name: str, run: jurist.Run) -> None:
    act, problem = WRONG[name]
    with pytest.raises(InputError) as caught:
        act(run)
    assert problem in str(caught.value)
    assert "\n  expected: " in str(caught.value)
    assert "\n  fix: " in str(caught.value)


def test_opening_a_run_makes_no_store(tmp_path: Path) -> None:
    with pytest.raises(StoreError):
        jurist.open_run(store=tmp_path / "none.db")
    assert list(tmp_path.iterdir()) == []
