"""Bare dates are days: small worlds of values and moments `now`, all of them enumerated.

What a condition means is said here once more, from the reference page, and by nothing that
the product has: values are read by hand, days are counted, and a verdict on two conditions
must be what is found among all values at all moments.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from itertools import product

import pytest

from jurist.evidence import decide
from jurist.languages.cql.language import CqlLanguage
from jurist.languages.cql.schemas.schema import CqlSchema
from jurist.languages.cql.semantics.interpreter import compile_audience
from jurist.languages.cql.semantics.readings import Readings
from jurist.languages.cql.semantics.subjects import Customer
from jurist.languages.cql.text.parser import parse
from jurist.records import Relation
from parsed import condition

LANGUAGE = CqlLanguage()
HOUR = 3_600_000
DAY = 24 * HOUR
BASE = 20_605
"""2026-06-01, in days since 1970."""
PHASES = (0, 1, 12 * HOUR - 1, 12 * HOUR, 12 * HOUR + 1, DAY - 1)
NOWS = [(BASE + day) * DAY + phase for day in range(-5, 6) for phase in PHASES]
Test = Callable[[str | None, int], bool]


def timestamp(ms: int, zone: str = "Z") -> str:
    moment = datetime.fromtimestamp(ms // 1_000, UTC)
    fraction = f".{ms % 1_000:03d}" if ms % 1_000 else ""
    return f"{moment:%Y-%m-%dT%H:%M:%S}{fraction}{zone}"


def bare(day: int) -> str:
    return timestamp(day * DAY)[:10]


def values_of(kind: str) -> Iterator[str | None]:
    """All that a trait may be, beside the rest of what it may be."""
    yield None
    if kind != "date-time":
        yield from map(bare, range(BASE - 9, BASE + 10))
    if kind != "date":
        for half in range(2 * (BASE - 9), 2 * (BASE + 10)):
            for step in (-1, 0, 1):
                yield timestamp(half * DAY // 2 + step)
        if kind != "date-time":
            yield timestamp(BASE * DAY, "")
    if kind in {"", "string"}:
        yield from ("", "x", "5")


def leaf(operator: str, amount: int, unit: str) -> tuple[str, Test]:
    length = amount * (DAY if unit == "days" else HOUR)

    def test(value: str | None, now: int) -> bool:
        if value is None or len(value) < 10:
            return False
        zoned = value if "T" not in value or value.endswith("Z") else value + "Z"
        at = round(datetime.fromisoformat(zoned).replace(tzinfo=UTC).timestamp() * 1_000)
        from_day = len(value) == 10 and unit == "days"
        start = now - now % DAY if from_day else now
        distance = at - start
        return {
            "within_last": -length <= distance <= 0,
            "within_next": 0 <= distance <= length,
            "before_last": distance <= -length,
            "after_next": distance > length if from_day else distance >= length,
            "before_date": at < amount,
            "after_date": at > amount,
        }[operator]

    argument = f"'{timestamp(amount)}'" if unit == "at" else f"{amount} {unit}"
    return f"trait('t').{operator}({argument})", test


RELATIVE = ("within_last", "within_next", "before_last", "after_next")
LENGTHS = [(n, "days") for n in (0, 1, 2)] + [(n, "hours") for n in (0, 24, 36, 48)]
LEAVES = [leaf(operator, *length) for operator, length in product(RELATIVE, LENGTHS)]
FIXED = [
    leaf(operator, at, "at")
    for operator in ("before_date", "after_date")
    for at in (BASE * DAY, (BASE + 2) * DAY, BASE * DAY + DAY // 2)
]


def drawn(rng: random.Random, depth: int) -> tuple[str, Test]:
    if depth == 0 or rng.random() < 0.2:
        return rng.choice(FIXED if rng.random() < 0.25 else LEAVES)
    if rng.random() < 0.3:
        text, test = drawn(rng, depth - 1)
        return f"NOT ({text})", lambda value, now: not test(value, now)
    (text, test), (other, second) = drawn(rng, depth - 1), drawn(rng, depth - 1)
    if rng.random() < 0.5:
        return f"({text} AND {other})", lambda value, now: test(value, now) and second(value, now)
    return f"({text} OR {other})", lambda value, now: test(value, now) or second(value, now)


def schema_of(kind: str) -> CqlSchema:
    field: Mapping[str, object] = {}
    if kind:
        field = {"type": "string"} | ({"format": kind} if kind != "string" else {})
    document = {"name": "t", "language": "cql", "traits": {"properties": {"t": field}}}
    return LANGUAGE.load_schema(document, where="the test")


KINDS = ("", "string", "date", "date-time")
WORLDS = {kind: [(v, now) for v in values_of(kind) for now in NOWS] for kind in KINDS}
SCHEMAS = {kind: schema_of(kind) for kind in KINDS}


def enumerated(first: Test, second: Test, kind: str) -> Relation:
    pairs = {(first(*world), second(*world)) for world in WORLDS[kind]}
    only, other, both = (pair in pairs for pair in ((True, False), (False, True), (True, True)))
    if not (only or other):
        return Relation.EQUIVALENT
    if only and other:
        return Relation.OVERLAPS if both else Relation.DISJOINT
    return Relation.CONTAINS if only else Relation.CONTAINED


def judged(seed: int, depth: int) -> tuple[str, Relation, Relation]:
    rng = random.Random(seed)
    kind = rng.choice(KINDS)
    (text, first), (other, second) = drawn(rng, depth), drawn(rng, depth)
    verdict = decide(LANGUAGE, parse(text), parse(other), SCHEMAS[kind]).relation
    return f"{kind or 'any'}: {text} / {other}", verdict, enumerated(first, second, kind)


@pytest.mark.parametrize(("text", "test"), LEAVES + FIXED)
def test_meaning(text: str, test: Test) -> None:
    holds = compile_audience(condition(text), Readings(), Customer)
    for value, now in WORLDS[""]:
        who = Customer({} if value is None else {"t": value})
        assert holds(who, now) == test(value, now), (value, timestamp(now))


@pytest.mark.parametrize("depth", [0, 1, 2])
def test_verdicts_are_those_of_small_worlds(depth: int) -> None:
    for seed in range(60):
        pair, verdict, right = judged(1_000 * depth + seed, depth)
        assert verdict == right, pair


@pytest.mark.parametrize("kind", KINDS)
def test_days_are_hours_only_where_no_bare_date_stands(kind: str) -> None:
    days, hours = (
        parse("trait('t').within_last(7 days)"),
        parse("trait('t').within_last(168 hours)"),
    )
    is_timestamp = kind == "date-time"
    expected = Relation.EQUIVALENT if is_timestamp else Relation.CONTAINS
    assert decide(LANGUAGE, days, hours, SCHEMAS[kind]).relation is expected
    said, mistaken = (
        [variant.query for variant in variants(days, SCHEMAS[kind])]
        for variants in (LANGUAGE.rewrites, LANGUAGE.mutants)
    )
    assert (hours in said) is is_timestamp
    assert is_timestamp or hours in mistaken
