"""What `check` finds, before it is placed in lines and columns."""

from __future__ import annotations

from dataclasses import dataclass

from jurist.languages.cql.syntax import Node


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong at a node; the fields are those of `Issue`."""

    kind: str
    node: Node
    found: str
    expected: str
    nearest: str | None = None
