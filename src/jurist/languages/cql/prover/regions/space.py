"""Finite products of independent dimensions, and sets of their points as bits of an `int`.

Everything that two queries can tell apart about an item (a customer, an event, a row)
falls into finitely many options along independent dimensions. A point of the space takes
one option in each; a condition is the set of points at which it holds; and, or, not are
`&`, `|`, `~` on whole sets at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import prod

from jurist.languages.cql.prover.limits import LARGEST_SPACE, TooWide


class Space:
    """The product of dimensions with `sizes` options each.

    Raises:
        TooWide: Where the product has more points than a set should hold.
    """

    __slots__ = ("_sizes", "_strides", "full", "points")

    def __init__(self, sizes: Sequence[int]) -> None:
        self.points = prod(sizes)
        if self.points > LARGEST_SPACE:
            raise TooWide(f"{self.points} combinations of values, over {LARGEST_SPACE}")
        self.full = (1 << self.points) - 1
        self._sizes = tuple(sizes)
        strides: list[int] = []
        stride = 1
        for size in sizes:
            strides.append(stride)
            stride *= size
        self._strides = strides

    def column(self, dimension: int, options: Iterable[int]) -> int:
        """The points that take one of these options along a dimension."""
        stride = self._strides[dimension]
        run = (1 << stride) - 1
        block = 0
        for option in options:
            block |= run << (option * stride)
        return _repeated(block, stride * self._sizes[dimension], self.points)

    def coordinates(self, point: int) -> tuple[int, ...]:
        """The option that a point takes along each dimension."""
        return tuple(
            point // stride % size for stride, size in zip(self._strides, self._sizes, strict=True)
        )


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


def lowest(points: int) -> int:
    """The first point of a set that is not empty."""
    return (points & -points).bit_length() - 1
