"""The report card of a judge: how far its scores agree with a yardstick's, with intervals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from statistics import median

import numpy as np
from numpy.typing import NDArray

from jurist.alignment.against import Yardstick
from jurist.alignment.card_statistics import K, table_statistics
from jurist.alignment.casting import Player, related
from jurist.alignment.rated import Rated, Ruling
from jurist.analysis.biases import (
    SwapEffect,
    commonest_shares,
    length_effect_interval,
    swap_effect,
)
from jurist.analysis.calibration import Calibration, calibrate
from jurist.analysis.intervals import (
    Estimate,
    bootstrap_sums,
    cluster_sums,
    ratio_of_sums,
)
from jurist.analysis.levels import PASS
from jurist.analysis.reliability import (
    AlternativeAnnotator,
    alternative_annotator_test,
    leave_one_out_hits,
)
from jurist.analysis.tables import (
    Floats,
    Ints,
    cluster_indices,
    cluster_tables,
    contingency,
    nearest_level,
)
from jurist.plurals import counted
from jurist.records import Cost, Relation, Verdict

FEW = 30


@dataclass(frozen=True, slots=True)
class GeneratorBias:
    """The judge's signed error on one generator; `related`: whether both share a model family.

    `related` is `None` where a model's family is not known.
    """

    generator: str
    bias: Estimate
    related: bool | None


@dataclass(frozen=True, slots=True)
class Card:
    """What can be said of one judge against one yardstick. Levels are those of tasks pooled.

    Where people's tasks were drawn with known chances, the statistics, the ceiling and the
    biases are weighed by their inverse: they hold for all answers of the run, not for the
    doubtful ones that were preferred. Counts are never weighed.

    `missing` counts tasks without a score of the judge: they are in no agreement below.
    `settled_by_proof` counts verdicts that are a proof's own, as in a cascade: measured
    against proofs these agree by construction.
    """

    judge: str
    yardstick: Yardstick
    tasks: int
    missing: int
    references: int
    settled_by_proof: int
    statistics: tuple[tuple[str, Estimate], ...]
    confusion: tuple[tuple[int, ...], ...]
    """Rows: the yardstick's score 1 to 5; columns: the judge's, to the nearest level."""
    acceptable: Estimate
    """Share of scores among those that any annotator would accept."""
    ceiling: Estimate | None
    """Exact agreement of one person with the majority of the others, on the same tasks."""
    stability: Estimate
    """Mean share of the commonest score among repeats."""
    swap: SwapEffect | None
    """What the order in the prompt does; `None` where only one was asked."""
    length_effect: Estimate
    by_generator: tuple[GeneratorBias, ...]
    calibration: Calibration | None
    alternative_annotator: AlternativeAnnotator | None
    cost: Cost
    latency_ms: float
    """Median of a verdict's time; NaN where none took any."""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Shared:
    """One judge's rulings beside the yardstick, in the order of the tasks."""

    rated: Rated
    rulings: tuple[Ruling | None, ...]
    scores: Floats
    known: NDArray[np.bool_]
    clusters: Ints
    resamples: int
    seed: int

    @property
    def verdicts(self) -> list[Verdict]:
        return [ruling.verdict for ruling in self.rulings if ruling is not None]


