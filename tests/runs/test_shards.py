"""A run in parts, each in a store of its own, and put together again: nothing is told apart."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from jurist.cli import build_app
from jurist.errors import InputError, StoreError
from jurist.records import Cost
from jurist.report.build import survey_of
from jurist.runs import Ending, StudyFile, results, run_study
from jurist.runs.results import Result
from jurist.runs.shards import Shard, read_shard, with_its_budget
from jurist.store import open_store
from jurist.store.counters import audit_counts
from jurist.store.merging import merge_shares
from jurist.store.runs import RunState, get_run
from studies import small_study, write_dataset

SOURCE = """
    def answer(question):
        number = int(question.split()[-1])
        return None if number % 10 == 9 else f"trait('age') > {number + number % 2}"

    def judge(question, reference, candidate, workspace):
        return 5 if reference == candidate else 2
"""


def run_shares(file: StudyFile, folder: Path, of: int) -> str:
    run = ""
    for number in range(1, of + 1):
        store = open_store(folder / f"part{number}.db")
        outcome = run_study(file, store, shard=Shard(number, of))
        assert outcome.ending is Ending.FINISHED
        store.close()
        run = outcome.run
    return run


def merged(folder: Path, of: int, run: str) -> list[Result]:
    parts = [open_store(folder / f"part{number}.db") for number in range(1, of + 1)]
    whole = open_store(folder / "whole.db")
    merge_shares(parts, whole, run)
    audit_counts(whole, run)
    found = list(results(whole, run))
    for store in (*parts, whole):
        store.close()
    return found


def essence(result: Result) -> object:
    """All of a result but what differs from one time to the next."""
    candidate = dataclasses.replace(result.candidate, cost=Cost())
    verdict = dataclasses.replace(result.verdict, cost=Cost())
    return dataclasses.replace(result, candidate=candidate, verdict=verdict)


@pytest.mark.parametrize(("cases", "of"), [(25, 3), (7, 7), (2, 4), (12, 1)])
def test_shares_put_together_are_the_run(tmp_path: Path, cases: int, of: int) -> None:
    file = small_study(tmp_path, cases=cases, source=SOURCE)
    run = run_shares(file, tmp_path, of)
    undisturbed = open_store(tmp_path / "undisturbed.db")
    assert run_study(file, undisturbed).run == run
    expected = list(map(essence, results(undisturbed, run)))
    undisturbed.close()
    assert len(expected) == cases
    assert list(map(essence, merged(tmp_path, of, run))) == expected


def test_the_whole_goes_on_as_any_run(tmp_path: Path) -> None:
    file = small_study(tmp_path, cases=9, source=SOURCE)
    run = run_shares(file, tmp_path, 2)
    merged(tmp_path, 2, run)
    whole = open_store(tmp_path / "whole.db")
    assert get_run(whole, run).state is RunState.RUNNING
    outcome = run_study(file, whole)
    assert (outcome.ending, outcome.done, outcome.open) == (Ending.FINISHED, 0, 0)
    assert get_run(whole, run).state is RunState.FINISHED


def test_a_part_is_not_taken_for_the_whole(tmp_path: Path) -> None:
    file = small_study(tmp_path, cases=6, source=SOURCE)
    run = run_shares(file, tmp_path, 2)
    store = open_store(tmp_path / "part1.db")
    with pytest.raises(StoreError, match=r"holds the share 1/2 .* there is no --shard"):
        run_study(file, store)
    with pytest.raises(StoreError, match=r"holds the share 1/2 .* there is --shard 2/2"):
        run_study(file, store, shard=Shard(2, 2))
    assert any("share 1/2" in note for note in survey_of(store, run).notes)


@pytest.mark.parametrize("parts", [["part1"], ["part1", "part2"], ["part1", "part2", "part2"]])
def test_a_missing_share_is_missed(tmp_path: Path, parts: list[str]) -> None:
    run = run_shares(small_study(tmp_path, cases=6, source=SOURCE), tmp_path, 3)
    whole = open_store(tmp_path / "whole.db")
    with pytest.raises(StoreError, match="not all the shares"):
        merge_shares([open_store(tmp_path / f"{part}.db") for part in parts], whole, run)


def test_shares_spend_their_part_of_the_budget(tmp_path: Path) -> None:
    file = small_study(tmp_path, cases=4, source=SOURCE, extra="budget: {calls: 11, usd: 1.5}")
    parts = [with_its_budget(file, Shard(number, 3)).study.budget for number in (1, 2, 3)]
    assert [part.calls for part in parts] == [4, 4, 3]
    assert [part.usd for part in parts] == [0.5, 0.5, 0.5]
    with pytest.raises(InputError, match="cannot be divided by 12"):
        with_its_budget(file, Shard(12, 12))
    few = small_study(tmp_path, cases=4, source=SOURCE, extra="budget: {calls: 100, tokens: 1}")
    with pytest.raises(InputError, match="budget of 1 tokens cannot be divided by 2"):
        with_its_budget(few, Shard(2, 2))


@pytest.mark.parametrize("text", ["", "1", "0/3", "4/3", "1/0", "-1/2", "1/2/3", "a/b", "1.0/2"])
def test_no_share(text: str) -> None:
    with pytest.raises(InputError, match="is no share"):
        read_shard(text)


def test_the_commands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write_dataset(tmp_path, cases=5)
    Path("study.yaml").write_text(
        "name: small\ndatasets: [{name: small, schema: schema.yaml, cases: cases.jsonl}]\n"
        "questions: {use: authored}\ngenerators: [rules]\njudges: [proof]\n"
    )
    run = CliRunner()
    for number in (1, 2):
        said = run.invoke(
            build_app(), ["run", "study.yaml", "--shard", f"{number}/2", "--store", f"{number}.db"]
        )
        assert said.exit_code == 0
        assert f"share {number}/2" in said.stderr
        assert said.stdout == ""  # a table would be of a part
        listed = run.invoke(build_app(), ["runs", "--store", f"{number}.db"]).stdout
        assert f"finished, share {number}/2" in listed
    there = run.invoke(build_app(), ["merge", "1.db", "2.db", "--into", "postgresql://h/d"])
    assert isinstance(there.exception, InputError)
    assert "--into postgresql://... is a server's store" in str(there.exception)
    assert not Path("postgresql:").exists()
    assert run.invoke(build_app(), ["merge", "1.db", "2.db", "--into", "all.db"]).exit_code == 0
    said = run.invoke(build_app(), ["run", "study.yaml", "--store", "all.db"])
    assert (said.exit_code, "0 tasks done" in said.stderr) == (0, True)
    rows = run.invoke(build_app(), ["runs", "--store", "all.db", "--json"]).stdout
    assert (json.loads(rows)[0]["state"], json.loads(rows)[0]["shard"]) == ("finished", None)
    again = run.invoke(build_app(), ["merge", "1.db", "2.db", "--into", "all.db"])
    assert isinstance(again.exception, InputError)
