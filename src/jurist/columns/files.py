"""Columns kept in a folder between sessions: a copy that is used where it is whole and current.

A file says what it was built from and bears a checksum; whatever does not hold is built anew from
the store. Nothing is ever executed or believed for its name alone.
"""

from __future__ import annotations

import os
import tempfile
import time
import zlib
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import fields
from hashlib import blake2b
from pathlib import Path
from typing import Final, TypeVar

import msgspec
import numpy as np
from numpy.typing import NDArray

from jurist import __version__
from jurist.columns.columns import Answers, Cases, Columns, Dimension, Questions, Rows, Sorting
from jurist.columns.reading import Stamp
from jurist.columns.texts import Texts
from jurist.private_files import make_private_folder
from jurist.store import Store

T = TypeVar("T")
_MAGIC: Final = b"jurist columns\n"
_ENDING: Final = ".columns"
_PARTIAL: Final = ".partial"
_ABANDONED_S: Final = 3600
"""Age of a half-written file whose writer has died."""
_MOST_BYTES: Final = 2**30
"""Of all files of a folder; the longest unused go first."""
_TABLES: Final = {
    "rows": Rows,
    "answers": Answers,
    "questions": Questions,
    "cases": Cases,
    "sorting": Sorting,
}
_LAYOUT: Final = blake2b(
    repr(
        [(name, [each.name for each in fields(table)]) for name, table in _TABLES.items()]
    ).encode()
).hexdigest()[:16]
"""Of what is in a file: one that an earlier Jurist wrote is none of ours."""


class _Part(msgspec.Struct):
    """An array, in the order in which they lie; texts are two, their bytes and their ends."""

    type: str
    bytes: int


class _Head(msgspec.Struct):
    layout: str
    version: str
    run: str
    stamp: Stamp
    values: dict[Dimension, tuple[str, ...]]
    tags: tuple[str, ...]
    constructs: tuple[str, ...]
    parts: dict[str, _Part]


def folder_beside(store: Store) -> Path | None:
    """Where the columns of a store's runs are kept: beside its file, or in the user's cache."""
    if store.path is not None:
        path = store.path.resolve()
        return path.with_name(f"{path.name}.columns")
    if not store.shared:
        return None  # in memory
    cache = os.environ.get("XDG_CACHE_HOME") or str(Path("~/.cache").expanduser())
    return Path(cache) / "jurist" / blake2b(store.place.encode(), digest_size=12).hexdigest()


def discard_columns(store: Store) -> int:
    """Remove the files of a store's columns, which are read anew where they are wanted.

    Args:
        store: Whose.
    """
    folder = folder_beside(store)
    files = [] if folder is None else [*folder.glob(f"*{_ENDING}"), *folder.glob(f"*{_PARTIAL}")]
    for file in files:
        file.unlink(missing_ok=True)
    return len(files)


