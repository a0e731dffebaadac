"""Query languages: syntax, meaning, equivalence."""

from jurist.languages.base import Issue, Language, Node, NodeKind, Query, Schema
from jurist.languages.capabilities import VALUE, Quoted, Variant
from jurist.languages.registry import get_language, language_names

__all__ = [
    "VALUE",
    "Issue",
    "Language",
    "Node",
    "NodeKind",
    "Query",
    "Quoted",
    "Schema",
    "Variant",
    "get_language",
    "language_names",
]
