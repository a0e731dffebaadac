"""Texts cut to a length, with a sign that there was more. Below all floors: it knows nothing."""

from __future__ import annotations


def shortened(text: str, most: int) -> str:
    """At most so many characters of a text; the last is `…` where some are missing."""
    return text if len(text) <= most else f"{text[: most - 1]}…"
