"""The independent reader of schemas: each fact broken once, by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from jurist.languages.sql.dialects import Dialect
from jurist.languages.sql.readings import Presence, Readings
from jurist.languages.sql.schemas.ddl import read_ddl
from jurist.languages.sql.schemas.schema import SqlSchema
from jurist.languages.sql.values import Row
from jurist.languages.sql.witnesses.legal import broken

_DDL = """
CREATE TABLE customer (
  id INTEGER PRIMARY KEY, name TEXT NOT NULL, age INTEGER CHECK (age >= 18), born DATE,
  plan TEXT CHECK (plan IN ('free', 'pro')), email TEXT UNIQUE, CHECK (age < 60 OR plan = 'pro'));
CREATE TABLE orders (
  customer TEXT REFERENCES customer(id), number INTEGER, twin INTEGER,
  PRIMARY KEY (customer, number), FOREIGN KEY (customer, twin) REFERENCES orders(customer, number));
"""
SCHEMA = SqlSchema("shop", Dialect.SQLITE, read_ddl(_DDL, Dialect.SQLITE, where="test"))
ANN: Row = (1, "Ann", 20, "2001-02-03", "free", None)
BOB: Row = (2, "Bob", None, None, None, None)
ORDER: Row = ("1", 1, None)


def test_what_obeys_everything_breaks_nothing() -> None:
    """Missing values where they may be, a key of another type, a row that is its own twin."""
    orders = [ORDER, ("01", 2, 2), ("2", 1, 1)]
    assert broken(SCHEMA, {"customer": [ANN, BOB], "ORDERS": orders}) == ()
    assert broken(SCHEMA, {}) == ()


@pytest.mark.parametrize(
    ("customers", "orders", "named"),
    [
        ([ANN, ANN], [], "key (id)"),
        ([(None, *ANN[1:])], [], "customer.id"),
        ([(1, None, *ANN[2:])], [], "customer.name"),
        ([(1, 5, *ANN[2:])], [], "no text"),
        ([("1", *ANN[1:])], [], "no integer"),
        ([ANN, (1.0, *ANN[1:])], [], "no integer"),
        ([(1, "Ann", 17, None, None, None)], [], "18"),
        ([(1, "Ann", 20, "2001-2-3", None, None)], [], "no date"),
        ([(1, "Ann", 20, None, "gold", None)], [], "none of"),
        ([(1, "Ann", 70, None, "free", None)], [], "CHECK"),
        ([(*ANN[:5], "x"), (*BOB[:5], "x")], [], "key (email)"),
        ([(1, "Ann")], [], "6 columns"),
        ([ANN], [("3", 1, None)], "refers to no row of customer"),
        ([ANN], [("x", 1, None)], "refers to no row of customer"),
        ([ANN], [ORDER, ("1", 2, 7)], "refers to no row of orders"),
        ([ANN], [ORDER, ORDER], "key (customer, number)"),
    ],
)
def test_each_fact_that_is_broken_is_named(
    customers: list[Row], orders: list[Row], named: str
) -> None:
    """One at a time."""
    found = broken(SCHEMA, {"customer": customers, "orders": orders})
    assert found
    assert any(named in each for each in found), found


def test_a_table_that_is_not_there_is_named() -> None:
    """Whatever its rows."""
    assert "nothing" in broken(SCHEMA, {"nothing": []})[0]


def test_readings_are_obeyed_too() -> None:
    """No missing values, no empty tables."""
    strict = Readings()
    no_nulls = replace(SCHEMA, readings=replace(strict, nulls=Presence.NEVER))
    full = replace(SCHEMA, readings=replace(strict, empty_tables=Presence.NEVER))
    assert broken(no_nulls, {"customer": [BOB]})
    assert broken(full, {"customer": [BOB], "orders": []}) == ("orders is empty",)
