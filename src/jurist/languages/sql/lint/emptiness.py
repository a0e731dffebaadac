"""Queries, and parts of them, that can have no row whatever the database holds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from jurist.errors import UnsupportedError
from jurist.languages.sql.algebra.nodes import Query, Select
from jurist.languages.sql.algebra.walking import columns_of, free_columns
from jurist.languages.sql.lint.determining import Columns
from jurist.languages.sql.lint.remarks import Remark
from jurist.languages.sql.proving.facts import Facts
from jurist.languages.sql.proving.rows import any_row, joined
from jurist.languages.sql.proving.symbols import Asked, Bound, Solving, Symbols

ALWAYS_EMPTY: Final = "always empty"


def never_true(query: Query, columns: Columns) -> Iterator[Remark]:
    """A WHERE that no row fulfils, by the conditions themselves and the declared facts."""
    if not isinstance(query, Select) or not query.where or free_columns(query):
        return
    symbols = Symbols(
        Facts(columns.schema),
        lambda _one, _other, _columns, _sameness: False,
        lambda inner, _sameness: inner,
        lambda _inner, _columns: False,
        Solving(),
    )
    asked = Asked()
    try:
        rows = any_row(symbols, query, {})
        given = [*rows.known, *joined(symbols, query, rows, asked)]
        wanted = Bound(symbols, rows.columns, asked).true(query.where)
        if symbols.impossible(given) or not symbols.impossible((*given, *asked.axioms, wanted)):
            return
    except UnsupportedError:
        return
    named = [column for condition in query.where for column in columns_of(condition)]
    name = named[0].name if named else ""
    yield Remark(
        ALWAYS_EMPTY,
        "no row fulfils all of its conditions"
        + (", so the aggregate is over nothing" if query.group == () else ""),
        "see which two of them exclude each other, or what is declared of the columns",
        ("WHERE",),
        name.lower(),
    )
