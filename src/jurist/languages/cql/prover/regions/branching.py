"""Finding one point of a large product at which a formula holds, by branching.

A partial point is, for each dimension, the options that are left (as bits). A literal
keeps some of them; what a conjunction forces is propagated, and only where every
disjunction that is left has several ways is one of them tried (the procedure of Davis,
Putnam, Logemann and Loveland, with many-valued variables).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from jurist.languages.cql.boolean import Formula, Junction, Not
from jurist.languages.effort import spend


class Literal(NamedTuple):
    """A dimension takes one of some options, which are bits."""

    dimension: int
    options: int


Goal: TypeAlias = "Literal | Junction[Literal]"
Left = list[int]
"""The options that are left, for each dimension."""


def goal_of(
    formula: Formula, literal: Callable[[int], Literal], full: Sequence[int], *, wanted: bool = True
) -> Goal:
    """A formula (or with `wanted` false its negation) over options, without negations.

    Args:
        formula: Over numbered atoms.
        literal: Where an atom holds.
        full: All options of each dimension.
        wanted: Whether the formula is to hold.
    """
    if isinstance(formula, Not):
        return goal_of(formula.part, literal, full, wanted=not wanted)
    if isinstance(formula, Junction):
        inner = [goal_of(part, literal, full, wanted=wanted) for part in formula.parts]
        return _junction(inner, every=formula.every is wanted)
    at, options = literal(formula)
    return Literal(at, options if wanted else full[at] & ~options)


def _junction(parts: Sequence[Goal], *, every: bool) -> Goal:
    """The parts joined, those about one dimension as one literal: no need to branch on them."""
    options: dict[int, int] = {}
    others: list[Goal] = []
    for part in parts:
        if isinstance(part, Literal):
            at, own = part
            known = options.get(at)
            options[at] = own if known is None else known & own if every else known | own
        else:
            others.append(part)
    joined = (*map(Literal, options, options.values()), *others)
    return joined[0] if len(joined) == 1 else Junction(every, joined)


def satisfied(goals: Sequence[Goal], left: Left) -> Left | None:
    """What is left of each dimension where all goals hold, whichever options are taken of it.

    Args:
        goals: What is to hold.
        left: The options to choose from; not changed.

    Returns:
        At least one option for each dimension; `None` where the goals contradict each other.
    """
    branches: list[_Branch] = []  # not by recursion: there may be thousands of disjunctions
    left = left.copy()
    waiting: list[Goal] = list(goals)
    while True:
        open_ = _propagated(waiting, left)
        if open_ is not None and not open_:
            return left
        if open_:
            spend()
            chosen = min(open_, key=lambda each: len(each.parts))
            others: list[Goal] = [each for each in open_ if each is not chosen]
            branches.append(_Branch(list(reversed(chosen.parts)), others, left))
        while branches and not branches[-1].ways:
            branches.pop()
        if not branches:
            return None
        way, others, left = branches[-1].following()
        waiting = [way, *others]


@dataclass(slots=True)
class _Branch:
    """A disjunction of which one way after another is tried, the last of `ways` first."""

    ways: list[Goal]
    others: list[Goal]
    left: Left

    def following(self) -> tuple[Goal, list[Goal], Left]:
        """The next way to try, what else must hold, and what is left to choose from."""
        way, left = self.ways.pop(), self.left.copy()
        if isinstance(way, Literal):  # the other ways need not try its options again
            self.left[way.dimension] &= ~way.options
            if not self.left[way.dimension]:
                self.ways.clear()
        return way, self.others, left


def _propagated(waiting: list[Goal], left: Left) -> list[Junction[Literal]] | None:
    """The disjunctions with several ways left, once all that is forced is; `None`: impossible."""
    open_: list[Junction[Literal]] = []
    is_stale = True
    while is_stale:
        is_stale = False
        while waiting:
            goal = waiting.pop()
            if isinstance(goal, Literal):
                kept = left[goal.dimension] & goal.options
                if not kept:
                    return None
                left[goal.dimension] = kept
            elif goal.every:
                waiting.extend(goal.parts)
            else:
                open_.append(goal)
        still: list[Junction[Literal]] = []
        for goal in open_:
            ways = _open_ways(goal, left)
            if ways is None:
                continue
            if not ways:
                return None
            if len(ways) == 1:
                waiting.append(ways[0])
                is_stale = True
            else:
                still.append(Junction(False, tuple(ways)))  # noqa: FBT003
        open_ = still
    return open_


def _open_ways(goal: Junction[Literal], left: Left) -> list[Goal] | None:
    """The ways that are not ruled out; `None` where one holds already."""
    spend(len(goal.parts))
    ways: list[Goal] = []
    for way in goal.parts:
        truth = _truth(way, left)
        if truth is True:
            return None
        if truth is None:
            ways.append(way)
    return ways


def _truth(goal: Goal, left: Left) -> bool | None:
    """Whether a goal holds for all that is left, for none of it, or (`None`) for some."""
    if isinstance(goal, Literal):
        options = left[goal.dimension]
        inside = options & goal.options
        return (None if inside != options else True) if inside else False
    decisive = not goal.every
    truth: bool | None = goal.every
    for part in goal.parts:
        one = _truth(part, left)
        if one is decisive:
            return decisive
        if one is None:
            truth = None
    return truth
