"""Classes of one value, of several that nothing tells apart, and of values in long lists."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from jurist.languages.cql.prover.values.predicates import LISTS, Primitive, facts_of
from jurist.languages.cql.prover.values.value_classes import NOTHING, ValueClass
from jurist.languages.cql.semantics.numbers import units_of
from jurist.languages.cql.semantics.values import Coercion, Value, as_number
from jurist.languages.effort import spend


def merged(classes: Sequence[ValueClass]) -> list[ValueClass]:
    """Classes that nothing tells apart, as one; numbers stay apart from the rest."""
    alike: dict[tuple[frozenset[Primitive], bool, object], list[ValueClass]] = {}
    for part in classes:
        key = (part.facts, part.sample is None, (part.low, part.high) if part.numeric else None)
        alike.setdefault(key, []).append(part)
    return [several[0] if len(several) == 1 else _as_one(several) for several in alike.values()]


def _as_one(several: Sequence[ValueClass]) -> ValueClass:
    sizes = [part.size for part in several if part.size is not None]
    size = sum(sizes) if len(sizes) == len(several) else None
    values = tuple([value for part in several for value in part.values])
    days = tuple([day for part in several for day in part.days])
    return replace(
        several[0],
        sample=next((part.sample for part in several if part.sample is not NOTHING), NOTHING),
        size=size,
        values=values if len(values) == size else (),
        days=days if all(part.days for part in several) else (),
    )


def relisted(apart: Iterable[ValueClass], facts: Sequence[Primitive]) -> list[ValueClass]:
    """The classes of all that is listed one by one, by the lists."""
    lists = [fact for fact in facts if fact.kind in LISTS]
    asked = frozenset(facts)
    classes: list[ValueClass] = []
    for part in apart:
        spend(len(lists))
        inside = {fact for fact in lists if not fact.listed.isdisjoint(part.facts)}
        classes.append(replace(part, facts=part.facts & asked | inside))
    return merged(classes)


def point_class(
    value: Value, facts: Sequence[Primitive], coercion: Coercion, scale: int
) -> ValueClass:
    """The class of one value; `scale`: numbers are multiples of 1/scale."""
    spend(1 + len(facts))
    point = ValueClass(facts_of(value, facts, coercion), value, size=1, values=(value,))
    number = as_number(value, coercion)
    if number is None:
        return point
    at = units_of(number, scale)
    assert at is not None  # noqa: S101 - a value is read within the digits that there are
    return replace(point, numeric=True, low=at, high=at)
