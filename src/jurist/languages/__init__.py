"""Query languages: syntax, meaning, equivalence."""

from jurist.languages.base import Issue, Language, Part, Query, Schema, Variant
from jurist.languages.registry import get_language, language_names

__all__ = [
    "Issue",
    "Language",
    "Part",
    "Query",
    "Schema",
    "Variant",
    "get_language",
    "language_names",
]
