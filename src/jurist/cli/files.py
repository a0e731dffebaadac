"""The files that people name on the command line, with errors that say what to do."""

from __future__ import annotations

import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from jurist.cli.streams import streamed_output
from jurist.languages.texts import explained


def write_text(path: Path, text: str) -> None:
    """Write a file whole, or not at all; its folder comes into being with it."""
    with open_output(path) as file:
        file.write(text.encode("utf-8"))


def make_folder(path: Path) -> None:
    """Make a folder and those above it, unless they are there."""
    with explained(path):
        path.mkdir(parents=True, exist_ok=True)


@contextmanager
def open_input(path: Path) -> Generator[IO[bytes]]:
    """A file to read as bytes; `-` is standard input."""
    if str(path) == "-":
        yield sys.stdin.buffer
        return
    with explained(path):
        file = path.open("rb")
    with file:
        yield file


@contextmanager
def open_output(path: Path | None) -> Generator[IO[bytes]]:
    """A file to write as bytes; `None` is standard output.

    The file comes into being under its own name only when all has been written; what was
    written before an interruption stands beside it (`partial`).
    """
    if path is None:
        with streamed_output() as stream:
            yield stream
        return
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


def partial(path: Path) -> Path:
    """Where a file stands until all of it has been written."""
    return path.with_name(f"{path.name}.partial")
