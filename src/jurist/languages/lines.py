"""JSON Lines as people write them: bounded, strict, with errors that name the line.

A line ends at a line feed alone: U+2028 and its like stand in texts. A byte order mark before a
line is no part of it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import IO, Final, TypeVar

import msgspec

from jurist.errors import DatasetError, InputError
from jurist.languages.documents import MalformedError, unique_keys
from jurist.languages.file_kinds import kind_by_keys, kind_by_line
from jurist.languages.texts import nearest_hint

LONGEST_LINE: Final = 4_000_000
"""Most bytes of a line."""
_MARK: Final = b"\xef\xbb\xbf"
_CONTROL: Final = dict.fromkeys(range(32), " ")
_UNKNOWN: Final = re.compile(r"unknown field `(.*?)`(.*)", re.DOTALL)

_T = TypeVar("_T")


def lines_of(
    file: IO[bytes],
    where: str,
    *,
    longest: int = LONGEST_LINE,
    raises: type[InputError] = DatasetError,
) -> Iterator[bytes]:
    """The lines of a file, each with its end.

    Args:
        file: It need not say how large it is.
        where: How errors call it.
        longest: Most bytes of a line.
        raises: The class of the error.

    Raises:
        InputError: (as `raises`) one is too long; nothing of that size is kept.
    """
    number = 0
    while line := file.readline(longest + 1):
        number += 1
        if len(line) > longest:
            raise raises(
                f"the line is longer than {longest:,} bytes",
                expected=f"at most {longest:,} bytes a line",
                fix="break the file into lines, one JSON object each",
                where=f"{where}, line {number}",
            )
        yield line


def is_blank(line: bytes) -> bool:
    """Whether a line holds nothing."""
    return not line.removeprefix(_MARK).strip()


def decode_line(
    line: bytes,
    decoder: msgspec.json.Decoder[_T],
    *,
    where: str,
    expected: str,
    raises: type[InputError] = DatasetError,
) -> _T:
    """What a line holds. A key that is there twice is an error.

    Args:
        line: One JSON value.
        decoder: Of a struct that forbids unknown fields, where they are to be errors.
        where: The file and line.
        expected: The form of a line, with its keys in double quotes.
        raises: The class of the error.

    Raises:
        InputError: (as `raises`) it holds something else.
    """
    raw = line.removeprefix(_MARK)
    try:
        decoded = decoder.decode(raw)
        json.loads(raw, object_pairs_hook=unique_keys)
    except MalformedError as error:
        raise raises(
            error.problem,
            expected="each key once",
            fix="remove one of them, then run the command again",
            where=where,
        ) from None
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        raise _explain(str(error)[:300], raw, expected, where, raises) from None
    return decoded


_SYNONYMS: Final = {
    "answer": ("candidate", "query"),
    "answers": ("candidate", "query"),
    "prediction": ("candidate", "query"),
    "output": ("candidate", "query"),
    "generated": ("candidate", "query"),
    "query": ("reference", "candidate"),
    "sql": ("reference", "query"),
    "expected": ("reference",),
    "expected_output": ("reference",),
    "gold": ("reference",),
    "ground_truth": ("reference",),
    "target": ("reference",),
    "label": ("reference",),
    "question": ("questions", "text"),
    "prompt": ("question", "questions", "text"),
    "input": ("question", "questions", "text"),
    "request": ("question", "questions", "text"),
    "case_id": ("case", "id"),
    "name": ("id",),
    "comment": ("note",),
}
"""What other tools call a key: what it may be called here, the likeliest first."""


_WRITTEN: Final = {
    "questions": '"questions": [{"id": "1", "text": "...", "origin": "real"}]',
}
"""Keys whose value has a form that who calls them otherwise does not know."""


def _meant(key: str, known: list[str]) -> str:
    """The known key that an unknown one seems to mean, as a question; else nothing."""
    for synonym in _SYNONYMS.get(key.lower(), ()):
        if synonym in known:
            written = f" Write {_WRITTEN[synonym]}" if synonym in _WRITTEN else ""
            return f"did you mean {synonym!r}?{written}"
    return nearest_hint(key, known)


def _no_object(line: bytes) -> str:
    """How a line begins that is no JSON object at all; empty where it is one."""
    text = line[:60].decode("utf-8", "replace").strip()
    if text.startswith("{"):
        return ""
    return text[:40].translate(_CONTROL) if text else ""


def _explain(
    said: str, line: bytes, expected: str, where: str, raises: type[InputError]
) -> InputError:
    unknown = _UNKNOWN.search(said)
    beginning = _no_object(line)
    known = re.findall(r'"(\w+)"', expected)
    seen, wanted = kind_by_line(line), kind_by_keys(known)
    if seen is not None and wanted is not None and seen.name != wanted.name:
        return raises(
            f"the line is one of {seen.name}, not of {wanted.name}",
            expected=expected,
            fix=f"name another file here; {seen.name} are for {seen.taken}",
            where=where,
        )
    if unknown is None and beginning:
        return raises(
            f"the line begins with {beginning!r}, so it is no JSON object",
            expected=expected,
            fix="write JSON Lines: one JSON object a line (CSV and YAML are not read here)",
            where=where,
        )
    if unknown is None:
        return raises(
            f"the line cannot be read: {said}",
            expected=expected,
            fix="mend this line, then run the command again",
            where=where,
        )
    key, place = unknown[1], unknown[2]
    return raises(
        f"unknown key {key!r}{place}",
        expected=expected,
        fix=_meant(key, known) or "remove the key",
        where=where,
    )
