"""The API as its users run it: a script, a notebook, a test, threads. The command line says how
each verdict must come out."""

from __future__ import annotations

import asyncio
import functools
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, cast

import nbclient
import nbformat
import pytest

import jurist
from commands import run_process
from jurist.languages.schema_files import read_schema
from jurist.records import Relation
from jurist.runs import StageProgress, read_cases, results
from jurist.store import open_store
from jurist.store.runs import list_runs
from studies import write_dataset

CASES = 12
STUDY = """
name: {name}
datasets: [{{name: small, schema: schema.yaml, cases: cases.jsonl}}]
questions: {{use: authored}}
generators: [{{callable: "answers_of_users:answer", name: g}}]
judges: [proof]
"""
ANSWERS = """
def answer(question):
    number = int(question.split()[-1])
    return f"trait('age') > {number + number % 2}" if number != 5 else "no query"
"""
SCRIPT = """
import asyncio
import jurist

print("it runs once")
run = CALL
for row in sorted(run.rows(), key=lambda row: row["case"]):
    print(row["case"], row["score"], row["relation"])
"""
RUN = 'jurist.run("study.yaml", "api.db")'
RUN_ASYNC = 'asyncio.run(jurist.run_async("study.yaml", "api.db"))'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_study(tmp_path)


def write_study(folder: Path) -> Path:
    write_dataset(folder, cases=CASES)
    (folder / "answers_of_users.py").write_text(ANSWERS)
    for name in ("study", "other"):
        (folder / f"{name}.yaml").write_text(STUDY.format(name=name))
    return folder


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """What the command line stores, as the script prints it."""
    folder = write_study(tmp_path_factory.mktemp("command"))
    ran = run_process("run", "study.yaml", "--quiet", folder=folder)
    assert ran.code == 0, ran.err
    store = open_store(folder / "jurist.db")
    (record,) = list_runs(store)
    found = sorted(results(store, record.id), key=lambda each: each.case.id)
    store.close()
    assert {1.0, 5.0} < {each.verdict.score for each in found}
    assert len(found) == CASES
    relations = [each.verdict.evidence and each.verdict.evidence.relation for each in found]
    assert {Relation.EQUIVALENT, Relation.CONTAINS, None} == set(relations)
    return [
        f"{each.case.id} {each.verdict.score} {relation}"
        for each, relation in zip(found, relations, strict=True)
    ]


def told(run: jurist.Run) -> list[str]:
    rows = sorted(run.rows(), key=lambda row: str(row["case"]))
    return [f"{row['case']} {row['score']} {row['relation']}" for row in rows]


@pytest.mark.parametrize("call", [RUN, RUN_ASYNC])
def test_a_script_without_a_guard(folder: Path, expected: list[str], call: str) -> None:
    (folder / "script.py").write_text(SCRIPT.replace("CALL", call))
    done = subprocess.run(
        [sys.executable, "script.py"], cwd=folder, capture_output=True, text=True, timeout=120
    )
    assert done.stderr == ""
    assert done.stdout.splitlines() == ["it runs once", *expected]


def test_modules_of_the_folder_that_a_script_is_run_from_are_not_its_own(tmp_path: Path) -> None:
    folder = write_study(tmp_path)
    (folder / "json.py").write_text("raise SystemExit('imported from the current folder')")
    place = tmp_path / "scripts"
    place.mkdir()
    (place / "script.py").write_text(
        "import jurist\n"
        "jurist.run(jurist.Study(name='s', datasets=[jurist.Dataset('schema.yaml', 'cases.jsonl')],"
        "questions={'use': 'authored'}, generators=['rules'], judges=['proof']), 's.db')\n"
    )
    done = subprocess.run(
        [sys.executable, place / "script.py"], cwd=folder, capture_output=True, text=True
    )
    assert done.stderr == ""
    assert done.returncode == 0


def test_a_notebook(folder: Path, expected: list[str]) -> None:
    said = in_notebook(folder, SCRIPT.replace("CALL", RUN))
    assert said.splitlines() == ["it runs once", *expected]


def test_an_interrupted_notebook_goes_on_where_it_was(folder: Path, expected: list[str]) -> None:
    """The kernel is sent SIGINT, as by its button, while the fifth answer is made."""
    with (folder / "study.yaml").open("a") as study:
        study.write("concurrency: 1\n")
    with (folder / "answers_of_users.py").open("a") as answers:
        answers.write(
            "import os, signal\n"
            "straight, asked = answer, []\n"
            "def answer(question):\n"
            "    asked.append(question)\n"
            "    if len(asked) == 5:\n"
            "        os.kill(os.getpid(), signal.SIGINT)\n"
            "    return straight(question)\n"
        )
    said = in_notebook(
        folder,
        f"import jurist\ntry:\n    {RUN}\nexcept KeyboardInterrupt:\n    print('interrupted')",
        SCRIPT.replace("CALL", RUN),
        "import sys\nprint(run.outcome.open, len(sys.modules['answers_of_users'].asked))",
    )
    interrupted, _, *rows, last = said.splitlines()
    assert interrupted == "interrupted"
    assert rows == expected
    assert last.split()[0] == "0"


def in_notebook(folder: Path, *cells: str) -> str:
    """What the cells of a notebook print."""
    make = cast("Any", nbformat.v4)
    notebook = make.new_notebook(cells=[make.new_code_cell(cell) for cell in cells])
    resources = {"metadata": {"path": str(folder)}}
    cast("Any", nbclient).NotebookClient(notebook, timeout=120, resources=resources).execute()
    return "".join(
        output["text"]
        for cell in notebook["cells"]
        for output in cell["outputs"]
        if output.get("name") == "stdout"
    )


async def test_a_test_in_whose_thread_an_event_loop_runs(folder: Path, expected: list[str]) -> None:
    store = folder / "s.db"
    assert told(jurist.run(folder / "study.yaml", store)) == expected
    assert told(await jurist.run_async(str(folder / "other.yaml"), str(store))) == expected


async def test_cancelled_it_ends_and_goes_on_later(folder: Path, expected: list[str]) -> None:
    loop = asyncio.get_running_loop()

    class Cancels:
        def update(self, stages: tuple[StageProgress, ...]) -> None:  # noqa: ARG002
            loop.call_soon_threadsafe(cancelled.cancel)

    call = functools.partial(jurist.run_async, folder / "study.yaml", folder / "s.db")
    cancelled = asyncio.create_task(call(progress=Cancels()))
    with pytest.raises(asyncio.CancelledError):
        await cancelled
    assert told(await call()) == expected


@pytest.mark.parametrize("stores", [("one.db", "two.db"), ("one.db", "one.db")])
def test_two_threads(folder: Path, expected: list[str], stores: tuple[str, str]) -> None:
    with ThreadPoolExecutor(2) as threads:
        begun = [
            threads.submit(jurist.run, folder / study, folder / store)
            for study, store in zip(("study.yaml", "other.yaml"), stores, strict=True)
        ]
        assert [told(each.result(120)) for each in begun] == [expected] * 2


def test_paths_are_text_or_paths(folder: Path) -> None:
    schema, cases = folder / "schema.yaml", folder / "cases.jsonl"
    assert read_schema(str(schema)).schema.digest == read_schema(schema).schema.digest
    assert list(read_cases(str(cases))) == list(read_cases(cases))
