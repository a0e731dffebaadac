"""Texts as they can be shown: cut, without invisible signs. Below all floors: it knows nothing."""

from __future__ import annotations

import unicodedata


def shortened(text: str, most: int) -> str:
    """At most so many characters of a text; the last is `…` where some are missing."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def visible(text: str) -> str:
    """Text without control, formatting, surrogate and private characters (tabs, newlines stay)."""
    if text.replace("\n", "").replace("\t", "").isprintable():  # nearly every text
        return text
    return "".join(
        c if c in "\n\t" or unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Co"} else "\ufffd"
        for c in text
    )
