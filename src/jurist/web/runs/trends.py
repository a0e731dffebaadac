"""How the generators of a study did over its runs: a picture's geometry, in per cent and pixels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from jurist.analysis.intervals import Estimate
from jurist.store.runs import RunRecord
from jurist.web.runs.glances import Glance
from jurist.web.urls import run_url

HEIGHT: Final = 180
"""Pixels from a mean of 1 to a mean of 5."""
_LEFT, _RIGHT = 3.0, 82.0
"""Per cent of the width; names stand to the right."""
_APART: Final = 15
"""Pixels between names, at least."""


@dataclass(frozen=True, slots=True)
class Point:
    """A generator's mean in a run."""

    run: RunRecord
    url: str
    x: float
    y: float
    low: float
    high: float
    estimate: Estimate


@dataclass(frozen=True, slots=True)
class Line:
    """A generator over the runs."""

    generator: str
    points: tuple[Point, ...]
    label_y: float
    style: int
    """From 0: how its line is drawn, so that colour need not tell it from others."""


def trend_of(runs: Sequence[tuple[RunRecord, Glance | None]]) -> tuple[Line, ...]:
    """A line for each generator that is in more than one run.

    Args:
        runs: From the earliest to the latest; those without a glance are passed over.
    """
    known = [(record, glance) for record, glance in runs if glance is not None]
    step = (_RIGHT - _LEFT) / max(1, len(known) - 1)
    found: dict[str, list[Point]] = {}
    for place, (record, glance) in enumerate(known):
        for row in glance.deciding:
            if row.scored:
                x = _LEFT + place * step
                found.setdefault(row.generator, []).append(_point(record, x, row.mean))
    several = {name: points for name, points in found.items() if len(points) > 1}
    lines: list[Line] = []
    at = float("-inf")
    for name in sorted(several, key=lambda name: several[name][-1].y):
        at = max(several[name][-1].y, at + _APART)
        lines.append(Line(name, tuple(several[name]), at, len(lines) % 4))
    return tuple(lines)


def _point(record: RunRecord, x: float, estimate: Estimate) -> Point:
    low, high = (estimate.value if end != end else end for end in (estimate.low, estimate.high))
    y, bottom, top = (HEIGHT * (5 - value) / 4 for value in (estimate.value, low, high))
    return Point(record, run_url(record.id), x, y, bottom, top, estimate)
