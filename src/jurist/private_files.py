"""Files that nobody but their owner reads: what people asked and what models said is in them."""

from __future__ import annotations

import os
import stat
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

OWNER_ONLY: Final = 0o600
OWNERS_FOLDER: Final = 0o700


def make_private(path: Path) -> None:
    """Make an empty file for its owner alone; one that is there keeps its permissions."""
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, OWNER_ONLY))
    except FileExistsError:
        return


def make_private_folder(path: Path) -> None:
    """Make a folder, and those above it, for their owner alone; those that are there stay."""
    for folder in (*reversed(path.parents), path):
        try:
            folder.mkdir(OWNERS_FOLDER)
        except OSError:  # that it is there is not all that systems say of a folder that is
            if not folder.is_dir():
                raise


def open_private(path: Path) -> IO[bytes]:
    """A file to write, empty, for its owner alone; one that is there keeps its permissions."""
    flags = os.O_CREAT | os.O_TRUNC | os.O_WRONLY
    return os.fdopen(os.open(path, flags | getattr(os, "O_BINARY", 0), OWNER_ONLY), "wb")


def write_private(path: Path, content: str | bytes) -> None:
    """Write a file for its owner alone; one that is there keeps its permissions."""
    with open_private(path) as file:
        file.write(content.encode("utf-8") if isinstance(content, str) else content)


def partial(path: Path) -> Path:
    """Where a file stands until all of it has been written."""
    file = path.resolve() if path.is_symlink() else path  # a file moves within its folder only
    return file.with_name(f"{file.name}.partial")


def open_partial(path: Path) -> IO[bytes]:
    """The file in which all that `path` will hold is written first, for its owner alone."""
    beside = partial(path)
    beside.unlink(missing_ok=True)  # whatever permissions it was left with
    return open_private(beside)


def take_its_place(path: Path) -> None:
    """Have what was written beside a file stand in its place; permissions that it has stay."""
    beside, file = partial(path), path.resolve()
    if file.exists():
        beside.chmod(stat.S_IMODE(file.stat().st_mode))
    beside.replace(file)


@contextmanager
def written_whole(path: Path) -> Generator[Path]:
    """Where to write a file so that it bears its own name only when all of it is there."""
    open_partial(path).close()
    yield partial(path)
    take_its_place(path)
