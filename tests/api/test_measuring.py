"""What a run is measured by, from Python as from the command line."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import cast

import pytest

import jurist
from commands import run_process
from jurist.alignment.challenge.results import ChallengeResult
from jurist.errors import InputError
from jurist.report.as_json import as_json
from studies import write_dataset

ANSWERS = """
def answer(question):
    return f"trait('age') > {question.split()[-1]}"

def later(question):
    return f"trait('age') >= {question.split()[-1]}"

def judge(question, reference, candidate, workspace):
    return 5 if reference == candidate else 2
"""


def lenient(*_: object) -> float:
    return 5.0


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("measured")
    write_dataset(folder, cases=12)
    (folder / "answers_measured.py").write_text(ANSWERS)
    for name, generator in (("before", "answer"), ("after", "later")):
        (folder / f"{name}.yaml").write_text(
            f"name: {name}\n"
            "datasets: [{name: small, schema: schema.yaml, cases: cases.jsonl}]\n"
            "questions: {use: authored}\n"
            f'generators: [{{callable: "answers_measured:{generator}", name: g}}]\n'
            'judges: [proof, {callable: "answers_measured:judge", name: text}]\n'
        )
    return folder


@pytest.fixture(scope="module")
def runs(folder: Path) -> tuple[jurist.Run, jurist.Run]:
    before, after = (
        jurist.run(folder / f"{name}.yaml", folder / "jurist.db", workers=1)
        for name in ("before", "after")
    )
    return before, after


def said_by(folder: Path, *arguments: str) -> object:
    ran = run_process(*arguments, folder=folder)
    assert ran.code in {0, 1, 3}, ran.err
    return json.loads(ran.out)


def test_runs_are_compared_as_by_the_command(
    folder: Path, runs: tuple[jurist.Run, jurist.Run]
) -> None:
    before, after = runs
    said = said_by(folder, "compare", "before", "after", "--json")
    made = before.compare(after)
    assert isinstance(said, dict)
    assert json.loads(as_json(made.contrasts)) == said["contrasts"]
    assert before.compare("after") == made
    assert made.contrasts[0].difference.estimate.value < 0


def test_a_gate_decides_as_the_command_does(
    folder: Path, runs: tuple[jurist.Run, jurist.Run]
) -> None:
    before, after = runs
    said = said_by(folder, "gate", "after", "--baseline", "before", "--max-drop", "0.5", "--json")
    made = after.gate(before, max_drop=0.5)
    assert isinstance(said, dict)
    assert made.decision == said["decision"] == "fail"
    assert json.loads(as_json(made.criteria)) == said["criteria"]
    assert before.gate(after, max_drop=0.5).decision == "pass"


def test_judges_are_measured_as_by_the_command(
    folder: Path, runs: tuple[jurist.Run, jurist.Run]
) -> None:
    said = said_by(folder, "align", "after", "--json")
    made = runs[1].align()
    assert json.loads(as_json(made.measured)) == said
    assert [card.judge for card in runs[1].cards()] == ["text"]


def test_a_judge_is_challenged_as_by_the_command(
    folder: Path, runs: tuple[jurist.Run, jurist.Run]
) -> None:
    few = ("--sample", "2", "--references", "3", "--metamorphic", "0")
    said = said_by(
        folder, "challenge", "--study", "before.yaml", "--judge", "proof", *few, "--json"
    )
    made = runs[0].challenge("proof", sample=2, references=3, metamorphic=0, workers=1)
    counts = {each.operator: (each.errors, each.trials) for each in made.operators}
    listed = cast("dict[str, list[dict[str, object]]]", said)["operators"]
    assert counts == {each["operator"]: (each["errors"], each["trials"]) for each in listed}
    assert {errors for errors, _ in counts.values()} == {0}
    fooled = runs[0].challenge(lenient, sample=2, references=3, metamorphic=0, workers=1)
    assert fooled.judge == "lenient"
    assert sum(each.errors for each in fooled.operators) > 0


def test_a_judge_of_a_study_is_challenged_as_in_its_run(
    folder: Path, runs: tuple[jurist.Run, jurist.Run]
) -> None:
    def few(run: jurist.Run, judge: object, study: Path | None = None) -> ChallengeResult:
        return run.challenge(judge, study=study, sample=2, references=3, metamorphic=0, workers=1)

    made = few(runs[0], "text")
    opened = jurist.open_run("before", folder / "jurist.db")
    for judge in ("text", {"llm": "openai:m"}):
        with pytest.raises(InputError, match="needs its study") as caught:
            few(opened, judge)
        assert "fix: give study=" in str(caught.value)
    assert few(opened, "text", folder / "before.yaml") == made


WRONG: dict[str, tuple[Callable[[jurist.Run], object], str]] = {
    "nothing limited": (lambda run: run.gate(run), "no criterion is set"),
    "the run itself": (lambda run: run.compare(run), "a run is named twice"),
    "no run": (lambda run: run.compare("neither"), "there is no run 'neither'"),
    "a number for a run": (
        lambda run: run.gate(3, max_drop=1.0),  # type: ignore[arg-type]
        "`baseline` is the number 3",
    ),
    "no judge": (lambda run: run.compare("after", judges=["j"]), "there is no judge 'j'"),
    "judges as text": (lambda run: run.align(judges="proof"), "`judges` is the text 'proof'"),
    "no role": (lambda run: run.align(role="tset"), "did you mean 'test'?"),
    "no yardstick": (lambda run: run.align(against=["proofs"]), "did you mean 'proof'?"),
    "no judge to challenge": (lambda run: run.challenge("prof"), "the study has no judge 'prof'"),
    "no dataset": (lambda run: run.challenge("proof", datasets=["big"]), "expected: one of small"),
    "sample nought": (lambda run: run.challenge("proof", sample=0), "`sample` is the number 0"),
    "no challenge": (
        lambda run: run.gate("after", max_worst_operator=0.1),
        "give challenges=[run.challenge(judge)]",
    ),
    "nothing limited, in Python's words": (lambda run: run.gate("after"), "give max_drop=0.2"),
    "a drop below 0": (lambda run: run.gate("after", max_drop=-1), "give max_drop=0.2"),
    "a drop above 4": (lambda run: run.gate("after", max_drop=4.1), "a number from 0 to 4"),
    "a drop that is no number": (lambda run: run.gate("after", max_drop=float("nan")), "max_drop"),
    "a drop that is a flag": (
        lambda run: run.gate("after", max_drop=True),
        "is the boolean true",
    ),
    "a share above 1": (lambda run: run.gate("after", min_proved_right=90), "a number from 0 to 1"),
    "a share as text": (
        lambda run: run.gate("after", max_worst_operator="0.1"),  # type: ignore[arg-type]
        "`max_worst_operator` is the text '0.1'",
    ),
    "a challenge's path": (
        lambda run: run.gate("after", max_drop=1, challenges="challenge.json"),  # type: ignore[arg-type]
        "`challenges` is the text 'challenge.json'",
    ),
    "a challenge's file": (
        lambda run: run.gate("after", max_drop=1, challenges=[{"judge": "j"}]),  # type: ignore[list-item]
        "`challenges[0]` is a mapping",
    ),
    "challenges a number": (
        lambda run: run.gate("after", max_drop=1, challenges=5),  # type: ignore[arg-type]
        "`challenges` is the number 5",
    ),
    "a flag as text": (
        lambda run: run.compare("after", allow_different="no"),  # type: ignore[arg-type]
        "`allow_different` is the text 'no'",
    ),
    "a gate's flag as text": (
        lambda run: run.gate("after", max_drop=1, allow_different="no"),  # type: ignore[arg-type]
        "`allow_different` is the text 'no'",
    ),
    "an error above 1": (
        lambda run: run.challenge("proof", max_error=5),
        "`max_error` is the number 5",
    ),
    "no error at all": (
        lambda run: run.challenge("proof", max_operator_error=0),
        "no number of items can show that",
    ),
    "references nought": (lambda run: run.challenge("proof", references=0), "`references` is"),
    "metamorphic below 0": (lambda run: run.challenge("proof", metamorphic=-1), "`metamorphic` is"),
    "workers nought": (lambda run: run.challenge("proof", workers=0), "`workers` is the number 0"),
    "a seed that is a flag": (
        lambda run: run.challenge("proof", seed=True),
        "`seed` is the bool",
    ),
    "least as text": (
        lambda run: run.challenge("proof", least="5"),  # type: ignore[arg-type]
        "`least` is the text '5'",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_cannot_be_measured_is_said(name: str, runs: tuple[jurist.Run, jurist.Run]) -> None:
    act, problem = WRONG[name]
    with pytest.raises(InputError) as caught:
        act(runs[0])
    assert problem in str(caught.value)
    assert "\n  expected: " in str(caught.value)
    assert "\n  fix: " in str(caught.value)
