"""Exact values: numbers, texts and moments as conditions see and compare them.

Nothing here rounds: numbers are `int` or `Decimal` and are compared as such, sums
are formed in a context that refuses to be inexact.
"""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Context, Decimal, Inexact, InvalidOperation, Overflow
from fractions import Fraction
from functools import lru_cache

from jurist.languages.cql.operators import DAY_MS, Coercion
from jurist.languages.cql.semantics.readings import NumberLikeText
from jurist.languages.cql.syntax import Comparison, Constant, Date, Moment, Number, Reduction, Text

MAX_DIGITS = 30
"""Digits that a number may have before the point, and as many behind it."""
MAX_DEPTH = 64
"""How deep arrays and objects of a customer may nest."""

EACH = "$"
"""The key that stands for each entry of an array."""
TIMESTAMP = "timestamp"
"""The context field that is an event's own time."""

Atom = str | int | Decimal
"""A boolean is the text 'true' or 'false': the language has no boolean literal."""
Value = Atom | tuple["Value", ...] | Mapping[str, "Value"]
"""An array is a tuple, an object a mapping; what is missing or null is not there."""
Values = Mapping[str, Value]
Quantity = int | Decimal | Fraction
"""A number; a `Fraction` only where an average is no decimal."""
Result = Value | Fraction
"""What a scalar may be while a query is evaluated."""

_EXACT = Context(prec=4 * MAX_DIGITS + 40, traps=[Inexact, InvalidOperation, Overflow])
_NUMBER = re.compile(rf"-?[0-9]{{1,{MAX_DIGITS}}}(?:\.[0-9]{{1,{MAX_DIGITS}}})?")
_LONGEST_NUMBER = 2 * MAX_DIGITS + 2
_AVERAGE_DIGITS = Decimal(1).scaleb(-12)
_UNESCAPED_DOT = re.compile(r"(?<!\\)\.")
_EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
_MILLISECOND = datetime.timedelta(milliseconds=1)
_MOMENT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
    r"(?:T(?:[01][0-9]|2[0-3]):[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,9})?)?"
    r"(?:Z|[+-](?:[01][0-9]|2[0-3])(?::?[0-5][0-9])?)?)?"
)
_LONGEST_MOMENT = 40
_DATE_LENGTH = len("2026-01-31")
_TIMESTAMP = re.compile(r".{10}T.{2}:.{2}:.{2}(?:\.[0-9]+)?(?:Z|[+-].{2}:.{2})")
_TIME = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]")
SECONDS_OF_A_DAY = 86_400
FIRST_MOMENT = -62_135_596_800_000
"""The year 1 begins: no moment that can be written lies before it."""
LAST_MOMENT = 253_402_300_799_999
"""The year 9999 ends."""
EARLIEST_NOW = -30_578_688_000_000
"""The year 1001 begins: `now` is never before it, as what is compared with it may be older."""
LATEST_NOW = 221_845_392_000_000
"""The year 8999 ends."""


def coercion_of(reading: NumberLikeText) -> Coercion:
    """The coercion that a schema's reading of U10 asks for."""
    return Coercion.NUMBER if reading is NumberLikeText.NUMBER else Coercion.TEXT


def coercion_at(node: Comparison | Reduction, reading: NumberLikeText) -> Coercion:
    """How a typed comparison or reduction compares its values: as it says, else by U10."""
    return node.coercion or coercion_of(reading)


# --- numbers ----------------------------------------------------------------------------------


def read_number(text: str) -> int | Decimal | None:
    """The number that a text says: `-?digits[.digits]`, at most 30 digits on each side.

    An integral number is an `int`. There is no exponent, no plus sign, no space, no
    separator, and no digit but 0-9.
    """
    return _read_number(text) if len(text) <= _LONGEST_NUMBER else None


@lru_cache(maxsize=16_384)
def _read_number(text: str) -> int | Decimal | None:
    if not _NUMBER.fullmatch(text):
        return None
    return plain(Decimal(text)) if "." in text else int(text)


