"""What a stranger got wrong, and the fix that the error names: one that works."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from commands import Jurist
from judged_runs import LENIENT, SILENT, make_folder
from jurist.analysis.gating import Criterion, Decision
from jurist.analysis.intervals import Estimate
from jurist.api import run as run_here
from jurist.report.decisions import criteria_table
from studies import SCHEMA

CASE = {"id": "a", "reference": "trait('age') > 1"}
STUDY = "name: s\ndatasets: [shop]\ngenerators: [rules]\n"


@pytest.mark.parametrize(
    ("schema", "fix"),
    [
        ("traits: {plan: {type: string}}", "fix: put 'plan' under `properties:` if it is one"),
        ("events: {A: {price: {type: number}}}", "fix: put 'price' under `properties:`"),
        ("traits: {properties: {plan: {type: float}}}", "did you mean 'number'?"),
        ("traits: {properties: {plan: {type: Text}}}", "did you mean 'string'?"),
        ("traits:\n\tproperties: {}", "line 2: not YAML: a tab indents the line"),
    ],
)
def test_schemas(jurist: Jurist, tmp_path: Path, schema: str, fix: str) -> None:
    (tmp_path / "schema.yaml").write_text(schema)
    query = "trait('plan') = 'x'"
    said = jurist("diff", query, query, "--schema", "schema.yaml")
    assert said.code == 2
    assert fix in said.err


@pytest.mark.parametrize(
    ("study", "fix"),
    [
        (f"{STUDY}questions: real\n", "fix: write questions: {use: real}"),
        (STUDY.replace("[rules]", "rules"), "fix: write generators: [rules]"),
        (STUDY.replace("name: s", 'name: ""'), "expected: text that is not empty"),
    ],
)
def test_studies(jurist: Jurist, tmp_path: Path, study: str, fix: str) -> None:
    (tmp_path / "study.yaml").write_text(study)
    said = jurist("run", "study.yaml")
    assert said.code == 2
    assert fix in said.err


def test_the_command_is_called_jurist_however_it_was_started(jurist: Jurist) -> None:
    said = jurist("judge")
    assert "expected: jurist judge [OPTIONS]" in said.err
    assert "see jurist judge --help" in said.err
    assert "python" not in said.err


def test_check_names_no_option_that_it_lacks_and_leaves_nothing_out(
    jurist: Jurist, tmp_path: Path
) -> None:
    (tmp_path / "schema.yaml").write_text(SCHEMA)
    (tmp_path / "cases.jsonl").write_text(json.dumps(CASE) + "\n")
    (tmp_path / "study.yaml").write_text(STUDY)
    bare = jurist("check")
    assert bare.code == 2
    assert "--dataset" not in bare.err
    both = jurist("check", "--study", "study.yaml", ".")
    assert both.code == 2
    assert "has no dataset '.'" in both.err


def test_two_empty_audiences_are_no_twins_and_a_question_has_a_text(
    jurist: Jurist, tmp_path: Path
) -> None:
    (tmp_path / "schema.yaml").write_text(SCHEMA)
    empty = ["trait('age') > 3 AND trait('age') < 2", "trait('age') > 9 AND trait('age') < 8"]
    lines = [json.dumps({"id": str(n), "reference": text}) for n, text in enumerate(empty)]
    question = {"id": "q", "text": " ", "origin": "real"}
    lines.append(json.dumps({**CASE, "questions": [question]}))
    (tmp_path / "cases.jsonl").write_text("\n".join(lines))
    said = jurist("check", ".")
    assert said.code == 1
    assert said.out.count(": empty: ") == 2
    assert "twin" not in said.out
    assert "line 3: no case: the text of the question 'q' is empty" in said.out


def test_an_operator_that_is_none_has_its_nearest_named(jurist: Jurist) -> None:
    said = jurist("mutate", "trait('plan') = 'x'", "--operator", "literal_cas")
    assert said.code == 2
    assert "there is no such operator, or it does not apply" in said.err
    assert "did you mean 'literal_case'?" in said.err


def test_which_of_several_runs_is_shown_is_said(jurist: Jurist, tmp_path: Path) -> None:
    folder = make_folder(tmp_path)
    first = folder.run(cases=4, judges=(LENIENT,))
    assert "the newest of" not in jurist("report", "study").err
    second = folder.run(cases=4, judges=(SILENT,))
    for command in (("report", "study"), ("compare", "study", first, "--allow-different")):
        said = jurist(*command)
        assert f"{second} is shown, the newest of 2 runs of 'study'" in said.err
    assert "the newest of" not in jurist("report", first).err


def test_too_few_questions_are_not_enough_data_and_the_others_are_offered(
    jurist: Jurist, tmp_path: Path
) -> None:
    (tmp_path / "schema.yaml").write_text(SCHEMA)
    cases: list[str] = []
    for number in range(12):
        origin = "real" if number < 2 else "authored"
        asked = {"id": f"q{number}", "text": f"older than {number}", "origin": origin}
        case = {"id": str(number), "reference": f"trait('age') > {number}", "questions": [asked]}
        cases.append(json.dumps(case) + "\n")
    (tmp_path / "cases.jsonl").write_text("".join(cases))
    (tmp_path / "study.yaml").write_text(
        "name: s\ndatasets: [{name: d, schema: schema.yaml, cases: cases.jsonl}]\n"
        "questions: {use: all, generator: realizer}\ngenerators: [nearest]\n"
    )
    assert jurist("run", "study.yaml").code == 0
    said = jurist("shift", "s")
    assert said.code == 3
    assert "and 2 real questions" in said.err
    assert "fix: say --against authored: of those there are enough" in said.err
    assert jurist("shift", "s", "--against", "authored").code == 0


def test_recorded_answers_that_nobody_asked_for_are_named(jurist: Jurist, tmp_path: Path) -> None:
    (tmp_path / "schema.yaml").write_text(SCHEMA)
    asked = [{"id": "q1", "text": "older than 1", "origin": "real"}]
    cases = [{**CASE, "id": name, "questions": asked} for name in ("premium", "free")]
    (tmp_path / "cases.jsonl").write_text("".join(json.dumps(case) + "\n" for case in cases))
    answers = [
        {"case": "premium", "question": "older than 1", "query": CASE["reference"]},
        {"case": "premum", "query": CASE["reference"]},
        {"case": "premium", "question": "q9", "query": CASE["reference"]},
        {"case": "free", "question": "q9", "query": CASE["reference"]},  # not of this run
    ]
    study = (
        "name: s\ndatasets: [{name: d, schema: schema.yaml, cases: cases.jsonl, limit: 1}]\n"
        "questions: {use: real}\ngenerators: [{recorded: answers.jsonl}]\n"
    )
    (tmp_path / "study.yaml").write_text(study)
    for chosen, said_of in (
        (answers[:1], ""),
        (
            answers[1::-1] + answers[3:],
            "answers.jsonl: 1 answer is for no question of the study: line 1: "
            "there is no case 'premum' in the study's datasets; did you mean 'premium'?",
        ),
        (
            answers[:1] + answers[2:],
            "answers.jsonl: 1 answer is for no question of the study: line 2: "
            "case 'premium' has no question 'q9'; there are 'older than 1', 'q1'",
        ),
        (answers, "answers.jsonl: 2 answers are for no question of the study, such as line 2: "),
    ):
        (tmp_path / "answers.jsonl").write_text("".join(json.dumps(a) + "\n" for a in chosen))
        ran = jurist("run", "study.yaml")
        assert ran.code == 0
        assert said_of in " ".join(ran.err.split())
        assert ("beware" in ran.err) is bool(said_of)


def test_samples_that_are_not_asked_for_are_named_also_from_python(
    jurist: Jurist, tmp_path: Path
) -> None:
    (tmp_path / "schema.yaml").write_text(SCHEMA)
    asked = [{"id": "q1", "text": "older than 1", "origin": "real"}]
    (tmp_path / "cases.jsonl").write_text(json.dumps({**CASE, "questions": asked}) + "\n")
    answers = [{"case": CASE["id"], "query": CASE["reference"], "sample": n} for n in (1, 2, 3)]
    (tmp_path / "answers.jsonl").write_text("".join(json.dumps(a) + "\n" for a in answers))
    study = (
        "name: s\ndatasets: [{name: d, schema: schema.yaml, cases: cases.jsonl}]\n"
        "questions: {use: real}\ngenerators: [{recorded: answers.jsonl, samples: 1}]\n"
    )
    (tmp_path / "study.yaml").write_text(study)
    said = " ".join(jurist("run", "study.yaml").err.split())
    beyond = (
        "answers.jsonl: 2 answers are never asked for, such as line 2: it is sample 2, and the "
        "generator has samples: 1; set samples: 3"
    )
    assert beyond in said
    assert beyond in run_here(tmp_path / "study.yaml", tmp_path / "here.db", workers=1).notes
    (tmp_path / "study.yaml").write_text(study.replace("samples: 1", "samples: 3"))
    assert "never asked for" not in jurist("run", "study.yaml").err


@pytest.mark.parametrize("other", ["study.yaml", "schema.yaml", "challenge.json", "cases.jsonl"])
def test_a_file_of_another_kind_is_called_what_it_seems_to_be(
    jurist: Jurist, tmp_path: Path, other: str
) -> None:
    texts = {
        "study.yaml": ("a study", "name: s\ndatasets: [shop]\ngenerators: [rules]\n"),
        "schema.yaml": ("a schema", SCHEMA),
        "challenge.json": ("a challenge", '{"judge": "proof", "operators": []}'),
        "cases.jsonl": ("a dataset's cases", '{"id": "a", "reference": null, "questions": []}'),
    }
    kind, text = texts[other]
    (tmp_path / other).write_text(text)
    takers = {
        "a study": ("run", other),
        "a schema": ("diff", "trait('a') = 1", "trait('a') = 2", "--schema", other),
        "a challenge": ("gate", "r", "--baseline", "b", "--max-drop", "1", "--challenge", other),
    }
    for wanted, command in takers.items():
        if wanted != kind:
            said = jurist(*command)
            assert said.code == 2
            assert f"the file seems to be {kind}, not {wanted}" in " ".join(said.err.split())
            assert "unknown" not in said.err


def test_diff_contradicts_itself_nowhere(jurist: Jurist) -> None:
    spelt = jurist("diff", "trait('a') = 'x'", "trait('a') == 'x'")
    assert "the same audience  (they are the same query" in spelt.out
    kinds = jurist("diff", "event('A').count()", "event('A').count() > 1")
    assert kinds.code == 1
    assert "of different kinds" in kinds.out
    assert "found by running" not in kinds.out
    assert "cannot be compared" not in kinds.out
    assert "note: one is an audience, the other a computed trait" in kinds.out
    equal = jurist("diff", "trait('a') > 3", "trait('a') > 3 AND NOT trait('a') = 2")
    assert equal.code == 0
    assert "written only in the candidate: NOT trait('a') = 2" in equal.out
    early = jurist(
        "diff", "event('A').count() > 3", "event('A').count() > 3 AND event('A').count() < 20000",
        "--steps", "1",
    )  # fmt: skip
    assert early.code == 3
    assert "all 0 seeded" not in early.out
    assert "the steps ended before any seeded subject was tried" in early.out


def test_notes_say_why_in_one_line_that_points_nowhere(jurist: Jurist, tmp_path: Path) -> None:
    (tmp_path / "schema.yaml").write_text(SCHEMA)
    cases: list[str] = []
    answers: list[str] = []
    for number, answer in enumerate(["trait('age') >", "trait('age') >", "trait('nope') = 1"]):
        asked = {"id": "q", "text": f"older than {number}", "origin": "real"}
        cases.append(json.dumps({**CASE, "id": str(number), "questions": [asked]}) + "\n")
        answers.append(json.dumps({"case": str(number), "query": answer}) + "\n")
    (tmp_path / "cases.jsonl").write_text("".join(cases))
    (tmp_path / "answers.jsonl").write_text("".join(answers))
    (tmp_path / "study.yaml").write_text(
        "name: s\ndatasets: [{name: d, schema: schema.yaml, cases: cases.jsonl}]\n"
        "questions: {use: real}\ngenerators: [{recorded: answers.jsonl}]\n"
    )
    said = jurist("run", "study.yaml")
    (note,) = [line for line in said.err.splitlines() if "answers are no queries" in line]
    assert "no queries of the workspace, the commonest reason (2): it does not parse" in note
    assert "^" not in note


def test_a_gate_shows_a_few_of_many_criteria_without_data() -> None:
    none = Estimate(0.1, 0.0, 0.9, 5, 5)
    many = [
        Criterion("errors", f"operator {n}", none, 0.2, Decision.NOT_ENOUGH_DATA) for n in range(44)
    ]
    failed = Criterion("errors", "the worst", none, 0.2, Decision.FAIL)
    table = criteria_table([failed, *many])
    assert table.row_count == 1 + 3 + 1
    assert [str(cell) for cell in table.columns[1].cells][-1] == "and 41 more"
