"""Reading cases from a file as a stream: one case is in memory, however many there are.

A file is gone through once when a study is planned, which finds every bad line and makes the
digest, and again when its cases are stored. Ids are told apart by eight bytes each.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import blake2b
from heapq import nsmallest
from itertools import islice
from pathlib import Path
from typing import Final

import msgspec
import numpy as np

from jurist.errors import DatasetError
from jurist.languages.lines import decode_line, is_blank, lines_of
from jurist.languages.texts import explained
from jurist.records import Case, CheckedBy, OptionValue, Origin

_LONGEST_ID: Final = 200
_MOST_IN_OPTIONS: Final = 200
Check = Callable[[Case, str], None]
"""Raises for a case, of which it is told where it stands."""
_EXPECTED: Final = (
    'one case a line: {"id", "reference", "questions", "tags", "note", "anchored_by", "options"}, '
    'and of each question {"id", "text", "origin", "style", "author", "faithfulness"}, where '
    "`origin` is real, authored or synthetic"
)


class _FaithfulnessLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    faithful: bool | None
    method: str
    reason: str = ""
    by: CheckedBy | None = None


class _QuestionLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    id: str
    text: str
    origin: Origin
    style: str = ""
    author: str = ""
    faithfulness: _FaithfulnessLine | None = None


class _CaseLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A case as people write it: a key that is not known may be one misspelt."""

    id: str
    reference: str | None
    questions: tuple[_QuestionLine, ...] = ()
    tags: tuple[str, ...] = ()
    note: str = ""
    anchored_by: str = ""
    options: dict[str, OptionValue] = {}


@dataclass(frozen=True, slots=True)
class CaseFile:
    """The cases of a file that were chosen: read anew whenever they are gone through."""

    path: Path
    tags: frozenset[str]
    """Only cases with at least one of these; empty: all."""
    highest: bytes | None
    """Only cases whose rank is at most this: a sample; `None`: all."""
    limit: int | None
    """Only the first so many of what is left."""
    digest: str
    """Of the chosen cases."""

    def __iter__(self) -> Iterator[Case]:
        """The cases in the file's order.

        Raises:
            DatasetError: The file is not what it was when it was chosen from.
        """
        digest = blake2b(digest_size=16)
        cases = (case for _, case in numbered_cases(self.path))
        chosen = _chosen(cases, self.tags, self.highest)
        for case in islice(chosen, self.limit):
            digest.update(encoded(case))
            yield case
        if digest.hexdigest() != self.digest:
            raise DatasetError(
                "the file has changed since it was first read",
                expected="the cases as they were when the run was planned",
                fix="leave it as it is while it is read, and run again",
                where=str(self.path),
            )


def choose_cases(
    path: str | Path,
    *,
    tags: tuple[str, ...] = (),
    sample: int | None = None,
    limit: int | None = None,
    check: Check = lambda _case, _where: None,
) -> CaseFile:
    """Choose from the cases of a file, once all of it was found to be right.

    Args:
        path: A JSONL file.
        tags: Only cases with at least one of these; empty: all.
        sample: Only so many of them, by a digest of their ids: nobody chooses.
        limit: Only the first so many of what is left.
        check: Raises for a case that the dataset's language cannot take; is told where it stands.

    Raises:
        DatasetError: The file or a line of it cannot be used, or no case is left.
    """
    wanted, highest = frozenset(tags), None
    if sample is not None:
        ranks = (_rank(case) for case in _chosen(read_cases(path, check=check), wanted))
        highest = max(nsmallest(sample, ranks), default=None)
    digest, left = blake2b(digest_size=16), 0
    for case in _chosen(read_cases(path, check=check), wanted, highest):
        if limit is None or left < limit:
            digest.update(encoded(case))
            left += 1
    if not left:
        raise DatasetError(
            f"no case of {path} is left",
            expected=f"a case with a tag of {', '.join(tags)}" if tags else "a case",
            fix="name tags that the cases have" if tags else "write a case into the file",
        )
    return CaseFile(Path(path), wanted, highest, limit, digest.hexdigest())


def read_cases(path: str | Path, *, check: Check = lambda _case, _where: None) -> Iterator[Case]:
    """The cases of a JSONL file; that two have the same id is found at the end.

    Args:
        path: The file.
        check: Raises for a case that the dataset's language cannot take; is told where it stands.

    Raises:
        DatasetError: The file or one of its lines cannot be used; names the line.
    """
    path, seen = Path(path), array("q")
    for number, case in numbered_cases(path):
        check(case, f"{path}, line {number}")
        seen.append(hash(case.id))
        yield case
    hashes = np.sort(np.frombuffer(seen, dtype=np.int64))
    alike = hashes[1:][hashes[1:] == hashes[:-1]]
    if len(alike):
        _find_repeated(path, frozenset(alike.tolist()))


def _find_repeated(path: Path, suspects: frozenset[int]) -> None:
    """Raise for the first id that occurs again, among ids with these hashes."""
    seen: set[str] = set()
    for number, case in numbered_cases(path):
        if hash(case.id) in suspects:
            if case.id in seen:
                raise DatasetError(
                    f"a second case with the id {case.id!r}",
                    expected="an id of its own for each case",
                    fix="change one of them, or remove it",
                    where=f"{path}, line {number}",
                )
            seen.add(case.id)


