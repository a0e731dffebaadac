"""Constants of the language as text: strings, numbers, dates, timestamps, durations.

Each `read_*` takes a constant as it is written and raises `Mistake`, with the
offset inside that text, where it is none; each `*_text` writes one canonically.
"""

from __future__ import annotations

import datetime
import re
from decimal import Decimal

from jurist.languages.cql.syntax import Duration, Moment, Unit
from jurist.languages.mistakes import Mistake

MAX_DIGITS = 30
MAX_AMOUNT = 1_000_000
"""The largest amount of a duration: nearly 3,000 years of days."""

_EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
_MILLISECOND = datetime.timedelta(milliseconds=1)

_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|(.))")
_ESCAPES = {"\\": "\\", "'": "'", '"': '"', "n": "\n", "t": "\t"}
_PAIR = re.compile("[\ud800-\udbff][\udc00-\udfff]")
_ESCAPED_DOT = re.compile(r"\\{2,}\.")
_UNSAYABLE = re.compile("[\x00\ud800-\udfff]")
_TO_ESCAPE = re.compile(r"[\x01-\x1f\x7f-\x9f\\']")
_NUMBER = re.compile(r"-?(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)")
_TIMESTAMP = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.([0-9]+))?)?"
    r"(?:Z|[+-][0-9]{2}:?[0-5][0-9])?",
    re.IGNORECASE,
)
_UNITS = {
    **dict.fromkeys(("s", "sec", "second"), Unit.SECOND),
    **dict.fromkeys(("h", "hr", "hour"), Unit.HOUR),
    **dict.fromkeys(("d", "day"), Unit.DAY),
}
_OTHER_UNITS = {
    **dict.fromkeys(
        ("min", "minute"), "there are no minutes here: round to hours, such as `1 hour`"
    ),
    "week": "write weeks as days: `7 days` a week",
    "month": "write months as days: `30 days` a month",
    "quarter": "write quarters as days: `90 days` a quarter",
    "year": "write years as days: `365 days` a year",
    "e": "numbers are written out, such as 100000",
}


def checked_string(value: str) -> str:
    """The string itself, if a query can say it: no NUL, no half of a surrogate pair."""
    if match := _UNSAYABLE.search(value):
        what = "NUL" if match.group() == "\0" else "half of a surrogate pair"
        raise Mistake(f"this string holds {what}, which no value can hold", hint="leave it out")
    return value


def read_string(written: str) -> str:
    """The value of a quoted string."""
    inner = written[1:-1]
    if "\\" not in inner:
        return inner
    value = _ESCAPE.sub(_unescape, inner)
    return checked_string(_PAIR.sub(_join_pair, value))


def read_path(value: str) -> str:
    r"""A name's own text: a dot that belongs to it has one backslash before it.

    Segment's page shows such a dot with four backslashes, which its API's JSON halves to the
    two of a string's `\.`. All of these are the same name.
    """
    return _ESCAPED_DOT.sub(r"\.", value) if "\\" in value else value


def _unescape(match: re.Match[str]) -> str:
    code, sign = match.groups()
    if code is not None:
        return chr(int(code, 16))
    return _ESCAPES.get(sign, match.group())


def _join_pair(match: re.Match[str]) -> str:
    return match.group().encode("utf-16", "surrogatepass").decode("utf-16")


def string_text(value: str) -> str:
    """A string in single quotes."""
    if value.isprintable() and "'" not in value and "\\" not in value:
        return f"'{value}'"  # as nearly all are
    return f"'{_TO_ESCAPE.sub(_escape, value)}'"


def _escape(match: re.Match[str]) -> str:
    sign = match.group()
    if sign in "\\'":
        return "\\" + sign
    return {"\n": "\\n", "\t": "\\t"}.get(sign) or f"\\u{ord(sign):04x}"


def read_number(written: str) -> int | Decimal:
    """A plain decimal number of at most 30 digits."""
    if _NUMBER.fullmatch(written) is None:
        raise Mistake(
            f"{written[:40]!r} is not a plain number", hint="write it like 12, -3 or 0.25"
        )
    digits = len(written) - written.count("-") - written.count(".")
    if digits > MAX_DIGITS:
        raise Mistake(
            f"a number of {digits} digits; the most is {MAX_DIGITS}",
            hint="round it, or write an identifier as text in quotes",
        )
    return Decimal(written) if "." in written else int(written)


def number_text(value: int | Decimal) -> str:
    """A number without exponent."""
    return str(value) if isinstance(value, int) else f"{value:f}"


def read_date(written: str) -> datetime.date:
    """A date `yyyy-mm-dd`."""
    try:
        return datetime.date.fromisoformat(written)
    except ValueError:
        raise Mistake(
            f"{written[:40]!r} is no day of the calendar", hint="write a date as yyyy-mm-dd"
        ) from None


def read_moment(written: str) -> tuple[int, bool]:
    """An ISO-8601 timestamp: milliseconds since 1970 UTC, and whether it says its zone."""
    match = _TIMESTAMP.fullmatch(written)
    if match is None:
        raise Mistake(
            f"{written[:40]!r} is no timestamp", hint="write it like 2026-01-31T18:50:00Z"
        )
    if len((match[1] or "").rstrip("0")) > 3:
        raise Mistake(
            f"{written[:40]!r} is finer than a millisecond",
            hint="give at most three digits after the second",
        )
    read_date(written[:10])
    try:
        moment = datetime.datetime.fromisoformat(written.upper())
        zoned = moment.tzinfo is not None
        utc = moment.astimezone(datetime.UTC) if zoned else moment.replace(tzinfo=datetime.UTC)
    except (ValueError, OverflowError):
        raise Mistake(
            f"{written[:40]!r} is no moment of the calendar",
            hint="hours go to 23, minutes and seconds to 59, years from 0001 to 9999",
        ) from None
    return (utc - _EPOCH) // _MILLISECOND, zoned


def moment_text(moment: Moment) -> str:
    """A timestamp in UTC, with `Z` if it said its zone."""
    when = (_EPOCH + moment.ms * _MILLISECOND).replace(tzinfo=None)
    precision = "milliseconds" if when.microsecond else "seconds"
    return when.isoformat(timespec=precision) + ("Z" if moment.zoned else "")


def read_unit(written: str) -> Unit:
    """A unit of time, singular or plural, in any case."""
    word = written.lower()
    singular = word.removesuffix("s")
    known = _UNITS.get(word) or _UNITS.get(singular)
    if known is None:
        hint = _OTHER_UNITS.get(singular, "the units are hours and days")
        raise Mistake(f"unknown unit of time {written[:40]!r}", hint=hint)
    return known


def read_amount(written: str) -> int:
    """The amount of a duration: a whole number from 0."""
    amount = read_number(written)
    if not isinstance(amount, int) or amount < 0:
        raise Mistake(
            f"a length of time is a whole number from 0, not {written[:40]}",
            hint="use a smaller unit: `36 hours` for one and a half days",
        )
    if amount > MAX_AMOUNT:
        raise Mistake(f"a length of time of {written}", hint=f"the most is {MAX_AMOUNT}")
    return amount


def read_frequency(written: str) -> int:
    """The least frequency of `mode`."""
    frequency = read_number(written)
    if not isinstance(frequency, int):
        raise Mistake(
            "the least frequency of `mode` is a whole number from 1",
            hint="write it like mode(property('name'), 2)",
        )
    return frequency


def duration_text(duration: Duration) -> str:
    """An amount and its unit, `1 day` or `2 days`."""
    plural = "" if duration.amount == 1 else "s"
    return f"{duration.amount} {duration.unit}{plural}"
