"""Numbers as whole units, so that every fact about one is about integers.

A customer's number has at most 30 digits on each side of its point (A5), so at 30 decimal
places nothing is rounded. Where many numbers will do, a witness should show a round one:
`rounder` is the unit in which those are looked for first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Context, Decimal
from fractions import Fraction
from math import ceil, floor

from jurist.languages.cql.semantics.values import MAX_DIGITS, plain

PLACES = MAX_DIGITS
"""Decimal places that numbers have (A5)."""
UNIT = 10**PLACES
"""Units in 1."""
_SPARE_PLACES = 2
"""How many more places than all constants round numbers may have."""
_EXACT = Context(prec=4 * MAX_DIGITS + 40)


def units_of(number: int | Decimal | Fraction, scale: int = UNIT) -> int | None:
    """A number in units of 1/scale; `None` where it is no whole number of them."""
    if isinstance(number, int):
        return number * scale
    exact = Fraction(number) * scale
    return exact.numerator if exact.denominator == 1 else None


def least_units(number: int | Decimal | Fraction, scale: int = UNIT) -> int:
    """The fewest units of 1/scale that are at least a number."""
    return ceil(Fraction(number) * scale)


def most_units(number: int | Decimal | Fraction, scale: int = UNIT) -> int:
    """The most units of 1/scale that are at most a number."""
    return floor(Fraction(number) * scale)


def number_of(units: int, scale: int) -> int | Decimal:
    """The number that is so many units of 1/scale."""
    whole, rest = divmod(units, scale)
    if rest == 0:
        return whole
    return plain(_EXACT.divide(Decimal(units), Decimal(scale)))


def inner_number(low: int | None, high: int | None, scale: int) -> int:
    """The roundest number of an interval, in units of 1/scale."""
    if low is None:
        return scale if high is None else high // scale * scale
    if high is None:
        return -(-low // scale) * scale
    for unit in _units(scale):
        if (near := -(-low // unit) * unit) <= high:
            return near
    return low


def round_number(low: int | Decimal | None, high: int | Decimal | None) -> int | Decimal:
    """The roundest number between two bounds, both inside."""
    least = None if low is None else least_units(low)
    most = None if high is None else most_units(high)
    return number_of(inner_number(least, most, UNIT), UNIT)


def rounder(bounds: Iterable[int], scale: int) -> int:
    """The unit of numbers that are hardly longer than these bounds, in units of 1/scale.

    A bound may stand one unit beside the constant that it comes from.
    """
    unit = scale
    for bound in bounds:
        while unit > 1 and all((bound + beside) % unit for beside in (-1, 0, 1)):
            unit //= 10
    return max(unit // 10**_SPARE_PLACES, 1)


def spaced_numbers(low: int | None, high: int | None, scale: int, count: int) -> Iterator[int]:
    """Up to `count` numbers of an interval, evenly apart and round, in units of 1/scale."""
    if low is None:
        start, step = (0, scale) if high is None else (high // scale * scale, -scale)
    elif high is None:
        start, step = -(-low // scale) * scale, scale
    else:
        start, step = low, 1
        for unit in _units(scale):
            first = -(-low // unit) * unit
            if first + (count - 1) * unit <= high:
                start, step = first, unit
                break
        else:
            count = high - low + 1
    for i in range(count):
        yield start + step * i


def portions(total: int, count: int, low: int | None, high: int | None, scale: int) -> list[int]:
    """A sum's parts within an interval, most of them the same and round, in units of 1/scale.

    Args:
        total: What they add up to, between `count` times the ends of the interval.
        count: How many there are, at least 1.
        low: The least that one may be.
        high: The most.
        scale: How many units are 1.
    """
    mean = total // count
    rounded = (mean // unit * unit for unit in _units(scale))
    share = next(part for part in rounded if low is None or part >= low)
    parts: list[int] = []
    rest = total - share * count
    for _ in range(count):
        more = rest if high is None else min(rest, high - share)
        parts.append(share + more)
        rest -= more
    return parts


def _units(scale: int) -> Iterator[int]:
    while scale > 0:
        yield scale
        scale //= 10
