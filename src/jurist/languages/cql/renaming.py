"""Queries and schema files under other names: what the two of them share is called otherwise."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final, cast

from jurist.languages.capabilities import Quoted
from jurist.languages.cql.quoting import requote
from jurist.languages.cql.syntax import CqlQuery

_LONGEST: Final = 80
_FORMAT: Final = frozenset(
    {
        *(
            "account_traits",
            "additionalProperties",
            "assumptions",
            "audience_type",
            "context",
            "description",
        ),
        *("entities", "enum", "events", "format", "id", "items"),
        *("key", "labels", "language", "maximum", "minimum", "name"),
        *("now", "properties", "required", "rules", "title", "traits"),
        *("type",),
    }
)
"""Words of schema files themselves, which are never taken for a name."""
_OF_THE_FORMAT: Final = frozenset(
    {"assumptions", "audience_type", "format", "language", "now", "type"}
)
"""Keys of schema files whose values are words of the format: a field may be called `date`."""


def renameable(document: Mapping[str, object], queries: Iterable[CqlQuery]) -> tuple[str, ...]:
    """The names that queries use and a schema file has, sorted.

    Those within a path are left out: only the path is a text of its own.
    """
    quoted: set[str] = set()

    def note(text: Quoted) -> str:
        quoted.add(text.text)
        return text.text

    for query in queries:
        requote(query, note)
    inner = {part for text in quoted if "." in text for part in text.split(".")}
    known = set(_keys(document)) - _FORMAT - inner
    return tuple(sorted(filter(_is_short, quoted & known)))


def renamed(query: CqlQuery, names: Mapping[str, str]) -> CqlQuery:
    """The query with other names, and with other values that are spelled as a name is."""
    return requote(query, lambda quoted: names.get(quoted.text, quoted.text))


def renamed_document(
    document: Mapping[str, object], names: Mapping[str, str]
) -> Mapping[str, object]:
    """The schema file with other names, wherever they stand in it."""
    return cast("Mapping[str, object]", _renamed(document, names))


def _is_short(name: str) -> bool:
    return 0 < len(name) <= _LONGEST and not {"'", "\\", "\n"} & set(name)


def _keys(document: object) -> Iterator[str]:
    if isinstance(document, Mapping):
        for key, value in cast("Mapping[str, object]", document).items():
            yield key
            yield from _keys(value)
    elif isinstance(document, list):
        for value in cast("list[object]", document):
            yield from _keys(value)


def _is_a_field(value: object) -> bool:
    """Whether what stands under a word of the format is the facts of a field of that name."""
    return isinstance(value, Mapping) and "type" in value


def _renamed(document: object, names: Mapping[str, str]) -> object:
    if isinstance(document, Mapping):
        entries = cast("Mapping[str, object]", document).items()
        return {
            names.get(key, key): value
            if key in _OF_THE_FORMAT and not _is_a_field(value)
            else _renamed(value, names)
            for key, value in entries
        }
    if isinstance(document, list):
        return [_renamed(value, names) for value in cast("list[object]", document)]
    return names.get(document, document) if isinstance(document, str) else document
