"""What left for a server is on record, as it left: kept before its first byte goes out.

A request that nobody answered, that failed or that was tried again is a line of its own, so
that the record says what a server may have seen, not only what it replied to.
"""

from __future__ import annotations

import itertools
import re
import secrets
from collections import deque
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from typing import Final, Protocol, runtime_checkable

OFF: Final = "off"
"""The privacy level at which texts leave as they are."""

_KEPT_IN_MEMORY: Final = 10_000
_REPLY_ID: Final = re.compile(rb'"id"\s*:\s*"([^"\\]{1,200})"')
_BEGINNING: Final = 4096


@dataclass(frozen=True, slots=True)
class Errand:
    """For whom a request is made, where that is known."""

    run: str = ""
    role: str = ""
    privacy: str = OFF
    """The level at which texts were changed before they left."""


_errand: ContextVar[Errand] = ContextVar("errand", default=Errand())  # noqa: B039 - it is frozen


def current_errand() -> Errand:
    """The errand of the code that runs."""
    return _errand.get()


@contextmanager
def on_errand(
    *, run: str | None = None, role: str | None = None, privacy: str | None = None
) -> Generator[None]:
    """Say for whom the requests within are made; what is not said stays as it is around.

    Args:
        run: The run's id.
        role: The role's name, or several with commas.
        privacy: The level at which texts were changed.
    """
    around = _errand.get()
    within = replace(
        around,
        run=around.run if run is None else run,
        role=around.role if role is None else role,
        privacy=around.privacy if privacy is None else privacy,
    )
    token = _errand.set(within)
    try:
        yield
    finally:
        _errand.reset(token)


@dataclass(frozen=True, slots=True, kw_only=True)
class SentRequest:
    """A request about to leave."""

    id: str
    """28 hexadecimal digits; their order is that of time."""
    at: int
    """Milliseconds since 1970, UTC."""
    server: str
    """Its address, without query and password."""
    model: str
    """Identity of the model; empty where it is not known which one answers."""
    errand: Errand
    key: str
    """Under which a reply is looked for in the ledger; empty where it has none of its own."""
    body: bytes
    """As it leaves; a key in it is hidden. Of a batch: the part that is one of its requests."""


@dataclass(frozen=True, slots=True)
class SentOutcome:
    """What became of a request."""

    id: str
    left: int | None
    """When its bytes went out, milliseconds since 1970, UTC; `None`: they never did."""
    answered: int | None
    """When the answer was there; `None`: none came."""
    status: int | None
    """Of the answer."""
    error: str
    """Why there is no answer, or none that was asked for; empty: nothing is wrong."""
    reply: str
    """The server's own name of its reply, where it gave one."""


@runtime_checkable
class SentLog(Protocol):
    """Keeps what is sent."""

    async def leaving(self, requests: Sequence[SentRequest]) -> None:
        """Keep requests that are about to leave; returns once they are kept.

        Raises:
            StoreError: They are not kept, so they must not leave.
        """
        ...

    def ended(self, outcomes: Sequence[SentOutcome]) -> None:
        """Keep what became of requests, at the next opportunity."""
        ...


class MemorySent:
    """The latest requests, for as long as the process lives."""

    def __init__(self) -> None:
        self.requests: deque[SentRequest] = deque(maxlen=_KEPT_IN_MEMORY)
        self.outcomes: dict[str, SentOutcome] = {}

    async def leaving(self, requests: Sequence[SentRequest]) -> None:
        """Keep requests."""
        self.requests.extend(requests)

    def ended(self, outcomes: Sequence[SentOutcome]) -> None:
        """Keep what became of requests that are kept."""
        self.outcomes |= {each.id: each for each in outcomes}
        while len(self.outcomes) > _KEPT_IN_MEMORY:
            del self.outcomes[next(iter(self.outcomes))]


@dataclass(slots=True)
class Announced:
    """A request that is on record, and what became of it is not yet."""

    ids: tuple[str, ...] = ()
    log: SentLog | None = None

    def unanswered(self, problem: str, *, left: float | None) -> None:
        """Say that no answer came.

        Args:
            problem: Why, in words without secrets.
            left: When the request went out, seconds since 1970, UTC; `None`: it never did.
        """
        self._end(left, None, None, problem, "")

    def answered(self, status: int, body: bytes, *, left: float, now: float) -> None:
        """Say that an answer came.

        Args:
            status: Of HTTP.
            body: What it holds.
            left: When the request went out, seconds since 1970, UTC.
            now: When the answer was there.
        """
        problem = "" if status < _MISTAKES else f"the server answered {status}"
        self._end(left, now, status, problem, "" if problem else _reply_id(body))

    def _end(
        self,
        left: float | None,
        answered: float | None,
        status: int | None,
        problem: str,
        reply: str,
    ) -> None:
        log, self.log = self.log, None  # said once
        if log is not None and self.ids:
            gone, came = (None if each is None else int(each * 1000) for each in (left, answered))
            log.ended([SentOutcome(id_, gone, came, status, problem, reply) for id_ in self.ids])


class announced:  # noqa: N801 - a context manager is written like a function
    """Put a request on record; once that is done it may be sent within, or not.

    Args:
        log: Keeps it; `None`: nothing does.
        requests: It, or the parts of a batch.

    Raises:
        StoreError: It is not on record, so it must not be sent.
    """

    def __init__(self, log: SentLog | None, *requests: SentRequest) -> None:
        self._log = log
        self._requests = requests
        self._letter = Announced()

    async def __aenter__(self) -> Announced:
        if self._log is not None and self._requests:
            await self._log.leaving(self._requests)
            ids = tuple(request.id for request in self._requests)
            self._letter = Announced(ids, self._log)
        return self._letter

    async def __aexit__(self, *_: object) -> None:
        self._letter.unanswered("it never left", left=None)


_MISTAKES: Final = 300
"""Statuses from here on are no answer to what was asked."""


_log: ContextVar[SentLog | None] = ContextVar("log of what is sent", default=None)


def current_log() -> SentLog | None:
    """The log of the session that runs, for roles that call servers of their own."""
    return _log.get()


@contextmanager
def logged_by(log: SentLog) -> Generator[None]:
    """Have what roles send within kept in a log."""
    token = _log.set(log)
    try:
        yield
    finally:
        _log.reset(token)


_process: Final = secrets.token_hex(4)
_numbers: Final = itertools.count()


def request_of(at: float, url: str, model: str, key: str, body: bytes) -> SentRequest:
    """A request that the code which runs is about to send.

    Args:
        at: Seconds since 1970, UTC.
        url: Where to.
        model: See `SentRequest`.
        key: See `SentRequest`.
        body: See `SentRequest`.
    """
    ms = int(at * 1000)
    return SentRequest(
        id=f"{ms:012x}{_process}{next(_numbers) & 0xFFFFFFFF:08x}",
        at=ms,
        server=url.partition("?")[0],
        model=model,
        errand=_errand.get(),
        key=key,
        body=body,
    )


def _reply_id(body: bytes) -> str:
    """The id at the beginning of a reply; empty where there is none."""
    match = _REPLY_ID.search(body, 0, _BEGINNING)
    return "" if match is None else match[1].decode("utf-8", "replace")
