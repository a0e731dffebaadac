"""Files that are written whole or not at all; their folders come into being with them."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

from jurist.errors import InputError
from jurist.languages.file_kinds import given_kind
from jurist.languages.texts import explained

_DATABASE: Final = b"SQLite format 3\0"


@contextmanager
def writing(path: Path) -> Generator[IO[bytes]]:
    """A file to write as bytes.

    It comes into being under its own name only when all has been written; what was written
    before an interruption stands beside it (`partial`).

    Raises:
        InputError: It cannot be written, or holds what must not be lost.
    """
    with explained(path):
        if path.is_dir():
            raise IsADirectoryError
    if path.exists() and not path.is_file():  # a device or a pipe: nothing stands beside it
        with explained(path):
            file = path.open("wb")
        with file:
            yield file
        return
    refuse_what_is_dear(path, str(path))
    make_folder(path.parent)
    beside = partial(path)
    with explained(path):
        file = beside.open("wb")
    with file:
        yield file
    with explained(path):
        beside.replace(path.resolve())


def refuse_what_is_dear(path: Path, shown: str) -> None:
    """Raise where a file that is there is a database, or what people wrote for Jurist to read."""
    if not path.is_file():
        return
    with explained(path), path.open("rb") as file:
        database = file.read(len(_DATABASE)) == _DATABASE
    kind = given_kind(path)
    if database or kind is not None:
        held = "a database, maybe a store" if kind is None else kind.name
        raise InputError(
            f"{shown} holds {held}, which would be lost",
            expected="a file that is not there yet, or an earlier result",
            fix="name another file, or remove it first",
        )


def make_folder(path: Path) -> None:
    """Make a folder and those above it, unless they are there."""
    with explained(path):
        path.mkdir(parents=True, exist_ok=True)


def partial(path: Path) -> Path:
    """Where a file stands until all of it has been written."""
    return path.with_name(f"{path.name}.partial")