def report_card(
    rated: Rated,
    judge: str,
    *,
    judges: Mapping[str, Player] | None = None,
    generators: Mapping[str, Player] | None = None,
    resamples: int = 2000,
    seed: int = 0,
) -> Card:
    """Measure a judge against a yardstick; cluster-bootstrap intervals over references.

    Args:
        rated: The yardstick's scores and all judges' rulings.
        judge: Whose card this is.
        judges: Who the judges are, by name: how many orders were asked, and which family.
        generators: Who the generators are.
        resamples: Of the bootstrap.
        seed: Of the bootstrap.
    """
    scores = rated.scores_of(judge)
    clusters, _ = cluster_indices(rated.clusters)
    rulings = tuple(rated.rulings[judge].get(task) for task in rated.tasks)
    shared = _Shared(rated, rulings, scores, ~np.isnan(scores), clusters, resamples, seed)
    known = shared.known
    columns = nearest_level(scores[known])
    tables, present = cluster_tables(
        nearest_level(rated.gold[known]),
        columns,
        clusters[known],
        (K, K),
        weights=rated.weights[known],
    )
    counts = contingency(nearest_level(rated.gold[known]), columns, (K, K)).astype(int)
    player = (judges or {}).get(judge)
    lengths = np.asarray([ruling.length if ruling else 0 for ruling in rulings], dtype=np.float64)
    times = [verdict.cost.ms for verdict in shared.verdicts if verdict.cost.ms > 0]
    return Card(
        judge=judge,
        yardstick=rated.yardstick,
        tasks=len(rated.tasks),
        missing=int((~known).sum()),
        references=len(present),
        settled_by_proof=sum(_proved(verdict) for verdict in shared.verdicts),
        statistics=table_statistics(tables, resamples=resamples, seed=seed),
        confusion=tuple(tuple(int(cell) for cell in row) for row in counts),
        acceptable=_acceptable(shared, columns + 1),
        ceiling=human_ceiling(rated, resamples=resamples, seed=seed),
        stability=_stability(shared),
        swap=_swap(shared, player),
        length_effect=length_effect_interval(
            (scores - rated.gold)[known],
            lengths[known],
            clusters[known],
            resamples=resamples,
            seed=seed,
        ),
        by_generator=_by_generator(shared, player, generators or {}),
        calibration=_calibration(shared),
        alternative_annotator=_alternative_annotator(shared),
        cost=sum((verdict.cost for verdict in shared.verdicts), start=Cost()),
        latency_ms=median(times) if times else float("nan"),
        notes=_notes(shared),
    )


def _proved(verdict: Verdict) -> bool:
    evidence = verdict.evidence
    return (
        verdict.score is not None
        and evidence is not None
        and evidence.relation is not Relation.UNDECIDED
    )


def _acceptable(shared: _Shared, levels: Ints) -> Estimate:
    kept = zip(shared.rated.accepted, shared.known.tolist(), strict=True)
    accepted = [each for each, here in kept if here]
    hits = [level in each for level, each in zip(levels.tolist(), accepted, strict=True)]
    return _weighted_mean(np.asarray(hits, dtype=np.float64), shared, shared.known)


def _weighted_mean(values: Floats, shared: _Shared, where: NDArray[np.bool_]) -> Estimate:
    """Mean over the tasks in `where`, each by its weight, with a cluster-bootstrap interval."""
    weights = shared.rated.weights[where]
    columns = np.stack([weights * values, weights], axis=1)
    sums = cluster_sums(columns, shared.clusters[where])
    return bootstrap_sums(
        sums, ratio_of_sums, items=len(values), resamples=shared.resamples, seed=shared.seed
    )


def human_ceiling(rated: Rated, *, resamples: int = 2000, seed: int = 0) -> Estimate | None:
    """Mean over annotators of their agreement with the majority of the others.

    `None` where the yardstick is no group of people, or no task has two of them.
    """
    if rated.yardstick is not Yardstick.PEOPLE or rated.people.shape[1] < 2:
        return None
    hits = leave_one_out_hits(rated.people)
    counted = ~np.isnan(hits)
    if not counted.any():
        return None
    clusters, _ = cluster_indices(rated.clusters)
    columns = np.concatenate([np.nan_to_num(hits), counted.astype(np.float64)], axis=1)
    columns *= rated.weights[:, None]
    raters = rated.people.shape[1]

    def mean_agreement(sums: Floats) -> Floats:
        right, items = sums[..., :raters], sums[..., raters:]
        undefined = np.full_like(items, np.nan)
        shares = np.divide(right, items, out=undefined, where=items > 0)
        rating = (~np.isnan(shares)).sum(-1)
        none = np.full_like(sums[..., 0], np.nan)
        return np.divide(np.nansum(shares, axis=-1), rating, out=none, where=rating > 0)

    return bootstrap_sums(
        cluster_sums(columns, clusters),
        mean_agreement,
        items=int(counted.any(1).sum()),
        resamples=resamples,
        seed=seed,
    )


