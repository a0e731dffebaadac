"""Queries and schemas under other names: of tables, columns, aliases and WITH."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from sqlglot import exp, parse_one

from jurist.languages.pseudonymizing import ChangeText
from jurist.languages.sql.dialects import Dialect, habits
from jurist.languages.sql.query import SqlQuery
from jurist.languages.sql.schemas.facts import DOES_NOT_HOLD, foreign_key_fact
from jurist.languages.sql.schemas.schema import (
    Column,
    Fact,
    FactKind,
    ForeignKey,
    SqlSchema,
    Table,
)
from jurist.languages.sql.text.names import defined, is_quoted
from jurist.languages.sql.text.writing import canonical
from jurist.languages.sql.values import ValueType

_TEXTS: Final = {ValueType.TEXT, ValueType.OTHER}


def with_names(query: SqlQuery, schema: SqlSchema, change: ChangeText) -> SqlQuery:
    """The query under other names; those that everybody has, such as `rowid`, stay."""
    tree = query.tree.copy()
    known = _names(schema) | {
        name.lower()
        for alias in tree.find_all(exp.Alias, exp.TableAlias)
        for name in defined(alias)
    }
    known |= {part.alias.lower() for part in tree.find_all(exp.Subquery) if part.alias}
    for name in tree.find_all(exp.Identifier):
        if name.name.lower() in known:
            name.set("this", change(name.name))
            name.set("quoted", is_quoted(name, query.dialect))
    return SqlQuery(canonical(tree, query.dialect), query.dialect, tree, query.lacks)


def schema_with_names(schema: SqlSchema, change: ChangeText) -> SqlSchema:
    """The schema under other names, its title too."""
    tables = tuple(_table(table, schema.dialect, change) for table in schema.tables)
    renamed = replace(schema, title=change(schema.title), tables=tables)
    return replace(
        renamed,
        not_declared=tuple(_fact(fact, schema, change) for fact in schema.not_declared),
        confirmed=tuple(_fact(fact, schema, change) for fact in schema.confirmed),
    )


def _names(schema: SqlSchema) -> set[str]:
    columns = (column.name for table in schema.tables for column in table.columns)
    return {name.lower() for name in (*columns, *(table.name for table in schema.tables))}


def _table(table: Table, dialect: Dialect, change: ChangeText) -> Table:
    def all_of(names: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(map(change, names))

    return replace(
        table,
        name=change(table.name),
        columns=tuple(_column(column, change) for column in table.columns),
        primary_key=all_of(table.primary_key),
        unique=tuple(map(all_of, table.unique)),
        foreign_keys=tuple(_key(key, change) for key in table.foreign_keys),
        checks=tuple(_check(check, dialect, change) for check in table.checks),
    )


def _key(key: ForeignKey, change: ChangeText) -> ForeignKey:
    parents = tuple(map(change, key.parents))
    return ForeignKey(tuple(map(change, key.columns)), change(key.table), parents)


def _column(column: Column, change: ChangeText) -> Column:
    is_named_type = column.values is not None and "(" not in column.declared
    declared = "TEXT" if is_named_type and column.type in _TEXTS else column.declared
    return replace(column, name=change(column.name), declared=declared)


def _check(check: str, dialect: Dialect, change: ChangeText) -> str:
    own = habits(dialect).sqlglot or None
    tree = parse_one(check, read=own)
    for column in tree.find_all(exp.Column):
        name = column.this
        name.set("this", change(name.name))
        name.set("quoted", is_quoted(name, dialect))
        column.set("table", None)
    return tree.sql(own)


def _fact(fact: Fact, schema: SqlSchema, change: ChangeText) -> Fact:
    """A fact with the names in it; what a foreign key refers to stands in its detail."""
    renamed = replace(fact, table=change(fact.table), columns=tuple(map(change, fact.columns)))
    table = schema.table(fact.table)
    if fact.kind is not FactKind.FOREIGN_KEY or table is None or fact.detail == DOES_NOT_HOLD:
        return renamed
    key = next((key for key in table.foreign_keys if key.columns == fact.columns), None)
    if key is None:
        return replace(renamed, detail="")
    of = replace(table, name=renamed.table)
    return replace(foreign_key_fact(of, _key(key, change)), origin=fact.origin)
