"""One process that proves: started as a module of ours, spoken to over pipes, and ended."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from typing import Final, cast

from jurist.roles.offline.proof_worker import LENGTH_BYTES, framed

COMMAND: Final = ("-P", "-m", "jurist.roles.offline.proof_worker")
"""What Python is told; `-P`: a folder that happens to be the current one holds no modules."""

_LAST_WORDS: Final = 2000
"""Bytes kept of what a process says on its standard error."""
_GRACE_S: Final = 0.5
"""How long it may take to end once nobody asks it any more."""


class ProofProcess:
    """A process and its pipes; used from one event loop."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._requests = cast("asyncio.StreamWriter", process.stdin)
        self._replies = cast("asyncio.StreamReader", process.stdout)
        self._said = b""
        self._hearing = asyncio.create_task(self._hear())

    @classmethod
    async def start(cls) -> ProofProcess:
        """A process that finds modules where this one does.

        It has a session of its own: Ctrl-C and a terminal that closes are not its affair.

        Raises:
            OSError: The system starts none.
        """
        return cls(
            await asyncio.create_subprocess_exec(
                sys.executable,
                *COMMAND,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
                env={**os.environ, "PYTHONPATH": os.pathsep.join(map(os.path.abspath, sys.path))},
                start_new_session=True,
            )
        )

    def send(self, message: bytes) -> None:
        """Give it a message, which it takes in when it can."""
        self._requests.write(framed(message))

    async def receive(self) -> bytes | None:
        """Its next message; `None`: there is none, for it has ended."""
        try:
            length = await self._replies.readexactly(LENGTH_BYTES)
            return await self._replies.readexactly(int.from_bytes(length, "big"))
        except (asyncio.IncompleteReadError, ConnectionError):
            return None

    def hang_up(self) -> None:
        """Let it end, whatever it is at."""
        if not self._requests.transport.is_closing():
            self._requests.transport.abort()

    async def end(self) -> str:
        """Hang up, wait for its end, and say what ended it."""
        self.hang_up()
        waiting = asyncio.create_task(self._process.wait())
        await asyncio.wait([waiting], timeout=_GRACE_S)
        if not waiting.done():
            self._process.kill()
        code = await waiting
        await asyncio.wait(
            [self._hearing], timeout=_GRACE_S
        )  # a child of its own may hold the pipe
        self._hearing.cancel()
        if hasattr(signal, "SIGALRM") and code == -signal.SIGALRM:
            return "it took too long"
        if code < 0:
            return signal.strsignal(-code) or f"signal {-code}"
        lines = self._said.decode("utf-8", "replace").split("\n")
        return next(
            (line.strip()[:200] for line in reversed(lines) if line.strip()), f"code {code}"
        )

    async def _hear(self) -> None:
        """Keep the end of what it says on its standard error, which nobody sees otherwise."""
        errors = cast("asyncio.StreamReader", self._process.stderr)
        while some := await errors.read(_LAST_WORDS):
            self._said = (self._said + some)[-_LAST_WORDS:]
