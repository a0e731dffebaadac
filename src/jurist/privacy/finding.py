"""Where prose repeats a text, or quotes one: the same for both ways of naming."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

CODE: Final = 3
"""Texts of so many characters are found in prose only in their own case: `IN` is a country."""
QUOTED: Final = re.compile(
    r"""(?<!\w)'([^'\n]{1,500})'(?!\w)|"([^"\n]{1,500})"|“([^”\n]{1,500})”|`([^`\n]{1,500})`"""
)


@lru_cache(maxsize=8_192)
def repeats(text: str) -> re.Pattern[str]:
    """What finds a text with quotes around or without, each of its spaces as one.

    Whatever case it is in, unless it is a code.
    """
    words = " ".join(text.split())
    said = re.escape(words).replace(r"\ ", " ")
    flags = 0 if len(words) <= CODE else re.IGNORECASE
    return re.compile(rf"['\"`“] ?{said} ?['\"`”]|{_bounded(words)}", flags)


@lru_cache(maxsize=8_192)
def stands_whole(text: str) -> re.Pattern[str]:
    """What finds a text as it is spelled; a code with capitals in its own case alone."""
    is_code = len(text) <= CODE and not text.islower()
    return re.compile(_bounded(text), 0 if is_code else re.IGNORECASE)


def _bounded(text: str) -> str:
    before = r"(?<!\w)" if text[0].isalnum() else ""
    after = r"(?!\w)" if text[-1].isalnum() else ""
    return f"{before}{re.escape(text)}{after}"


def quoted_span(found: re.Match[str]) -> tuple[int, int]:
    """Where the text stands that a match of `QUOTED` quotes."""
    return next(found.span(i) for i in range(1, 5) if found[i] is not None)
