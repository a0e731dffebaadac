"""The numbers and lengths of time that a request names, in order."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import Final

_NUMBERS: Final = {
    "one": 1, "once": 1, "two": 2, "twice": 2, "three": 3, "third": 3, "four": 4, "five": 5,
    "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "twelve": 12, "fifteen": 15,
    "twenty": 20, "thirty": 30, "sixty": 60, "ninety": 90,
}  # fmt: skip
_HOURS: Final = {"h": 1, "d": 24, "w": 168, "m": 720, "y": 8_760}
_SLOT: Final = re.compile(
    rf"(?<![\w.])(?P<n>\d{{1,15}}(?:,\d{{3}})*(?:\.\d{{1,10}})?|\.\d{{1,10}}|"
    rf"\b(?:{'|'.join(_NUMBERS)})\b)(?P<k>k\b)?"
    r"(?P<unit>[ -]?(?:hours?|hrs?|days?|weeks?|months?|years?)\b)?(?![\w])|"
    r"\b(?:past|last|next) (?P<lone>day|week|month|year)\b",
    re.IGNORECASE,
)


class SlotKind(Enum):
    """What a slot holds."""

    NUMBER = "#"
    HOURS = "#time"


@dataclass(frozen=True, slots=True)
class Slot:
    """A number, or a length of time in hours (a month is 30 days, a year 365)."""

    kind: SlotKind
    value: int | Decimal


def read_slots(request: str) -> tuple[str, tuple[Slot, ...]]:
    """The request with each slot replaced by a word for its kind, and the slots."""
    slots: list[Slot] = []

    def replaced(match: re.Match[str]) -> str:
        slot = _slot(match)
        slots.append(slot)
        return " slottime " if slot.kind is SlotKind.HOURS else " slotnumber "

    return _SLOT.sub(replaced, request), tuple(slots)


def _slot(match: re.Match[str]) -> Slot:
    if match["lone"]:
        return Slot(SlotKind.HOURS, _hours(1, match["lone"]))
    written = match["n"].lower()
    number = Decimal(_NUMBERS.get(written) or written.replace(",", ""))
    number *= 1000 if match["k"] else 1
    plain = int(number) if number == number.to_integral_value() else number
    if match["unit"] and isinstance(plain, int):
        return Slot(SlotKind.HOURS, _hours(plain, match["unit"].strip(" -")))
    return Slot(SlotKind.NUMBER, plain)


def _hours(amount: int, unit: str) -> int:
    letter = unit[0].lower()
    days = {"y": 365}.get(letter)
    return amount * (days * 24 if days else _HOURS[letter])
