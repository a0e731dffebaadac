"""Participles that do not end in "ed", and those that differ from the past tense."""

from __future__ import annotations

from typing import Final

IRREGULAR: Final = frozenset(
    {
        *("begun", "bought", "built", "chosen", "cut", "found", "given", "got", "held", "left"),
        *("lost", "made", "met", "paid", "put", "read", "run", "seen", "sent", "set", "sold"),
        *("spent", "taken", "won", "written"),
    }
)
PARTICIPLES: Final = {
    "became": "become",
    "began": "begun",
    "came": "come",
    "chose": "chosen",
    "gave": "given",
    "got": "gotten",
    "ran": "run",
    "saw": "seen",
    "took": "taken",
    "went": "gone",
    "wrote": "written",
}
PAST: Final = {participle: past for past, participle in PARTICIPLES.items()}
