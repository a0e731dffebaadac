"""What a request names that stands in a query as a literal: numbers, days, months, years, texts.

Two requests that differ in these alone ask for queries of one shape. Texts are what is quoted,
the values that the schema lists, and words with a capital within a sentence.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from typing import Final

from jurist.languages.capabilities import RequestOutline, Slot
from jurist.languages.sql.schemas.schema import SqlSchema

_NUMBERS: Final = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
    "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "twenty": 20, "thirty": 30, "fifty": 50,
    "hundred": 100,
}  # fmt: skip
_MONTHS: Final = {
    "january": 1, "february": 2, "march": 3, "april": 4, "may": 5, "june": 6, "july": 7,
    "august": 8, "september": 9, "october": 10, "november": 11, "december": 12,
}  # fmt: skip
_TOKEN: Final = re.compile(
    r"(?<!\w)(?P<mark>['\"“])(?P<quoted>.{1,80}?)['\"”](?!\w)|"
    r"(?P<day>(?:19|20)\d\d-\d\d-\d\d)(?!\w)|"
    rf"(?:(?P<dom>\d{{1,2}})(?:st|nd|rd|th)? )?\b(?P<month>{'|'.join(_MONTHS)}) "
    r"(?P<of>(?:19|20)\d\d)(?!\w)|"
    r"(?<![\w.-])(?P<year>(?:19|20)\d\d)(?![\w-])|"
    r"(?<![\w.])(?P<number>\d{1,15}(?:,\d{3})*(?:\.\d{1,10})?)(?!\w)|"
    r"(?P<word>\w+)|(?P<stop>[.?!:]\s)",
    re.IGNORECASE,
)
_LONGEST: Final = 2_000
_NAME: Final = re.compile(r"[A-Z](?:[a-z]{2,}|[A-Z]+)")


class SlotKind(StrEnum):
    """What a slot holds. A month is written 2024-03."""

    NUMBER = "slotnumber"
    DAY = "slotday"
    MONTH = "slotmonth"
    YEAR = "slotyear"
    TEXT = "slottext"


def outline(request: str, schema: SqlSchema) -> RequestOutline:
    """The outline of a request, in which the values that it names are found."""
    matches = list(_TOKEN.finditer(request[:_LONGEST]))
    words = [(match["word"] or "").lower() for match in matches]
    listed = _listed_values(schema)
    masked: list[str] = []
    slots: list[Slot] = []
    place = 0
    while place < len(matches):
        slot, length = _slot(matches[place], begins=_begins(matches, place)), 1
        value, size = _listed_at(words, place, listed)
        if size:
            slot, length = Slot(SlotKind.TEXT, value), size
        if slot is not None:
            slots.append(slot)
            masked.append(slot.kind)
        elif words[place]:
            masked.append(_stem(words[place]))
        place += length
    return RequestOutline(" ".join(masked), tuple(slots))


def number_of(digits: str) -> int | Decimal:
    """A number as a slot holds it."""
    number = Decimal(digits)
    return int(number) if number == number.to_integral_value() else number


def _begins(matches: Sequence[re.Match[str]], place: int) -> bool:
    """Whether a sentence begins at a place."""
    return place == 0 or matches[place - 1]["stop"] is not None


def _slot(match: re.Match[str], *, begins: bool) -> Slot | None:
    if match["quoted"] is not None:
        return Slot(SlotKind.TEXT, match["quoted"])
    if match["day"] is not None:
        return Slot(SlotKind.DAY, match["day"])
    if match["month"] is not None:
        month = f"{match['of']}-{_MONTHS[match['month'].lower()]:02}"
        if match["dom"] is not None:
            return Slot(SlotKind.DAY, f"{month}-{int(match['dom']):02}")
        return Slot(SlotKind.MONTH, month)
    if match["year"] is not None:
        return Slot(SlotKind.YEAR, int(match["year"]))
    if match["number"] is not None:
        return Slot(SlotKind.NUMBER, number_of(match["number"].replace(",", "")))
    word = match["word"] or ""
    if word.lower() in _NUMBERS:
        return Slot(SlotKind.NUMBER, _NUMBERS[word.lower()])
    if _NAME.fullmatch(word) and not begins:
        return Slot(SlotKind.TEXT, word)
    return None


@lru_cache(maxsize=32)
def _listed_values(schema: SqlSchema) -> dict[str, list[tuple[tuple[str, ...], str]]]:
    """The texts that the schema lists, by their first word, the longest first."""
    found: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for table in schema.tables:
        for column in table.columns:
            for value in column.values or ():
                words = tuple(re.findall(r"\w+", str(value).lower()))
                if isinstance(value, str) and words and len(value) > 1:
                    found.setdefault(words[0], []).append((words, value))
    for values in found.values():
        values.sort(key=lambda pair: (-len(pair[0]), pair[1]))
    return found


def _listed_at(
    words: Sequence[str],
    place: int,
    listed: dict[str, list[tuple[tuple[str, ...], str]]],
) -> tuple[str, int]:
    """The listed value that stands at a place, and how many words it has; none: 0."""
    for wanted, value in listed.get(words[place], ()):
        if tuple(words[place : place + len(wanted)]) == wanted:
            return value, len(wanted)
    return "", 0


def _stem(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word
