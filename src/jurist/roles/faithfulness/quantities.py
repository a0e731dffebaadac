"""Whether numbers, dates and lengths of time are said, and no others."""

from __future__ import annotations

import calendar
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from jurist.languages.mentions import Mention, MentionKind
from jurist.roles.faithfulness.lexicon import BEYOND, COMPARING
from jurist.roles.faithfulness.reading import Request, SaidNumber

_INCLUSIVE: Final = {">": (">=", 1), "<": ("<=", -1)}
_BOUNDS: Final = frozenset({">", ">=", "<", "<="})


def lacking(mention: Mention, request: Request, durations: Sequence[Mention]) -> str:
    """What is wrong with how a quantity is said; empty where it is said as the query means it.

    Args:
        mention: The quantity.
        request: What should say it.
        durations: All lengths of time of the query, whose numbers say nothing else.
    """
    match mention.kind:
        case MentionKind.NUMBER:
            return _number(mention, request, durations)
        case MentionKind.DURATION:
            return _duration(mention, request)
        case MentionKind.MOMENT:
            return _moment(mention, request)
        case _:
            return ""


def _duration(mention: Mention, request: Request) -> str:
    said = [each for each in request.numbers if _lasts(each, mention)]
    if not said:
        return f"it does not say {mention.text}"
    is_beyond = any(each.comparison[:1] == ">" for each in said)
    if mention.operator == ">" and not (is_beyond or request.negatives or BEYOND & request.stems):
        return f"it does not say that it is more than {mention.text} away"
    return ""


def _lasts(said: SaidNumber, mention: Mention) -> bool:
    """Whether a number is a length of time; its unit may stand with another: 30 to 90 days."""
    if said.hours:
        return mention.value in said.hours
    return mention.text.split()[0] == said.text


def _number(mention: Mention, request: Request, durations: Sequence[Mention]) -> str:
    value = mention.value or Decimal(0)
    if value in request.months and not mention.operator.strip("="):
        return ""
    numbers = [each for each in request.numbers if not _is_time(each, durations)]
    fitting = [each for each in numbers if _equals(each, value)]
    if any(_agree(mention, each, value) for each in fitting):
        bounds = mention.operator in _BOUNDS and not mention.optional
        compared = any(each.comparison for each in fitting) or COMPARING & request.stems
        return f"it gives {mention.text} as no bound" if bounds and not compared else ""
    if any(_shifted(mention, each, value) for each in numbers):
        return ""
    if fitting:
        said = f"{fitting[0].comparison} {fitting[0].text}"
        return f"it says {said}, where the query has {mention.operator} {mention.text}"
    return "" if mention.optional else f"it does not say {mention.text}"


def _is_time(said: SaidNumber, durations: Sequence[Mention]) -> bool:
    """Whether a number tells a length of time and nothing else: "a week", "7 days" of the query."""
    return bool(said.hours) and (said.loose or any(_lasts(said, each) for each in durations))


def _equals(said: SaidNumber, value: Decimal) -> bool:
    return said.value in (value, -value) or (said.percent and said.value == value * 100)


def _agree(mention: Mention, said: SaidNumber, value: Decimal) -> bool:
    """Whether the words around a number compare as the query does."""
    if not said.comparison or not mention.operator or mention.operator == "<>":
        return not (said.loose and mention.operator in (">", "<="))  # one is not more than one
    if said.comparison == mention.operator:
        return True
    return value in (0, 1) and mention.optional


def _shifted(mention: Mention, said: SaidNumber, value: Decimal) -> bool:
    """Whether it is the neighbouring whole number with the other comparison: over 1 for >= 2."""
    if not said.comparison or not mention.operator or value != value.to_integral_value():
        return False
    return _inclusive(mention.operator, value) == _inclusive(said.comparison, said.value)


def _inclusive(operator: str, value: Decimal) -> tuple[str, Decimal]:
    if operator in _INCLUSIVE:
        put, step = _INCLUSIVE[operator]
        return put, value + step
    return operator, value


# --- dates ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Date:
    """A date's parts; a part that the query does not give is 0."""

    year: int
    month: int = 0
    day: int = 0

    def __str__(self) -> str:
        return f"{self.year:04}-{self.month:02}-{self.day:02}"

    @property
    def last_day(self) -> int:
        return calendar.monthrange(self.year, self.month)[1] if 1 <= self.month <= 12 else 31


