"""Columns of entities lie in their own order: dates, times of day, timestamps, numbers (A10).

Every verdict is held against all rows of a small world; the second meaning is written here.
"""

from __future__ import annotations

import datetime
import random
from collections.abc import Callable, Mapping
from itertools import product

import pytest

from jurist.languages.cql.arms import proved
from jurist.languages.cql.checking.checker import check
from jurist.languages.cql.schemas.schema_file import load_schema
from jurist.languages.cql.text.parser import parse
from jurist.records import Relation

FACTS: dict[str, dict[str, str]] = {
    "d": {"type": "string", "format": "date"},
    "e": {"type": "string", "format": "date"},
    "t": {"type": "string", "format": "date-time"},
    "u": {"type": "string", "format": "time"},
    "v": {"type": "string", "format": "time"},
    "n": {"type": "integer"},
}
SHOP = load_schema(
    {"name": "Shop", "audience_type": "LINKED", "entities": {"o": {"properties": FACTS}}},
    where="the test",
)
Row = Mapping[str, str | int | None]
Test = Callable[[Row], bool]
ORDERS: dict[str, Callable[[float, float], bool]] = {
    "=": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}
VALUES: dict[str, list[str | int | None]] = {
    "d": [None, "2026-01-30", "2026-01-31", "2026-02-01"],
    "e": [None, "2026-01-30", "2026-01-31", "2026-02-01"],
    "t": [
        *(None, "2026-01-30T23:59:59Z", "2026-01-31T00:00:00Z", "2026-01-31T01:00:00+01:00"),
        *("2026-01-31T08:00:00Z", "2026-01-31T08:00:00.001Z", "2026-02-01T00:00:00Z"),
    ],
    "u": [None, "00:00:00", "08:29:59", "08:30:00", "08:30:01", "23:59:59"],
    "v": [None, "00:00:00", "08:29:59", "08:30:00", "08:30:01", "23:59:59"],
    "n": [None, 499, 500, 501],
}
CONSTANTS = {
    "d": ["'2026-01-31'", "2026-01-31", "'2026-01-31T00:00:00Z'", "2026-01-31T08:00:00Z"],
    "t": ["'2026-01-31'", "2026-01-31", "'2026-01-31T08:00:00Z'", "'2026-01-31T09:00:00+01:00'"],
    "u": ["'08:30:00'", "'00:00:00'", "'23:59:59'"],
    "n": ["500", "'500'", "'500.0'"],
}


def at(value: str | int) -> float:
    """Where a value lies in its own order."""
    if isinstance(value, int):
        return value
    if value.replace(".", "").isdigit():
        return float(value)
    if len(value) == len("08:30:00"):
        hour, minute, second = map(int, value.split(":"))
        return hour * 3600 + minute * 60 + second
    moment = datetime.datetime.fromisoformat(value)
    zoned = moment if moment.tzinfo else moment.replace(tzinfo=datetime.UTC)
    return zoned.timestamp()


def atom(rng: random.Random) -> tuple[str, Test]:
    name = rng.choice(list(CONSTANTS))
    symbol, holds = rng.choice(list(ORDERS.items()))
    pairs = [("d", "e"), ("d", "t"), ("t", "e"), ("u", "v")]
    if rng.random() < 0.3:
        one, other = rng.choice(pairs)

        def test(row: Row) -> bool:
            left, right = row[one], row[other]
            return left is not None and right is not None and holds(at(left), at(right))

        return f"property('{one}') {symbol} property('{other}')", test
    written = rng.choice(CONSTANTS[name])
    constant = at(written.strip("'"))

    def test_constant(row: Row) -> bool:
        value = row[name]
        return value is not None and holds(at(value), constant)

    return f"property('{name}') {symbol} {written}", test_constant


def condition(rng: random.Random) -> tuple[str, Test]:
    (one, first), (other, second) = atom(rng), atom(rng)
    form = rng.randrange(4)
    if form == 0:
        return f"NOT {one}", lambda row: not first(row)
    if form == 1:
        return f"{one} AND {other}", lambda row: first(row) and second(row)
    if form == 2:
        return f"{one} AND NOT {other}", lambda row: first(row) and not second(row)
    return one, first


def both(first: Test, second: Test) -> Test:
    return lambda row: first(row) and second(row)


def of_rows(where: str) -> str:
    return f"entity('o').where({where}).count() >= 1"


def rows() -> list[Row]:
    return [dict(zip(VALUES, values, strict=True)) for values in product(*VALUES.values())]


EVERY_ROW = rows()
RULED_OUT: dict[Relation, set[tuple[bool, bool]]] = {
    Relation.EQUIVALENT: {(True, False), (False, True)},
    Relation.CONTAINS: {(False, True)},
    Relation.CONTAINED: {(True, False)},
}


