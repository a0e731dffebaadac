"""The report card of a judge: how far its scores agree with a yardstick's, with intervals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from statistics import median

import numpy as np
from numpy.typing import NDArray

from jurist.alignment.against import Yardstick
from jurist.alignment.automatic import Automatic
from jurist.alignment.cards.people import Peers, peers
from jurist.alignment.cards.rated import Rated, Ruling
from jurist.alignment.cards.statistics import Paired, bias, card_statistics
from jurist.alignment.casting import Player, related
from jurist.analysis.biases import (
    SwapEffect,
    commonest_shares,
    length_effect,
    swap_effect,
)
from jurist.analysis.bounded import SHARES, bounded_mean
from jurist.analysis.calibration import Calibration, ScoreMeaning, calibrate, score_meanings
from jurist.analysis.intervals import Estimate
from jurist.analysis.reliability import (
    AlternativeAnnotator,
    accuracy,
    alternative_annotator_test,
    negative_rmse,
)
from jurist.analysis.scales import Scale
from jurist.analysis.systems import SystemAgreement, system_agreement
from jurist.analysis.tables import Floats, Ints, cluster_indices, roundings
from jurist.plurals import counted
from jurist.records import Cost

FEW = 30
"""References below which intervals are rough."""


@dataclass(frozen=True, slots=True)
class GeneratorBias:
    """The judge's signed error on one generator; `related`: whether both share a model family.

    `related` is `None` where a model's family is not known.
    """

    generator: str
    bias: Estimate
    related: bool | None


@dataclass(frozen=True, slots=True)
class AutomaticScores:
    """Scores that stand under a judge's name though it was not asked: they say nothing of it."""

    reason: Automatic
    tasks: int
    agreement: Estimate
    """Exact agreement with the yardstick, weighed."""


@dataclass(frozen=True, slots=True)
class Card:
    """What can be said of one judge against one yardstick, on the answers that it was asked.

    Scores that came about without it are counted in `automatic`, and are in nothing else.
    Where people's tasks were drawn with known chances, every share, mean, kappa and correlation
    is weighed by their inverse: they hold for all answers of the run that the judge was asked, not
    for the doubtful ones that were preferred. Counts, and `confusion`, are never weighed.
    """

    judge: str
    yardstick: Yardstick
    scale: Scale
    tasks: int
    """That the yardstick rated and the judge was asked."""
    missing: int
    """Of these, without a score of the judge: they are in no agreement below."""
    references: int
    """That the tasks with both scores come from."""
    automatic: tuple[AutomaticScores, ...]
    statistics: tuple[tuple[str, Estimate], ...]
    confusion: tuple[tuple[float, ...], ...]
    """Counts; rows: the yardstick's levels, columns: the judge's. A score between two levels
    counts for both in proportion."""
    acceptable: Estimate
    """Share of scores among those that any annotator would accept."""
    peers: Peers | None
    """The judge and a person, each in turn held against the other annotators."""
    stability: Estimate
    """Mean share of the commonest score among repeats."""
    swap: SwapEffect | None
    """What the order in the prompt does; `None` where only one was asked."""
    length_effect: Estimate
    by_generator: tuple[GeneratorBias, ...]
    systems: SystemAgreement | None
    """Whether it ranks the generators as the yardstick does; `None` for one, or no order."""
    meanings: tuple[ScoreMeaning, ...]
    """What the yardstick's mean is where it gives a score; none on a nominal scale."""
    calibration: Calibration | None
    """Of its stated confidence."""
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

    @property
    def asked(self) -> list[Ruling]:
        """The rulings for which somebody was asked."""
        return [r for r in self.rulings if r is not None and r.automatic is None]

    def paired(self, where: NDArray[np.bool_]) -> Paired:
        """The scores of both sides on some of the tasks with both."""
        rated, here = self.rated, self.known & where
        return Paired(
            rated.scale,
            rated.gold[here],
            self.scores[here],
            rated.weights[here],
            self.clusters[here],
        )


