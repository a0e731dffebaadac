"""Standard output and error into pipes whose reader may go away (`| head`): no error of ours."""

from __future__ import annotations

import io
import os
import stat
import sys
from collections.abc import Generator
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from typing_extensions import Buffer


class ReaderGone(Exception):  # noqa: N818 - says what happened
    """Nobody reads what a command is for, so that it may as well stop."""


class _Pipe(io.FileIO):
    """A pipe that swallows what nobody reads any more."""

    stops: bool = False
    """Whether to stop the command then."""

    def write(self, data: Buffer, /) -> int:
        try:
            return super().write(data) or 0
        except BrokenPipeError:
            forget_output(self.fileno())
            if self.stops:
                raise ReaderGone from None
            return memoryview(data).nbytes


class _Buffered(io.BufferedWriter):
    """A buffer before a `_Pipe`."""

    def __init__(self, pipe: _Pipe) -> None:
        self.pipe = pipe
        super().__init__(pipe)


@contextmanager
def bearing_lost_readers() -> Generator[None]:
    """Within, a pipe's reader may go away: the command does its work, and says it to nobody."""
    before = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = (_borne(stream) for stream in before)
    try:
        yield
    finally:
        here = sys.stdout, sys.stderr
        sys.stdout, sys.stderr = before
        for stream in here:
            stream.flush()  # here, where a full disk is still an error and not an afterthought


@contextmanager
def streamed_output() -> Generator[IO[bytes]]:
    """Standard output as bytes, for a command that makes nothing else.

    Raises:
        ReaderGone: Its reader went away.
    """
    stream = sys.stdout.buffer
    if isinstance(stream, _Buffered):
        stream.pipe.stops = True
    try:
        yield stream
        stream.flush()
    finally:
        if isinstance(stream, _Buffered):
            stream.pipe.stops = False


def forget_output(descriptor: int) -> None:
    """Let what is written there go nowhere: flushing it at exit would fail once more."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, descriptor)
    os.close(nowhere)


def _borne(stream: TextIO) -> TextIO:
    try:
        descriptor = stream.fileno()
        mode = os.fstat(descriptor).st_mode
    except (OSError, ValueError):  # no file at all: a test's, a notebook's
        return stream
    if not (stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode)):
        return stream
    stream.flush()
    return io.TextIOWrapper(
        _Buffered(_Pipe(descriptor, "wb", closefd=False)),
        encoding=stream.encoding,
        errors="backslashreplace",
        write_through=descriptor == 2,
        line_buffering=descriptor == 2,
    )
