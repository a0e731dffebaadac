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
from jurist.languages.texts import nearest_hint

LONGEST_LINE: Final = 4_000_000
"""Most bytes of a line."""
_MARK: Final = b"\xef\xbb\xbf"
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
        raise _explain(str(error)[:300], expected, where, raises) from None
    return decoded


def _explain(said: str, expected: str, where: str, raises: type[InputError]) -> InputError:
    unknown = _UNKNOWN.search(said)
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
        fix=nearest_hint(key, re.findall(r'"(\w+)"', expected)) or "remove the key",
        where=where,
    )
