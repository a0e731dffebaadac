"""A value to forget, in every spelling in which texts hold it.

Recognised are the value as it stands and its letters composed or decomposed (NFC, NFD); any of
its signs escaped for JSON, however often, for HTML, an address, or a string of SQL or CQL, and
all of it in base64 in the middle of something longer. Not recognised: hashes, other
compressions than the recordings' own, encryption, another word for the same.
"""

from __future__ import annotations

import html.entities
import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property
from typing import Final, cast

import msgspec

from jurist.errors import InputError
from jurist.secrets import in_base64

MARKER: Final = "[forgotten]"
"""What stands where a value stood."""

_SHORTEST: Final = 3
_SHORT: Final = 6
"""Bytes; a shorter value is not looked for in base64: its pieces occur there by chance."""
_ESCAPES: Final = {"\n": "n", "\r": "r", "\t": "t", "\b": "b", "\f": "f"}


@dataclass(frozen=True)
class Wanted:
    """A value that is looked for.

    Args:
        value: At least three characters. Of digits alone it is a whole number: not found within
            a longer one.
        ignore_case: Whether capitals and small letters are the same.

    Raises:
        InputError: It is too short, or what stands in its place would hold it.
    """

    value: str
    ignore_case: bool = False

    def __post_init__(self) -> None:
        if len(self.value.strip()) < _SHORTEST:
            raise InputError(
                "the value is too short: it would stand in texts of all kinds",
                expected=f"at least {_SHORTEST} characters",
                fix="give the whole value, such as an address or a full name",
            )
        if self.in_text(MARKER):
            raise InputError(
                f"the value is part of {MARKER}, which stands where a value stood",
                expected="a value of a person",
                fix="give the whole value",
            )

    def in_text(self, text: str) -> bool:
        """Whether a text holds it."""
        return any(pattern.search(text) for pattern in self._patterns)

    def in_bytes(self, raw: bytes) -> bool:
        """Whether the bytes of a file hold it, as UTF-8."""
        return any(pattern.search(raw) for pattern in self._bytes)

    def without(self, text: str) -> str:
        """The text with the marker in its place. What is JSON stays JSON: a number becomes 0."""
        try:
            document = cast("object", msgspec.json.decode(text))
        except (msgspec.DecodeError, UnicodeEncodeError):
            return self._replaced(text)
        if isinstance(document, dict | list):
            cleared = msgspec.json.encode(self._cleared(cast("object", document))).decode()
            if not self.in_text(cleared):
                return cleared
        return self._replaced(text)

    def _replaced(self, text: str) -> str:
        for pattern in self._patterns:
            text = pattern.sub(MARKER, text)
        return text

    def _cleared(self, value: object) -> object:
        match value:
            case str():
                return self._replaced(value)
            case dict():
                pairs = cast("dict[str, object]", value).items()
                return {self._replaced(name): self._cleared(each) for name, each in pairs}
            case list():
                return [self._cleared(each) for each in cast("list[object]", value)]
            case bool() | None:
                return value
            case _:
                return 0 if self.in_text(str(value)) else value

    @cached_property
    def _patterns(self) -> tuple[re.Pattern[str], ...]:
        flags = re.IGNORECASE if self.ignore_case else 0
        plain = [re.compile(source, flags) for source in self._sources]
        return (*plain, *(re.compile(each.pattern.decode()) for each in self._encoded))

    @cached_property
    def _bytes(self) -> tuple[re.Pattern[bytes], ...]:
        flags = re.IGNORECASE if self.ignore_case else 0
        plain = [re.compile(source.encode(), flags) for source in self._sources]
        return (*plain, *self._encoded)

    @cached_property
    def _sources(self) -> tuple[str, ...]:
        """A pattern for each form; a plain letter stands for itself, so the search is quick."""
        forms = (self.value, *(unicodedata.normalize(form, self.value) for form in ("NFC", "NFD")))
        sources = ["".join(map(self._ways, form)) for form in dict.fromkeys(forms)]
        if self.value.isascii() and self.value.isdigit():
            return tuple(rf"(?<![0-9A-Za-z.]){each}(?![0-9A-Za-z]|\.[0-9])" for each in sources)
        return tuple(sources)

    @cached_property
    def _encoded(self) -> tuple[re.Pattern[bytes], ...]:
        raw = self.value.encode("utf-8", "surrogatepass")
        offsets = range(3) if len(raw) >= _SHORT else ()
        return tuple(re.compile(b"".join(in_base64(offset, raw))) for offset in offsets)

    def _ways(self, sign: str) -> str:
        if sign.isascii() and sign.isalnum():
            return sign
        spellings = {sign}
        if self.ignore_case:
            spellings |= {each for each in (sign.lower(), sign.upper()) if len(each) == 1}
        return "(?:" + "|".join(way for each in sorted(spellings) for way in _ways(each)) + ")"


def _ways(sign: str) -> list[str]:
    """Patterns of the ways to write a sign that is no plain letter or digit."""
    units = sign.encode("utf-16-be", "surrogatepass").hex()
    json = "".join(rf"\\+u(?i:{units[at : at + 4]})" for at in range(0, len(units), 4))
    raw = sign.encode("utf-8", "surrogatepass")
    address = "".join(f"%(?:25)*(?i:{code:02x})" for code in raw)
    ways = [json, address, rf"&(?:amp;)*#(?:0*{ord(sign)}|[xX]0*(?i:{ord(sign):x}));"]
    name = html.entities.codepoint2name.get(ord(sign))
    if name is not None:
        ways.append(f"&(?:amp;)*{name};")
    if sign in _ESCAPES:
        ways.append(rf"\\+{_ESCAPES[sign]}")
    match sign:
        case "\\":
            ways.append(r"\\+")
        case "'" | '"':
            ways.append(rf"\\*{sign}{{1,2}}")
        case "/":
            ways.append(r"\\*/")
        case " ":
            ways += [" ", r"\+"]
        case _:
            ways.append(re.escape(sign))
    return ways
