"""Worlds in which the interval of a share can be enumerated: coverage and width without chance.

References have `questions` questions each; the shares of references with 0, 1, ... of them passed
are beta-binomial with a pass rate and a correlation. An interval depends on how many references
have how many passed alone, so all such tables are enumerated, each with its chance.

    python tests/interval_worlds.py      the table of docs/reference/benchmarks.md
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy import special, stats

from jurist.analysis.bounded import SHARES, bounded_mean, clopper_pearson

Floats = NDArray[np.float64]
Interval = Callable[[tuple[int, ...]], tuple[float, float]]
REFERENCES = (5, 10, 20, 50)
PASS_RATES = (0.5, 0.7, 0.8, 0.9, 0.95, 0.98)
CORRELATIONS = (0.0, 0.2, 0.5, 0.8, 1.0)


@dataclass(frozen=True)
class Cell:
    """A world, what the interval does in it, and how wide Clopper and Pearson's would be."""

    references: int
    questions: int
    correlation: float
    pass_rate: float
    coverage: float
    width: float
    exact_width: float
    failing: float
    """References that are expected to have a question failed."""

    @property
    def ratio(self) -> float:
        """How many times wider than Clopper and Pearson's at the true effective size."""
        return self.width / self.exact_width


@cache
def interval_of_questions(table: tuple[int, ...]) -> tuple[float, float]:
    """What Jurist says of the share where so many references have 0, 1, ... questions passed."""
    questions = len(table) - 1
    of_reference = np.repeat(np.arange(questions + 1), table)
    hits = (np.arange(questions) < of_reference[:, None]).astype(np.float64)
    clusters = np.repeat(np.arange(len(of_reference)), questions)
    estimate = bounded_mean(hits.ravel(), clusters, scale=SHARES)
    return estimate.low, estimate.high


@cache
def interval_of_answers(table: tuple[int, ...]) -> tuple[float, float]:
    """The same where so many questions, one of each reference, have 0, 1, ... answers passed."""
    shares = np.repeat(np.arange(len(table)) / (len(table) - 1), table)
    estimate = bounded_mean(shares, np.arange(len(shares)), scale=SHARES)
    return estimate.low, estimate.high


def cells(
    references: int,
    questions: int,
    *,
    interval: Interval = interval_of_questions,
    sampled: int | None = None,
    seed: int = 0,
) -> Iterator[Cell]:
    """All worlds of so many references with so many questions.

    Args:
        references: In a sample.
        questions: Of each reference; or answers to the one question that it has.
        interval: What is said of each table.
        sampled: How many tables are drawn of each world; `None`: all are enumerated.
        seed: Of the draw.
    """
    rng = np.random.default_rng(seed)
    for correlation, pass_rate in itertools.product(CORRELATIONS, PASS_RATES):
        if questions == 1 and correlation:
            continue
        chances = passed(questions, pass_rate, correlation)
        if sampled is None:
            tables = all_tables(references, questions)
            weights = np.exp(
                special.gammaln(references + 1)
                - special.gammaln(tables + 1).sum(1)
                + special.xlogy(tables, chances).sum(1)
            )
        else:
            drawn = rng.multinomial(references, chances, size=sampled)
            tables, counts = np.unique(drawn, axis=0, return_counts=True)
            weights = counts / sampled
        bounds = np.asarray([interval(tuple(row)) for row in tables.tolist()])
        inside = (bounds[:, 0] <= pass_rate + 1e-9) & (pass_rate - 1e-9 <= bounds[:, 1])
        size = references * questions / (1 + (questions - 1) * correlation)
        yield Cell(
            references,
            questions,
            correlation,
            pass_rate,
            float(weights @ inside),
            float(weights @ (bounds[:, 1] - bounds[:, 0])),
            exact_width(pass_rate, size),
            references * float(1 - chances[-1]),
        )


def passed(questions: int, pass_rate: float, correlation: float) -> Floats:
    """The chances that 0, 1, ... of a reference's questions pass."""
    if correlation == 0:
        return np.asarray(stats.binom.pmf(np.arange(questions + 1), questions, pass_rate))
    if correlation == 1:
        return np.r_[1 - pass_rate, np.zeros(questions - 1), pass_rate]
    spread = 1 / correlation - 1
    alpha, beta = pass_rate * spread, (1 - pass_rate) * spread
    return np.asarray(stats.betabinom.pmf(np.arange(questions + 1), questions, alpha, beta))


@cache
def all_tables(references: int, questions: int) -> NDArray[np.int64]:
    """How many references have 0, 1, ... questions passed, all ways, (ways, questions + 1)."""
    bars = itertools.combinations(range(references + questions), questions)
    places = np.asarray(list(bars), dtype=np.int64).reshape(-1, questions)
    ends = np.full((len(places), 1), -1), np.full((len(places), 1), references + questions)
    return np.diff(np.hstack([ends[0], places, ends[1]]), axis=1) - 1


@cache
def exact_width(pass_rate: float, size: float) -> float:
    """The expected width of Clopper and Pearson's interval at a size, between whole ones."""
    whole = int(size)

    def expected(n: int) -> float:
        chances = stats.binom.pmf(np.arange(n + 1), n, pass_rate)
        bounds = np.asarray([clopper_pearson(hits, n) for hits in range(n + 1)])
        return float(chances @ (bounds[:, 1] - bounds[:, 0]))

    part = size - whole
    return (1 - part) * expected(whole) + (part * expected(whole + 1) if part else 0.0)


def main() -> None:
    """Print the table."""
    rates = (f"{rate:g}" for rate in PASS_RATES)
    print(f"| {' | '.join(('references', 'correlation', 'least coverage', *rates))} |")
    print(f"|{' ---: |' * (3 + len(PASS_RATES))}")
    for references in REFERENCES:
        found = list(cells(references, 4, sampled=20_000 if references == 50 else None))
        for correlation, group in itertools.groupby(found, key=lambda cell: cell.correlation):
            row = list(group)
            ratios = " | ".join(f"{cell.ratio:.2f}" for cell in row)
            least = min(cell.coverage for cell in row)
            print(f"| {references} | {correlation:g} | {least:.3f} | {ratios} |")


if __name__ == "__main__":
    main()
