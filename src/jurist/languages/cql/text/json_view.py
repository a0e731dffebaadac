"""Reading a query's tree from JSON, as `msgspec.json.encode` writes it.

Each node is an object with a `kind`, such as
`{"kind": "comparison", "left": ..., "operator": "at_least", "arguments": [...]}`.
What has its default (no cast, not the parent's) is left out. An integer is a JSON number, a
decimal its digits as text; a date is its text in ISO 8601, a timestamp its milliseconds.
"""

from __future__ import annotations

import re

import msgspec

from jurist.languages.cql.syntax import CqlQuery
from jurist.languages.mistakes import Mistake, shown

MAX_JSON_TEXT = 4_000_000
"""Characters of a JSON view's text; it is several times as long as the query's own."""

_MAX_DEPTH = 500
"""Objects and arrays open at one place; a query of the deepest nesting needs 400."""

_LONGEST_PROBLEM = 400
_BRACKET = re.compile(r'"(?:[^"\\]|\\.)*+"?|[\[\]{}]', re.DOTALL)
_BROKEN = re.compile(r"JSON is malformed: (.*) \(byte ([0-9]+)\)")
_DECODER = msgspec.json.Decoder(CqlQuery)


def read_json(text: str) -> CqlQuery:
    """The tree that a JSON view says, whether or not it is a query's.

    Raises:
        Mistake: The text is no JSON, or no tree's view; the place in it is a path
            such as `$.left.stream`.
    """
    if len(text) > MAX_JSON_TEXT:
        raise Mistake(
            f"the JSON has {len(text)} characters", at=0, hint=f"the most is {MAX_JSON_TEXT}"
        )
    _check_depth(text)
    try:
        return _DECODER.decode(text)
    except (UnicodeEncodeError, ArithmeticError):
        raise Mistake("the JSON holds half a surrogate pair, or too many digits", at=0) from None
    except msgspec.DecodeError as error:
        problem = str(error)
        if broken := _BROKEN.fullmatch(problem):
            before = text.encode()[: int(broken[2])]
            raise Mistake(
                f"the JSON is broken: {broken[1]}", at=len(before.decode(errors="ignore"))
            ) from None
        if len(problem) > _LONGEST_PROBLEM:
            half = _LONGEST_PROBLEM // 2
            problem = f"{problem[:half]}…{problem[-half:]}"
        raise Mistake(f"no view of a query: {shown(problem)}", at=0) from None


def _check_depth(text: str) -> None:
    """Refuse what would take more of the stack than a thread may have: msgspec recurses."""
    depth = 0
    for match in _BRACKET.finditer(text):
        sign = match.group()
        if sign in {"[", "{"}:
            depth += 1
            if depth > _MAX_DEPTH:
                raise Mistake("the JSON is nested too deeply for a query", at=match.start())
        elif sign in {"]", "}"}:
            depth -= 1
