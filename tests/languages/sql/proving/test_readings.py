"""Readings that are relaxed change what is proved; strict ones do not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from jurist.languages.effort import limited
from jurist.languages.sql.proving.proof import prove
from jurist.languages.sql.readings import Columns, Order, Presence, Readings, Rows
from jurist.languages.sql.text.parsing import parse
from jurist.records import Relation
from languages.sql.algebra.reading import schema_of

_SCHEMA = schema_of(
    {
        "name": "people",
        "dialect": "sqlite",
        "tables": {
            "person": {
                "columns": [["id", "int", False], ["name", "text", True], ["age", "int", True]],
                "pk": ["id"],
                "unique": [],
                "fk": [],
            }
        },
    }
)


def _relation(reference: str, candidate: str, readings: Readings) -> Relation | None:
    schema = replace(_SCHEMA, readings=readings)
    with limited(2_000_000):
        proof = prove(parse(reference, schema), parse(candidate, schema), schema)
    return None if proof is None else proof.relation


@pytest.mark.parametrize(
    ("reference", "candidate", "relaxed"),
    [
        (
            "SELECT name FROM person",
            "SELECT DISTINCT name FROM person",
            Readings(rows=Rows.SET),
        ),
        (
            "SELECT name FROM person ORDER BY age",
            "SELECT name FROM person",
            Readings(order=Order.IGNORED),
        ),
        (
            "SELECT name FROM person",
            "SELECT name FROM person WHERE age = age",
            Readings(nulls=Presence.NEVER),
        ),
        (
            "SELECT name, age FROM person",
            "SELECT age, name FROM person",
            Readings(columns=Columns.ANY_ORDER),
        ),
        (
            "SELECT name FROM person",
            "SELECT id, name FROM person",
            Readings(columns=Columns.EXTRA_ALLOWED),
        ),
    ],
)
def test_relaxed_readings(reference: str, candidate: str, relaxed: Readings) -> None:
    assert _relation(reference, candidate, relaxed) is Relation.EQUIVALENT
    assert _relation(reference, candidate, Readings()) is not Relation.EQUIVALENT


def test_an_exact_order_must_be_left_as_open() -> None:
    reference, candidate = "SELECT name FROM person", "SELECT name FROM person ORDER BY age"
    assert _relation(reference, candidate, Readings()) is Relation.EQUIVALENT
    exact = _relation(reference, candidate, Readings(order=Order.EXACT))
    assert exact is not Relation.EQUIVALENT


def test_a_limit_is_a_choice_whatever_the_order_is_read_as() -> None:
    reference = "SELECT name FROM person ORDER BY age LIMIT 1"
    candidate = "SELECT name FROM person LIMIT 1"
    relaxed = _relation(reference, candidate, Readings(order=Order.IGNORED))
    assert relaxed is not Relation.EQUIVALENT
