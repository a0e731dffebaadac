"""Several different values of one class, each of them legal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice, permutations

from jurist.languages.cql.operators import DAY_MS, HOUR_MS, SECOND_MS
from jurist.languages.cql.prover.values.moments import (
    FIRST_DAY,
    LAST_DAY,
    moment_cells,
    timestamp_spellings,
)
from jurist.languages.cql.prover.values.partition import domain
from jurist.languages.cql.prover.values.predicates import MOMENT, facts_of, inside
from jurist.languages.cql.prover.values.value_classes import Allowed, Domain, Nothing, ValueClass
from jurist.languages.cql.schemas.schema import Kind
from jurist.languages.cql.semantics.numbers import spaced_numbers
from jurist.languages.cql.semantics.values import (
    FIRST_MOMENT,
    LAST_MOMENT,
    SECONDS_OF_A_DAY,
    Coercion,
    Value,
    as_number,
    date_text,
    is_date,
    moment_of,
    moment_text,
    seconds_of,
    text_of,
    time_text,
)
from jurist.languages.effort import spend

_MOST_INNER = 12
"""Values of an entry or member that are tried."""
_STEPS = (DAY_MS, HOUR_MS, SECOND_MS, 1)


def several(values: Domain, part: ValueClass, count: int) -> list[Value]:
    """Up to `count` different values of a class."""
    if part.values:
        return list(part.values[:count])
    different: dict[object, Value] = {}
    for candidate in _candidates(values, part, count):
        spend()
        if len(different) == count:
            break
        if facts_of(candidate, values.facts, values.coercion) == part.facts:
            at = moment_of(candidate) if values.of_moments else None
            told_apart_by = as_number(candidate, values.coercion) if at is None else at
            different.setdefault(
                text_of(candidate) if told_apart_by is None else told_apart_by, candidate
            )
    return list(different.values())


def number_of_different(values: Domain, part: ValueClass) -> int | None:
    """How many different values a class has; `None`: no bound."""
    if not values.of_moments or part.values or part.sample is None:
        return part.size
    dated = [fact for fact in values.facts if fact.kind == MOMENT]
    own = part.facts.intersection(dated)
    return sum(
        high - low + 1
        for low, high in moment_cells(dated, FIRST_MOMENT, LAST_MOMENT)
        if own == frozenset(fact for fact in dated if inside(low, fact))
    )


def _candidates(values: Domain, part: ValueClass, count: int) -> Iterator[Value]:
    sample, kind = part.sample, values.known.kind
    if sample is None or isinstance(sample, Nothing):
        return
    yield sample
    if part.numeric:
        for units in spaced_numbers(part.low, part.high, values.scale, count + 1):
            yield values.number(part, units)
    elif kind is Kind.DATE:
        yield from (date_text(day) for low, high in part.days for day in range(low, high + 1))
    elif kind is Kind.DATE_TIME:
        for at in _moments_near(moment_of(sample), count):
            yield from timestamp_spellings(at)
    elif kind is Kind.TIME:
        yield from _times_near(text_of(sample))
    elif isinstance(sample, tuple):
        yield from _arrays(sample, values.known.items or Allowed(), count)
    elif isinstance(sample, Mapping):
        yield from _objects(sample, values.known, count)
    else:
        yield from _texts(text_of(sample), count + len(values.facts))


def _times_near(time: str) -> Iterator[str]:
    at = seconds_of(time)
    for step in range(1, SECONDS_OF_A_DAY):
        for other in (at + step, at - step):
            if 0 <= other < SECONDS_OF_A_DAY:
                yield time_text(other)


def _texts(text: str, count: int) -> Iterator[str]:
    moment = moment_of(text)
    if moment is not None and is_date(text):
        days = range(max(FIRST_DAY, moment // DAY_MS - count), moment // DAY_MS + count + 1)
        yield from (date_text(day) for day in days if day <= LAST_DAY)
    yield from map(moment_text, _moments_near(moment, count))
    for i in range(2, 3 * count + 2):
        yield f"{text} {i}"
        yield f"{i} {text}"
        if i <= _MOST_INNER:
            yield text + "x" * i


def _moments_near(moment: int | None, count: int) -> Iterator[int]:
    if moment is None:
        return
    for step in _STEPS:
        for i in range(count + 1):
            for other in dict.fromkeys((moment + i * step, moment - i * step)):
                if FIRST_MOMENT <= other <= LAST_MOMENT:
                    yield other


def _arrays(sample: tuple[Value, ...], items: Allowed, count: int) -> Iterator[Value]:
    """Arrays with other entries, and with more of them."""
    entries = _values_of(items, min(count, _MOST_INNER))
    for entry in entries:
        yield (entry,)
        yield (*sample, entry)
    for i in range(2, count + 2):
        for entry in (*sample[-1:], *entries):
            yield (entry,) * i
            yield (*sample, *((entry,) * i))


def _objects(sample: Mapping[str, Value], known: Allowed, count: int) -> Iterator[Value]:
    """Objects with another value of a member, or another member."""
    if known.members is None:
        for i in range(1, count + 2):
            yield {**sample, "value": i}
        return
    for members in islice(permutations(sample.items()), _MOST_INNER):
        yield dict(members)  # in another order it is another text (A9)
    options = {name: _values_of(member, min(count, _MOST_INNER)) for name, member in known.members}
    for name, member in known.members:
        if not member.required:
            yield {key: value for key, value in sample.items() if key != name}
        yield from ({**sample, name: value} for value in options[name])
    for name, values in options.items():
        for other, others in options.items():
            if name < other:
                yield from ({**sample, name: v, other: w} for v in values for w in others)


def _values_of(known: Allowed, count: int) -> list[Value]:
    of = domain((), known, Coercion.TEXT)
    values = (value for part in of.classes for value in several(of, part, count))
    return list(islice(values, count))
