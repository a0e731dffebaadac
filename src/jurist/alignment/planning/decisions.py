"""How many cases a comparison or a gate takes, and what it will say of true differences."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from jurist.alignment.defaults import MAX_DROP, WANTED_POWER
from jurist.analysis.levels import LEVEL
from jurist.analysis.operating import (
    Chances,
    Gaps,
    chances_of,
    normal_gaps,
    references_to_find,
    references_to_pass,
    seen_gaps,
)
from jurist.errors import InputError

if TYPE_CHECKING:
    from jurist.alignment.planning.pilot import PilotGaps
    from jurist.store import Store

_DROPS = (0.0, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 4.0)
"""True drops of a gate's table, in limits."""
_DIFFERENCES = (0.0, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0)
"""True differences of a comparison's, in that which is to be found."""


@dataclass(frozen=True, slots=True)
class DecisionPlan:
    """How many cases a decision takes, and its chances with so many."""

    cases: int
    power: float
    """The chance that was wanted, as it comes out."""
    spread: float
    """Standard deviation of the difference on a case."""
    chances: tuple[Chances, ...]
    """By the true difference, from none to the worst."""
    notes: tuple[str, ...]


def plan_comparison(
    store: Store | None = None,
    run: str | None = None,
    *,
    difference: float,
    pilot: PilotGaps | None = None,
    power: float = WANTED_POWER,
    comparisons: int = 1,
    cases: int | None = None,
    baseline: str | None = None,
    judge: str | None = None,
    difference_sd: float | None = None,
) -> DecisionPlan:
    """How many cases find a true difference; what `jurist plan --difference` does.

    Args:
        store: Where the pilot is kept.
        run: A pilot whose spread of differences is used: with `baseline` between the two runs,
            else between its first two generators.
        difference: True difference of mean scores to be found, above 0.
        pilot: Differences that are not in the store.
        power: The chance to find it.
        comparisons: Made together: each is found at the level that is left after correction.
        cases: So many; `None`: as many as it takes.
        baseline: Another pilot run.
        judge: Whose scores; the pilot's first where none is named.
        difference_sd: Standard deviation of the difference on a case; the pilot's otherwise.

    Raises:
        InputError: Nothing says how far differences spread, or no number of cases would do.
    """
    if not 0 < difference < 4:
        raise InputError(
            f"the difference to be found is {difference:g}",
            expected="points of mean score, above 0 and below 4",
        )
    gaps, notes = _gaps(pilot, store, run, baseline, judge, difference_sd)
    level = LEVEL / comparisons
    number = cases or references_to_find(gaps, difference, power, level=level)
    if number is None:
        raise _hopeless()
    chances = tuple(
        chances_of(gaps, -factor * difference, number, limit=0.0, level=level)
        for factor in _DIFFERENCES
        if factor * difference < 4
    )
    found = next(each.fails for each in chances if each.difference == -difference)
    return DecisionPlan(number, found, gaps.sd, chances, notes)


def plan_gate(
    store: Store | None = None,
    run: str | None = None,
    *,
    max_drop: float = MAX_DROP,
    pilot: PilotGaps | None = None,
    power: float = WANTED_POWER,
    cases: int | None = None,
    baseline: str | None = None,
    judge: str | None = None,
    difference_sd: float | None = None,
) -> DecisionPlan:
    """How many cases let an unchanged system pass, and the gate's operating characteristic.

    What `jurist plan --gate` does: of one generator, under one judge, about requests like these.

    Args:
        store: Where the pilot is kept.
        run: A pilot; see `plan_comparison`.
        max_drop: Most the mean score may fall.
        pilot: Differences that are not in the store.
        power: The chance of a system that is as good as its baseline to pass.
        cases: So many; `None`: as many as it takes.
        baseline: Another pilot run.
        judge: Whose scores; the pilot's first where none is named.
        difference_sd: Standard deviation of the difference on a case; the pilot's otherwise.

    Raises:
        InputError: Nothing says how far differences spread, or no number of cases would do.
    """
    if not 0 < max_drop < 4:
        raise InputError(
            f"the limit is {max_drop:g}", expected="points of mean score, above 0 and below 4"
        )
    gaps, notes = _gaps(pilot, store, run, baseline, judge, difference_sd)
    number = cases or references_to_pass(gaps, -max_drop, power)
    if number is None:
        raise _hopeless()
    chances = tuple(
        chances_of(gaps, -factor * max_drop, number, limit=-max_drop)
        for factor in _DROPS
        if factor * max_drop < 4
    )
    return DecisionPlan(number, chances[0].passes, gaps.sd, chances, notes)


def _gaps(
    pilot: PilotGaps | None,
    store: Store | None,
    run: str | None,
    baseline: str | None,
    judge: str | None,
    difference_sd: float | None,
) -> tuple[Gaps, tuple[str, ...]]:
    if difference_sd is not None:
        return normal_gaps(difference_sd), ()
    if pilot is not None:
        return seen_gaps(pilot.differences), (pilot.words,)
    if store is None or run is None:
        raise InputError(
            "nothing says how far differences spread",
            expected="a standard deviation, or a pilot run",
            fix="name a pilot run with two generators, or say --difference-sd",
        )
    # heavy, and not every plan has a pilot
    from jurist.alignment.planning.pilot import read_pilot_gaps

    read = read_pilot_gaps(store, run, baseline, judge)
    return seen_gaps(read.differences), (read.words,)


def _hopeless() -> InputError:
    return InputError(
        "no number of cases would do",
        expected="a difference or limit that is not so small, or a lower power",
    )
