"""A challenge finds what is planted in a judge, and nothing in one that is right."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from challenged import WITH_WINDOWS, load_challenged, write_challenged, write_judges
from jurist.alignment.challenge.items import Drawn, Item, Kind, draw_items
from jurist.alignment.challenge.metamorphic import Check, draw_probes
from jurist.alignment.challenge.results import (
    ChallengeResult,
    OperatorResult,
    Standing,
    write_result,
)
from jurist.alignment.challenge.running import Sitting, judge_file, put_before_judge
from jurist.alignment.challenge.summary import sum_up
from jurist.alignment.gate.challenges import read_challenge
from jurist.analysis.gating import Decision
from jurist.analysis.qualifying import Demands
from jurist.errors import InputError
from jurist.evidence import decide
from jurist.records import Failure, FailureKind, Relation, Verdict
from jurist.runs import Dataset
from jurist.runs.outcomes import Ending, Outcome
from jurist.runs.study import DatasetEntry, parse_study
from jurist.store import open_store

WINDOWS = {
    "window_changed",
    "window_dropped",
    "window_unit",
    "between_for_within",
}
DEMANDS = Demands(max_error=0.4, max_operator_error=0.2, least=5, max_untested=0.7)
"""Ten references without an error show at most 31 % errors."""


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
    return sum_up(drawn, probes, sitting, datasets=["bakery"], seed=0, demands=DEMANDS)


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
    assert {item.case for item in changed} == {f"bakery-{number}" for number in WITH_WINDOWS}
    for operator in sizes:
        mine = [item.reference for item in drawn.items if (item.kind, item.operator) == operator]
        assert len(set(mine)) == len(mine), "two items of one reference"
    own = {item.case: item.posed.question.text for item in drawn.items}
    assert own["bakery-1"] == "request number 1"
    assert "30 days" in own["bakery-0"]  # the realizer's
    assert ("cql", "funnel_reversed") in drawn.placeless  # no reference has a funnel
    assert not {(item.language, item.operator) for item in drawn.items} & set(drawn.placeless)


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
    above = {each.operator for each in result.operators if each.standing is Standing.ABOVE}
    assert {*WINDOWS, "window_as_where"} >= above >= WINDOWS
    assert result.worst is not None
    assert result.worst.operator in above
    assert "significantly above 20% on" in result.sentence
    assert "window_changed 8 of 8" in result.sentence
    for each in result.operators:
        if each.kind is Kind.MUTANT and each.operator in WINDOWS:
            assert each.errors == each.trials == 8, each.operator
            assert each.examples[0].witness
        elif each.kind is Kind.MUTANT:
            assert each.errors == 0, each.operator
    families = {each.kind: each for each in result.families}
    assert families[Kind.MUTANT].errors == result.total.misses == 8 * len(WINDOWS)
    assert families[Kind.REWRITE].errors == result.total.false_alarms


def test_a_perfect_judge_qualifies_and_nothing_moves_it(
    dataset: Dataset, drawn: Drawn, folder: Path, module: str
) -> None:
    result = _challenge(dataset, drawn, folder, module, "proof", pairs=6)
    assert result.decision is Decision.PASS
    assert result.total.errors == 0
    assert result.total.trials == len(drawn.items)
    assert result.open == result.settled == 0
    assert {each.check for each in result.checks} == set(Check)
    assert all(each.moved.value == 0 and each.flipped == 0 for each in result.checks)
    (coverage,) = result.coverage
    few = len(coverage.untested)
    assert 0 < few <= coverage.allowed
    # none in ten references: 1 - .025^(1/10) = .3085
    assert result.sentence == (
        f"proof qualifies: at most 30.8% errors in all (0 errors in {len(drawn.items)} items of "
        "10 references; the limit is 40%); no operator significantly above 20%; "
        f"{few} of {coverage.operators} operators of cql had too few items."
    )


def test_a_judge_that_always_says_five_fails_on_mutants_alone(
    dataset: Dataset, drawn: Drawn, folder: Path, module: str
) -> None:
    result = _challenge(dataset, drawn, folder, module, "always_five")
    assert result.decision is Decision.FAIL
    assert result.total.false_alarms == 0
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
    probes, _ = draw_probes([dataset], drawn.items, count=6, seed=0)
    asked = [each.kind for each in probes if each.check is Check.INSTRUCTION]
    assert moved.flipped == moved.moved.value * moved.pairs == asked.count(Kind.MUTANT) > 2
    assert moved.mean_change > 0
    assert checks[Check.RENAMING].moved.value == 0
    hasty = _challenge(dataset, drawn, folder, module, "hasty", pairs=6)
    swap = {each.check: each for each in hasty.checks}[Check.SWAP]
    assert swap.moved.value > 0.5


def _summed(
    drawn: Drawn,
    scores: dict[str, float | None],
    *,
    demands: Demands = DEMANDS,
    left: int = 0,
) -> ChallengeResult:
    sitting = _sitting(scores, left=left)
    return sum_up(drawn, (), sitting, datasets=["d"], seed=0, demands=demands)


def _right(drawn: Drawn) -> dict[str, float | None]:
    return {item.posed.id: 5.0 if item.kind is Kind.REWRITE else 2.0 for item in drawn.items}


def _of(drawn: Drawn, *operators: str) -> list[Item]:
    return [item for item in drawn.items if item.operator in operators]


def _named(result: ChallengeResult, operator: str) -> OperatorResult:
    return next(each for each in result.operators if each.operator == operator)


def test_intervals_of_operators_are_exact_by_hand(drawn: Drawn) -> None:
    # Clopper & Pearson, 2 errors in 8: the limits p with P(X >= 2) = .025 and P(X <= 2) = .025,
    #   P(X >= 2 | .0319) = 1 - .9681^8 - 8 * .0319 * .9681^7 = .0250
    #   P(X <= 2 | .6509) = .3491^8 + 8 * .6509 * .3491^7 + 28 * .6509^2 * .3491^6 = .0250
    group = _of(drawn, "window_changed")
    assert len(group) == 8
    scores: dict[str, float | None] = dict.fromkeys((item.posed.id for item in group), 2.0)
    for item in group[:2]:
        scores[item.posed.id] = 4.5
    (operator,) = _summed(replace(drawn, items=tuple(group)), scores).operators
    assert (operator.errors, operator.trials) == (2, 8)
    assert operator.rate.low == pytest.approx(0.0319, abs=2e-4)
    assert operator.rate.high == pytest.approx(0.6509, abs=2e-4)
    assert operator.standing is Standing.NOT_ABOVE


def test_items_without_a_score_are_errors_of_a_kind_of_their_own(drawn: Drawn) -> None:
    scores = _right(drawn)
    silent = _of(drawn, *WINDOWS)
    for item in silent:
        scores[item.posed.id] = None
    result = _summed(drawn, scores)
    assert result.decision is Decision.FAIL  # it raises on every window
    total = result.total
    assert (total.misses, total.false_alarms, total.unscored) == (0, 0, len(silent))
    assert total.errors == len(silent)
    changed = _named(result, "window_changed")
    assert (changed.errors, changed.unscored, changed.trials) == (8, 8, 8)
    assert changed.standing is Standing.ABOVE
    assert changed.reason == "too slow"
    assert changed.examples == ()
    everything = _summed(drawn, dict.fromkeys(scores))
    assert everything.decision is Decision.FAIL
    assert everything.total.rate.value == 1


def test_one_unlucky_item_does_not_fail_a_judge(drawn: Drawn) -> None:
    for item in drawn.items[:: len(drawn.items) // 12]:
        scores = _right(drawn)
        scores[item.posed.id] = None
        assert _summed(drawn, scores).decision is Decision.PASS


def test_untested_operators_qualify_nobody_and_are_named(drawn: Drawn) -> None:
    strict = replace(DEMANDS, max_untested=0.3)
    result = _summed(drawn, _right(drawn), demands=strict)
    assert result.decision is Decision.NOT_ENOUGH_DATA
    (coverage,) = result.coverage
    assert len(coverage.untested) > coverage.allowed
    few = {each.operator for each in result.operators if each.standing is Standing.FEW}
    assert few | set(coverage.unreachable) == set(coverage.untested)
    assert all(_named(result, each).trials < result.demands.least for each in few)
    assert f"at most {coverage.allowed} may: {coverage.untested[0]}" in result.sentence
    unreached = replace(drawn, unreachable=(("cql", Kind.MUTANT, "never_certified"),))
    again = _summed(unreached, _right(drawn)).coverage[0]
    assert again.unreachable == ("never_certified",)
    assert "never_certified" in again.untested


def test_languages_are_covered_each_by_itself(drawn: Drawn) -> None:
    other = _of(drawn, "not_added")
    both = replace(drawn, items=(*drawn.items, *(replace(each, language="sql") for each in other)))
    result = _summed(both, _right(drawn))
    assert [each.language for each in result.coverage] == ["cql", "sql"]
    assert len(result.families) == 3
    assert {each.language for each in result.operators if each.operator == "not_added"} == {
        "cql",
        "sql",
    }
    assert result.coverage[1].untested == ()


def test_too_few_references_are_said_with_how_many_it_takes(drawn: Drawn) -> None:
    strict = replace(DEMANDS, max_error=0.05)
    result = _summed(drawn, _right(drawn), demands=strict)
    assert result.decision is Decision.NOT_ENOUGH_DATA
    assert "10 references cannot show a total error of at most 5%" in result.sentence
    assert "72 can" in result.sentence


def test_the_least_number_of_items_is_one_on_which_always_wrong_shows(drawn: Drawn) -> None:
    lenient = replace(DEMANDS, max_operator_error=0.3, least=1)
    result = _summed(drawn, _right(drawn), demands=lenient)
    operators = len(result.operators)
    assert 0.3**result.demands.least <= 0.025 / operators < 0.3 ** (result.demands.least - 1)


def test_what_a_proof_settled_in_a_cascade_is_no_item_of_the_judge(drawn: Drawn) -> None:
    settled = {item.posed.id: _settled(item) for item in drawn.items}
    sitting = Sitting("c", "v", settled, Outcome("run", Ending.FINISHED, len(settled), 0))
    result = sum_up(drawn, (), sitting, datasets=["d"], seed=0, demands=DEMANDS)
    assert result.settled == len(drawn.items)
    assert result.total.trials == 0
    assert result.operators == ()
    assert result.decision is Decision.NOT_ENOUGH_DATA
    assert "came without asking it" in result.sentence


def _settled(item: Item) -> Verdict:
    score = 5.0 if item.kind is Kind.REWRITE else 2.0
    proof = Verdict("proof", score, "proved", evidence=item.evidence)
    return Verdict("proof > model", score, "proved", evidence=item.evidence, members=(proof,))


def test_open_items_decide_nothing(drawn: Drawn) -> None:
    right = _right(drawn)
    assert _summed(drawn, right).decision is Decision.PASS
    half = dict(list(right.items())[: len(right) // 2])
    result = _summed(drawn, half, left=1)
    assert result.decision is Decision.NOT_ENOUGH_DATA
    assert result.open == len(right) - len(half)
    assert "still to be judged" in result.sentence


def test_the_gate_reads_what_is_written(drawn: Drawn) -> None:
    scores: dict[str, float | None] = dict.fromkeys((i.posed.id for i in drawn.items), 5.0)
    result = _summed(drawn, scores)
    (read,) = read_challenge(write_result(result).decode(), where="test")
    assert read.judge == "j"
    assert {(each.operator, each.errors, each.trials) for each in read.operators} == {
        (each.operator, each.errors, each.trials) for each in result.operators
    }
