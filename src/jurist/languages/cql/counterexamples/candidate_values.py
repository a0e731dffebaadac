"""The values of a field around which two queries can differ."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from jurist.languages.cql.counterexamples.legality import default_value, is_legal
from jurist.languages.cql.schemas.schema import Field, Kind
from jurist.languages.cql.semantics.values import (
    FIRST_MOMENT,
    LAST_MOMENT,
    Atom,
    Value,
    constant_value,
    exact_sum,
    moment_of,
    moment_text,
    read_number,
    text_of,
)
from jurist.languages.cql.syntax import Date, Duration, Moment, Number, Operand, Text, Unit

STRANGER = "zz"
"""A text that no query speaks of."""
_HOUR = Unit.HOUR.ms
_MOST_VALUES = 24
_MOST_CONSTANTS = 100
_MOST_LISTED = 1_000
_CENT = Decimal("0.01")
_PLAIN_NUMBERS = (1, 2, 0)
"""For fields that no query compares with a number."""


def pool(constants: Sequence[Operand], field: Field, now: int) -> tuple[Value | None, ...]:
    """The values of one field: at, below and above each constant, and some that are neither.

    Args:
        constants: What queries compare it with.
        field: What it may hold.
        now: The moment of evaluation, in milliseconds since 1970 UTC.
    """
    found: dict[tuple[type, str], Value] = {}
    listed = field.enum or ()
    candidates: list[Value] = list(listed[:: 1 + len(listed) // _MOST_LISTED])
    if field.kind is Kind.BOOLEAN:
        candidates += ["true", "false"]
    for constant in constants[:: 1 + len(constants) // _MOST_CONSTANTS]:
        candidates += _neighbours(constant, field, now)
    if not any(isinstance(constant, Number) for constant in constants):
        candidates += _PLAIN_NUMBERS
    candidates += _joined(constants)
    for value in [*candidates, STRANGER, default_value(field)]:
        for variant in (value, (value,)) if field.kind is Kind.ARRAY else (value,):
            if is_legal(variant, field):
                found.setdefault((type(variant), text_of(variant)), variant)
    values: list[Value | None] = list(found.values())
    if len(values) > _MOST_VALUES:
        stride = len(values) / _MOST_VALUES
        values = [values[int(i * stride)] for i in range(_MOST_VALUES)]
    return (*values, None) if is_legal(None, field) else tuple(values)


def _neighbours(constant: Operand, field: Field, now: int) -> list[Value]:
    match constant:
        case Number(number):
            return [*_around_number(number, field), text_of(number)]
        case Text(text):
            number = read_number(text)
            moment = moment_of(text)
            found: list[Value] = [text, *_around_text(text)]
            if number is not None:
                found = [text, *_around_number(number, field), *found[1:]]
                found.append(f"{text}.0" if "." not in text else f"{text}0")
            return found if moment is None else [text, *_around_moment(moment), *found[1:3]]
        case Date(day):
            moment = moment_of(day.isoformat())
            return [day.isoformat(), *([] if moment is None else _around_moment(moment))]
        case Moment(ms):
            return [constant_value(constant), *_around_moment(ms)]
        case Duration():
            bounds = [now - constant.ms, now, now + constant.ms]
            return [text for bound in bounds for text in _around_moment(bound)]
        case _:
            return []


def _around_number(number: Atom, field: Field) -> list[Value]:
    if isinstance(number, str):
        return []
    steps: list[int | Decimal] = [0, -1, 1]
    if field.kind is not Kind.INTEGER:
        steps += [-_CENT, _CENT]
    around: list[Value] = [exact_sum((number, step)) for step in steps]
    if isinstance(number, Decimal):
        around += [int(number), int(number) + 1]
    return around


def _around_text(text: str) -> list[Value]:
    return [
        text.swapcase(),
        f"{text}x",
        f"x{text}",
        f"x{text}x",
        *([text[:-1]] if len(text) > 1 else []),
    ]


def _around_moment(ms: int) -> list[Value]:
    moments = [ms + step for step in (0, -1, 1, -_HOUR, _HOUR)]
    return [moment_text(m) for m in moments if FIRST_MOMENT <= m <= LAST_MOMENT]


def _joined(constants: Sequence[Operand]) -> list[Value]:
    texts = list(dict.fromkeys(c.value for c in constants if isinstance(c, Text)))[:4]
    return [f"{one} {other}" for one in texts for other in texts if one != other]
