"""Following a log that grows: whole lines as they come, through rotation, truncation and restarts.

A log is followed by its file (device and inode), not by its name. When another file has the name,
the old one is read to its end first, and then whatever was rotated in between, by the times of
their last changes. A file that is shorter than what was read of it, or begins otherwise, was
emptied: a copy beside it that begins alike is read to its end, and then the file from its
beginning. Where nothing is left of the old file, that is a gap. A line counts once its newline is
there; at the end of a file that was rotated away, what is left is a line too.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from hashlib import blake2b
from pathlib import Path
from typing import IO, Final

import msgspec

from jurist.languages.texts import explained

_BLOCK: Final = 1 << 20
_HEAD: Final = 256
_LONGEST_LINE: Final = 8 << 20
_STILL_S: Final = 2.0
"""How long a file that was rotated away must be unchanged to count as ended."""


@dataclass(frozen=True, slots=True)
class Place:
    """Up to where a log was read."""

    device: int
    inode: int
    offset: int
    """Bytes, up to the end of a line."""
    head: str
    """Digest of the first bytes, as many as `head_size`: whether it is the same file still."""
    head_size: int


class Tail:
    """Reads what came to a log since the last time.

    Args:
        path: The log; it need not be there yet.
        place: Up to where it was read before; `None`: from its beginning.
    """

    def __init__(self, path: Path, place: Place | None = None) -> None:
        self.path = path
        self.place = place
        self.gaps = 0
        """How often what was read last was gone, so that lines may have been missed."""

    def read(self) -> Iterator[tuple[Place, list[bytes]]]:
        """Whole lines that came, in portions, each with the place after it."""
        for path, status, ended in self._files():
            with explained(path):
                try:
                    file = path.open("rb")
                except FileNotFoundError:  # rotated away just now: the next look finds it
                    return
                with file:
                    opened = os.fstat(file.fileno())
                    if (opened.st_dev, opened.st_ino) != (status.st_dev, status.st_ino):
                        return  # likewise
                    yield from self._rest(file, opened, ended=ended)

    def _files(self) -> list[tuple[Path, os.stat_result, bool]]:
        """The file that was read last, those that were rotated after it, and the log itself.

        With each whether nothing comes to it any more. Whoever writes a log may do so for a
        moment after it was rotated away: it is left only once it has been still for a while.
        """
        place = self.place
        now = _status(self.path)
        log = [] if now is None else [(self.path, now, False)]
        if place is None:
            return log
        if now is not None and (now.st_dev, now.st_ino) == _file_of(place):
            if _goes_on(self.path, now, place):
                return log
            place = self.place = self._copied(place)
            if place is None:
                self.gaps += 1
                return log
        old = self._beside()
        read = next(
            (n for n, (_, s) in enumerate(old) if (s.st_dev, s.st_ino) == _file_of(place)), None
        )
        if read is None:
            self.gaps += now is not None
            return log
        path, status = old[read]
        if time.time() - status.st_mtime < _STILL_S:
            return [(path, status, False)]
        return [*((path, status, True) for path, status in old[read:]), *log]

    def _copied(self, place: Place) -> Place | None:
        """The place in a copy that was made before the log was emptied (`copytruncate`)."""
        return next(
            (
                replace(place, device=status.st_dev, inode=status.st_ino)
                for path, status in self._beside()
                if place.offset and _goes_on(path, status, place)
            ),
            None,
        )

    def _beside(self) -> list[tuple[Path, os.stat_result]]:
        """The files that are called as the log is and on, those that changed last at the end."""
        return sorted(
            (
                (path, status)
                for path in self.path.parent.glob(f"{_literal(self.path.name)}*")
                if path != self.path and (status := _status(path)) is not None
            ),
            key=lambda each: (each[1].st_mtime_ns, each[0]),
        )

    def _rest(
        self, file: IO[bytes], status: os.stat_result, *, ended: bool
    ) -> Iterator[tuple[Place, list[bytes]]]:
        place = self.place
        offset = 0
        if place is not None and (status.st_dev, status.st_ino) == _file_of(place):
            same = status.st_size >= place.offset and _head(file, place.head_size) == place.head
            offset = place.offset if same else 0
        file.seek(offset)
        rest = b""
        while block := file.read(_BLOCK):
            whole, newline, rest = (rest + block).rpartition(b"\n")
            if newline:
                offset += len(whole) + 1
                yield self._at(status, file, offset), whole.split(b"\n")
            elif len(rest) > _LONGEST_LINE:  # no row: let go of it, and find the next line
                offset += len(rest)
                rest = b""
                yield self._at(status, file, offset), [b"\0"]
        if rest and ended:
            yield self._at(status, file, offset + len(rest)), [rest]
        elif self.place is None or (status.st_dev, status.st_ino) != _file_of(self.place):
            yield self._at(status, file, offset), []

    def _at(self, status: os.stat_result, file: IO[bytes], offset: int) -> Place:
        size = min(offset, _HEAD)
        here = file.tell()
        self.place = Place(status.st_dev, status.st_ino, offset, _head(file, size), size)
        file.seek(here)
        return self.place


def encode_place(place: Place) -> str:
    """A place as a store keeps it."""
    return msgspec.json.encode(place).decode()


def decode_place(text: str) -> Place:
    """The place that a store keeps."""
    return msgspec.json.decode(text, type=Place)


def name_of_log(path: Path) -> str:
    """What a log's place is kept under."""
    return blake2b(os.fsencode(path.resolve()), digest_size=16).hexdigest()


def _head(file: IO[bytes], size: int) -> str:
    file.seek(0)
    return blake2b(file.read(size), digest_size=8).hexdigest()


def _goes_on(path: Path, status: os.stat_result, place: Place) -> bool:
    """Whether a file holds what was read up to a place."""
    if status.st_size < place.offset:
        return False
    try:
        with path.open("rb") as file:
            return _head(file, place.head_size) == place.head
    except OSError:  # gone, or not ours to read
        return False


def _file_of(place: Place) -> tuple[int, int]:
    return place.device, place.inode


def _status(path: Path) -> os.stat_result | None:
    try:
        return path.stat()
    except FileNotFoundError:
        return None


def _literal(name: str) -> str:
    """A name with nothing in it that a pattern means."""
    return "".join(f"[{letter}]" if letter in "*?[" else letter for letter in name)
