"""The English of evidence: made here alone, from its fields, in the words of its language."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from jurist.languages.words import Words
from jurist.records import SIDES, Condition, Edge, Evidence, Method, Relation, Side
from jurist.shortening import shortened

_MOST_NAMED: Final = 4
_LONGEST_NAME: Final = 120
_BY_TEXT: Final = frozenset({Method.IDENTICAL, Method.NORMAL_FORM})
"""What is equal in these ways has no conditions to compare."""


def sentences(evidence: Evidence, words: Words) -> tuple[str, ...]:
    """What is worth a person's eye beside the relation, a clause each."""
    constant = [*of_constants(evidence, words)]
    unseen = [*_of_unseen(evidence, words)]
    first, last = ([], unseen) if evidence.empty else (unseen, [])
    told = [*evidence.notes, *first, *constant, *_of_conditions(evidence), *last]
    return tuple(dict.fromkeys(told))  # old evidence has some of it among its notes


def of_constants(evidence: Evidence, words: Words, sides: Sequence[Side] = SIDES) -> Iterator[str]:
    """Which queries give nothing on any input, and which everything there is.

    Args:
        evidence: Of any pair.
        words: Of its language.
        sides: Those to speak of.
    """
    both_empty = len(sides) > 1 and all(evidence.empty.get(side) == "" for side in sides)
    both_full = len(sides) > 1 and all(evidence.full.get(side) == "" for side in sides)
    if both_empty:
        yield f"both are empty: {words.both_empty}"
    if both_full:
        yield words.both_full
    for side in sides:
        if side in evidence.empty and not both_empty:
            yield f"the {side} is empty: {evidence.empty[side] or words.empty}"
        if side in evidence.full and not both_full:
            yield words.full.format(side=side)


def _of_unseen(evidence: Evidence, words: Words) -> Iterator[str]:
    """Which queries gave nothing on what was made up, where no more is known of them."""
    sides = [side for side in evidence.unseen if side not in evidence.empty]
    if sides:
        which = "either query" if len(sides) > 1 else f"the {sides[0]}"
        yield words.unseen.format(which=which)


def _of_conditions(evidence: Evidence) -> Iterator[str]:
    """What one query has alone, as it is written; and at which edges they differ, if only there."""
    if evidence.matched is None or evidence.method in _BY_TEXT:
        return
    if evidence.matched == 1 and not evidence.edges_only:
        if evidence.aspects:  # say better what differs
            return
        yield "both have the same conditions, joined differently"
        return
    alone = {
        Side.REFERENCE: evidence.only_in_reference,
        Side.CANDIDATE: evidence.only_in_candidate,
    }
    if evidence.edges_only:
        met = {condition.edge for conditions in alone.values() for condition in conditions}
        places = " and ".join(f"for {edge}" for edge in Edge if edge in met)
        if places:
            yield f"they differ only {places}"
    for side, conditions in alone.items():
        if conditions:
            lead = "written only" if evidence.relation is Relation.EQUIVALENT else "only"
            yield f"{lead} in the {side}: {_listed(conditions)}"


_GOES_ON: Final = re.compile(r"\)*(?:[ ]|\.[A-Za-z_]|$)")
"""Follows what is a whole part: not another digit of its number."""


def _listed(conditions: Sequence[Condition]) -> str:
    """The first few of sorted conditions, without those that another one says too."""
    texts = list(dict.fromkeys(condition.text for condition in conditions))
    telling = [text for i, text in enumerate(texts) if not _is_said_by_another(i, texts)]
    named = [shortened(text, _LONGEST_NAME) for text in telling[:_MOST_NAMED]]
    more = len(telling) - len(named)
    return "; ".join(named) + (f"; and {more} more" if more else "")


def _is_said_by_another(i: int, texts: Sequence[str]) -> bool:
    """Whether another one goes on where it ends, as `trait('a') = 1` does behind `trait('a')`."""
    beginning = texts[i].rstrip(")")
    for step in (-1, 1):  # what begins in the same way stands together in sorted order
        j = i + step
        while 0 <= j < len(texts) and texts[j].startswith(beginning):
            if _GOES_ON.match(texts[j], len(beginning)):
                return True
            j += step
    return False
