"""Products and outer joins of rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from jurist.languages.sql.algebra import nodes
from jurist.languages.sql.algebra.nodes import Join, Select
from jurist.languages.sql.algebra.walking import sources_of
from jurist.languages.sql.searching.environments import Cells, Evaluates, Group, Joined, filtered
from jurist.languages.sql.searching.limits import too_wide
from jurist.languages.sql.smt.terms import Term

_MOST_JOINED: Final = 120
"""Unknown rows of a product."""


def joined_rows(evaluation: Evaluates, query: Select, outer: Group | None) -> list[Joined]:
    """The joined rows of a query of which its WHERE is true.

    Raises:
        UnsupportedError: Where there are too many, or something has no encoding.
    """
    rows = [Joined(evaluation.encoder.terms.true, {} if outer is None else outer.cells)]
    own = {source.id for source in query.sources}
    waiting = [(condition, own & sources_of(condition)) for condition in query.where]
    for place, source in enumerate(query.sources):
        rows = _joined_to(evaluation, rows, query.sources[:place], source, outer)
        later = query.sources[place + 1 :]
        if any(following.join is Join.FULL for following in later):
            continue
        # a condition is asked as soon as its sources are there: an outer join that follows
        # keeps each row, so asking before it or after it is the same
        there = {before.id for before in query.sources[: place + 1]}
        ready = [condition for condition, needs in waiting if needs <= there]
        waiting = [(condition, needs) for condition, needs in waiting if not needs <= there]
        rows = _where(evaluation, rows, ready)
        if len(rows) > _MOST_JOINED:
            raise too_wide("a join", len(rows), _MOST_JOINED)
    return _where(evaluation, rows, [condition for condition, _ in waiting])


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
