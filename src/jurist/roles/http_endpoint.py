"""A generator behind an HTTP endpoint: one POST of JSON a question.

The body is a command's (`command.request_body`), the answer is read the same way
(`answers.read_output`). What can pass (429, 502-504, a cut connection) is tried again.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Final, cast
from urllib.parse import parse_qsl, quote, urlsplit

import aiohttp
from yarl import URL

from jurist.errors import StudyError
from jurist.models.addresses import read_address
from jurist.models.connections import connector_for
from jurist.models.reach import Reach, require_this_machine
from jurist.models.sent import Announced, announced, current_log, request_of
from jurist.records import Candidate, FailureKind, Question
from jurist.roles.answers import LONGEST_ANSWER, failed, read_output
from jurist.roles.command import request_body
from jurist.roles.conversations import (
    Clarification,
    Conversation,
    answered_at_once,
    round_trips,
)
from jurist.roles.own_sources import NOTHING, Sources, listed_files, sources_of_files
from jurist.roles.protocols import Workspace
from jurist.roles.spec import (
    Means,
    RoleSpec,
    digest_of,
    expand_variables,
    refuse_unlisted,
    variables_in,
)
from jurist.screening import screened
from jurist.secrets import hide, value_of

_PASSING: Final = frozenset({429, 502, 503, 504})
_TRIES: Final = 4
_NAME: Final = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_SECRET: Final = re.compile(r"auth|key|token|secret|passw|cookie|signature", re.IGNORECASE)
_MOST_OUTPUT: Final = 4 * LONGEST_ANSWER


@dataclass(slots=True)
class HttpGenerator:
    """Asks a server.

    Headers and the URL's path and query may hold `${VARIABLE}`, so that keys stay in the
    environment; what a server sends back of them is hidden before anybody sees it.
    """

    name: str
    version: str
    url: str
    headers: Mapping[str, str]
    timeout_s: float
    first_wait_s: float = 0.5
    sources: Sources = NOTHING
    reach: Reach = Reach.ANYWHERE
    _session: aiohttp.ClientSession | None = field(default=None, init=False)
    _target: URL = field(default=URL(), init=False, repr=False)
    _secrets: tuple[str, ...] = field(default=(), init=False, repr=False)

    async def __aenter__(self) -> HttpGenerator:
        headers = {name: expand_variables(value) for name, value in self.headers.items()}
        self._target = URL(expand_variables(self.url, as_part=_quoted), encoded=True)
        texts = (self.url, *self.headers.values())
        self._secrets = tuple(value_of(name) for text in texts for name in variables_in(text))
        self._session = aiohttp.ClientSession(
            headers={**headers, "Content-Type": "application/json"},
            timeout=aiohttp.ClientTimeout(total=self.timeout_s),
            cookie_jar=aiohttp.DummyCookieJar(),
            connector=connector_for(self.reach),
        )
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._session is not None:
            await self._session.close()

    async def answer(self, question: Question, workspace: Workspace) -> Candidate:
        """The server's answer; a failure where it has none, or asks back."""
        return await answered_at_once(self, question, workspace)

    async def converse(
        self, question: Question, workspace: Workspace, user: Conversation
    ) -> Candidate:
        """The server's answer, after as many round trips as it asks back.

        Raises:
            ModelError: What would be sent may not leave, or it asked too often.
        """
        if self._session is None:
            async with self:
                return await self.converse(question, workspace, user)
        session = self._session

        async def ask(more: Mapping[str, object]) -> Candidate | Clarification:
            return await self._until_answered(
                session, screened(request_body(question, workspace, more))
            )

        return await round_trips(ask, user)

    async def _until_answered(
        self, session: aiohttp.ClientSession, body: bytes
    ) -> Candidate | Clarification:
        started = time.perf_counter()
        result: Candidate | Clarification = failed(FailureKind.ERROR, "never asked")
        for attempt in range(_TRIES):
            result, wait_s = await self._ask(session, body, started)
            if wait_s is None or attempt == _TRIES - 1:
                break
            await asyncio.sleep(max(wait_s, self.first_wait_s * 2**attempt))
        return result

    async def _ask(
        self, session: aiohttp.ClientSession, body: bytes, started: float
    ) -> tuple[Candidate | Clarification, float | None]:
        """What it answered, and how long to wait at least where asking again may help."""
        request = request_of(time.time(), self.url, "", "", hide(body, self._secrets))
        async with announced(current_log(), request) as letter:
            return await self._post(session, body, started, letter)

    async def _post(
        self, session: aiohttp.ClientSession, body: bytes, started: float, letter: Announced
    ) -> tuple[Candidate | Clarification, float | None]:
        left = time.time()
        try:
            async with session.post(self._target, data=body, allow_redirects=False) as response:
                output = hide(await _read(response), self._secrets)
                ms = (time.perf_counter() - started) * 1000
                letter.answered(response.status, output, left=left, now=time.time())
                if response.status == 200:
                    return read_output(output, ms=ms), None
                said = output[:200].decode("utf-8", "replace")
                reason = f"the server answered {response.status}: {said}"
                wait_s = _retry_after(response) if response.status in _PASSING else None
                kind = FailureKind.ERROR if wait_s is None else FailureKind.UNREACHABLE
                return failed(kind, reason, ms=ms), wait_s
        except TimeoutError:
            ms = (time.perf_counter() - started) * 1000
            reason = f"no answer within {self.timeout_s:g} s"
            letter.unanswered(reason, left=left)
            return failed(FailureKind.TIMEOUT, reason, ms=ms), None
        except aiohttp.ClientError as error:
            never = isinstance(error, aiohttp.ClientConnectorError)
            host = urlsplit(self.url).netloc
            reason = f"the server {host} cannot be reached ({type(error).__name__})"
            letter.unanswered(reason, left=None if never else left)
            return failed(FailureKind.UNREACHABLE, reason), 0.0
        finally:  # where it was cancelled
            letter.unanswered("nobody waited for an answer", left=left)


