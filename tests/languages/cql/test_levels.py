"""Columns of two levels: rows below rows, against everybody of small worlds.

The worlds are nested tuples and the queries closures beside their texts, so nothing of the
product's own meaning is shared: of each pair, who is in one audience only is enumerated.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations_with_replacement

import pytest

from compiled import compile_audience
from jurist.languages.cql.counterexamples.execution import execute
from jurist.languages.cql.language import CqlLanguage
from jurist.languages.cql.prover import decide
from jurist.languages.cql.schemas.schema_file import infer_schema, load_schema
from jurist.languages.cql.semantics.subjects import Customer, Row
from jurist.records import Relation
from parsed import condition

Value = int | str | None
Account = tuple[Value, tuple[Value, ...]]
"""Its limit, and the totals of its orders."""
World = tuple[Account, ...]

_SYMBOLS: dict[str, frozenset[int | None]] = {
    "=": frozenset({0}),
    "!=": frozenset({-1, 1, None}),
    "<": frozenset({-1}),
    "<=": frozenset({-1, 0}),
    ">": frozenset({1}),
    ">=": frozenset({0, 1}),
}


@dataclass(frozen=True)
class Kind:
    """What a schema says of the columns, what they are in the worlds, and constants."""

    facts: dict[str, object]
    values: Sequence[Value]
    constants: Sequence[str]
    symbols: Sequence[str] = tuple(_SYMBOLS)
    most_open: int = 1
    """How many of its pairs may stay open: texts are not put in order by a proof."""


KINDS = {
    "any": Kind({}, (None, 1, 2, "1"), ("1", "'1'", "2"), most_open=6),
    "integer": Kind({"type": "integer"}, (None, 1, 2), ("1", "2")),
    "bounded": Kind({"type": "integer", "minimum": 1, "maximum": 2}, (None, 1, 2), ("1", "2")),
    "string": Kind({"type": "string"}, (None, "1", "2"), ("'1'", "'2'"), ("=", "!=")),
}


def compared(symbol: str, left: Value, right: Value) -> bool:
    """In their own type: a number and a text are unlike and in no order."""
    if left is None or right is None:
        return False
    if isinstance(left, str) is not isinstance(right, str):
        return None in _SYMBOLS[symbol]
    one, other = (str(left), str(right)) if isinstance(left, str) else (left, right)
    sign = (one > other) - (one < other)  # type: ignore[operator]
    return sign in _SYMBOLS[symbol]


@dataclass(frozen=True)
class Asked:
    """A condition's text, and what it says of an order's total and its account's limit."""

    text: str
    holds: Callable[[Value, Value], bool]


@dataclass(frozen=True)
class OfAccount:
    text: str
    holds: Callable[[Account], bool]


@dataclass(frozen=True)
class OfWorld:
    text: str
    holds: Callable[[World], bool]


class Draw:
    """Draws conditions of each level."""

    def __init__(self, kind: Kind, rng: random.Random) -> None:
        self.kind, self.rng = kind, rng

    def order(self, depth: int = 2) -> Asked:
        rng, roll = self.rng, self.rng.random()
        if depth and roll < 0.3:
            one, other = self.order(depth - 1), self.order(depth - 1)
            if rng.random() < 0.5:
                return Asked(
                    f"({one.text} AND {other.text})",
                    lambda o, a: one.holds(o, a) and other.holds(o, a),
                )
            return Asked(
                f"({one.text} OR {other.text})", lambda o, a: one.holds(o, a) or other.holds(o, a)
            )
        if depth and roll < 0.4:
            part = self.order(depth - 1)
            return Asked(f"NOT {part.text}", lambda o, a: not part.holds(o, a))
        symbol, constant = rng.choice(self.kind.symbols), rng.choice(self.kind.constants)
        value = constant.strip("'") if constant.startswith("'") else int(constant)
        if roll < 0.6:
            return Asked(
                f"property('total') {symbol} property(parent: 'limit')",
                lambda o, a: compared(symbol, o, a),
            )
        if roll < 0.75:
            return Asked(
                f"property(parent: 'limit') {symbol} property('total')",
                lambda o, a: compared(symbol, a, o),
            )
        if roll < 0.85:
            return Asked(
                f"property(parent: 'limit') {symbol} {constant}",
                lambda _, a: compared(symbol, a, value),
            )
        if roll < 0.9:
            return Asked("property(parent: 'limit').exists()", lambda _, a: a is not None)
        return Asked(
            f"property('total') {symbol} {constant}", lambda o, _: compared(symbol, o, value)
        )

    def account(self, depth: int = 2) -> OfAccount:
        rng, roll = self.rng, self.rng.random()
        if depth and roll < 0.3:
            one, other = self.account(depth - 1), self.account(depth - 1)
            if rng.random() < 0.5:
                return OfAccount(
                    f"({one.text} AND {other.text})", lambda a: one.holds(a) and other.holds(a)
                )
            return OfAccount(
                f"({one.text} OR {other.text})", lambda a: one.holds(a) or other.holds(a)
            )
        if depth and roll < 0.4:
            part = self.account(depth - 1)
            return OfAccount(f"NOT {part.text}", lambda a: not part.holds(a))
        asked, symbol = self.order(), rng.choice((">=", ">=", "=", "<="))
        least = rng.choice((1, 1, 1, 2))
        if rng.random() < 0.2:
            return OfAccount(
                f"entity('orders').where({asked.text}).unique(property('total')).count()"
                f" {symbol} {least}",
                lambda a: compared(
                    symbol,
                    len({(type(o), o) for o in a[1] if o is not None and asked.holds(o, a[0])}),
                    least,
                ),
            )
        return OfAccount(
            f"entity('orders').where({asked.text}).count() {symbol} {least}",
            lambda a: compared(symbol, sum(asked.holds(o, a[0]) for o in a[1]), least),
        )

    def world(self) -> OfWorld:
        asked, symbol = self.account(), self.rng.choice((">=", ">=", "="))
        least = self.rng.choice((1, 1, 1, 2))
        return OfWorld(
            f"entity('accounts').where({asked.text}).count() {symbol} {least}",
            lambda w: compared(symbol, sum(asked.holds(a) for a in w), least),
        )

    def pair(self) -> tuple[OfWorld, OfWorld]:
        """Two audiences, often one inside the other."""
        one, other = self.world(), self.world()
        roll = self.rng.random()
        if roll < 0.3:
            return one, OfWorld(
                f"{one.text} AND {other.text}", lambda w: one.holds(w) and other.holds(w)
            )
        if roll < 0.6:
            return one, OfWorld(
                f"{one.text} OR {other.text}", lambda w: one.holds(w) or other.holds(w)
            )
        return one, other


