"""What `check` finds, before it is placed in lines and columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from jurist.languages.cql.syntax import Node
from jurist.languages.cql.text.mistakes import shown

_LONGEST = 80


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong at a node; the fields are those of `Issue`."""

    kind: str
    node: Node
    found: str
    expected: str
    nearest: str | None = None


def quoted(name: str) -> str:
    """A name from a query or a file in quotes, safe to print and bounded."""
    cut = name if len(name) <= _LONGEST else name[:_LONGEST] + "…"
    return f"'{shown(cut)}'"


def listed(names: Sequence[str], *, most: int = 6) -> str:
    """Names as `a, b or c`, a few of them if they are many."""
    if len(names) > most:
        return ", ".join(names[:most]) + f" … ({len(names)} in all)"
    return names[0] if len(names) == 1 else ", ".join(names[:-1]) + f" or {names[-1]}"
