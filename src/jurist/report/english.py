"""A query in English, as reports and `jurist diff` show it beside its text."""

from __future__ import annotations

import random
from typing import Final

from jurist.errors import UnsupportedError
from jurist.languages.base import Language, Query, Schema

_STYLE: Final = "conversational"


def in_english(language: Language, query: Query, schema: Schema) -> str:
    """The query in words, the same each time; empty where its language speaks no English."""
    try:
        return language.describe(query, schema, style=_STYLE, rng=random.Random(0))  # noqa: S311
    except UnsupportedError:
        return ""
