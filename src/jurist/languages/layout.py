"""A query's text as reports show it: over lines, where its language can break it."""

from __future__ import annotations

from jurist.languages.base import Language, Query
from jurist.languages.capabilities import LaysOut


def laid_out(language: Language, query: Query) -> str:
    """The canonical text, over indented lines where the language lays it out."""
    return language.layout(query) if isinstance(language, LaysOut) else language.format(query)
