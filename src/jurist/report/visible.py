"""Making hostile text harmless where it is shown: control characters, markup of Markdown."""

from __future__ import annotations

import re
from typing import Final

# Control characters but line break and tab, surrogates, and what reorders or hides text. The
# joiners U+200C and U+200D stay: Persian and emoji are written with them.
_UNSEEN: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028\u2029"
    "\u202a-\u202e\u2060-\u206f\ud800-\udfff\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
_MARKUP: Final = re.compile(r"[\\`*_\[\]#|~]")
_REFERENCES: Final = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}


def visible(text: str) -> str:
    r"""The text with a replacement character for each that a terminal or a reader obeys unseen.

    `\n` and `\t` stay.
    """
    return _UNSEEN.sub("\ufffd", text)


def in_markdown(text: str) -> str:
    """The text on one line, so that Markdown shows it as it is: no markup, no links."""
    flat = visible(" ".join(text.split()))
    referred = re.sub("[&<>]", lambda match: _REFERENCES[match[0]], flat)
    unlinked = referred.replace("://", "&#58;//").replace("www.", "www&#46;")
    escaped = _MARKUP.sub(lambda match: f"\\{match[0]}", unlinked.replace("&#", "\x00"))
    return re.sub(r"^(\d+)([.)])(?=\s|$)|^([-+=])", r"\1\\\2\3", escaped).replace("\x00", "&#")


def in_markdown_block(text: str, kind: str = "") -> str:
    """The text as a code block of Markdown that nothing in it can end."""
    fence = "```"
    while fence in text:
        fence += "`"
    return f"{fence}{kind}\n{visible(text)}\n{fence}"


def in_json(raw: bytes) -> bytes:
    r"""JSON with the same values in which such characters are written as `\uXXXX`."""
    if raw.isascii() and b"\x7f" not in raw:
        return raw
    text = raw.decode("utf-8")
    return _UNSEEN.sub(_escape, text).encode("utf-8")


def _escape(match: re.Match[str]) -> str:
    units = match[0].encode("utf-16-be")
    return "".join(
        f"\\u{units[place]:02x}{units[place + 1]:02x}" for place in range(0, len(units), 2)
    )
