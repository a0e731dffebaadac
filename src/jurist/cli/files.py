"""The files that people name on the command line, with errors that say what to do."""

from __future__ import annotations

import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from jurist.cli.streams import streamed_output
from jurist.errors import InputError

LIMIT = 20_000_000
"""Most bytes that a file named on the command line may have to be read whole."""


def read_text(path: Path) -> str:
    """The file's text; raises `InputError` where it cannot be read as UTF-8."""
    with _explained(path):
        if path.stat().st_size > LIMIT:
            raise InputError(
                f"{path} has {path.stat().st_size:,} bytes", expected=f"at most {LIMIT:,}"
            )
        return path.read_text(encoding="utf-8-sig")


def write_text(path: Path, text: str) -> None:
    """Write a file whole, or not at all; its folder comes into being with it."""
    with open_output(path) as file:
        file.write(text.encode("utf-8"))


def make_folder(path: Path) -> None:
    """Make a folder and those above it, unless they are there."""
    with _explained(path):
        path.mkdir(parents=True, exist_ok=True)


@contextmanager
def open_input(path: Path) -> Generator[IO[bytes]]:
    """A file to read as bytes; `-` is standard input."""
    if str(path) == "-":
        yield sys.stdin.buffer
        return
    with _explained(path):
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
    with _explained(path):
        if path.is_dir():
            raise IsADirectoryError
    make_folder(path.parent)
    beside = partial(path)
    with _explained(path):
        file = beside.open("wb")
    with file:
        yield file
    with _explained(path):
        beside.replace(path)


def partial(path: Path) -> Path:
    """Where a file stands until all of it has been written."""
    return path.with_name(f"{path.name}.partial")


@contextmanager
def _explained(path: Path) -> Generator[None]:
    try:
        yield
    except (FileExistsError, NotADirectoryError):
        raise InputError(
            f"{path} would lie in a file, or be a folder where a file is", fix="check the path"
        ) from None
    except FileNotFoundError:
        raise InputError(f"there is no file {path}", fix="check the path") from None
    except IsADirectoryError:
        raise InputError(f"{path} is a folder", expected="a file") from None
    except PermissionError:
        raise InputError(f"{path} may not be used", fix="check its permissions") from None
    except UnicodeDecodeError as error:
        raise InputError(
            f"{path} is not UTF-8 text (byte {error.start})", fix="save it as UTF-8"
        ) from None
    except OSError as error:
        raise InputError(f"{path}: {error.strerror or error}") from None
