"""Values that stand for intervals, for texts between others, and for a class of values."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import pairwise

from jurist.languages.cql.meaning.customers import Value
from jurist.languages.cql.meaning.values import (
    FIRST_MOMENT,
    LAST_MOMENT,
    as_number,
    moment_of,
    moment_text,
    read_number,
    text_of,
)
from jurist.languages.cql.prover.automata import PLACES
from jurist.languages.cql.prover.primitives import (
    MOMENT,
    Primitive,
    holds,
)
from jurist.languages.cql.prover.value_classes import Domain, Nothing, ValueClass
from jurist.languages.effort import spend


def moment_cells(facts: Sequence[Primitive], first: int, last: int) -> list[tuple[int, int]]:
    """The intervals of moments that the facts tell apart, from `first` to `last`."""
    cuts = {first}
    for fact in facts:
        if fact.kind == MOMENT:
            if fact.low is not None:
                cuts.add(fact.low)
            if fact.high is not None:
                cuts.add(fact.high + 1)
    starts = sorted(cut for cut in cuts if first <= cut <= last)
    return [(low, after - 1) for low, after in pairwise([*starts, last + 1])]


_RECENT = 1_767_225_600_000
"""2026-01-01, for moments that may be any."""


def round_moment(low: int, high: int) -> int:
    """A round moment of an interval, near today where it may be."""
    near = min(max(_RECENT, low), high)
    for unit in (86_400_000, 3_600_000, 60_000, 1_000):
        for moment in (-(-near // unit) * unit, near // unit * unit):
            if low <= moment <= high:
                return moment
    return near


def inner_number(low: int | None, high: int | None, scale: int) -> int:
    """A round number of an interval, in units of 1/scale."""
    if low is None and high is None:
        return scale
    if low is None:
        assert high is not None  # noqa: S101 - the case before
        return min(high // scale * scale, high)
    if high is None:
        return -(-low // scale) * scale
    for unit in (scale, scale // 10, scale // 100):
        if unit > 0 and low <= (near := -(-low // unit) * unit) <= high:
            return near
    return low


def as_text(sample: Value | Nothing | None) -> Value | Nothing | None:
    """A sample as a text, where it is a number."""
    return text_of(sample) if isinstance(sample, int | Decimal) else sample


def fresh_text(taken: Sequence[str]) -> str:
    """A text that is none of these."""
    words = ("other", "another", "something else")
    for word in words:
        if word not in taken:
            return word
    return max(taken, key=len) + "x"


def text_between(low: str | None, high: str | None) -> str | None:
    """A text, no number, strictly between two; `None`: there is none, or no bound."""
    if high == "":
        return None
    candidates = ["other", "a", "A", "zz", ""]
    if low is not None:
        candidates += [low + "x", low + "a", low + " ", low + "!", low + "\0"]
    for candidate in candidates:
        is_between = (low is None or low < candidate) and (high is None or candidate < high)
        if is_between and read_number(candidate) is None:
            return candidate
    return None


def several(values: Domain, each: ValueClass, count: int) -> list[Value]:
    """Up to `count` different values of a class."""
    if each.values:
        return list(each.values[:count])
    found: dict[object, Value] = {}
    for candidate in _candidates(values, each, count):
        spend()
        if len(found) == count:
            break
        true = frozenset(f for f in values.facts if holds(f, candidate, values.coercion))
        if true == each.facts:
            number = as_number(candidate, values.coercion)
            found.setdefault(text_of(candidate) if number is None else number, candidate)
    return list(found.values())


def _candidates(values: Domain, each: ValueClass, count: int) -> Iterator[Value]:
    sample = each.sample
    if sample is None or isinstance(sample, Nothing):
        return
    yield sample
    if each.numeric:
        start = each.low if each.low is not None else each.high if each.high is not None else 0
        step = 1 if each.low is not None or each.high is None else -1
        units = values.scale if each.size is None or each.size > count * values.scale else 1
        for i in range(count + 1):
            yield number_of(start + step * i * units, values.scale)
        return
    text = text_of(sample)
    moment = moment_of(text)
    if moment is not None:
        for step in (86_400_000, 3_600_000, 1_000, 1):
            for i in range(1, count + 1):
                for other in (moment + i * step, moment - i * step):
                    if FIRST_MOMENT <= other <= LAST_MOMENT:
                        yield moment_text(other)
    for i in range(2, 3 * count + 2):
        yield f"{text} {i}"
        yield f"{i} {text}"
        yield text + "x" * i


def number_of(scaled: int, scale: int) -> int | Decimal:
    """A number that is given in units of 1/scale."""
    if scaled % scale == 0:
        return scaled // scale
    return Decimal(scaled).scaleb(-PLACES).normalize()
