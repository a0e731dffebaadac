"""Files that are written whole or not at all, and never in the place of other work."""

from __future__ import annotations

import shlex
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

from jurist.errors import InputError
from jurist.languages.file_kinds import given_kind
from jurist.languages.texts import explained
from jurist.private_files import make_private_folder, open_partial, take_its_place
from jurist.report.earlier import BEGINNING, Result, is_earlier

_DATABASE: Final = b"SQLite format 3\0"


@contextmanager
def writing(path: Path, result: Result | None) -> Generator[IO[bytes]]:
    """A file to write as bytes.

    It comes into being under its own name only when all has been written; what was written
    before an interruption stands beside it (`partial`). It is its owner's alone until that one
    passes it on; one that is there keeps its permissions.

    Args:
        path: The file, or a link to it.
        result: What is written: an earlier one may be replaced. `None`: whatever is there may.

    Raises:
        InputError: It cannot be written, or holds what must not be lost.
    """
    if is_device(path):  # nothing stands beside it
        with explained(path):
            file = path.open("wb")
        with file:
            yield file
        return
    if result is not None:
        refuse_what_is_dear(path, str(path), result)
    refuse_no_folder(path, str(path))
    with explained(path):
        file = open_partial(path)
    with file:
        yield file
    with explained(path):
        take_its_place(path)


def is_device(path: Path) -> bool:
    """Whether it is a device or a pipe; raises `InputError` for a folder."""
    with explained(path):
        if path.is_dir():
            raise IsADirectoryError
        return path.exists() and not path.is_file()


def refuse_what_is_dear(path: Path, shown: str, result: Result) -> None:
    """Raise where a file that is there is not empty, nor an earlier result of the same kind."""
    if not path.is_file():
        return
    with explained(path), path.open("rb") as file:
        beginning = file.read(BEGINNING)
    if not beginning or is_earlier(result, beginning):
        return
    kind = given_kind(path)
    if beginning.startswith(_DATABASE):
        held = "a database, maybe a store"
    elif kind is not None:
        held = kind.name
    elif result is Result.TASKS:
        held = "something, and people may have written labels into it"
    else:
        held = f"what is not {result} as Jurist wrote it"
    expected = "a file that is not there yet"
    raise InputError(
        f"{shown} holds {held}, which would be lost",
        expected=expected if result is Result.TASKS else f"{expected}, or {result} of before",
        fix="name another file, or remove it first",
    )


def refuse_no_folder(path: Path, shown: str) -> None:
    """Raise where a file would lie in no folder that is there."""
    with explained(path):
        if path.parent.exists() and not path.parent.is_dir():
            raise NotADirectoryError
        if not path.parent.exists():
            raise InputError(
                f"{shown}: there is no folder {path.parent}",
                expected="a file in a folder that is there",
                fix=f"check the path, or make the folder: mkdir -p {shlex.quote(str(path.parent))}",
            )


def make_folder(path: Path) -> None:
    """Make a folder and those above it for their owner alone, unless they are there."""
    with explained(path):
        make_private_folder(path)
