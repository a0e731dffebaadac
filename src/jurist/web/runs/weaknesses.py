"""What to mend first, and where generators are weak, with the verdicts that each number counts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from jurist.analysis.losses import Loss
from jurist.analysis.slices import TAG, Slice
from jurist.analysis.standings import Standing
from jurist.analysis.weaknesses import Weaknesses
from jurist.columns import CONSTRUCT, Dimension
from jurist.web.runs.facets import value_label
from jurist.web.runs.listing import Listing

_MOST: Final = 5
"""Kinds of mistakes that are told of, of each generator."""


@dataclass(frozen=True, slots=True)
class Mend:
    """A kind of mistake of a generator, and its answers."""

    loss: Loss
    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Cell:
    """A generator's mean on a slice."""

    standing: Standing
    url: str


@dataclass(frozen=True, slots=True)
class Spot:
    """A slice as a row: its generators' means beside each other."""

    by: str
    value: str
    cases: int
    cells: tuple[Cell, ...]


def mends(weaknesses: Weaknesses | None, path: str) -> dict[str, tuple[Mend, ...]]:
    """By generator the dearest kinds of mistakes; the generators in the leaderboard's order."""
    if weaknesses is None:
        return {}
    found: dict[str, list[Mend]] = {name: [] for name in weaknesses.generators}
    for loss in weaknesses.losses:
        if len(found[loss.generator]) < _MOST:
            listing = _base(weaknesses, loss.generator).narrowed([(Dimension.KIND, loss.kind)])
            label = value_label(Dimension.KIND, loss.kind)
            found[loss.generator].append(Mend(loss, label, _below(listing).url(path)))
    return {name: tuple(rows) for name, rows in found.items() if rows}


def weak_spots(weaknesses: Weaknesses | None, path: str) -> tuple[Spot, ...]:
    """Every slice, datasets first, then tags from the worst best mean to the best."""
    return () if weaknesses is None else tuple(_spots(weaknesses, path))


def _spots(weaknesses: Weaknesses, path: str) -> Iterator[Spot]:
    for each in sorted(weaknesses.slices, key=_order):
        rows = {row.generator: row for row in each.standings}
        construct = each.value.startswith(CONSTRUCT)
        yield Spot(
            "in the reference" if construct else each.by,
            each.value.removeprefix(CONSTRUCT),
            each.cases,
            tuple(
                Cell(rows[name], _of_slice(_base(weaknesses, name), each).url(path))
                for name in weaknesses.generators
                if name in rows
            ),
        )


def _order(each: Slice) -> tuple[bool, bool, float]:
    means = [row.mean.value for row in each.standings if row.scored]
    return each.by == TAG, each.value.startswith(CONSTRUCT), max(means, default=6.0)


def _base(weaknesses: Weaknesses, generator: str) -> Listing:
    return Listing().narrowed(
        [
            (Dimension.GENERATOR, generator),
            (Dimension.JUDGE, weaknesses.judge),
            (Dimension.ORIGIN, weaknesses.origin.value),
        ]
    )


def _of_slice(listing: Listing, each: Slice) -> Listing:
    if each.by == TAG:
        return listing.toggled_tag(each.value)
    return listing.narrowed([(Dimension(each.by), each.value)])


def _below(listing: Listing) -> Listing:
    """Only what has a score below the best: that is what the loss counts."""
    levels = ("1", "2", "3", "4")
    return Listing({**listing.values, Dimension.LEVEL: levels}, listing.tags)