def _date(mention: Mention) -> _Date:
    parts = [int(part) for part in mention.text[:10].split("-") if part.isdigit()]
    return _Date(*parts[:3])


def _moment(mention: Mention, request: Request) -> str:
    date = _date(mention)
    comparisons = {
        int(each.value): each.comparison
        for each in request.numbers
        if each.value == int(each.value)
    }
    numbers = comparisons.keys()
    begins = date.day in (0, 1)
    ends = date.month > 0 and date.day == date.last_day
    if len(request.dates) and date.day and f"{date}" not in request.dates:
        return f"it does not say {mention.text}"
    if _years(mention, request, date, comparisons).isdisjoint(numbers):
        return f"it does not say {mention.text}"
    of_year = (begins and date.month in (0, 1)) or (ends and date.month == 12)
    months = {date.month, *((date.month - 1 or 12,) if begins else ())}
    months |= {date.month % 12 + 1} if ends else set()
    if not of_year and months.isdisjoint(request.months | numbers):
        return f"it does not say the month of {mention.text}"
    if not (begins or ends) and date.day not in numbers:
        return f"it does not say the day of {mention.text}"
    return _direction(mention, request, date)


def _years(
    mention: Mention, request: Request, date: _Date, comparisons: Mapping[int, str]
) -> set[int]:
    """The years by which a date may be said: after 2023 is from 2024-01-01 on."""
    years = {date.year}
    is_first = date.day in (0, 1) and date.month in (0, 1)
    is_last = date.month == 12 and date.day == date.last_day
    ends = "end" in request.stems
    if is_first and (mention.operator == "<" or ends or comparisons.get(date.year - 1) == ">"):
        years.add(date.year - 1)
    if is_last and (mention.operator == ">" or comparisons.get(date.year + 1) == "<"):
        years.add(date.year + 1)
    return years


def _direction(mention: Mention, request: Request, date: _Date) -> str:
    """What is wrong where a request says before for after."""
    if mention.operator[:1] not in ("<", ">"):
        return ""
    said = [each for each in request.numbers if each.value == date.year and each.comparison]
    if said and all(each.comparison[0] != mention.operator[0] for each in said):
        return f"it says {said[0].comparison} {said[0].text} for {mention.operator} {mention.text}"
    return ""


# --- what must not be said ------------------------------------------------------------------------


def others(mentions: Sequence[Mention], request: Request) -> Iterator[str]:
    """The numbers and lengths of time that a request says, and its query does not."""
    numbers = [each for each in mentions if each.kind is MentionKind.NUMBER]
    durations = [each for each in mentions if each.kind is MentionKind.DURATION]
    known = set(_parts_of_dates(mentions)) | set(_digits(mentions))
    for said in request.numbers:
        if any(_lasts(said, each) for each in durations):
            continue
        if said.loose and (not said.hours or said.value <= 1):
            continue
        is_known = said.value in known or any(
            _equals(said, each.value) or _shifted(each, said, each.value)
            for each in numbers
            if each.value is not None
        )
        if not is_known:
            yield said.text


def _parts_of_dates(mentions: Sequence[Mention]) -> Iterator[int]:
    for mention in mentions:
        if mention.kind is MentionKind.MOMENT:
            date = _date(mention)
            yield from (date.year, date.month, date.day)
            if date.month in (0, 1, 12):
                yield from (date.year - 1, date.year + 1)
            if date.day in (0, 1):
                yield from (date.month - 1 or 12, 28, 29, 30, 31)
            if date.month and date.day == date.last_day:
                yield from (date.month % 12 + 1, 1)
            yield from (int(part) for part in mention.text[11:].split(":") if part.isdigit())


def _digits(mentions: Sequence[Mention]) -> Iterator[int]:
    """The numbers in names and texts."""
    for mention in mentions:
        if mention.kind in (MentionKind.NAME, MentionKind.TEXT):
            digits = "".join(c if c.isdigit() else " " for c in mention.text)
            yield from (int(part) for part in digits.split() if part.isascii())


def other_months(mentions: Sequence[Mention], request: Request) -> bool:
    """Whether a request names a month, and its query no date and no month."""
    dated = any(m.kind is MentionKind.MOMENT or m.value in request.months for m in mentions)
    return bool(request.months) and not dated
