"""Searching a product of dimensions that is too large for a set of points.

Regions are met dimension after dimension: what is left of the formulas once some
dimensions are fixed is all that matters, so equal remainders are merged. A point at which
one formula holds is found by branching; what the arithmetic refutes is never tried again.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

from jurist.languages.cql.boolean import (
    FALSE,
    TRUE,
    Formula,
    Junction,
    negation,
    substitution,
)
from jurist.languages.cql.prover.limits import MOST_REGIONS, TooWide
from jurist.languages.cql.prover.regions.branching import (
    Goal,
    Left,
    Literal,
    goal_of,
    satisfied,
)
from jurist.languages.cql.prover.regions.explicit_search import Cell, Options, Product
from jurist.languages.cql.prover.regions.model_counting import ModelCounter
from jurist.languages.effort import spend

_MOST_SOLUTIONS = 40


class BranchingSearch:
    """The same search without listing the points."""

    def __init__(self, product: Product) -> None:
        self._product = product
        self._full = [(1 << dimension.size) - 1 for dimension in product.dimensions]
        self._with_model = [
            full & ~sum(1 << option for option in dimension.no_model_known)
            for full, dimension in zip(self._full, product.dimensions, strict=True)
        ]
        """The options of which a sample can be built."""
        self._cells: dict[Options, list[Goal]] = {}
        """What holds at the points of a cell, by the one that stands for it."""
        self._lemmas: list[Goal] = []
        self._sampled: list[Goal] = []
        """What must hold at points that can be sampled."""
        sizes = [dimension.size for dimension in product.dimensions]
        self._counter = ModelCounter(sizes)

    # --- regions ---

    def regions(self, formulas: Sequence[Formula], kept_apart: Sequence[int]) -> list[Cell]:
        """The combinations of truths and of options of some dimensions that there are.

        Raises:
            TooWide: Where remainders are too many.
        """
        remainders: dict[tuple[Options, tuple[Formula, ...]], Options] = {((), tuple(formulas)): ()}
        for at, dimension in enumerate(self._product.dimensions):
            spend()
            fixed = [
                substitution(
                    {
                        number: TRUE if option in true else FALSE
                        for number, (where, true) in self._product.where.items()
                        if where == at
                    }
                )
                for option in range(dimension.size)
            ]
            order = [o for o in range(dimension.size) if o not in dimension.no_model_known]
            order += dimension.no_model_known
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
        cells: list[Cell] = []
        for (apart, rest), options in remainders.items():
            mask = _mask(rest)
            fixed_at = zip(sorted(kept_apart), apart, strict=True)
            goals: list[Goal] = [Literal(at, 1 << option) for at, option in fixed_at]
            goals += [
                self._goal(formula if mask >> i & 1 else negation(formula))
                for i, formula in enumerate(formulas)
            ]
            place = self._place(goals, options)
            if place is not None:
                self._cells[place] = goals
                in_order = self._in_order(apart, kept_apart)
                cells.append(Cell(mask, in_order, self._has_model(place), place))
        return cells

    def _place(self, goals: list[Goal], found: Options) -> Options | None:
        """A point of a cell, if possible one that can be sampled; `None`: all are refuted."""
        if self._has_model(found) and self._refuted(found) is None:
            return found
        left = self._left(goals, self._with_model)
        if left is None:
            left = self._left(goals, self._full)
        return None if left is None else tuple(map(_lowest, left))

    def _in_order(self, apart: Options, kept_apart: Sequence[int]) -> Options:
        by_dimension = dict(zip(sorted(kept_apart), apart, strict=True))
        return tuple(by_dimension[at] for at in kept_apart)

    def _has_model(self, options: Options) -> bool:
        pairs = zip(options, self._product.dimensions, strict=True)
        return all(option not in dimension.no_model_known for option, dimension in pairs)

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
            yield tuple([_lowest(options) for options in left])
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
        return goal_of(formula, self._product.literal, self._full)

    def _left(self, goals: list[Goal], start: Left) -> Left | None:
        """Options such that the goals hold at all points, and the lowest is not refuted."""
        if not all(start):
            return None
        while True:
            left = satisfied([*goals, *self._lemmas], start)
            if left is None:
                return None
            lemma = self._refuted(tuple([_lowest(options) for options in left]))
            if lemma is None:
                return left
            self._lemmas.append(lemma)

    def _refuted(self, options: Options) -> Goal | None:
        """What must hold instead, where arithmetic refutes a point."""
        for group in self._product.computed:
            core = group.theory.conflict(group.levels(options))
            if core is not None:
                ways = [
                    Literal(at, self._full[at] & ~sum(1 << level for level in bound.levels))
                    for bound in core
                    for at in (group.at + bound.quantity,)
                ]
                return Junction(False, tuple(ways))  # noqa: FBT003
        return None


def _lowest(options: int) -> int:
    return (options & -options).bit_length() - 1


def _options(bits: int) -> list[int]:
    return [option for option in range(bits.bit_length()) if bits >> option & 1]


def _mask(rest: Sequence[Formula]) -> int:
    return sum(1 << i for i, formula in enumerate(rest) if formula == TRUE)
