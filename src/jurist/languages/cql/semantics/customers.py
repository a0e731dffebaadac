"""Customers as the interpreter sees them: exact values, times in milliseconds.

Values are `str`, `int` or `Decimal`. A boolean is the text 'true' or 'false'
(the language has no boolean literal); a missing or null value is not there; an
array is a tuple; a nested object is a mapping. JSON's floats come in as the
decimal that their shortest text says, so 0.1 + 0.2 is 0.3 here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from jurist.languages.cql.nodes import quick

Atom = str | int | Decimal
Value = Atom | tuple["Value", ...] | Mapping[str, "Value"]
Values = Mapping[str, Value]


def _nothing() -> Values:
    return {}


@quick
@dataclass(frozen=True, slots=True)
class Occurrence:
    """One event that a user performed; `time` in milliseconds since 1970 UTC."""

    name: str
    time: int
    properties: Values = field(default_factory=_nothing)
    context: Values = field(default_factory=_nothing)
    source: str | None = None


@quick
@dataclass(frozen=True, slots=True)
class Row:
    """One row of a related entity, with the rows related to it, by relationship slug."""

    properties: Values = field(default_factory=_nothing)
    entities: Mapping[str, tuple[Row, ...]] = field(default_factory=dict[str, "tuple[Row, ...]"])


@quick
@dataclass(frozen=True, slots=True)
class Customer:
    """A user's profile and history; events in any order."""

    traits: Values = field(default_factory=_nothing)
    events: tuple[Occurrence, ...] = ()
    entities: Mapping[str, tuple[Row, ...]] = field(default_factory=dict[str, "tuple[Row, ...]"])


@quick
@dataclass(frozen=True, slots=True)
class Account:
    """An account with traits of its own and users."""

    traits: Values = field(default_factory=_nothing)
    users: tuple[Customer, ...] = ()


Subject = Customer | Account
