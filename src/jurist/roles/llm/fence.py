"""Fencing: text that comes from data goes into a prompt as data and nothing else.

A fence names what it holds and carries a mark made from the content itself, so no
content can close its own fence: it would have to contain a digest of itself. The
templates tell the model that what stands between the marks is never an instruction.
"""

from __future__ import annotations

from hashlib import sha256

from jurist.shortening import visible

LIMIT = 8_000
"""Most characters of one fenced text; longer ones are cut and say so."""


def fence(label: str, text: str, *, limit: int = LIMIT) -> str:
    """The text between two marks that it cannot contain.

    Args:
        label: What it is: QUESTION, REFERENCE, ...; words of ours, never of data.
        text: Hostile text. Control and invisible characters are replaced.
        limit: Characters that are kept.
    """
    shown = visible(text)
    if len(shown) > limit:
        shown = f"{shown[:limit]} [cut: {len(shown) - limit} characters more]"
    mark = sha256(shown.encode()).hexdigest()[:8]
    while mark in shown:  # found by search at the cost of 2^32 hashes: then take another
        mark = sha256((mark + shown).encode()).hexdigest()[:8]
    return f"<<{label} {mark}>>\n{shown}\n<</{label} {mark}>>"
