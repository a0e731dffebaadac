"""A value to forget, in every spelling in which texts hold it.

Recognised are the value as it stands and its letters composed or decomposed (NFC, NFD); any of
its signs but plain letters and digits escaped for JSON, however often, for HTML, an address, or
a string of SQL or CQL, and all of it in base64 in the middle of something longer. Not recognised:
hashes, other compressions than the recordings' own, encryption, another word for the same.
"""

from __future__ import annotations

import html.entities
import json
import re
import unicodedata
from collections.abc import Iterator
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
"""Bytes; a shorter value occurs by chance in base64, and where two cells of a row meet."""
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
    pseudonyms: frozenset[str] = frozenset()

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

    @property
    def is_short(self) -> bool:
        """Whether bytes that have nothing to do with each other spell it by chance."""
        return len(self.value.encode("utf-8", "surrogatepass")) < _SHORT

    def in_text(self, text: str) -> bool:
        """Whether a text holds it."""
        return any(pattern.search(text) for pattern in self._patterns)

    def in_bytes(self, raw: bytes) -> bool:
        """Whether the bytes of a file hold it, as UTF-8."""
        return any(pattern.search(raw) for pattern in self._bytes)

    def in_names(self, text: str) -> str | None:
        """The plain name in a JSON text that holds it, such as one that a study is made of."""
        try:
            document = cast("object", msgspec.json.decode(text))
        except (msgspec.DecodeError, UnicodeEncodeError):
            return None
        named = (name for name in _names(document) if name.isidentifier() and self.in_text(name))
        return next(named, None)

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
        sources = (source.encode("utf-8", "surrogatepass") for source in self._sources)
        plain = [re.compile(source, flags) for source in sources]
        return (*plain, *self._encoded)

    @cached_property
    def _forms(self) -> tuple[str, ...]:
        """Composed and decomposed, and where case is ignored in the usual cases, of any length."""
        cases = [self.value]
        if self.ignore_case:
            cases += [change(self.value) for change in (str.casefold, str.upper, str.lower)]
            cases.append(self.value.title())
        forms = [unicodedata.normalize(form, each) for each in cases for form in ("NFC", "NFD")]
        return tuple(dict.fromkeys((*cases, *forms, *sorted(self.pseudonyms))))

    @cached_property
    def _sources(self) -> tuple[str, ...]:
        """A pattern for each form; a plain letter stands for itself, so the search is quick."""
        return tuple(dict.fromkeys(map(self._source, self._forms)))

    def _source(self, form: str) -> str:
        if form.isascii() and form.isdigit():
            rest = r"(?![0-9A-Za-z]|\.(?!0+(?![0-9]))[0-9])"  # 4711.0 is the same number
            return rf"(?<![0-9A-Za-z.]){form}{rest}"
        return "".join(map(self._ways, form))

    @cached_property
    def _encoded(self) -> tuple[re.Pattern[bytes], ...]:
        escaped = (json.dumps(form)[1:-1] for form in self._forms)
        raws = {form.encode("utf-8", "surrogatepass") for form in (*self._forms, *escaped)}
        return tuple(
            re.compile(b"".join(in_base64(offset, raw)))
            for raw in sorted(raws)
            for offset in (range(3) if len(raw) >= _SHORT else ())
        )

    def _ways(self, sign: str) -> str:
        if sign.isascii() and sign.isalnum():
            return sign
        spellings = {sign}
        if self.ignore_case:
            cases = (sign.lower(), sign.upper(), sign.casefold(), sign.upper().lower())
            spellings |= {each for each in cases if len(each) == 1}
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


def _names(value: object) -> Iterator[str]:
    """Of all pairs in a JSON document."""
    if isinstance(value, dict):
        for name, each in cast("dict[str, object]", value).items():
            yield name
            yield from _names(each)
    elif isinstance(value, list):
        for each in cast("list[object]", value):
            yield from _names(each)
