"""Files that nobody but their owner reads: what people asked and what models said is in them."""

from __future__ import annotations

import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

OWNER_ONLY: Final = 0o600


def make_private(path: Path) -> None:
    """Make an empty file for its owner alone; one that is there keeps its permissions."""
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, OWNER_ONLY))
    except FileExistsError:
        return


def partial(path: Path) -> Path:
    """Where a file stands until all of it has been written."""
    file = path.resolve() if path.is_symlink() else path  # a file moves within its folder only
    return file.with_name(f"{file.name}.partial")


@contextmanager
def written_whole(path: Path) -> Generator[Path]:
    """Where to write a file so that it bears its own name only when all of it is there."""
    beside = partial(path)
    yield beside
    beside.replace(path.resolve())
