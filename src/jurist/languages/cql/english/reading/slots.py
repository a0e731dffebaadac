"""What a request names, in order: numbers, times, texts, events, traits, properties, entities.

Two requests that differ in these alone ask for queries of one shape.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from enum import StrEnum
from typing import Final

from jurist.languages.capabilities import RequestOutline, Slot
from jurist.languages.cql.english.reading.names import Known, entity_fields, index_of, stems_of
from jurist.languages.cql.english.reading.vocabulary import (
    FAINT,
    HOURS,
    MEANINGS,
    NEGATIVE,
    SKIPPED,
    stem,
)
from jurist.languages.cql.schemas.schema import CqlSchema, context_of

_NUMBERS: Final = {
    "one": 1, "once": 1, "two": 2, "twice": 2, "three": 3, "third": 3, "four": 4, "five": 5,
    "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "twelve": 12, "fifteen": 15,
    "twenty": 20, "thirty": 30, "sixty": 60, "ninety": 90,
}  # fmt: skip
_TOKEN: Final = re.compile(
    r"(?P<quote>(?<!\w)(?P<mark>['\"])(?P<quoted>.{1,80}?)(?P=mark)(?!\w))|"
    rf"(?<![\w.])(?P<n>\d{{1,15}}(?:,\d{{3}})*(?:\.\d{{1,10}})?|\.\d{{1,10}}|"
    rf"\b(?:{'|'.join(_NUMBERS)})\b)(?P<k>k\b)?"
    r"(?P<unit>[ -]?(?:hours?|hrs?|days?|weeks?|months?|years?)\b)?(?![\w])|"
    r"\b(?:past|last|next) (?P<lone>day|week|month|year)\b|"
    r"(?P<word>\w+)",
    re.IGNORECASE,
)
_LONGEST: Final = 2_000
_GAP: Final = 2
"""How many other words may stand among those of a name."""


class SlotKind(StrEnum):
    """What a slot holds. A length of time is in hours; a month is 30 days, a year 365."""

    NUMBER = "slotnumber"
    HOURS = "slottime"
    TEXT = "slottext"
    EVENT = "slotevent"
    MEMBERSHIP = "slotmembership"
    TRAIT = "slottrait"
    PROPERTY = "slotproperty"
    ENTITY = "slotentity"


def outline(request: str, schema: CqlSchema) -> RequestOutline:
    """The outline of a request, in which the schema's names and values are found."""
    tokens = [_token(match) for match in _TOKEN.finditer(request[:_LONGEST])]
    stems = [stem(token) if isinstance(token, str) else "" for token in tokens]
    named = dict(_mentions(stems, schema))
    masked: list[str] = []
    slots: list[Slot] = []
    place = 0
    while place < len(tokens):
        token = tokens[place]
        slot, length = (token, 1) if isinstance(token, Slot) else named.get(place, (None, 1))
        if slot is not None:
            slots.append(slot)
        masked.append(slot.kind if slot is not None else stems[place])
        # Numbers and times among a name's words are slots of their own.
        slots += [token for token in tokens[place + 1 : place + length] if isinstance(token, Slot)]
        place += length
    return RequestOutline(" ".join(masked), tuple(slots))


def _token(match: re.Match[str]) -> Slot | str:
    if match["word"]:
        return match["word"]
    if match["quote"]:
        return Slot(SlotKind.TEXT, match["quoted"])
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
    return amount * HOURS[unit[0].lower()]


# --- names ----------------------------------------------------------------------------------------


def _nameable(schema: CqlSchema) -> dict[str, list[tuple[Slot, tuple[str, ...]]]]:
    """What may be named, under each stem that its name may begin with in a request."""
    index = index_of(schema)
    named: dict[Slot, tuple[str, ...]] = {}
    fields: list[Known] = []
    for known in index.traits:
        kind = SlotKind.MEMBERSHIP if known.is_membership else SlotKind.TRAIT
        named.setdefault(Slot(kind, known.name), known.stems)
        fields.append(known)
    for known in index.events:
        named.setdefault(Slot(SlotKind.EVENT, known.name), known.stems)
        members = [*index.properties[known.name], *index.context[known.name]]
        for member in members:
            named.setdefault(Slot(SlotKind.PROPERTY, member.name), member.stems)
        fields += members
    for path, spec in index.entities:
        named.setdefault(Slot(SlotKind.ENTITY, path[-1].name), path[-1].stems)
        fields += entity_fields(spec)
    for known in fields:
        for value in (known.field.items or known.field).enum or ():
            if isinstance(value, str) and value not in ("true", "false"):
                named.setdefault(Slot(SlotKind.TEXT, value), stems_of(value))
    starts: dict[str, list[tuple[Slot, tuple[str, ...]]]] = {}
    for slot, stems in named.items():
        telling = tuple(part for part in stems if part not in FAINT and not part.isdigit())
        for part in telling:
            starts.setdefault(part, []).append((slot, telling))
    return starts


def _mentions(stems: Sequence[str], schema: CqlSchema) -> Iterator[tuple[int, tuple[Slot, int]]]:
    """Where names stand: the place, what is named, and how many words that takes."""
    starts = context_of(schema).get(_nameable)
    place = 0
    while place < len(stems):
        best: tuple[int, int, Slot] | None = None
        meant = sorted(MEANINGS.get(stems[place], ()))  # a set's order differs between processes
        for word in (stems[place], *meant) if stems[place] else ():
            for slot, wanted in starts.get(word, ()):
                length = _length(stems, place, wanted, exact=slot.kind is SlotKind.TEXT)
                if length and (best is None or (len(wanted), -length) > best[:2]):
                    best = len(wanted), -length, slot
        if best is None:
            place += 1
            continue
        yield place, (best[2], -best[1])
        place -= best[1]


def _length(stems: Sequence[str], place: int, wanted: Sequence[str], *, exact: bool) -> int:
    """How many words from a place on say all that is wanted; 0 where they do not."""
    if exact:
        run = tuple(stems[place : place + len(wanted)])
        telling = any(part not in SKIPPED and part not in NEGATIVE for part in run)
        return len(wanted) if run == tuple(wanted) and telling else 0
    missing = set(wanted)
    for length, word in enumerate(stems[place : place + len(wanted) + _GAP], start=1):
        missing -= {word, *(MEANINGS.get(word, ()) if length == 1 else ())}
        if not missing:
            return length
    return 0
