"""Report cards by hand, on recorded judges, and on data that say little."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from jurist.alignment.automatic import Automatic, automatic
from jurist.alignment.cards.card import report_card
from jurist.alignment.cards.rated import (
    Rated,
    Yardstick,
    certified_tasks,
    rated_by_people,
    rated_by_proof,
)
from jurist.alignment.cards.versus import alikeness, compare_judges
from jurist.alignment.casting import Player
from jurist.alignment.labels.files import labels_that_measure, make_annotation
from jurist.errors import AnnotationError
from jurist.evidence.verdicts import NO_QUERY
from jurist.records import (
    Annotation,
    Candidate,
    Case,
    Cost,
    Evidence,
    Failure,
    FailureKind,
    LabelRole,
    Method,
    Origin,
    Question,
    Relation,
    Verdict,
)
from jurist.runs.results import Result
from shared_data import shared_data


def _result(case: int, verdict: Verdict, *, task: str = "", query: str = "q") -> Result:
    return Result(
        "d",
        Case(f"c{case}", "r"),
        Question(f"q{case}", f"question {case}", Origin.AUTHORED),
        "g",
        Candidate(query),
        verdict.judge,
        verdict,
        task or f"t{case}",
    )


def _scored(
    judge: str, score: float | None, *, samples: tuple[float, ...] = (), sure: bool = False
) -> Verdict:
    failure = Failure(FailureKind.UNPARSABLE, "no score") if score is None else None
    return Verdict(
        judge,
        score,
        unscored=failure,
        samples=samples,
        cost=Cost(ms=10, calls=1, usd=0.5),
        confidence=0.9 if sure else None,
    )


def _labels(scores: Sequence[int], annotator: str = "ada") -> list[Annotation]:
    return [
        make_annotation("run", f"t{n}", annotator, (score,), LabelRole.TEST, rubric="r")
        for n, score in enumerate(scores)
    ]


def _rated(judged: Sequence[float | None], *people: Sequence[int]) -> Rated:
    labels = [x for n, given in enumerate(people) for x in _labels(given, f"person {n}")]
    rows = [_result(n, _scored("j", score, sure=True)) for n, score in enumerate(judged)]
    return rated_by_people(rows, labels_that_measure(labels))


def test_a_card_by_hand() -> None:
    rated = _rated([5, 5, 4, 2, None, 1], [5, 4, 3, 2, 2, 1])
    card = report_card(rated, "j")
    found = {name: estimate.value for name, estimate in card.statistics}
    assert (card.tasks, card.missing, card.references) == (6, 1, 5)
    assert found["exact agreement"] == pytest.approx(3 / 5)
    assert found["within one"] == 1
    assert found["bias (judge minus yardstick)"] == pytest.approx(2 / 5)
    # pass: people pass two of five, the judge these and one more
    assert found["true-positive rate"] == 1
    assert found["true-negative rate"] == pytest.approx(2 / 3)
    assert found["leniency (passes what fails)"] == pytest.approx(1 / 3)
    assert card.confusion[2] == (0, 0, 0, 1, 0)
    assert card.cost == Cost(ms=60, calls=6, usd=3)
    assert card.latency_ms == 10
    assert card.calibration is not None
    # right on pass in four of five, always 0.9 sure: |0.9 - 0.8|
    assert card.calibration.error == pytest.approx(0.1)


def test_the_ceiling_is_what_people_reach_among_themselves() -> None:
    rated = _rated([5, 5, 5, 5], [5, 5, 2, 2], [5, 5, 2, 3])
    card = report_card(rated, "j")
    assert card.peers is not None
    # each agrees with the other on three of four; the judge, always 5, with each on two of four
    assert card.peers.person.value == pytest.approx(3 / 4)
    assert card.peers.judge.value == pytest.approx(2 / 4)
    assert card.peers.gap.value == pytest.approx(-1 / 4)
    assert rated.gold.tolist() == [5, 5, 2, 2.5]


def test_swap_and_stability_are_read_from_the_samples() -> None:
    verdicts = [
        _scored("j", 4.5, samples=(5.0, 5.0, 4.0, 4.0)),
        _scored("j", 3.0, samples=(3.0, 3.0, 3.0, 3.0)),
        _scored("j", 2.5, samples=(2.0, 2.0, 3.0, 3.0)),
    ]
    rated = rated_by_people(
        [_result(n, verdict) for n, verdict in enumerate(verdicts)],
        labels_that_measure(_labels([5, 3, 2])),
    )
    both = Player("j", "llm", ("openai:gpt-5",), samples=2, orders=2)
    card = report_card(rated, "j", judges={"j": both})
    assert card.swap is not None
    assert card.swap.consistency.value == pytest.approx(1 / 3)
    assert card.swap.shift.value == pytest.approx(0)  # one falls by one, one rises by one
    assert card.stability.value == pytest.approx((0.5 + 1 + 0.5) / 3)
    assert report_card(rated, "j").swap is None  # nobody says that both orders were asked


def test_length_that_sways_the_judge_shows() -> None:
    rng = np.random.default_rng(3)
    lengths = rng.integers(10, 400, 60)
    rows = [
        _result(n, _scored("j", 5.0 if size > 150 else 3.0), query="q" * int(size))
        for n, size in enumerate(lengths)
    ]
    rated = rated_by_people(rows, labels_that_measure(_labels([4] * 60)))
    card = report_card(rated, "j")
    assert card.length_effect.value > 0.7
    assert card.length_effect.low > 0.5
    assert any("one score only" in note for note in card.notes)


@pytest.mark.parametrize(
    ("judged", "people"),
    [([None, None], [1, 5]), ([3], [3]), ([3, 3, 3], [3, 3, 3]), ([], [])],
)
def test_data_that_say_little_give_no_made_up_number(
    judged: list[float | None], people: list[int]
) -> None:
    rated = _rated(judged, people)
    card = report_card(rated, "j")
    values = dict(card.statistics)
    kappa = values["Cohen kappa"].value
    assert np.isnan(kappa)
    assert card.missing == sum(score is None for score in judged)
    assert compare_judges(rated, ["j", "absent"]) == ()


def test_of_judges_that_never_err_nothing_is_known_and_a_copy_is_no_second_vote() -> None:
    for people, votes in (([5] * 10, float("nan")), ([5] * 9 + [4], 1.0)):
        rows = [_result(n, _scored(judge, 5)) for n in range(10) for judge in ("one", "copy")]
        rated = rated_by_people(rows, labels_that_measure(_labels(people)))
        found = alikeness(rated, ["one", "copy"])
        assert found is not None
        assert found.votes == pytest.approx(votes, nan_ok=True)
        assert found.unknown_pairs == (votes != votes)


def test_tune_labels_are_refused_and_other_roles_left_out() -> None:
    labels = [
        make_annotation("run", "a", "ada", (5,), LabelRole.TUNE, rubric="r"),
        make_annotation("run", "b", "ada", (4,), LabelRole.TEST, rubric="r"),
    ]
    with pytest.raises(AnnotationError, match="cannot enter an estimate"):
        labels_that_measure(labels, role=LabelRole.TUNE)
    assert set(labels_that_measure(labels)) == {"b"}


def test_a_cascades_own_proofs_are_counted_as_such() -> None:
    evidence = Evidence(Relation.EQUIVALENT, Method.PROOF)
    proof = Verdict("proof", 5, evidence=evidence)
    rows = [
        _result(0, Verdict("cascade", 5, evidence=evidence, members=(proof,))),
        _result(1, Verdict("proof", 5, evidence=evidence)),
        _result(1, _scored("model", 5)),
    ]
    rated = rated_by_proof(rows, certified_tasks(rows))
    assert rated.yardstick is Yardstick.PROOF
    (automatic,) = report_card(rated, "cascade").automatic
    assert (automatic.reason, automatic.tasks) == (Automatic.PROOF, 1)
    assert report_card(rated, "cascade").tasks == 0  # of the other answer it has no verdict
    assert report_card(rated, "model").automatic == ()


def test_cards_of_the_recorded_sql_judges() -> None:
    rows: list[Result] = []
    labels: list[Annotation] = []
    for judge, file in (("GPT-4-Turbo", "GPT4Turbo"), ("GPT-3.5-Turbo", "GPT3.5")):
        path = shared_data(f"sql/llm_sql_solver/{file}_judge_DAIL_formal.jsonl")
        for line in path.read_text().splitlines():
            row = json.loads(line)
            verdict = Verdict(judge, 5.0 if row["verdict"] == "EQ" else 1.0)
            rows.append(_result(row["id"], verdict, query=row["pred"]))
            if judge == "GPT-4-Turbo":
                given = (5,) if row["execution"] else (1,)
                task = f"t{row['id']}"
                labels.append(
                    make_annotation("run", task, "execution", given, LabelRole.TEST, rubric="r")
                )
    rated = rated_by_people(rows, labels_that_measure(labels))
    # counted from the recordings: of 1,034 pairs execution passes 854
    counts = {"GPT-4-Turbo": (712, 26, 142, 154), "GPT-3.5-Turbo": (673, 99, 181, 81)}
    for judge, (both, only_judge, only_execution, neither) in counts.items():
        card = report_card(rated, judge)
        found = dict(card.statistics)
        assert card.tasks == 1034
        assert card.confusion[4] == (only_execution, 0, 0, 0, both)
        assert card.confusion[0] == (neither, 0, 0, 0, only_judge)
        agreed = (both + neither) / 1034
        assert found["agreement on pass"].value == pytest.approx(agreed)
        assert found["agreement on pass"].low < agreed < found["agreement on pass"].high
        assert found["true-positive rate"].value == pytest.approx(both / 854)
        assert found["true-negative rate"].value == pytest.approx(neither / 180)
    (pair,) = compare_judges(rated, ["GPT-4-Turbo", "GPT-3.5-Turbo"])
    assert pair.exact_first > pair.exact_second


def test_tasks_that_were_drawn_more_often_weigh_less() -> None:
    # two of three tasks come from a stratum drawn whole, one stands for nine like it
    chances = [1.0, 1.0, 1 / 9]
    labels = [
        make_annotation(
            "run", f"t{n}", "ada", (5,), LabelRole.TEST, rubric="r", sampling_probability=chance
        )
        for n, chance in enumerate(chances)
    ]
    rows = [_result(n, _scored("j", score)) for n, score in enumerate([1, 1, 5])]
    card = report_card(rated_by_people(rows, labels_that_measure(labels)), "j")
    # right on nine of eleven answers, though on one label of three
    assert dict(card.statistics)["exact agreement"].value == pytest.approx(9 / 11)
    assert card.confusion[4] == (2, 0, 0, 0, 1)
    assert not any("chances are unknown" in note for note in card.notes)
    unknown = report_card(_rated([1, 1, 5], [5, 5, 5]), "j")
    assert dict(unknown.statistics)["exact agreement"].value == pytest.approx(1 / 3)
    assert any("chances are unknown" in note for note in unknown.notes)


def test_a_judge_of_the_generators_family_is_flagged() -> None:
    rated = _rated([5, 5, 4], [4, 4, 4])
    judge = Player("j", "llm", ("openai:gpt-5",))
    for model, flag in (("azure:gpt-5-mini", True), ("ollama:qwen3", False), ("x:new", None)):
        generators = {"g": Player("g", "llm", (model,))}
        card = report_card(rated, "j", judges={"j": judge}, generators=generators)
        (bias,) = card.by_generator
        assert bias.related is flag
        assert bias.bias.value == pytest.approx(2 / 3)


def test_a_share_that_never_fails_is_not_certain() -> None:
    card = report_card(_rated([5, 5, 5, 5, 1, 1], [5, 5, 5, 5, 1, 1]), "j")
    exact = dict(card.statistics)["exact agreement"]
    assert (exact.value, exact.high) == (1, 1)
    assert exact.low == pytest.approx(0.025 ** (1 / 6), rel=1e-5)  # Clopper and Pearson's


def test_what_did_not_parse_is_not_credited_to_the_judge() -> None:
    # 60 drawn answers: 24 did not parse, 5 were refusals, and people grant the 1 that these got
    # without any model. Of the 31 that the judge was asked it is right on 9: .29, over all .63.
    people = [1] * 29 + [5] * 9 + [3] * 22
    verdicts = [Verdict("j", 1, NO_QUERY + "line 1, column 3") for _ in range(24)]
    verdicts += [Verdict("j", 1, "The request can be built, but was refused: no") for _ in range(5)]
    verdicts += [_scored("j", 5)] * 31
    rows = [_result(n, verdict) for n, verdict in enumerate(verdicts)]
    card = report_card(rated_by_people(rows, labels_that_measure(_labels(people))), "j")
    exact = dict(card.statistics)["exact agreement"].value
    assert (card.tasks, card.missing, card.references) == (31, 0, 31)
    assert round(exact, 2) == 0.29
    assert round((29 + 9) / 60, 2) == 0.63  # what the card said
    assert np.asarray(card.confusion).sum() == 31
    assert [(each.reason, each.tasks, each.agreement.value) for each in card.automatic] == [
        (Automatic.REFUSAL, 5, 1),
        (Automatic.NO_QUERY, 24, 1),
    ]
    assert card.cost.calls == 31
    (bias,) = card.by_generator
    assert bias.bias.n == 31


def test_who_was_asked_is_told_from_how_the_verdict_came_about() -> None:
    proof = Verdict("proof", 5, evidence=Evidence(Relation.EQUIVALENT, Method.PROOF))
    undecided = _scored("proof", None)
    model = replace(_scored("model", 4), reasoning="near enough")
    no_query = Verdict("model", 1, NO_QUERY + "?")
    refused = Verdict("model", 1, "The request can be built, but was refused: too vague")
    echoing = replace(_scored("model", 1), reasoning=NO_QUERY + "says the model")
    cases = (
        (model, None),
        (proof, None),  # alone it is the judge
        (no_query, Automatic.NO_QUERY),
        (refused, Automatic.REFUSAL),
        (echoing, None),  # it was called
        (Verdict("cascade", 5, members=(proof,)), Automatic.PROOF),
        (Verdict("cascade", 4, members=(undecided, model)), None),
        (Verdict("cascade", 1, members=(undecided, no_query)), Automatic.NO_QUERY),
        (Verdict("panel", 4.5, members=(proof, model)), None),
        (Verdict("panel", 1, members=(no_query, no_query)), Automatic.NO_QUERY),
    )
    for verdict, reason in cases:
        assert automatic(verdict) is reason, verdict


def test_a_card_says_why_it_does_not_test_whether_a_person_may_be_replaced() -> None:
    for count, tested in ((12, False), (36, True)):
        given = [1, 5, 4] * (count // 3)
        card = report_card(_rated(given, given, given, given), "j")
        assert (card.alternative_annotator is not None) is tested
        assert any("share 30 answers" in note for note in card.notes) is not tested
