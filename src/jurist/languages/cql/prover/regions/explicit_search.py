"""Searching an item's product of dimensions as a set of points, where it is small enough.

A set is an `int` with a bit for each point; and, or, not are `&`, `|`, `~` on whole sets
at once.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from math import prod

from jurist.languages.cql.boolean import Formula, truth_set
from jurist.languages.cql.prover.limits import LARGEST_SPACE, MOST_REGIONS, TooWide
from jurist.languages.cql.prover.regions.dimensions import Literal, Options, Product, Region, lowest
from jurist.languages.effort import spend


class ExplicitSearch:
    """All points as the bits of an `int`; what theories refute is struck out for good.

    Raises:
        TooWide: Where there are too many points.
    """

    def __init__(self, product: Product) -> None:
        self._product = product
        self._sizes = [dimension.size for dimension in product.dimensions]
        self._points = prod(self._sizes)
        if self._points > LARGEST_SPACE:
            raise TooWide(f"{self._points} combinations of values, over {LARGEST_SPACE}")
        self._strides = [prod(self._sizes[:at]) for at in range(len(self._sizes))]
        self._full = (1 << self._points) - 1
        self._toil = 1 + (self._points >> 16)
        """Steps of an operation on a set of points."""
        self._columns: dict[int, int] = {}
        self._alive = self._full
        self._with_model = self._full
        for at, dimension in enumerate(product.dimensions):
            if dimension.no_model_known:
                self._with_model &= ~self._column(Literal(at, dimension.no_model_known))

    def _column(self, literal: Literal) -> int:
        """The points that take one of some options along a dimension."""
        stride, size = self._strides[literal.dimension], self._sizes[literal.dimension]
        run = (1 << stride) - 1
        block = sum([run << (i * stride) for i in range(size) if literal.options >> i & 1])
        return _repeated(block, stride * size, self._points)

    def _where(self, number: int) -> int:
        """The points at which an atom holds."""
        spend(self._toil)
        column = self._columns.get(number)
        if column is None:
            column = self._columns[number] = self._column(self._product.literals[number])
        return column

    def _holds(self, formula: Formula) -> int:
        return truth_set(formula, self._where, self._full)

    def regions(self, formulas: Sequence[Formula], kept_apart: Sequence[int]) -> list[Region]:
        """The combinations of truths and of options of some dimensions that there are."""
        cells: list[tuple[int, Options, int]] = [(0, (), self._full)]
        for at in kept_apart:
            columns = [self._column(Literal(at, 1 << i)) for i in range(self._sizes[at])]
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
        return [
            Region(mask, options, bool(points & self._with_model), points)
            for mask, options, points in cells
            if not self._product.theories or self._inhabited(points)
        ]

    def options(self, place: int | Options) -> Iterator[Options]:
        """Points of a cell that can be sampled: the first ones, then any."""
        assert isinstance(place, int)  # noqa: S101 - the place of an own cell
        for point in self._confirmed(place, sampled=True):
            yield self._coordinates(point)

    def solutions(self, formula: Formula) -> Iterator[Options]:
        """Points at which a formula holds, of which a sample can be built."""
        return self.options(self._holds(formula))

    def is_possible(self, formula: Formula) -> bool:
        """Whether the formula holds at some point, sampled or not."""
        return self._inhabited(self._holds(formula))

    def count(self, formula: Formula) -> int:
        """At how many points the formula holds, by weight, whatever its groups refute."""
        heavy = [at for at, of in enumerate(self._product.dimensions) if of.weights]
        return self._weighed(self._holds(formula), heavy)

    def _weighed(self, points: int, heavy: Sequence[int]) -> int:
        """Of points what they weigh together, where some dimensions have weights."""
        if not heavy or not points:
            return points.bit_count()
        at, *others = heavy
        spend(self._toil * self._sizes[at])
        return sum(
            weight * self._weighed(points & self._column(Literal(at, 1 << option)), others)
            for option, weight in enumerate(self._product.dimensions[at].weights)
        )

    def mark_no_model_known(self, at: int, cells: Options) -> None:
        """Leave out of what can be sampled the points with some options from a dimension on."""
        points = self._full
        for i, cell in enumerate(cells, start=at):
            points &= self._column(Literal(i, 1 << cell))
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
        conflict = self._product.conflict(self._coordinates(point))
        if conflict is None:
            return 0
        refuted = self._full
        for literal in conflict:
            refuted &= self._column(literal)
        return refuted

    def _coordinates(self, point: int) -> Options:
        """The option that a point takes along each dimension."""
        pairs = zip(self._sizes, self._strides, strict=True)
        return tuple([point // stride % size for size, stride in pairs])


def _repeated(block: int, period: int, length: int) -> int:
    """A block of bits over and over; doubling beats a division of long numbers."""
    repeats = length // period
    pattern, width, result, filled = block, period, 0, 0
    while repeats:
        if repeats & 1:
            result |= pattern << filled
            filled += width
        repeats >>= 1
        if repeats:
            pattern |= pattern << width
            width *= 2
    return result
