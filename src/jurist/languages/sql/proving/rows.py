"""Any row of a block's join, and what is known of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from jurist.errors import UnsupportedError
from jurist.languages.sql.algebra.nodes import Join, Query, Select, Source, Window
from jurist.languages.sql.algebra.walking import has_aggregate, walk
from jurist.languages.sql.proving.symbols import Asked, Bound, Columns, Symbols, unknown_here
from jurist.languages.sql.smt.terms import Term
from jurist.languages.sql.smt.values import SymbolicValue

_DEEPEST: Final = 2
"""Subqueries in FROM, one in another, that are looked into for what is known of their rows."""


@dataclass(frozen=True, slots=True)
class Rows:
    """Any row of a block's join: what stands for its columns, and what is known of it."""

    columns: dict[tuple[int, str], SymbolicValue]
    """NULL throughout where an outer join has found nothing."""
    found: tuple[tuple[Source, Mapping[str, SymbolicValue], Term], ...]
    """Of each source its row, as if it were there, and whether it is."""
    known: tuple[Term, ...]


def any_row(symbols: Symbols, block: Select, outer: Columns, depth: int = 0) -> Rows:
    """A row of a block's join, before its conditions.

    Args:
        symbols: Makes what stands for it.
        block: The block.
        outer: What stands for the columns of queries around it.
        depth: In how many subqueries it stands.

    Raises:
        UnsupportedError: A FULL JOIN of more than two sources.
    """
    terms = symbols.terms
    full = [place for place, source in enumerate(block.sources) if source.join is Join.FULL]
    if full and full != [1]:
        raise unknown_here("a FULL JOIN after others")
    columns = dict(outer)
    found: list[tuple[Source, Mapping[str, SymbolicValue], Term]] = []
    known: list[Term] = []
    for place, source in enumerate(block.sources):
        row = symbols.row(source)
        optional = source.join is not Join.INNER or (full and place == 0)
        there = symbols.truth("there") if optional else terms.true
        found.append((source, row, there))
        facts = [*symbols.domains(source, row), *_behind(symbols, source, row, outer, depth)]
        known.extend(terms.implication(there, fact) for fact in facts)
        for name, value in symbols.padded(row, there).items():
            columns[source.id, name] = value
    if full:
        known.append(terms.either(found[0][2], found[1][2]))
    known.extend(symbols.keys(found))
    return Rows(columns, tuple(found), tuple(known))


def joined(symbols: Symbols, block: Select, rows: Rows, asked: Asked) -> list[Term]:
    """That a row which an outer join has found fulfils its ON."""
    terms, bound = symbols.terms, Bound(symbols, rows.columns, asked)
    there = {source.id: present for source, _, present in rows.found}
    made: list[Term] = []
    for source in block.sources:
        if source.join is not Join.INNER:
            present = there[source.id]
            if source.join is Join.FULL:
                present = terms.both(present, there[block.sources[0].id])
            made.append(terms.implication(present, bound.true(source.on)))
    return made


def _behind(
    symbols: Symbols,
    source: Source,
    row: Mapping[str, SymbolicValue],
    outer: Columns,
    depth: int,
) -> list[Term]:
    """What is known of a subquery's row: that some row of its join stands behind it.

    Its conditions hold of that row, and outputs without aggregates are what it shows: of a group
    one row of the group, whose keys are the group's. Of a group that may have no row, nothing.
    """
    inner = source.of
    if isinstance(inner, str) or not isinstance(inner, Select) or depth >= _DEEPEST:
        return []
    if inner.group == ():
        return []
    keys = inner.group or ()
    shown = [
        (name, output.value)
        for name, output in zip(source.columns, inner.outputs, strict=True)
        if not any(isinstance(part, Window) for part in walk(output.value))
        and (inner.group is None or output.value in keys)
        and not has_aggregate(output.value)
    ]
    try:
        rows, asked = any_row(symbols, inner, outer, depth + 1), Asked()
        bound = Bound(symbols, rows.columns, asked)
        return [
            *rows.known,
            *joined(symbols, inner, rows, asked),
            bound.true(inner.where),
            *(symbols.values.same(row[name], bound.of(value)) for name, value in shown),
            *asked.axioms,
        ]
    except UnsupportedError:
        return []


def is_empty(symbols: Symbols, query: Query, outer: Columns) -> bool:
    """Whether a block never has a row."""
    if query.limit == 0:
        return True
    if not isinstance(query, Select) or query.group == ():
        return False
    try:
        rows, asked = any_row(symbols, query, outer), Asked()
        where = Bound(symbols, rows.columns, asked).true(query.where)
        met = joined(symbols, query, rows, asked)
        return symbols.impossible((*rows.known, *met, *asked.axioms, where))
    except UnsupportedError:
        return False
