"""Cases whose references began as a system's answers: apart wherever scores are told."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

import jurist
from jurist.alignment import estimate_scores
from jurist.errors import DatasetError
from jurist.provenance import anchor_of, anchors, better_than, ordered, provenance
from jurist.records import Case, Origin
from jurist.report.terminal import leaderboard_text
from jurist.runs.case_files import choose_cases, encoded
from jurist.store import open_store
from studies import SCHEMA, write_module

ANCHORED = "real (anchored by near 2.1)"


@pytest.fixture
def run(tmp_path: Path) -> jurist.Run:
    """Of `near`, whose answers anchor half of the real cases, and of `far`."""
    lines = [
        {
            "id": f"{kind}-{number}",
            "reference": f"trait('age') > {number}",
            "questions": [{"id": "q", "text": f"{kind} {number}", "origin": origin}],
            **({"anchored_by": "near 2.1"} if kind == "edited" else {}),
        }
        for kind, origin in (("edited", "real"), ("asked", "real"), ("written", "authored"))
        for number in range(12)
    ]
    (tmp_path / "schema.yaml").write_text(SCHEMA)
    (tmp_path / "cases.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    module = write_module(
        tmp_path,
        """
        def near(question):
            kind, number = question.split()
            return f"trait('age') > {number if kind == 'edited' else 99}"

        def far(question):
            kind, number = question.split()
            return f"trait('age') > {99 if kind == 'edited' else number}"
        """,
    )
    for name in ("study", "earlier"):
        (tmp_path / f"{name}.yaml").write_text(
            f"""
name: {name}
datasets: [{{name: d, schema: schema.yaml, cases: cases.jsonl}}]
questions: {{use: all, generator: null}}
generators: [{{callable: "{module}:near", name: near}}, {{callable: "{module}:far", name: far}}]
judges: [proof]
gate: {{min_proved_right: 0.5, anchored_by: near 2.1}}
"""
        )
    return jurist.run(tmp_path / "study.yaml", tmp_path / "jurist.db", workers=1)


def test_standings_keep_anchored_cases_apart_and_others_decide(run: jurist.Run) -> None:
    rows = {(row.generator, row.origin): row for row in run.leaderboard()}
    assert {origin for _, origin in rows} == {"real", "authored", ANCHORED, None}
    assert rows["near", ANCHORED].proved_right == rows["far", "real"].proved_right == 1
    assert rows["far", ANCHORED].proved_right == rows["near", "real"].proved_right == 0
    assert rows["near", None].answers == 24  # of 36: what is anchored is pooled with nothing
    assert rows["near", None].proved_right == 0
    assert {row.origin for row in rows.values() if row.decides} == {"real"}
    assert ANCHORED in leaderboard_text(list(rows.values()))


def test_a_comparison_says_who_is_judged_by_its_own_answers(run: jurist.Run) -> None:
    made = run.compare()
    by_origin = {each.origin: each.difference.estimate.value for each in made.contrasts}
    assert list(by_origin) == ["real", "authored", ANCHORED]
    assert by_origin["real"] < 0 < by_origin[ANCHORED]  # near minus far
    (told,) = [note for note in made.notes if "anchored" in note]
    assert "near is judged by edits of its own answers" in told


def test_a_gate_decides_by_anchored_cases_only_where_that_is_said(
    run: jurist.Run, tmp_path: Path
) -> None:
    before = jurist.run(tmp_path / "earlier.yaml", run.store, workers=1)
    usual = run.gate(before, min_proved_right=0.9, generators=["far"])
    assert usual.terms.origin == "real"
    assert usual.criteria[0].estimate.value == 1
    said = run.gate(before, min_proved_right=0.9, generators=["far"], anchored_by="near 2.1")
    assert said.terms.origin == ANCHORED
    assert said.decision == "fail"
    assert any("favour it" in note for note in said.notes)


def test_estimates_and_rows_know_what_is_anchored(run: jurist.Run) -> None:
    found = estimate_scores(open_store(run.store), run.id).estimates
    assert [each.answers for each in found if each.generator == "near"] == [24, 12]
    assert ANCHORED in found[-1].population
    assert {row["anchored_by"] for row in run.rows()} == {None, "near 2.1"}


def test_what_nobody_anchors_has_the_digest_that_it_had() -> None:
    case = Case("a", "trait('age') > 1", tags=("x",), note='note","anchored_by":""}')
    before = '{"id":"a","reference":"trait(\'age\') > 1","questions":[],"tags":["x"],"note":'
    assert encoded(case).decode() == before + msgspec.json.encode(case.note).decode() + "}"
    assert b"near" in encoded(replace(case, anchored_by="near"))


def test_a_file_says_what_anchors_a_case(tmp_path: Path) -> None:
    path = tmp_path / "cases.jsonl"
    path.write_text('{"id": "a", "reference": "x", "anchored_by": "near 2.1"}\n')
    assert next(iter(choose_cases(path))).anchored_by == "near 2.1"
    path.write_text('{"id": "a", "reference": "x", "anchored_by": "a\\u0007b"}\n')
    with pytest.raises(DatasetError, match="anchored_by"):
        choose_cases(path)


def test_provenances_have_an_order_and_a_way_back() -> None:
    told = [
        provenance(Origin.REAL, "b 1"),
        "synthetic",
        "real",
        provenance(Origin.REAL, "a"),
        "real",
    ]
    assert ordered(told) == ("real", "synthetic", "real (anchored by a)", "real (anchored by b 1)")
    assert anchor_of("real") == ""
    assert anchor_of(provenance(Origin.REAL, "x (anchored by y)")) == "x (anchored by y)"
    assert better_than("synthetic") == ("real", "authored")
    assert anchors(ANCHORED, "near")
    assert not anchors(ANCHORED, "nea")
    assert not anchors("real", "")
