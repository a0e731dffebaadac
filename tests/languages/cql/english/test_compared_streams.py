"""Streams on both sides of a comparison: what is said is read back right, or is refused."""

from __future__ import annotations

import random

import pytest

from jurist.languages.capabilities import Style
from jurist.languages.cql.arms import proved
from jurist.languages.cql.language import CqlLanguage
from jurist.languages.cql.schemas.schema import CqlSchema
from jurist.languages.cql.schemas.schema_file import load_schema
from jurist.languages.cql.syntax import Condition
from jurist.languages.cql.text.parser import parse
from jurist.records import Relation

LANGUAGE = CqlLanguage()
TEXT, NUMBER = {"type": "string"}, {"type": "number"}
CURRENCY = {**TEXT, "enum": ["USD", "EUR"]}
EVENTS = {
    "Order Completed": {
        "total": NUMBER, "coupon": TEXT, "currency": CURRENCY, "is_gift": {"type": "boolean"},
        "tags": {"type": "array", "items": TEXT},
    },
    "Order Returned": {"total": NUMBER, "reason": TEXT},
    "Product Viewed": {"brand": TEXT, "price": NUMBER},
    "Signed In": {},
    "weird": {},
}  # fmt: skip
WHERES = {
    "Order Completed": [
        "property('total') > 50", "property('currency') = 'USD'", "property('is_gift') = 'true'",
        "property('coupon').exists()", "property('coupon').absent()", "NOT property('total') > 50",
        "property('total') >= 10 AND property('total') < 20", "property('tags').contains('x')",
        "property('coupon') = trait('city')", "property('coupon').none_of('a', 'b')",
        "context('timestamp').after_date(2026-01-31)", "property('currency').one_of('USD', 'EUR')",
        "property('coupon') = 'or'", "property('coupon') = 'more often or less often than'",
        "property('currency') = 'USD' AND property('total') > 50",
        "property('coupon') = 'a' AND property('coupon').contains('b')",
        "event('Order Returned').within(parent: 3 days).count() >= 1",
        "event('Order Returned').count() = 0",
        "event('Order Returned').count() > event('Signed In').count()",
    ],
    "Order Returned": ["property('total') <= 5", "property('reason').contains('size')",
                       "property('reason') != 'late'"],
    "Product Viewed": ["property('brand') = 'Acme'", "property('brand').starts_with('A')",
                       "property('price') > 10 OR property('brand').starts_with('A')"],
    "Signed In": [],
    "weird": [],
}  # fmt: skip
WINDOWS = (
    *("", "", ".within(7 days)", ".within(24 hours)", ".between(7 days, 30 days)"),
    *(".sources({exclude: 'web'})", ".within(30 days).within(7 days)"),
)
REDUCED = {
    "Order Completed": ("sum(property('total'))", "last(property('total'))",
                        "unique(property('coupon')).count()"),
    "Order Returned": ("avg(property('total'))", "min(property('total'))"),
    "Product Viewed": ("max(property('price'))",),
}  # fmt: skip
SYMBOLS = ("=", "!=", ">", ">=", "<", "<=")


def workspace(kind: str) -> CqlSchema:
    traits = {"city": TEXT, "visits": NUMBER, "plan": {**TEXT, "enum": ["free", "pro"]}}
    document: dict[str, object] = {
        "name": "Shop",
        "audience_type": kind,
        "events": {name: {"properties": held} for name, held in EVENTS.items()},
        "traits": {"properties": traits},
    }
    if kind == "ACCOUNTS":
        document["account_traits"] = {"properties": {"plan": traits["plan"]}}
    if kind == "LINKED":
        document["entities"] = {"orders": {"properties": {"amount": NUMBER}}}
    return load_schema(document, where="the test")


WORKSPACES = {kind: workspace(kind) for kind in ("USERS", "ACCOUNTS", "LINKED")}


def stream(rng: random.Random) -> tuple[str, str]:
    event = rng.choice(list(WHERES))
    wheres = WHERES[event]
    where = f".where({rng.choice(wheres)})" if wheres and rng.random() < 0.6 else ""
    return f"event('{event}'){where}{rng.choice(WINDOWS)}", event


def side(rng: random.Random, kind: str) -> str:
    roll = rng.random()
    if roll > 0.9:
        return "trait('visits')"
    if kind == "LINKED" and roll > 0.8:
        return rng.choice(("entity('orders').count()", "entity('orders').sum(property('amount'))"))
    told, event = stream(rng)
    if roll > 0.55 and event in REDUCED:
        return f"{told}.{rng.choice(REDUCED[event])}"
    return f"{told}.count()"


def query(rng: random.Random, kind: str) -> str:
    one, other = side(rng, kind), side(rng, kind)
    if one == other == "trait('visits')":
        other = "event('Signed In').count()"
    compared = f"{one} {rng.choice(SYMBOLS)} {other}"
    if kind == "ACCOUNTS":
        quantified = ("ANY ({})", "ALL ({})", "ALL NOT ({})", "NOT ALL ({})")
        compared = rng.choice(quantified).format(compared)
    whole = (
        *("{}", "{}", "NOT ({})", "{} AND trait('plan') = 'pro'", "trait('plan') = 'pro' AND {}"),
        *("{} OR event('Signed In').count() >= 3", "event('Signed In').count() >= 1 AND NOT ({})"),
    )
    return rng.choice(whole).format(compared)


def read_back(seed: int, sentences: int) -> int:
    """How many of some sentences are read back; all others are refused."""
    rng = random.Random(seed)
    right = 0
    for _ in range(sentences):
        kind = rng.choice(list(WORKSPACES))
        text, schema = query(rng, kind), WORKSPACES[kind]
        condition = parse(text)
        style, chance = rng.choice(list(Style)), random.Random(rng.random())
        said = LANGUAGE.describe(condition, schema, style=style, rng=chance)
        read = LANGUAGE.read_request(said, schema)
        if isinstance(read, Condition):
            is_same = read == condition or proved(condition, read, schema).relation
            assert is_same in {True, Relation.EQUIVALENT}, (text, said, read)
            right += 1
    return right


def test_what_is_said_is_read_right_or_refused() -> None:
    assert read_back(0, 400) >= 40


@pytest.mark.long
def test_six_thousand_sentences_are_read_right_or_refused() -> None:
    assert read_back(1, 6_000) >= 600
