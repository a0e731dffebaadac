"""A witness as a picture that any page can draw: lanes over time, facts, tables, both outcomes.

A language works it out; whoever draws it knows no language. All texts may be hostile.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import StrEnum

from jurist.languages.explanations import Explanation
from jurist.records import SIDES, Side


@dataclass(frozen=True, slots=True)
class Reading:
    """What one condition of a query comes to on the input."""

    condition: str
    """As it is written, with all that it looks at."""
    text: str = ""
    """The values in the places of the names: `5 >= 5`; empty where it is asked of nothing."""
    holds: bool | None = None
    """`None` where it is asked of nothing, or where there is only a value."""
    letter: str = ""
    """What stands for it in the outcome's formula; empty where there is no need for one."""
    asked_of: str = ""
    """Of each of whose items it is asked, such as the event that another one has to follow; empty:
    of the input itself."""
    decides: bool = False
    """Whether it alone makes the outcome what it is, whatever the other conditions are."""


@dataclass(frozen=True, slots=True)
class Reads:
    """The conditions of either query that are asked in one place of a picture."""

    reference: tuple[Reading, ...] = ()
    candidate: tuple[Reading, ...] = ()


@dataclass(frozen=True, slots=True)
class Mark:
    """An event, or several alike of one moment."""

    age: int
    """Milliseconds before the moment of evaluation; negative for what is to come."""
    count: int
    text: str
    """Its values, for people."""
    counted: frozenset[Side] = frozenset()
    """The queries that count it in a condition."""


@dataclass(frozen=True, slots=True)
class Band:
    """The time of which one query reads the events of a lane."""

    side: Side
    oldest: int | None
    """Its beginning as an age in milliseconds; `None`: whatever is past."""
    latest: int
    label: str


@dataclass(frozen=True, slots=True)
class Lane:
    """All events of one name, over time."""

    name: str
    marks: tuple[Mark, ...] = ()
    bands: tuple[Band, ...] = ()
    reads: Reads = Reads()
    left_out: int = 0
    """Marks beyond those that are shown."""

    @property
    def total(self) -> int:
        """How many events are shown."""
        return sum(mark.count for mark in self.marks)


@dataclass(frozen=True, slots=True)
class Fact:
    """A condition on what has no time, such as a trait."""

    name: str
    reads: Reads


class CellKind(StrEnum):
    """What a cell holds, so that '1' and 1, and NULL and 'NULL', are told apart."""

    TEXT = "text"
    NUMBER = "number"
    MISSING = "missing"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Cell:
    """A value of a table."""

    text: str
    kind: CellKind


class RowMark(StrEnum):
    """What is to be said of a row."""

    NONE = ""
    BOTH = "both"
    """Both queries use it; of a result: both have it."""
    REFERENCE = "reference"
    CANDIDATE = "candidate"
    NEITHER = "neither"
    ELSEWHERE = "elsewhere"
    """The other result has it too, at another place, where the order counts."""


def row_mark(users: AbstractSet[Side]) -> RowMark:
    """What is said of a row that matters to these queries."""
    if len(users) == len(SIDES):
        return RowMark.BOTH
    return RowMark(next(iter(users))) if users else RowMark.NEITHER


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table."""

    cells: tuple[Cell, ...]
    mark: RowMark = RowMark.NONE


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table of the input, or a result."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    reads: Reads = Reads()
    left_out: int = 0
    """Rows beyond those that are shown."""


@dataclass(frozen=True, slots=True)
class Scene:
    """One of those that the input is about: the customer, the account, one of its users."""

    name: str = ""
    """Empty where there is only one."""
    traits: tuple[tuple[str, str], ...] = ()
    facts: tuple[Fact, ...] = ()
    lanes: tuple[Lane, ...] = ()
    sheets: tuple[Sheet, ...] = ()


@dataclass(frozen=True, slots=True)
class Term:
    """A piece of a formula: a letter, a parenthesis, AND."""

    text: str
    holds: bool | None = None
    is_letter: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one query gives on the input."""

    text: str
    """A value in words; empty where `holds` says it all."""
    holds: bool | None = None
    """Whether it selects the input; `None` of queries that give values or rows."""
    formula: tuple[Term, ...] = ()
    """How its conditions make the outcome; empty where all of them simply have to hold."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A witness as both queries see it."""

    reference: Outcome
    candidate: Outcome
    scenes: tuple[Scene, ...] = ()
    results: tuple[Sheet, ...] = ()
    """The reference's and the candidate's, or none."""
    ordered: bool = False
    """Whether the order of the results' rows counts."""
    steps: tuple[Explanation, ...] = ()
    """Every step of the reference's and the candidate's, or none."""
    notes: tuple[str, ...] = ()
    """What was left out, and where it was run."""
