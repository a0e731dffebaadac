"""HTTP to the servers: one session, bounded replies, no redirects, keys kept secret."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from functools import lru_cache
from typing import Final
from urllib.request import getproxies, proxy_bypass

import aiohttp
from multidict import CIMultiDict, CIMultiDictProxy
from yarl import URL

from jurist.errors import InputError
from jurist.records import FailureKind
from jurist.secrets import hide

from .clock import Clock
from .connections import connector_for
from .events import Watch
from .messages import ANTHROPIC_VERSION
from .presets import Auth, Endpoint, Preset, WireProtocol
from .reach import Reach
from .sent import Announced, SentLog, announced, request_of

LARGEST_REPLY: Final = 10_000_000
"""Bytes of a reply that are read; a longer one is a failure."""

_CONNECT_S: Final = 15.0
_SIGNED: Final = frozenset({Auth.AWS, Auth.GOOGLE})
_MOST_TARGETS: Final = 1000


class NoAnswerError(Exception):
    """No usable answer came; the message holds no secret.

    Args:
        reason: What happened.
        billed: Whether the server may have done, and charged, the work.
        passing: Whether another attempt may go better.
        kind: What a failure for good would be called.
    """

    def __init__(
        self,
        reason: str,
        *,
        billed: bool,
        passing: bool = True,
        kind: FailureKind = FailureKind.UNREACHABLE,
    ) -> None:
        self.billed = billed
        self.passing = passing
        self.kind = kind
        super().__init__(reason)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server sent back."""

    status: int
    retry_after: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Upload:
    """A file of requests, one a line."""

    content: bytes

    def form(self) -> aiohttp.FormData:
        """As it goes out."""
        form = aiohttp.FormData()
        form.add_field("purpose", "batch")
        form.add_field(
            "file", self.content, filename="batch.jsonl", content_type="application/jsonl"
        )
        return form