def zeros_changed(text: str) -> tuple[str, ...]:
    """Other texts of the number that a text says, by a zero more or fewer; none of no number."""
    number = read_number(text)
    if number is None:
        return ()
    longer = f"-0{text[1:]}" if text.startswith("-") else f"0{text}"
    behind = f"{text}0" if "." in text else f"{text}.0"
    others = (longer, behind) if text_of(number) == text else (text_of(number), longer)
    return tuple(other for other in others if read_number(other) is not None)


def plain(number: Decimal) -> int | Decimal:
    """The same number: an `int` where it is integral, else a `Decimal` without end zeros."""
    if number == number.to_integral_value():
        return int(number)
    return _EXACT.normalize(number)


def as_number(value: Result, coercion: Coercion) -> Quantity | None:
    """The value as a number, where it is one under this coercion."""
    if isinstance(value, str):
        return read_number(value) if coercion is Coercion.NUMBER else None
    if type(value) is int:
        return value
    return value if isinstance(value, int | Decimal | Fraction) else None


def exact_sum(numbers: Iterable[int | Decimal]) -> int | Decimal:
    """The sum, to the last digit."""
    whole, decimal = 0, Decimal(0)
    for number in numbers:
        if isinstance(number, int):
            whole += number
        else:
            decimal = _EXACT.add(decimal, number)
    return plain(_EXACT.add(decimal, Decimal(whole))) if decimal else whole


def exact_mean(numbers: Sequence[int | Decimal]) -> Quantity:
    """The mean of at least one number: exact, a `Fraction` where it is not whole."""
    mean = Fraction(exact_sum(numbers)) / len(numbers)
    return int(mean) if mean.denominator == 1 else mean


def rounded(value: Result) -> Value:
    """The value itself; a `Fraction` to 12 decimal places, halves to even."""
    if not isinstance(value, Fraction):
        return value
    scaled = round(value * 10**12)
    return plain(_EXACT.multiply(Decimal(scaled), _AVERAGE_DIGITS))


def order_of(left: Quantity, right: Quantity) -> int:
    """-1, 0 or 1, exactly."""
    if isinstance(left, Fraction) or isinstance(right, Fraction):
        left, right = Fraction(left), Fraction(right)
    return (left > right) - (left < right)


# --- texts ------------------------------------------------------------------------------------


def text_of(value: Result) -> str:
    """The text of a value: a number's shortest plain decimal, an array's compact JSON."""
    if isinstance(value, str):
        return value
    if isinstance(value, int):
        return str(value)
    if isinstance(value, Decimal):
        return format(_EXACT.normalize(value), "f")
    if isinstance(value, Fraction):
        return text_of(rounded(value))
    return _json_text(value)


def _json_text(value: Value) -> str:
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, tuple):
        return "[" + ",".join(map(_json_text, value)) + "]"
    if isinstance(value, Mapping):
        entries = (f"{json.dumps(k, ensure_ascii=False)}:{_json_text(v)}" for k, v in value.items())
        return "{" + ",".join(entries) + "}"
    return text_of(value)


def compare(left: Result, right: Result, coercion: Coercion) -> int | None:
    """-1, 0 or 1 as `left` is less than, equal to or greater than `right`.

    As numbers where both are numbers under the coercion, else as text by code points.
    `None` for columns (`NONE`, `MOMENT`) where exactly one of them is a number.
    """
    if type(left) is int and type(right) is int:
        return (left > right) - (left < right)
    if coercion is Coercion.MOMENT:
        first, second = moment_of(left), moment_of(right)
        if first is not None and second is not None:
            return (first > second) - (first < second)
    left_number = as_number(left, coercion)
    right_number = as_number(right, coercion)
    if left_number is not None and right_number is not None:
        return order_of(left_number, right_number)
    is_typed = coercion in {Coercion.NONE, Coercion.MOMENT}
    if is_typed and (left_number is None) != (right_number is None):
        return None
    left_text, right_text = text_of(left), text_of(right)
    return (left_text > right_text) - (left_text < right_text)


# --- moments ----------------------------------------------------------------------------------


