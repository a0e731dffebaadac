"""The files that people name on the command line, with errors that say what to do."""

from __future__ import annotations

import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from jurist.cli.streams import streamed_output
from jurist.languages.texts import explained
from jurist.report.files import writing


def write_text(path: Path, text: str) -> None:
    """Write a file whole, or not at all; its folder comes into being with it."""
    with writing(path) as file:
        file.write(text.encode("utf-8"))


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
    """A file to write as bytes, whole or not at all; `None` is standard output."""
    with streamed_output() if path is None else writing(path) as written:
        yield written
