"""Dates in prose, in their usual spellings, and the same spelled for another day.

A month or a year has no counterpart after a move by weeks: it becomes the days from its
first to its last one.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import Final

from jurist.privacy.spelling import ascii_digits

_MONTHS: Final = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_MONTH: Final = "|".join([*_MONTHS, "sept", *(month[:3] for month in _MONTHS)])
_YEAR: Final = "(?:19|20)[0-9]{2}"
_ISO: Final = re.compile(
    r"(?<![\w./-])([0-9]{4})([-/.])([0-9]{1,2})\2([0-9]{1,2})(?=$|[^\w/-]|T[0-9]{2}:[0-9]{2})"
)
_ISO_MONTH: Final = re.compile(rf"(?<![\w./-])(?P<year>{_YEAR})-(?P<month>0[1-9]|1[0-2])(?![\w/-])")
_MONTH_IN_FIGURES: Final = re.compile(
    rf"(?<![\w./-])(?P<month>0?[1-9]|1[0-2])/(?P<year>{_YEAR})(?![\w/-])"
)
_TIME: Final = re.compile(
    r"(?:(?<=T)|(?<![\w:.]))[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?(?!:?\d)"
)
_MONTH_FIRST: Final = re.compile(
    rf"\b(?P<month>{_MONTH})\b(?P<gap>\.? )(?P<day>[0-9]{{1,2}})(?P<nth>st|nd|rd|th)?"
    rf"(?P<comma>,? )(?P<year>{_YEAR})\b",
    re.IGNORECASE,
)
_DAY_FIRST: Final = re.compile(
    rf"\b(?P<day>[0-9]{{1,2}})(?P<nth>st|nd|rd|th)?(?P<gap>\.? (?:of )?|-)"
    rf"(?P<month>{_MONTH})\b(?P<comma>\.?,? |-)(?P<year>{_YEAR})\b",
    re.IGNORECASE,
)
_FIGURES: Final = re.compile(
    rf"(?<![\w./-])(?P<one>[0-9]{{1,2}})(?P<sign>[/.-])(?P<two>[0-9]{{1,2}})(?P=sign)"
    rf"(?P<year>{_YEAR}|[0-9]{{2}})(?![\w/-]|\.[0-9])"
)
_MONTH_ALONE: Final = re.compile(rf"\b(?P<month>{_MONTH})\b\.?,? (?P<year>{_YEAR})\b", re.I)
_YEAR_ALONE: Final = re.compile(
    rf"\b(?P<before>in|since|before|after|until|till|by|from|to|of|during|year|and|through|q[1-4])"
    rf" (?P<year>{_YEAR})(?![\w%]|[.,][0-9])",
    re.IGNORECASE,
)
_NO_YEAR: Final = re.compile(
    rf"\b(?:(?P<month>{_MONTH})(?P<gap>\.? )(?P<day>[0-9]{{1,2}})(?:st|nd|rd|th)?"
    rf"|(?P<first>[0-9]{{1,2}})(?P<nth>(?:st|nd|rd|th)?\.? (?:of )?)(?P<second>{_MONTH}))"
    r"(?![\w]|[.,/-][0-9])",
    re.IGNORECASE,
)
_LAST_OF_THIS_CENTURY: Final = 68
"""Of years of two digits, as POSIX reads them."""
_EDGE: Final = re.compile(r"\b(?:since|before|until|till|by|from)(?: early)? $", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Dated:
    """A date of a text, and the text for it after the move."""

    start: int
    end: int
    text: str
    days: tuple[datetime.date, datetime.date] | None = None
    """Its first and its last day after the move; `None` where it stays."""


def dates(
    text: str, by: datetime.timedelta, known: Collection[datetime.date] = ()
) -> Iterator[Dated]:
    """The dates of a text, moved.

    Args:
        text: Prose.
        by: How far they move.
        known: Days that are spoken of: they decide how `05/01/2026` is read, and whether a
            year or month stands for its first day.
    """
    text = ascii_digits(text)
    taken: list[tuple[int, int]] = []
    for pattern, read in _READERS:
        for match in pattern.finditer(text):
            if any(match.start() < end and start < match.end() for start, end in taken):
                continue
            found = read(match, by, known)
            if found is not None:
                taken.append((match.start(), match.end()))
                yield found


_Reader = Callable[[re.Match[str], datetime.timedelta, Collection[datetime.date]], Dated | None]


def _iso(
    match: re.Match[str], by: datetime.timedelta, _: Collection[datetime.date]
) -> Dated | None:
    day = _moved(int(match[1]), int(match[3]), int(match[4]), by)
    if day is None:
        return None
    return Dated(match.start(), match.end(), day.isoformat().replace("-", match[2]), (day, day))


def _time(
    match: re.Match[str], _by: datetime.timedelta, _: Collection[datetime.date]
) -> Dated | None:
    """A time of the day, which stays."""
    return Dated(match.start(), match.end(), match[0])


def _spelled(
    match: re.Match[str], by: datetime.timedelta, _: Collection[datetime.date]
) -> Dated | None:
    day = _moved(int(match["year"]), _month(match["month"]), int(match["day"]), by)
    if day is None:
        return None
    month = _spelled_month(day.month, match["month"])
    number = f"{day.day}{_nth(day.day) if match['nth'] else ''}"
    parts = (
        (number, match["gap"], month) if match.re is _DAY_FIRST else (month, match["gap"], number)
    )
    text = "".join((*parts, match["comma"], str(day.year)))
    return Dated(match.start(), match.end(), text, (day, day))


def _without_year(
    match: re.Match[str], by: datetime.timedelta, known: Collection[datetime.date]
) -> Dated | None:
    """A day of a year that is not said: that of the day that is spoken of, or it stays."""
    written, number = match["month"] or match["second"], int(match["day"] or match["first"])
    same = [each for each in known if (each.month, each.day) == (_month(written), number)]
    day = _plus(same[0], by) if len(same) == 1 else None
    if day is None:
        return Dated(match.start(), match.end(), match[0])
    month = _spelled_month(day.month, written)
    text = f"{month}{match['gap']}{day.day}" if match["month"] else f"{day.day} {month}"
    return Dated(match.start(), match.end(), text, (day, day))


def _figures(
    match: re.Match[str], by: datetime.timedelta, known: Collection[datetime.date]
) -> Dated | None:
    one, two, year = int(match["one"]), int(match["two"]), int(match["year"])
    written = "%Y" if year > 99 else "%y"
    year += 0 if year > 99 else 2000 if year <= _LAST_OF_THIS_CENTURY else 1900
    american = _day(year, one, two), f"{{0:%m}}{{1}}{{0:%d}}{{1}}{{0:{written}}}"
    other = _day(year, two, one), f"{{0:%d}}{{1}}{{0:%m}}{{1}}{{0:{written}}}"
    ways = [american, other] if match["sign"] == "/" else [other]
    ways.sort(key=lambda way: way[0] not in known)
    for day, spelled in ways:
        moved = None if day is None else _plus(day, by)
        if moved is not None:
            text = spelled.format(moved, match["sign"])
            return Dated(match.start(), match.end(), text, (moved, moved))
    return None


def _whole_month(
    match: re.Match[str], by: datetime.timedelta, known: Collection[datetime.date]
) -> Dated | None:
    year, written = int(match["year"]), match["month"]
    month = int(written) if written.isdecimal() else _month(written)
    first = datetime.date(year, month, 1)
    after = datetime.date(year + month // 12, month % 12 + 1, 1)
    return _range(match, match.start(), first, after, by, known)


def _whole_year(
    match: re.Match[str], by: datetime.timedelta, known: Collection[datetime.date]
) -> Dated | None:
    year = int(match["year"])
    first, after = datetime.date(year, 1, 1), datetime.date(year + 1, 1, 1)
    return _range(match, match.start("year"), first, after, by, known)


def _range(
    match: re.Match[str],
    start: int,
    first: datetime.date,
    after: datetime.date,
    by: datetime.timedelta,
    known: Collection[datetime.date],
) -> Dated | None:
    begin, end = _plus(first, by), _plus(after - datetime.timedelta(days=1), by)
    if begin is None or end is None:
        return None
    before = match.string[max(0, start - 20) : start]
    if first in known and _EDGE.search(before):
        return Dated(start, match.end(), begin.isoformat(), (begin, end))
    text = f"{begin.isoformat()} to {end.isoformat()}"
    return Dated(start, match.end(), text, (begin, end))


_READERS: Final[tuple[tuple[re.Pattern[str], _Reader], ...]] = (
    (_ISO, _iso),
    (_TIME, _time),
    (_MONTH_FIRST, _spelled),
    (_DAY_FIRST, _spelled),
    (_FIGURES, _figures),
    (_MONTH_ALONE, _whole_month),
    (_ISO_MONTH, _whole_month),
    (_MONTH_IN_FIGURES, _whole_month),
    (_YEAR_ALONE, _whole_year),
    (_NO_YEAR, _without_year),
)


def _moved(year: int, month: int, day: int, by: datetime.timedelta) -> datetime.date | None:
    found = _day(year, month, day)
    return None if found is None else _plus(found, by)


def _day(year: int, month: int, day: int) -> datetime.date | None:
    try:
        return datetime.date(year, month, day)
    except ValueError:
        return None


def _plus(day: datetime.date, by: datetime.timedelta) -> datetime.date | None:
    try:
        return day + by
    except OverflowError:
        return None


def _month(word: str) -> int:
    return next(i for i, name in enumerate(_MONTHS, 1) if name.startswith(word.lower()[:3]))


def _spelled_month(month: int, like: str) -> str:
    name = _MONTHS[month - 1]
    short = len(like) < 5 and like.lower() not in _MONTHS
    name = name[:3] if short else name
    return name.upper() if like.isupper() else name.capitalize() if like[0].isupper() else name


def _nth(day: int) -> str:
    if day in (11, 12, 13):
        return "th"
    return {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")
