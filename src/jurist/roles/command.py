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
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Final, cast

import msgspec

from jurist.errors import StudyError
from jurist.records import Candidate, FailureKind, Question
from jurist.roles.answers import LONGEST_ANSWER, failed, read_output
from jurist.roles.protocols import Workspace
from jurist.roles.spec import Means, RoleSpec, digest_of

_MOST_OUTPUT: Final = 4 * LONGEST_ANSWER
_MOST_COMPLAINT: Final = 10_000


@dataclass(frozen=True, slots=True)
class CommandGenerator:
    """Runs a command once a question."""

    name: str
    version: str
    command: tuple[str, ...]
    folder: Path
    timeout_s: float

    async def answer(self, question: Question, workspace: Workspace) -> Candidate:
        """The command's answer; a failure where it ends badly or takes too long."""
        started = time.perf_counter()
        try:
            process = await asyncio.create_subprocess_exec(
                *self.command,
                cwd=self.folder,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
                start_new_session=True,  # so that its children can be ended with it
            )
        except OSError as error:
            return failed(
                FailureKind.ERROR, f"{self.command[0]!r} cannot be run: {error.strerror or error}"
            )
        try:
            async with asyncio.timeout(self.timeout_s):
                output, complaint = await _converse(process, request_body(question, workspace))
        except TimeoutError:
            return failed(
                FailureKind.TIMEOUT,
                f"no answer within {self.timeout_s:g} s",
                ms=_since(started),
            )
        finally:
            await _end(process)
        if process.returncode:
            last = complaint.decode("utf-8", "replace").strip().splitlines()[-1:]
            reason = f"it ended with code {process.returncode}" + "".join(f": {x}" for x in last)
            return failed(FailureKind.ERROR, reason, ms=_since(started))
        return read_output(output, ms=_since(started))


def request_body(question: Question, workspace: Workspace) -> bytes:
    """What a command or a server is asked, as JSON. Nothing of the reference is in it."""
    return msgspec.json.encode(
        {
            "question": question.text,
            "workspace": workspace.name,
            "language": workspace.language.name,
            "schema": list(workspace.language.names(workspace.schema)),
        }
    )


def make(spec: RoleSpec, means: Means) -> CommandGenerator:
    """The generator that `command: [PROGRAM, ARGUMENT, ...]` names."""
    spec.take_only("timeout_s")
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
    version = digest_of(command, timeout_s, [_content(means.folder / part) for part in command])
    return CommandGenerator(
        spec.name or Path(command[-1]).stem, version, command, means.folder, timeout_s
    )


def _content(path: Path) -> str:
    """A digest of the script that a command runs: an edited script is another generator."""
    try:
        return blake2b(path.read_bytes(), digest_size=16).hexdigest() if path.is_file() else ""
    except OSError:
        return ""


async def _converse(process: asyncio.subprocess.Process, body: bytes) -> tuple[bytes, bytes]:
    stdin, stdout, stderr = process.stdin, process.stdout, process.stderr
    if stdin is None or stdout is None or stderr is None:  # pragma: no cover - all three are pipes
        return b"", b""

    async def write() -> None:
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # it need not read all
            stdin.write(body)
            await stdin.drain()
        stdin.close()

    _, output, complaint = await asyncio.gather(
        write(), _read(stdout, _MOST_OUTPUT), _read(stderr, _MOST_COMPLAINT)
    )
    await process.wait()
    return output, complaint


async def _read(stream: asyncio.StreamReader, most: int) -> bytes:
    """The first bytes of a stream; the rest is read and dropped, so the writer can end."""
    kept = bytearray()
    while chunk := await stream.read(65536):
        kept += chunk[: most + 1 - len(kept)]
    return bytes(kept)


async def _end(process: asyncio.subprocess.Process) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    await process.wait()


def _since(started: float) -> float:
    return (time.perf_counter() - started) * 1000
