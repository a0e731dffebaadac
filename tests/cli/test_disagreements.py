"""`jurist disagreements`: tables, JSON, settling one and walking through all."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from judged_runs import CAREFUL, LENIENT, Folder, make_folder
from jurist.errors import AnnotationError, InputError


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return make_folder(tmp_path)


@pytest.fixture
def run(folder: Folder) -> str:
    return folder.run(cases=30, judges=(CAREFUL, LENIENT, "proof"))


def _listed(folder: Folder, run: str, *arguments: str) -> list[dict[str, object]]:
    result = folder.cli("disagreements", run, *arguments, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)["disagreements"]


def test_tables_by_kind_with_witness_and_both_reasons(folder: Folder, run: str) -> None:
    result = folder.cli("disagreements", run)
    assert result.exit_code == 0, result.output
    for words in ("threshold", "lenient", "near enough", "witness    a customer", "proof:"):
        assert words in result.output
    only = _listed(folder, run, "--judge", "lenient", "--kind", "thresh")
    assert {(each["judge"], each["kind"]) for each in only} == {("lenient", "threshold")}
    assert "no judge disagrees" in folder.cli("disagreements", run, "--against", "people").output


def test_settling_one_makes_a_tune_label(folder: Folder, run: str) -> None:
    first = _listed(folder, run, "--judge", "lenient")[0]
    task = str(first["task"])
    done = folder.cli(
        "disagreements", run, "--settle", task, "lenient", "judge_wrong", "--by", "ada"
    )
    assert done.exit_code == 0, done.output
    assert f"tune label {round(float(str(first['other_score'])))}" in done.stderr
    after = {str(each["task"]): each for each in _listed(folder, run, "--judge", "lenient")}
    assert after[task]["settled"] == "judge_wrong"
    assert after[task]["role"] == "tune"
    align = folder.cli("align", run, "--against", "people")
    assert "1 tune" in align.stderr  # and nothing measured


def test_a_test_label_is_refused_and_unknown_rulings_are_named(folder: Folder, run: str) -> None:
    rows = folder.export(run, "--count", "200")
    folder.label(run, [{**row, "annotator": "ada", "scores": [2]} for row in rows])
    task = str(_listed(folder, run, "--judge", "lenient", "--against", "proof")[0]["task"])
    settle = ("disagreements", run, "--by", "ada", "--settle", task, "lenient")
    refused = folder.cli(*settle, "judge_wrong")
    assert isinstance(refused.exception, AnnotationError)
    assert "cannot become a tune label" in str(refused.exception)
    assert folder.cli(*settle, "judge_wrong", "--no-label").exit_code == 0
    unknown = folder.cli(*settle, "nobody_wrong")
    assert isinstance(unknown.exception, InputError)
    assert "judge_wrong, reference_wrong" in str(unknown.exception)
    assert "do not tune" in folder.cli("disagreements", run).stderr


def test_walking_through_all_goes_on_where_it_stopped(folder: Folder, run: str) -> None:
    walk = ("disagreements", run, "--interactive", "--by", "ada", "--judge", "lenient")
    total = len({str(each["task"]) for each in _listed(folder, run, "--judge", "lenient")})
    first = folder.cli(*walk, typed="x\nj\nwrong by 7\ns\nr\n\nq\n")
    assert first.exit_code == 0, first.output
    assert "please: j" in first.stderr
    assert "2 settled" in first.stderr
    second = folder.cli(*walk, typed="j\n\n" * total)
    assert f"{total - 2} settled, nothing is left" in second.stderr
    rulings = [each["settled"] for each in _listed(folder, run, "--judge", "lenient")]
    assert rulings.count("reference_wrong") == 1
    assert None not in rulings
    nobody = folder.cli("disagreements", run, "--interactive")
    assert "say --by" in str(nobody.exception)
