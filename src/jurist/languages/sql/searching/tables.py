"""Tables of unknown rows on which the declared facts hold."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from jurist.languages.sql.readings import Presence, Readings
from jurist.languages.sql.schemas.schema import Column, SqlSchema, Table
from jurist.languages.sql.searching.references import reference_facts, reference_types
from jurist.languages.sql.searching.rows import TableRow
from jurist.languages.sql.smt.terms import Sort, Term
from jurist.languages.sql.smt.texts import DAY_S
from jurist.languages.sql.smt.values import SymbolicValue, Values
from jurist.languages.sql.values import Value, ValueType

_FIRST_DAY: Final = date.min.toordinal()
_LAST_DAY: Final = date.max.toordinal()


@dataclass(frozen=True, slots=True)
class UnknownTables:
    """The tables that two queries name, each with so many rows."""

    rows: Mapping[str, tuple[TableRow, ...]]
    """By lower-cased names of tables."""
    keys: Mapping[str, tuple[tuple[str, ...], ...]]
    """Of each table, lower-cased."""
    facts: tuple[Term, ...]
    """What holds of them. A foreign key to a table that is not among them, and what no column
    says (a CHECK of several), is left out: more is possible so, never less."""


def unknown_tables(values: Values, schema: SqlSchema, bounds: Mapping[str, int]) -> UnknownTables:
    """Tables with up to so many rows each.

    The rows that are there come first. A row's unknowns are called the same whatever the bounds
    are, so that what was built for fewer rows is used again.

    Args:
        values: What unknown values are made with.
        schema: Whose tables they are.
        bounds: How many rows, by lower-cased names of tables.
    """
    facts: list[Term] = []
    rows: dict[str, tuple[TableRow, ...]] = {}
    keys: dict[str, tuple[tuple[str, ...], ...]] = {}
    for name, bound in bounds.items():
        table = schema.by_name[name]
        rows[name] = tuple(
            _row(values, table, place, schema.readings, facts) for place in range(bound)
        )
        for before, after in itertools.pairwise(rows[name]):
            facts.append(values.terms.implication(after.present, before.present))
        if schema.readings.empty_tables is Presence.NEVER:
            facts += [row.present for row in rows[name][:1]]
        keys[name] = tuple(tuple(column.lower() for column in key) for key in table.keys)
        for key in keys[name]:
            facts += _key_facts(values, rows[name], key)
    for name in bounds:
        for reference in schema.by_name[name].foreign_keys:
            parents = rows.get(reference.table.lower())
            parent = schema.table(reference.table)
            if parents is not None:
                facts += reference_facts(values, rows[name], parents, reference)
            elif parent is not None:
                facts += reference_types(values, rows[name], parent, reference)
    return UnknownTables(rows, keys, tuple(facts))


def _row(
    values: Values, table: Table, place: int, readings: Readings, facts: list[Term]
) -> TableRow:
    name = f"{table.name.lower()}.{place}"
    cells: dict[str, SymbolicValue] = {}
    for column in table.columns:
        nullable = column.nullable and readings.nulls is Presence.POSSIBLE
        cells[column.name.lower()] = _cell(
            values, f"{name}.{column.name.lower()}", column, nullable=nullable
        )
        facts += _cell_facts(values, column, cells[column.name.lower()])
    return TableRow(values.terms.unknown(f"{name}!", Sort.BOOL), cells)


def _cell(values: Values, name: str, column: Column, *, nullable: bool) -> SymbolicValue:
    cell = values.free(name, column.type, nullable=nullable)
    if column.type is not ValueType.TIMESTAMP:
        return cell
    # whole seconds, as values are written
    seconds = values.terms.to_real(values.terms.unknown(f"{name}#", Sort.INT))
    return SymbolicValue(cell.null, seconds, column.type)


def _cell_facts(values: Values, column: Column, cell: SymbolicValue) -> Iterable[Term]:
    """What is declared of a column: of a NULL the term tells nothing, so it holds of that too."""
    terms = values.terms
    if column.values is not None:
        constants = [
            values.constant(value, _literal_type(value, column.type))
            for value in column.values
            if value is not None
        ]
        among = terms.disjunction(values.equal(cell, constant) for constant in constants)
        yield terms.either(cell.null, among)
    for bound, is_least in ((column.minimum, True), (column.maximum, False)):
        if bound is not None and column.type.is_number:
            limit = values.constant(bound, _literal_type(bound, column.type))
            low, high = (limit, cell) if is_least else (cell, limit)
            yield terms.either(cell.null, terms.at_most(low.term, high.term))
    match column.type:
        case ValueType.DATE:
            yield terms.at_most(terms.integer(_FIRST_DAY), cell.term)
            yield terms.at_most(cell.term, terms.integer(_LAST_DAY))
        case ValueType.TIMESTAMP:
            yield terms.at_most(terms.integer(_FIRST_DAY * DAY_S), cell.term)
            yield terms.less(cell.term, terms.integer((_LAST_DAY + 1) * DAY_S))
        case ValueType.TEXT:
            yield terms.at_most(terms.integer(values.texts.code("")), cell.term)
        case _:
            pass


def _literal_type(value: Value, kind: ValueType) -> ValueType:
    """An integer column may be bounded by a fraction."""
    return ValueType.REAL if isinstance(value, float) and kind.is_number else kind


def _key_facts(values: Values, rows: tuple[TableRow, ...], key: Sequence[str]) -> Iterable[Term]:
    terms = values.terms
    for one, other in itertools.combinations(rows, 2):
        equal = [
            part
            for column in key
            for left, right in [(one.values[column], other.values[column])]
            for part in (
                terms.negation(left.null),
                terms.negation(right.null),
                terms.equal(left.term, right.term),
            )
        ]
        yield terms.negation(terms.conjunction((one.present, other.present, *equal)))
