"""Comparisons between values of several types, as the dialect reads them.

Afterwards both sides are of one type, or are numbers, or one is the literal NULL; anything else
is refused. SQLite: https://www.sqlite.org/datatype3.html#type_conversions_prior_to_comparison.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Final

from jurist.errors import UnsupportedError
from jurist.languages.sql.algebra.nodes import (
    Call,
    Case,
    Column,
    Compares,
    Comparison,
    Constant,
    Expression,
    IsNull,
    Not,
    Same,
)
from jurist.languages.sql.algebra.types import type_of
from jurist.languages.sql.dialects import Dialect
from jurist.languages.sql.values import ValueType

TRUE: Final = Constant(1, ValueType.BOOLEAN)
FALSE: Final = Constant(0, ValueType.BOOLEAN)
NULL: Final = Constant(None, ValueType.NULL)
_INTEGER: Final = re.compile(r"\s*[+-]?[0-9]{1,18}\s*")
_REAL: Final = re.compile(r"\s*[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,3})?\s*")
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}")
_BELOW_ALL_TEXT: Final = {Compares.NE, Compares.LT, Compares.LE}
"""What is true of a number on the left and a text that is none on the right, in SQLite."""


@dataclass(frozen=True, slots=True)
class Side:
    """A side of a comparison."""

    value: Expression
    has_affinity: bool
    """Of a column or a cast, which in SQLite decides how the other side is read."""


def number_of(text: str) -> Constant | None:
    """The number that a whole text spells."""
    if _INTEGER.fullmatch(text):
        return Constant(int(text), ValueType.INTEGER)
    if _REAL.fullmatch(text):
        return Constant(float(text), ValueType.REAL)
    return None


def is_day(text: str) -> bool:
    """Whether it is a date, canonically written."""
    if not _DAY.fullmatch(text):
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def is_moment(text: str) -> bool:
    """Whether it is a date with a time of day, canonically written."""
    if not _MOMENT.fullmatch(text):
        return False
    hour, minute, second = (int(part) for part in text[11:].split(":"))
    return is_day(text[:10]) and hour < 24 and minute < 60 and second < 60


def as_text(value: Expression) -> Expression:
    """The value written as text."""
    kind = type_of(value)
    if kind in {ValueType.TEXT, ValueType.NULL}:
        return value
    if isinstance(value, Constant) and (kind is not ValueType.REAL):
        return Constant(str(value.value), ValueType.TEXT)
    return Call("cast", (value,), ValueType.TEXT)


def compare(compares: Compares, left: Side, right: Side, dialect: Dialect) -> Expression:
    """A comparison, with what either side is read as made explicit.

    Raises:
        UnsupportedError: No meaning of it is modelled.
    """
    _no_padded_constants((left, right), dialect)
    if dialect is Dialect.SQLITE and compares not in {Compares.EQ, Compares.NE}:
        _no_numbers_beside_times(left, right)
    aligned = _aligned(left, right, dialect)
    if aligned is not None:
        return Comparison(compares, *aligned)
    if type_of(left.value) is ValueType.TEXT:
        left, right, compares = right, left, compares.mirrored
    number, text = left.value, right.value
    beside_text = compares in _BELOW_ALL_TEXT
    if not left.has_affinity or (isinstance(text, Constant)):
        either = ((IsNull(number), NULL), (IsNull(text), NULL))
        return Case(either, TRUE if beside_text else FALSE)
    # a text is read as the number that it spells, and is above every number where it spells none
    is_number = Call("is_number", (text,), ValueType.BOOLEAN)
    fixed = Comparison(Compares.EQ if beside_text else Compares.NE, number, number)
    spelled = Call("to_number", (text,), ValueType.REAL)
    return Case(((Not(is_number), fixed),), Comparison(compares, number, spelled))


def same(left: Side, right: Side, dialect: Dialect) -> Expression:
    """IS NOT DISTINCT FROM.

    Raises:
        UnsupportedError: No meaning of it is modelled.
    """
    for one, other in ((left, right), (right, left)):
        if one.value == NULL:
            return IsNull(other.value)
    aligned = _aligned(left, right, dialect)
    if aligned is None:
        raise _mixed(left, right)
    return Same(*aligned)


def _aligned(left: Side, right: Side, dialect: Dialect) -> tuple[Expression, Expression] | None:
    """Both sides as one type; `None`: a number beside what in SQLite may be another text."""
    one, other = type_of(left.value), type_of(right.value)
    if one.is_comparable_to(other) or ValueType.NULL in {one, other}:
        return left.value, right.value
    if other.is_time and not one.is_time:
        swapped = _aligned(right, left, dialect)
        return None if swapped is None else (swapped[1], swapped[0])
    if one.is_time:
        return _times(left, right, dialect)
    if ValueType.OTHER in {one, other}:
        raise _mixed(left, right)
    if other is ValueType.TEXT:
        return _text_and_number(right, left, dialect, text_first=False)
    return _text_and_number(left, right, dialect, text_first=True)


def _times(time: Side, other: Side, dialect: Dialect) -> tuple[Expression, Expression] | None:
    kind = type_of(time.value)
    against = type_of(other.value)
    if isinstance(other.value, Constant) and against is ValueType.TEXT:
        text = str(other.value.value)
        if (kind is ValueType.DATE and is_day(text)) or (
            kind is ValueType.TIMESTAMP and is_moment(text)
        ):
            return time.value, Constant(text, kind)
        if kind is ValueType.TIMESTAMP and is_day(text) and dialect is not Dialect.SQLITE:
            return time.value, Constant(f"{text} 00:00:00", kind)
    if dialect is Dialect.SQLITE and (against is ValueType.TEXT or against.is_time):
        # dates are texts there, and compare as such
        return as_text(time.value), as_text(other.value)
    if against.is_time:
        return _moment(time.value), _moment(other.value)
    raise _mixed(time, other)


def _no_padded_constants(sides: tuple[Side, Side], dialect: Dialect) -> None:
    """'a ' equals 'a' in a CHAR column."""
    if dialect in {Dialect.SQLITE, Dialect.DUCKDB}:
        return
    for value in (side.value for side in sides):
        text = value.value if isinstance(value, Constant) else None
        if isinstance(text, str) and text.endswith(" "):
            raise _mixed(*sides)


def _no_numbers_beside_times(left: Side, right: Side) -> None:
    """A date's column is NUMERIC in SQLite, where '2021' beside it is a number, below all dates."""
    for time, other in ((left, right), (right, left)):
        text = other.value
        if not type_of(time.value).is_time or type_of(text) is not ValueType.TEXT:
            continue
        is_constant = isinstance(text, Constant)
        if isinstance(text, Column) or (is_constant and number_of(str(text.value)) is not None):
            raise _mixed(time, other)


