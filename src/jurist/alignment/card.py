"""The report card of a judge: how far its scores agree with a yardstick's, with intervals."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from statistics import median

import numpy as np

from jurist.alignment.rated import Rated, Yardstick
from jurist.analysis import agreement
from jurist.analysis.biases import length_effect, repetition_stability
from jurist.analysis.calibration import Calibration, calibrate
from jurist.analysis.intervals import (
    Estimate,
    bootstrap_tables,
    bootstrap_weights,
    percentile_interval,
)
from jurist.analysis.leaderboard import PASS
from jurist.analysis.reliability import (
    AlternativeAnnotator,
    alternative_annotator_test,
    leave_one_out_agreement,
)
from jurist.analysis.tables import Floats, cluster_indices, cluster_tables, nearest_level
from jurist.records import Cost

K = 5
PASS_INDEX = 3
"""Level index of the pass threshold: score 4."""


@dataclass(frozen=True, slots=True)
class Card:
    """What can be said of one judge against one yardstick. Levels are those of tasks pooled.

    `missing` counts tasks without a score of the judge: they are in no agreement below.
    """

    judge: str
    yardstick: Yardstick
    tasks: int
    missing: int
    references: int
    statistics: tuple[tuple[str, Estimate], ...]
    confusion: tuple[tuple[int, ...], ...]
    """Rows: the yardstick's score 1 to 5; columns: the judge's, to the nearest level."""
    acceptable: Estimate
    """Share of scores among those that any annotator would accept."""
    ceiling: Estimate | None
    """Exact agreement of one person with the majority of the others, on the same tasks."""
    stability: float
    length_effect: float
    calibration: Calibration | None
    alternative_annotator: AlternativeAnnotator | None
    cost: Cost
    latency_ms: float
    """Median of a verdict's time; NaN where none took any."""
    notes: tuple[str, ...] = field(default=())


STATISTICS: tuple[tuple[str, Callable[[Floats], Floats]], ...] = (
    ("exact agreement", agreement.exact),
    ("within one", agreement.within_one),
    ("agreement by chance", agreement.chance),
    ("Cohen kappa", agreement.cohen_kappa),
    ("weighted kappa", agreement.weighted_kappa),
    ("Gwet AC1", agreement.gwet_ac1),
    ("Krippendorff alpha (ordinal)", agreement.krippendorff_alpha_ordinal),
    ("Spearman rho (tasks pooled)", agreement.spearman),
    ("Kendall tau-b (tasks pooled)", agreement.kendall_tau_b),
    ("bias (judge minus yardstick)", agreement.bias),
    ("agreement on pass", lambda t: agreement.exact(agreement.pass_table(t, PASS_INDEX))),
    (
        "true-positive rate",
        lambda t: agreement.true_positive_rate(agreement.pass_table(t, PASS_INDEX)),
    ),
    (
        "true-negative rate",
        lambda t: agreement.true_negative_rate(agreement.pass_table(t, PASS_INDEX)),
    ),
    (
        "leniency (passes what fails)",
        lambda t: agreement.leniency(agreement.pass_table(t, PASS_INDEX)),
    ),
)


