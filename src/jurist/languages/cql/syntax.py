"""The tree of a CQL query: frozen, hashable nodes, one class a construct.

A query is a condition (an audience) or a scalar (a computed trait). Where in a text a node
stands is no part of it: `text.offsets` tells.

Nodes are msgspec structs: made and compared in C, hashed once, and JSON both ways
(`text.json_view`), in which `kind` names the class and what has its default is left out.
"""

from __future__ import annotations

import datetime
from decimal import Context as Arithmetic
from decimal import Decimal, Inexact
from typing import TypeGuard, final, get_args

from msgspec import Struct
from msgspec.structs import force_setattr

from jurist.languages.base import Query as OpaqueQuery
from jurist.languages.cql.operators import Cast, Coercion, Operator, Reducer, Unit


class Node(
    OpaqueQuery,
    Struct,
    frozen=True,
    cache_hash=True,
    gc=False,  # a tree holds no cycles
    omit_defaults=True,
    forbid_unknown_fields=True,
    tag_field="kind",
    tag=str.lower,
):
    """A node of a query's tree."""


_UNROUNDED = Arithmetic(prec=100, traps=[Inexact])
_LARGEST_EXPONENT = 90

# --- literals -----------------------------------------------------------------------------


class Number(Node, frozen=True):
    """An exact decimal number; an `int` where it is integral."""

    value: int | Decimal

    def __post_init__(self) -> None:
        """Make equal numbers equal nodes.

        Raises:
            ValueError: It is no number, or has too many digits to be worked with.
        """
        value = self.value
        if isinstance(value, Decimal):
            if not value.is_finite() or abs(value.adjusted()) > _LARGEST_EXPONENT:
                msg = "not a number of a reasonable size"
                raise ValueError(msg)
            whole = value == value.to_integral_value()
            plain = int(value) if whole else _UNROUNDED.normalize(value)
            force_setattr(self, "value", plain)


class Text(Node, frozen=True):
    """A string literal."""

    value: str


class Date(Node, frozen=True):
    """A bare `yyyy-mm-dd`: midnight UTC where a moment is needed."""

    value: datetime.date


class Moment(Node, frozen=True):
    """A bare ISO-8601 timestamp, in milliseconds since 1970 UTC; `zoned` if it said its zone."""

    ms: int
    zoned: bool


class Duration(Node, frozen=True):
    """An amount of time as written: `1 day` and `24 hours` are different nodes."""

    amount: int
    unit: Unit

    @property
    def ms(self) -> int:
        """Length in milliseconds."""
        return self.amount * self.unit.ms


# --- extractors -----------------------------------------------------------------------------


@final
class Event(Node, frozen=True):
    """All events of one name."""

    name: str


@final
class Entity(Node, frozen=True):
    """All rows of one relationship of the data graph."""

    slug: str


@final
class Trait(Node, frozen=True):
    r"""A trait; `.` in the name walks nested objects, `\.` is a literal dot."""

    name: str


@final
class Property(Node, frozen=True):
    """A property of the event or row at hand, or of the one right around it (`parent`)."""

    name: str
    parent: bool = False


@final
class Context(Node, frozen=True):
    """A context field of the event at hand; `timestamp` is the event's own time."""

    name: str


# --- filters and streams ----------------------------------------------------------------------


class Where(Node, frozen=True):
    """Keep the items for which the condition holds."""

    condition: Condition


class Sources(Node, frozen=True):
    """Drop the events of these source ids."""

    exclude: tuple[str, ...]


class Within(Node, frozen=True):
    """Keep the last `duration` before now, or the `duration` after the parent event."""

    duration: Duration
    parent: bool = False


@final
class Between(Node, frozen=True):
    """Keep what is `near` to `far` ago (or after the parent event)."""

    near: Duration
    far: Duration
    parent: bool = False


class ExpiresAfter(Node, frozen=True, tag="expires_after"):
    """Keep one session, which ends after this much inactivity. Computed traits only.

    It is the current one, or (`parent`) the one that begins with the parent event.
    """

    duration: Duration
    parent: bool = False


Filter = Where | Sources | Within | Between | ExpiresAfter


class Stream(Node, frozen=True):
    """A source of items and the filters on it, in written order."""

    source: Event | Entity
    filters: tuple[Filter, ...] = ()


# --- scalars ----------------------------------------------------------------------------------


@final
class Reduction(Node, frozen=True):
    """A stream reduced to one value.

    `value` is what is reduced (`None` for `count`; a trait is that of the user whose item it
    is), `cast` its `as`, `minimum` the least frequency of `mode` (`None` for all others).
    `coercion` says how values are compared with each other; see `Comparison`.
    """

    stream: Stream
    reducer: Reducer
    value: Property | Context | Trait | None = None
    cast: Cast | None = None
    minimum: int | None = None
    coercion: Coercion | None = None


Name = Trait | Property | Context
Scalar = Reduction | Trait | Property | Context
_NAMES = frozenset[type](get_args(Name))
_SCALARS = frozenset[type](get_args(Scalar))


def is_name(node: Node) -> TypeGuard[Name]:
    """Whether a node is a `Name`; to find that it is none takes `isinstance` a microsecond."""
    return type(node) in _NAMES


def is_scalar(node: Node) -> TypeGuard[Scalar]:
    """Whether a node is a `Scalar`."""
    return type(node) in _SCALARS


# --- conditions -------------------------------------------------------------------------------


Constant = Number | Text | Date | Moment
Operand = Number | Text | Date | Moment | Duration | Reduction | Trait | Property | Context


@final
class Comparison(Node, frozen=True):
    """`left operator arguments`.

    The six symbol operators and before/after_date take one constant or one scalar;
    one_of and none_of one or more constants; contains and omits one or more constants or
    names; starts_with and ends_with one constant or name; within_last, within_next,
    before_last, after_next one duration; absent, exists none.
    `coercion` is no part of what is written: `schemas.typing` says by the types of both
    sides how they are compared; `None` is the schema's usual reading.
    """

    left: Scalar
    operator: Operator
    arguments: tuple[Operand, ...] = ()
    coercion: Coercion | None = None


class And(Node, frozen=True):
    """All of two or more conditions; nested `And`s come from written parentheses."""

    operands: tuple[Condition, ...]


class Or(Node, frozen=True):
    """At least one of two or more conditions."""

    operands: tuple[Condition, ...]


class Not(Node, frozen=True):
    """True only where the operand is false."""

    operand: Condition


class AnyUser(Node, frozen=True, tag="any"):
    """`ANY`: some user of the account."""

    operand: Condition


class AllUsers(Node, frozen=True, tag="all"):
    """`ALL`: every user of the account, true of an account without users."""

    operand: Condition


# Named here, as to ask for `And | Or` makes that union each time.
Junction = And | Or
Quantifier = AnyUser | AllUsers
Condition = Comparison | And | Or | Not | AnyUser | AllUsers
CqlQuery = Condition | Scalar
