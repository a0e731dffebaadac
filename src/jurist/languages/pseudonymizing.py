"""What a query compares with what, so that its constants can be others and its meaning the same.

The floor `jurist.privacy` decides what stands for each constant; a language says where the
constants are, what is asked of them, and puts others in their places. It is a capability,
asked for with `jurist.languages.capabilities.require`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Final, Protocol, runtime_checkable

from jurist.languages.base import Query, Schema

Value = int | Decimal | str
COUNTED: Final = ""
"""The place of all numbers that count something: what is compared with a count is one itself."""


class ConstantKind(StrEnum):
    """As what the language compares a constant."""

    NUMBER = "number"
    """A number, or a text that is compared as one: the value is then a `str`."""
    TEXT = "text"
    MOMENT = "moment"
    """A day or a time in ISO 8601 (`2026-01-31`, `2026-01-31T08:00:00Z`), always a `str`."""


class Relation(StrEnum):
    """What is asked of a value and a constant."""

    EQUALITY = "equality"
    ORDER = "order"
    """As numbers or as moments."""
    TEXT_ORDER = "text order"
    """As texts by their characters: also of numbers, where values may be texts beside them."""
    PREFIX = "prefix"
    SUFFIX = "suffix"
    CONTAINMENT = "containment"


@dataclass(frozen=True, slots=True)
class Constant:
    """A constant of a query or a schema.

    A pattern such as `'ab%'` is listed by its fixed text (`ab`) with the relation that it asks
    for; one that no relation says is an obstacle.
    """

    value: Value
    kind: ConstantKind
    relations: frozenset[Relation]
    places: tuple[str, ...]
    """The places (properties, traits, columns) whose values it is compared with.

    A place is any text that the language has for it, the same in queries and schema; of an
    aggregate (sum, min, last) it is the place that is aggregated.
    """
    factors: tuple[tuple[str, int], ...] = ()
    """Of a number that is compared with a product: its places, each with its exponent.

    `places` is empty then; `price * quantity > 100` has both with 1.
    """


@dataclass(frozen=True, slots=True)
class Compared:
    """What a query compares."""

    constants: tuple[Constant, ...] = ()
    """In written order, repeated as they are; without those that count.

    Those of an obstacle are here too, with the places that are known: prose may repeat them.
    """
    kept: tuple[int | Decimal, ...] = ()
    """Numbers that stay: counts, lengths of time in their units, limits, positions."""
    together: tuple[tuple[str, str], ...] = ()
    """Places whose values are compared with each other, or with a count (`COUNTED`)."""
    summed: frozenset[str] = frozenset()
    """Places whose numbers are added up; an average moves as its numbers do, whichever way."""
    sorted: frozenset[str] = frozenset()
    """Places whose texts are put in order."""
    fixed: tuple[tuple[str, str], ...] = ()
    """Places of which something is asked that other values would not answer alike, with reasons.

    Such as the month of a date. There is no obstacle where no constant of the place's class
    would change.
    """
    obstacles: tuple[str, ...] = ()
    """What cannot be carried to other constants, one reason each; no value stands in them."""


@dataclass(frozen=True, slots=True)
class SchemaValues:
    """What a schema says of values."""

    constants: tuple[Constant, ...] = ()
    """Enums (`EQUALITY`), bounds (`ORDER`), defaults and what checks compare; `now` has no place.

    In the schema's order. An exclusive bound is listed as it is written.
    """
    whole: frozenset[str] = frozenset()
    """Places that hold integers only."""
    flags: frozenset[str] = frozenset()
    """Places whose numbers can only be 0 and 1: they say nothing, and stay."""
    sensitive: frozenset[str] = frozenset()
    """Places that the schema marks `sensitive: true`."""
    kept: tuple[int | Decimal, ...] = ()
    together: tuple[tuple[str, str], ...] = ()
    """As foreign keys and checks compare them."""
    summed: frozenset[str] = frozenset()
    obstacles: tuple[str, ...] = ()


ChangeConstant = Callable[[Constant], Value]
ChangeText = Callable[[str], str]


@runtime_checkable
class Pseudonymizes(Protocol):
    """Puts other constants and names into queries and schemas.

    `change` is called for each constant that `compared` or `schema_values` lists, and gives a
    value that the language can write in its place; a constant that stays is given back itself.
    It may raise `jurist.errors.UnsupportedError`, which goes through.
    """

    def compared(self, query: Query, schema: Schema) -> Compared:
        """What a query compares under a schema."""
        ...

    def with_constants(self, query: Query, schema: Schema, change: ChangeConstant) -> Query:
        """The query with other constants; all else stays."""
        ...

    def schema_values(self, schema: Schema) -> SchemaValues:
        """What the schema says of values."""
        ...

    def with_schema_values(
        self, schema: Schema, change: ChangeConstant, describe: ChangeText
    ) -> Schema:
        """The schema with other values.

        Args:
            schema: Any of the language's own.
            change: For each constant of `schema_values`.
            describe: For each description and comment; the schema's title stays.
        """
        ...

    def with_names(self, query: Query, schema: Schema, change: ChangeText) -> Query:
        """The query under other names.

        Args:
            query: Any of the language's own.
            schema: Under which it was read.
            change: For each name of the customer's own (tables, columns, events, properties),
                as the schema spells it. Names that everybody has stay (`timestamp` of an event).
        """
        ...

    def schema_with_names(self, schema: Schema, change: ChangeText) -> Schema:
        """The schema under other names, its title too; `change` as in `with_names`."""
        ...
