"""What a gate asks of production: that people still ask for what the run was asked."""

from __future__ import annotations

from math import nan

import numpy as np
from scipy import special

from jurist.analysis.gating import Criterion, Decision
from jurist.analysis.intervals import Estimate
from jurist.analysis.levels import CONFIDENCE, LEVEL
from jurist.analysis.scores import ScoreTable
from jurist.production.drift import LOOKS, Week, refuse_few, weekly_drift
from jurist.provenance import ordered
from jurist.store import Store
from jurist.store.interactions import interactions

NAME = "drift of questions"
_WORDS = 4


def drift_criterion(store: Store, limit: float, table: ScoreTable, system: str) -> Criterion:
    """Hold the last complete week of production against the questions of a run.

    It fails where the mix of questions is shown to be another one and is told from the run's
    better than the limit: falsely with a chance of at most 2.5 % over a year of weekly looks,
    since an exact p-value is corrected for all of them. It passes where the whole interval is
    inside the limit.

    Args:
        store: Where the log was read into.
        limit: The AUROC that is allowed.
        table: The run's scores.
        system: The feature; empty: all there are.

    Raises:
        InputError: The run has too few cases to compare with.
    """
    evaluated = _one_a_case(table)
    refuse_few(len(evaluated))
    attempts = interactions(store, system=system or None)
    found = weekly_drift(evaluated, attempts, weeks=2, advance=_in_silence)
    week = found.newest
    subject = f"{system or 'production'}, {'no complete week' if week is None else week.begins}"
    if week is None or week.found is None:
        few = "no complete week is in the log" if week is None else f"{week.people} people asked"
        empty = Estimate(nan, nan, nan, 0, 0)
        return Criterion(NAME, subject, empty, limit, Decision.NOT_ENOUGH_DATA, p_fail=1, note=few)
    auroc = week.found.auroc
    p_fail = min(1.0, LOOKS * week.found.p_value) if auroc.value > limit else 1.0
    reach = float(special.ndtri((1 + CONFIDENCE) / 2))
    error = (auroc.high - auroc.low) / (2 * reach)
    p_pass = float(special.ndtr((auroc.value - limit) / error)) if error > 0 else nan
    decision = Decision.FAIL if p_fail <= LEVEL else Decision.NOT_ENOUGH_DATA
    if p_pass <= LEVEL:
        decision = Decision.PASS
    # No `p_pass` goes with it: no number of cases would settle what people will ask.
    return Criterion(
        NAME,
        subject,
        auroc,
        limit,
        decision,
        p_fail=p_fail,
        p_fail_adjusted=p_fail,
        note=_note(week),
    )


def _in_silence(done: int, total: int) -> None:
    """A gate shows no progress."""


def _note(week: Week) -> str:
    if week.found is None or not week.moved:
        return "no other mix than the run's is shown"
    moved = ", ".join(
        f"{each.word} in {each.before:.0%} of the run's, {each.now:.0%} of theirs"
        for each in week.found.words[:_WORDS]
    )
    return f"the mix has moved (p {week.p_adjusted:.3f} over {LOOKS} looks): {moved}"


def _one_a_case(table: ScoreTable) -> list[str]:
    """One question a case: a real one where there is one, else an authored one."""
    origins = ordered(table.origins)
    better = np.array([origins.index(item.origin) for item in table.items], dtype=np.int64)
    places = np.lexsort((better, table.clusters))
    first = np.unique(table.clusters[places], return_index=True)[1]
    return [table.items[int(place)].question for place in places[first]]
