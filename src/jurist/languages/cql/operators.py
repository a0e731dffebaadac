"""The fixed words of the language, each with what is true of it wherever it stands."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from enum import Enum, StrEnum, auto
from typing import Final, Self


class Word(StrEnum):
    """A word of the language, which is its own text."""

    _value_: str

    def __new__(cls, value: str, *_facts: object) -> Self:
        """A member by its word; what follows is for `__init__`."""
        word = str.__new__(cls, value)
        word._value_ = value
        return word

    __repr__ = str.__repr__  # nodes are compared and measured by their text
    __hash__ = str.__hash__  # that of an enum is Python's, and each node hashes its words


class Unit(Word):
    """Units of time; seconds only in `expires_after`."""

    SECOND = "second", 1_000
    HOUR = "hour", 3_600_000
    DAY = "day", 86_400_000

    def __init__(self, _value: str, ms: int) -> None:
        self.ms = ms
        """Its length in milliseconds."""


SECOND_MS: Final = Unit.SECOND.ms
MINUTE_MS: Final = 60 * SECOND_MS
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


class Coercion(Enum):
    """How two values are compared with each other (U10, A10)."""

    NUMBER = "text that reads as a number is that number"
    TEXT = "a number that meets a text is compared by its text"
    NONE = "a number and a text are never equal, and neither comes first"
    MOMENT = "two moments are compared by when they are, all else as under NONE"


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


class Takes(Word):
    """What stands right of an operator, in words."""

    OPERAND = "one constant, trait, property or reduced stream", 1, 1
    CONSTANTS = "one or more constants", 1, None
    TEXTS = "one or more constants, traits or properties", 1, None
    TEXT = "one constant, trait or property", 1, 1
    DURATION = "one length of time, such as 7 days", 1, 1
    NOTHING = "nothing between its parentheses", 0, 0

    def __init__(self, _value: str, least: int, most: int | None) -> None:
        self.least = least
        """How many at least."""
        self.most = most
        """How many at most; `None`: as many as are written."""


class Operator(Word):
    """Comparisons by their long names."""

    EQUALS = "equals", Group.EQUALITY, Takes.OPERAND, "=", {0}
    DIFFERS = "differs", Group.EQUALITY, Takes.OPERAND, "!=", {-1, 1, None}
    GREATER_THAN = "greater_than", Group.ORDER, Takes.OPERAND, ">", {1}
    AT_LEAST = "at_least", Group.ORDER, Takes.OPERAND, ">=", {0, 1}
    LESS_THAN = "less_than", Group.ORDER, Takes.OPERAND, "<", {-1}
    AT_MOST = "at_most", Group.ORDER, Takes.OPERAND, "<=", {-1, 0}
    ABSENT = "absent", Group.PRESENCE, Takes.NOTHING
    EXISTS = "exists", Group.PRESENCE, Takes.NOTHING
    CONTAINS = "contains", Group.SEARCH, Takes.TEXTS
    OMITS = "omits", Group.SEARCH, Takes.TEXTS
    STARTS_WITH = "starts_with", Group.SEARCH, Takes.TEXT
    ENDS_WITH = "ends_with", Group.SEARCH, Takes.TEXT
    ONE_OF = "one_of", Group.EQUALITY, Takes.CONSTANTS
    NONE_OF = "none_of", Group.EQUALITY, Takes.CONSTANTS
    BEFORE_DATE = "before_date", Group.DATE, Takes.OPERAND, "", {-1}
    AFTER_DATE = "after_date", Group.DATE, Takes.OPERAND, "", {1}
    WITHIN_LAST = "within_last", Group.RELATIVE, Takes.DURATION
    WITHIN_NEXT = "within_next", Group.RELATIVE, Takes.DURATION
    BEFORE_LAST = "before_last", Group.RELATIVE, Takes.DURATION
    AFTER_NEXT = "after_next", Group.RELATIVE, Takes.DURATION

    is_negative: bool
    """Whether it says that something is not so."""
    holds_for_missing: bool
    """Whether it may hold where the value is missing: of `none_of` a schema's readings decide."""
    negated: Operator | None
    """What holds of a value that is there just where this does not."""
    mirrored: Operator | None
    """What says the same with the two sides exchanged."""

    def __init__(
        self,
        _value: str,
        group: Group,
        takes: Takes,
        symbol: str = "",
        signs: Collection[int | None] = (),
    ) -> None:
        self.group = group
        self.takes = takes
        self.symbol = symbol
        """How it is written between its sides; empty for those that are calls."""
        self.signs = frozenset(signs)
        """The orders of left to right side (-1, 0, 1; `None`: there is none) for which it holds.

        Empty for operators that are not defined by an order.
        """


def _both_ways(*pairs: tuple[Operator, Operator]) -> Mapping[Operator, Operator]:
    return dict(pairs) | {second: first for first, second in pairs}


_NEGATED = _both_ways(
    (Operator.EQUALS, Operator.DIFFERS),
    (Operator.AT_LEAST, Operator.LESS_THAN),
    (Operator.AT_MOST, Operator.GREATER_THAN),
    (Operator.EXISTS, Operator.ABSENT),
    (Operator.CONTAINS, Operator.OMITS),
    (Operator.ONE_OF, Operator.NONE_OF),
)
_MIRRORED = _both_ways(
    (Operator.EQUALS, Operator.EQUALS),
    (Operator.DIFFERS, Operator.DIFFERS),
    (Operator.AT_LEAST, Operator.AT_MOST),
    (Operator.GREATER_THAN, Operator.LESS_THAN),
    (Operator.BEFORE_DATE, Operator.AFTER_DATE),
)
_HOLD_FOR_MISSING = frozenset({Operator.ABSENT, Operator.OMITS, Operator.NONE_OF})
for _operator in Operator:
    _operator.holds_for_missing = _operator in _HOLD_FOR_MISSING
    _operator.is_negative = _operator in {*_HOLD_FOR_MISSING, Operator.DIFFERS}
    _operator.negated = _NEGATED.get(_operator)
    _operator.mirrored = _MIRRORED.get(_operator)
