"""Which columns the keys of a group determine, as the dialect's own rules have it.

PostgreSQL and the standard know a table's primary key among the keys of GROUP BY. MySQL knows keys
whose columns are never NULL, and follows equalities of WHERE and of joins
(https://dev.mysql.com/doc/refman/8.4/en/group-by-functional-dependence.html).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from sqlglot import exp

from jurist.languages.sql.dialects import Dialect
from jurist.languages.sql.schemas.checks import conjuncts
from jurist.languages.sql.schemas.schema import SqlSchema, Table
from jurist.languages.sql.text.sources import source_nodes

_KEYS_DETERMINE: Final = {Dialect.POSTGRESQL, Dialect.MYSQL, Dialect.STANDARD}
Name: TypeAlias = tuple[str, str]
"""The alias of a source, and a column's name."""


def determined(keys: Sequence[exp.Expr], select: exp.Select, schema: SqlSchema) -> Determined:
    """What the keys of GROUP BY determine.

    Args:
        keys: Of a qualified query.
        select: The query.
        schema: Its dialect says what counts.
    """
    if schema.dialect not in _KEYS_DETERMINE:
        return Determined(frozenset(), frozenset())
    named = {(key.table, key.name) for key in keys if isinstance(key, exp.Column)}
    tables = {
        source.alias: table
        for source in source_nodes(select)
        if isinstance(source, exp.Table) and (table := schema.table(source.name)) is not None
    }
    if schema.dialect is not Dialect.MYSQL:
        whole = {alias for alias, table in tables.items() if _has_key(alias, table, named)}
        return Determined(frozenset(whole), frozenset(named))
    rules = [*_equalities(select)]
    whole: set[str] = set()
    while True:
        before = len(named), len(whole)
        named.update(rule.gives for rule in rules if rule.needs <= named)
        for alias, table in tables.items():
            if _has_key(alias, table, named) or any(
                {(alias, column.lower()) for column in unique} <= named
                for unique in table.unique
                if not any(_is_nullable(table, column) for column in unique)
            ):
                whole.add(alias)
                named |= {(alias, column.name.lower()) for column in table.columns}
        if before == (len(named), len(whole)):
            break
    # Of a query in FROM not all is looked at that MySQL does: what it may know is not denied.
    derived = {source.alias for source in source_nodes(select)} - set(tables)
    return Determined(frozenset(whole | derived & {alias for alias, _ in named}), frozenset(named))


@dataclass(frozen=True, slots=True)
class Determined:
    """Sources of which all columns are determined, and single columns."""

    sources: frozenset[str]
    columns: frozenset[Name]

    def __contains__(self, column: exp.Column) -> bool:
        """Whether a column is."""
        return column.table in self.sources or (column.table, column.name) in self.columns


@dataclass(frozen=True, slots=True)
class _Rule:
    needs: frozenset[Name]
    gives: Name


def _has_key(alias: str, table: Table, named: set[Name]) -> bool:
    key = {(alias, column.lower()) for column in table.primary_key}
    return bool(key) and key <= named


def _is_nullable(table: Table, name: str) -> bool:
    column = table.column(name)
    return column is None or column.nullable


def _equalities(select: exp.Select) -> Iterator[_Rule]:
    """What conditions that hold of every row make of other columns."""
    where = select.args.get("where")
    if where is not None:
        yield from _both_ways(where.this)
    joins = select.args.get("joins") or ()
    if any(join.side.upper() in {"RIGHT", "FULL"} for join in joins):
        return  # which may pad what stands before it
    for join in joins:
        condition = join.args.get("on")
        if condition is None:
            continue
        if not join.side:
            yield from _both_ways(condition)
        else:
            yield from _of_padded(condition, join.this.alias)


def _both_ways(condition: exp.Expr) -> Iterator[_Rule]:
    for left, right in _equal_sides(condition):
        for one, other in ((left, right), (right, left)):
            if isinstance(one, exp.Column) and _is_fixed(other):
                yield _Rule(_names(other), (one.table, one.name))


def _of_padded(condition: exp.Expr, padded: str) -> Iterator[_Rule]:
    """Of a LEFT JOIN: rows that agree in all that its ON reads of the left find the same."""
    read = frozenset(name for name in _names(condition) if name[0] != padded)
    for left, right in _equal_sides(condition):
        for one, other in ((left, right), (right, left)):
            if not isinstance(one, exp.Column) or one.table != padded or not _is_fixed(other):
                continue
            if _names(other) and all(alias != padded for alias, _ in _names(other)):
                yield _Rule(read, (one.table, one.name))


def _equal_sides(condition: exp.Expr) -> Iterator[tuple[exp.Expr, exp.Expr]]:
    for part in conjuncts(condition):
        if isinstance(part, exp.EQ):
            yield part.this.unnest(), part.expression.unnest()


def _is_fixed(value: exp.Expr) -> bool:
    """Whether its columns determine a value."""
    return value.find(exp.Query, exp.Subquery, exp.Rand, exp.AggFunc, exp.Anonymous) is None


def _names(part: exp.Expr) -> frozenset[Name]:
    return frozenset((column.table, column.name) for column in part.find_all(exp.Column))
