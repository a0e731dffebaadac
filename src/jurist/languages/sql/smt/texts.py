"""Texts as integers that keep their order, and what dates and moments are as numbers."""

from __future__ import annotations

import bisect
import re
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from fractions import Fraction
from typing import Final

from jurist.errors import UnsupportedError

_GAP: Final = 1 << 20
_LEAST_GAP: Final = 1 << 10
"""Terms of texts that one problem may have: as many unknown ones have room between constants."""
DAY_S: Final = 86_400
_DATE: Final = re.compile(r"(\d{4})-(\d\d)-(\d\d)")
_MOMENT: Final = re.compile(
    r"(\d{4}-\d\d-\d\d)(?:[ T](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(?:Z|\+00(?::?00)?)?)?"
)


class Texts:
    """The constants of a pair of queries, each with its integer.

    Any finite number of texts (no more than `_LEAST_GAP`) stands in the same order as some
    integers, with the constants at theirs: so whatever holds of all integers holds of all texts.

    Args:
        constants: Those that are known beforehand; others are put between them as they come.
    """

    def __init__(self, constants: Iterable[str] = ()) -> None:
        self._sorted = sorted({"", *constants})
        self._codes = {text: place * _GAP for place, text in enumerate(self._sorted)}

    @property
    def constants(self) -> tuple[str, ...]:
        """All of them so far, in order; the empty text, the least of all, is the first."""
        return tuple(self._sorted)

    def code(self, text: str) -> int:
        """A constant's integer.

        Raises:
            UnsupportedError: Where there are too many constants to put it between.
        """
        code = self._codes.get(text)
        if code is None:
            place = bisect.bisect_left(self._sorted, text)
            below = self._codes[self._sorted[place - 1]]
            if place == len(self._sorted):
                code = below + _GAP
            else:
                above = self._codes[self._sorted[place]]
                code = (below + above) // 2
                if above - below < 2 * _LEAST_GAP:
                    raise UnsupportedError(
                        "too many text constants beside one another",
                        expected="texts that differ in their first characters",
                        fix="use fewer different ones",
                    )
            self._sorted.insert(place, text)
            self._codes[text] = code
        return code

    def constant(self, code: int) -> str | None:
        """The constant of an integer."""
        place = bisect.bisect_left(self._sorted, code, key=self._codes.__getitem__)
        if place < len(self._sorted) and self._codes[self._sorted[place]] == code:
            return self._sorted[place]
        return None

    def neighbours(self, code: int) -> tuple[str, str | None]:
        """The constants between which an integer stands; of a negative one the empty text."""
        place = bisect.bisect_right(self._sorted, code, key=self._codes.__getitem__)
        above = self._sorted[place] if place < len(self._sorted) else None
        return self._sorted[max(place - 1, 0)], above


def day_number(text: str) -> int | None:
    """The day of a date as ISO 8601 writes it; `None` where it writes none."""
    written = _DATE.fullmatch(text)
    if written is None:
        return None
    try:
        return date(int(written[1]), int(written[2]), int(written[3])).toordinal()
    except ValueError:
        return None


def day_text(number: int) -> str:
    """A day as ISO 8601 writes it."""
    return date.fromordinal(number).isoformat()


def second_number(text: str) -> Fraction | None:
    """The second of a moment (or of a day's midnight) as ISO 8601 writes it, in UTC or no zone."""
    written = _MOMENT.fullmatch(text)
    day = day_number(written[1]) if written is not None else None
    if written is None or day is None:
        return None
    hours, minutes, seconds = (int(part or 0) for part in written.group(2, 3, 4))
    if hours > 23 or minutes > 59 or seconds > 59:
        return None
    fraction = Fraction(int(written[5]), 10 ** len(written[5])) if written[5] else Fraction(0)
    return day * DAY_S + hours * 3_600 + minutes * 60 + seconds + fraction


def second_text(number: int) -> str:
    """A moment as values are written: `2024-02-29 13:30:00`."""
    day, seconds = divmod(number, DAY_S)
    return f"{day_text(day)} {timedelta(seconds=seconds)!s:0>8}"


def first_day(holds: Callable[[str], bool]) -> int:
    """The first day of whose ISO text something holds that then holds of all later ones."""
    first, last = date.min.toordinal(), date.max.toordinal() + 1
    while first < last:
        middle = (first + last) // 2
        if holds(day_text(middle)):
            last = middle
        else:
            first = middle + 1
    return first


_NUMBER: Final = re.compile(r"\s*[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?\s*", re.ASCII)


def number_spelled(text: str) -> Fraction | None:
    """The number that a whole text spells; `None` where it spells none."""
    return Fraction(text.strip()) if _NUMBER.fullmatch(text) else None
