"""Customers and accounts to JSON and back, and errors that name the field."""

from __future__ import annotations

import json
import random
from decimal import Decimal

import pytest

from cql_random import NOW, account, customer
from jurist.errors import InputError
from jurist.languages.cql.semantics.subjects import (
    Account,
    Customer,
    CustomerEvent,
    Row,
    subject_from_json,
    subject_to_json,
)


@pytest.mark.parametrize("seed", range(30))
def test_subjects_survive_json(seed: int) -> None:
    rng = random.Random(seed)
    for subject in (customer(rng), account(rng)):
        text = json.dumps(subject_to_json(subject, NOW + seed))
        assert subject_from_json(json.loads(text)) == (subject, NOW + seed)


def test_a_customer_is_read() -> None:
    subject, now = subject_from_json(
        {
            "now": "2026-06-01",
            "customer": {
                "traits": {"vip": True, "gone": None},
                "events": [
                    {"name": "A", "time": "2026-05-01T12:00:00+02:00", "properties": {"p": 1.50}}
                ],
                "entities": {"orders": [{"entities": {"lines": [{"properties": {"n": 1}}]}}]},
            },
        }
    )
    event = CustomerEvent("A", 1_777_629_600_000, {"p": Decimal("1.5")})
    rows = {"orders": (Row({}, {"lines": (Row({"n": 1}),)}),)}
    assert subject == Customer({"vip": "true"}, (event,), rows)
    assert now == 1_780_272_000_000


def test_an_empty_account_is_read() -> None:
    assert subject_from_json({"now": "1970-01-01", "account": {}}) == (Account(), 0)


@pytest.mark.parametrize(
    ("document", "where"),
    [
        ({}, "subject.now"),
        ({"now": "2026-06-01"}, "exactly one"),
        ({"now": "2026-06-01", "customer": {}, "account": {}}, "exactly one"),
        ({"now": 5, "customer": {}}, "subject.now"),
        ({"now": "soon", "customer": {}}, "soon"),
        ({"now": "2026-06-01", "customer": []}, "subject.customer"),
        ({"now": "2026-06-01", "customer": {"trait": {}}}, "trait"),
        ({"now": "2026-06-01", "customer": {"traits": {"x": float("nan")}}}, "customer.traits.x"),
        ({"now": "2026-06-01", "customer": {"events": {}}}, "customer.events"),
        (
            {"now": "2026-06-01", "customer": {"events": [{"name": "A"}]}},
            r"customer.events\[0\].time",
        ),
        ({"now": "2026-06-01", "customer": {"events": [{"time": "2026-01-01"}]}}, "name"),
        ({"now": "2026-06-01", "account": {"users": [5]}}, r"account.users\[0\]"),
        ({"now": "2026-06-01", "customer": {"traits": {5: 5}}}, "no text"),
    ],
)
def test_errors_name_the_field(document: dict[str, object], where: str) -> None:
    with pytest.raises(InputError, match=where):
        subject_from_json(document)


def test_deep_entities_are_refused() -> None:
    rows: dict[str, object] = {}
    for _ in range(5_000):
        rows = {"o": [{"entities": rows}]}
    with pytest.raises(InputError, match="nest"):
        subject_from_json({"now": "2026-06-01", "customer": {"entities": rows}})