def make(spec: RoleSpec, means: Means) -> HttpGenerator:
    """The generator that `http: URL` names."""
    spec.take_only("files", "headers", "timeout_s")
    url = spec.text("an http:// or https:// URL")
    parts = read_address(url)
    if parts is None or parts.hostname is None or variables_in(parts.netloc):
        raise StudyError(
            f"`http:` is {url!r}"[:200],
            expected="an http:// or https:// URL whose host is written out",
            fix="correct the host, and the port if there is one",
        )
    if parts.username or parts.password:
        raise StudyError(
            "the URL of `http:` holds a user or password",
            expected="a URL with host and path alone",
            fix="put them into the environment and write"
            " headers: {Authorization: 'Bearer ${MY_KEY}'}",
        )
    headers = _headers(spec.options.get("headers", {}))
    _refuse_secrets(headers, parts.query)
    named = [name for text in (url, *headers.values()) for name in variables_in(text)]
    refuse_unlisted(named, means.environment)
    for name in named:
        expand_variables(f"${{{name}}}")  # what is missing shows before anything runs
    name = spec.name or parts.hostname
    if means.reach is Reach.THIS_MACHINE:
        require_this_machine(url, f"the generator {name!r}")
    timeout_s = spec.number("timeout_s", 60, least=0.1, most=3600)
    sources = sources_of_files(means.folder, listed_files(spec))
    version = digest_of(url, headers, timeout_s, *filter(None, [sources.digest]))
    return HttpGenerator(name, version, url, headers, timeout_s, sources=sources, reach=means.reach)


def _headers(value: object) -> dict[str, str]:
    if isinstance(value, Mapping):
        headers = cast("Mapping[object, object]", value)
        found = {k: v for k, v in headers.items() if isinstance(k, str) and isinstance(v, str)}
        if len(found) == len(headers):
            for name, text in found.items():
                if not (_NAME.fullmatch(name) and text.isascii() and text.isprintable()):
                    raise StudyError(
                        f"the header {name!r} cannot be sent"[:200],
                        expected="a name without spaces, and one line of plain characters",
                    )
            return found
    raise StudyError("`headers:` cannot be read", expected="a mapping of names to texts")


def _refuse_secrets(headers: Mapping[str, str], query: str) -> None:
    """A study is stored, shown and shared: no key may be written in it."""
    for name, value in (*headers.items(), *parse_qsl(query)):
        if _SECRET.search(name) and not variables_in(value):
            raise StudyError(
                f"{name!r} of `http:` is written out, and it looks like a key",
                expected="a variable of the environment in its place",
                fix=f"write {name}: '${{MY_KEY}}', and list MY_KEY under `environment:`",
            )


def _quoted(value: str) -> str:
    return quote(value, safe="")


async def _read(response: aiohttp.ClientResponse) -> bytes:
    kept = bytearray()
    async for chunk in response.content.iter_chunked(65536):
        kept += chunk
        if len(kept) > _MOST_OUTPUT:
            break
    return bytes(kept)


def _retry_after(response: aiohttp.ClientResponse) -> float:
    given = response.headers.get("Retry-After", "")
    return min(float(given), 60.0) if given.isascii() and given.isdigit() else 0.0
