"""Verdicts as older versions wrote them, brought to today's form; nothing of them is lost.

What was said of emptiness in sentences is read into fields. Conditions that one query has
alone were listed in part, and stay the sentences that they were.
"""

from __future__ import annotations

import re
from typing import Final, cast

import msgspec

from jurist.records import SIDES, Side

_TOLD: Final = r"('.*'|[\[{].*|[-.\d]+|nothing)"
"""A value in the words of a story: a text in quotes, a list or an object, a number, or none."""
_VALUES: Final = re.compile(rf".* has {_TOLD} as the first value and {_TOLD} as the second$")
_KINDS: Final = ("account", "customer")
_EMPTY: Final = re.compile(r"the (reference|candidate) is empty: (.*)", re.DOTALL)
_NO_CAUSE: Final = "nobody can be in it"
_BOTH_EMPTY: Final = "both are empty: nobody can be in either"
_FULL: Final = {f"everybody is in the {side}": (side,) for side in SIDES} | {
    "everybody is in both": SIDES
}
_UNSEEN: Final = {
    f"nobody of the seeded population is in the {side}": (side,) for side in SIDES
} | {"nobody of the seeded population is in either query": SIDES}


class _Witness(msgspec.Struct):
    """A witness that is a subject, and says what each query gives on it, or gave at all."""

    subject: dict[str, object]
    story: str
    in_reference: bool | msgspec.UnsetType = msgspec.UNSET
    in_candidate: bool | msgspec.UnsetType = msgspec.UNSET
    reference: object = None
    candidate: object = None


def is_older(payload: str) -> bool:
    """Whether the evidence in a verdict's JSON is without the fields that it has today."""
    return '"evidence":{' in payload and '"empty":' not in payload


def renewed(payload: str) -> object:
    """The JSON of a verdict in today's form, from any earlier one.

    Raises:
        msgspec.DecodeError: It is no JSON.
        msgspec.ValidationError: A witness has no form that there ever was.
    """
    return _renewed(msgspec.json.decode(payload))


def _renewed(node: object) -> object:
    if isinstance(node, list):
        return [_renewed(each) for each in cast("list[object]", node)]
    if not isinstance(node, dict):
        return node
    fields = cast("dict[str, object]", node)
    if "subject" in fields and "story" in fields:
        return _witness(msgspec.convert(fields, _Witness))
    new = {name: _renewed(value) for name, value in fields.items()}
    return _with_fields(new) if "relation" in new and "method" in new else new


def _witness(older: _Witness) -> dict[str, object]:
    reference, candidate = older.reference, older.candidate
    if older.in_reference is not msgspec.UNSET:
        told = _VALUES.fullmatch(older.story)
        reference, candidate = (
            (older.in_reference, older.in_candidate) if told is None else map(_value, told.groups())
        )
    return {
        "kind": next((kind for kind in _KINDS if kind in older.subject), "input"),
        "input": older.subject,
        "reference": reference,
        "candidate": candidate,
        "story": older.story,
    }


def _value(told: str) -> object:
    """A value from the words of a story; a text as far as it was told."""
    if told == "nothing":
        return None
    if told.startswith("'"):
        return told[1:-1]
    try:
        return msgspec.json.decode(told)
    except msgspec.DecodeError:  # a list of which only the beginning was told
        return told


def _with_fields(evidence: dict[str, object]) -> dict[str, object]:
    """Evidence whose notes on emptiness are fields."""
    notes = evidence.get("notes")
    if not isinstance(notes, list) or "empty" in evidence:
        return evidence
    empty: dict[Side, str] = {}
    full: dict[Side, str] = {}
    unseen: list[Side] = []
    kept: list[object] = []
    for note in cast("list[object]", notes):
        text = note if isinstance(note, str) else ""
        found = _EMPTY.fullmatch(text)
        if found is not None:
            empty[Side(found[1])] = "" if found[2] == _NO_CAUSE else found[2]
        elif text == _BOTH_EMPTY:
            empty.update(dict.fromkeys(SIDES, ""))
        elif text in _FULL:
            full.update(dict.fromkeys(_FULL[text], ""))
        elif text in _UNSEEN:
            unseen.extend(_UNSEEN[text])
        else:
            kept.append(note)
    return {**evidence, "notes": kept, "empty": empty, "full": full, "unseen": unseen}
