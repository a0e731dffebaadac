"""`jurist plan` and `jurist shift`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from judged_runs import CAREFUL, Folder, labelled, make_folder
from jurist.errors import InputError
from studies import write_module


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return make_folder(tmp_path)


def test_a_plan_of_a_precision(folder: Folder) -> None:
    # with z alone: (1.96 / 0.1)^2 = 384 cases with one question, and with two, half of the
    # variance being within a case, 384 (0.5 + 0.25) = 288; Gaffke's interval asks for a tenth more
    asked = ("plan", "--sd", "1", "--within", "0.5", "--correlation", "0.6", "--half-width", "0.1")
    made = json.loads(folder.cli(*asked, "--json").stdout)
    plans = {plan["questions"]: plan for plan in made["plans"]}
    assert 384 < plans[1]["judged"] < 440
    assert 288 < plans[2]["judged"] < 340
    # of the corrected mean cases and labels each have half the variance: 2 * .64 * (384 to 440)
    # labels, fewer for what the judge knows, and more cases than for its own mean
    assert 246 < plans[1]["labels"] < 400
    assert plans[1]["references"] == pytest.approx(2 * plans[1]["judged"], rel=0.02)
    assert all(0.097 < plan["half_width"] <= 0.1 for plan in plans.values())
    text = " ".join(folder.cli(*asked).output.split())
    assert "The judge's own mean is known to ± 0.1 with" in text


def test_a_judge_that_adds_nothing_takes_no_more_cases_than_labels(folder: Folder) -> None:
    for within in ("0.3", "1"):
        for correlation in ("0", "0.1"):
            asked = ("--sd", "1.4", "--within", within, "--correlation", correlation)
            made = json.loads(folder.cli("plan", *asked, "--half-width", "0.1", "--json").stdout)
            # with z alone (1.96 * 1.4 / 0.1)^2 = 753 labels, each of another case
            plan = made["plans"][0]
            assert 753 < plan["references"] == plan["labels"] < 830


def test_what_a_plan_would_not_use_is_refused(folder: Folder) -> None:
    wide = folder.cli("plan", "--sd", "1", "--half-width", "2.5")
    assert "half of the scale" in str(wide.exception)
    unused = folder.cli("plan", "--sd", "1", "--cases", "50")
    assert "--cases says nothing" in str(unused.exception)
    asked = ("plan", "--difference", "0.5", "--difference-sd", "1", "--sd", "1")
    assert "--sd says nothing" in str(folder.cli(*asked).exception)


def test_small_differences_are_told_apart(folder: Folder) -> None:
    asked = ("plan", "--difference", "0.02", "--difference-sd", "0.5", "--cases", "500")
    rows = [line.split() for line in folder.cli(*asked).output.splitlines()]
    shown = [row[0] for row in rows if row and row[0].startswith("0.")]
    assert shown[1:4] == ["0.0050", "0.0100", "0.0150"]
    assert len(set(shown)) == len(shown) == 7


def test_a_plan_of_a_comparison_by_numbers_and_by_a_pilot(folder: Folder) -> None:
    asked = ("plan", "--difference", "0.5", "--difference-sd", "1")
    made = json.loads(folder.cli(*asked, "--json").stdout)
    # with z alone: (1.96 + .84)^2 / .25 = 31.4
    assert 31 < made["cases"] < 60
    assert 0.8 <= made["power"] < 0.85
    assert "true difference of 0.5 is found in" in folder.cli(*asked).output
    run = folder.run(cases=40, judges=(CAREFUL,))
    by_pilot = folder.cli("plan", run, "--difference", "0.5", "--cases", "80", "--json")
    assert json.loads(by_pilot.stdout)["cases"] == 80
    assert "weak" in by_pilot.stderr
    nothing = folder.cli("plan", "--difference", "0.5")
    assert "--difference-sd" in str(nothing.exception)
    beyond = folder.cli("plan", "--difference", "5", "--difference-sd", "1")
    assert "above 0 and below 4" in str(beyond.exception)


def test_a_plan_of_a_gate_has_its_operating_characteristic(folder: Folder) -> None:
    asked = ("plan", "--gate", "--max-drop", "0.4", "--difference-sd", "0.6", "--cases", "90")
    made = json.loads(folder.cli(*asked, "--json").stdout)
    by_drop = {-each["difference"]: each for each in made["chances"]}
    assert by_drop[0.4]["passes"] <= 0.025
    assert by_drop[0.4]["fails"] <= 0.025
    assert by_drop[0.0]["passes"] > 0.9
    passing = [each["passes"] for each in made["chances"]]
    assert passing == sorted(passing, reverse=True)
    text = folder.cli(*asked).output
    assert "█" in text
    assert "With 90 cases a system as good as its baseline passes" in " ".join(text.split())
    first = folder.run(cases=20, name="first", generators=("good",), judges=(CAREFUL,))
    second = folder.run(cases=20, name="second", generators=("good=weak",), judges=(CAREFUL,))
    pilot = ("plan", second, "--baseline", first, "--gate", "--max-drop", "1", "--cases", "50")
    assert json.loads(folder.cli(*pilot, "--json").stdout)["spread"] > 0.5
    alone = folder.cli("plan", first, "--gate")
    assert "no two systems" in str(alone.exception)


def test_a_pilot_gives_the_spread_and_with_labels_the_correlation(folder: Folder) -> None:
    run = folder.run(cases=40, judges=(CAREFUL,))
    folder.label(run, labelled(folder.export(run, "--count", "60")))
    spread = json.loads(folder.cli("plan", run, "--json").stdout)["spread"]
    assert 0.8 < spread["sd"] < 1.6  # scores are 2 or 5
    assert spread["correlation"] > 0.6
    assert "cases" in folder.cli("plan", run).output


def test_without_any_spread_there_is_no_plan(folder: Folder) -> None:
    result = folder.cli("plan")
    assert isinstance(result.exception, InputError)
    assert "--sd" in str(result.exception)


def _with_questions(folder: Folder, source: str) -> str:
    folder.run(cases=40, judges=(CAREFUL,))
    module = write_module(folder.path, source)
    text = (folder.path / "study.yaml").read_text()
    text = text.replace(
        "questions: {use: authored}",
        f'questions: {{use: all, ask_unchecked: true, generator: "{module}:ask"}}',
    )
    from jurist.runs import parse_study, run_study

    store = folder.open()
    run = run_study(parse_study(text, folder=folder.path), store).run
    store.close()
    return run


def test_synthetic_questions_that_read_otherwise_are_told_apart(folder: Folder) -> None:
    run = _with_questions(
        folder,
        """
        def ask(case, workspace):
            number = case.reference.split()[-1]
            return [f"please kindly find everybody whose age exceeds the number {number}"]
        """,
    )
    made = json.loads(folder.cli("shift", run, "--json").stdout)
    assert made["shift"]["auroc"] > 0.9
    assert any("too far apart" in warning for warning in made["warnings"])
    text = folder.cli("shift", run).output
    assert "beware" in text
    assert "queries with trait" in text


def test_synthetic_questions_that_read_alike_are_not(folder: Folder) -> None:
    run = _with_questions(
        folder,
        """
        def ask(case, workspace):
            return [f"older than {int(case.reference.split()[-1])} "[:-1] + " "]
        """.replace('[:-1] + " "', ' + "!"'),
    )
    made = json.loads(folder.cli("shift", run, "--json").stdout)
    assert made["shift"]["p_value"] > 0.01 or made["shift"]["auroc"] < 0.75
    for each in made["scores"]:
        assert each["effective_n"] > 15
        assert each["reweighted"]["low"] <= each["synthetic"]["value"] <= each["reweighted"]["high"]


def test_a_run_without_synthetic_questions_says_what_to_do(folder: Folder) -> None:
    run = folder.run(cases=10)
    result = folder.cli("shift", run)
    assert "0 synthetic" in str(result.exception)
