"""How many references and items a challenge takes, so that a good judge qualifies.

What is planned is the decision itself: `jurist.analysis.qualifying.qualifies` decides on simulated
judges that err on each item with the same chance, independently of each other. Errors that hang
together within references, or pile up on an operator, make qualifying rarer.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import Final

import numpy as np
from numpy.typing import NDArray

from jurist.alignment.challenge.challenging import DEMANDS, refuse_impossible
from jurist.alignment.challenge.items import Stratum, draw_items
from jurist.alignment.challenge.sentence import percent
from jurist.alignment.defaults import CERTAINTY, ERROR_RATE, ITEMS, SEED
from jurist.analysis.qualifying import (
    Demands,
    Layout,
    chance_to_qualify,
    detectable_rate,
    fitted,
    references_needed,
    untested_allowed,
)
from jurist.analysis.tables import Ints
from jurist.errors import InputError
from jurist.runs.datasets import Dataset, load_dataset
from jurist.runs.naming import entries_of
from jurist.runs.results import results
from jurist.runs.study import StudyFile
from jurist.store import Store
from jurist.store.runs import get_run

RATES: Final = (0.001, 0.01, 0.03)
"""Error rates of judges whose chance to qualify is told."""
_MORE: Final = (100, 150, 200, 300, 500)
_MOST_REFERENCES: Final = 1_000
_LAYOUTS: Final = 4
"""Draws of references that each chance is the mean of."""
_TRIALS: Final = 100
"""Judges that are simulated on each."""
_EVERY: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class ChallengeSize:
    """A challenge of so many references, and who qualifies by it."""

    references: int
    items: int
    operators: int
    untested: int
    chances: tuple[float, ...]
    """To qualify, with the error rates of `ChallengePlan.rates`."""
    usd: float | None
    """What the judge costs for the items; `None`: not known."""


@dataclass(frozen=True, slots=True)
class ChallengePlan:
    """What a challenge of datasets like these takes."""

    demands: Demands
    sample: int
    """Most items of one operator."""
    available: int
    """References of the datasets that have variants."""
    rates: tuple[float, ...]
    sizes: tuple[ChallengeSize, ...]
    """By number of references; that of the datasets themselves is among them."""
    error_rate: float
    certainty: float
    needed: ChallengeSize | None
    """The least with which a judge of this error rate qualifies so certainly; `None`: not with
    1,000 references like these."""
    found_from: float
    """The error rate from which on an operator with `sample` items is found in 95 %."""
    sentence: str


@dataclass(frozen=True, slots=True)
class _Pool:
    """What each reference has variants of: the references' operators, as numbers."""

    operators: tuple[Stratum, ...]
    references: tuple[Ints, ...]


def plan_challenge(
    datasets: Sequence[str | Path] = (),
    *,
    study: StudyFile | None = None,
    store: Store | None = None,
    run: str | None = None,
    sample: int = ITEMS,
    error_rate: float = ERROR_RATE,
    certainty: float = CERTAINTY,
    demands: Demands = DEMANDS,
    seed: int = SEED,
    tell: Callable[[int, int], None] | None = None,
) -> ChallengePlan:
    """Say what a challenge takes; what `jurist plan --challenge` does.

    Nothing is judged. More references than the datasets have are drawn from them again, as if
    others like them were found.

    Args:
        datasets: As in `draw_challenge`.
        study: Where datasets have their names.
        store: Where `run` is kept.
        run: An earlier challenge of the judge, whose mean cost a verdict is used.
        sample: Most items of one operator.
        error_rate: Of a judge that should qualify.
        certainty: With which it should.
        demands: What a judge has to keep.
        seed: Of every draw.
        tell: Is told how many references are changed, of how many.

    Raises:
        InputError: A dataset cannot be used, nothing can be drawn, there is no such run, or a
            limit is one that nothing can show.
    """
    refuse_impossible(demands)
    if error_rate >= demands.max_error:
        raise InputError(
            f"a judge with {error_rate:.1%} errors is not to qualify where at most "
            f"{demands.max_error:.1%} may be wrong",
            expected="an error rate below the most errors in all",
            fix="plan for a better judge, or allow more errors",
        )
    price = None if store is None or run is None else _usd_per_verdict(store, run)
    folder = Path() if study is None else study.folder
    given: Mapping[str, Dataset] = {} if study is None else study.given
    loaded = [
        given.get(entry.name) or load_dataset(entry, folder)
        for entry in entries_of(datasets, study)
    ]
    drawn = draw_items(loaded, per_operator=_EVERY, seed=seed, tell=tell)
    pool = _pool([(item.reference, item.stratum) for item in drawn.items])
    available = len(pool.references)

    def size(references: int, rates: Sequence[float]) -> ChallengeSize:
        return _size(pool, references, rates, sample, demands, price, seed)

    least = references_needed(demands.max_error)
    needed = _least(
        lambda references: size(references, (error_rate,)).chances[0] >= certainty, least
    )
    shown = {available, least, *_MORE} | ({needed} if needed else set[int]())
    shows = detectable_rate(sample, demands, len(pool.operators))
    rates = tuple(sorted({*RATES, error_rate}))
    sizes = tuple(size(references, rates) for references in sorted(shown) if references)
    of_needed = next((each for each in sizes if each.references == needed), None)
    return ChallengePlan(
        demands,
        sample,
        available,
        rates,
        sizes,
        error_rate,
        certainty,
        of_needed,
        shows,
        _sentence(of_needed, available, error_rate, certainty),
    )


