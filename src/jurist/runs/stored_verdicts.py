"""Verdicts as stores hold them, also those of stores that an older Jurist filled."""

from __future__ import annotations

from typing import Final

import msgspec

from jurist.records import Verdict
from jurist.store.older_verdicts import is_older, renewed


def read_verdict(payload: str) -> Verdict:
    """The verdict that a store holds, of whichever version.

    Raises:
        msgspec.ValidationError: It is a verdict of no version.
    """
    if not is_older(payload):
        try:
            return _decoder.decode(payload)
        except msgspec.ValidationError:
            pass  # an older one whose input has a name that is a field today
    return msgspec.convert(renewed(payload), Verdict)


_decoder: Final = msgspec.json.Decoder(Verdict)
