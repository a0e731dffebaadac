"""The timestamps and the bare dates among texts of any form, as facts about them tell apart."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from jurist.languages.cql.operators import DAY_MS
from jurist.languages.cql.prover.values.moments import days_of, moment_cells, round_moment
from jurist.languages.cql.prover.values.predicates import (
    AMONG,
    IS,
    MOMENT,
    NUMBER,
    OTHER_IS,
    PRESENT,
    Primitive,
    facts_of,
    inside,
    points,
)
from jurist.languages.cql.prover.values.value_classes import NOTHING, Nothing, ValueClass
from jurist.languages.cql.semantics.values import (
    FIRST_MOMENT,
    LAST_MOMENT,
    Coercion,
    date_text,
    is_date,
    moment_text,
)
from jurist.languages.effort import spend

_SIMPLE = frozenset((MOMENT, AMONG, PRESENT, NUMBER, IS, OTHER_IS))
"""Facts that of days single out whole intervals, or one."""


def timestamps(
    part: ValueClass, facts: Sequence[Primitive], coercion: Coercion
) -> Iterator[ValueClass]:
    """Those of a class of texts that say moments, and no days where days are told apart."""
    dated = [f for f in facts if f.kind == MOMENT]
    for low, high in moment_cells(dated, FIRST_MOMENT, LAST_MOMENT):
        true = part.facts | {f for f in dated if inside(low, f)}
        moments = dict.fromkeys((round_moment(low, high), low, high, (low + high) // 2))
        spellings = (spelling for at in moments for spelling in _spellings(at))
        yield ValueClass(true, _first_with(true, spellings, facts, coercion))


def bare_dates(
    part: ValueClass, facts: Sequence[Primitive], coercion: Coercion
) -> Iterator[ValueClass]:
    """Those of a class of texts that are days, where days are told apart."""
    dated = [f for f in facts if f.kind == MOMENT]
    if not any(f.midnights for f in dated):
        return
    for low, high in moment_cells([f.of_dates for f in dated], FIRST_MOMENT, LAST_MOMENT):
        first, last = days_of(low, high)
        true = part.facts | {f for f in dated if inside(low, f.of_dates)}
        size = _count(range(first, last + 1), facts)
        if size != 0:
            usual = round_moment(first * DAY_MS, last * DAY_MS) // DAY_MS
            few = range(first, min(last, first + sum(1 for _ in points(facts))) + 1)
            days = dict.fromkeys((usual, last, (first + last) // 2, *few))
            sample = _first_with(true, map(date_text, days), facts, coercion)
            yield ValueClass(true, sample, size=size)


def _count(days: range, facts: Sequence[Primitive]) -> int | None:
    """How many of some days in a row no fact singles out; `None` where texts are searched.

    Those days it does not look at, so which classes there are does not depend on which days
    lie near now: else `critical_moments` would have to know of every text.
    """
    if not days or not _SIMPLE.issuperset([f.kind for f in facts]):
        return None if days else 0
    first, last = date_text(days[0]), date_text(days[-1])
    named = {f.text for f in points(facts) if is_date(f.text) and first <= f.text <= last}
    return len(days) - len(named)


def _first_with(
    true: frozenset[Primitive],
    texts: Iterable[str],
    facts: Sequence[Primitive],
    coercion: Coercion,
) -> str | Nothing:
    for text in texts:
        spend(3 + len(facts) // 2)
        if facts_of(text, facts, coercion) == true:
            return text
    return NOTHING


def _spellings(at: int) -> Iterator[str]:
    """A moment as a timestamp, and as a bare date where it is one."""
    text = moment_text(at)
    yield from (text, text[:-1], text[:-1] + "+00:00")
    if at % DAY_MS == 0:
        yield date_text(at // DAY_MS)
