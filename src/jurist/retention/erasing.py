"""Making sure that what was removed is gone from the files too, and looking whether it is."""

from __future__ import annotations

import gzip
import sqlite3
import zlib
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import IO, Final, cast

import msgspec
from sqlalchemy import text

from jurist.errors import InputError, StoreError
from jurist.languages.texts import explained
from jurist.private_files import open_partial, take_its_place
from jurist.retention.wanted import Wanted
from jurist.store import Store
from jurist.store.tables import METADATA

_CHUNK: Final = 4_000_000
_OVERLAP: Final = 100_000
"""Bytes that are looked at twice, so that what lies over a border is seen."""


def rewrite_store(store: Store) -> None:
    """Have a database write its tables anew, without what was removed from them.

    Args:
        store: Which nobody else works on.

    Raises:
        StoreError: There is no room, or somebody reads it.
    """
    if store.path is not None:
        _rewrite_file(store.path)
    elif store.shared:
        with store.alone() as connection:
            for table in METADATA.sorted_tables:
                connection.execute(text(f'VACUUM FULL "{table.name}"'))


def _rewrite_file(path: Path) -> None:
    try:
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            connection.execute("PRAGMA secure_delete=ON")
            connection.execute("VACUUM")
            busy, *_ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    except sqlite3.Error as error:
        raise _not_rewritten(path, str(error)) from error
    if busy:
        raise _not_rewritten(path, "another process reads it")


def _not_rewritten(path: Path, why: str) -> StoreError:
    return StoreError(
        f"the rows are removed, but {path} could not be written anew ({why}), so their bytes may"
        " still lie in it",
        expected="a store that nobody else has open, and as much free room on the disk again",
        fix="run the same command again",
    )


def files_of(store: Store) -> tuple[Path, ...]:
    """A store's file and what lies beside it under its name."""
    if store.path is None:
        return ()
    path = store.path.resolve()
    beside = sorted(each for each in path.parent.glob(f"{_literal(path.name)}*") if each != path)
    return (path, *(file for each in beside for file in _within(each)))


def _literal(name: str) -> str:
    return "".join(f"[{sign}]" if sign in "*?[" else sign for sign in name)


def _within(path: Path) -> Iterator[Path]:
    if path.is_dir():
        yield from (each for each in sorted(path.rglob("*")) if each.is_file())
    else:
        yield path


def holds(path: Path, wanted: Wanted) -> bool:
    """Whether the bytes of a file hold a value; one that gzip packed is unpacked for it.

    Raises:
        InputError: It cannot be read.
    """
    with explained(path), _opened(path) as file:
        kept = b""
        try:
            while chunk := file.read(_CHUNK):
                kept += chunk
                if wanted.in_bytes(kept):
                    return True
                kept = kept[-_OVERLAP:]
        except (gzip.BadGzipFile, EOFError, zlib.error):
            return False
    return False


def count_lines(path: Path, goes: Callable[[bytes], bool]) -> int:
    """How many lines of a file go.

    Raises:
        InputError: It cannot be read, or is no file of JSON lines.
    """
    with explained(path), _opened(path) as file:
        return sum(goes(_json_line(path, number, line)) for number, line in enumerate(file, 1))


def _json_line(path: Path, number: int, line: bytes) -> bytes:
    """A line that can go without harm to those beside it."""
    try:
        if line.strip(b"\xef\xbb\xbf \t\r\n"):
            msgspec.json.decode(line.removeprefix(b"\xef\xbb\xbf"), type=dict[str, msgspec.Raw])
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise InputError(
            f"{path}:{number} is no JSON object on a line of its own",
            expected="a recording, or another file of JSON lines",
            fix="files of other kinds are yours to change",
        ) from None
    return line


def drop_lines(path: Path, goes: Callable[[bytes], bool]) -> int:
    """Write a file anew without the lines that go; returns how many those were.

    A file's permissions stay. Where this is cut off, it stays as it was.

    Raises:
        InputError: It cannot be read or written.
    """
    dropped = 0
    with explained(path):
        with (
            open_partial(path) as raw,
            _packing(raw, packed=_is_packed(path)) as out,
            _opened(path) as file,
        ):
            for line in file:
                if goes(line):
                    dropped += 1
                else:
                    out.write(line)
        take_its_place(path)
    return dropped


def _is_packed(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(2) == b"\x1f\x8b"


def _opened(path: Path) -> IO[bytes]:
    return cast("IO[bytes]", gzip.open(path, "rb")) if _is_packed(path) else path.open("rb")


@contextmanager
def _packing(raw: IO[bytes], *, packed: bool) -> Generator[IO[bytes]]:
    if packed:
        with gzip.GzipFile(fileobj=raw, mode="wb") as file:
            yield cast("IO[bytes]", file)
    else:
        yield raw
