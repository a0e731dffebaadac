"""A generator behind a command: JSON on its standard input, the answer on its output.

In: `{"question", "workspace", "language", "schema": [line, ...]}`. Out: see
`answers.read_output`. One process a question; no shell is involved.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, cast

import msgspec

from jurist.errors import StudyError
from jurist.languages.capabilities import Teaches
from jurist.proxy.access import current_or_none
from jurist.records import Candidate, FailureKind, Question
from jurist.roles.answers import LONGEST_ANSWER, failed, read_output
from jurist.roles.own_sources import NOTHING, Sources, listed_files, sources_of_command
from jurist.roles.protocols import Workspace
from jurist.roles.spec import Means, RoleSpec, digest_of
from jurist.screening import screened

_MOST: Final = {1: 4 * LONGEST_ANSWER, 2: 10_000}
"""Most bytes that are kept of each of a process's outputs."""
_LAST_WORDS_S: Final = 0.5
"""How long the outputs of a process that has ended may stay open."""


@dataclass(frozen=True, slots=True)
class CommandGenerator:
    """Runs a command once a question."""

    name: str
    version: str
    command: tuple[str, ...]
    folder: Path
    timeout_s: float
    sources: Sources = NOTHING

    async def answer(self, question: Question, workspace: Workspace) -> Candidate:
        """The command's answer; a failure where it ends badly or takes too long.

        Raises:
            ModelError: What would be told may not leave.
        """
        body = screened(request_body(question, workspace))
        started = time.perf_counter()
        try:
            ended = await _talk(self.command, self.folder, _environment(), body, self.timeout_s)
        except TimeoutError:
            return failed(
                FailureKind.TIMEOUT,
                f"no answer within {self.timeout_s:g} s",
                ms=_since(started),
            )
        except OSError as error:
            return failed(
                FailureKind.ERROR, f"{self.command[0]!r} cannot be run: {error.strerror or error}"
            )
        if ended.code:
            last = ended.complaint.decode("utf-8", "replace").strip().splitlines()[-1:]
            reason = f"it ended with code {ended.code}" + "".join(f": {x}" for x in last)
            return failed(FailureKind.ERROR, reason, ms=_since(started))
        return read_output(ended.output, ms=_since(started))


def request_body(question: Question, workspace: Workspace) -> bytes:
    """What a command or a server is asked, as JSON. Nothing of the reference is in it."""
    language, schema = workspace.language, workspace.schema
    return msgspec.json.encode(
        {
            "question": question.text,
            "workspace": workspace.name,
            "language": language.name,
            "schema": list(language.names(schema)) if isinstance(language, Teaches) else [],
        }
    )


def make(spec: RoleSpec, means: Means) -> CommandGenerator:
    """The generator that `command: [PROGRAM, ARGUMENT, ...]` names."""
    spec.take_only("files", "timeout_s")
    argument = spec.argument
    parts = cast("Sequence[object]", argument) if isinstance(argument, list | tuple) else ()
    command = tuple(part for part in parts if isinstance(part, str))
    if not command or len(command) != len(parts):
        raise StudyError(
            f"`command:` is {argument!r}"[:200],
            expected="a list of texts: the program and its arguments",
            fix='write command: ["python", "my_generator.py"]',
        )
    timeout_s = spec.number("timeout_s", 60, least=0.1, most=3600)
    sources = sources_of_command(command, means.folder, listed=listed_files(spec))
    version = digest_of(command, timeout_s, sources.digest)
    name = spec.name or Path(command[-1]).stem
    return CommandGenerator(name, version, command, means.folder, timeout_s, sources)


@dataclass(frozen=True, slots=True)
class _Ended:
    """How a command ended, and the beginning of what it wrote."""

    code: int
    output: bytes
    complaint: bytes


class _Listener(asyncio.SubprocessProtocol):
    """Keeps the beginning of what a process writes, and drops the rest, so that it can end.

    A process's end and its pipes' are waited for apart: whoever left its session may hold
    them open for as long as it likes.
    """

    def __init__(self) -> None:
        loop = asyncio.get_running_loop()
        self.kept = {1: bytearray(), 2: bytearray()}
        self.exited: asyncio.Future[None] = loop.create_future()
        self.closed: asyncio.Future[None] = loop.create_future()
        self._open = set(self.kept)

    def pipe_data_received(self, fd: int, data: bytes) -> None:
        kept = self.kept[fd]
        kept += data[: max(0, _MOST[fd] + 1 - len(kept))]

    def pipe_connection_lost(self, fd: int, exc: Exception | None) -> None:  # noqa: ARG002
        self._open.discard(fd)
        if not self._open and not self.closed.done():
            self.closed.set_result(None)

    def process_exited(self) -> None:
        if not self.exited.done():
            self.exited.set_result(None)


def _environment() -> dict[str, str] | None:
    """The command's variables: ours, and those that lead its model calls through a proxy."""
    access = current_or_none()
    return None if access is None else {**os.environ, **access.environment()}


async def _talk(
    command: Sequence[str],
    folder: Path,
    environment: Mapping[str, str] | None,
    body: bytes,
    timeout_s: float,
) -> _Ended:
    """Run a command, give it a body, and hear it out.

    Raises:
        OSError: It cannot be run.
        TimeoutError: It did not end in time; it is ended, with all its children.
    """
    transport, listener = await asyncio.get_running_loop().subprocess_exec(
        _Listener,
        *command,
        cwd=folder,
        env=environment,
        start_new_session=True,  # so that its children can be ended with it
    )
    stdin = transport.get_pipe_transport(0)
    try:
        if isinstance(stdin, asyncio.WriteTransport):
            stdin.write(body)  # it need not read all
            stdin.close()
        async with asyncio.timeout(timeout_s):
            await asyncio.shield(listener.exited)
        await asyncio.wait([listener.closed], timeout=_LAST_WORDS_S)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(transport.get_pid(), signal.SIGKILL)
        await asyncio.shield(listener.exited)
        transport.close()
    return _Ended(transport.get_returncode() or 0, bytes(listener.kept[1]), bytes(listener.kept[2]))


def _since(started: float) -> float:
    return (time.perf_counter() - started) * 1000
