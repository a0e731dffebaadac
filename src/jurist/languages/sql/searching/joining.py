"""Products and outer joins of rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from jurist.languages.sql.algebra import nodes
from jurist.languages.sql.algebra.nodes import Join, Select
from jurist.languages.sql.algebra.walking import all_expressions, sources_of
from jurist.languages.sql.searching.environments import Cells, Evaluates, Group, Joined, filtered
from jurist.languages.sql.searching.keyed import in_order, key_conditions, merged
from jurist.languages.sql.searching.limits import too_wide
from jurist.languages.sql.smt.terms import Term
from jurist.languages.sql.smt.values import SymbolicValue

_MOST_JOINED: Final = 120
"""Unknown rows of a product."""


def joined_rows(evaluation: Evaluates, query: Select, outer: Group | None) -> list[Joined]:
    """The joined rows of a query of which its WHERE is true.

    Raises:
        UnsupportedError: Where there are too many, or something has no encoding.
    """
    around: Cells = {} if outer is None else outer.cells
    rows = [Joined(evaluation.encoder.terms.true, around)]
    own = {source.id for source in query.sources}
    keys = evaluation.tables.keys
    waiting = list(query.where)
    sources = in_order(query.sources, query.where, frozenset(around), keys)
    columns = _columns(query)
    for place, source in enumerate(sources):
        there = frozenset(around) | {before.id for before in sources[:place]}
        conditions = waiting if source.join is Join.INNER else source.on
        key = key_conditions(source, conditions, there, keys)
        if key is None or source.join is Join.FULL:
            rows = _joined_to(evaluation, rows, sources[:place], source, outer)
        else:
            used = columns.get(source.id, ())
            rows = _joined_by_key(evaluation, rows, source, key, used)
            waiting = [condition for condition in waiting if condition not in key]
        if any(following.join is Join.FULL for following in sources[place + 1 :]):
            continue
        # a condition is asked as soon as its sources are there: an outer join that follows
        # keeps each row, so asking before it or after it is the same
        there |= {source.id}
        ready = [condition for condition in waiting if own & sources_of(condition) <= there]
        waiting = [condition for condition in waiting if condition not in ready]
        rows = _where(evaluation, rows, ready)
        if len(rows) > _MOST_JOINED:
            raise too_wide("a join", len(rows), _MOST_JOINED)
    return _where(evaluation, rows, waiting)


def _columns(query: Select) -> dict[int, list[str]]:
    """The columns of each source that a query, or one inside it, names."""
    named: dict[int, dict[str, None]] = {}
    for expression in all_expressions(query):
        if isinstance(expression, nodes.Column):
            named.setdefault(expression.source, {})[expression.name] = None
    return {source: list(columns) for source, columns in named.items()}


def _joined_by_key(
    evaluation: Evaluates,
    rows: Sequence[Joined],
    source: nodes.Source,
    key: Sequence[nodes.Expression],
    columns: Sequence[str],
) -> list[Joined]:
    """Each row with its only partner; of an outer join, with NULLs where it has none."""
    terms, values = evaluation.encoder.terms, evaluation.encoder.values
    conditions = key if source.join is Join.INNER else source.on
    missing = dict(nulls(evaluation, (source,))[source.id])
    joined: list[Joined] = []
    for row in rows:
        partners: list[Joined] = []
        for other in _source_rows(evaluation, source, None):
            cells = {**row.cells, **other.cells}
            fits = filtered(evaluation, conditions, Group(other.present, cells))
            if fits is not terms.false:
                partners.append(Joined(fits, other.cells))
        present = row.present
        otherwise: Mapping[str, SymbolicValue] = missing
        if source.join is Join.INNER:
            present = terms.both(present, terms.disjunction(other.present for other in partners))
            if present is terms.false:
                continue
            # where none fits the row is not there, and any cells do
            otherwise = partners[-1].cells[source.id]
        cells = merged(values, partners, source.id, columns, otherwise)
        joined.append(Joined(present, {**row.cells, source.id: cells}))
    return joined


def _where(
    evaluation: Evaluates, rows: Sequence[Joined], conditions: Sequence[nodes.Expression]
) -> list[Joined]:
    if not conditions:
        return list(rows)
    terms = evaluation.encoder.terms
    kept: list[Joined] = []
    for row in rows:
        present = filtered(evaluation, conditions, Group(row.present, row.cells))
        if present is not terms.false:
            kept.append(Joined(present, row.cells))
    return kept


def _source_rows(evaluation: Evaluates, source: nodes.Source, outer: Group | None) -> list[Joined]:
    if isinstance(source.of, str):
        return [
            Joined(row.present, {source.id: row.values})
            for row in evaluation.tables.rows[source.of]
        ]
    return [
        Joined(row.present, {source.id: dict(zip(source.columns, row.values, strict=True))})
        for row in evaluation.rows(source.of, outer)
    ]


def _joined_to(
    evaluation: Evaluates,
    rows: Sequence[Joined],
    before: Sequence[nodes.Source],
    source: nodes.Source,
    outer: Group | None,
) -> list[Joined]:
    """The product with a source, and what an outer join pads."""
    terms = evaluation.encoder.terms
    added = _source_rows(evaluation, source, outer)
    joined: list[Joined] = []
    matches: list[list[Term]] = [[] for _ in added]
    for row in rows:
        matched: list[Term] = []
        for place, other in enumerate(added):
            cells = {**row.cells, **other.cells}
            present = terms.both(row.present, other.present)
            if source.join is not Join.INNER:
                present = filtered(evaluation, source.on, Group(present, cells))
                matched.append(present)
                matches[place].append(present)
            if present is not terms.false:
                joined.append(Joined(present, cells))
        if source.join is not Join.INNER:
            alone = terms.both(row.present, terms.negation(terms.disjunction(matched)))
            if alone is not terms.false:
                joined.append(Joined(alone, {**row.cells, **nulls(evaluation, (source,))}))
    if source.join is Join.FULL:
        padding = {**(rows[0].cells if rows else {}), **nulls(evaluation, before)}
        for other, matched in zip(added, matches, strict=True):
            alone = terms.both(other.present, terms.negation(terms.disjunction(matched)))
            if alone is not terms.false:
                joined.append(Joined(alone, {**padding, **other.cells}))
    return joined


def nulls(evaluation: Evaluates, sources: Sequence[nodes.Source]) -> Cells:
    """Rows of NULLs."""
    missing = evaluation.encoder.values.missing
    return {
        source.id: {
            column: missing(kind) for column, kind in zip(source.columns, source.types, strict=True)
        }
        for source in sources
    }
