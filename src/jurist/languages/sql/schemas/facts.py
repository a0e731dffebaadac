"""Facts: what a schema says of every database, one by one.

As text, the same in reports and in the `facts:` of a schema file:

    key flights(airline, flightno)
    foreign key flights(airline) references airlines(uid)
    not null flights(airline)
    values customer(status) are 'new', 'old'
    range customer(age) from 0 to 150
    type flights(airline) integer
    no key flights(airline)
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

from jurist.languages.sql.schemas.schema import (
    Column,
    Fact,
    FactKind,
    FactOrigin,
    ForeignKey,
    SqlSchema,
    Table,
    spelled,
)
from jurist.languages.sql.values import Value

DOES_NOT_HOLD = "does not hold"
"""The detail of a declared fact that a person has taken back."""


def facts(schema: SqlSchema) -> tuple[Fact, ...]:
    """All that a schema says of every database, table by table, each with its origin."""
    origins = {without_origin(fact): fact for fact in schema.not_declared}
    return tuple(origins.get(fact, fact) for table in schema.tables for fact in facts_of(table))


def facts_of(table: Table) -> Iterator[Fact]:
    """What is said of one table, as if all of it were declared."""
    for key in table.keys:
        yield Fact(FactKind.KEY, table.name, key)
    for foreign in table.foreign_keys:
        yield foreign_key_fact(table, foreign)
    for column in table.columns:
        if not column.nullable:
            yield Fact(FactKind.NOT_NULL, table.name, (column.name,))
        if column.values is not None:
            yield values_fact(table, column)
        if column.minimum is not None or column.maximum is not None:
            yield range_fact(table, column)
    for check in table.checks:
        yield Fact(FactKind.CHECK, table.name, (), check)


def foreign_key_fact(table: Table, key: ForeignKey) -> Fact:
    """That what a foreign key's columns hold, where none is NULL, stands in the other table."""
    parents = ", ".join(map(spelled, key.parents))
    detail = f"references {spelled(key.table)}({parents})"
    return Fact(FactKind.FOREIGN_KEY, table.name, key.columns, detail)


def values_fact(table: Table, column: Column) -> Fact:
    """That a column has no other values."""
    listed = ", ".join(map(literal, column.values or ()))
    return Fact(FactKind.VALUES, table.name, (column.name,), f"are {listed}")


def range_fact(table: Table, column: Column) -> Fact:
    """That a column has no lesser or greater numbers."""
    ends = [
        *([f"from {column.minimum}"] if column.minimum is not None else []),
        *([f"to {column.maximum}"] if column.maximum is not None else []),
    ]
    return Fact(FactKind.RANGE, table.name, (column.name,), " ".join(ends))


def literal(value: Value) -> str:
    """A value as SQL writes it."""
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    return json.dumps(value)


def without_origin(fact: Fact) -> Fact:
    """The fact, whoever says it."""
    return replace(fact, origin=FactOrigin.DECLARED)
