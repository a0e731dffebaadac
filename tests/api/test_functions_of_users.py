"""Functions of a script and of a notebook as generators; what is drawn; how errors end."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

import nbclient
import nbformat
import pytest

from studies import write_dataset

SCRIPT = """
import jurist

print("begun")

def answer(question):
    number = int(question.split()[-1])
    return f"trait('age') > {number + number % 2}"

def study():
    mine = jurist.Dataset("schema.yaml", "cases.jsonl")
    return jurist.Study([mine], [answer, "rules"], name="script", questions={"use": "authored"})

run = jurist.run(study(), store="script.db")
print(run.outcome)
for row in run.rows():
    print(row["case"], row["generator"], row["score"], row["relation"])
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_dataset(tmp_path, cases=10)
    return tmp_path


def expected() -> list[str]:
    """By hand: an even number is answered right, an odd one with the next; `rules` declines.

    The last case is unbuildable, so to decline is right there.
    """
    lines: list[str] = []
    for number in range(9):
        relation = "contains" if number % 2 else "5.0 equivalent"
        lines += [f"case-{number} answer {relation}", f"case-{number} rules 1.0 None"]
    return [*lines, "case-9 answer 1.0 None", "case-9 rules 5.0 None"]


def without_low_scores(lines: Sequence[str]) -> list[str]:
    """The lines, those of a difference without their scores, which are the rule's affair."""
    words = [line.split() for line in lines]
    return [" ".join([*w[:2], w[3]] if w[-1] == "contains" else w) for w in words]


def test_a_script_needs_no_guard_and_goes_on_when_it_is_run_again(folder: Path) -> None:
    (folder / "script.py").write_text(SCRIPT)
    said: list[list[str]] = []
    for _ in range(2):
        done = subprocess.run(
            [sys.executable, "script.py"], cwd=folder, capture_output=True, text=True, timeout=120
        )
        assert done.stderr == ""
        said.append(done.stdout.splitlines())
    begun, outcome, *lines = said[0]
    assert begun == "begun"
    assert outcome == "Outcome(state='finished', tasks=40, open=0, failed=0)"
    assert without_low_scores(lines) == expected()
    assert said[1] == said[0]
    changed = SCRIPT.replace("number % 2", "0")
    (folder / "script.py").write_text(changed)
    done = subprocess.run(
        [sys.executable, "script.py"], cwd=folder, capture_output=True, text=True, timeout=120
    )
    assert "case-1 answer 5.0 equivalent" in done.stdout.splitlines()


def test_the_traceback_of_an_error_ends_with_its_three_parts(folder: Path) -> None:
    (folder / "script.py").write_text(
        "import jurist\njurist.workspace('schema.yaml').compare(\"trait('agee') > 1\", 'x')\n"
    )
    done = subprocess.run(
        [sys.executable, "script.py"], cwd=folder, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 1
    problem, wanted, fix = done.stderr.splitlines()[-3:]
    assert problem.startswith("jurist.errors.InputError: the reference does not fit the schema")
    assert wanted.startswith("  expected: ")
    assert fix.startswith("  fix: ")
    assert "did you mean 'age'?" in fix


def test_a_notebook_runs_it_and_draws_what_comes_of_it(folder: Path) -> None:
    make = cast("Any", nbformat.v4)
    shop = "jurist.workspace('schema.yaml')"
    cells = [
        SCRIPT,
        "run.leaderboard()",
        f"{shop}.compare(\"trait('age') > 1\", \"trait('age') > 2\")",
        "again = await jurist.run_async(study(), store='script.db'); print(again.id == run.id)",
    ]
    notebook = make.new_notebook(cells=[make.new_code_cell(cell) for cell in cells])
    client = cast("Any", nbclient).NotebookClient(
        notebook, timeout=120, resources={"metadata": {"path": str(folder)}}
    )
    client.execute()
    outputs = [cell["outputs"] for cell in notebook["cells"]]
    printed = "".join(part["text"] for part in outputs[0] if part.get("name") == "stdout")
    assert without_low_scores(printed.splitlines()[2:]) == expected()
    assert {part.get("name") for part in outputs[0]} == {"stdout"}
    assert [len(parts) for parts in outputs[1:]] == [1, 1, 1], outputs[1:]
    (board,), (drawn,), (same,) = outputs[1:]
    assert "<table>" in board["data"]["text/html"]
    assert "answer" in board["data"]["text/plain"]
    assert "in the reference and not in the candidate" in drawn["data"]["text/html"]
    assert same["text"] == "True\n"
