"""Foreign keys of unknown rows: a text beside a number is the number that it spells."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from jurist.languages.sql.schemas.schema import ForeignKey, Table
from jurist.languages.sql.searching.rows import TableRow
from jurist.languages.sql.smt.calls import call
from jurist.languages.sql.smt.terms import Term
from jurist.languages.sql.smt.values import SymbolicValue, Values
from jurist.languages.sql.values import Value, ValueType


def reference_facts(
    values: Values,
    rows: Sequence[TableRow],
    parents: Sequence[TableRow],
    reference: ForeignKey,
) -> Iterable[Term]:
    """That each row without a NULL in its reference has a parent."""
    terms = values.terms
    pairs = _pairs(reference)
    for row in rows:
        cells = [row.values[column] for column, _ in pairs]
        found: list[Term] = []
        for parent in parents:
            keys = [parent.values[column] for _, column in pairs]
            there = (terms.negation(key.null) for key in keys)
            equal = (_refers(values, *pair) for pair in zip(cells, keys, strict=True))
            found.append(terms.conjunction((parent.present, *there, *equal)))
        yield terms.implication(_is_asked(values, row, cells), terms.disjunction(found))


def reference_types(
    values: Values, rows: Sequence[TableRow], parent: Table, reference: ForeignKey
) -> Iterable[Term]:
    """That a row may have a parent in a table that is not searched: its texts spell numbers."""
    terms = values.terms
    pairs = _pairs(reference)
    for row in rows:
        cells = [row.values[column] for column, _ in pairs]
        asked = _is_asked(values, row, cells)
        for cell, (_, name) in zip(cells, pairs, strict=True):
            column = parent.column(name)
            if column is None or cell.type is not ValueType.TEXT or not column.type.is_number:
                continue
            kind = ValueType.REAL if column.type is ValueType.REAL else ValueType.INTEGER
            key = values.free(f"parent of {cell.term.number}", kind, nullable=False)
            yield terms.implication(asked, _refers(values, cell, key))


def read_as(value: Value, kind: ValueType) -> Value:
    """A cell as a parent's column of some type has it."""
    if isinstance(value, str) and kind.is_number:
        number = float(value)
        return int(number) if number.is_integer() and kind is not ValueType.REAL else number
    if isinstance(value, int | float) and kind is ValueType.TEXT:
        return str(value)
    return value


def _pairs(reference: ForeignKey) -> list[tuple[str, str]]:
    return [
        (column.lower(), parent.lower())
        for column, parent in zip(reference.columns, reference.parents, strict=True)
    ]


def _is_asked(values: Values, row: TableRow, cells: Iterable[SymbolicValue]) -> Term:
    terms = values.terms
    return terms.conjunction((row.present, *(terms.negation(cell.null) for cell in cells)))


def _refers(values: Values, cell: SymbolicValue, key: SymbolicValue) -> Term:
    """Whether a cell that is not NULL refers to a key that is not."""
    for text, number in ((cell, key), (key, cell)):
        if text.type is ValueType.TEXT and number.type.is_number:
            spells = call(values, "is_number", (text,), ValueType.BOOLEAN)
            spelled = call(values, "to_number", (text,), ValueType.REAL)
            is_number = values.terms.equal(spells.term, values.terms.integer(1))
            return values.terms.both(is_number, values.terms.equal(spelled.term, number.term))
    return values.equal(cell, key)
