"""`jurist check`: what is wrong or odd in a dataset, with its place."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from commands import Jurist
from studies import SCHEMA

ORDERS = "event('Order Completed')"
FINE = [f"{ORDERS}.count() >= 1", "trait('age') > 5", "trait('plan') = 'pro'"]
ODD = {
    "trait('age' > 5": ("unreadable", "line 1, column 13: unexpected `>`"),
    "trait('agee') > 5": ("misfit", "did you mean 'age'?"),
    "trait('age') > 5 AND trait('age') < 3": ("empty", "trait('age') > 5 and < 3 at once"),
    f"{ORDERS}.within(3 days).count() >= 5 AND {ORDERS}.within(7 days).count() < 5": (
        "empty",
        "never true together",
    ),
    f"{ORDERS}.count() >= 0": ("full", "everybody is in the reference"),
    f"{ORDERS}.count() > 0": ("twin", "means the same as 'case-0' on line 1 (by normal form)"),
}


def write(folder: Path, references: list[str]) -> None:
    (folder / "schema.yaml").write_text(SCHEMA)
    named = [*((f"case-{n}", each) for n, each in enumerate(references)), ("none", None)]
    lines = [{"id": identity, "reference": each} for identity, each in named]
    (folder / "cases.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))


def test_a_dataset_without_faults(jurist: Jurist, tmp_path: Path) -> None:
    write(tmp_path, FINE)
    said = jurist("check", ".")
    assert (said.code, said.out) == (0, "")
    assert said.err == "4 cases checked, no remarks\n"


@pytest.mark.parametrize("reference", ODD)
def test_each_oddity_is_found_in_its_place(jurist: Jurist, tmp_path: Path, reference: str) -> None:
    kind, words = ODD[reference]
    write(tmp_path, [*FINE, reference])
    said = jurist("check", ".", "--quiet")
    assert said.code == 1
    assert f"cases.jsonl, line 4, case 'case-3': {kind}: " in said.out
    assert words in said.out
    (only,) = json.loads(jurist("check", ".", "--json", "--quiet").out)
    assert (only["remark"]["line"], only["remark"]["kind"]) == (4, kind)


def test_twins_are_found_by_proof_where_the_texts_have_little_in_common(
    jurist: Jurist, tmp_path: Path
) -> None:
    week, month = (f"{ORDERS}.within({days} days).count() >= 1" for days in (7, 30))
    write(tmp_path, [f"{month} OR {week}", month, week])
    said = jurist("check", ".", "--quiet")
    assert said.out.count("\n") == 1
    assert (
        "line 2, case 'case-1': twin: means the same as 'case-0' on line 1 (by proof)" in said.out
    )


def test_the_shipped_datasets_and_a_study(jurist: Jurist, tmp_path: Path) -> None:
    assert jurist("check", "shop").code == 0
    write(tmp_path, [*FINE, "trait('agee') > 5"])
    (tmp_path / "study.yaml").write_text(
        "name: s\ndatasets: [{name: mine, schema: schema.yaml, cases: cases.jsonl}]\n"
        "generators: [rules]\n"
    )
    assert jurist("check", "--study", "study.yaml").code == 1


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        ((), "no dataset is named"),
        (("shopp",), "did you mean 'shop'?"),
        ((".",), "there is no file"),
        (("--study", "nothing.yaml"), "there is no file"),
    ],
)
def test_what_cannot_be_checked_is_an_error(
    jurist: Jurist, arguments: tuple[str, ...], problem: str
) -> None:
    said = jurist("check", *arguments)
    assert said.code == 2
    assert problem in said.err


def test_every_line_that_is_no_case_is_a_remark(jurist: Jurist, tmp_path: Path) -> None:
    """It ended at the first of them."""
    good = {"id": "a", "reference": "trait('plan') = 'pro'"}
    lines = [
        json.dumps(good),
        "question,query",
        json.dumps({"id": "b", "query": "trait('plan') = 'pro'"}),
        json.dumps(good),
        json.dumps({"id": "c", "reference": "trait('plan') ="}),
    ]
    (tmp_path / "mine.jsonl").write_text("\n".join(lines))
    (tmp_path / "mine.yaml").write_text(SCHEMA)
    said = jurist("check", "mine.jsonl", "--schema", "mine.yaml", "--json")
    assert said.code == 1
    remarks = [each["remark"] for each in json.loads(said.out)]
    assert [remark["line"] for remark in remarks] == [2, 3, 4, 4, 5]
    assert "begins with 'question,query'" in remarks[0]["text"]
    assert "did you mean 'reference'?" in remarks[1]["text"]
    texts = [remark["text"] for remark in remarks[2:4]]
    assert any("its id 'a' is that of line 1" in text for text in texts)
    assert remarks[-1]["kind"] == "unreadable"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "there is no case in the file"),
        ('{"id": "a", "refrence": "x"}\n' * 3, "did you mean 'reference'?"),
        ('{"reference": "x", "candidate": "y"}\n' * 3, "pairs to judge"),
        ("name: s\ndatasets: [shop]\ngenerators: [rules]\n", "seems to be a study"),
        ("question,query\na,b\n", "begins with 'question,query'"),
    ],
)
def test_a_file_without_a_case_is_one_error(
    jurist: Jurist, tmp_path: Path, text: str, problem: str
) -> None:
    (tmp_path / "schema.yaml").write_text(SCHEMA)
    (tmp_path / "mine.yaml").write_text(text)
    said = jurist("check", "mine.yaml", "--schema", "schema.yaml")
    assert (said.code, said.out) == (2, "")
    assert problem in said.err
    assert said.err.count("error: ") == 1
    assert "\n  expected: " in said.err
    assert "\n  fix: " in said.err


def test_a_file_of_cases_that_is_not_there(jurist: Jurist, tmp_path: Path) -> None:
    (tmp_path / "schema.yaml").write_text(SCHEMA)
    said = jurist("check", "nope.jsonl", "--schema", "schema.yaml")
    assert said.code == 2
    assert "there is no file nope.jsonl" in said.err
    assert "ships with" not in said.err


def test_a_question_by_another_name_is_shown_as_it_is_written(
    jurist: Jurist, tmp_path: Path
) -> None:
    (tmp_path / "schema.yaml").write_text(SCHEMA)
    (tmp_path / "mine.jsonl").write_text('{"id": "a", "reference": null, "question": "who?"}\n')
    said = jurist("check", "mine.jsonl", "--schema", "schema.yaml")
    _, _, written = said.err.partition('Write "questions": ')
    case = {"id": "a", "reference": None, "questions": json.loads(written.partition("\n")[0])}
    (tmp_path / "mine.jsonl").write_text(json.dumps(case) + "\n")
    assert jurist("check", "mine.jsonl", "--schema", "schema.yaml").code == 0
