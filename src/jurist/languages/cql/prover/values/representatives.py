"""Values that stand for intervals, for texts between others, and for a class of values."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from itertools import pairwise

from jurist.languages.cql.prover.values.predicates import (
    MOMENT,
    Primitive,
)
from jurist.languages.cql.prover.values.value_classes import Nothing
from jurist.languages.cql.semantics.values import (
    Value,
    read_number,
    text_of,
)


def moment_cells(facts: Iterable[Primitive], first: int, last: int) -> list[tuple[int, int]]:
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
