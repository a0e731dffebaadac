"""Where prose repeats a text, or quotes one: the same for both ways of naming."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

CODE: Final = 3
"""Texts of so many characters are found in prose only in their own case: `IN` is a country."""
QUOTED: Final = re.compile(
    r"""(?<!\w)'([^'\n]{1,500})'(?!\w)|"([^"\n]{1,500})"|“([^”\n]{1,500})”|`([^`\n]{1,500})`"""
)

_QUOTED_ELSEWHERE: Final = re.compile(
    r"«([^»\n]{1,500})»|„([^“”\n]{1,500})[“”]|‘([^‘\n]{1,500}?)’(?!\w)|‹([^›\n]{1,500})›"
)
"""As other tongues and word processors quote."""


def quotations(text: str) -> list[tuple[int, int]]:
    """Where quoted texts stand, however they are quoted."""
    spans = [quoted_span(found) for found in QUOTED.finditer(text)]
    return spans + [found.span(found.lastindex or 0) for found in _QUOTED_ELSEWHERE.finditer(text)]


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
    """What finds a text as it is spelled; a code with capitals in its own case alone.

    In scripts without case, words need not stand apart: there any part is found.
    """
    is_code = len(text) <= CODE and not text.islower() and text.isascii()
    spelled = re.escape(text) if is_joined(text) else _bounded(text)
    return re.compile(spelled, 0 if is_code else re.IGNORECASE)


def is_joined(text: str) -> bool:
    """Whether a text has letters of a script without case, such as Chinese or Arabic."""
    return any(unicodedata.category(character) == "Lo" for character in text)


def _bounded(text: str) -> str:
    before = r"(?<!\w)" if text[0].isalnum() else ""
    after = r"(?!\w)" if text[-1].isalnum() else ""
    return f"{before}{re.escape(text)}{after}"


def quoted_span(found: re.Match[str]) -> tuple[int, int]:
    """Where the text stands that a match of `QUOTED` quotes."""
    return next(found.span(i) for i in range(1, 5) if found[i] is not None)
