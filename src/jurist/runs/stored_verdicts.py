"""Verdicts as stores hold them, also those of stores that an older Jurist filled."""

from __future__ import annotations

import re
from typing import Final, cast

import msgspec

from jurist.records import Verdict

_TOLD: Final = r"('.*'|[\[{].*|[-.\d]+|nothing)"
"""A value in the words of a story: a text in quotes, a list or an object, a number, or none."""
_VALUES: Final = re.compile(rf".* has {_TOLD} as the first value and {_TOLD} as the second$")


class _OlderWitness(msgspec.Struct):
    """A witness that says of each query only whether the subject was "in" it.

    Of a computed trait that meant that it had a value; the values stood in the story alone.
    """

    subject: dict[str, object]
    in_reference: bool
    in_candidate: bool
    story: str


def read_verdict(payload: str) -> Verdict:
    """The verdict that a store holds, of whichever version.

    Raises:
        msgspec.ValidationError: It is a verdict of no version.
    """
    try:
        return _decoder.decode(payload)
    except msgspec.ValidationError:
        return msgspec.convert(_renewed(msgspec.json.decode(payload)), Verdict)


def _renewed(node: object) -> object:
    """The same JSON with witnesses of today's form."""
    if isinstance(node, list):
        return [_renewed(each) for each in cast("list[object]", node)]
    if not isinstance(node, dict):
        return node
    fields = cast("dict[str, object]", node)
    if fields.keys() != set(_OlderWitness.__struct_fields__):
        return {name: _renewed(value) for name, value in fields.items()}
    older = msgspec.convert(fields, _OlderWitness)
    told = _VALUES.fullmatch(older.story)
    given = (older.in_reference, older.in_candidate) if told is None else map(_value, told.groups())
    reference, candidate = given
    return {
        "subject": older.subject,
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


_decoder: Final = msgspec.json.Decoder(Verdict)
