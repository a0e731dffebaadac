"""Values for a column, from what it is compared with: at a constant, beside it, and plain ones."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from jurist.languages.sql.databases.hints import Hints, Place
from jurist.languages.sql.dialects import habits
from jurist.languages.sql.schemas.schema import Column
from jurist.languages.sql.text.collating import fold_value
from jurist.languages.sql.values import Value, ValueType

_WIDEST: Final = 2**53
"""Beyond it reals and integers part."""
_DAY: Final = datetime.timedelta(days=1)
_PLAIN_DAY: Final = datetime.date(2019, 7, 1)
_FRACTION: Final = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+")
"""A moment that texts may write otherwise: it is compared as it is written."""
_ISO: Final = re.compile(r"(\d{4})(?:-(\d\d?)(?:-(\d\d?))?)?(?:[ T](\d\d:\d\d(?::\d\d)?))?")


@dataclass(frozen=True, slots=True)
class Pool:
    """Values by how much a query turns on them; none stands in both."""

    at_constants: tuple[Value, ...]
    others: tuple[Value, ...]


def pool(hints: Hints, places: Sequence[Place], column: Column) -> Pool:
    """The values for columns that are joined, as far as they are of one column's type.

    Args:
        hints: What the queries mention.
        places: The columns that draw from the pool.
        column: Whose type, values and range all of them obey.
    """
    constants = list(dict.fromkeys(text for place in places for text in hints.constants[place]))
    patterns = list(dict.fromkeys(text for place in places for text in hints.patterns[place]))
    is_reckoned = any(place in hints.numeric_texts for place in places)
    match column.type:
        case ValueType.INTEGER:
            core, extra = _integers(constants, patterns)
        case ValueType.REAL:
            core, extra = _reals(constants)
        case ValueType.BOOLEAN:
            core, extra = [], [0, 1]
        case ValueType.DATE | ValueType.TIMESTAMP:
            core, extra = _times(column.type, constants, patterns)
        case _:
            core, extra = _texts(constants, patterns, is_reckoned=is_reckoned)
    if habits(hints.schema.dialect).equality_ignores_case:
        core, extra = _spelled_once(core), _spelled_once([*core, *extra])
    return _within(column, core, extra)


def _spelled_once(values: Iterable[Value]) -> list[Value]:
    """Of texts that the dialect takes for equal, the first one alone."""
    first: dict[Value, Value] = {}
    for value in values:
        first.setdefault(fold_value(value), value)
    return list(first.values())


def number(text: str) -> int | float | None:
    """The number that a text writes, if it does and it is no larger than engines agree on."""
    for read in (int, float):
        try:
            value = read(text)
        except (ValueError, OverflowError):
            continue
        return value if abs(value) < _WIDEST else None
    return None


def _within(column: Column, core: Iterable[Value], extra: Iterable[Value]) -> Pool:
    """What the column may have of it; where that is nothing, whatever it may have."""
    allowed = column.values
    low, high = column.minimum, column.maximum

    def is_legal(value: Value) -> bool:
        if allowed is not None:
            return value in allowed
        if isinstance(value, int | float):
            return (low is None or value >= low) and (high is None or value <= high)
        return value is None or _is_text(str(value))

    others: Iterable[Value] = extra
    if allowed is not None:
        others = [value for value in allowed if value is not None]
    elif low is not None or high is not None:
        bounds = [bound for bound in (low, high) if bound is not None]
        beside = [bound + step for bound in bounds for step in (0, 1, -1, 2, -2)]
        others = [*extra, *beside]
    first = tuple(dict.fromkeys(value for value in core if is_legal(value)))
    rest = dict.fromkeys(value for value in others if is_legal(value) and value not in first)
    return Pool(first, tuple(rest))


def _is_text(text: str) -> bool:
    """Whether every engine can hold it."""
    return "\0" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text)


def _integers(constants: Iterable[str], patterns: Iterable[str]) -> tuple[list[Value], list[Value]]:
    core: list[Value] = []
    extra: list[Value] = []
    for text in constants:
        value = number(text)
        if value is None:
            day = _day(text)
            value = day.year if day else None
        if isinstance(value, int):
            core.append(value)
            extra += [value - 1, value + 1]
        elif value is not None:
            core += [int(value), int(value) + 1]
            extra.append(int(value) - 1)
    for pattern in patterns:
        digits = (
            number(re.sub(r"\D", "", text)) for text in (*_matching(pattern), *_missing(pattern))
        )
        core += [value for value in digits if value is not None]
    return core, [*extra, 1, 2, 3, 0, 5]


def _reals(constants: Iterable[str]) -> tuple[list[Value], list[Value]]:
    values = [value for value in map(number, constants) if value is not None]
    beside = [value + step for value in values for step in (-0.5, 0.5)]
    return [float(value) for value in values], [*map(float, beside), 1.0, 2.5, 3.0, 0.0, -1.5]


def _texts(
    constants: Sequence[str], patterns: Iterable[str], *, is_reckoned: bool
) -> tuple[list[Value], list[Value]]:
    core: list[Value] = list(constants)
    extra: list[Value] = []
    for text in constants:
        value = number(text)
        if value is not None and is_reckoned:
            extra += [str(value - 1), str(value + 1)]
        elif text:
            extra += [text.swapcase(), text + "x"]
    for pattern in patterns:
        core += _matching(pattern)
        extra += _missing(pattern)
    if is_reckoned:
        extra += ["9", "10", "100", "2"]
    return core, [*extra, "a", "b", "c", "B"]


def _matching(pattern: str) -> list[str]:
    return [pattern.replace("%", "").replace("_", "q"), pattern.replace("%", "z").replace("_", "k")]


def _missing(pattern: str) -> Iterator[str]:
    """Near misses: at either end, by case, by a space."""
    text = _matching(pattern)[0]
    yield text[1:] if pattern.startswith("%") else "x" + text
    yield text[:-1] if pattern.endswith("%") else text + "x"
    yield text.swapcase()
    yield text.replace(" ", "")


def _times(
    kind: ValueType, constants: Iterable[str], patterns: Iterable[str]
) -> tuple[list[Value], list[Value]]:
    core: list[datetime.date] = []
    extra: list[datetime.date] = []
    hours: list[str] = []
    written_so: list[Value] = []
    for text in (*constants, *patterns):
        written = text.strip("%")
        day = _day(written)
        if _FRACTION.fullmatch(written):
            written_so.append(written)
        if day is not None:
            core.append(day)
            extra += [day - _DAY, day + _DAY, day + 31 * _DAY, day + 366 * _DAY]
            found = _ISO.match(written)
            hours += [found[4]] if found and found[4] else []
        else:
            month = number(written)
            if isinstance(month, int) and 1 <= month <= 12:
                core.append(datetime.date(2020, month, 15))
    plain = core[0] if core else _PLAIN_DAY
    extra += [plain + days * _DAY for days in (0, 1, 2, 40)]
    if kind is ValueType.DATE:
        return [day.isoformat() for day in core], [day.isoformat() for day in extra]
    hours = [hour if len(hour) == 8 else f"{hour}:00" for hour in hours]
    at_hours = [f"{day} {hour}" for day in core for hour in (*hours, "00:00:00")]
    later = [f"{day} 13:30:00" for day in (*core, *extra[:2])]
    return [*written_so, *at_hours], [*(f"{day} 00:00:00" for day in extra), *later]


def _day(text: str) -> datetime.date | None:
    """The day that a text begins with; of a month its first, of a year one in its middle."""
    found = _ISO.match(text)
    if not found or not 1000 < int(found[1]) < 3000:
        return None
    month, day = int(found[2] or 6), int(found[3] or 1)
    try:
        return datetime.date(int(found[1]), month, day)
    except ValueError:
        return None
