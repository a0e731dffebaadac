"""A load generator over HTTP/1.1 that costs little itself: it shares the cores with the server."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, and after how many milliseconds."""

    status: int
    body: bytes
    ms: float


@dataclass(slots=True)
class Connection:
    """One kept-alive connection."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    head: bytes
    """Of each request, up to its content's length."""

    @classmethod
    async def open(cls, port: int, token: str) -> Connection:
        """A connection to a server of this machine."""
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=2**26)
        host = f"Host: 127.0.0.1:{port}\r\nAuthorization: Bearer {token}\r\n"
        return cls(reader, writer, host.encode())

    async def post(self, path: str, body: bytes, media_type: str = "application/json") -> Answer:
        """A request and its answer."""
        started = time.perf_counter()
        self.writer.write(
            b"POST %b HTTP/1.1\r\n%bContent-Type: %b\r\nContent-Length: %d\r\n\r\n%b"
            % (path.encode(), self.head, media_type.encode(), len(body), body)
        )
        head = (await self.reader.readuntil(b"\r\n\r\n")).lower()
        if b"transfer-encoding: chunked" in head:
            content = b"".join([part async for part in self._chunks()])
        else:
            length = int(head.split(b"content-length:", 1)[1].split(b"\r\n", 1)[0])
            content = await self.reader.readexactly(length)
        return Answer(int(head[9:12]), content, (time.perf_counter() - started) * 1000)

    async def _chunks(self):
        while size := int(await self.reader.readuntil(b"\r\n"), 16):
            yield (await self.reader.readexactly(size + 2))[:-2]
        await self.reader.readexactly(2)


@dataclass(slots=True)
class Load:
    """What a load came to."""

    seconds: float
    answers: list[Answer] = field(default_factory=list[Answer])

    @property
    def per_s(self) -> float:
        """Answers a second."""
        return len(self.answers) / self.seconds

    def percentile(self, percent: float, *, status: int | None = None) -> float:
        """Milliseconds within which so many were answered."""
        times = sorted(a.ms for a in self.answers if status in (None, a.status))
        return times[min(len(times) - 1, int(len(times) * percent / 100))] if times else 0.0

    def of(self, status: int) -> int:
        """How many were answered so."""
        return sum(answer.status == status for answer in self.answers)


async def load(
    port: int, token: str, path: str, bodies: Sequence[object], *, concurrency: int
) -> Load:
    """Send each body once over so many connections, each waiting for its answer."""
    made = [json.dumps(body).encode() for body in bodies]
    waiting: Iterator[bytes] = iter(made)
    connections = await asyncio.gather(*(Connection.open(port, token) for _ in range(concurrency)))
    answers: list[Answer] = []

    async def work(connection: Connection) -> None:
        answers.extend([await connection.post(path, body) for body in waiting])

    started = time.perf_counter()
    await asyncio.gather(*map(work, connections))
    seconds = time.perf_counter() - started
    for connection in connections:
        connection.writer.close()
    return Load(seconds, answers)
