"""Customers and queries for examples of readings."""

from __future__ import annotations

import itertools
from collections.abc import Mapping

from compiled import compile_audience, compile_scalar
from jurist.languages.cql.semantics.readings import Readings
from jurist.languages.cql.semantics.subjects import Account, Customer, CustomerEvent
from jurist.languages.cql.semantics.values import Value
from jurist.languages.cql.syntax import (
    AllUsers,
    And,
    AnyUser,
    Comparison,
    Not,
    Or,
    Property,
    Reduction,
    Trait,
)
from jurist.languages.cql.text.parser import parse

HOUR = 3_600_000
DAY = 24 * HOUR
NOW = 20_000 * DAY
DEFAULT = Readings()


def holds(
    text: str,
    who: Customer | Account,
    readings: Readings = DEFAULT,
    now: int = NOW,
) -> bool:
    query = parse(text)
    assert isinstance(query, And | Or | Not | Comparison | AnyUser | AllUsers)
    return compile_audience(query, readings, type(who))(who, now)


def worth(text: str, who: Customer | Account, readings: Readings = DEFAULT) -> Value | None:
    query = parse(text)
    assert isinstance(query, Reduction | Trait | Property)
    return compile_scalar(query, readings, type(who))(who, NOW)


def did(*ages: int, name: str = "A", **properties: Value) -> Customer:
    return Customer(events=tuple(CustomerEvent(name, NOW - age, properties) for age in ages))


def saw(*values: Value | None, name: str = "A") -> Customer:
    """One event for each value of `p`, the first an hour ago, the next an hour earlier."""
    return Customer(
        events=tuple(
            CustomerEvent(name, NOW - (i + 1) * HOUR, {} if value is None else {"p": value})
            for i, value in enumerate(values)
        )
    )


def both(*customers: Customer) -> Customer:
    return Customer(events=tuple(itertools.chain(*(c.events for c in customers))))


def with_traits(traits: Mapping[str, Value]) -> Customer:
    return Customer(traits)


NOBODY = Customer()
