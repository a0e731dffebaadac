"""Keys: read from the environment, and hidden in whatever comes back from where they were sent.

A server may echo what it was sent, in any spelling. What is hidden: the key itself, escaped
for JSON, HTML or an address, in base64 (also in the middle of something longer), and each of
these broken over lines.
"""

from __future__ import annotations

import os
import re
from base64 import b64encode
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from jurist.errors import InputError

HIDDEN: Final = b"[key]"
_SHORT: Final = 8
"""A shorter text is hidden only where it stands whole: its pieces occur by chance."""
_BREAK: Final = rb"(?:\s|\\[nrt]|\\u000[9aAdD]|%0[9aAdD]|=\r?\n)*"


def value_of(variable: str) -> str:
    """What a variable of the environment holds; empty where it is not set.

    Raises:
        InputError: It holds what cannot be sent as a key; its text is not shown.
    """
    value = os.environ.get(variable, "")
    if not (value.isascii() and value.isprintable()):  # its text is nobody's business
        raise InputError(
            f"what {variable} holds is no key: it has a line break or a special character",
            expected="one line of plain characters, without a line break at its end",
            fix=f"export {variable} again, copied whole and alone",
        )
    return value


def hide(raw: bytes, secrets: Iterable[str]) -> bytes:
    """The bytes with `[key]` in place of every secret, however it is spelt there."""
    for secret in secrets:
        for spelling in _spellings(secret) if secret else ():
            raw = spelling.sub(HIDDEN, raw)
    return raw


@lru_cache(maxsize=64)
def _spellings(secret: str) -> tuple[re.Pattern[bytes], ...]:
    """Patterns that each begin with a few literal signs, which are looked for quickly."""
    raw = secret.encode()
    ways = [_ways(code) for code in raw]
    rest = [b"(?:" + b"|".join(each) + b")" for each in ways[1:]]
    joint = b"" if len(raw) < _SHORT else _BREAK
    found = [joint.join([way, *rest]) for way in ways[0]]
    if joint:
        found += [joint.join(in_base64(offset, raw)) for offset in range(3)]
    return tuple(map(re.compile, found))


def _ways(code: int) -> list[bytes]:
    """Patterns of the ways to write one character of a secret."""
    sign = bytes([code])
    hexadecimal = b"".join(
        b"[%c%c]" % (digit, digit - 32) if digit > ord("9") else b"%c" % digit
        for digit in b"%02x" % code
    )
    ways = [
        re.escape(sign),
        rb"\\u00" + hexadecimal,
        rb"\\x" + hexadecimal,
        b"%" + hexadecimal,
        b"&#0*%d;" % code,
        b"&#[xX]0*" + hexadecimal + b";",
    ]
    if sign in b'"\\/':
        ways.append(rb"\\" + re.escape(sign))
    if sign == b" ":
        ways.append(rb"\+")
    return ways


def in_base64(offset: int, raw: bytes) -> list[bytes]:
    """Patterns of the signs that the secret alone decides, `offset` bytes into a group of three."""
    encoded = b64encode(bytes(offset) + raw)
    first = -(-offset * 8 // 6)
    return [
        {b"+": rb"(?:[+-]|%2[bB])", b"/": rb"(?:\\?/|_|%2[fF])"}.get(sign, sign)
        for sign in (bytes([code]) for code in encoded[first : (offset + len(raw)) * 8 // 6])
    ]