@pytest.mark.parametrize("seed", range(2))
def test_every_verdict_is_that_of_all_rows(seed: int) -> None:
    rng = random.Random(seed)
    undecided = 0
    for _ in range(120):
        (one, first), (other, second) = condition(rng), condition(rng)
        if rng.random() < 0.5:  # pairs that have more to do with each other
            other, second = f"{one} AND {other}", both(first, second)
        left, right = of_rows(one), of_rows(other)
        for text in (left, right):
            assert not check(parse(text), SHOP, text=text), text
        evidence = proved(parse(left), parse(right), SHOP)
        there = {(first(row), second(row)) for row in EVERY_ROW}
        assert not RULED_OUT.get(evidence.relation, set()) & there, (left, right, evidence)
        undecided += evidence.relation is Relation.UNDECIDED
    assert undecided <= 6  # times of day compared with each other


PROFILED = load_schema(
    {
        "name": "Shop",
        "audience_type": "LINKED",
        "entities": {"o": {"properties": FACTS}},
        "traits": {"properties": FACTS},
    },
    where="the test",
)


def exchanged(holds: Callable[[float, float], bool]) -> Callable[[float, float], bool]:
    return lambda a, b: holds(b, a)


ALIKE = {"d": ("d", "t"), "t": ("d", "t"), "u": ("u",), "n": ("n",)}


@pytest.mark.parametrize(("column", "trait"), [(c, t) for c, ts in ALIKE.items() for t in ts])
def test_a_column_beside_a_trait_of_its_type(column: str, trait: str) -> None:
    """Each order of a column and a profile's trait, either first, against all values of both."""
    sides = f"property('{column}')", f"trait('{trait}')"
    told = [(f"{sides[0]} {symbol} {sides[1]}", holds) for symbol, holds in ORDERS.items()]
    told += [
        (f"{sides[1]} {symbol} {sides[0]}", exchanged(holds)) for symbol, holds in ORDERS.items()
    ]
    worlds = [(a, b) for a in VALUES[column] if a is not None for b in VALUES[trait]]
    for (one, first), (other, second) in product(told, told):
        left, right = of_rows(one), of_rows(other)
        assert not check(parse(left), PROFILED, text=left), left
        evidence = proved(parse(left), parse(right), PROFILED)
        there = {
            (b is not None and first(at(a), at(b)), b is not None and second(at(a), at(b)))
            for a, b in worlds
        }
        assert not RULED_OUT.get(evidence.relation, set()) & there, (left, right, evidence)
        if there <= {(True, True), (False, False)}:
            assert evidence.relation is Relation.EQUIVALENT, (left, right, evidence)


@pytest.mark.parametrize(
    ("left", "right", "relation"),
    [
        ("property('d') > '2026-01-31'", "property('d').after_date('2026-01-31')", "equivalent"),
        ("property('t') >= 2026-01-31", "property('t') > '2026-01-30T23:59:59.999Z'", "equivalent"),
        ("property('t') = '2026-01-31T09:00:00+01:00'", "property('t') = 2026-01-31T08:00:00Z",
         "equivalent"),
        ("property('n') = '500'", "property('n') = 500", "equivalent"),
        ("property('n') < '500'", "property('n') <= 499", "equivalent"),
        ("property('u') > '08:30:00'", "property('u') >= '08:30:01'", "equivalent"),
        ("property('u') > '23:59:59'", "property('u') < '00:00:00'", "equivalent"),
        ("property('d') >= property('e')", "property('e') <= property('d')", "equivalent"),
        ("property('d') >= property('e') AND property('e') >= property('d')",
         "property('d') = property('e')", "equivalent"),
        ("property('t') > property('d')", "property('t') >= property('d')", "contained"),
    ],
)  # fmt: skip
def test_columns_in_their_own_order(left: str, right: str, relation: str) -> None:
    evidence = proved(parse(of_rows(left)), parse(of_rows(right)), SHOP)
    assert evidence.relation == relation


@pytest.mark.parametrize(
    "where",
    [
        "property('d') > 5",
        "property('d') > 'soon'",
        "property('u') > '8:30'",
        "property('u') >= property('d')",
        "property('u') = 'noon'",
        "property('n') = 'many'",
        "property('n') > '5a'",
        "property('n') > property('d')",
        "property('n') > trait('d')",
        "property('u') > trait('d')",
        "trait('t') > '2026-01-31'",
        "trait('d') > '2026-01-31T08:00:00Z'",
        "trait('d') > 5",
    ],
)
def test_a_literal_of_another_form_is_an_error(where: str) -> None:
    text = of_rows(where)
    (issue,) = check(parse(text), PROFILED, text=text)
    assert issue.kind in {"type_clash", "impossible_value"}


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("trait('d') > 2026-01-31", "trait('d').after_date(2026-01-31)"),
        ("trait('d') <= '2026-01-31'", "trait('d').exists() AND NOT trait('d') > 2026-01-31"),
        ("trait('u') > '08:30:00'", "trait('u') >= '08:30:01'"),
        ("trait('d') >= trait('e') AND trait('e') >= trait('d')", "trait('d') = trait('e')"),
    ],
)
def test_days_and_times_of_a_profile_lie_in_the_order_of_time(left: str, right: str) -> None:
    for text in (left, right):
        assert not check(parse(text), PROFILED, text=text)
    assert proved(parse(left), parse(right), PROFILED).relation is Relation.EQUIVALENT
