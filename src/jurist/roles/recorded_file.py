"""The answers of a recording, found in its file when they are asked for.

What is kept of a line is sixteen bytes, its key's hash and its place, so that a recording of
any length can be played.
"""

from __future__ import annotations

import os
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated, Final

import msgspec

from jurist.errors import DatasetError
from jurist.languages.lines import decode_line, is_blank, lines_of
from jurist.languages.texts import explained
from jurist.records import Candidate
from jurist.roles.answers import read_answer
from jurist.roles.particulars import Particulars, find_fault

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_EXPECTED: Final = (
    '{"case": ID, "question": ID or text, "sample": 1, ... (both optional), one of "query", '
    '"refusal", "failure", and "cost", "notes", "trace_id", "steps", "transcript" if told}'
)

Key = tuple[str, str | None, int]
"""A case's id; a question's id or text, or `None` for every question of the case; which of
several answers, from 1."""


class _Line(Particulars, frozen=True, forbid_unknown_fields=True, kw_only=True):
    case: str
    question: str | None = None
    query: str | None = None
    refusal: str | None = None
    failure: str | None = None
    sample: Annotated[int, msgspec.Meta(ge=1, le=100)] = 1

    @property
    def key(self) -> Key:
        return self.case, self.question, self.sample


@dataclass(frozen=True, slots=True)
class RecordedFile:
    """Answers by key, read from their file one by one."""

    path: Path
    digest: str
    """Of the file's bytes."""
    state: tuple[int, int]
    hashes: NDArray[np.int64]
    """Of the keys, in rising order."""
    places: NDArray[np.int64]
    """Of the lines, in the same order."""

    def get(self, key: Key) -> Candidate | None:
        """The answer under a key, if there is one.

        Raises:
            DatasetError: The file is not what it was, or is gone.
        """
        wanted = hash(key)
        at = int(self.hashes.searchsorted(wanted))
        while at < len(self.hashes) and int(self.hashes[at]) == wanted:
            line = self._line_at(int(self.places[at]))
            if line.key == key:
                return _answer(line)
            at += 1
        return None

    def _line_at(self, place: int) -> _Line:
        with explained(self.path, raises=DatasetError), self.path.open("rb") as file:
            if _state(file) == self.state:
                file.seek(place)
                return _read(file.readline(), str(self.path))
        raise DatasetError(
            "the recording has changed since it was first read",
            expected="the recording as it was when the run began",
            fix="leave it as it is while it is played, and run again",
            where=str(self.path),
        )


def index_recording(path: Path) -> RecordedFile:
    """Go through a recording once: every line is checked, and where it stands is kept.

    Raises:
        DatasetError: The file or one of its lines cannot be used; names the line.
    """
    import numpy as np

    if path.exists() and not path.is_file():
        raise DatasetError(
            "cannot read the recording: it is no file",
            expected="a file, which can be read more than once",
            fix="write the answers to a file first, and name that",
            where=str(path),
        )
    digest, hashes, places = blake2b(digest_size=16), array("q"), array("q")
    with explained(path, raises=DatasetError), path.open("rb") as file:
        state, place = _state(file), 0
        for number, line in enumerate(lines_of(file, str(path)), 1):
            digest.update(line)
            if not is_blank(line):
                hashes.append(hash(_read(line, f"{path}, line {number}").key))
                places.append(place)
            place += len(line)
    unsorted = np.frombuffer(hashes, dtype=np.int64)
    order = np.argsort(unsorted, kind="stable")
    found = unsorted[order]
    alike = found[1:][found[1:] == found[:-1]]
    if len(alike):
        _find_repeated(path, frozenset(alike.tolist()))
    at = np.frombuffer(places, dtype=np.int64)[order]
    return RecordedFile(path, digest.hexdigest(), state, found, at)


def keys_of_recording(path: Path) -> Iterator[tuple[int, Key]]:
    """The cases and questions that a recording has answers for, each with its line.

    Raises:
        DatasetError: The file or one of its lines cannot be used; names the line.
    """
    with explained(path, raises=DatasetError), path.open("rb") as file:
        for number, line in enumerate(lines_of(file, str(path)), 1):
            if not is_blank(line):
                yield number, _read(line, f"{path}, line {number}").key


def _find_repeated(path: Path, suspects: frozenset[int]) -> None:
    """Raise for the first key that occurs again, among keys with these hashes."""
    seen: set[Key] = set()
    for number, key in keys_of_recording(path):
        if hash(key) in suspects:
            if key in seen:
                question = "every question" if key[1] is None else f"question {key[1]!r}"
                raise DatasetError(
                    f"a second answer for case {key[0]!r}, {question}",
                    expected="one answer a question, or each with its `sample`: 1, 2, ...",
                    fix="remove one of them, or number them",
                    where=f"{path}, line {number}",
                )
            seen.add(key)


def _state(file: IO[bytes]) -> tuple[int, int]:
    """What tells that a file was written to: its size and the moment."""
    found = os.fstat(file.fileno())
    return found.st_size, found.st_mtime_ns


def _read(line: bytes, where: str) -> _Line:
    record = decode_line(line, _decoder, where=where, expected=_EXPECTED)
    given = [part for part in (record.query, record.refusal, record.failure) if part is not None]
    if len(given) != 1:
        raise DatasetError(
            f"{len(given)} of query, refusal and failure are there",
            expected="exactly one",
            fix="keep the one that the generator gave",
            where=where,
        )
    problem = find_fault(record)
    if problem:
        raise DatasetError(
            problem,
            expected="costs, notes and a trace id as the generator gave them",
            fix="correct them, or leave them out",
            where=where,
        )
    return record


def _answer(line: _Line) -> Candidate:
    return read_answer(msgspec.structs.asdict(line))


_decoder = msgspec.json.Decoder(_Line)