def _stability(shared: _Shared) -> Estimate:
    samples = [
        () if ruling is None or ruling.verdict.members else ruling.verdict.samples
        for ruling in shared.rulings
    ]
    shares = commonest_shares(samples)
    repeated = ~np.isnan(shares)
    return _weighted_mean(shares[repeated], shared, repeated)


def _swap(shared: _Shared, player: Player | None) -> SwapEffect | None:
    if player is None or player.orders != 2:
        return None
    usual: list[float] = []
    swapped: list[float] = []
    clusters: list[int] = []
    for ruling, cluster in zip(shared.rulings, shared.clusters.tolist(), strict=True):
        given = () if ruling is None else ruling.verdict.samples
        if len(given) == 2 * player.samples:  # first all as usual, then all swapped
            usual.append(float(np.mean(given[: player.samples])))
            swapped.append(float(np.mean(given[player.samples :])))
            clusters.append(cluster)
    if not usual:
        return None
    return swap_effect(np.asarray(usual), np.asarray(swapped), np.asarray(clusters, dtype=np.int64))


def _by_generator(
    shared: _Shared, player: Player | None, generators: Mapping[str, Player]
) -> tuple[GeneratorBias, ...]:
    names = np.asarray(shared.rated.generators)
    errors = shared.scores - shared.rated.gold
    found: list[GeneratorBias] = []
    for name in dict.fromkeys(shared.rated.generators):
        here = shared.known & (names == name)
        other = generators.get(name)
        kin = None if player is None or other is None else related(player, other)
        found.append(GeneratorBias(name, _weighted_mean(errors[here], shared, here), kin))
    return tuple(found)


def _calibration(shared: _Shared) -> Calibration | None:
    stated: list[float] = []
    right: list[float] = []
    for ruling, gold in zip(shared.rulings, shared.rated.gold.tolist(), strict=True):
        if ruling is None or ruling.verdict.confidence is None or ruling.verdict.score is None:
            continue
        stated.append(ruling.verdict.confidence)
        right.append(float((ruling.verdict.score >= PASS) == (gold >= PASS)))
    return calibrate(np.asarray(stated), np.asarray(right)) if stated else None


def _alternative_annotator(shared: _Shared) -> AlternativeAnnotator | None:
    if shared.rated.yardstick is not Yardstick.PEOPLE or shared.rated.people.shape[1] < 3:
        return None
    levels = np.full(len(shared.scores), np.nan)
    levels[shared.known] = nearest_level(shared.scores[shared.known]) + 1.0
    return alternative_annotator_test(levels, shared.rated.people)


def _notes(shared: _Shared) -> tuple[str, ...]:
    rated, scored = shared.rated, int(shared.known.sum())
    notes: list[str] = []
    if scored < FEW:
        notes.append(f"only {counted(scored, 'task')} with both scores: intervals are rough")
    if scored and len(set(nearest_level(rated.gold[shared.known]).tolist())) < 2:
        notes.append("the yardstick gave one score only: chance-corrected numbers say nothing")
    if rated.yardstick is Yardstick.PROOF:
        notes.append(
            "a proof is certain of equal (5) or not; the levels below 5 follow the score's rule"
        )
    settled = sum(_proved(verdict) for verdict in shared.verdicts)
    if settled and rated.yardstick is Yardstick.PROOF:
        own = counted(settled, "verdict is", "verdicts are")
        notes.append(f"{own} the proof's own: such agree by construction")
    if not rated.sampled:
        notes.append("the labels' chances are unknown: this holds for the labelled answers alone")
    if len(rated.rubrics) > 1:
        notes.append(f"the labels were given under {len(rated.rubrics)} versions of the rubric")
    return tuple(notes)
