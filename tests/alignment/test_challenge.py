"""A challenge finds what is planted in a judge, and nothing in one that is right."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from challenged import load_challenged, write_challenged, write_judges
from jurist.alignment.challenge import SAME, ChallengeResult, sum_up, write_result
from jurist.alignment.challenge_items import Drawn, Kind, draw_items
from jurist.alignment.challenge_run import Sitting, judge_file, put_before_judge
from jurist.alignment.gate import read_challenge
from jurist.alignment.metamorphic import Check, draw_probes
from jurist.analysis.gating import Decision
from jurist.errors import InputError
from jurist.evidence import decide
from jurist.records import Failure, FailureKind, Relation, Verdict
from jurist.runs import Dataset
from jurist.runs.engine import Ending, Outcome
from jurist.runs.study import DatasetEntry, parse_study
from jurist.store import open_store

WINDOWS = {
    "window_changed",
    "window_dropped",
    "window_unit",
    "between_for_within",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("bakery")


@pytest.fixture(scope="module")
def dataset(folder: Path) -> Dataset:
    return write_challenged(folder)


@pytest.fixture(scope="module")
def drawn(dataset: Dataset) -> Drawn:
    return draw_items([dataset], per_operator=8, seed=0)


@pytest.fixture(scope="module")
def module(folder: Path) -> str:
    return write_judges(folder)


def _sitting(scores: dict[str, float | None], *, left: int = 0) -> Sitting:
    verdicts = {
        item: Verdict("j", score) if score is not None else _unscored()
        for item, score in scores.items()
    }
    ending = Ending.INTERRUPTED if left else Ending.FINISHED
    return Sitting("j", "v", verdicts, Outcome("run", ending, len(verdicts), left))


def _unscored() -> Verdict:
    return Verdict("j", None, unscored=Failure(FailureKind.TIMEOUT, "too slow"))


def _challenge(
    dataset: Dataset, drawn: Drawn, folder: Path, module: str, judge: str, *, pairs: int = 0
) -> ChallengeResult:
    entry = DatasetEntry.model_validate(
        {"name": "bakery", "schema": "schema.yaml", "cases": "cases.jsonl"}
    )
    probes, renamed = draw_probes([dataset], drawn.items, count=pairs, seed=0)
    posed = [item.posed for item in drawn.items]
    posed += [each for probe in probes for each in (probe.before, probe.after)]
    base = parse_study(
        "name: base\ndatasets: [{name: bakery, schema: schema.yaml, cases: cases.jsonl}]\n"
        "generators: [rules]\n",
        folder=folder,
    )
    spec = judge if judge == "proof" else f"{module}:{judge}"
    store = open_store(folder / "challenge.db")
    try:
        file = judge_file(spec, [entry], base, where="test")
        sitting = put_before_judge(file, [dataset, *renamed], posed, store, workers=1)
    finally:
        store.close()
    return sum_up(drawn, probes, sitting, datasets=["bakery"], seed=0, limit=0.53, least=5)


def test_items_are_certified_shuffled_and_spread_over_references(
    dataset: Dataset, drawn: Drawn
) -> None:
    workspace = dataset.workspace
    sizes = Counter((item.kind, item.operator) for item in drawn.items)
    assert max(sizes.values()) == 8
    assert len(sizes) > 30
    runs = sum(a.operator == b.operator for a, b in zip(drawn.items, drawn.items[1:], strict=False))
    assert runs < len(drawn.items) / 4, "operators stand together"
    for item in drawn.items[::25]:  # by the whole pipeline, which executes as well
        queries = [
            workspace.language.parse(text) for text in (item.posed.reference, item.posed.candidate)
        ]
        evidence = decide(workspace.language, queries[0], queries[1], workspace.schema)
        same = evidence.relation is Relation.EQUIVALENT
        assert same is (item.kind is Kind.REWRITE), item
    changed = [item for item in drawn.items if item.operator == "window_changed"]
    assert {item.case for item in changed} == {f"bakery-{number}" for number in range(4)}
    own = {item.case: item.posed.question.text for item in drawn.items}
    assert own["bakery-1"] == "request number 1"
    assert "30 days" in own["bakery-0"]  # the realizer's


def test_the_same_seed_draws_the_same_and_another_one_does_not(folder: Path, drawn: Drawn) -> None:
    again = draw_items([load_challenged(folder)], per_operator=8, seed=0)
    assert [item.posed.id for item in again.items] == [item.posed.id for item in drawn.items]
    other = draw_items([load_challenged(folder)], per_operator=8, seed=1)
    assert [item.posed.id for item in other.items] != [item.posed.id for item in drawn.items]


def test_nothing_to_change_is_an_error(dataset: Dataset) -> None:
    unbuildable = replace(dataset, cases=tuple(c for c in dataset.cases if c.unbuildable))
    with pytest.raises(InputError, match="no reference of bakery"):
        draw_items([unbuildable], per_operator=1, seed=0)


def test_a_judge_that_is_blind_to_windows_is_found_out(
    dataset: Dataset, drawn: Drawn, folder: Path, module: str
) -> None:
    result = _challenge(dataset, drawn, folder, module, "blind")
    assert result.decision is Decision.FAIL
    assert result.worst is not None
    assert result.worst.operator in WINDOWS
    for each in result.operators:
        if each.kind is Kind.MUTANT and each.operator in WINDOWS:
            assert each.errors > 0.9 * each.trials, each.operator
            assert each.examples[0].witness
        elif each.kind is Kind.MUTANT:
            assert each.errors == 0, each.operator


def test_a_perfect_judge_qualifies_and_nothing_moves_it(
    dataset: Dataset, drawn: Drawn, folder: Path, module: str
) -> None:
    result = _challenge(dataset, drawn, folder, module, "proof", pairs=6)
    assert result.decision is Decision.PASS
    assert sum(each.errors + each.unscored for each in result.operators) == 0
    assert result.open == 0
    assert {each.check for each in result.checks} == set(Check)
    assert all(each.moved.value == 0 and each.flipped == 0 for each in result.checks)


def test_a_judge_that_always_says_five_fails_on_mutants_alone(
    dataset: Dataset, drawn: Drawn, folder: Path, module: str
) -> None:
    result = _challenge(dataset, drawn, folder, module, "always_five")
    assert result.decision is Decision.FAIL
    for each in result.operators:
        wanted = each.trials if each.kind is Kind.MUTANT else 0
        assert (each.errors, each.passed) == (wanted, wanted)


def test_an_instruction_in_a_literal_moves_a_credulous_judge_and_swapping_a_hasty_one(
    dataset: Dataset, drawn: Drawn, folder: Path, module: str
) -> None:
    credulous = _challenge(dataset, drawn, folder, module, "credulous", pairs=6)
    checks = {each.check: each for each in credulous.checks}
    moved = checks[Check.INSTRUCTION]
    assert moved.pairs == 6
    assert moved.flipped == moved.moved.value * moved.pairs == 3  # the mutants, half of them
    assert moved.mean_change > 0
    assert checks[Check.RENAMING].moved.value == 0
    hasty = _challenge(dataset, drawn, folder, module, "hasty", pairs=6)
    swap = {each.check: each for each in hasty.checks}[Check.SWAP]
    assert swap.moved.value > 0.5


def test_intervals_are_exact(drawn: Drawn) -> None:
    # Clopper and Pearson's of 2 errors in 8: at .0319 3 in 100 samples or fewer have as many or
    # more (1 - .9681^8 - 8 * .0319 * .9681^7 = .025), at .6509 as few or fewer.
    group = [item for item in drawn.items if item.operator == "threshold_off_by_one"][:8]
    assert len(group) == 8
    scores: dict[str, float | None] = dict.fromkeys((item.posed.id for item in group), 2.0)
    for item in group[:2]:
        scores[item.posed.id] = SAME
    only = replace(drawn, items=tuple(group))
    result = sum_up(only, (), _sitting(scores), datasets=["d"], seed=0, limit=0.53, least=5)
    (operator,) = result.operators
    assert (operator.errors, operator.trials) == (2, 8)
    assert operator.rate.low == pytest.approx(0.0319, abs=2e-4)
    assert operator.rate.high == pytest.approx(0.6509, abs=2e-4)
    assert result.decision is Decision.NOT_ENOUGH_DATA  # .03 to .65 around a limit of .53


def test_missing_scores_and_open_items_are_no_errors_and_qualify_nobody(drawn: Drawn) -> None:
    right = {item.posed.id: 5.0 if item.kind is Kind.REWRITE else 2.0 for item in drawn.items}

    def ruled(scores: dict[str, float | None], *, left: int = 0) -> ChallengeResult:
        sitting = _sitting(scores, left=left)
        return sum_up(drawn, (), sitting, datasets=["d"], seed=0, limit=0.53, least=5)

    assert ruled({**right}).decision is Decision.PASS
    result = ruled(dict.fromkeys(right))
    assert result.decision is Decision.NOT_ENOUGH_DATA
    assert all(each.errors == each.trials == 0 and each.unscored for each in result.operators)
    half = dict(list(right.items())[: len(right) // 2])
    result = ruled({**half}, left=1)
    assert result.decision is Decision.NOT_ENOUGH_DATA
    assert result.open == len(right) - len(half)


def test_too_few_items_for_a_limit_are_refused(drawn: Drawn) -> None:
    with pytest.raises(InputError, match="cannot show an error rate"):  # 0 of 10
        sum_up(drawn, (), _sitting({}), datasets=["d"], seed=0, limit=0.2, least=10)


def test_the_gate_reads_what_is_written(drawn: Drawn) -> None:
    scores: dict[str, float | None] = dict.fromkeys((i.posed.id for i in drawn.items), 5.0)
    result = sum_up(drawn, (), _sitting(scores), datasets=["d"], seed=0, limit=0.53, least=5)
    (read,) = read_challenge(write_result(result).decode(), where="test")
    assert read.judge == "j"
    assert {(each.operator, each.errors, each.trials) for each in read.operators} == {
        (each.operator, each.errors, each.trials) for each in result.operators
    }
