"""What the parser says of a text, in words for who wrote it."""

from __future__ import annotations

import re
from typing import Final

from sqlglot.errors import ParseError

from jurist.languages.mistakes import Mistake, quoted

_MISSING: Final = re.compile(r"Required keyword: '(\w+)' missing for <class '[\w.]*\.(\w+)'>")

_SIGNS: Final = {
    "EQ": "=",
    "NEQ": "<>",
    "LT": "<",
    "LTE": "<=",
    "GT": ">",
    "GTE": ">=",
    "Add": "+",
    "Sub": "-",
    "Mul": "*",
    "Div": "/",
    "Mod": "%",
    "DPipe": "||",
}
"""What the parser's classes are called by who writes them."""


def problem_of(error: ParseError, text: str) -> Mistake:
    """The mistake with its place; the parser's own words name its classes."""
    first = error.errors[0] if error.errors else {}
    highlight = str(first.get("highlight") or "")
    at = _offset(text, int(first.get("line") or 1), int(first.get("col") or 1), highlight)
    said = str(first.get("description") or "")
    if at + len(highlight) >= len(text.rstrip().rstrip(";").rstrip()):
        beginning = f"the query ends after {quoted(highlight)}" if highlight else "the query ends"
        return Mistake(
            f"{beginning}, where more must follow", at=at, hint="complete it, or leave that out"
        )
    if missing := _MISSING.match(said):
        name = _SIGNS.get(missing[2], missing[2].upper())
        return Mistake(f"{name} lacks what it is of", at=at, hint="complete it, or leave it out")
    if said.startswith("Expecting"):
        wanted = said[10:].strip()
        return Mistake(
            f"{wanted} is expected after {quoted(highlight)}", at=at, hint=f"add {wanted} there"
        )
    return Mistake(
        f"{quoted(highlight)} does not fit here", at=at, hint="check it, and the words before it"
    )


def _offset(text: str, line: int, end_column: int, highlight: str) -> int:
    """Where the highlighted word begins: the parser says its line and its last column."""
    start = 0
    for _ in range(line - 1):
        start = text.find("\n", start) + 1
    return max(0, min(start + end_column - max(len(highlight), 1), len(text)))
