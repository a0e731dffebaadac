"""Reading the JSON in a model's reply, whatever stands around it.

Tolerant of what models really do: code fences, prose before and after, thoughts in
`<think>`, trailing commas, raw line breaks within strings, Python's literals. Bounded
in size and depth, since the text is hostile. What is read is validated by msgspec.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import Final, TypeVar

import msgspec

T = TypeVar("T")

MOST_CHARACTERS: Final = 200_000
MOST_DEPTH: Final = 40
_MOST_CANDIDATES: Final = 24
_MOST_LITERAL: Final = 20_000

_THOUGHTS = re.compile(r"^\s*<think(?:ing)?>.*?</think(?:ing)?>", re.DOTALL | re.IGNORECASE)
_FENCED = re.compile(r"```[A-Za-z0-9_-]*[ \t]*\r?\n(.*?)```", re.DOTALL)


class UnreadableError(Exception):
    """No JSON of the wanted shape is in the text; the message says what was wrong."""


def read_reply(text: str, shape: type[T]) -> T:
    """The instance of `shape` that a reply holds.

    Args:
        text: The reply. Of several objects in it that fit, the last one counts: models
            think first and answer then.
        shape: A dataclass or msgspec type.

    Raises:
        UnreadableError: There is none; the message can be shown to the model.
    """
    if len(text) > MOST_CHARACTERS:
        raise UnreadableError(f"the reply is longer than {MOST_CHARACTERS} characters")
    if _depth(text) <= MOST_DEPTH:
        try:
            return msgspec.json.decode(text, type=shape)
        except (msgspec.DecodeError, UnicodeError):
            pass
    problem = "it holds no JSON object"
    for candidate in _candidates(text):
        if _depth(candidate) > MOST_DEPTH:
            problem = f"its JSON is nested more than {MOST_DEPTH} deep"
            continue
        try:
            return msgspec.convert(_lenient(candidate), shape, strict=False)
        except UnreadableError as error:
            problem = str(error) if problem.startswith("it holds no") else problem
        except msgspec.ValidationError as error:
            problem = str(error)
    raise UnreadableError(problem)


def _candidates(text: str) -> Iterator[str]:
    body = _THOUGHTS.sub("", text, count=1)
    fenced = [match.group(1).strip() for match in _FENCED.finditer(body)]
    yield from reversed(fenced[-_MOST_CANDIDATES:])
    yield from reversed(list(_objects(body))[-_MOST_CANDIDATES:])


def _objects(text: str) -> Iterator[str]:
    """The outermost `{...}` of a text, strings respected; an unclosed one is skipped over."""
    start = text.find("{")
    rounds = 0
    while start >= 0 and rounds < _MOST_CANDIDATES * 2:
        rounds += 1
        end = _closing(text, start)
        if end is None:
            start = text.find("{", start + 1)
        else:
            yield text[start : end + 1]
            start = text.find("{", end + 1)


def _closing(text: str, start: int) -> int | None:
    depth = 0
    quoted = False
    position = start
    while position < len(text):
        character = text[position]
        if quoted:
            if character == "\\":
                position += 1
            elif character == '"':
                quoted = False
        elif character == '"':
            quoted = True
        elif character in "{[":
            depth += 1
        elif character in "}]":
            depth -= 1
            if depth == 0:
                return position
        position += 1
    return None


def _depth(text: str) -> int:
    if text.count("{") + text.count("[") <= MOST_DEPTH:
        return 0
    deepest = depth = 0
    quoted = escaped = False
    for character in text:
        if escaped:
            escaped = False
        elif quoted:
            escaped = character == "\\"
            quoted = character != '"'
        elif character == '"':
            quoted = True
        elif character in "{[":
            depth += 1
            deepest = max(deepest, depth)
        elif character in "}]":
            depth -= 1
    return deepest


def _lenient(text: str) -> object:
    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeError) as error:
        problem = f"its JSON cannot be read: {error}"
    try:
        return msgspec.json.decode(_mended(text))
    except (msgspec.DecodeError, UnicodeError):
        pass
    if len(text) <= _MOST_LITERAL:
        try:
            return ast.literal_eval(text)
        except (ValueError, SyntaxError, RecursionError, MemoryError, TypeError):
            pass
    raise UnreadableError(problem)


def _mended(text: str) -> str:
    """Trailing commas dropped and control characters within strings escaped."""
    out: list[str] = []
    quoted = escaped = False
    for character in text:
        if escaped:
            escaped = False
        elif quoted:
            if character == "\\":
                escaped = True
            elif character == '"':
                quoted = False
            elif character < " ":
                out.append(f"\\u{ord(character):04x}")
                continue
        elif character == '"':
            quoted = True
        elif character in "}]":
            while out and out[-1].isspace():
                out.pop()
            if out and out[-1] == ",":
                out.pop()
        out.append(character)
    return "".join(out)