class ColumnFiles:
    """The files of a folder, which is made when it is first needed.

    Args:
        folder: Its owner's alone.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def read(self, run: str, stamp: Stamp) -> Columns | None:
        """The columns of a run as it stands; `None` where there are none to be used."""
        path = self._path(run)
        try:
            with path.open("rb") as file:
                status = os.fstat(file.fileno())
                if not _is_ours(status) or file.read(len(_MAGIC)) != _MAGIC:
                    return None
                checksum, size = (int.from_bytes(file.read(8)) for _ in range(2))
                raw = file.read(min(size, status.st_size))
                head = _heads.decode(raw)
                wanted = _LAYOUT, __version__, run, stamp
                if (head.layout, head.version, head.run, head.stamp) != wanted:
                    return None
                body = file.read()
            if zlib.crc32(body, zlib.crc32(raw)) != checksum:
                return None
            columns = _unpacked(head, memoryview(body))
            os.utime(path)
        except (OSError, msgspec.DecodeError, ValueError, TypeError, KeyError, OverflowError):
            return None
        return columns

    def write(self, columns: Columns, stamp: Stamp, runs: Collection[str]) -> None:
        """Keep columns, and remove those of runs that are gone and of those not used for long.

        Where the folder cannot be written, nothing is kept.
        """
        arrays = _packed(columns)
        head = _Head(
            _LAYOUT,
            __version__,
            columns.run,
            stamp,
            dict(columns.values),
            columns.tags,
            () if columns.sorting is None else columns.sorting.constructs,
            {name: _Part(array.dtype.str, array.nbytes) for name, array in arrays.items()},
        )
        raw = msgspec.json.encode(head)
        checksum = zlib.crc32(raw)
        for array in arrays.values():
            checksum = zlib.crc32(_bytes_of(array), checksum)
        with suppress(OSError):
            make_private_folder(self._folder)
            if not _is_ours(self._folder.stat()):
                return
            handle, name = tempfile.mkstemp(_PARTIAL, dir=self._folder)  # its owner's alone
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(_MAGIC + checksum.to_bytes(8) + len(raw).to_bytes(8) + raw)
                    for array in arrays.values():
                        file.write(_bytes_of(array))
                Path(name).replace(self._path(columns.run))
            except OSError:
                Path(name).unlink(missing_ok=True)
                raise
            self._tidy({self._path(run) for run in runs} | {self._path(columns.run)})

    def _path(self, run: str) -> Path:
        return self._folder / (blake2b(run.encode(), digest_size=12).hexdigest() + _ENDING)

    def _tidy(self, wanted: Collection[Path]) -> None:
        left: list[tuple[float, int, Path]] = []
        for path in self._folder.glob(f"*{_ENDING}"):
            status = path.stat()
            if path in wanted:
                left.append((status.st_mtime, status.st_size, path))
            else:
                path.unlink(missing_ok=True)
        for path in self._folder.glob(f"*{_PARTIAL}"):
            if path.stat().st_mtime < time.time() - _ABANDONED_S:
                path.unlink(missing_ok=True)
        total = 0
        for place, (_, size, path) in enumerate(sorted(left, reverse=True)):
            total += size
            if place and total > _MOST_BYTES:
                path.unlink(missing_ok=True)


def _is_ours(status: os.stat_result) -> bool:
    """Whether nobody else can have written there."""
    return not hasattr(os, "getuid") or (
        status.st_uid == os.getuid() and not status.st_mode & 0o022
    )


def _packed(columns: Columns) -> Mapping[str, NDArray[np.generic]]:
    arrays: dict[str, NDArray[np.generic]] = {}
    for name, table in _TABLES.items():
        held = getattr(columns, name)
        for each in fields(table) if held is not None else ():
            _pack(arrays, f"{name}.{each.name}", getattr(held, each.name))
    _pack(arrays, "texts", columns.texts)
    return arrays


def _pack(arrays: dict[str, NDArray[np.generic]], name: str, held: object) -> None:
    if isinstance(held, Texts):
        arrays[f"{name}.block"] = np.frombuffer(held.block, dtype=np.uint8)
        arrays[f"{name}.ends"] = held.ends
    elif isinstance(held, np.ndarray):
        arrays[name] = held


def _bytes_of(array: NDArray[np.generic]) -> memoryview:
    """An array's bytes where they lie: a copy of a large run's is dear."""
    return np.ascontiguousarray(array).view(np.uint8).data


def _unpacked(head: _Head, body: memoryview) -> Columns:
    arrays: dict[str, NDArray[np.generic]] = {}
    begin = 0
    for name, part in head.parts.items():
        arrays[name] = np.frombuffer(body[begin : begin + part.bytes], dtype=np.dtype(part.type))
        begin += part.bytes

    def texts(name: str) -> Texts:
        return Texts(arrays[f"{name}.block"].tobytes(), arrays[f"{name}.ends"].astype(np.int64))

    def table(name: str, made: Callable[..., T]) -> T:
        held: dict[str, object] = {"constructs": head.constructs} if made is Sorting else {}
        for each in fields(_TABLES[name]):
            full = f"{name}.{each.name}"
            if f"{full}.block" in arrays:
                held[each.name] = texts(full)
            elif each.name not in held:
                held[each.name] = arrays[full]
        return made(**held)

    return Columns(
        head.run,
        table("rows", Rows),
        table("answers", Answers),
        table("questions", Questions),
        table("cases", Cases),
        head.values,
        head.tags,
        texts("texts"),
        table("sorting", Sorting) if "sorting.kind" in arrays else None,
    )


_heads = msgspec.json.Decoder(_Head)
