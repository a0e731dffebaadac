"""Searching an item's product of dimensions as a set of points, where it is small enough."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from jurist.languages.cql.boolean import Formula, truth_set
from jurist.languages.cql.prover.limits import MOST_REGIONS, TooWide
from jurist.languages.cql.prover.regions.branching import Literal
from jurist.languages.cql.prover.regions.dimensions import Dimension
from jurist.languages.cql.prover.regions.space import Space, lowest
from jurist.languages.cql.prover.regions.theory import Theory
from jurist.languages.effort import spend

Options = tuple[int, ...]
"""The option of each dimension: a point."""


@dataclass(frozen=True, slots=True)
class Computed:
    """Dimensions `at`, `at + 1` ... whose joint options are confirmed or refuted."""

    at: int
    theory: Theory

    def levels(self, options: Options) -> Options:
        """This group's part of a point."""
        return options[self.at : self.at + self.theory.width]


@dataclass(frozen=True, slots=True)
class Product:
    """The dimensions of an item, and which options make each atom true."""

    dimensions: Sequence[Dimension]
    where: dict[int, tuple[int, Sequence[int]]]
    computed: Sequence[Computed]

    def literal(self, number: int) -> Literal:
        """Where an atom holds."""
        at, options = self.where[number]
        return Literal(at, sum([1 << option for option in options]))


@dataclass(frozen=True, slots=True)
class Cell:
    """Points with the same truths (bits of `mask`) and the same options of some dimensions."""

    mask: int
    options: Options
    has_model: bool
    """Whether a sample can be built."""
    place: int | Options


class Search(Protocol):
    """A way to find points."""

    def regions(self, formulas: Sequence[Formula], kept_apart: Sequence[int]) -> list[Cell]:
        """The combinations of truths and of options of some dimensions that there are."""
        ...

    def options(self, place: int | Options) -> Iterator[Options]:
        """Points of a cell that can be sampled."""
        ...

    def solutions(self, formula: Formula) -> Iterator[Options]:
        """Points at which a formula holds, of which a sample can be built."""
        ...

    def is_possible(self, formula: Formula) -> bool:
        """Whether the formula holds at some point, sampled or not."""
        ...

    def count(self, formula: Formula) -> int:
        """At how many points the formula holds, whatever its groups refute."""
        ...

    def mark_no_model_known(self, at: int, cells: Options) -> None:
        """Leave out of what can be sampled the points with some options from a dimension on."""
        ...


class ExplicitSearch:
    """All points as the bits of an `int`; what the arithmetic refutes is struck out for good.

    Raises:
        TooWide: Where there are too many points.
    """

    def __init__(self, product: Product) -> None:
        self._product = product
        self._space = Space([d.size for d in product.dimensions])
        self._toil = 1 + (self._space.full.bit_length() >> 16)
        """Steps of an operation on a set of points."""
        self._columns: dict[int, int] = {}
        self._alive = self._space.full
        self._with_model = self._space.full
        for i, dimension in enumerate(product.dimensions):
            if dimension.no_model_known:
                self._with_model &= ~self._space.column(i, dimension.no_model_known)

    def _column(self, number: int) -> int:
        spend(self._toil)
        column = self._columns.get(number)
        if column is None:
            at, options = self._product.where[number]
            column = self._columns[number] = self._space.column(at, options)
        return column

    def _holds(self, formula: Formula) -> int:
        return truth_set(formula, self._column, self._space.full)

    def regions(self, formulas: Sequence[Formula], kept_apart: Sequence[int]) -> list[Cell]:
        """The combinations of truths and of options of some dimensions that there are."""
        cells: list[tuple[int, Options, int]] = [(0, (), self._space.full)]
        for at in kept_apart:
            columns = [
                self._space.column(at, (i,)) for i in range(self._product.dimensions[at].size)
            ]
            spend(self._toil * len(columns) * len(cells))
            cells = [
                (0, (*options, i), part)
                for _, options, points in cells
                for i, column in enumerate(columns)
                if (part := points & column)
            ]
        for i, formula in enumerate(formulas):
            holds = self._holds(formula)
            spend(2 * self._toil * len(cells))
            following: list[tuple[int, Options, int]] = []
            for mask, options, points in cells:
                if inside := points & holds:
                    following.append((mask | 1 << i, options, inside))
                if outside := points & ~holds:
                    following.append((mask, options, outside))
            if len(following) > MOST_REGIONS:
                raise TooWide(f"over {MOST_REGIONS} kinds of one thing to tell apart")
            cells = following
        if self._product.computed:
            cells = [cell for cell in cells if self._inhabited(cell[2])]
        return [
            Cell(mask, options, bool(points & self._with_model), points)
            for mask, options, points in cells
        ]

    def options(self, place: int | Options) -> Iterator[Options]:
        """Points of a cell that can be sampled: the first ones, then any."""
        assert isinstance(place, int)  # noqa: S101 - the place of an own cell
        for point in self._confirmed(place, sampled=True):
            yield self._space.coordinates(point)

    def solutions(self, formula: Formula) -> Iterator[Options]:
        """Points at which a formula holds, of which a sample can be built."""
        return self.options(self._holds(formula))

    def is_possible(self, formula: Formula) -> bool:
        """Whether the formula holds at some point, sampled or not."""
        return self._inhabited(self._holds(formula))

    def count(self, formula: Formula) -> int:
        """At how many points the formula holds, whatever its groups refute."""
        return self._holds(formula).bit_count()

    def mark_no_model_known(self, at: int, cells: Options) -> None:
        """Leave out of what can be sampled the points with some options from a dimension on."""
        points = self._space.full
        for i, cell in enumerate(cells, start=at):
            points &= self._space.column(i, (cell,))
        self._with_model &= ~points

    def _inhabited(self, points: int) -> bool:
        return next(self._confirmed(points, sampled=False), None) is not None

    def _confirmed(self, points: int, *, sampled: bool) -> Iterator[int]:
        """Points that no arithmetic refutes; `sampled`: of those that can be sampled."""
        rng: random.Random | None = None
        confirmed = 0
        while remaining := points & self._alive & (self._with_model if sampled else -1):
            spend(4 * self._toil)
            point = lowest(remaining)
            if confirmed >= 2:  # the first points are small; others differ more from them
                rng = rng or random.Random(0)  # noqa: S311 - chance is no secret here
                shifted = remaining >> (shift := rng.randrange(remaining.bit_length()))
                point = shift + lowest(shifted)
            refuted = self._refuted(point)
            if refuted:
                self._alive &= ~refuted
                continue
            confirmed += 1
            yield point
            points &= ~(1 << point)

    def _refuted(self, point: int) -> int:
        """Points that are impossible for the same reason as this one; 0 if it is possible."""
        if not self._product.computed:
            return 0
        options = self._space.coordinates(point)
        for group in self._product.computed:
            core = group.theory.conflict(group.levels(options))
            if core is not None:
                refuted = self._space.full
                for bound in core:
                    refuted &= self._space.column(group.at + bound.quantity, bound.levels)
                return refuted
        return 0
