"""`jurist gate`: three exit codes, decided by intervals."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import numpy as np
import pytest
from typer.testing import Result

from judged_runs import CAREFUL, LENIENT, Folder, labelled, make_folder
from jurist.alignment.challenge.results import CoverageResult, TotalResult
from jurist.analysis.gating import Decision
from jurist.analysis.qualifying import Demands, total_error, total_p_value
from jurist.errors import InputError


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return make_folder(tmp_path)


def test_the_same_again_passes_worse_fails_and_little_data_is_neither(folder: Folder) -> None:
    before = folder.run(cases=40, name="before", generators=("good",), judges=(CAREFUL,))
    same = folder.run(cases=40, name="same", generators=("good",), judges=(CAREFUL,))
    worse = folder.run(cases=40, name="worse", generators=("good=wrong",), judges=(CAREFUL,))
    few = folder.run(cases=6, name="few", generators=("good=weak",), judges=(CAREFUL,))

    def codes(*options: str) -> list[int]:
        asked = ("--baseline", before, "--max-drop", "0.1", *options)
        return [folder.cli("gate", run, *asked).exit_code for run in (same, worse, few)]

    # of requests like these 40 cases cannot say it: log(.025) / log(1 - .1 / 4) = 145.7
    assert codes() == [3, 1, 3]
    assert codes("--about", "cases") == [0, 1, 1]
    text = folder.cli("gate", same, "--baseline", before, "--max-drop", "0.1").output
    assert "146 like these would pass" in text
    assert "About requests like these" in text


def test_a_study_says_what_it_is_about(folder: Folder) -> None:
    before = folder.run(cases=20, name="before", generators=("good",), judges=(CAREFUL,))
    extra = "gate: {max_drop: 0.1, about: cases}"
    same = folder.run(cases=20, name="same", generators=("good",), judges=(CAREFUL,), extra=extra)
    asked = ("gate", same, "--baseline", before, "--study", str(folder.path / "same.yaml"))
    result = folder.cli(*asked)
    assert result.exit_code == 0
    assert "these very cases" in result.output
    assert folder.cli(*asked, "--about", "requests").exit_code == 3
    both = folder.cli(*asked, "--looks", "daily")
    assert "about no draws" in str(both.exception)


def test_whoever_looks_daily_sees_each_case_once(folder: Folder) -> None:
    before = folder.run(cases=60, name="before", generators=("good",), judges=(CAREFUL,))
    for cases in (20, 40, 60):
        run = folder.run(cases=cases, name="nightly", generators=("good",), judges=(CAREFUL,))
        result = folder.cli(
            "gate", run, "--baseline", before, "--max-drop", "0.5", "--looks", "daily", "--json"
        )
        (criterion,) = json.loads(result.stdout)["criteria"]
        assert criterion["estimate"]["clusters"] == cases
    # another version has only the cases that nobody looked at before
    changed = folder.run(cases=80, name="nightly", generators=("good=weak",), judges=(CAREFUL,))
    folder.run(cases=80, name="before", generators=("good",), judges=(CAREFUL,))
    result = folder.cli(
        "gate", changed, "--baseline", "before", "--max-drop", "0.5", "--looks", "daily", "--json"
    )
    made = json.loads(result.stdout)
    assert made["criteria"][0]["estimate"]["clusters"] == 20
    assert made["terms"]["looks"] == "daily"


def test_json_has_raw_and_corrected_p(folder: Folder) -> None:
    before = folder.run(cases=40, name="before", judges=(CAREFUL,))
    worse = folder.run(
        cases=40, name="worse", generators=("good=wrong", "weak=wrong"), judges=(CAREFUL,)
    )
    asked = ("gate", worse, "--baseline", before, "--max-drop", "0.1", "--json")
    made = json.loads(folder.cli(*asked).stdout)
    raw = [each["p_fail"] for each in made["criteria"]]
    adjusted = [each["p_fail_adjusted"] for each in made["criteria"]]
    assert min(adjusted) == pytest.approx(2 * min(raw))
    assert [each["generator"] for each in made["criteria"]] == ["good", "weak"]


def test_criteria_come_from_the_study_and_options_win(folder: Folder) -> None:
    before = folder.run(cases=40, name="before", generators=("good",), judges=(CAREFUL,))
    worse = folder.run(
        cases=40,
        name="worse",
        generators=("good=wrong",),
        judges=(CAREFUL,),
        extra="gate: {max_drop: 0.1}",
    )
    study = str(folder.path / "worse.yaml")
    asked = ("gate", worse, "--baseline", before, "--study", study)
    assert folder.cli(*asked).exit_code == 1
    assert folder.cli(*asked, "--max-drop", "4").exit_code == 0


def test_the_share_proved_right_needs_a_proof(folder: Folder) -> None:
    runs = [
        folder.run(cases=40, name=name, generators=("good",), judges=("proof",))
        for name in ("before", "after")
    ]
    asked = ("gate", runs[1], "--baseline", runs[0], "--min-proved-right")
    # good errs where 5 divides the number, and answers every tenth case, which is unbuildable
    result = folder.cli(*asked, "0.5", "--json")
    made = json.loads(result.stdout)
    assert made["criteria"][0]["estimate"]["value"] == pytest.approx(0.7)
    assert (result.exit_code, folder.cli(*asked, "0.95").exit_code) == (0, 1)
    assert folder.cli(*asked, "0.7").exit_code == 3


def _challenge(errors: int, *, references: int, untested: int = 0, **changed: object) -> str:
    """A challenge's file: `window` was wrong so often of 20, `spelling` never of 200."""
    wrong = np.r_[np.ones(errors), np.zeros(references - errors)]
    numbers = np.arange(references)
    demands = Demands(0.05, 0.2, least=6, max_untested=0.3)
    enough = Decision.PASS if untested <= 3 else Decision.NOT_ENOUGH_DATA
    rate = total_error(wrong, numbers)
    decision = Decision.PASS if rate.high <= 0.05 else Decision.NOT_ENOUGH_DATA
    names = tuple(f"rare {n}" for n in range(untested))
    return json.dumps(
        msgspec.to_builtins(
            {
                "judge": "careful",
                "version": "",
                "open": 0,
                "demands": demands,
                "total": TotalResult(
                    errors, 220, errors, 0, 0, rate, total_p_value(wrong, numbers, 0.05), decision
                ),
                "coverage": [CoverageResult("cql", 10, names, (), (), 3, enough)],
                "operators": [
                    {"operator": "window", "errors": errors, "trials": 20},
                    {"operator": "spelling", "errors": 0, "trials": 200},
                ],
                **changed,
            }
        )
    )


