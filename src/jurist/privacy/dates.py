"""Dates move together, by whole weeks: weekdays, times of day and lengths between them stay."""

from __future__ import annotations

import datetime
import re
from typing import Final

from jurist.privacy.errors import NotCarriedError
from jurist.privacy.key import Key

_DAY: Final = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(.*)", re.ASCII | re.DOTALL)
_LEAST_WEEKS: Final = 150
_MOST_WEEKS: Final = 1_000


def moved_by(key: Key) -> datetime.timedelta:
    """How far back a key moves dates: about 3 to 19 years."""
    weeks = _LEAST_WEEKS + key.number("dates", _MOST_WEEKS - _LEAST_WEEKS + 1)
    return datetime.timedelta(weeks=-weeks)


def moved(text: str, by: datetime.timedelta) -> str:
    """A day, or a time that begins with one (ISO 8601), so much later; what follows stays.

    Raises:
        NotCarriedError: It is none, or would lie outside the years 1 to 9999.
    """
    found = _DAY.fullmatch(text)
    try:
        if found is not None:
            return (datetime.date.fromisoformat(found[1]) + by).isoformat() + found[2]
    except (ValueError, OverflowError):
        pass
    raise NotCarriedError("a date lies at an end of the calendar, or is none")
