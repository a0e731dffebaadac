"""What the commands do, called from Python: the same numbers, and the same defaults."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Generator
from pathlib import Path

import pytest

from judged_runs import CAREFUL, LENIENT, Folder, labelled, make_folder
from jurist.alignment.against import Yardstick
from jurist.alignment.cards.aligning import align_judges
from jurist.alignment.challenge.challenging import draw_challenge, judge_challenge
from jurist.alignment.challenge.planning import plan_challenge
from jurist.alignment.comparison.comparing import compare_runs
from jurist.alignment.disagreements.reviewing import find_disagreements, find_unfaithful_questions
from jurist.alignment.disagreements.suspicion import suspicions_of
from jurist.alignment.estimates import estimate_scores
from jurist.alignment.gate.deciding import Limits, decide_gate
from jurist.alignment.labels.desk import open_desk
from jurist.alignment.planning.sizes import plan_sizes
from jurist.alignment.transfer import transfer_scores
from jurist.alignment.tuning.roles import tune_generator, tune_judge
from jurist.analysis.qualifying import Demands
from jurist.cli import (
    align,
    annotate,
    challenge,
    compare,
    disagreements,
    estimate,
    gate,
    plan,
    shift,
    tune,
)
from jurist.errors import InputError
from jurist.records import LabelRole
from jurist.report.as_json import as_json
from jurist.runs import parse_study
from jurist.store import Store


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    made = make_folder(tmp_path_factory.mktemp("functions"))
    run = made.run(cases=30, judges=(CAREFUL, LENIENT, "proof"))
    made.run(cases=30, name="other", judges=(CAREFUL, LENIENT, "proof"))
    made.label(run, labelled(made.export(run, "--count", "40")))
    return made


@pytest.fixture
def store(folder: Folder) -> Generator[Store]:
    opened = folder.open()
    yield opened
    opened.close()


def _told(folder: Folder, *arguments: str) -> object:
    """What a command says as JSON."""
    return json.loads(folder.cli(*arguments, "--json").stdout)


def _plain(value: object) -> object:
    return json.loads(as_json(value))


def test_align_judges(folder: Folder, store: Store) -> None:
    made = align_judges(store, "study")
    assert [each.yardstick for each in made.measured] == [Yardstick.PEOPLE, Yardstick.PROOF]
    assert _plain(made.measured) == _told(folder, "align", "study")
    alone = align_judges(store, made.run, judges=["careful"], against=[Yardstick.PROOF])
    assert [card.judge for each in alone.measured for card in each.cards] == ["careful"]
    followed = align_judges(store, "other")  # the same answers, labelled in the run before
    assert [each.yardstick for each in followed.measured] == [Yardstick.PEOPLE, Yardstick.PROOF]
    without = align_judges(store, "other", role=LabelRole.DEV)
    assert [each.yardstick for each in without.measured] == [Yardstick.PROOF]
    assert "no labels with the role dev" in without.notes[0]


def test_estimate_scores(folder: Folder, store: Store) -> None:
    assert _plain(estimate_scores(store, "study").estimates) == _told(folder, "estimate", "study")
    (note,) = estimate_scores(store, "other").notes
    assert note.startswith("no labels were drawn here to measure")


def test_compare_runs(folder: Folder, store: Store) -> None:
    made = compare_runs(store, ["study", "other"])
    assert _plain(made) == _told(folder, "compare", "study", "other")
    assert made.contrasts == ()
    assert {each.second.generator for each in made.unchanged} == {"good", "weak"}
    for runs, words in (([], "no run is named"), (["study", "study"], "named twice")):
        with pytest.raises(InputError, match=words):
            compare_runs(store, runs)


def test_decide_gate(folder: Folder, store: Store) -> None:
    limits = Limits(max_drop=0.1, min_proved_right=0.1)
    made = decide_gate(store, "other", "study", limits)
    asked = ("gate", "other", "--baseline", "study")
    said = _told(folder, *asked, "--max-drop", "0.1", "--min-proved-right", "0.1")
    assert _plain(made) == said
    with pytest.raises(InputError, match="no criterion is set"):
        decide_gate(store, "other", "study", Limits())


def test_a_gate_takes_a_challenge_as_it_is(folder: Folder, store: Store) -> None:
    study = parse_study((folder.path / "study.yaml").read_text(), folder=folder.path)
    drawn = draw_challenge("careful", study=study, sample=2, metamorphic=0)
    result = judge_challenge(drawn, store, demands=Demands(0.9, 0.9, 2, 1.0), workers=1)
    assert result.judge == "careful"
    assert result.open == 0
    made = decide_gate(store, "other", "study", Limits(max_worst_operator=1), challenges=[result])
    assert made.criteria
    assert made.decision == "pass"
    with pytest.raises(InputError, match="needs the result of a challenge"):
        decide_gate(store, "other", "study", Limits(max_worst_operator=1))


def test_plan_sizes(folder: Folder, store: Store) -> None:
    made = plan_sizes(store, "study", half_width=0.2)
    assert made.pilot is not None
    said = _told(folder, "plan", "study", "--half-width", "0.2")
    assert _plain({"spread": made.spread, "plans": made.plans}) == said
    given = plan_sizes(sd=1.4, within=0.3)
    assert [each.questions for each in given.plans] == [1, 2, 3, 5, 10]
    assert given.notes == ("no correlation with people is known (--correlation): labels alone",)
    with pytest.raises(InputError, match="how far scores spread"):
        plan_sizes()


def test_find_disagreements(folder: Folder, store: Store) -> None:
    made = {
        "disagreements": find_disagreements(store, "study", judges=["lenient"], kinds=["thresh"]),
        "suspicious_references": suspicions_of(store, folder.runs[0]),
        "unfaithful_questions": find_unfaithful_questions(store, "study"),
    }
    said = _told(folder, "disagreements", "study", "--judge", "lenient", "--kind", "thresh")
    assert made["disagreements"]
    assert _plain(made) == said


def test_transfer_scores_says_what_it_lacks(store: Store) -> None:
    with pytest.raises(InputError, match="0 synthetic and 30 authored questions"):
        transfer_scores(store, "study")


@pytest.mark.parametrize("name", ["nosuch", "study-nope"])
def test_a_run_that_is_not_there_is_named_by_all(store: Store, name: str) -> None:
    for call in (align_judges, estimate_scores, find_disagreements, transfer_scores, open_desk):
        with pytest.raises(InputError, match=f"there is no run '{name}'"):
            call(store, name)


PAIRS: tuple[tuple[Callable[..., object], tuple[Callable[..., object], ...]], ...] = (
    (align.align, (align_judges,)),
    (annotate.annotate, (open_desk,)),
    (challenge.challenge, (draw_challenge, judge_challenge)),
    (compare.compare, (compare_runs,)),
    (disagreements.disagreements, (find_disagreements,)),
    (estimate.estimate, (estimate_scores,)),
    (gate.gate, (decide_gate,)),
    (plan.plan, (plan_sizes, plan_challenge)),
    (shift.shift, (transfer_scores,)),
    (tune.tune, (tune_judge, tune_generator)),
)
"""A command, and what it calls."""


@pytest.mark.parametrize(("command", "functions"), PAIRS)
def test_defaults_are_those_of_the_command(
    command: Callable[..., object], functions: tuple[Callable[..., object], ...]
) -> None:
    said = _defaults(command)
    shared = 0
    for function in functions:
        for name, default in _defaults(function).items():
            many = said.get(name) is None and isinstance(default, tuple)  # `None` where it repeats
            if command is annotate.annotate and name == "role" and said[name] is None:
                continue  # not said: a file's rows may say it, and else it is the function's
            if name in said and name != "store" and not many:
                assert said[name] == default, name
                shared += 1
    assert shared or command in {compare.compare, disagreements.disagreements, gate.gate}


def _defaults(of: Callable[..., object]) -> dict[str, object]:
    parameters = inspect.signature(of).parameters
    defaults: dict[str, object] = {name: each.default for name, each in parameters.items()}
    return {name: each for name, each in defaults.items() if each is not inspect.Parameter.empty}


def test_a_folder_is_a_dataset_to_challenge(folder: Folder, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    for name in ("schema.yaml", "cases.jsonl"):
        (tmp_path / "mine" / name).write_bytes((folder.path / name).read_bytes())
    drawn = draw_challenge("proof", [tmp_path / "mine"], sample=1, references=1, metamorphic=0)
    assert [dataset.name for dataset in drawn.datasets] == ["mine"]
    with pytest.raises(InputError, match="no dataset is named"):
        draw_challenge("proof")
