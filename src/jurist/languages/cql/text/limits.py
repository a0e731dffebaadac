"""How large a query may be, so that no input can crash, hang or recurse to death."""

from __future__ import annotations

import re

from jurist.languages.mistakes import Mistake

MAX_TEXT = 100_000
"""Characters of a query's text."""

MAX_NESTING = 40
"""Parentheses, braces, NOTs, ANYs and ALLs open at one place of a query's text."""

MAX_WORDS = 30_000
"""Words, numbers, strings and signs of a query's text."""

_STRING = r"""'(?:[^'\\\r\n]|\\[^\r\n])*+'?|"(?:[^"\\\r\n]|\\[^\r\n])*+"?"""
_OPENING = re.compile(r"[({]|\b(?:NOT|ANY|ALL)\b", re.IGNORECASE)
_STEP = re.compile(rf"{_STRING}|[(){{}},]|\b(?:NOT|ANY|ALL|AND|OR)\b", re.IGNORECASE)
_WORD = re.compile(rf"{_STRING}|[A-Za-z0-9_]+|[^\sA-Za-z0-9_]")
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")


def check_text(text: str) -> None:
    """Refuse what is too long, nested too deeply, or holds what no query holds.

    Raises:
        Mistake: Says which, and where.
    """
    check_length(text)
    if not text.isprintable() and (match := _FORBIDDEN.search(text)):
        code = ord(match.group())
        what = "half of a surrogate pair" if code >= 0xD800 else "a control character"
        raise Mistake(
            f"the query holds {what}, U+{code:04X}",
            at=match.start(),
            hint="remove it; in a string, write \\n and \\t for line break and tab",
        )
    if len(text) > MAX_WORDS and (count := sum(1 for _ in _WORD.finditer(text))) > MAX_WORDS:
        raise Mistake(
            f"the query has {count} words and signs", at=0, hint=f"the most is {MAX_WORDS}"
        )
    brackets = text.count("(") + text.count("{")
    if brackets + len(text) // 3 > MAX_NESTING and len(_OPENING.findall(text)) > MAX_NESTING:
        _check_nesting(text)


def check_length(text: str) -> None:
    """Refuse a text of too many characters."""
    if len(text) > MAX_TEXT:
        raise Mistake(
            f"the query has {len(text)} characters",
            at=MAX_TEXT,
            hint=f"the most is {MAX_TEXT}; a definition has at most 50 conditions anyway",
        )


def _check_nesting(text: str) -> None:
    outer: list[int] = []
    depth = 0
    for match in _STEP.finditer(text):
        step = match.group().upper()
        if step in {"(", "{"}:
            outer.append(depth)
            depth += 1
        elif step in {")", "}"}:
            depth = outer.pop() if outer else 0
        elif step in {"NOT", "ANY", "ALL"}:
            depth += 1
        elif step in {"AND", "OR", ","}:
            depth = outer[-1] + 1 if outer else 0
        if depth > MAX_NESTING:
            raise Mistake(
                f"the query is nested more than {MAX_NESTING} levels deep",
                at=match.start(),
                hint="remove parentheses and NOTs that are not needed",
            )
