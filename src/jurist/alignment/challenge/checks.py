"""How often a change that means nothing moved a judge's verdict."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from jurist.alignment.challenge.items import Posed
from jurist.alignment.challenge.metamorphic import Check, Probe
from jurist.analysis.bounded import proportion
from jurist.analysis.intervals import Estimate
from jurist.analysis.levels import SAME
from jurist.records import Verdict

MOST_EXAMPLES: Final = 5
MOVED: Final = 0.5
"""A verdict moves where its score changes by this much: to another level, rounded."""


@dataclass(frozen=True, slots=True)
class MovedPair:
    """A pair whose verdict moved."""

    before: Posed
    after: Posed
    scores: tuple[float, float]


@dataclass(frozen=True, slots=True)
class CheckResult:
    """How often a change that means nothing moved the verdict.

    `moved` is the share of pairs whose score changed by half a point or more, `flipped` the
    number that went from "the same" to "another" or back, `mean_change` the mean of
    the second score minus the first.
    """

    check: Check
    pairs: int
    unscored: int
    moved: Estimate
    flipped: int
    mean_change: float
    examples: tuple[MovedPair, ...]


def check_results(
    probes: Sequence[Probe], verdicts: Mapping[str, Verdict]
) -> tuple[CheckResult, ...]:
    """One result for each check that was made, from the verdicts by `Posed.id`."""
    return tuple(
        _check_result(check, mine, verdicts)
        for check in Check
        if (mine := [probe for probe in probes if probe.check is check])
    )


def _check_result(
    check: Check, probes: Sequence[Probe], verdicts: Mapping[str, Verdict]
) -> CheckResult:
    pairs = [
        MovedPair(probe.before, probe.after, (before, after))
        for probe in probes
        if (before := _score(verdicts, probe.before)) is not None
        and (after := _score(verdicts, probe.after)) is not None
    ]
    moved = [pair for pair in pairs if abs(pair.scores[1] - pair.scores[0]) >= MOVED]
    flips = [pair for pair in pairs if (pair.scores[0] >= SAME) != (pair.scores[1] >= SAME)]
    changes = [pair.scores[1] - pair.scores[0] for pair in pairs]
    return CheckResult(
        check,
        len(pairs),
        len(probes) - len(pairs),
        proportion(len(moved), len(pairs)),
        len(flips),
        sum(changes) / len(changes) if changes else float("nan"),
        tuple(moved[:MOST_EXAMPLES]),
    )


def _score(verdicts: Mapping[str, Verdict], posed: Posed) -> float | None:
    verdict = verdicts.get(posed.id)
    return None if verdict is None else verdict.score