def moment_of(value: Result | None) -> int | None:
    """Milliseconds since 1970 UTC of an ISO-8601 date or timestamp; `None` for all else.

    `2023-12-07` is its midnight in UTC; a timestamp without a zone is in UTC; digits
    beyond milliseconds are cut off. Numbers are no moments.
    """
    if not isinstance(value, str) or len(value) > _LONGEST_MOMENT:
        return None
    return _moment_of(value)


@lru_cache(maxsize=16_384)
def _moment_of(text: str) -> int | None:
    if not _MOMENT.fullmatch(text):
        return None
    try:
        moment = datetime.datetime.fromisoformat(text)
    except ValueError:
        return None
    since = (moment if moment.tzinfo else moment.replace(tzinfo=datetime.UTC)) - _EPOCH
    ms = since // _MILLISECOND
    return ms if FIRST_MOMENT <= ms <= LAST_MOMENT else None


def is_date(text: str) -> bool:
    """Whether a text is a day of the calendar, `yyyy-mm-dd`."""
    return len(text) == _DATE_LENGTH and moment_of(text) is not None


def is_bare_date(value: Result | None) -> bool:
    """Whether a value is a date without a time."""
    return isinstance(value, str) and is_date(value)


def is_timestamp(text: str) -> bool:
    """Whether a text is a moment with its seconds and its zone, as RFC 3339 writes it."""
    return _TIMESTAMP.fullmatch(text) is not None and moment_of(text) is not None


def is_time(text: str) -> bool:
    """Whether a text is a time of day, `hh:mm:ss`."""
    return _TIME.fullmatch(text) is not None


def time_text(second: int) -> str:
    """The time of day that is so many seconds after midnight."""
    minute, second = divmod(second, 60)
    return f"{minute // 60:02d}:{minute % 60:02d}:{second:02d}"


def seconds_of(time: str) -> int:
    """How many seconds a time of day is after midnight."""
    hour, minute, second = map(int, time.split(":"))
    return (hour * 60 + minute) * 60 + second


def moment_text(ms: int, *, zoned: bool = True) -> str:
    """`2023-12-07T18:50:00Z`, with `.mmm` only where the milliseconds are not 0."""
    seconds, milliseconds = divmod(ms, 1_000)
    moment = _EPOCH + datetime.timedelta(seconds=seconds)
    fraction = f".{milliseconds:03d}" if milliseconds else ""
    return moment.isoformat()[:19] + fraction + ("Z" if zoned else "")


def midnight(moment: int) -> int:
    """When the day of a moment began, in UTC."""
    return moment // DAY_MS * DAY_MS


def date_text(day: int) -> str:
    """A day, counted from 1970, as `yyyy-mm-dd`."""
    return moment_text(day * DAY_MS)[:_DATE_LENGTH]


# --- literals ---------------------------------------------------------------------------------


def constant_value(constant: Constant) -> Atom:
    """A literal as a value: a date or timestamp is its canonical text."""
    match constant:
        case Number(value) | Text(value):
            return value
        case Date(day):
            return day.isoformat()
        case Moment(ms, zoned):
            return moment_text(ms, zoned=zoned)


def constant_moment(constant: Constant) -> int | None:
    """A literal as a moment in milliseconds since 1970 UTC, where it says one."""
    match constant:
        case Moment(ms):
            return ms
        case Number():
            return None
        case _:
            return moment_of(constant_value(constant))


# --- paths ------------------------------------------------------------------------------------


@lru_cache(maxsize=4_096)
def split_path(name: str) -> tuple[str, ...]:
    r"""The keys that a name walks: `a.b` is (`a`, `b`), `a\.b` is (`a.b`,)."""
    return tuple(key.replace("\\.", ".") for key in _UNESCAPED_DOT.split(name))


def walk(value: Value | None, keys: Sequence[str]) -> Value | None:
    """What lies at the end of the keys; `None` where there is nothing."""
    for key in keys:
        if not isinstance(value, Mapping):
            return None
        value = value.get(key)
    return value