def _moment(value: Expression) -> Expression:
    if type_of(value) is ValueType.TIMESTAMP:
        return value
    if isinstance(value, Constant):
        return Constant(f"{value.value} 00:00:00", ValueType.TIMESTAMP)
    return Call("cast", (value,), ValueType.TIMESTAMP)


def _text_and_number(
    text: Side, number: Side, dialect: Dialect, *, text_first: bool
) -> tuple[Expression, Expression] | None:
    if dialect is Dialect.SQLITE:
        pair = _with_affinity(text, number)
    elif isinstance(text.value, Constant):
        spelled = number_of(str(text.value.value))
        if spelled is None:
            raise _mixed(text, number)
        pair = (spelled, number.value)
    else:
        pair = (Call("cast", (text.value,), ValueType.REAL), number.value)
    if pair is None or text_first:
        return pair
    return pair[1], pair[0]


def _with_affinity(text: Side, number: Side) -> tuple[Expression, Expression] | None:
    if number.has_affinity:
        if isinstance(text.value, Constant):
            spelled = number_of(str(text.value.value))
            return None if spelled is None else (spelled, number.value)
        return None
    if text.has_affinity:
        return text.value, as_text(number.value)
    return None


def _mixed(left: Side, right: Side) -> UnsupportedError:
    kinds = f"{type_of(left.value)} beside {type_of(right.value)}"
    return UnsupportedError(
        f"a comparison of {kinds} has no meaning here",
        expected="both sides of one type",
        fix="cast one side to the type of the other",
    )
