"""Queries as reports show them: laid out, in English, and whether they are any.

Remembered, for a reference comes once for each of its answers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from jurist.errors import InputError
from jurist.evidence.reading import read_query
from jurist.languages.base import Query
from jurist.languages.layout import laid_out
from jurist.report.english import in_english
from jurist.report.query_lines import Lines, lines_of
from jurist.roles.protocols import Workspace

LONGEST: Final = 4_000
"""Characters that a report shows of one text; longer ones are cut and say so."""
_MOST_KNOWN: Final = 512


@dataclass(frozen=True, slots=True)
class ReadQuery:
    """A query laid out and in English; as it was written where it does not parse."""

    query: Query | None
    text: str | None
    english: str = ""
    unread: str = ""
    """Why it is no query of the workspace; such a query may parse."""
    lines: Lines = ()


def read_shown(text: str | None, workspace: Workspace) -> ReadQuery:
    """A query of a workspace as it is shown; an empty one where there is no text."""
    if text is None:
        return ReadQuery(None, None)
    key = id(workspace), text
    known = _known.get(key)
    if known is None:
        if len(_known) >= _MOST_KNOWN:
            _known.clear()
        known = _known[key] = workspace, _read(text, workspace)
    return known[1]


_known: dict[tuple[int, str], tuple[Workspace, ReadQuery]] = {}
"""With the workspace, so that its id stays its own."""


def _read(text: str, workspace: Workspace) -> ReadQuery:
    language, schema = workspace.language, workspace.schema
    known = read_query(language, text, schema)
    unread = known if isinstance(known, str) else ""
    try:
        query = language.parse(text, schema) if isinstance(known, str) else known
    except InputError:
        shown = bounded(text)
        return ReadQuery(None, shown, unread=unread, lines=lines_of(language, shown))
    shown = bounded(laid_out(language, query))
    english = bounded(in_english(language, query, schema))
    return ReadQuery(query, shown, english, unread, lines_of(language, shown))


def bounded(text: str) -> str:
    """A text, or its beginning where it is long, with how long it is."""
    return text if len(text) <= LONGEST else f"{text[:LONGEST]} … ({len(text)} characters)"
