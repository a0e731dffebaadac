"""Cases, answers and verdicts as streams: flat memory, and files that change meanwhile."""

from __future__ import annotations

import gc
import json
import os
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from jurist.analysis.leaderboard import leaderboard
from jurist.errors import DatasetError, InputError
from jurist.records import Candidate, Case, Origin, Question, Verdict
from jurist.report.build import page_of, survey_of
from jurist.roles.recorded import read_recording
from jurist.runs import Result, StudyFile, parse_study, plan, prepare, read_cases, run_study
from jurist.store import open_store
from studies import write_dataset

STUDY = """
name: small
datasets: [{name: small, schema: schema.yaml, cases: cases.jsonl}]
questions: {use: authored}
generators: [{recorded: said.jsonl}]
judges: [proof]
"""


def recorded_study(folder: Path, *, cases: int) -> StudyFile:
    """Every answer is what the question asks for, but that of every seventh case."""
    write_dataset(folder, cases=cases)
    lines = [
        {"case": f"case-{n}", "query": f"trait('age') > {n + (n % 7 == 6)}"} for n in range(cases)
    ]
    (folder / "said.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    return parse_study(STUDY, folder=folder)


def most_bytes(work: Callable[[], object]) -> int:
    """The most that Python objects take while something is done."""
    gc.collect()
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_a_plan_keeps_bytes_and_not_cases(tmp_path: Path) -> None:
    few, many = 1_000, 5_000
    most: list[int] = []
    for count in (few, few, many):  # the first also pays for what is imported
        file = recorded_study(tmp_path, cases=count)
        most.append(most_bytes(lambda file=file: sum(1 for _ in plan(file).tasks())))
    a_case = len(json.dumps({"id": "case-0", "reference": "trait('age') > 0"}))
    assert most[2] - most[1] < (many - few) * a_case


def test_the_table_keeps_bytes_and_not_verdicts() -> None:
    def rows(count: int) -> Iterator[Result]:
        for number in range(count):
            case = Case(f"case-{number}", f"trait('age') > {number}")
            question = Question("q", f"older than {number}", Origin.REAL)
            verdict = Verdict("j", float(1 + number % 5), f"the verdict {number}")
            yield Result("d", case, question, "g", Candidate("x"), "j", verdict, str(number))

    few, many = 2_000, 10_000
    most = [most_bytes(lambda count=count: leaderboard(rows(count))) for count in (few, few, many)]
    assert most[2] - most[1] < (many - few) * 150  # of which 12 are kept, the rest is arithmetic


def test_a_run_and_its_report_are_what_they_were_in_memory(tmp_path: Path) -> None:
    file = recorded_study(tmp_path, cases=40)
    store = open_store(tmp_path / "s.db")
    outcome = run_study(file, store, workers=1)
    survey = survey_of(store, outcome.run)
    page = page_of(store, outcome.run, survey)
    once, again = list(page.items), list(page.items)
    store.close()
    assert outcome.done == 80
    assert once == again
    assert [item.case for item in once] == [f"case-{n}" for n in range(40)]
    assert (page.left_out, survey.answers) == (0, 40)
    (standing,) = (each for each in survey.standings if each.origin is None)
    wrong = sum(item.worst != 5 for item in once)
    assert wrong == sum(n % 7 == 6 or n % 10 == 9 for n in range(40))
    assert standing.scores[4] == 40 - wrong


def test_of_a_large_run_a_report_shows_the_worst(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from jurist.report import build

    monkeypatch.setattr(build, "MOST_ITEMS", 9)
    store = open_store(tmp_path / "s.db")
    run = run_study(recorded_study(tmp_path, cases=40), store, workers=1).run
    page = page_of(store, run, survey_of(store, run))
    shown = [(item.case, item.worst) for item in page.items]
    everything = [(f"case-{n}", None) for n in range(40)]
    store.close()
    assert (len(shown), page.left_out) == (9, 31)
    assert all(score is None or score < 5 for _, score in shown)
    order = [case for case, _ in everything]
    assert [order.index(case) for case, _ in shown] == sorted(order.index(c) for c, _ in shown)


def test_a_dataset_that_changes_while_it_is_read_is_no_dataset(tmp_path: Path) -> None:
    the_plan = plan(recorded_study(tmp_path, cases=20))
    cases = tmp_path / "cases.jsonl"
    cases.write_text(cases.read_text().replace("> 3", "> 4"))
    store = open_store(tmp_path / "s.db")
    with pytest.raises(DatasetError, match="has changed since it was first read"):
        prepare(the_plan, store)
    store.close()


async def test_a_recording_that_changes_while_it_is_played_is_a_failure(tmp_path: Path) -> None:
    from jurist.roles.protocols import FindsByCase

    cast = plan(recorded_study(tmp_path, cases=20)).casts["small"]
    said = tmp_path / "said.jsonl"
    generator = cast.generators["said"]
    assert isinstance(generator, FindsByCase)
    question = Question("q", "older than 3", Origin.AUTHORED)
    found = await generator.of_case("case-3").answer(question, cast.dataset.workspace)
    assert found.query == "trait('age') > 3"
    said.write_text(said.read_text().replace("> 3", "> 40"))
    changed = await generator.of_case("case-3").answer(question, cast.dataset.workspace)
    said.unlink()
    gone = await generator.of_case("case-3").answer(question, cast.dataset.workspace)
    assert changed.failure
    assert "said.jsonl: the recording has changed" in changed.failure.reason
    assert gone.failure
    assert "there is no file" in gone.failure.reason


def test_a_repeated_id_is_found_whatever_stands_between(tmp_path: Path) -> None:
    write_dataset(tmp_path, cases=500)
    path = tmp_path / "cases.jsonl"
    path.write_text(path.read_text() + '\n{"id": "case-123", "reference": null}\n')
    with pytest.raises(InputError, match="line 502: a second case with the id 'case-123'"):
        list(read_cases(path))


def test_a_pipe_is_no_dataset(tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    for read in (lambda: list(read_cases(path)), lambda: read_recording(path, name="said")):
        with pytest.raises(DatasetError, match="expected: a file, which can be read more than"):
            read()