class Transport:
    """The connections of one engine; opened with the first request.

    Args:
        ledger: Where exchanges are kept. What is sent is kept there too, if it is a `SentLog`.
        clock: Time.
        reach: How far they may go.
    """

    def __init__(self, ledger: object, clock: Clock, reach: Reach) -> None:
        self._reach = reach
        self._log = ledger if isinstance(ledger, SentLog) else None
        self._clock = clock
        self._session: aiohttp.ClientSession | None = None
        self._urls: dict[str, tuple[URL, str | None]] = {}

    async def close(self) -> None:
        """Close all connections."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    def announced(
        self, endpoint: Endpoint, url: str, parts: Sequence[bytes], key: str = ""
    ) -> AbstractAsyncContextManager[Announced]:
        """Put a request on record, see `sent.announced`.

        Args:
            endpoint: The server.
            url: The address there.
            parts: What it is sent: a body, or each request of a batch.
            key: Of the exchange that it is for.
        """
        if self._log is None:
            return announced(None)
        at, secrets = self._clock.wall(), (endpoint.key(),)
        return announced(
            self._log,
            *(request_of(at, url, endpoint.identity, key, hide(part, secrets)) for part in parts),
        )

    async def send(
        self,
        endpoint: Endpoint,
        url: str,
        body: bytes | Upload | None,
        *,
        method: str = "POST",
        largest: int = LARGEST_REPLY,
        parts: Sequence[bytes] = (),
        letter: Announced | None = None,
        watch: Watch | None = None,
    ) -> Answer:
        """One request to an endpoint's server, with its key.

        Args:
            endpoint: The server.
            url: The address there.
            body: What it is sent. Where it is nothing, nothing is kept on record.
            method: Of HTTP.
            largest: Bytes of a reply that are read.
            parts: What of the body is kept on record, each by itself; by default all of it.
            letter: Says that it is on record already.
            watch: Is given what comes while it comes, where it is no error.

        Raises:
            NoAnswerError: Nothing came back, or too much.
            InputError: The key or the signing library is missing.
            StoreError: What leaves cannot be put on record, so it does not leave.
        """
        if letter is None and body is not None:
            whole = body.content if isinstance(body, Upload) else body
            async with self.announced(endpoint, url, parts or (whole,)) as letter:
                return await self.send(
                    endpoint, url, body, method=method, largest=largest, letter=letter, watch=watch
                )
        letter, left = letter or Announced(), self._clock.wall()
        try:
            answer = await self._send(endpoint, url, body, method, largest, watch)
            letter.answered(answer.status, answer.body, left=left, now=self._clock.wall())
        except NoAnswerError as error:
            letter.unanswered(str(error), left=left if error.billed else None)
            raise
        except InputError as error:
            letter.unanswered(str(error), left=None)
            raise
        finally:  # where it was cancelled
            letter.unanswered("nobody waited for an answer", left=left)
        return answer

    async def _send(
        self,
        endpoint: Endpoint,
        url: str,
        body: bytes | Upload | None,
        method: str,
        largest: int,
        watch: Watch | None,
    ) -> Answer:
        key = endpoint.key()
        auth = endpoint.preset.auth
        signed = await _sign(auth, method, url, body) if auth in _SIGNED else {}
        secrets = (key, *_secrets_of(signed))
        plain = _headers(endpoint.preset, key, as_json=isinstance(body, bytes))
        target, proxy = self._target(url)
        try:
            async with self._open().request(
                method,
                target,
                proxy=proxy,
                data=body.form() if isinstance(body, Upload) else body,
                headers={**plain, **signed} if signed else plain,
                timeout=_timeout(endpoint.preset.timeout_s),
                allow_redirects=False,
            ) as response:
                streamed = response.content_type == "text/event-stream"
                shown = watch if response.status == 200 and streamed else None
                raw = await _read(response, largest, shown, secrets)
                return Answer(
                    response.status,
                    response.headers.get("Retry-After", ""),
                    hide(raw, secrets),
                )
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError):
            raise NoAnswerError(f"{endpoint.base_url} cannot be reached", billed=False) from None
        except TimeoutError:
            waited = endpoint.preset.timeout_s
            raise NoAnswerError(
                f"{endpoint.base_url} did not answer within {waited:g} s",
                billed=True,
                kind=FailureKind.TIMEOUT,
            ) from None
        except (aiohttp.ClientError, ConnectionError) as error:
            raise NoAnswerError(
                f"the connection to {endpoint.base_url} broke ({type(error).__name__})",
                billed=True,
            ) from None

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=connector_for(self._reach),
                auto_decompress=False,  # what was not asked for is not unpacked
                cookie_jar=aiohttp.DummyCookieJar(),
                skip_auto_headers=("User-Agent",),
            )
        return self._session

    def _target(self, text: str) -> tuple[URL, str | None]:
        """The address as it goes out, and the proxy that the environment names for it."""
        target = self._urls.get(text)
        if target is None:
            url = URL(text, encoded=True)
            host = url.host or ""
            direct = self._reach is Reach.THIS_MACHINE or proxy_bypass(host)
            proxy = None if direct else getproxies().get(url.scheme)
            target = url, proxy
            if len(self._urls) < _MOST_TARGETS:
                self._urls[text] = target
        return target


async def _read(
    response: aiohttp.ClientResponse, largest: int, watch: Watch | None, secrets: tuple[str, ...]
) -> bytes:
    told = response.content_length
    if told is not None and told > largest:
        raise NoAnswerError(
            f"the server's reply of {told} bytes is longer than {largest}",
            billed=True,
            passing=False,
            kind=FailureKind.ERROR,
        )
    if told is not None and watch is None:
        return await response.read()
    parts: list[bytes] = []
    size = 0
    async for chunk in response.content.iter_any():
        size += len(chunk)
        if size > largest:
            raise NoAnswerError(
                f"the server's reply is longer than {largest} bytes",
                billed=True,
                passing=False,
                kind=FailureKind.ERROR,
            )
        parts.append(chunk)
        if watch is not None:
            watch.take(chunk, secrets)
    return b"".join(parts)


def _secrets_of(signed: Mapping[str, str]) -> list[str]:
    """What a cloud's library signed a request with and a server may echo."""
    shown = {"authorization", "x-amz-security-token"}
    return [
        value.removeprefix("Bearer ") for name, value in signed.items() if name.lower() in shown
    ]


@lru_cache(maxsize=64)
def _timeout(seconds: float) -> aiohttp.ClientTimeout:
    return aiohttp.ClientTimeout(total=seconds, sock_connect=_CONNECT_S)


@lru_cache(maxsize=64)
def _headers(preset: Preset, key: str, *, as_json: bool) -> CIMultiDictProxy[str]:
    headers = CIMultiDict({"Accept-Encoding": "identity", "User-Agent": "jurist"})
    if as_json:
        headers["Content-Type"] = "application/json"
    if preset.protocol is WireProtocol.MESSAGES and preset.auth is Auth.X_API_KEY:
        headers["anthropic-version"] = ANTHROPIC_VERSION
    match preset.auth:
        case Auth.BEARER if key:
            headers["Authorization"] = f"Bearer {key}"
        case Auth.X_API_KEY if key:
            headers["x-api-key"] = key
        case Auth.API_KEY if key:
            headers["api-key"] = key
        case _:
            pass
    return CIMultiDictProxy(headers)


async def _sign(auth: Auth, method: str, url: str, body: bytes | Upload | None) -> dict[str, str]:
    from .clouds import sign_for_aws, token_of_google

    if auth is Auth.GOOGLE:
        return {"Authorization": f"Bearer {await asyncio.to_thread(token_of_google)}"}
    content = body if isinstance(body, bytes) else b""
    return await asyncio.to_thread(sign_for_aws, method, url, content)
