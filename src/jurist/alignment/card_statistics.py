"""The statistics of a report card: what each is, and its interval."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from jurist.analysis import agreement
from jurist.analysis.bounded import clopper_pearson
from jurist.analysis.intervals import Estimate, bootstrap_statistics
from jurist.analysis.tables import Floats

K = 5
PASS_INDEX = 3
"""Level index of the pass threshold: score 4."""

Statistic = Callable[[Floats], Floats]


def _at(index: int, statistic: Statistic) -> Statistic:
    return lambda table: statistic(agreement.pass_table(table, index))


def _passing_rows(index: int) -> Statistic:
    return lambda table: table[..., index:, :].sum((-2, -1))


def _failing_rows(index: int) -> Statistic:
    return lambda table: table[..., :index, :].sum((-2, -1))


def _all_cells(table: Floats) -> Floats:
    return table.sum((-2, -1))


STATISTICS: tuple[tuple[str, Statistic, Statistic | None], ...] = (
    ("exact agreement", agreement.exact, _all_cells),
    ("within one", agreement.within_one, _all_cells),
    ("agreement by chance", agreement.chance, None),
    ("Cohen kappa", agreement.cohen_kappa, None),
    ("weighted kappa", agreement.weighted_kappa, None),
    ("Gwet AC1", agreement.gwet_ac1, None),
    ("Krippendorff alpha (ordinal)", agreement.krippendorff_alpha_ordinal, None),
    ("Spearman rho (tasks pooled)", agreement.spearman, None),
    ("Kendall tau-b (tasks pooled)", agreement.kendall_tau_b, None),
    ("bias (judge minus yardstick)", agreement.bias, None),
    ("agreement on pass", _at(PASS_INDEX, agreement.exact), _all_cells),
    ("kappa on pass", _at(PASS_INDEX, agreement.cohen_kappa), None),
    (
        "true-positive rate",
        _at(PASS_INDEX, agreement.true_positive_rate),
        _passing_rows(PASS_INDEX),
    ),
    (
        "true-negative rate",
        _at(PASS_INDEX, agreement.true_negative_rate),
        _failing_rows(PASS_INDEX),
    ),
    (
        "leniency (passes what fails)",
        _at(PASS_INDEX, agreement.leniency),
        _failing_rows(PASS_INDEX),
    ),
    ("says 5 where it is less", _at(K - 1, agreement.leniency), _failing_rows(K - 1)),
    (
        "says less where it is 5",
        lambda table: 1 - _at(K - 1, agreement.true_positive_rate)(table),
        _passing_rows(K - 1),
    ),
)
"""Name, function of tables, and for a share the function that counts what it is a share of."""


def table_statistics(
    tables: Floats, *, resamples: int, seed: int
) -> tuple[tuple[str, Estimate], ...]:
    """All statistics of the clusters' tables (C, 25), on shared resamples.

    A share that no resample moves gets Clopper and Pearson's interval: there each cluster that
    has any of what it is a share of counts as one item.
    """
    estimates = bootstrap_statistics(
        tables,
        [statistic for _, statistic, _ in STATISTICS],
        shape=(K, K),
        resamples=resamples,
        seed=seed,
    )
    found: list[tuple[str, Estimate]] = []
    for (name, _, share_of), estimate in zip(STATISTICS, estimates, strict=True):
        widened = estimate
        if share_of is not None and estimate.low == estimate.high:
            items = int((share_of(tables.reshape(-1, K, K)) > 0).sum())
            low, high = clopper_pearson(estimate.value * items, items)
            widened = replace(estimate, low=low, high=high, method="Clopper-Pearson")
        found.append((name, widened))
    return tuple(found)
