"""The classes of times of day, `hh:mm:ss`: as texts they lie in the order of time."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from functools import cache
from itertools import pairwise

from jurist.languages.cql.prover.values.predicates import (
    CONTAINS,
    ENDS,
    HAS_SOME,
    MOMENT,
    PRESENT,
    Primitive,
    facts_of,
    points,
)
from jurist.languages.cql.prover.values.value_classes import ValueClass
from jurist.languages.cql.semantics.values import SECONDS_OF_A_DAY, Coercion, time_text
from jurist.languages.effort import spend

_ANYWHERE = frozenset({CONTAINS, ENDS, HAS_SOME})
"""Facts that neighbours need not share: then each time is looked at."""
_LAST_CHARACTER = chr(0x10FFFF)


@cache
def _times() -> tuple[str, ...]:
    return tuple(map(time_text, range(SECONDS_OF_A_DAY)))


def times_of_day(facts: Sequence[Primitive], coercion: Coercion) -> list[ValueClass]:
    """The classes that facts about texts tell apart, each with how many times it has."""
    times, asked = _times(), [fact for fact in facts if fact.kind != MOMENT]
    if any(fact.kind in _ANYWHERE for fact in asked):
        spend(SECONDS_OF_A_DAY)
        starts: Sequence[int] = range(SECONDS_OF_A_DAY)
    else:
        cuts = {0}
        for fact in points(asked):
            if fact.kind != PRESENT:
                first = bisect_left(times, fact.text)
                cuts |= {first, first + 1, bisect_left(times, fact.text + _LAST_CHARACTER)}
        starts = sorted(cut for cut in cuts if cut < SECONDS_OF_A_DAY)
    sizes: dict[frozenset[Primitive], int] = {}
    samples: dict[frozenset[Primitive], str] = {}
    for low, after in pairwise([*starts, SECONDS_OF_A_DAY]):
        sample = times[_round_between(low, after)]
        true = facts_of(sample, asked, coercion)
        sizes[true] = sizes.get(true, 0) + after - low
        samples.setdefault(true, sample)
    return [
        ValueClass(true, samples[true], size=size, values=(samples[true],) if size == 1 else ())
        for true, size in sizes.items()
    ]


def _round_between(low: int, after: int) -> int:
    for unit in (3_600, 60):
        if (near := -(-low // unit) * unit) < after:
            return near
    return low