def worlds(kind: Kind, rng: random.Random) -> list[World]:
    """Nobody's rows, each single account with up to two orders, and some pairs of them."""
    accounts: list[Account] = [
        (limit, totals)
        for limit in kind.values
        for number in range(3)
        for totals in combinations_with_replacement(kind.values, number)
    ]
    pairs = list(combinations_with_replacement(accounts, 2))
    return [(), *((account,) for account in accounts), *rng.sample(pairs, min(250, len(pairs)))]


def customer(world: World) -> Customer:
    def row(name: str, value: Value) -> dict[str, int | str]:
        return {} if value is None else {name: value}

    rows = tuple(
        Row(row("limit", limit), {"orders": tuple(Row(row("total", t)) for t in totals)})
        for limit, totals in world
    )
    return Customer(entities={"accounts": rows})


@pytest.mark.parametrize("name", KINDS)
def test_columns_of_two_levels_are_as_in_small_worlds(name: str) -> None:
    kind, rng = KINDS[name], random.Random(f"levels {name}")
    orders = {"properties": {"total": kind.facts}}
    accounts = {"properties": {"limit": kind.facts}, "entities": {"orders": orders}}
    document = {"language": "cql", "audience_type": "LINKED", "entities": {"accounts": accounts}}
    schema = load_schema({"name": "Levels", **document}, where="here")
    draw, everybody = Draw(kind, rng), worlds(kind, rng)
    undecided = 0
    for _ in range(40):
        one, other = draw.pair()
        reference, candidate = condition(one.text), condition(other.text)
        is_in = compile_audience(reference, schema.readings, Customer)
        for world in rng.sample(everybody, 40):
            assert is_in(customer(world), 0) == one.holds(world), (one.text, world)
        relation = decide(reference, candidate, schema).relation
        only_one = any(one.holds(w) and not other.holds(w) for w in everybody)
        only_other = any(other.holds(w) and not one.holds(w) for w in everybody)
        both = any(one.holds(w) and other.holds(w) for w in everybody)
        said = one.text, other.text, relation
        assert not (only_one and relation in {Relation.EQUIVALENT, Relation.CONTAINED}), said
        assert not (only_other and relation in {Relation.EQUIVALENT, Relation.CONTAINS}), said
        assert not (both and relation is Relation.DISJOINT), said
        undecided += relation in {None, Relation.UNDECIDED, Relation.DIFFERENT}
    assert undecided <= kind.most_open


# --- three levels, and rows around which there is an event ---------------------------------

DAY = {"type": "string", "format": "date"}
CRM = load_schema(
    {
        "name": "CRM",
        "language": "cql",
        "audience_type": "LINKED",
        "events": {"Visited": {"properties": {"limit": {"type": "number"}}}},
        "entities": {
            "accounts": {
                "properties": {"limit": {"type": "number"}, "opened": DAY},
                "entities": {
                    "orders": {
                        "properties": {
                            "total": {"type": "number"},
                            "limit": {"type": "number"},
                            "paid": DAY,
                        },
                        "entities": {"items": {"properties": {"price": {"type": "number"}}}},
                    }
                },
            }
        },
    },
    where="here",
)
ABOVE = (
    "entity('accounts').where(entity('orders').where(property('total') > "
    "property(parent: 'limit')).count() >= 1).count() >= 1"
)
THREE = (
    "entity('accounts').where(entity('orders').where(property('total') {} property(parent: 'limit')"
    " AND entity('items').where(property('price') {} property(parent: 'total')).count() >= 1)"
    ".count() >= 1).count() >= 1"
)
OF_EVENT = (
    "event('Visited').where(entity('accounts').where(property('limit') {} property(parent: 'limit')"
    " AND entity('orders').where(property('total') > property(parent: 'limit')).count() >= 1)"
    ".count() >= 1).count() >= 1"
)


