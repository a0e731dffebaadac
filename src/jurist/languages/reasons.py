"""Reasons that several arms of evidence give, in one wording."""

from __future__ import annotations

from typing import Final

TOO_LONG: Final = "it takes more than the steps that a pair may take"


def kind_is_open(reason: str) -> str:
    """Why it is not known of which kind a difference is."""
    return f"the kind of the difference is open: {reason}"
