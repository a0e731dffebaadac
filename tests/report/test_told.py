"""A report for others: no value of the run in any of its forms, and the same verdicts."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pyarrow.parquet as pq
import pytest

import jurist
from commands import run_process
from jurist.errors import InputError
from marked import Marked, marked_dataset

STUDY = """
name: marked
datasets: [{name: m, schema: schema.yaml, cases: cases.jsonl}]
questions: {use: authored}
generators: [{recorded: answers.jsonl, name: saved}, rules]
"""


@pytest.mark.parametrize("level", ["values", "values and names"])
def test_nothing_of_a_run_stands_in_a_report_at_a_level(tmp_path: Path, level: str) -> None:
    marked = Marked()
    marked_dataset(tmp_path, marked, cases=3, each=2, refusals=False)
    (tmp_path / "study.yaml").write_text(STUDY)
    assert run_process("run", "study.yaml", "-q", folder=tmp_path).code == 0
    shown: dict[bool, str] = {}
    for privacy in ((), ("--privacy", level)):
        done = run_process("report", "marked", "--format", "json", *privacy, folder=tmp_path)
        assert done.code == 0, done.err
        shown[privacy != ()] = done.out
    assert len(marked.seen_in(shown[False])) > 30
    assert marked.seen_in(shown[True]) == set()
    scores = [
        [[ruling["score"] for ruling in item["rulings"]] for item in json.loads(text)["items"]]
        for text in shown.values()
    ]
    assert scores[0] == scores[1]
    if level == "values and names":
        assert "joined" not in shown[True]
    assert any("are pseudonyms here" in note for note in json.loads(shown[True])["notes"])


def test_a_level_that_a_report_has_not_is_an_error(tmp_path: Path) -> None:
    marked_dataset(tmp_path, Marked(), cases=1, each=1)
    (tmp_path / "study.yaml").write_text(STUDY)
    run_process("run", "study.yaml", "-q", folder=tmp_path)
    done = run_process("report", "marked", "--privacy", "off", folder=tmp_path)
    assert done.code == 2
    assert "values or values and names" in done.err


def test_tags_and_what_an_unreadable_answer_says_are_told_too(tmp_path: Path) -> None:
    """A tag may be a value; why an answer does not parse quotes what cannot be told from words."""
    (tmp_path / "schema.yaml").write_text("traits: {properties: {city: {type: string}}}")
    case = {"id": "alice", "reference": "trait('city') = 'Zanzibar'", "tags": ["Zanzibar", "easy"]}
    question = {"id": "q", "text": "people from Zanzibar", "origin": "authored"}
    (tmp_path / "cases.jsonl").write_text(json.dumps(case | {"questions": [question]}))
    answer = {"case": "alice", "query": "trait('city') = Zanzibar or Timbuktu"}
    (tmp_path / "answers.jsonl").write_text(json.dumps(answer))
    (tmp_path / "study.yaml").write_text(STUDY.replace(", rules]", "]"))
    assert run_process("run", "study.yaml", "-q", folder=tmp_path).code == 0
    for file in ("told.json", "told.html", "told.md"):
        done = run_process(
            "report", "marked", "--privacy", "values", "--out", file, folder=tmp_path
        )
        assert done.code == 0, done.err
        told = (tmp_path / file).read_text()
        assert "easy" in told or file == "told.md"
        assert not {"zanzibar", "timbuktu", "alice"} & set(re.findall("[a-z]+", told.lower()))


def test_a_run_in_python_is_written_by_pseudonyms(tmp_path: Path) -> None:
    marked = Marked()
    marked_dataset(tmp_path, marked, cases=3, each=2, refusals=False)
    (tmp_path / "study.yaml").write_text(STUDY)
    assert run_process("run", "study.yaml", "-q", folder=tmp_path).code == 0
    run = jurist.open_run("marked", tmp_path / "jurist.db")
    run.to_parquet(tmp_path / "own.parquet")
    with jurist.pseudonymised(run, "values") as shown:
        shown.to_parquet(tmp_path / "others.parquet")
        shown.report(tmp_path / "others.html")
        assert any("pseudonyms" in note for note in shown.notes)
    own, others = (pq.read_table(tmp_path / f"{name}.parquet") for name in ("own", "others"))
    assert len(marked.seen_in(str(own.to_pylist()))) > 20
    assert marked.seen_in(str(others.to_pylist())) == set()
    assert marked.seen_in((tmp_path / "others.html").read_text()) == set()
    assert [row["score"] for row in own.to_pylist()] == [row["score"] for row in others.to_pylist()]
    with (
        pytest.raises(InputError, match="no level of privacy 'off'"),
        jurist.pseudonymised(run, "off"),
    ):
        pass
