"""How much data a wanted precision takes, from a pilot or from what is known of the spread."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from jurist.alignment.defaults import HALF_WIDTH, QUESTIONS
from jurist.analysis.power import Plan, Spread, plan_precision
from jurist.analysis.scales import FIVE
from jurist.errors import InputError
from jurist.plurals import counted

if TYPE_CHECKING:
    from jurist.alignment.planning.pilot import Pilot
    from jurist.store import Store


@dataclass(frozen=True, slots=True)
class SizePlan:
    """How much data a wanted precision takes, for each number of questions a case."""

    spread: Spread
    plans: tuple[Plan, ...]
    pilot: Pilot | None
    """Where the spread comes from; `None`: it was given."""
    notes: tuple[str, ...]
    """What is not known, and what that means."""


def plan_sizes(
    store: Store | None = None,
    run: str | None = None,
    *,
    pilot: Pilot | None = None,
    half_width: float = HALF_WIDTH,
    judge: str | None = None,
    sd: float | None = None,
    within: float | None = None,
    correlation: float | None = None,
) -> SizePlan:
    """Say how many cases, questions a case and labels it takes; what `jurist plan` does.

    Args:
        store: Where the pilot is kept.
        run: A pilot run whose spread is used: its id, how it begins, or its study's name.
        pilot: What a pilot that is not in the store says of the spread.
        half_width: What a 95 % interval on the mean score of one generator may have.
        judge: Whose scores; the pilot's first where none is named.
        sd: Standard deviation of scores; the pilot's where it is not given.
        within: Share of their variance between questions of one case; the pilot's otherwise.
        correlation: Of judge and people; the pilot's otherwise.

    Raises:
        InputError: The half width is none, nothing says how far scores spread, or there is no
            such run or judge.
    """
    low, high = FIVE.bounds
    if not 0 < half_width <= (high - low) / 2:
        raise InputError(
            f"the half width is {half_width:g}",
            expected=f"points of mean score, above 0 and at most {(high - low) / 2:g}: half of "
            f"the scale from {low:g} to {high:g}, which is known without any data",
            fix="say --half-width 0.1",
        )
    if store is not None and run is not None:
        # heavy, and not every plan has a pilot
        from jurist.alignment.planning.pilot import read_pilot

        pilot = read_pilot(store, run, judge)
    seen = (math.nan,) * 3 if pilot is None else (pilot.sd, pilot.within, pilot.correlation)
    known = [
        measured if given is None else given
        for given, measured in zip((sd, within, correlation), seen, strict=True)
    ]
    without_spread, without_within, without_correlation = map(math.isnan, known)
    if without_spread:
        raise InputError(
            "nothing says how far scores spread"
            if pilot is None
            else "the pilot has too few scores",
            expected="a standard deviation, or a pilot run with scores",
            fix="name a pilot run, or say --sd",
        )
    notes: list[str] = []
    if pilot is not None:
        notes.append(
            f"pilot: {counted(pilot.answers, 'answer')} to "
            f"{counted(pilot.references, 'reference')}, judged by {pilot.judge}; "
            f"{pilot.labelled} of them labelled"
        )
    if without_within:
        notes.append("no share within a case is known (--within): one question a case")
    if without_correlation:
        notes.append("no correlation with people is known (--correlation): labels alone")
    spread = Spread(*(0.0 if math.isnan(value) else value for value in known))
    plans = [
        plan_precision(spread, half_width=half_width, questions=questions)
        for questions in (QUESTIONS[:1] if without_within else QUESTIONS)
    ]
    return SizePlan(spread, tuple(plans), pilot, tuple(notes))
