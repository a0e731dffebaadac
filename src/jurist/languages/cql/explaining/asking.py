"""Where a part of a query is asked, and of which item."""

from __future__ import annotations

from dataclasses import dataclass

from jurist.languages.cql.semantics.streams import Around, Environment, Item


@dataclass(frozen=True, slots=True)
class At:
    """What the interpreter evaluates a node at: see `semantics.streams.Test`."""

    env: Environment
    item: Item = None
    around: Around = None


@dataclass(frozen=True, slots=True)
class Asked:
    """An item of which a condition is asked: what it is, where it stands, what is evaluated."""

    label: str
    pointer: str
    at: At