def numbered_cases(path: Path) -> Iterator[tuple[int, Case]]:
    """The cases of a JSONL file, each with its line; whether ids repeat is not looked at.

    Raises:
        DatasetError: The file or one of its lines cannot be used; names the line.
    """
    for number, case in read_lines_of(path):
        if isinstance(case, DatasetError):
            raise case
        yield number, case


def read_lines_of(path: Path) -> Iterator[tuple[int, Case | DatasetError]]:
    """What each line of a JSONL file of cases holds: a case, or why it is none.

    Raises:
        DatasetError: The file itself cannot be read.
    """
    if path.exists() and not path.is_file():
        raise DatasetError(
            "cannot read the cases: it is no file",
            expected="a file, which can be read more than once",
            fix="write the cases to a file first, and name that",
            where=str(path),
        )
    with explained(path, raises=DatasetError), path.open("rb") as file:
        for number, line in enumerate(lines_of(file, str(path)), 1):
            if not is_blank(line):
                yield number, _case_or_error(line, path, number)


def case_line(case: Case) -> bytes:
    """A case as a line of a file, with its newline; what is empty is left out."""
    questions = [
        {"id": each.id, "text": each.text, "origin": each.origin.value}
        | {key: value for key in ("style", "author") if (value := getattr(each, key))}
        for each in case.questions
    ]
    line = {"id": case.id, "reference": case.reference, "questions": questions}
    rest = {
        key: value
        for key in ("tags", "note", "anchored_by", "options")
        if (value := getattr(case, key))
    }
    return _encoder.encode(line | rest) + b"\n"


def encoded(case: Case) -> bytes:
    """A case as digests and keys of tasks hold it.

    What nobody anchors, and what has no options, is written as before there were such fields:
    runs of it stay comparable, and what is recorded of it is found.
    """
    raw = _encoder.encode(case)
    if case.options:
        return raw
    raw = raw.removesuffix(_WITHOUT_OPTIONS) + b"}"
    return raw if case.anchored_by else raw.removesuffix(_UNANCHORED) + b"}"


def _chosen(
    cases: Iterator[Case], tags: frozenset[str], highest: bytes | None = None
) -> Iterator[Case]:
    return (
        case
        for case in cases
        if (not tags or not tags.isdisjoint(case.tags))
        and (highest is None or _rank(case) <= highest)
    )


def _rank(case: Case) -> bytes:
    return blake2b(case.id.encode(), digest_size=16).digest()


def _case_or_error(line: bytes, path: Path, number: int) -> Case | DatasetError:
    try:
        return read_case(line, f"{path}, line {number}")
    except DatasetError as error:
        return error


def read_case(line: bytes, where: str) -> Case:
    """The case that stands on a line.

    Raises:
        DatasetError: None does, or its ids cannot be used; `where` names the line.
    """
    read = decode_line(line, _decoder, where=where, expected=_EXPECTED)
    case = msgspec.convert(read, Case, from_attributes=True)
    identities = [case.id, *(question.id for question in case.questions)]
    for identity in identities:
        if not 0 < len(identity) <= _LONGEST_ID or not identity.isprintable():
            raise DatasetError(
                f"the id {identity[:40]!r}",
                expected=f"1 to {_LONGEST_ID} printable characters",
                where=where,
            )
    if len(case.anchored_by) > _LONGEST_ID or not case.anchored_by.isprintable():
        raise DatasetError(
            f"anchored_by is {case.anchored_by[:40]!r}",
            expected=f"a system's name and version, at most {_LONGEST_ID} printable characters",
            where=where,
        )
    _check_options(case, where)
    for question in case.questions:
        if not question.text.strip():
            raise DatasetError(
                f"the text of the question {question.id!r} is empty",
                expected="what a person asks for",
                fix="write it, or remove the question",
                where=where,
            )
    if len(set(identities[1:])) < len(case.questions):
        raise DatasetError(
            f"two questions of {case.id!r} have the same id",
            expected="an id of its own for each question of a case",
            fix="change one of them",
            where=where,
        )
    return case


def _check_options(case: Case, where: str) -> None:
    """Raise for options that no language could have; `Check` holds them to the dataset's."""
    texts = [*case.options]
    for value in case.options.values():
        texts += (value,) if isinstance(value, str) else value if isinstance(value, tuple) else ()
    odd = [text for text in texts if len(text) > _LONGEST_ID or not text.isprintable()]
    if odd or len(texts) > _MOST_IN_OPTIONS:
        raise DatasetError(
            f"the options hold {odd[0][:40]!r}" if odd else f"there are {len(texts)} options",
            expected=f"at most {_MOST_IN_OPTIONS} names and texts of at most {_LONGEST_ID} "
            "printable characters",
            where=where,
        )


_decoder = msgspec.json.Decoder(_CaseLine)
_encoder = msgspec.json.Encoder()
_WITHOUT_OPTIONS: Final = b',"options":{}}'
_UNANCHORED: Final = b',"anchored_by":""}'
