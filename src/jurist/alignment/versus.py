"""Judges beside each other: who is better, and how alike their errors are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np

from jurist.alignment.card_statistics import K
from jurist.alignment.rated import Rated
from jurist.analysis import agreement
from jurist.analysis.comparison import adjust, mcnemar_exact, paired_statistic_difference
from jurist.analysis.intervals import Estimate
from jurist.analysis.panels import (
    agreement_when_both_wrong,
    effective_votes,
    error_correlations,
)
from jurist.analysis.reliability import krippendorff_alpha
from jurist.analysis.tables import Floats, cluster_indices, cluster_tables, nearest_level


@dataclass(frozen=True, slots=True)
class JudgesCompared:
    """Two judges on the tasks that both scored. Differences are second minus first.

    Both p-values are Holm-corrected, each over all pairs compared together. McNemar's test
    treats tasks as independent; the bootstrap of kappa draws whole references.
    """

    first: str
    second: str
    tasks: int
    exact_first: float
    exact_second: float
    mcnemar_p: float
    kappa_difference: Estimate
    kappa_p: float


def compare_judges(
    rated: Rated, judges: Sequence[str], *, resamples: int = 2000, seed: int = 0
) -> tuple[JudgesCompared, ...]:
    """Every pair of judges: McNemar on exact agreement, bootstrap on weighted kappa."""
    clusters, _ = cluster_indices(rated.clusters)
    found: list[JudgesCompared] = []
    for first, second in combinations(judges, 2):
        scores = [rated.scores_of(first), rated.scores_of(second)]
        both = ~np.isnan(scores[0]) & ~np.isnan(scores[1])
        if not both.any():
            continue
        gold = nearest_level(rated.gold[both])
        levels = [nearest_level(each[both]) for each in scores]
        right = [(level == gold).astype(np.float64) for level in levels]
        tables = [
            cluster_tables(gold, level, clusters[both], (K, K), weights=rated.weights[both])[0]
            for level in levels
        ]
        difference, p_value = paired_statistic_difference(
            tables[0],
            tables[1],
            agreement.weighted_kappa,
            shape=(K, K),
            resamples=resamples,
            seed=seed,
        )
        found.append(
            JudgesCompared(
                first,
                second,
                int(both.sum()),
                float(right[0].mean()),
                float(right[1].mean()),
                mcnemar_exact(right[0], right[1]),
                difference,
                p_value,
            )
        )
    mcnemar = adjust([each.mcnemar_p for each in found])
    kappa = adjust([each.kappa_p for each in found])
    return tuple(
        replace(each, mcnemar_p=m, kappa_p=k)
        for each, m, k in zip(found, mcnemar, kappa, strict=True)
    )


@dataclass(frozen=True, slots=True)
class Alikeness:
    """How alike the errors of several judges are.

    `correlations` holds phi of the error indicators (level not equal to the yardstick's),
    shape (judges, judges), NaN where one never varies. `votes` is how many independent
    judges they are worth. `both_wrong` is the share of equal scores where two err on the
    same task, over all pairs, with the number of such cases; independent errors would give
    a quarter.
    """

    judges: tuple[str, ...]
    tasks: int
    correlations: Floats
    votes: float
    both_wrong: float
    both_wrong_cases: int


def alikeness(rated: Rated, judges: Sequence[str]) -> Alikeness | None:
    """The correlation of errors between judges; `None` for fewer than two judges or tasks."""
    if len(judges) < 2 or len(rated.tasks) < 2:
        return None
    levels = levels_of(rated, judges)
    gold = nearest_level(rated.gold)
    errors = np.where(np.isnan(levels), np.nan, levels != gold[:, None])
    correlations = error_correlations(errors)
    equal, cases = 0.0, 0
    for first, second in combinations(range(len(judges)), 2):
        both = ~np.isnan(levels[:, first]) & ~np.isnan(levels[:, second])
        if both.any() and np.array_equal(errors[both, first], errors[both, second]):
            # also where neither ever errs, and phi says nothing: one of them would do
            correlations[first, second] = correlations[second, first] = 1.0
        share, n = agreement_when_both_wrong(
            levels[both, first], levels[both, second], gold[both].astype(np.float64)
        )
        equal += share * n if n else 0.0
        cases += n
    return Alikeness(
        tuple(judges),
        len(rated.tasks),
        correlations,
        effective_votes(correlations),
        equal / cases if cases else float("nan"),
        cases,
    )


def levels_of(rated: Rated, judges: Iterable[str]) -> Floats:
    """Level indices of each judge's scores, shape (tasks, judges), NaN where there is none."""
    columns: list[Floats] = []
    for judge in judges:
        scores = rated.scores_of(judge)
        known = ~np.isnan(scores)
        column = np.full(len(scores), np.nan)
        column[known] = nearest_level(scores[known])
        columns.append(column)
    return np.stack(columns, axis=1)


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
    levels = levels_of(rated, [*present, panel])
    gold = nearest_level(rated.gold)
    agreements: list[float] = []
    for column in levels.T:
        known = ~np.isnan(column)
        agreements.append(float((column == gold)[known].mean()) if known.any() else float("nan"))
    pairs: list[float] = []
    for first, second in combinations(range(len(present)), 2):
        both = ~np.isnan(levels[:, first]) & ~np.isnan(levels[:, second])
        if both.any():
            pairs.append(float((levels[both, first] == levels[both, second]).mean()))
    best = int(np.nanargmax(agreements[:-1])) if not np.isnan(agreements[:-1]).all() else 0
    return PanelCard(
        panel,
        tuple(present),
        krippendorff_alpha(levels[:, :-1], K),
        float(np.mean(pairs)) if pairs else float("nan"),
        errors,
        agreements[-1],
        present[best],
        agreements[best],
    )