def report_card(
    rated: Rated,
    judge: str,
    *,
    judges: Mapping[str, Player] | None = None,
    generators: Mapping[str, Player] | None = None,
) -> Card:
    """Measure a judge against a yardstick, on any scale; intervals over references.

    Args:
        rated: The yardstick's scores and all judges' rulings.
        judge: Whose card this is.
        judges: Who the judges are, by name: how many orders were asked, and which family.
        generators: Who the generators are.
    """
    scores, asked = rated.scores_of(judge), rated.asked(judge)
    clusters, _ = cluster_indices(rated.clusters)
    rulings = tuple(rated.rulings[judge].get(task) for task in rated.tasks)
    shared = _Shared(rated, rulings, scores, ~np.isnan(scores), clusters)
    known = shared.known
    paired = shared.paired(known)
    player = (judges or {}).get(judge)
    lengths = np.asarray([ruling.length if ruling else 0 for ruling in rulings], dtype=np.float64)
    replacing = _alternative_annotator(shared)
    times = [ruling.cost.ms for ruling in shared.asked if ruling.cost.ms > 0]
    return Card(
        judge=judge,
        yardstick=rated.yardstick,
        scale=rated.scale,
        tasks=int(asked.sum()),
        missing=int((asked & ~known).sum()),
        references=len(np.unique(clusters[known])),
        automatic=_automatic(shared, judge),
        statistics=card_statistics(paired),
        confusion=tuple(tuple(row) for row in paired.counts().tolist()),
        acceptable=_acceptable(shared),
        peers=peers(rated, scores, clusters),
        stability=_stability(shared),
        swap=_swap(shared, player),
        length_effect=length_effect(
            paired.scores - paired.gold, lengths[known], paired.weights, paired.clusters
        ),
        by_generator=_by_generator(shared, player, generators or {}),
        systems=_systems(shared, paired),
        meanings=_meanings(paired),
        calibration=_calibration(shared),
        alternative_annotator=replacing,
        cost=sum((ruling.cost for ruling in shared.asked), start=Cost()),
        latency_ms=median(times) if times else float("nan"),
        notes=_notes(shared, replacing),
    )


def _automatic(shared: _Shared, judge: str) -> tuple[AutomaticScores, ...]:
    rated = shared.rated
    found: list[AutomaticScores] = []
    for reason in Automatic:
        tasks = sum(r is not None and r.automatic is reason for r in shared.rulings)
        if tasks:
            scores = rated.automatic_scores(judge, reason)
            alone = _Shared(rated, (), scores, ~np.isnan(scores), shared.clusters).paired(
                np.ones(len(scores), dtype=np.bool_)
            )
            found.append(AutomaticScores(reason, tasks, alone.share(alone.within(0))))
    return tuple(found)


def _acceptable(shared: _Shared) -> Estimate:
    rated, known = shared.rated, np.nonzero(shared.known)[0]
    items, levels, chances = roundings(rated.scale.positions(shared.scores[known, None]))
    accepted = [rated.accepted[place] for place in known.tolist()]
    hits = [
        rated.scale.levels[level] in accepted[item]
        for item, level in zip(items.tolist(), levels[:, 0].astype(np.int64).tolist(), strict=True)
    ]
    shares = np.bincount(items, weights=chances * hits, minlength=len(known))
    return _weighted_share(shares.astype(np.float64), shared, shared.known)


def _weighted_share(values: Floats, shared: _Shared, where: NDArray[np.bool_]) -> Estimate:
    weights = shared.rated.weights[where]
    return bounded_mean(values, shared.clusters[where], scale=SHARES, weights=weights)


def _stability(shared: _Shared) -> Estimate:
    samples = [
        () if ruling is None or ruling.automatic else ruling.samples for ruling in shared.rulings
    ]
    shares = commonest_shares(samples)
    repeated = ~np.isnan(shares)
    return _weighted_share(shares[repeated], shared, repeated)