def report_card(rated: Rated, judge: str, *, resamples: int = 2000, seed: int = 0) -> Card:
    """Measure a judge against a yardstick; cluster-bootstrap intervals over references."""
    scores = rated.scores_of(judge)
    known = ~np.isnan(scores)
    rows = nearest_level(rated.gold[known])
    columns = nearest_level(scores[known])
    numbers, _ = cluster_indices(rated.clusters)
    tables, present = cluster_tables(rows, columns, numbers[known], (K, K))
    statistics = tuple(
        (
            name,
            bootstrap_tables(tables, statistic, shape=(K, K), resamples=resamples, seed=seed),
        )
        for name, statistic in STATISTICS
    )
    pooled = tables.sum(0).reshape(K, K).astype(int)
    rulings = [rated.rulings[judge].get(task) for task in rated.tasks]
    verdicts = [ruling.verdict for ruling in rulings if ruling is not None]
    lengths = np.asarray([ruling.length if ruling else 0 for ruling in rulings], dtype=np.float64)
    times = [verdict.cost.ms for verdict in verdicts if verdict.cost.ms > 0]
    return Card(
        judge=judge,
        yardstick=rated.yardstick,
        tasks=len(rated.tasks),
        missing=int((~known).sum()),
        references=len(present),
        statistics=statistics,
        confusion=tuple(tuple(int(cell) for cell in row) for row in pooled),
        acceptable=_acceptable(rated, columns + 1, known, resamples, seed),
        ceiling=_ceiling(rated),
        stability=repetition_stability([v.samples for v in verdicts if not v.members]),
        length_effect=length_effect((scores - rated.gold)[known], lengths[known]),
        calibration=_calibration(rated, judge),
        alternative_annotator=(
            alternative_annotator_test(
                np.where(known, np.round(np.nan_to_num(scores)), np.nan), rated.people
            )
            if rated.people.shape[1] >= 3
            else None
        ),
        cost=sum((verdict.cost for verdict in verdicts), start=Cost()),
        latency_ms=median(times) if times else float("nan"),
        notes=_notes(rated, int(known.sum())),
    )


def _acceptable(
    rated: Rated, levels: np.ndarray[tuple[int, ...], np.dtype[np.int64]], known: np.ndarray[
        tuple[int, ...], np.dtype[np.bool_]
    ], resamples: int, seed: int,
) -> Estimate:  # fmt: skip
    accepted = [each for each, here in zip(rated.accepted, known.tolist(), strict=True) if here]
    hits = np.asarray(
        [level in each for level, each in zip(levels.tolist(), accepted, strict=True)],
        dtype=np.float64,
    )
    return _bootstrapped_mean(hits, rated, known, resamples, seed)


def _bootstrapped_mean(
    values: Floats,
    rated: Rated,
    known: np.ndarray[tuple[int, ...], np.dtype[np.bool_]],
    resamples: int,
    seed: int,
) -> Estimate:
    numbers, _ = cluster_indices(rated.clusters)
    _, compact = np.unique(numbers[known], return_inverse=True)
    sums, sizes = np.bincount(compact, weights=values), np.bincount(compact)
    groups = len(sizes)
    if groups < 2:
        nan = float("nan")
        return Estimate(float(values.mean()) if len(values) else nan, nan, nan, len(values), groups)
    weights = bootstrap_weights(groups, resamples, np.random.default_rng(seed))
    drawn = (weights @ sums) / (weights @ sizes)
    return percentile_interval(float(values.mean()), drawn, n=len(values), clusters=groups)


def _ceiling(rated: Rated) -> Estimate | None:
    if rated.yardstick is not Yardstick.PEOPLE or rated.people.shape[1] < 2:
        return None
    each = leave_one_out_agreement(rated.people)
    each = each[~np.isnan(each)]
    if not len(each):
        return None
    nan = float("nan")
    return Estimate(
        float(each.mean()), nan, nan, len(rated.tasks), len(each), "leave one annotator out"
    )


def _calibration(rated: Rated, judge: str) -> Calibration | None:
    stated: list[float] = []
    right: list[float] = []
    for index, task in enumerate(rated.tasks):
        ruling = rated.rulings[judge].get(task)
        if ruling is None or ruling.verdict.confidence is None or ruling.verdict.score is None:
            continue
        stated.append(ruling.verdict.confidence)
        passed = ruling.verdict.score >= PASS
        right.append(float(passed == (rated.gold[index] >= PASS)))
    if not stated:
        return None
    return calibrate(np.asarray(stated), np.asarray(right))


def _notes(rated: Rated, scored: int) -> tuple[str, ...]:
    notes: list[str] = []
    if scored < 30:
        notes.append(f"only {scored} tasks with both scores: intervals are wide and rough")
    if len(set(np.round(rated.gold).tolist())) < 2:
        notes.append("the yardstick gave one score only: chance-corrected numbers say nothing")
    return tuple(notes)
