"""A generator behind a command: JSON on its standard input, the answer on its output.

In: `{"question", "workspace", "language", "schema": [line, ...]}`. Out: see
`answers.read_output`. One process a question, or with `processes: n` so many that stay: a line
in, a line of JSON out, with the `id` of the line that it read. What it asks back comes with
`state`, `reply` and `transcript` beside the question. No shell is involved.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import os
import signal
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import Final, cast

import msgspec

from jurist.errors import StudyError
from jurist.languages.capabilities import Teaches
from jurist.proxy.access import current_or_none
from jurist.records import Candidate, FailureKind, Question
from jurist.roles.answers import LONGEST_ANSWER, failed, read_output
from jurist.roles.conversations import (
    Clarification,
    Conversation,
    answered_at_once,
    round_trips,
)
from jurist.roles.own_sources import NOTHING, Sources, listed_files, sources_of_command
from jurist.roles.protocols import Workspace
from jurist.roles.spec import MOST_THREADS, Means, RoleSpec, digest_of
from jurist.roles.warm_processes import ProcessEndedError, WarmProcesses
from jurist.screening import screened

_MOST: Final = {1: 4 * LONGEST_ANSWER, 2: 10_000}
"""Most bytes that are kept of each of a process's outputs."""
_NUMBERS: Final = itertools.count(1)
"""Of answers of processes that stay."""
_LAST_WORDS_S: Final = 0.5
"""How long the outputs of a process that has ended may stay open."""


@dataclass(slots=True)
class CommandGenerator:
    """Runs a command: once a question, or in processes that stay and speak in lines."""

    name: str
    version: str
    command: tuple[str, ...]
    folder: Path
    timeout_s: float
    sources: Sources = NOTHING
    processes: int = 0
    """That stay; 0: one is run for each question, and ends with its answer."""
    _warm: WarmProcesses | None = field(default=None, init=False, repr=False)

    async def __aenter__(self) -> CommandGenerator:
        if self.processes:
            self._warm = WarmProcesses(self.command, self.folder, self.processes)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._warm is not None:
            await self._warm.end()

    async def answer(self, question: Question, workspace: Workspace) -> Candidate:
        """The command's answer; a failure where it ends badly, takes too long or asks back.

        Raises:
            ModelError: What would be told may not leave.
        """
        return await answered_at_once(self, question, workspace)

    async def converse(
        self, question: Question, workspace: Workspace, user: Conversation
    ) -> Candidate:
        """The command's answer, after as many questions of its own as it has.

        Raises:
            ModelError: What would be told may not leave, or it asked too often.
        """
        if self.processes and self._warm is None:
            async with self:
                return await self.converse(question, workspace, user)

        def told(more: Mapping[str, object]) -> bytes:
            return screened(request_body(question, workspace, more))

        if self._warm is None:
            return await round_trips(lambda more: self._run(told(more)), user)
        started = time.perf_counter()
        identity = f"line{next(_NUMBERS)}"
        try:
            async with self._warm.taken() as process:

                async def ask(more: Mapping[str, object]) -> Candidate | Clarification:
                    begun = time.perf_counter()
                    line = told({"id": identity, **more, **_proxy()})
                    output = await process.exchange(line, identity, self.timeout_s)
                    return read_output(output, ms=_since(begun))

                return await round_trips(ask, user)
        except (TimeoutError, OSError, ProcessEndedError) as error:
            return self._failed(error, started)

    async def _run(self, body: bytes) -> Candidate | Clarification:
        started = time.perf_counter()
        try:
            ended = await _talk(self.command, self.folder, _environment(), body, self.timeout_s)
        except (TimeoutError, OSError) as error:
            return self._failed(error, started)
        if ended.code:
            last = ended.complaint.decode("utf-8", "replace").strip().splitlines()[-1:]
            reason = f"it ended with code {ended.code}" + "".join(f": {x}" for x in last)
            return failed(FailureKind.ERROR, reason, ms=_since(started))
        return read_output(ended.output, ms=_since(started))

    def _failed(self, error: Exception, started: float) -> Candidate:
        match error:
            case TimeoutError():
                reason = f"no answer within {self.timeout_s:g} s"
                return failed(FailureKind.TIMEOUT, reason, ms=_since(started))
            case OSError():
                reason = f"{self.command[0]!r} cannot be run: {error.strerror or error}"
                return failed(FailureKind.ERROR, reason)
            case _:
                return failed(FailureKind.ERROR, str(error), ms=_since(started))


def request_body(
    question: Question, workspace: Workspace, more: Mapping[str, object] = MappingProxyType({})
) -> bytes:
    """What a command or a server is asked, as JSON. Nothing of the reference is in it.

    Args:
        question: The question.
        workspace: Where it is asked.
        more: What is told beside it: the reply to what was asked back.
    """
    language, schema = workspace.language, workspace.schema
    return msgspec.json.encode(
        {
            "question": question.text,
            "workspace": workspace.name,
            "language": language.name,
            "schema": list(language.names(schema)) if isinstance(language, Teaches) else [],
            **more,
        }
    )


def _proxy() -> dict[str, object]:
    """Where a process that stays finds the run's proxy: its token is another for each answer."""
    access = current_or_none()
    if access is None:
        return {}
    return {"proxy": {"base_url": access.base_url, "api_key": access.api_key}}


def make(spec: RoleSpec, means: Means) -> CommandGenerator:
    """The generator that `command: [PROGRAM, ARGUMENT, ...]` names."""
    spec.take_only("files", "processes", "timeout_s")
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
    processes = spec.whole("processes", 0, least=0, most=MOST_THREADS)
    version = digest_of(command, timeout_s, sources.digest, *(["lines"] if processes else []))
    name = spec.name or Path(command[-1]).stem
    return CommandGenerator(name, version, command, means.folder, timeout_s, sources, processes)


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
