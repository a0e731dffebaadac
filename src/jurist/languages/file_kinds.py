"""Telling what a file seems to be by the keys in it: people name the wrong one."""

from __future__ import annotations

from collections.abc import Collection, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, cast

import msgspec

from jurist.errors import InputError

_BEGINNING: Final = 1_000_000
_MARK: Final = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class FileKind:
    """A kind of file that people write or get exported."""

    name: str
    keys: frozenset[str]
    """All are in it, and together in no other kind."""
    taken: str
    """Who takes it."""


CASES: Final = FileKind(
    "a dataset's cases", frozenset({"reference", "questions"}), "`cases:` of a study's dataset"
)
PAIRS: Final = FileKind(
    "pairs to judge", frozenset({"reference", "candidate"}), "`jurist judge FILE`"
)
_TASKS: Final = FileKind(
    "tasks for annotators", frozenset({"task", "candidate", "scores"}), "`jurist annotate --import`"
)
_ANSWERS: Final = tuple(
    FileKind("recorded answers", frozenset({"case", key}), "a study's generator {recorded: FILE}")
    for key in ("query", "refusal", "failure")
)
STUDY: Final = FileKind("a study", frozenset({"datasets", "generators"}), "`jurist run FILE`")
_SCHEMAS: Final = tuple(
    FileKind("a schema", frozenset({key}), "--schema, or `schema:` of a study's dataset")
    for key in ("events", "traits")
)
VERDICTS: Final = FileKind(
    "verdicts", frozenset({"score", "relation", "reasoning"}), "no command: they are a result"
)
CHALLENGE: Final = FileKind(
    "a challenge", frozenset({"judge", "operators"}), "`jurist gate --challenge FILE`"
)
SCHEMA: Final = _SCHEMAS[0]
_LINES: Final = (_TASKS, CASES, PAIRS, *_ANSWERS, VERDICTS)
_GIVEN: Final = (CASES, PAIRS, *_ANSWERS, STUDY, *_SCHEMAS)
"""What people wrote, so that it must not be written over."""
_ALL: Final = (_TASKS, *_GIVEN, CHALLENGE, VERDICTS)


def kind_by_keys(keys: Collection[str]) -> FileKind | None:
    """The kind of a JSON Lines file whose objects have these keys, where that is plain."""
    return next((kind for kind in _LINES if kind.keys.issubset(keys)), None)


def kind_by_line(line: bytes) -> FileKind | None:
    """The kind of a JSON Lines file that has this line, where that is plain."""
    return kind_by_keys(keys_of_line(line))


def given_kind(path: Path) -> FileKind | None:
    """What a file that is there seems to be, among what people write for Jurist to read."""
    return _kind_in(path, _GIVEN)


@contextmanager
def read_as(wanted: FileKind, path: str | Path) -> Generator[None]:
    """Of a file that is another one says just that, in place of what is wrong with its keys.

    Raises:
        InputError: (of the class that was raised within) the file seems to be of another kind.
    """
    try:
        yield
    except InputError as error:
        seen = _kind_in(Path(path), _ALL)
        if seen is None or seen.name == wanted.name:
            raise
        raise type(error)(
            f"the file seems to be {seen.name}, not {wanted.name}",
            expected=f"{wanted.name}: for {wanted.taken}",
            fix=f"name another file here; {seen.name}: for {seen.taken}",
            where=str(path),
        ) from None


def _kind_in(path: Path, kinds: Collection[FileKind]) -> FileKind | None:
    from jurist.languages.documents import parse_document  # commands that write need no YAML

    try:
        if not path.is_file():  # a pipe has been read: to open it again waits for a writer
            return None
        with path.open("rb") as file:
            beginning = file.read(_BEGINNING)
    except (OSError, ValueError):
        return None
    keys = keys_of_line(beginning.removeprefix(_MARK).lstrip().partition(b"\n")[0])
    if not keys and path.suffix.lower() in (".yaml", ".yml", ".json"):
        try:
            text = beginning.decode("utf-8-sig", "replace")
            keys = parse_document(text, where=str(path), raises=InputError).keys()
        except InputError:
            return None
    return next((kind for kind in kinds if kind.keys.issubset(keys)), None)


def keys_of_line(line: bytes) -> Collection[str]:
    """The keys of a line that is a JSON object; none of any other."""
    try:
        found: object = msgspec.json.decode(line.removeprefix(_MARK))
    except (msgspec.DecodeError, RecursionError):
        return ()
    return cast("dict[str, object]", found).keys() if isinstance(found, dict) else ()
