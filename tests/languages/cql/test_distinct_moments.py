"""Different values of a column of timestamps are different moments, as `=` has them (A10).

Every verdict is held against all small worlds of rows, by a meaning that is written here.
"""

from __future__ import annotations

import datetime
import operator
import random
from collections.abc import Callable, Sequence
from functools import partial
from itertools import combinations_with_replacement

import pytest

from compiled import compile_audience
from jurist.languages.cql.arms import proved
from jurist.languages.cql.schemas.schema import CqlSchema
from jurist.languages.cql.schemas.schema_file import load_schema
from jurist.languages.cql.semantics.subjects import Customer, Row
from jurist.languages.cql.syntax import Comparison
from jurist.languages.cql.text.parser import parse
from jurist.records import Relation

Test = Callable[[str], bool]
World = tuple[str | None, ...]
ORDERS: dict[str, Callable[[int, int], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    ">=": operator.ge,
}
EIGHT, EIGHT_IN_BERN = "2026-01-31T08:00:00Z", "2026-01-31T09:00:00+01:00"
WRITTEN = (
    *("2026-01-31T00:00:00Z", "2026-01-31T01:00:00+01:00", EIGHT, EIGHT_IN_BERN),
    *("2026-01-31T08:00:00.001Z", "2026-01-31T08:00:00.0019Z", "2026-02-01T00:00:00Z"),
)
RULED_OUT: dict[Relation, set[tuple[bool, bool]]] = {
    Relation.EQUIVALENT: {(True, False), (False, True)},
    Relation.CONTAINS: {(False, True)},
    Relation.CONTAINED: {(True, False)},
    Relation.DISJOINT: {(True, True)},
}


def at(value: str) -> int:
    """Milliseconds of a timestamp; what is finer is cut off."""
    epoch = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
    since = datetime.datetime.fromisoformat(value) - epoch
    return since // datetime.timedelta(milliseconds=1)


def shop(**facts: object) -> CqlSchema:
    column = {"type": "string", "format": "date-time", **facts}
    entities = {"o": {"properties": {"t": column}}}
    return load_schema(
        {"name": "Shop", "audience_type": "LINKED", "entities": entities}, where="the test"
    )


def _any(_value: str) -> bool:
    return True


def _is_in_utc(value: str) -> bool:
    return value.endswith("Z")


def _compared(holds: Callable[[int, int], bool], constant: int, value: str) -> bool:
    return holds(at(value), constant)


def drawn(rng: random.Random) -> tuple[str, Callable[[World], bool]]:
    """A bound on the different moments of some rows, with what it means."""
    where = ""
    passes: Test = _any
    if rng.random() < 0.7:
        symbol, holds = rng.choice(list(ORDERS.items()))
        constant = rng.choice((EIGHT, EIGHT_IN_BERN, "2026-02-01T00:00:00Z"))
        where = f".where(property('t') {symbol} '{constant}')"
        passes = partial(_compared, holds, at(constant))
    if rng.random() < 0.2:
        where, passes = ".where(property('t').ends_with('Z'))", _is_in_utc
    counted, reaches = rng.choice(list(ORDERS.items()))
    least = rng.choice((1, 2, 3))

    def test(world: World) -> bool:
        there = {at(value) for value in world if value is not None and passes(value)}
        return reaches(len(there), least)

    return f"entity('o'){where}.unique(property('t')).count() {counted} {least}", test


@pytest.mark.parametrize("seed", range(2))
def test_every_verdict_is_that_of_all_small_worlds(seed: int) -> None:
    rng = random.Random(seed)
    for _ in range(60):
        listed = rng.sample(WRITTEN, rng.choice((2, 3, 4))) if rng.random() < 0.5 else []
        schema = shop(enum=listed) if listed else shop()
        values: Sequence[str | None] = [None, *(listed or WRITTEN)]
        (left, first), (right, second) = drawn(rng), drawn(rng)
        evidence = proved(parse(left), parse(right), schema)
        worlds = [w for n in range(4) for w in combinations_with_replacement(values, n)]
        there = {(first(world), second(world)) for world in worlds}
        assert not RULED_OUT.get(evidence.relation, set()) & there, (left, right, evidence)
        tells_apart = "ends_with" in left + right or len(set(map(at, listed))) < len(listed)
        assert tells_apart or evidence.relation is not Relation.UNDECIDED, (left, right, evidence)


def test_one_moment_in_two_zones_is_one_value() -> None:
    rows = tuple(Row({"t": value}, {}) for value in (EIGHT, EIGHT_IN_BERN))
    customer = Customer({}, (), {"o": rows})
    query = parse("entity('o').unique(property('t')).count() = 1")
    assert isinstance(query, Comparison)
    audience = compile_audience(query, shop(), Customer)
    assert audience(customer, 0)


@pytest.mark.parametrize(
    ("left", "right", "relation"),
    [
        # Of one millisecond there is one value, however it is written.
        (f"entity('o').where(property('t') = '{EIGHT}').unique(property('t')).count() >= 1",
         f"entity('o').where(property('t') = '{EIGHT_IN_BERN}').count() >= 1", "equivalent"),
        (f"entity('o').where(property('t') = '{EIGHT}').unique(property('t')).count() >= 2",
         "entity('o').count() < 0", "equivalent"),
        ("entity('o').unique(property('t')).count() >= 2",
         "entity('o').where(property('t').exists()).count() >= 2", "contained"),
    ],
)  # fmt: skip
def test_moments_counted(left: str, right: str, relation: str) -> None:
    assert proved(parse(left), parse(right), shop()).relation == relation
