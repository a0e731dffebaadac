"""Why nobody can be in an audience, in the words of its query."""

from __future__ import annotations

from collections.abc import Sequence

from jurist.languages.cql.syntax import Comparison, Condition
from jurist.languages.cql.text.printer import format_query
from jurist.shortening import shortened

_LONGEST_NAME = 120
"""Characters of a condition that is named."""


def cause_text(parts: Sequence[Condition]) -> str:
    """What an audience asks for in vain, by its few conditions that rule each other out."""
    match parts:
        case []:
            return ""
        case [part]:
            return f"it asks for {_named(part)}, which is never true"
        case [Comparison(left), Comparison(other)] if left == other:
            wanted = [_named(part).removeprefix(format_query(left)) for part in parts]
            if all(text.startswith(" ") for text in wanted):
                return f"it asks for {format_query(left)}{' and'.join(wanted)} at once"
        case _:
            pass
    *first, last = map(_named, parts)
    return f"it asks for {', '.join(first)} and {last}, which are never true together"


def _named(part: Condition) -> str:
    return shortened(format_query(part), _LONGEST_NAME)
