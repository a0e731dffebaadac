"""A report for others: no value of the run in any of its forms, and the same verdicts."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from commands import run_process
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