def _sentence(needed: ChallengeSize | None, available: int, rate: float, certainty: float) -> str:
    judge = f"a judge with {percent(rate)} errors"
    if needed is None:
        return (
            f"{judge} does not qualify with a chance of {certainty:.0%}, even with "
            f"{_MOST_REFERENCES:,} references like these: allow more errors, or more untested "
            "operators, or bring references with the rarer constructs."
        )
    cost = "" if needed.usd is None else f", ${needed.usd:,.2f}"
    takes = f"{needed.references:,} references (about {needed.items:,} items{cost})"
    more = needed.references - available
    have = (
        f"there are {available:,}, {more:,} more are needed"
        if more > 0
        else f"there are {available:,}"
    )
    return f"{takes} qualify {judge} with a chance of {certainty:.0%}; {have}."


def _usd_per_verdict(store: Store, run: str) -> float | None:
    """The mean cost of the verdicts that a model was called for; `None`: no price was known."""
    record = get_run(store, run)
    costs = [result.verdict.cost for result in results(store, record.id)]
    paid = [cost.usd for cost in costs if cost.calls]
    return fmean(paid) if any(paid) else None


def _pool(pairs: Sequence[tuple[str, Stratum]]) -> _Pool:
    operators = tuple(sorted({stratum for _, stratum in pairs}))
    numbers = {stratum: number for number, stratum in enumerate(operators)}
    of: dict[str, list[int]] = defaultdict(list)
    for reference, stratum in pairs:
        of[reference].append(numbers[stratum])
    return _Pool(operators, tuple(np.asarray(of[reference]) for reference in sorted(of)))


def _least(enough: Callable[[int], bool], least: int) -> int | None:
    """The least number of references that is enough, by bisection; more are never worse."""
    if not enough(_MOST_REFERENCES):
        return None
    low, high = least - 1, _MOST_REFERENCES
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high


def _size(
    pool: _Pool,
    references: int,
    rates: Sequence[float],
    sample: int,
    demands: Demands,
    price: float | None,
    seed: int,
) -> ChallengeSize:
    rngs = [np.random.default_rng([seed, number]) for number in range(_LAYOUTS)]
    layouts = [_layout(pool, references, sample, rng) for rng in rngs]
    reached = [int((layout.sizes > 0).sum()) for layout in layouts]
    demands = fitted(demands, max(reached))
    covered = [_is_covered(pool, layout, demands) for layout in layouts]
    items = round(fmean(len(layout.operators) for layout in layouts))
    chances = tuple(
        fmean(
            chance_to_qualify(layout, rate, demands, trials=_TRIALS, seed=number) if enough else 0.0
            for number, (layout, enough) in enumerate(zip(layouts, covered, strict=True))
        )
        for rate in rates
    )
    few = [int(_is_few(layout, demands).sum()) for layout in layouts]
    usd = None if price is None else price * items
    return ChallengeSize(references, items, round(fmean(reached)), round(fmean(few)), chances, usd)


def _layout(pool: _Pool, references: int, sample: int, rng: np.random.Generator) -> Layout:
    """The items of a challenge, as `draw_items` would draw them of so many references."""
    there = len(pool.references)
    chosen = rng.permutation(there)[:references]
    if references > there:
        chosen = np.concatenate([chosen, rng.integers(there, size=references - there)])
    drawn: list[Ints] = [pool.references[each] for each in chosen.tolist()]
    operators: Ints = np.concatenate(drawn)
    places = np.repeat(np.arange(references), [len(each) for each in drawn])
    order = rng.permutation(len(operators))
    order = order[np.argsort(operators[order], kind="stable")]
    ranks = np.arange(len(order)) - np.searchsorted(operators[order], operators[order])
    kept = order[ranks < sample]
    return Layout(operators[kept], places[kept])


def _is_few(layout: Layout, demands: Demands) -> NDArray[np.bool_]:
    return (layout.sizes > 0) & (layout.sizes < demands.least)


def _is_covered(pool: _Pool, layout: Layout, demands: Demands) -> bool:
    """Whether few enough operators of each language are untested."""
    few, sizes = _is_few(layout, demands), layout.sizes
    for language in {language for language, _, _ in pool.operators}:
        mine = np.asarray([each[0] == language for each in pool.operators])[: len(sizes)]
        if few[mine].sum() > untested_allowed(int((sizes[mine] > 0).sum()), demands):
            return False
    return True
