"""Estimates of generators: what labels may correct, label shift, pilots."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from jurist.alignment.estimates import estimate_generators, passing
from jurist.alignment.labels.columns import Labelled, labelled_tasks, with_settled
from jurist.alignment.labels.files import make_annotation
from jurist.alignment.planning.pilot import pilot_of
from jurist.analysis.corrected import Labels
from jurist.analysis.scores import ScoreTable, score_table
from jurist.evidence.verdicts import NO_QUERY
from jurist.records import (
    Annotation,
    Candidate,
    Case,
    Failure,
    FailureKind,
    LabelRole,
    Origin,
    Question,
    Verdict,
)
from jurist.report.estimates import estimate_notes
from jurist.runs.results import Result

RATE, SENSITIVITY, SPECIFICITY = 0.6, 0.9, 0.8


def _judged(rng: np.random.Generator, n: int) -> tuple[ScoreTable, list[float]]:
    """Answers that pass with `RATE`, judged with known errors."""
    truth = [5.0 if x else 2.0 for x in rng.random(n) < RATE]
    rows: list[Result] = []
    for number, right in enumerate(truth):
        kept = rng.random() < (SENSITIVITY if right == 5 else SPECIFICITY)
        score = right if kept else 7 - right
        rows.append(
            Result(
                "d",
                Case(f"c{number}", "r"),
                Question("q", f"ask {number}", Origin.AUTHORED),
                "g",
                Candidate("q"),
                "j",
                Verdict("j", score),
                f"t{number}",
            )
        )
    return score_table(rows), truth


def test_every_correction_covers_the_true_pass_rate() -> None:
    rng = np.random.default_rng(8)
    hits = {"corrected": 0, "labels only": 0, "shift": 0, "naive": 0}
    rounds = 120
    for _ in range(rounds):
        table, truth = _judged(rng, 400)
        labels = {f"t{n}": Labelled(truth[n], 1 / 4) for n in range(100)}
        (found,) = estimate_generators(table, labels, judges=["j"], label_shift=True)
        assert found.pass_rate is not None
        for name, each in (
            ("corrected", found.pass_rate.estimate),
            ("labels only", found.pass_rate.labels_only),
            ("shift", found.pass_rogan_gladen),
            ("naive", found.naive_pass_rate),
        ):
            assert each is not None
            hits[name] += each.low <= RATE <= each.high
    for name in ("corrected", "labels only", "shift"):
        assert hits[name] / rounds >= 0.93, name
    assert hits["naive"] / rounds < 0.9


def test_pooled_origins_are_named() -> None:
    table, _ = _judged(np.random.default_rng(3), 40)
    (alone,) = estimate_generators(table, {}, judges=["j"])
    assert "pooled" not in alone.population
    items = tuple(
        item._replace(origin=Origin.SYNTHETIC) if number % 2 else item
        for number, item in enumerate(table.items)
    )
    (mixed,) = estimate_generators(replace(table, items=items), {}, judges=["j"])
    assert "(authored and synthetic questions pooled)" in mixed.population
    assert any("authored and synthetic" in note for note in estimate_notes([mixed]))


def test_label_shift_stands_labels_of_another_mix_where_ppi_does_not() -> None:
    rng = np.random.default_rng(9)
    table, truth = _judged(rng, 3000)
    passing = [n for n, score in enumerate(truth) if score == 5][:150]
    failing = [n for n, score in enumerate(truth) if score == 2][:450]
    labels = {f"t{n}": Labelled(truth[n], 1.0) for n in passing + failing}
    (found,) = estimate_generators(table, labels, judges=["j"], label_shift=True)
    assert found.pass_rogan_gladen is not None
    assert found.pass_rogan_gladen.low <= RATE <= found.pass_rogan_gladen.high
    assert found.pass_rate is not None
    assert found.pass_rate.labels_only.value == pytest.approx(0.25)


def test_label_shift_covers_where_answers_of_a_reference_hang_together() -> None:
    """Four answers to each of 60 references, all right or all wrong, and judged alike."""
    rng = np.random.default_rng(11)
    hits = tries = 0
    for _ in range(100):
        table, truth = _judged(rng, 60)
        codes = np.repeat(np.arange(60), 4)
        often = replace(
            table,
            tasks=tuple(f"t{n}" for n in range(240)),
            item=table.item[codes],
            task=np.arange(240),
            cluster=table.cluster[codes],
            generator=table.generator[codes],
            judge=table.judge[codes],
            score=table.score[codes],
            right=table.right[codes],
            answered=table.answered[codes],
            answer=table.answer[codes],
        )
        people = np.repeat(truth, 4)
        labels = {
            f"t{n}": Labelled(float(people[n]), 1.0)
            for score in (5.0, 2.0)  # as many fails as passes, though fewer fail
            for n in rng.permutation(np.flatnonzero(people == score))[:60].tolist()
        }
        (found,) = estimate_generators(often, labels, judges=["j"], label_shift=True)
        assert found.pass_rogan_gladen is not None
        if found.pass_rogan_gladen.value == found.pass_rogan_gladen.value:
            tries += 1
            hits += found.pass_rogan_gladen.low <= RATE <= found.pass_rogan_gladen.high
    assert tries >= 80
    assert hits / tries >= 0.93


def test_a_judge_that_guesses_adds_nothing_and_is_said_so() -> None:
    rng = np.random.default_rng(1)
    table, _ = _judged(rng, 300)
    noise = {f"t{n}": Labelled(float(rng.integers(1, 6)), 0.2) for n in range(60)}
    (found,) = estimate_generators(table, noise, judges=["j"], label_shift=True)
    assert found.mean is not None
    assert found.mean.estimate.half_width <= 1.1 * found.mean.labels_only.half_width
    constant = replace(table, score=np.full_like(table.score, 4.0))
    (mute,) = estimate_generators(constant, noise, judges=["j"])
    assert any("the judge adds nothing here" in note for note in mute.notes)


def test_spent_answers_are_known_and_failed_ones_are_none() -> None:
    rng = np.random.default_rng(3)
    table, truth = _judged(rng, 60)
    labels = {f"t{n}": Labelled(truth[n], 0.5, known=n < 15) for n in range(30)}
    (found,) = estimate_generators(table, labels, judges=["j"])
    assert (found.labels, found.known) == (15, 15)
    assert found.mean is not None
    assert found.mean.known == 15
    assert found.population == "answers to requests like these"
    failure = Failure(FailureKind.ERROR, "down")
    row = Result(
        "d",
        Case("c", "r"),
        Question("q", "ask", Origin.AUTHORED),
        "g",
        Candidate(failure=failure),
        "j",
        Verdict("j", None, unscored=failure),
        "t",
    )
    (silent,) = estimate_generators(score_table([row]), {}, judges=["j"])
    assert silent.bounds == (1, 5)
    assert any("failed to answer" in note for note in silent.notes)


def test_a_pilot_averages_over_generators_and_reads_the_labels() -> None:
    rng = np.random.default_rng(5)
    table, truth = _judged(rng, 400)
    labels = {f"t{n}": Labelled(truth[n], 0.5) for n in range(200)}
    pilot = pilot_of(table, "j", labels)
    assert pilot.sd == pytest.approx(float(table.score.std(ddof=1)))
    assert np.isnan(pilot.within)
    assert pilot.correlation == pytest.approx(
        float(np.corrcoef(table.score[:200], truth[:200])[0, 1])
    )
    assert np.isnan(pilot_of(table, "j", {}).correlation)


def _verdict(task: str, score: float, reasoning: str = "") -> Result:
    question = Question("q", f"ask {task}", Origin.AUTHORED)
    verdict = Verdict("j", score, reasoning)
    return Result("d", Case(task, "r"), question, "g", Candidate("q"), "j", verdict, task)


def _said(task: str, score: int, role: LabelRole, annotator: str = "ada") -> Annotation:
    return make_annotation("run", task, annotator, (score,), role, rubric="1")


def test_labels_that_chose_and_scores_of_the_rubric_are_known() -> None:
    said = labelled_tasks(
        [
            _said("a", 3, LabelRole.TEST),
            _said("a", 4, LabelRole.TEST, "bob"),
            _said("b", 2, LabelRole.TEST),
            _said("b", 4, LabelRole.TUNE, "bob"),
            _said("no query, seen", 2, LabelRole.TEST),
        ]
    )
    judged = [
        _verdict("a", 5),
        _verdict("no query", 1, NO_QUERY + "line 1"),
        _verdict("no query, seen", 1, NO_QUERY + "line 1"),
    ]
    assert with_settled(said, judged) == {
        "a": Labelled(3.5, None),  # between two levels, and not rounded to either
        "b": Labelled(3, None, known=True),
        "no query": Labelled(1, None, known=True),
        "no query, seen": Labelled(2, None, known=True),
    }


def test_a_pass_is_a_score_as_it_is_not_rounded() -> None:
    people = np.array([3.5, 3.8, 4.0, np.nan])
    labels = Labels(np.full(4, 3.8), people, np.ones(4), np.zeros(4, dtype=np.bool_))
    assert passing(labels).people[:3].tolist() == [0, 0, 1]
    table = score_table([_verdict("a", 3.8), _verdict("b", 4.2)])
    (found,) = estimate_generators(table, {}, judges=["j"])
    assert found.naive_pass_rate.value == 0.5