def test_a_judge_that_qualified_passes_and_one_bad_operator_fails(folder: Folder) -> None:
    runs = [
        folder.run(cases=20, name=name, generators=("good",), judges=(CAREFUL,))
        for name in ("before", "after")
    ]
    path = folder.path / "challenge.json"
    asked = ("gate", runs[1], "--baseline", runs[0], "--max-worst-operator", "0.1")

    def gate(text: str) -> Result:
        path.write_text(text)
        return folder.cli(*asked, "--challenge", str(path))

    # log(.025) / log(.95) = 71.9 references without an error show a total error below 5 %
    assert gate(_challenge(0, references=72)).exit_code == 0
    assert gate(_challenge(0, references=71)).exit_code == 3
    # 2 of 20 are not significantly more often than 10 %, 8 are
    assert gate(_challenge(2, references=150)).exit_code == 0
    failed = gate(_challenge(8, references=600))
    assert failed.exit_code == 1
    assert "significantly above: window" in failed.output
    rare = gate(_challenge(0, references=72, untested=4))
    assert rare.exit_code == 3
    assert "4 of 10 kinds of cql had too few items, 3 may" in rare.output
    other = gate(_challenge(0, references=72, version="older"))
    assert "another prompt, model or option" in str(other.exception)
    interrupted = gate(_challenge(0, references=72, open=7))
    assert "7 items are open" in str(interrupted.exception)
    empty = gate(_challenge(0, references=72, operators=[]))
    assert "no item that the judge was asked" in str(empty.exception)
    handmade = gate('{"judge": "careful", "operators": []}')
    assert "jurist challenge" in str(handmade.exception)
    assert "jurist challenge" in str(folder.cli(*asked).exception)


def test_nothing_to_check_is_an_error_and_no_pass(folder: Folder) -> None:
    run = folder.run(cases=10)
    result = folder.cli("gate", run, "--baseline", run)
    assert isinstance(result.exception, InputError)
    assert "no criterion is set" in str(result.exception)


def test_incomparable_runs_and_unknown_generators_are_refused(folder: Folder) -> None:
    before = folder.run(cases=20, name="before", generators=("good",), judges=(CAREFUL,))
    other = folder.run(cases=20, name="other", generators=("good",), judges=(LENIENT,))
    named = folder.run(cases=20, name="named", generators=("new=good",), judges=(CAREFUL,))
    refused = folder.cli("gate", other, "--baseline", before, "--max-drop", "0.1")
    assert "not comparable" in str(refused.exception)
    unknown = folder.cli("gate", named, "--baseline", before, "--max-drop", "0.1")
    assert "the baseline has no generator 'new'" in str(unknown.exception)


def test_a_judge_that_flatters_one_system_is_no_evidence_without_labels_of_both(
    folder: Folder,
) -> None:
    both = ("good", "bad=wrong")
    first = folder.run(cases=150, name="first", judges=(LENIENT,), generators=both)
    second = folder.run(cases=150, name="second", judges=(LENIENT,), generators=("good=weak",))
    gate = ("gate", second, "--baseline", first, "--max-drop", "1")
    assert folder.cli(*gate).exit_code == 0  # by a judge that gives most wrong answers a 4
    folder.label(first, labelled(folder.export(first, "--count", "250")))
    refused = folder.cli(*gate)
    assert refused.exit_code == 3
    assert "otherwise than lenient's scores of the others mean" in " ".join(refused.output.split())
    compared = folder.cli("compare", first, second)
    assert "is no evidence" in " ".join(compared.output.split())


def test_where_people_labelled_both_runs_their_labels_correct_the_change(folder: Folder) -> None:
    first = folder.run(cases=100, name="first", judges=(LENIENT,), generators=("good",))
    second = folder.run(cases=100, name="second", judges=(LENIENT,), generators=("good=weak",))
    gate = ("gate", second, "--baseline", first, "--max-drop", "0.1")
    assert "labels of people" not in folder.cli(*gate).output
    for run in (first, second):
        folder.label(run, labelled(folder.export(run, "--count", "80")))
    (criterion,) = json.loads(folder.cli(*gate, "--json").stdout)["criteria"]
    # weak is right every second time where good is 4 times in 5, and wrong answers are 2, not 5
    assert criterion["estimate"]["low"] <= -0.9 <= criterion["estimate"]["high"]
    assert criterion["decision"] == "fail"
    assert criterion["labels"] > 50
    shown = " ".join(folder.cli(*gate).output.split())
    assert "labels of people correct the judge" in shown
