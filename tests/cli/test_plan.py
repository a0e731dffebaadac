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


def test_a_plan_by_hand(folder: Folder) -> None:
    # sd 1, half of the variance within a case: (1.959964 / 0.1)^2 = 384.15 cases with one
    # question; with two, 384.15 (0.5 + 0.25) = 288.1; labels 384.15 (1 - 0.36) = 245.9
    result = folder.cli(
        "plan", "--sd", "1", "--within", "0.5", "--correlation", "0.6", "--half-width", "0.1",
        "--json",
    )  # fmt: skip
    plans = {plan["questions"]: plan for plan in json.loads(result.stdout)["plans"]}
    assert (plans[1]["references"], plans[2]["references"]) == (385, 289)
    assert plans[1]["labels"] == 246


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
