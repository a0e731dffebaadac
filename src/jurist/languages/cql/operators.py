"""The fixed words of the language, each with what is true of it wherever it stands."""

from __future__ import annotations

from collections.abc import Collection
from enum import Enum, StrEnum, auto
from typing import Final


class Word(StrEnum):
    """A word of the language: as text any enum's, but written only once."""

    shown: str

    def __init__(self, _value: str) -> None:
        self.shown = super().__repr__()

    def __repr__(self) -> str:
        """`<Unit.DAY: 'day'>`."""
        return self.shown


class Unit(Word):
    """Units of time; seconds only in `expires_after`."""

    ms: int
    """Its length in milliseconds."""

    SECOND = "second"
    HOUR = "hour"
    DAY = "day"


Unit.SECOND.ms, Unit.HOUR.ms, Unit.DAY.ms = 1_000, 3_600_000, 86_400_000
HOUR_MS: Final = Unit.HOUR.ms
DAY_MS: Final = Unit.DAY.ms

# --- reducers -------------------------------------------------------------------------------


class Cast(Word):
    """The `as` of a reducer's argument."""

    STRING = "string"
    NUMBER = "number"
    ARRAY = "array"


class Reducer(Word):
    """How a stream becomes one value."""

    counts: bool
    """It gives a whole number from 0, and is never missing."""
    needs_numbers: bool
    """Values that are no numbers are left out, unless its `as` says otherwise."""
    is_extreme: bool
    """The least or greatest of the values, in the order of numbers or (`as string`) of texts."""
    is_end: bool
    """The value of the first or last item."""

    COUNT = "count"
    SUM = "sum"
    AVG = "avg"
    MIN = "min"
    MAX = "max"
    MODE = "mode"
    FIRST = "first"
    LAST = "last"
    UNIQUE = "unique"
    """The list of distinct values: a computed trait only."""
    UNIQUE_COUNT = "unique_count"
    """Written `unique(p).count()`."""


for _reducer in Reducer:
    _reducer.counts = _reducer in {Reducer.COUNT, Reducer.UNIQUE_COUNT}
    _reducer.is_extreme = _reducer in {Reducer.MIN, Reducer.MAX}
    _reducer.needs_numbers = _reducer.is_extreme or _reducer in {Reducer.SUM, Reducer.AVG}
    _reducer.is_end = _reducer in {Reducer.FIRST, Reducer.LAST}

# --- comparisons ----------------------------------------------------------------------------


class Group(Enum):
    """Operators that ask alike."""

    EQUALITY = auto()
    ORDER = auto()
    SEARCH = auto()
    """For a part of a text, or for an entry of a list."""
    DATE = auto()
    """Before or after a moment."""
    RELATIVE = auto()
    """Before or after a moment that is so far from now."""
    PRESENCE = auto()


class Takes(StrEnum):
    """What stands right of an operator, in words."""

    OPERAND = "one constant, trait or property"
    CONSTANTS = "one or more constants"
    CONSTANT = "one constant"
    DURATION = "one length of time, such as 7 days"
    NOTHING = "nothing between its parentheses"


class Operator(Word):
    """Comparisons by their long names."""

    group: Group
    takes: Takes
    symbol: str
    """How it is written between its sides; empty for those that are calls."""
    signs: frozenset[int | None]
    """The orders of left to right side (-1, 0, 1; `None`: there is none) for which it holds.

    Empty for operators that are not defined by an order.
    """
    holds_for_missing: bool
    """Whether it may hold where the value is missing: of `none_of` a schema's readings decide."""
    negated: Operator | None
    """What holds of a value that is there just where this does not."""
    mirrored: Operator | None
    """What says the same with the two sides exchanged."""

    EQUALS = "equals"
    DIFFERS = "differs"
    GREATER_THAN = "greater_than"
    AT_LEAST = "at_least"
    LESS_THAN = "less_than"
    AT_MOST = "at_most"
    ABSENT = "absent"
    EXISTS = "exists"
    CONTAINS = "contains"
    OMITS = "omits"
    STARTS_WITH = "starts_with"
    ENDS_WITH = "ends_with"
    ONE_OF = "one_of"
    NONE_OF = "none_of"
    BEFORE_DATE = "before_date"
    AFTER_DATE = "after_date"
    WITHIN_LAST = "within_last"
    WITHIN_NEXT = "within_next"
    BEFORE_LAST = "before_last"
    AFTER_NEXT = "after_next"


def _define(
    operator: Operator,
    group: Group,
    takes: Takes,
    symbol: str = "",
    signs: Collection[int | None] = (),
    *,
    holds_for_missing: bool = False,
    negated: Operator | None = None,
    mirrored: Operator | None = None,
) -> None:
    operator.group, operator.takes, operator.symbol = group, takes, symbol
    operator.signs = frozenset(signs)
    operator.holds_for_missing = holds_for_missing
    operator.negated, operator.mirrored = negated, mirrored


def _define_all() -> None:
    o = Operator
    group, takes = Group.EQUALITY, Takes.OPERAND
    _define(o.EQUALS, group, takes, "=", {0}, negated=o.DIFFERS, mirrored=o.EQUALS)
    _define(o.DIFFERS, group, takes, "!=", {-1, 1, None}, negated=o.EQUALS, mirrored=o.DIFFERS)
    group = Group.ORDER
    _define(o.GREATER_THAN, group, takes, ">", {1}, negated=o.AT_MOST, mirrored=o.LESS_THAN)
    _define(o.AT_LEAST, group, takes, ">=", {0, 1}, negated=o.LESS_THAN, mirrored=o.AT_MOST)
    _define(o.LESS_THAN, group, takes, "<", {-1}, negated=o.AT_LEAST, mirrored=o.GREATER_THAN)
    _define(o.AT_MOST, group, takes, "<=", {-1, 0}, negated=o.GREATER_THAN, mirrored=o.AT_LEAST)
    group = Group.DATE
    _define(o.BEFORE_DATE, group, takes, signs={-1}, mirrored=o.AFTER_DATE)
    _define(o.AFTER_DATE, group, takes, signs={1}, mirrored=o.BEFORE_DATE)
    takes = Takes.CONSTANTS
    _define(o.ONE_OF, Group.EQUALITY, takes, negated=o.NONE_OF)
    _define(o.NONE_OF, Group.EQUALITY, takes, holds_for_missing=True, negated=o.ONE_OF)
    _define(o.CONTAINS, Group.SEARCH, takes, negated=o.OMITS)
    _define(o.OMITS, Group.SEARCH, takes, holds_for_missing=True, negated=o.CONTAINS)
    for affix in (o.STARTS_WITH, o.ENDS_WITH):
        _define(affix, Group.SEARCH, Takes.CONSTANT)
    for relative in (o.WITHIN_LAST, o.WITHIN_NEXT, o.BEFORE_LAST, o.AFTER_NEXT):
        _define(relative, Group.RELATIVE, Takes.DURATION)
    _define(o.EXISTS, Group.PRESENCE, Takes.NOTHING, negated=o.ABSENT)
    _define(o.ABSENT, Group.PRESENCE, Takes.NOTHING, holds_for_missing=True, negated=o.EXISTS)


_define_all()
