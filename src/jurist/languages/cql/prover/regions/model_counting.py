"""How many points of a product two formulas share: model counting by independent parts.

A conjunction of parts that have no dimension in common holds at as many points as the
product of theirs says. Where parts share a dimension, each of its options is fixed in
turn. So a point is never listed, and the count is exact.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from math import prod

from jurist.languages.cql.boolean import FALSE, TRUE, Junction, atoms_of, joined
from jurist.languages.cql.prover.limits import TooWide
from jurist.languages.cql.prover.regions.dimensions import Dimension, Goal, Literal
from jurist.languages.effort import spend

_MOST_STEPS = 3_000
_DEEPEST = 100
"""Dimensions that are fixed one inside the other."""


class ModelCounter:
    """Counts the points at which goals hold, each by its weight.

    Args:
        dimensions: Those of the product.
    """

    def __init__(self, dimensions: Sequence[Dimension]) -> None:
        self._dimensions = dimensions
        self._weights = [of.weight((1 << of.size) - 1) for of in dimensions]
        self._known: dict[Goal, tuple[int, frozenset[int]]] = {}
        self._steps = 0
        self._depth = 0

    def of(self, goal: Goal) -> int:
        """At how many points of the whole product a goal holds.

        Raises:
            TooWide: Where its parts depend on one another too much.
        """
        self._depth = 0
        count, over = self._counted(goal)
        return count * prod(size for at, size in enumerate(self._weights) if at not in over)

    def _counted(self, goal: Goal) -> tuple[int, frozenset[int]]:
        """The points at which it holds, of the product of the dimensions that it is about."""
        if isinstance(goal, Literal):
            weight = self._dimensions[goal.dimension].weight(goal.options)
            return weight, frozenset((goal.dimension,))
        known = self._known.get(goal)
        if known is None:
            self._steps += 1
            if self._steps > _MOST_STEPS:
                raise TooWide(f"points to count by more than {_MOST_STEPS} steps")
            if self._depth > _DEEPEST:
                raise TooWide(f"points to count with more than {_DEEPEST} dimensions fixed")
            spend()
            known = self._known[goal] = self._of_parts(goal)
        return known

    def _of_parts(self, goal: Junction[Literal]) -> tuple[int, frozenset[int]]:
        over: frozenset[int] = frozenset()
        count = 1
        for group in _independent(goal.parts):
            if len(group) == 1:
                held, about = self._counted(group[0])
            else:
                held, about = self._of_dependent(Junction(goal.every, tuple(group)))
            if not goal.every:
                held = self._volume(about) - held
            count *= held
            over |= about
        if not goal.every:
            count = self._volume(over) - count
        return count, over

    def _of_dependent(self, goal: Junction[Literal]) -> tuple[int, frozenset[int]]:
        """Parts that share dimensions: the one that most of them are about is fixed."""
        met = Counter(_dimensions(goal))
        about = frozenset(met)
        at = min(met, key=lambda dimension: (-met[dimension], dimension))
        count = 0
        self._depth += 1
        fixed = self._dimensions[at]
        for option in range(fixed.size):
            spend(1 + len(about))
            held, over = self._counted(_fixed(goal, at, 1 << option))
            count += held * fixed.weight(1 << option) * self._volume(about - over - {at})
        self._depth -= 1
        return count, about

    def _volume(self, over: frozenset[int]) -> int:
        return prod(self._weights[at] for at in over)


def _independent(parts: Sequence[Goal]) -> list[list[Goal]]:
    """The parts in groups such that no dimension occurs in two of them."""
    groups: list[tuple[set[int], list[Goal]]] = []
    for part in parts:
        about = set(_dimensions(part))
        spend(1 + len(about) + len(groups))
        joined = [part]
        apart: list[tuple[set[int], list[Goal]]] = []
        for dimensions, members in groups:
            if dimensions.isdisjoint(about):
                apart.append((dimensions, members))
            else:
                about |= dimensions
                joined = [*members, *joined]
        groups = [*apart, (about, joined)]
    return [members for _, members in groups]


def _dimensions(goal: Goal) -> list[int]:
    """Those that a goal is about, with repetitions."""
    return [literal.dimension for literal in atoms_of(goal)]


def _fixed(goal: Goal, at: int, option: int) -> Goal:
    """What is left of a goal once a dimension takes an option."""
    if isinstance(goal, Literal):
        return goal if goal.dimension != at else TRUE if goal.options & option else FALSE
    spend(1 + len(goal.parts) // 4)
    return joined([_fixed(part, at, option) for part in goal.parts], every=goal.every)
