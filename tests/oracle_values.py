"""What values are read as by the naive second reading: numbers, texts, days and moments."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

from jurist.languages.cql.semantics.values import Value

Found = Value | Fraction | None
DAY = 86_400_000
_DAY_ALONE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def number_in(value: str) -> Fraction | None:
    """The number that a text is, if it is one."""
    digits = value.removeprefix("-").split(".")
    if len(digits) > 2 or not all(d.isascii() and d.isdigit() and len(d) <= 30 for d in digits):
        return None
    return Fraction(value)


def plain(number: Fraction) -> int | Fraction:
    """A whole number as such."""
    return int(number) if number.denominator == 1 else number


def exact(number: Fraction) -> int | Decimal:
    """What no average made: a decimal of at most 30 places, never rounded."""
    units = number * 10**30
    assert units.denominator == 1
    sign, digits = ("-" if units < 0 else ""), f"{abs(int(units)):031d}"
    decimal = Decimal(f"{sign}{digits[:-30]}.{digits[-30:]}".rstrip("0"))
    return int(decimal) if number.denominator == 1 else decimal


def text(value: Found) -> str:
    """How a value reads."""
    match value:
        case str():
            return value
        case int():
            return str(value)
        case Decimal():
            return (
                format(value, "f").rstrip("0").rstrip(".")
                if "." in format(value, "f")
                else (format(value, "f"))
            )
        case Fraction():
            return text(Decimal(round(value * 10**12)) / 10**12)
        case tuple() | Mapping():
            return compact(value)
        case None:
            raise AssertionError


def compact(value: Value) -> str:
    """Compact JSON; a number in it reads as it does alone, to its last digit."""
    match value:
        case str():
            return json.dumps(value, ensure_ascii=False)
        case tuple():
            return "[" + ",".join(compact(v) for v in value) + "]"
        case Mapping():
            pairs = (f"{json.dumps(k, ensure_ascii=False)}:{compact(v)}" for k, v in value.items())
            return "{" + ",".join(pairs) + "}"
        case _:
            return text(value)


def moment(value: Found) -> int | None:
    """The moment that a text says, in milliseconds; a day alone is its midnight."""
    if not isinstance(value, str) or not value[:4].isdigit() or value[4:5] != "-":
        return None
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        return None
    if found.tzinfo is None:
        found = found.replace(tzinfo=UTC)
    return (found - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)


def day_alone(value: Found) -> int | None:
    """The number of the day that a text says without a time: days since 1970."""
    if not isinstance(value, str) or not _DAY_ALONE.fullmatch(value):
        return None
    try:
        found = date.fromisoformat(value)
    except ValueError:
        return None
    return (found - date(1970, 1, 1)).days


def iso(ms: int) -> str:
    """A moment as a timestamp in UTC."""
    # Not by `fromtimestamp(ms / 1000)`: a float is off by a microsecond, and loses the last ms.
    found = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=ms)
    return found.isoformat(timespec="milliseconds").replace("+00:00", "Z").replace(".000Z", "Z")
