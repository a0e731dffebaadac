"""Query languages: syntax, meaning, equivalence."""

from jurist.languages.base import VALUE, Issue, Language, Part, Query, Quoted, Schema, Variant
from jurist.languages.registry import get_language, language_names

__all__ = [
    "VALUE",
    "Issue",
    "Language",
    "Part",
    "Query",
    "Quoted",
    "Schema",
    "Variant",
    "get_language",
    "language_names",
]
