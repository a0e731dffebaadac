"""Judges beside each other: who is better, and how alike their errors are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np

from jurist.alignment.cards.rated import Rated
from jurist.alignment.cards.statistics import Paired
from jurist.analysis import agreement
from jurist.analysis.bounded import bounded_mean
from jurist.analysis.comparison import adjust
from jurist.analysis.intervals import Estimate
from jurist.analysis.paired_judges import difference_of, sign_flip_p
from jurist.analysis.panels import (
    agreement_when_both_wrong,
    effective_votes,
    error_correlations,
)
from jurist.analysis.reliability import krippendorff_alpha
from jurist.analysis.tables import Floats, cluster_indices, roundings


@dataclass(frozen=True, slots=True)
class JudgesCompared:
    """Two judges on the tasks that both were asked and scored. Differences are second minus first.

    Everything is weighed and goes by whole references: `exact_p` tosses the sign of each
    (McNemar's exact test where each task has a reference of its own), kappa's
    leaves out each.
    Both p-values are Holm-corrected, each over all pairs compared together; the intervals are not.
    """

    first: str
    second: str
    tasks: int
    exact_first: float
    exact_second: float
    exact_difference: Estimate
    exact_p: float
    kappa_difference: Estimate
    """Of weighted kappa; of Cohen's on a nominal scale."""
    kappa_p: float


def compare_judges(rated: Rated, judges: Sequence[str]) -> tuple[JudgesCompared, ...]:
    """Every pair of judges, by exact agreement and by kappa."""
    clusters, _ = cluster_indices(rated.clusters)
    found: list[JudgesCompared] = []
    for names in combinations(judges, 2):
        scores = [rated.scores_of(judge) for judge in names]
        both = ~np.isnan(scores[0]) & ~np.isnan(scores[1])
        if not both.any():
            continue
        weights, places = rated.weights[both], clusters[both]
        paired = [
            Paired(rated.scale, rated.gold[both], each[both], weights, places) for each in scores
        ]
        right = [each.within(0) for each in paired]
        gaps = right[1] - right[0]
        kappa = difference_of(
            paired[0].tables(),
            paired[1].tables(),
            agreement.weighted_kappa if rated.scale.ordered else agreement.cohen_kappa,
            items=int(both.sum()),
        )
        found.append(
            JudgesCompared(
                names[0],
                names[1],
                int(both.sum()),
                float(np.average(right[0], weights=weights)),
                float(np.average(right[1], weights=weights)),
                bounded_mean(gaps, places, scale=(-1.0, 1.0), weights=weights),
                sign_flip_p(gaps * weights, places),
                kappa.estimate,
                kappa.p_value,
            )
        )
    exact = adjust([each.exact_p for each in found])
    kappas = adjust([each.kappa_p for each in found])
    return tuple(
        replace(each, exact_p=p_exact, kappa_p=p_kappa)
        for each, p_exact, p_kappa in zip(found, exact, kappas, strict=True)
    )


@dataclass(frozen=True, slots=True)
class Alikeness:
    """How alike the errors of several judges are, on the tasks that they were asked.

    `correlations` holds phi of the error indicators (level not equal to the yardstick's),
    shape (judges, judges), NaN where one never varies. `votes` is how many independent
    judges they are worth, over the pairs whose correlation is known; NaN where none is.
    `both_wrong` is the share of equal scores where two err on the same task, over all pairs, with
    the number of such cases; independent errors would give `by_chance`.
    """

    judges: tuple[str, ...]
    tasks: int
    correlations: Floats
    votes: float
    unknown_pairs: int
    both_wrong: float
    both_wrong_cases: int
    by_chance: float


@dataclass(frozen=True, slots=True)
class _Rows:
    """Judges' levels beside the yardstick's, each task in every way of rounding its scores."""

    levels: Floats
    """Shape (rows, judges), NaN where there is no score."""
    gold: Floats
    weights: Floats
    chances: Floats


def _rows(rated: Rated, judges: Sequence[str]) -> _Rows:
    sides = np.stack([rated.gold, *(rated.scores_of(judge) for judge in judges)], axis=1)
    items, levels, chances = roundings(rated.scale.positions(sides))
    return _Rows(levels[:, 1:], levels[:, 0], rated.weights[items] * chances, chances)


def alikeness(rated: Rated, judges: Sequence[str]) -> Alikeness | None:
    """The correlation of errors between judges; `None` for fewer than two judges or tasks."""
    if len(judges) < 2 or len(rated.tasks) < 2:
        return None
    rows = _rows(rated, judges)
    missing = np.isnan(rows.levels)
    errors = np.where(missing, np.nan, rows.levels != rows.gold[:, None])
    correlations = error_correlations(errors, rows.weights)
    equal = total = cases = 0.0
    for first, second in combinations(range(len(judges)), 2):
        both = ~missing[:, first] & ~missing[:, second]
        sides = rows.levels[both, first], rows.levels[both, second], rows.gold[both]
        share, weight = agreement_when_both_wrong(*sides, rows.weights[both])
        equal += share * weight if weight else 0.0
        total += weight
        cases += agreement_when_both_wrong(*sides, rows.chances[both])[1]
    return Alikeness(
        tuple(judges),
        len(rated.tasks),
        correlations,
        effective_votes(correlations),
        int(np.isnan(correlations[np.triu_indices(len(judges), 1)]).sum()),
        equal / total if total else float("nan"),
        round(cases),
        1 / (rated.scale.size - 1),
    )


@dataclass(frozen=True, slots=True)
class PanelCard:
    """A panel as a group: whether its members agree, and how many votes they really cast.

    `alpha` is Krippendorff's ordinal alpha among members, `exact` the mean exact agreement
    of two of them. `best_member` is the one that agrees best with the yardstick on these
    very tasks: chosen in hindsight, so its lead is flattered.
    """

    panel: str
    members: tuple[str, ...]
    alpha: float
    exact: float
    errors: Alikeness
    panel_agreement: float
    best_member: str
    best_agreement: float


def panel_card(rated: Rated, panel: str, members: Sequence[str]) -> PanelCard | None:
    """What a panel's members make of it; `None` where fewer than two have rulings."""
    present = [member for member in members if member in rated.rulings]
    errors = alikeness(rated, present)
    if errors is None:
        return None
    rows = _rows(rated, [*present, panel])
    agreements = [_equal(column, rows.gold, rows.weights) for column in rows.levels.T]
    columns = rows.levels[:, :-1]
    pairs = [
        _equal(columns[:, first], columns[:, second], rows.weights)
        for first, second in combinations(range(len(present)), 2)
    ]
    known = [pair for pair in pairs if not np.isnan(pair)]
    best = int(np.nanargmax(agreements[:-1])) if not np.isnan(agreements[:-1]).all() else 0
    return PanelCard(
        panel,
        tuple(present),
        krippendorff_alpha(columns, rated.scale.size, rows.weights),
        float(np.mean(known)) if known else float("nan"),
        errors,
        agreements[-1],
        present[best],
        agreements[best],
    )


def _equal(first: Floats, second: Floats, weights: Floats) -> float:
    """The weighed share of rows on which both are the same, of those that both have."""
    both = ~np.isnan(first) & ~np.isnan(second)
    if not both.any():
        return float("nan")
    return float(np.average((first == second)[both], weights=weights[both]))
