"""One spelling for each constant: durations, numbers written as text, moments."""

from __future__ import annotations

from jurist.languages.cql.semantics.values import (
    Coercion,
    constant_moment,
    constant_value,
    read_number,
    text_of,
)
from jurist.languages.cql.syntax import (
    Constant,
    Duration,
    Moment,
    Number,
    Text,
    Unit,
)
from jurist.languages.cql.text.literals import MAX_DIGITS


def duration(ms: int) -> Duration:
    """The length in the largest unit that says it exactly.

    Args:
        ms: Milliseconds, a whole number of seconds.
    """
    unit = next(unit for unit in (Unit.DAY, Unit.HOUR, Unit.SECOND) if ms % unit.ms == 0)
    return Duration(ms // unit.ms, unit)


def compared_value(constant: Constant, coercion: Coercion, *, ordered: bool) -> Number | Text:
    """A constant that a value is compared with.

    A date is the text that it is compared as. Text that reads as a number is that
    number, as nothing equals the one and not the other; where order matters, only if the
    text is the number's own spelling, as other text is compared with that.
    """
    value = constant_value(constant)
    if not isinstance(value, str):
        return Number(value)
    number = read_number(value) if coercion is Coercion.NUMBER else None
    if number is None:
        return Text(value)
    own = text_of(number)
    sayable = sum(map(str.isdigit, own)) <= MAX_DIGITS
    return Number(number) if sayable and (own == value or not ordered) else Text(value)


def searched_text(constant: Constant) -> Text:
    """A constant that is looked for inside of texts."""
    return Text(text_of(constant_value(constant)))


def dated(constant: Constant) -> Moment | None:
    """A constant that a moment is compared with; `None` where it says no moment."""
    ms = constant_moment(constant)
    return None if ms is None else Moment(ms, zoned=True)
