"""Files that are written whole or not at all; their folders come into being with them."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from jurist.languages.texts import explained


@contextmanager
def writing(path: Path) -> Generator[IO[bytes]]:
    """A file to write as bytes.

    It comes into being under its own name only when all has been written; what was written
    before an interruption stands beside it (`partial`).
    """
    with explained(path):
        if path.is_dir():
            raise IsADirectoryError
    make_folder(path.parent)
    beside = partial(path)
    with explained(path):
        file = beside.open("wb")
    with file:
        yield file
    with explained(path):
        beside.replace(path)


def make_folder(path: Path) -> None:
    """Make a folder and those above it, unless they are there."""
    with explained(path):
        path.mkdir(parents=True, exist_ok=True)


def partial(path: Path) -> Path:
    """Where a file stands until all of it has been written."""
    return path.with_name(f"{path.name}.partial")
