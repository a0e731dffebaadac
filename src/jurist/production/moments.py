"""Moments as logs write them, as milliseconds since 1970 in UTC."""

from __future__ import annotations

from datetime import datetime, tzinfo
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from jurist.errors import InputError

_EXPECTED: Final = "a moment such as 2026-11-29T18:05:00Z, or seconds or milliseconds since 1970"
_DIGITS_OF_A_DAY: Final = 8
"""Longer runs of digits count since 1970: ISO 8601 would read 13 of them as of the year 1764."""
_EARLIEST_MS: Final = 946_684_800_000
"""The year 2000: what lies before is a placeholder, or a number that counts something else."""
_SECONDS_TO: Final = 1e11
"""A number below it counts seconds (to the year 5138), one above milliseconds (from 1973 on)."""
_MILLISECONDS_TO: Final = 1e14
"""And one above that microseconds, one above a thousand times that nanoseconds."""


class MomentError(InputError):
    """A cell that says no moment."""


def moment_of(cell: object, zone: tzinfo) -> int:
    """The moment that a cell says.

    Args:
        cell: ISO 8601 text, a number since 1970, or a `datetime`; not missing.
        zone: Of what says no zone of its own.

    Raises:
        MomentError: It says none.
    """
    if isinstance(cell, datetime):
        return _in_ms(cell, zone)
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        return _of_number(float(cell))
    text = str(cell).strip()
    try:
        if not text.isdecimal() or len(text) == _DIGITS_OF_A_DAY:
            return _in_ms(datetime.fromisoformat(text), zone)
    except (ValueError, OverflowError):
        pass
    try:
        return _of_number(float(text))
    except ValueError:
        raise _no_moment(text) from None


def _in_ms(moment: datetime, zone: tzinfo) -> int:
    placed = moment if moment.tzinfo is not None else moment.replace(tzinfo=zone)
    try:
        return _plausible(round(placed.timestamp() * 1000), str(moment))
    except (OverflowError, ValueError, OSError):
        raise _no_moment(str(moment)) from None


def _of_number(number: float) -> int:
    if not 0 < number < _MILLISECONDS_TO * 1e6:
        raise _no_moment(f"{number:g}")
    if number < _SECONDS_TO:
        return _plausible(round(number * 1000), f"{number:.0f}")
    milliseconds = number
    while milliseconds >= _MILLISECONDS_TO:
        milliseconds /= 1000
    return _plausible(round(milliseconds), f"{number:.0f}")


def _plausible(moment: int, said: str) -> int:
    if moment < _EARLIEST_MS:
        raise MomentError(
            f"{said[:60]!r} lies before the year 2000",
            expected=_EXPECTED,
            fix="leave the cell empty where nothing happened",
        )
    return moment


def _no_moment(text: str) -> MomentError:
    return MomentError(
        f"{text[:60]!r} is no moment",
        expected=_EXPECTED,
        fix="write times so, or name the column that holds them",
    )


def zone_of(name: str) -> tzinfo:
    """The time zone of a name.

    Raises:
        InputError: There is none of this name.
    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise InputError(
            f"there is no time zone {name[:60]!r}",
            expected="a name such as UTC or Europe/Berlin",
            fix="see the column TZ of the list of tz database time zones",
        ) from None
