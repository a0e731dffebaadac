"""What several arms say of the same pair: in one wording, so that it can be said once.

The normal form, the proof and the seeded population may each find that nobody or everybody
is in an audience. Who joins their notes keeps what says most.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

_SIDES = ("reference", "candidate")
_NOBODY_IN_EITHER = "both are empty: nobody can be in either"
_EVERYBODY_IN_BOTH = "everybody is in both"


def nobody_in(side: str, cause: str = "nobody can be in it") -> str:
    """That a query certainly has no members, and what in it rules them out where known."""
    return f"the {side} is empty: {cause}"


def everybody_in(side: str) -> str:
    """That a query certainly has all there are as members."""
    return f"everybody is in the {side}"


def constant_side(notes: Iterable[str], side: str) -> tuple[str, ...]:
    """Those of the notes that say that nobody, or everybody, is in a side."""
    told = list(notes)
    return (*_of_empty(told, side), *(note for note in told if note == everybody_in(side)))


def nobody_seen_in(sides: Sequence[str]) -> str:
    """That there were no members in the seeded population, which proves nothing."""
    where = "either query" if len(sides) > 1 else f"the {sides[0]}"
    return f"nobody of the seeded population is in {where}"


def kind_is_open(reason: str) -> str:
    """Why it is not known of which kind a difference is."""
    return f"the kind of the difference is open: {reason}"


def said_once(notes: Iterable[str]) -> tuple[str, ...]:
    """The notes without those that another one says better."""
    told = list(dict.fromkeys(notes))
    empty = [side for side in _SIDES if _of_empty(told, side)]
    not_empty = [side for side in _SIDES if side not in empty]
    for side in empty:
        if len(_of_empty(told, side)) > 1:  # the one without the cause
            told.remove(nobody_in(side))
        told = [note for note in told if note != nobody_seen_in([side])]
    if empty and nobody_seen_in(_SIDES) in told:
        left = [nobody_seen_in(not_empty)] if not_empty else []
        told = [*(note for note in told if note != nobody_seen_in(_SIDES)), *left]
    told = _of_both(told, [nobody_in(side) for side in _SIDES], _NOBODY_IN_EITHER)
    return tuple(_of_both(told, [everybody_in(side) for side in _SIDES], _EVERYBODY_IN_BOTH))


def _of_empty(notes: Iterable[str], side: str) -> list[str]:
    return [note for note in notes if note.startswith(nobody_in(side, ""))]


def _of_both(notes: list[str], each: list[str], both: str) -> list[str]:
    """The notes, with one in place of the two that say the same of each side."""
    if not all(note in notes for note in each):
        return notes
    return [both if note == each[0] else note for note in notes if note != each[1]]
