"""Searching a product of dimensions that is too large for a set of points.

Regions are met dimension after dimension: what is left of the formulas once some
dimensions are fixed is all that matters, so equal remainders are merged. A point at which
one formula holds is found by branching (the procedure of Davis, Putnam, Logemann and
Loveland, with many-valued variables). A partial point is, for each dimension, the options
that are left, as bits. A literal keeps some of them; what a conjunction forces is
propagated, and only where every disjunction that is left has several ways is one of them
tried. What a theory refutes is learnt, and never tried again (DPLL(T)).
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from jurist.languages.cql.boolean import (
    FALSE,
    TRUE,
    Formula,
    Junction,
    Not,
    negation,
    substitution,
)
from jurist.languages.cql.prover.limits import MOST_REGIONS, TooWide
from jurist.languages.cql.prover.regions.dimensions import (
    Goal,
    Literal,
    Options,
    Product,
    Region,
    bits,
    lowest,
)
from jurist.languages.cql.prover.regions.model_counting import ModelCounter
from jurist.languages.effort import spend

_MOST_SOLUTIONS = 40

Left = list[int]
"""The options that are left, for each dimension."""


class BranchingSearch:
    """The same search without listing the points."""

    def __init__(self, product: Product) -> None:
        self._product = product
        self._full = [(1 << dimension.size) - 1 for dimension in product.dimensions]
        self._with_model = [
            full & ~dimension.no_model_known
            for full, dimension in zip(self._full, product.dimensions, strict=True)
        ]
        """The options of which a sample can be built."""
        self._cells: dict[Options, list[Goal]] = {}
        """What holds at the points of a cell, by the one that stands for it."""
        self._lemmas: list[Goal] = []
        self._sampled: list[Goal] = []
        """What must hold at points that can be sampled."""
        self._counter = ModelCounter(product.dimensions)

    # --- regions ---

    def regions(self, formulas: Sequence[Formula], kept_apart: Sequence[int]) -> list[Region]:
        """The combinations of truths and of options of some dimensions that there are.

        Raises:
            TooWide: Where remainders are too many.
        """
        remainders: dict[tuple[Options, tuple[Formula, ...]], Options] = {((), tuple(formulas)): ()}
        for at, dimension in enumerate(self._product.dimensions):
            spend()
            fixed = [
                substitution(
                    {n: TRUE if true >> option & 1 else FALSE for n, true in dimension.true.items()}
                )
                for option in range(dimension.size)
            ]
            with_model = self._with_model[at]
            order = [*_options(with_model), *_options(self._full[at] & ~with_model)]
            following: dict[tuple[Options, tuple[Formula, ...]], Options] = {}
            for (apart, rest), options in remainders.items():
                spend(1 + len(order) * (1 + len(rest)) // 6)
                for option in order:
                    left = tuple([fixed[option](formula) for formula in rest])
                    key = ((*apart, option) if at in kept_apart else apart, left)
                    following.setdefault(key, (*options, option))
            if len(following) > MOST_REGIONS:
                raise TooWide(f"over {MOST_REGIONS} kinds of one thing to tell apart")
            remainders = following
        cells: list[Region] = []
        for (_, rest), options in remainders.items():
            mask = bits(i for i, formula in enumerate(rest) if formula == TRUE)
            goals: list[Goal] = [Literal(at, 1 << options[at]) for at in sorted(kept_apart)]
            goals += [
                self._goal(formula if mask >> i & 1 else negation(formula))
                for i, formula in enumerate(formulas)
            ]
            place = self._place(goals, options)
            if place is not None:
                self._cells[place] = goals
                kept = tuple([options[at] for at in kept_apart])
                cells.append(Region(mask, kept, self._has_model(place), place))
        return cells

    def _place(self, goals: list[Goal], point: Options) -> Options | None:
        """A point of a cell, if possible one that can be sampled; `None`: all are refuted."""
        if self._has_model(point) and self._refuted(point) is None:
            return point
        left = self._left(goals, self._with_model)
        if left is None:
            left = self._left(goals, self._full)
        return None if left is None else tuple(map(lowest, left))

    def _has_model(self, point: Options) -> bool:
        return all(
            options >> option & 1 for option, options in zip(point, self._with_model, strict=True)
        )

    def options(self, place: int | Options) -> Iterator[Options]:
        """The point that stands for a cell, then others of it."""
        assert isinstance(place, tuple)  # noqa: S101 - the place of an own cell
        if self._has_model(place):
            yield place
            yield from self._points(self._cells[place])

    # --- one formula ---

    def solutions(self, formula: Formula) -> Iterator[Options]:
        """Points at which a formula holds, of which a sample can be built."""
        return self._points([self._goal(formula)])

    def _points(self, wanted: Sequence[Goal]) -> Iterator[Options]:
        goals = list(wanted)
        rng = random.Random(0)  # noqa: S311 - chance is no secret here
        for _ in range(_MOST_SOLUTIONS):
            left = self._left([*goals, *self._sampled], self._with_model)
            if left is None:
                return
            yield tuple([lowest(options) for options in left])
            other = tuple([rng.choice(_options(options)) for options in left])
            if self._refuted(other) is None:
                yield other
            narrowed = [
                Literal(at, full & ~options)
                for at, (full, options) in enumerate(zip(self._full, left, strict=True))
                if options != full
            ]
            goals.append(Junction(False, tuple(narrowed)))  # noqa: FBT003

    def mark_no_model_known(self, at: int, cells: Options) -> None:
        """Leave out of what can be sampled the points with some options from a dimension on."""
        others = [Literal(i, self._full[i] & ~(1 << cell)) for i, cell in enumerate(cells, at)]
        self._sampled.append(Junction(False, tuple(others)))  # noqa: FBT003

    def is_possible(self, formula: Formula) -> bool:
        """Whether the formula holds at some point, sampled or not."""
        return self._left([self._goal(formula)], self._full) is not None

    def count(self, formula: Formula) -> int:
        """At how many points the formula holds, whatever its groups refute.

        Raises:
            TooWide: Where its parts depend on one another too much to be counted.
        """
        return self._counter.of(self._goal(formula))

    def _goal(self, formula: Formula) -> Goal:
        return goal_of(formula, self._product.literals, self._full)

    def _left(self, goals: list[Goal], start: Left) -> Left | None:
        """Options such that the goals hold at all points, and the lowest is not refuted."""
        if not all(start):
            return None
        while True:
            left = satisfied([*goals, *self._lemmas], start)
            if left is None:
                return None
            lemma = self._refuted(tuple([lowest(options) for options in left]))
            if lemma is None:
                return left
            self._lemmas.append(lemma)

    def _refuted(self, point: Options) -> Goal | None:
        """What must hold instead, where a theory refutes a point."""
        conflict = self._product.conflict(point)
        if conflict is None:
            return None
        ways = [Literal(at, self._full[at] & ~options) for at, options in conflict]
        return Junction(False, tuple(ways))  # noqa: FBT003


def _options(options: int) -> list[int]:
    return [option for option in range(options.bit_length()) if options >> option & 1]


# --- branching ------------------------------------------------------------------------------


def goal_of(
    formula: Formula, literals: Mapping[int, Literal], full: Sequence[int], *, wanted: bool = True
) -> Goal:
    """A formula (or with `wanted` false its negation) over options, without negations.

    Args:
        formula: Over numbered atoms.
        literals: Where each atom holds.
        full: All options of each dimension.
        wanted: Whether the formula is to hold.
    """
    if isinstance(formula, Not):
        return goal_of(formula.part, literals, full, wanted=not wanted)
    if isinstance(formula, Junction):
        inner = [goal_of(part, literals, full, wanted=wanted) for part in formula.parts]
        return _junction(inner, every=formula.every is wanted)
    at, options = literals[formula]
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
            chosen = min(open_, key=lambda goal: len(goal.parts))
            others: list[Goal] = [goal for goal in open_ if goal is not chosen]
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
        known = _truth(part, left)
        if known is decisive:
            return decisive
        if known is None:
            truth = None
    return truth
