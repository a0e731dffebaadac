"""How the same word or number may be spelled otherwise: other digits, no accents, unseen marks."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

from jurist.privacy.finding import is_joined

_OTHER_DIGIT: Final = re.compile(r"(?![0-9])\d")
_UNSEEN: Final = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")
"""Soft hyphens, joiners, directions: nobody sees them, and they cut words in two."""
_WITHOUT_MARKS: Final = str.maketrans("øłđħı", "oldhi")
"""Letters whose stroke or dot Unicode does not take apart."""


def ascii_digits(text: str) -> str:
    """A text with digits of all scripts as 0 to 9; each character stays in its place."""
    return text if text.isascii() else _OTHER_DIGIT.sub(lambda found: str(int(found[0])), text)


def visible(text: str) -> str:
    """A text without characters that nobody sees; as it is where its script needs them."""
    return text if text.isascii() or is_joined(text) else _UNSEEN.sub("", text)


@lru_cache(maxsize=65_536)
def plainly(word: str) -> str:
    """A word as it is looked up: without case, accents, and how its characters are composed."""
    if word.isascii():
        return word.lower()
    apart = unicodedata.normalize("NFKD", word).casefold()
    plain = "".join(c for c in apart if not unicodedata.combining(c))
    return unicodedata.normalize("NFC", plain).translate(_WITHOUT_MARKS)
