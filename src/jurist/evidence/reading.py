"""Whether a text is a query of a workspace; remembered, as references come again and again."""

from __future__ import annotations

from jurist.errors import InputError
from jurist.languages.base import Language, Query, Schema
from jurist.shortening import shortened

_MOST_ISSUES = 3
_LONGEST_MESSAGE = 1_000
_MOST_KNOWN = 1_024
"""Texts whose reading is remembered: a reference comes once for each of its candidates."""
_LONGEST_KEPT = 2_000


def read_query(language: Language, text: str, schema: Schema) -> Query | str:
    """The query, or why a text is none of this workspace: it does not parse, or fails the check."""
    if len(text) > _LONGEST_KEPT:
        return _read_now(language, text, schema)
    key = id(language), id(schema), text
    known = _known.get(key)
    if known is None:
        if len(_known) >= _MOST_KNOWN:
            _known.clear()
        known = _known[key] = language, schema, _read_now(language, text, schema)
    return known[2]


_known: dict[tuple[int, int, str], tuple[Language, Schema, Query | str]] = {}
"""With both objects, so that their ids stay theirs."""


def _read_now(language: Language, text: str, schema: Schema) -> Query | str:
    try:
        query = language.parse(text, schema)
    except InputError as error:
        return shortened(f"it does not parse: {error}", _LONGEST_MESSAGE)
    issues = language.check(query, schema, text=text)
    if issues:
        named = "; ".join(str(issue) for issue in issues[:_MOST_ISSUES])
        more = len(issues) - _MOST_ISSUES
        return shortened(named + (f"; and {more} more" if more > 0 else ""), _LONGEST_MESSAGE)
    return query
