"""Classes of values that two queries cannot tell apart, and what a schema says of a value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum

from jurist.languages.cql.prover.values.predicates import MOMENT, NUMBER, PRESENT, Primitive
from jurist.languages.cql.schemas.schema import Field, Kind
from jurist.languages.cql.semantics.numbers import number_of, units_of
from jurist.languages.cql.semantics.values import (
    Atom,
    Coercion,
    Value,
    as_number,
    compare,
    is_date,
    is_time,
    is_timestamp,
    moment_of,
    text_of,
)


class Nothing(Enum):
    """The sample of a class of which no value is known."""

    NOTHING = "nothing"


NOTHING = Nothing.NOTHING
_ABOUT_MOMENTS = frozenset((PRESENT, MOMENT, NUMBER))
"""Facts that timestamps of one moment have alike: none of them is a number."""


@dataclass(frozen=True, slots=True, eq=False)
class ValueClass:
    """Values with the same facts; `sample` is `None` for the missing value.

    `numeric`: its values are numbers, from `low` to `high` in units of the domain's
    `scale` (`None`: no bound). `size`: how many different values it has (`None`: no bound);
    `values`: all of them, where they are listed.
    """

    facts: frozenset[Primitive]
    sample: Value | Nothing | None
    numeric: bool = False
    low: int | None = None
    high: int | None = None
    size: int | None = None
    values: tuple[Value, ...] = ()
    days: tuple[tuple[int, int], ...] = ()
    """Of whole days: the intervals that they fill, counted from 1970; none: not known."""


@dataclass(frozen=True, slots=True)
class Allowed:
    """What the schema says of a value, in a form that can be a key of a cache."""

    kind: Kind = Kind.UNKNOWN
    required: bool = False
    minimum: Atom | None = None
    maximum: Atom | None = None
    enum: tuple[Atom, ...] | None = None
    items: Allowed | None = None
    """Of the entries of an array."""
    members: tuple[tuple[str, Allowed], ...] | None = None
    """Of an object, where they are listed."""


@dataclass(frozen=True, slots=True)
class Domain:
    """The classes of one property; `scale`: its numbers are multiples of 1/scale."""

    classes: tuple[ValueClass, ...]
    scale: int
    facts: tuple[Primitive, ...] = ()
    coercion: Coercion = Coercion.NUMBER
    known: Allowed = Allowed()
    """What the schema says of the property."""
    joint: bool = False
    """Whether facts about texts tell numbers apart, so that intervals are only hulls."""

    @property
    def of_moments(self) -> bool:
        """Whether they are columns' timestamps, of which any two of one moment are equal (A10)."""
        return self.coercion is Coercion.NONE and self.known.kind is Kind.DATE_TIME

    @property
    def repeats_moments(self) -> bool:
        """Whether values of different classes, or listed ones, may be the same moment."""
        if not self.of_moments:
            return False
        moments = list(map(moment_of, self.known.enum or ()))
        return (
            len(set(moments)) < len(moments)
            if moments
            else not _ABOUT_MOMENTS.issuperset(fact.kind for fact in self.facts)
        )

    def number(self, part: ValueClass, units: int) -> Value:
        """The value of a class that is so many units, as the schema has it written."""
        for value in part.values:
            number = as_number(value, self.coercion)
            if number is not None and units_of(number, self.scale) == units:
                return value
        number = number_of(units, self.scale)
        return text_of(number) if self.known.kind is Kind.STRING else number


def allows(known: Allowed, value: Value) -> bool:
    """Whether the schema allows a value that is there."""
    if known.enum is not None:
        return any(value == listed for listed in known.enum)
    match known.kind:
        case Kind.UNKNOWN:
            return True
        case Kind.STRING:
            return isinstance(value, str)
        case Kind.BOOLEAN:
            return value in ("true", "false")
        case Kind.DATE:
            return isinstance(value, str) and is_date(value)
        case Kind.DATE_TIME:
            return isinstance(value, str) and is_timestamp(value)
        case Kind.TIME:
            return isinstance(value, str) and is_time(value)
        case Kind.NUMBER | Kind.INTEGER:
            of_kind = isinstance(value, int | (int if known.kind is Kind.INTEGER else Decimal))
            return of_kind and _is_between(known.minimum, value, known.maximum)
        case Kind.ARRAY:
            items = known.items or Allowed()
            return isinstance(value, tuple) and all(allows(items, entry) for entry in value)
        case Kind.OBJECT:
            return isinstance(value, Mapping) and _allows_members(known, value)


def _is_between(least: Atom | None, value: Value, most: Atom | None) -> bool:
    bounds = ((least, -1), (most, 1))
    return not any(b is not None and compare(value, b, Coercion.NUMBER) == s for b, s in bounds)


def _allows_members(known: Allowed, value: Mapping[str, Value]) -> bool:
    if known.members is None:
        return True
    members = dict(known.members)
    required = {name for name, member in members.items() if member.required}
    return required <= value.keys() <= members.keys() and all(
        allows(members[name], inner) for name, inner in value.items()
    )


def allowed(field: Field | None) -> Allowed:
    """The facts of a field that bear on its values; `None`: nothing is known."""
    if field is None:
        return Allowed()
    members = field.fields
    return Allowed(
        field.kind,
        field.required,
        field.minimum,
        field.maximum,
        field.enum,
        None if field.items is None else allowed(field.items),
        None
        if members is None
        else tuple((name, allowed(member)) for name, member in members.items()),
    )
