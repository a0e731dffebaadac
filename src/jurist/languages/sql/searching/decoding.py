"""A model's tables as a database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from jurist.languages.sql.schemas.schema import SqlSchema
from jurist.languages.sql.searching.completing import Cells, completed
from jurist.languages.sql.searching.naming import Wanted, named
from jurist.languages.sql.searching.rows import TableRow
from jurist.languages.sql.searching.tables import UnknownTables
from jurist.languages.sql.smt.encoding import Encoder
from jurist.languages.sql.smt.patterns import Pattern
from jurist.languages.sql.smt.solver import Solver
from jurist.languages.sql.smt.terms import Literal, Sort, Term
from jurist.languages.sql.smt.texts import day_text, second_text
from jurist.languages.sql.smt.values import SymbolicValue
from jurist.languages.sql.values import Database, Value, ValueType


@dataclass(frozen=True, slots=True)
class _Probe:
    """A predicate or function of a text cell, and the unknown that is equal to it."""

    asks: Pattern | str
    unknown: Term


class Decoder:
    """Reads databases from models.

    Args:
        encoder: What the cells' texts were asked is told by it.
        tables: The unknown tables.
        schema: Whose tables they are.
    """

    def __init__(self, encoder: Encoder, tables: UnknownTables, schema: SqlSchema) -> None:
        self._encoder = encoder
        self._schema = schema
        self._tables = tables
        self._probes: dict[Term, list[_Probe]] = {}
        self.definitions: list[Term] = []
        """To be asserted with what is searched for, so that a model says what texts match."""
        terms = encoder.terms
        for rows in tables.rows.values():
            for row in rows:
                for cell in row.values.values():
                    if cell.type is not ValueType.TEXT:
                        continue
                    probes = self._probes[cell.term] = []
                    for asks, asked in encoder.asked_of(cell.term):
                        unknown = terms.unknown(f"probe {asked.number}", asked.sort)
                        probes.append(_Probe(asks, unknown))
                        self.definitions.append(terms.equal(unknown, asked))

    def database(self, solver: Solver) -> Database:
        """The database of the solver's model.

        Raises:
            UnsupportedError: Where foreign keys ask for rows without end.
        """
        there: dict[str, list[TableRow]] = {}
        for name, rows in self._tables.rows.items():
            present = solver.values(row.present for row in rows)
            there[name] = [row for row, holds in zip(rows, present, strict=True) if holds]
        names = self._names(solver, there)
        found: dict[str, list[Cells]] = {
            name: [
                {column: _value(solver, cell, names) for column, cell in row.values.items()}
                for row in rows
            ]
            for name, rows in there.items()
        }
        return completed(self._schema, found)

    def shape(self) -> list[Term]:
        """The unknowns that make up a database: presences, NULLs and values."""
        return [
            unknown
            for rows in self._tables.rows.values()
            for row in rows
            for unknown in (row.present, *(cell.null for cell in row.values.values()))
            if unknown.literal is None
        ]

    def _names(self, solver: Solver, there: Mapping[str, list[TableRow]]) -> dict[int, str]:
        wanted: dict[int, Wanted] = {}
        for rows in there.values():
            for row in rows:
                for cell in row.values.values():
                    if cell.type is ValueType.TEXT and not _is_null(solver, cell):
                        text = self._wanted(solver, cell.term)
                        wanted[text.code] = text
        return named(self._encoder.values.texts, list(wanted.values()))

    def _wanted(self, solver: Solver, term: Term) -> Wanted:
        (code,) = solver.values([term])
        matches: dict[Pattern, bool] = {}
        number: Fraction | None = None
        is_number: bool | None = None
        probes = self._probes.get(term, [])
        said = solver.values(probe.unknown for probe in probes)
        for probe, value in zip(probes, said, strict=True):
            if isinstance(probe.asks, Pattern):
                matches[probe.asks] = bool(value)
            elif probe.unknown.sort is Sort.BOOL:
                is_number = bool(value)
            else:
                number = Fraction(value)
        return Wanted(int(code), matches, number, is_number)


def _is_null(solver: Solver, cell: SymbolicValue) -> bool:
    return bool(solver.values([cell.null])[0])


def _value(solver: Solver, cell: SymbolicValue, names: Mapping[int, str]) -> Value:
    if _is_null(solver, cell):
        return None
    value = _literal(solver, cell.term)
    match cell.type:
        case ValueType.REAL:
            return float(value)
        case ValueType.TEXT:
            return names[int(value)]
        case ValueType.DATE:
            return day_text(int(value))
        case ValueType.TIMESTAMP:
            return second_text(int(value))
        case ValueType.OTHER:
            return f"v{int(value)}"
        case _:
            return int(value)


def _literal(solver: Solver, term: Term) -> Literal:
    """The value of a cell's term: an unknown, or a truth or whole seconds made of one."""
    if term.operator in {"to_real", "ite"}:
        term = term.arguments[0]
    return solver.values([term])[0]
