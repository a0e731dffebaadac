"""The tree of a CQL query: frozen, hashable nodes, one class a construct.

A query is a condition (an audience) or a scalar (a computed trait). `at`, the
offset in the text a node was parsed from, takes no part in equality.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from decimal import Context as Arithmetic
from decimal import Decimal, Inexact

from jurist.languages.cql.nodes import Kept
from jurist.languages.cql.operators import Cast, Operator, Reducer, Unit


@dataclass(frozen=True, slots=True)
class Node(Kept):
    """A node; `at` is its offset in the text, -1 where it was not parsed."""

    at: int = field(default=-1, compare=False, repr=False, kw_only=True)


_UNROUNDED = Arithmetic(prec=100, traps=[Inexact])

# --- literals -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Number(Node):
    """An exact decimal number; an `int` where it is integral."""

    value: int | Decimal

    def __post_init__(self) -> None:
        """Make equal numbers equal nodes."""
        value = self.value
        if isinstance(value, Decimal):
            whole = value == value.to_integral_value()
            plain = int(value) if whole else _UNROUNDED.normalize(value)
            object.__setattr__(self, "value", plain)


@dataclass(frozen=True, slots=True)
class Text(Node):
    """A string literal."""

    value: str


@dataclass(frozen=True, slots=True)
class Date(Node):
    """A bare `yyyy-mm-dd`: midnight UTC where a moment is needed."""

    value: datetime.date


@dataclass(frozen=True, slots=True)
class Moment(Node):
    """A bare ISO-8601 timestamp, in milliseconds since 1970 UTC; `zoned` if it said its zone."""

    ms: int
    zoned: bool


@dataclass(frozen=True, slots=True)
class Duration(Node):
    """An amount of time as written: `1 day` and `24 hours` are different nodes."""

    amount: int
    unit: Unit

    @property
    def ms(self) -> int:
        """Length in milliseconds."""
        return self.amount * self.unit.ms


# --- extractors -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Event(Node):
    """All events of one name."""

    name: str


@dataclass(frozen=True, slots=True)
class Entity(Node):
    """All rows of one relationship of the data graph."""

    slug: str


@dataclass(frozen=True, slots=True)
class Trait(Node):
    r"""A trait; `.` in the name walks nested objects, `\.` is a literal dot."""

    name: str


@dataclass(frozen=True, slots=True)
class Property(Node):
    """A property of the event or entity at hand, or of the enclosing (`parent`) event."""

    name: str
    parent: bool = False


@dataclass(frozen=True, slots=True)
class Context(Node):
    """A context field of the event at hand; `timestamp` is the event's own time."""

    name: str


# --- filters and streams ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Where(Node):
    """Keep the items for which the condition holds."""

    condition: Condition


@dataclass(frozen=True, slots=True)
class Sources(Node):
    """Drop the events of these source ids."""

    exclude: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Within(Node):
    """Keep the last `duration` before now, or the `duration` after the parent event."""

    duration: Duration
    parent: bool = False


@dataclass(frozen=True, slots=True)
class Between(Node):
    """Keep what is `near` to `far` ago (or after the parent event)."""

    near: Duration
    far: Duration
    parent: bool = False


@dataclass(frozen=True, slots=True)
class ExpiresAfter(Node):
    """Keep the current session: it ends after this much inactivity. Computed traits only."""

    duration: Duration


Filter = Where | Sources | Within | Between | ExpiresAfter


@dataclass(frozen=True, slots=True)
class Stream(Node):
    """A source of items and the filters on it, in written order."""

    source: Event | Entity
    filters: tuple[Filter, ...] = ()


# --- scalars ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Reduction(Node):
    """A stream reduced to one value.

    `value` is what is reduced (`None` for `count`), `cast` its `as`, `minimum`
    the least frequency of `mode` (`None` for all others).
    """

    stream: Stream
    reducer: Reducer
    value: Property | Context | None = None
    cast: Cast | None = None
    minimum: int | None = None


Name = Trait | Property | Context
Scalar = Reduction | Trait | Property | Context

# --- conditions -------------------------------------------------------------------------------


Constant = Number | Text | Date | Moment
Operand = Number | Text | Date | Moment | Duration | Trait | Property | Context


@dataclass(frozen=True, slots=True)
class Comparison(Node):
    """`left operator arguments`.

    The six symbol operators and before/after_date take one constant or one
    trait, property or context; one_of, none_of, contains, omits take one or
    more constants; starts_with, ends_with one constant; within_last,
    within_next, before_last, after_next one duration; absent, exists none.
    """

    left: Scalar
    operator: Operator
    arguments: tuple[Operand, ...] = ()


@dataclass(frozen=True, slots=True)
class And(Node):
    """All of two or more conditions; nested `And`s come from written parentheses."""

    operands: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Or(Node):
    """At least one of two or more conditions."""

    operands: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Not(Node):
    """True only where the operand is false."""

    operand: Condition


@dataclass(frozen=True, slots=True)
class AnyUser(Node):
    """`ANY`: some user of the account."""

    operand: Condition


@dataclass(frozen=True, slots=True)
class AllUsers(Node):
    """`ALL`: every user of the account, true of an account without users."""

    operand: Condition


# Named here, as to ask for `And | Or` makes that union each time.
Junction = And | Or
Quantifier = AnyUser | AllUsers
Condition = Comparison | And | Or | Not | AnyUser | AllUsers
CqlQuery = Condition | Scalar