def _swap(shared: _Shared, player: Player | None) -> SwapEffect | None:
    if player is None or player.orders != 2:
        return None
    usual: list[float] = []
    swapped: list[float] = []
    places: list[int] = []
    for place, ruling in enumerate(shared.rulings):
        given = () if ruling is None or ruling.automatic else ruling.samples
        if len(given) == 2 * player.samples:  # first all as usual, then all swapped
            usual.append(float(np.mean(given[: player.samples])))
            swapped.append(float(np.mean(given[player.samples :])))
            places.append(place)
    if not usual:
        return None
    return swap_effect(
        np.asarray(usual),
        np.asarray(swapped),
        shared.clusters[places],
        weights=shared.rated.weights[places],
    )


def _by_generator(
    shared: _Shared, player: Player | None, generators: Mapping[str, Player]
) -> tuple[GeneratorBias, ...]:
    if not shared.rated.scale.ordered:
        return ()
    names = np.asarray(shared.rated.generators)
    found: list[GeneratorBias] = []
    for name in dict.fromkeys(shared.rated.generators):
        other = generators.get(name)
        kin = None if player is None or other is None else related(player, other)
        found.append(GeneratorBias(name, bias(shared.paired(names == name)), kin))
    return tuple(found)


def _systems(shared: _Shared, paired: Paired) -> SystemAgreement | None:
    if not paired.scale.ordered:
        return None
    kept = zip(shared.rated.generators, shared.known.tolist(), strict=True)
    return system_agreement(
        paired.gold,
        paired.scores,
        tuple(name for name, here in kept if here),
        weights=paired.weights,
        clusters=paired.clusters,
    )


def _meanings(paired: Paired) -> tuple[ScoreMeaning, ...]:
    if not paired.scale.ordered:
        return ()
    return score_meanings(
        paired.scores,
        paired.gold,
        weights=paired.weights,
        clusters=paired.clusters,
        scale=paired.scale,
    )


def _calibration(shared: _Shared) -> Calibration | None:
    """Of the confidence that a verdict is right: on passing, else on the level."""
    scale = shared.rated.scale
    paired = shared.paired(shared.known)
    right = (
        paired.within(0)
        if scale.passing is None
        else (scale.passes(paired.gold) == scale.passes(paired.scores)).astype(np.float64)
    )
    known = [r for r, k in zip(shared.rulings, shared.known.tolist(), strict=True) if r and k]
    stated = np.asarray(
        [np.nan if r.confidence is None else r.confidence for r in known], dtype=np.float64
    )
    told = ~np.isnan(stated)
    if not told.any():
        return None
    return calibrate(stated[told], np.round(right[told]), paired.weights[told])


def _alternative_annotator(shared: _Shared) -> AlternativeAnnotator | None:
    if shared.rated.yardstick is not Yardstick.PEOPLE or shared.rated.people.shape[1] < 3:
        return None
    return alternative_annotator_test(
        shared.scores,
        shared.rated.people,
        shared.clusters,
        scoring=negative_rmse if shared.rated.scale.ordered else accuracy,
    )


def _notes(shared: _Shared, test: AlternativeAnnotator | None) -> tuple[str, ...]:
    rated, known = shared.rated, shared.known
    references = len(np.unique(shared.clusters[known]))
    notes: list[str] = []
    if references < FEW:
        notes.append(
            f"only {counted(references, 'reference')} with both scores: intervals are rough"
        )
    if references and len(np.unique(rated.gold[known])) < 2:
        notes.append("the yardstick gave one score only: chance-corrected numbers say nothing")
    if rated.yardstick is Yardstick.PROOF:
        notes.append(
            "a proof is certain of equal (5) or not; the levels below 5 follow the score's rule"
        )
    if not rated.sampled:
        notes.append("the labels' chances are unknown: this holds for the labelled answers alone")
    if rated.yardstick is Yardstick.PEOPLE and rated.people.shape[1] >= 3 and test is None:
        notes.append(
            "the alternative annotator test needs three people who share 30 answers each or more"
        )
    if len(rated.rubrics) > 1:
        notes.append(f"the labels were given under {len(rated.rubrics)} versions of the rubric")
    return tuple(notes)
