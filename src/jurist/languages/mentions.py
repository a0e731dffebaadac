"""What a request for a query must say, whatever the language: names, values, numbers, times, NOT.

A language that `Mentions` says it of its queries; `jurist.roles.faithfulness` looks for it in
requests. Nothing of it knows how a request is read into a query.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Final


class MentionKind(StrEnum):
    """What is to be said."""

    NAME = "name"
    """Of an event, a field, a table, a column."""
    TEXT = "text"
    """A value."""
    NUMBER = "number"
    DURATION = "length of time"
    """Its value is in hours."""
    MOMENT = "date"
    """Its text is ISO 8601, down to the part that the query gives."""


@dataclass(frozen=True, slots=True)
class Mention:
    """Something that a request for a query says."""

    kind: MentionKind
    text: str
    """As the query writes it."""
    value: Decimal | None = None
    """Of a number, and of a length of time."""
    operator: str = ""
    """`=`, `<>`, `<`, `<=`, `>` or `>=` where something is compared with it and no negation
    stands around that; else empty."""
    optional: bool = False
    """Whether other mentions imply it: what a value is of, a table between two others."""
    descriptions: tuple[str, ...] = ()
    """What the schema says of the name."""


@dataclass(frozen=True, slots=True)
class Negations:
    """Least and greatest number of negative words that a faithful request has."""

    least: int = 0
    most: int = 0

    def __add__(self, other: Negations) -> Negations:
        """Of two parts together."""
        return Negations(self.least + other.least, self.most + other.most)


ONE: Final = Negations(1, 1)
PERHAPS: Final = Negations(0, 1)
"""Of what can be said with one and without: none or 0, not in the last month or before it."""


NONE_AT_ALL: Final = frozenset({("=", 0), ("<", 1), ("<=", 0)})
"""How a count is compared, and with what, where it says that there is none."""
EXISTENCE: Final = NONE_AT_ALL | {(">=", 1), (">", 0)}
"""Where it says that there is none, or one at all: a request need not say it in numbers."""


def denied(inner: Iterable[Negations]) -> Negations:
    """Of a negation around conditions: a request may deny all at once or each, or turn them."""
    parts = tuple(inner)
    if parts == (ONE,):
        return Negations()  # not missing: there
    turned = any(part.most for part in parts)
    return Negations(0 if turned else 1, sum(part.most + 1 for part in parts) or 1)


class Alternatives(StrEnum):
    """Whether a faithful request says "or"."""

    NONE = "none"
    PERHAPS = "perhaps"
    """As where a value is one of a list: "email and print campaigns"."""
    SOME = "some"


class Extreme(StrEnum):
    """Which end is asked for: of what is compared or sorted, where few are kept."""

    HIGH = "high"
    LOW = "low"


@dataclass(frozen=True, slots=True)
class Mentioned:
    """All that a request for a query says."""

    mentions: tuple[Mention, ...]
    negations: Negations = Negations()
    alternatives: Alternatives = Alternatives.PERHAPS
    extremes: frozenset[Extreme] = frozenset()
    averages: bool = False
    """Whether a mean is taken."""
