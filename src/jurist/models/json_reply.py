"""Reading the JSON in a model's reply, whatever stands around it.

Tolerant of what models really do: code fences, prose before and after, thoughts in
`<think>`, trailing commas, raw line breaks within strings, Python's literals. Bounded
in size and depth, since the text is hostile. What is read is validated by msgspec.
"""

from __future__ import annotations

import ast
import json
import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final, NoReturn, TypeVar

import msgspec

T = TypeVar("T")

MOST_CHARACTERS: Final = 200_000
MOST_DEPTH: Final = 40
_MOST_CANDIDATES: Final = 200
_MOST_UNCLOSED: Final = 16
"""Braces that never close, each of which costs a look at the whole rest of the text."""
_MOST_LITERAL: Final = 20_000

_THOUGHTS = re.compile(r"^\s*<think(?:ing)?>.*?</think(?:ing)?>", re.DOTALL | re.IGNORECASE)
_UNREADABLE: Final = (msgspec.DecodeError, UnicodeError)
_STRUCTURE = re.compile(r'["{}\[\]]')
_IN_STRING = re.compile(r'"|\\.', re.DOTALL)
_FENCED = re.compile(r"```[A-Za-z0-9_-]*[ \t]*\r?\n(.*?)```", re.DOTALL)


class UnreadableError(Exception):
    """No JSON of the wanted shape is in the text; the message says what was wrong."""


class _RepeatedKeyError(UnreadableError):
    """An object with a key that comes twice: readers differ in which one they take."""


def read_reply(text: str, shape: type[T]) -> T:
    """The instance of `shape` that a reply holds.

    Args:
        text: The reply. Of several objects in it that fit, the last one counts, fenced or
            not: models think, and quote, first and answer then.
        shape: A dataclass or msgspec type.

    Raises:
        UnreadableError: There is none; the message can be shown to the model.
    """
    if len(text) > MOST_CHARACTERS:
        raise UnreadableError(f"the reply is longer than {MOST_CHARACTERS} characters")
    if _depth(text) <= MOST_DEPTH:
        try:
            whole = msgspec.json.decode(text, type=shape)
        except _UNREADABLE:
            pass
        else:
            _refuse_repeated_keys(text)
            return whole
    problem = "it holds no JSON object"
    for candidate in islice(_candidates(text), _MOST_CANDIDATES):
        if _depth(candidate) > MOST_DEPTH:
            problem = f"its JSON is nested more than {MOST_DEPTH} deep"
            continue
        try:
            return msgspec.convert(_lenient(candidate), shape, strict=False)
        except _RepeatedKeyError:  # nobody knows what it answers, and no earlier object does
            raise
        except UnreadableError as error:
            problem = str(error) if problem.startswith("it holds no") else problem
        except msgspec.ValidationError as error:
            problem = str(error)
    raise UnreadableError(problem)


def _candidates(text: str) -> Iterator[str]:
    """The objects of a text, and its fenced blocks that are in none of them, the last one first."""
    body = _THOUGHTS.sub("", text, count=1)
    spans = list(_objects(body))
    starts = [start for start, _ in spans]
    for match in _FENCED.finditer(body):
        before = bisect_right(starts, match.start()) - 1
        if before < 0 or spans[before][1] < match.end():
            spans.append(match.span(1))
    for start, end in sorted(spans, key=lambda span: span[1], reverse=True):
        yield body[start:end].strip()


def _objects(text: str) -> Iterator[tuple[int, int]]:
    """Where the outermost `{...}` of a text are, strings respected; an unclosed `{` is skipped."""
    start = text.find("{")
    unclosed = 0
    while start >= 0:
        end = _closing(text, start)
        if end is None:
            unclosed += 1
            if unclosed > _MOST_UNCLOSED:
                raise UnreadableError("it holds no JSON object, but many braces that never close")
            start = text.find("{", start + 1)
        else:
            yield start, end
            start = text.find("{", end)


def _closing(text: str, start: int) -> int | None:
    """Where the object that begins at `start` has ended; `None` where it never does."""
    depth = 0
    quoted = False
    position = start
    while match := (_IN_STRING if quoted else _STRUCTURE).search(text, position):
        position = match.end()
        match match[0]:
            case '"':
                quoted = not quoted
            case "{" | "[":
                depth += 1
            case "}" | "]":
                depth -= 1
                if depth == 0:
                    return position
            case _:  # an escaped character
                pass
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
        return _decode(text)
    except _UNREADABLE as error:
        problem = f"its JSON cannot be read: {error}"
    try:
        return _decode(_mended(text))
    except _UNREADABLE:
        pass
    if len(text) <= _MOST_LITERAL:
        try:
            return _literal(text)
        except (ValueError, SyntaxError, RecursionError, MemoryError, TypeError):
            pass
    raise UnreadableError(problem)


def _decode(text: str) -> object:
    value: object = msgspec.json.decode(text)
    _refuse_repeated_keys(text)
    return value


def _refuse_repeated_keys(text: str) -> None:
    """Raise where an object of a JSON text gives a key twice; msgspec takes the last one."""
    json.loads(text, object_pairs_hook=_object, parse_int=str)


def _object(pairs: list[tuple[str, object]]) -> None:
    keys = [key for key, _ in pairs]
    if len(set(keys)) < len(keys):
        _refuse(keys)


def _literal(text: str) -> object:
    """The value of a Python literal, no key of which comes twice."""
    tree = ast.parse(text, mode="eval")
    for node in ast.walk(tree):
        if isinstance(node, ast.Dict):
            keys = [ast.literal_eval(key) for key in node.keys if key is not None]
            if len(set(keys)) < len(keys):
                _refuse(keys)
    return ast.literal_eval(tree)


def _refuse(keys: Iterable[object]) -> NoReturn:
    key, _ = Counter(keys).most_common(1)[0]
    raise _RepeatedKeyError(f"it gives {key!r:.80} more than once")


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
