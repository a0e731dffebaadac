"""What a verdict rests on where SQL, or a team, may read otherwise: each strict by default."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Rows(StrEnum):
    """What a result is a collection of."""

    BAG = "bag"
    SET = "set"


class Order(StrEnum):
    """Where the order of rows counts."""

    AS_ASKED = "as asked"
    """Where the reference's outermost query has an ORDER BY; equal keys leave it open."""
    IGNORED = "ignored"
    EXACT = "exact"
    """As asked, and a candidate must leave open what the reference leaves open, no less."""


class Columns(StrEnum):
    """How the columns of two results are paired."""

    BY_POSITION = "by position"
    ANY_ORDER = "any order"
    EXTRA_ALLOWED = "extra allowed"
    """In any order, and the candidate may have more than the reference."""


class Names(StrEnum):
    """Whether the names of columns count."""

    IGNORED = "ignored"
    MUST_MATCH = "must match"


class Ties(StrEnum):
    """What a LIMIT between equals stands for."""

    OPEN = "open"
    """Every choice between them."""
    FIRST = "first"
    """What the engine happens to return."""


class SeveralRows(StrEnum):
    """What a scalar subquery with several rows is, and what a bare column of a group."""

    OPEN = "open"
    """Any of the rows; an error where the dialect raises."""
    FIRST = "first"
    """The first one that the engine meets."""


class TextAndNumbers(StrEnum):
    """Whether a text may equal a number in a result."""

    DIFFER = "differ"
    LOOSE = "loose"


class Presence(StrEnum):
    """Whether a database may lack something."""

    POSSIBLE = "possible"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Readings:
    """The strict reading of everything; a study or a schema relaxes some by name."""

    rows: Rows = Rows.BAG
    order: Order = Order.AS_ASKED
    columns: Columns = Columns.BY_POSITION
    names: Names = Names.IGNORED
    ties: Ties = Ties.OPEN
    scalar_subqueries: SeveralRows = SeveralRows.OPEN
    bare_columns: SeveralRows = SeveralRows.OPEN
    text_and_numbers: TextAndNumbers = TextAndNumbers.DIFFER
    nulls: Presence = Presence.POSSIBLE
    """Of nullable columns."""
    empty_tables: Presence = Presence.POSSIBLE
    tolerance: float = 1e-9
    """Relative, between two numbers of a result; 0 is exact."""
    round_to: int | None = None
    """Digits after the point to which numbers of results are rounded first."""
