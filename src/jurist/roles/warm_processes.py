"""Processes that stay: a line of JSON in, a line of JSON out, one answer at a time in each.

A program whose libraries take seconds to load answers many questions so. Each line holds the `id`
of what it is about, for whatever else a program prints would be taken for an answer, and that for
the next question's. One that dies, is too slow, or writes a line without it is ended, and another
is begun for the next question.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, cast

import msgspec

_LONGEST_LINE: Final = 1_000_000
_KEPT: Final = 10_000
_GOODBYE_S: Final = 1.0
"""How long a process may take to end once nobody asks it any more."""


_SHOWN: Final = 60


class ProcessEndedError(Exception):
    """It ended, or wrote what is no answer's line, before it answered."""


@dataclass(frozen=True, slots=True)
class _Running:
    """A process whose three streams are ours."""

    process: asyncio.subprocess.Process
    stdin: asyncio.StreamWriter
    stdout: asyncio.StreamReader
    complaints: asyncio.Task[bytes]
    """The end of what it writes on standard error, once it ends."""

    async def exchange(self, line: bytes, identity: str) -> bytes:
        self.stdin.write(line + b"\n")
        try:
            await self.stdin.drain()
            answer = await self.stdout.readline()
        except ConnectionError:
            answer = b""
        except ValueError:
            raise ProcessEndedError(f"its line has over {_LONGEST_LINE:,} bytes") from None
        if not answer.endswith(b"\n"):
            raise ProcessEndedError(await self._last_words())
        if not _is_about(answer, identity):
            shown = repr(answer[: 4 * _SHOWN].decode("utf-8", "replace").strip()[:_SHOWN])
            expected = f'an object of JSON with the id that it was given, "{identity}"'
            raise ProcessEndedError(f"it wrote {shown}, expected {expected}, and no other line")
        return answer

    async def _last_words(self) -> str:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.process.wait(), _GOODBYE_S)
        await asyncio.wait([self.complaints], timeout=_GOODBYE_S)
        complaint = self.complaints.result() if self.complaints.done() else b""
        last = complaint.decode("utf-8", "replace").strip().splitlines()[-1:]
        returned = self.process.returncode
        code = "" if returned is None else f" with code {returned}"
        return f"it ended{code} before it answered" + "".join(f": {each}" for each in last)

    async def end(self, wait_s: float) -> None:
        self.stdin.close()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.process.wait(), wait_s)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        await asyncio.shield(self.process.wait())
        # Its pipes close by themselves, or a loop that ends would find them open.
        rest = asyncio.create_task(_drained(self.stdin, self.stdout))
        await asyncio.wait([rest, self.complaints], timeout=_GOODBYE_S)
        rest.cancel()
        self.complaints.cancel()


def _is_about(line: bytes, identity: str) -> bool:
    try:
        document: object = msgspec.json.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return False
    if not isinstance(document, dict):
        return False
    return cast("dict[str, object]", document).get("id") == identity


async def _begin(command: Sequence[str], folder: Path) -> _Running:
    process = await asyncio.create_subprocess_exec(
        *command,
        cwd=folder,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        limit=_LONGEST_LINE,
        start_new_session=True,  # so that its children can be ended with it
    )
    if process.stdin is None or process.stdout is None or process.stderr is None:
        raise ProcessEndedError("its streams are not there")
    complaints = asyncio.create_task(_last(process.stderr))
    return _Running(process, process.stdin, process.stdout, complaints)


@dataclass(slots=True)
class Warm:
    """A place for a process, which holds one that runs, or none yet."""

    command: tuple[str, ...]
    folder: Path
    _running: _Running | None = None

    async def exchange(self, line: bytes, identity: str, timeout_s: float) -> bytes:
        """What the process writes for a line that it is given; both hold the same `id`.

        Raises:
            OSError: The command cannot be run.
            TimeoutError: It took too long.
            ProcessEndedError: It ended, or wrote a line that is too long or about something else.
        """
        async with asyncio.timeout(timeout_s):
            if self._running is None:
                self._running = await _begin(self.command, self.folder)
            return await self._running.exchange(line, identity)

    async def end(self, *, wait_s: float = _GOODBYE_S) -> None:
        """End the process with all its children; it is told so by the end of its input."""
        running, self._running = self._running, None
        if running is not None:
            await running.end(wait_s)


async def _drained(stdin: asyncio.StreamWriter, stdout: asyncio.StreamReader) -> None:
    with contextlib.suppress(ConnectionError):
        await stdin.wait_closed()
    while await stdout.read(65_536):
        pass


async def _last(stream: asyncio.StreamReader) -> bytes:
    kept = b""
    while chunk := await stream.read(65_536):
        kept = (kept + chunk)[-_KEPT:]
    return kept


@dataclass(slots=True)
class WarmProcesses:
    """So many processes of one command; each answers one question at a time."""

    command: Sequence[str]
    folder: Path
    number: int
    _free: asyncio.LifoQueue[Warm] = field(default_factory=asyncio.LifoQueue["Warm"], init=False)

    def __post_init__(self) -> None:
        """Make the places; processes begin when they are needed."""
        for _ in range(self.number):
            self._free.put_nowait(Warm(tuple(self.command), self.folder))

    @asynccontextmanager
    async def taken(self) -> AsyncGenerator[Warm]:
        """A process for one answer; the one that was used last, so that few are begun.

        Where the answer ends in an exception the process is ended: who knows what it waits for.
        """
        warm = await self._free.get()
        try:
            yield warm
        except BaseException:
            await warm.end(wait_s=0.0)
            raise
        finally:
            self._free.put_nowait(warm)

    async def end(self) -> None:
        """End all that are free: nobody asks any more."""
        while not self._free.empty():
            await self._free.get_nowait().end()
