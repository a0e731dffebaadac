"""A query in English, as reports and `jurist diff` show it beside its text."""

from __future__ import annotations

import random

from jurist.errors import UnsupportedError
from jurist.languages.base import Language, Query, Schema
from jurist.languages.capabilities import SpeaksEnglish, Style


def in_english(language: Language, query: Query, schema: Schema) -> str:
    """The query in words, the same each time; empty where its language cannot say it."""
    if not isinstance(language, SpeaksEnglish):
        return ""
    rng = random.Random(0)  # noqa: S311 - wordings, not secrets
    try:
        return language.describe(query, schema, style=Style.CONVERSATIONAL, rng=rng)
    except UnsupportedError:
        return ""