@pytest.mark.parametrize(
    ("reference", "candidate", "relation"),
    [
        (ABOVE, ABOVE.replace("(parent: 'limit')", "('limit')"), Relation.OVERLAPS),
        (
            ABOVE,
            ABOVE.replace(
                "'total') > property(parent: 'limit'", "parent: 'limit') < property('total'"
            ),
            Relation.EQUIVALENT,
        ),
        (ABOVE, ABOVE.replace(" > ", " >= "), Relation.CONTAINED),
        (THREE.format(">", ">"), THREE.format(">=", ">"), Relation.CONTAINED),
        (THREE.format("=", "="), THREE.format(">=", "="), Relation.CONTAINED),
        (THREE.format(">", "="), THREE.format("<", "="), Relation.OVERLAPS),
        (THREE.format(">", ">"), ABOVE, Relation.CONTAINED),
        (OF_EVENT.format("="), OF_EVENT.format(">="), Relation.CONTAINED),
        (OF_EVENT.format(">"), OF_EVENT.format("<"), Relation.OVERLAPS),
        (OF_EVENT.format("="), ABOVE, Relation.CONTAINED),
        (
            THREE.format("=", "=").replace("where(", "where(property('limit') = 5 AND ", 1),
            "entity('accounts').where(entity('orders').where(entity('items').where("
            "property('price') = 5).count() >= 1).count() >= 1).count() >= 1",
            Relation.CONTAINED,
        ),
    ],
)
def test_levels_are_decided(reference: str, candidate: str, relation: Relation) -> None:
    evidence = decide(condition(reference), condition(candidate), CRM)
    assert evidence.relation is relation
    for witness in evidence.witnesses:
        assert "row of accounts" in witness.story or "Visited" in witness.story


@pytest.mark.parametrize("of", ["event('E')", "trait"])
def test_a_text_that_says_a_number_may_equal_a_row_s_text(of: str) -> None:
    """The event's '1' was read as the number that it says, which no row's '1' is: a proof fell."""
    rows = "entity('a').where(property('limit') = {}).count() >= 1"
    reference = rows.format("trait('limit')")
    if of != "trait":
        inside = rows.format("property(parent: 'limit')")
        reference = f"{of}.where({inside}).count() >= 1"
    candidate = f"{reference} AND entity('a').where(property('limit') != '1').count() >= 1"
    schema = infer_schema(condition(candidate))
    assert decide(condition(reference), condition(candidate), schema).relation in {
        Relation.CONTAINS,
        Relation.UNDECIDED,
    }


# --- beside the proof ------------------------------------------------------------------------

DATED = ABOVE.replace("property('total') >", "property('paid').after_date(").replace(
    "'limit')", "'opened'))"
)


@pytest.mark.parametrize(
    ("reference", "candidate"),
    [
        (ABOVE, ABOVE.replace(" > ", " >= ")),
        (ABOVE, ABOVE.replace("(parent: 'limit')", "('limit')")),
        (THREE.format("=", "="), THREE.format("=", ">")),
        (OF_EVENT.format("="), OF_EVENT.format(">")),
        (DATED, DATED.replace("after_date", "before_date")),
    ],
)
def test_execution_finds_what_tells_levels_apart(reference: str, candidate: str) -> None:
    seen = execute(condition(reference), condition(candidate), CRM)
    assert seen.relation in {Relation.DIFFERENT, Relation.OVERLAPS}
    assert seen.witnesses


def test_an_explanation_points_to_both_levels() -> None:
    row = {"properties": {"limit": 1}, "entities": {"orders": [{"properties": {"total": 2}}]}}
    customer = {"entities": {"accounts": [row]}}
    given = {"now": "2026-06-01", "customer": customer}
    explained = [CqlLanguage().explain(condition(ABOVE), CRM, given)]
    for node in explained:
        explained += node.children
    (compared,) = (node for node in explained if node.label.startswith("property('total')"))
    account = "/customer/entities/accounts/0"
    assert compared.reading == "2 > 1, yes"
    assert compared.items == (
        f"{account}/entities/orders/0/properties/total",
        f"{account}/properties/limit",
    )


def test_columns_that_are_compared_go_together_under_pseudonyms() -> None:
    (pair,) = CqlLanguage().compared(condition(ABOVE), CRM).together
    assert pair == (
        "property 'total' of entity ('accounts', 'orders')",
        "property 'limit' of entity ('accounts',)",
    )
