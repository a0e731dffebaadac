"""Classes of values that nothing tells apart, as one; and lists of facts, from each of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from jurist.languages.cql.prover.values.predicates import AMONG, Primitive
from jurist.languages.cql.prover.values.value_classes import NOTHING, Domain, ValueClass
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


def listed_again(apart: Domain, facts: Sequence[Primitive]) -> Domain:
    """The classes of all that is listed one by one, by the lists."""
    lists = [fact for fact in facts if fact.kind == AMONG]
    asked = frozenset(facts)
    classes: list[ValueClass] = []
    for part in apart.classes:
        spend(len(lists))
        inside = {fact for fact in lists if not fact.listed.isdisjoint(part.facts)}
        classes.append(replace(part, facts=part.facts & asked | inside))
    return replace(apart, classes=tuple(merged(classes)), facts=tuple(facts))
