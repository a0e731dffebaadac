"""OFFSET and LIMIT by rank, where no tie at an edge leaves open which rows are kept."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from jurist.errors import UnsupportedError
from jurist.languages.sql.algebra.nodes import SortKey
from jurist.languages.sql.searching.rows import Row, same_values, sorts_before
from jurist.languages.sql.smt.terms import Term
from jurist.languages.sql.smt.values import Values

MOST_COMPARED: Final = 40
"""Rows that are compared with one another: by LIMIT, GROUP BY, DISTINCT."""


def kept_by_limit(
    values: Values,
    rows: Sequence[Row],
    order: Sequence[SortKey],
    offset: int,
    limit: int | None,
) -> tuple[list[Row], list[Term]]:
    """The rows that OFFSET and LIMIT keep.

    Returns:
        The rows, and what must hold for nothing to be open: rows that tie across an edge are
        the same row. Where it does, which of them are kept makes no difference.

    Raises:
        UnsupportedError: Where there are too many rows.
    """
    terms = values.terms
    if len(rows) > MOST_COMPARED:
        raise too_wide("a LIMIT", len(rows), MOST_COMPARED)
    edges = [edge for edge in (offset or None, None if limit is None else offset + limit) if edge]
    kept: list[Row] = []
    closed: list[Term] = []
    before = {
        (one, other): sorts_before(values, rows[one].keys, rows[other].keys, order)
        for one in range(len(rows))
        for other in range(len(rows))
        if one != other
    }
    for place, row in enumerate(rows):
        others = [other for other in range(len(rows)) if other != place]
        ahead = terms.count(
            terms.both(rows[other].present, before[other, place]) for other in others
        )
        tied = {
            other: terms.conjunction(
                (
                    rows[other].present,
                    terms.negation(before[other, place]),
                    terms.negation(before[place, other]),
                )
            )
            for other in others
        }
        level = terms.total((ahead, terms.count(tied.values()), terms.integer(1)))
        differs = terms.disjunction(
            terms.both(holds, terms.negation(same_values(values, row.values, rows[other].values)))
            for other, holds in tied.items()
        )
        for edge in edges:
            at = terms.integer(edge)
            open_here = (row.present, terms.less(ahead, at), terms.less(at, level), differs)
            closed.append(terms.negation(terms.conjunction(open_here)))
        earlier = terms.count(holds for other, holds in tied.items() if other < place)
        rank = terms.total((ahead, earlier))
        present = [row.present, terms.at_most(terms.integer(offset), rank)]
        if limit is not None:
            present.append(terms.less(rank, terms.integer(offset + limit)))
        kept.append(Row(terms.conjunction(present), row.values, row.keys))
    return [row for row in kept if row.present is not terms.false], closed


def too_wide(what: str, size: int, most: int) -> UnsupportedError:
    """That a query has too many rows to be searched."""
    return UnsupportedError(
        f"{what} over {size} unknown rows", expected=f"no more than {most}", fix="search fewer rows"
    )
