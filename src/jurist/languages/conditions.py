"""The conditions of two normal forms side by side: how much they share, and who has what alone."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from jurist.records import Condition, Edge


@dataclass(frozen=True, slots=True)
class Part:
    """What a normal form is made of, so that what two of them share can be counted."""

    text: str
    edge: Edge | None = None
    """It matters there alone, and takes no part in the count."""
    counts_only: bool = False
    """It is no condition of its own for people, such as what two conditions that differ at an
    edge have in common."""


@dataclass(frozen=True, slots=True)
class SideBySide:
    """The conditions of two normal forms, compared."""

    matched: float
    """Share of all conditions, edges apart, that both have: 0 to 1."""
    edges_only: bool
    """Whether something differs, but nothing beyond edges."""
    only_in_reference: tuple[Condition, ...]
    only_in_candidate: tuple[Condition, ...]


def side_by_side(reference: Collection[Part], candidate: Collection[Part]) -> SideBySide:
    """Put what two normal forms are made of side by side."""
    left, right = set(reference), set(candidate)
    gone, new = left - right, right - left
    common = _without_edges(left & right)
    differing = _without_edges(gone) + _without_edges(new)
    total = common + differing
    return SideBySide(
        matched=common / total if total else 1.0,
        edges_only=not differing and bool(gone or new),
        only_in_reference=_conditions(gone),
        only_in_candidate=_conditions(new),
    )


def _without_edges(parts: Collection[Part]) -> int:
    return sum(part.edge is None for part in parts)


def _conditions(parts: Collection[Part]) -> tuple[Condition, ...]:
    shown = [Condition(part.text, part.edge) for part in parts if not part.counts_only]
    return tuple(sorted(shown, key=lambda condition: (condition.text, condition.edge or "")))
