"""Who may call the proxy, and whom a call is credited to: a token each answer."""

from __future__ import annotations

import asyncio
import hmac
import os
import secrets
from collections import Counter
from collections.abc import Coroutine, Generator
from contextlib import contextmanager
from contextvars import Context, ContextVar, copy_context
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import TYPE_CHECKING, Final

from jurist.errors import BudgetExceeded, InputError
from jurist.records import Cost

if TYPE_CHECKING:
    from jurist.models import RawReply

URL_VARIABLE: Final = "JURIST_PROXY_URL"
TOKEN_VARIABLE: Final = "JURIST_PROXY_TOKEN"  # noqa: S105 - a variable's name
_PREFIX: Final = "jrp_"


@dataclass(frozen=True, slots=True)
class Access:
    """Where the proxy is, and the token that credits calls to the answer under way."""

    base_url: str
    """As OpenAI's client wants it, with `/v1` at its end; Anthropic's wants it without."""
    api_key: str = field(repr=False)

    def environment(self) -> dict[str, str]:
        """Variables that lead the usual clients of a process to the proxy."""
        return {
            URL_VARIABLE: self.base_url,
            TOKEN_VARIABLE: self.api_key,
            "OPENAI_BASE_URL": self.base_url,
            "OPENAI_API_KEY": self.api_key,
            "ANTHROPIC_BASE_URL": self.base_url.removesuffix("/v1"),
            "ANTHROPIC_API_KEY": self.api_key,
        }


_current: ContextVar[tuple[Access, Credit] | None] = ContextVar("proxy", default=None)


def current() -> Access:
    """The proxy for the answer under way: within a run that has one, or of the environment.

    A thread that the program starts by itself knows of no answer: ask before, and hand it on.

    Raises:
        InputError: There is none.
    """
    access = current_or_none()
    if access is None:
        url, token = os.environ.get(URL_VARIABLE, ""), os.environ.get(TOKEN_VARIABLE, "")
        if not url or not token:
            raise InputError(
                "no proxy is under way here",
                expected="a run whose study says `proxy: true`, or the variables of `jurist proxy`",
                fix="add `proxy: true` to the study, or start `jurist proxy` and export what it "
                "prints; in a thread of the program's own, ask before it is started",
            )
        access = Access(url, token)
    return access


def current_or_none() -> Access | None:
    """The proxy for the answer under way; `None` where its run has none."""
    found = _current.get()
    if found is None:
        return None
    access, credit = found
    credit.context = copy_context()  # what was set since around the program holds for its calls
    return access


@dataclass(slots=True)
class Credit:
    """What the calls of one answer cost so far, as the proxy measured it."""

    sample: int = 1
    """Of several answers to the same question, which; each has replies of its own."""
    draws: bool = False
    """Whether a request that is asked again at a temperature above 0 is drawn anew."""
    cost: Cost = field(default_factory=Cost)
    over_budget: BudgetExceeded | None = None
    """Why a call was not made: the answer is then no result."""
    context: Context = field(default_factory=copy_context, repr=False)
    """In which its calls are made: what is set for the answer (its screen) holds for them."""
    _asked: Counter[str] = field(default_factory=Counter[str])
    _under_way: set[asyncio.Task[RawReply]] = field(default_factory=set["asyncio.Task[RawReply]"])

    def draw(self, digest: str, *, again: bool) -> int:
        """How often this answer asked the same before.

        Args:
            digest: Of the request.
            again: Its client sends it again, for it had no answer: that is no new draw.
        """
        if not self.draws:
            return 0
        if not (again and self._asked[digest]):
            self._asked[digest] += 1
        return self._asked[digest] - 1

    def start(self, call: Coroutine[object, object, RawReply]) -> asyncio.Task[RawReply]:
        """Make a call in the answer's context; when it is done, what it cost is added.

        Whoever waits for it shields it: it is made to its end, and counted, where they go away.
        """
        loop = asyncio.get_running_loop()
        task = loop.create_task(self._booked(call), context=self.context.copy())
        self._under_way.add(task)
        task.add_done_callback(self._ended)
        return task

    async def settled(self, at_most_s: float) -> None:
        """Wait until no call of the answer is under way."""
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=at_most_s)

    def _ended(self, task: asyncio.Task[RawReply]) -> None:
        self._under_way.discard(task)
        if not task.cancelled():
            task.exception()  # whoever waits is told; where nobody does, asyncio would print it

    async def _booked(self, call: Coroutine[object, object, RawReply]) -> RawReply:
        try:
            reply = await call
        except BudgetExceeded as error:
            self.over_budget = error
            raise
        self._book(reply)
        return reply

    def _book(self, reply: RawReply) -> None:
        """Add what a reply cost; one from the ledger was free now."""
        if reply.cached:
            self.cost += Cost(cached_calls=1)
            return
        self.cost += Cost(
            ms=reply.ms,
            calls=1,
            input_tokens=reply.usage.input_tokens,
            output_tokens=reply.usage.output_tokens,
            usd=reply.usd or 0.0,
        )


class Tokens:
    """The tokens that are good now; only their digests are kept."""

    def __init__(self) -> None:
        self._credits: dict[bytes, Credit] = {}

    def issue(self, credit: Credit) -> str:
        """A new token, whose calls are credited so."""
        token = _PREFIX + secrets.token_urlsafe(32)
        self._credits[_digest(token)] = credit
        return token

    def revoke(self, token: str) -> None:
        """From now on the token is good for nothing."""
        self._credits.pop(_digest(token), None)

    async def settled(self, at_most_s: float) -> None:
        """Wait until no call is under way."""
        await asyncio.gather(*(credit.settled(at_most_s) for credit in self._credits.values()))

    def credit_of(self, given: str) -> Credit | None:
        """Whom a token credits; how long that takes tells nothing of the tokens that are good."""
        digest = _digest(given)
        credit = self._credits.get(digest)
        known = digest if credit is not None else bytes(len(digest))
        return credit if hmac.compare_digest(known, digest) else None


@contextmanager
def granted(access: Access, credit: Credit) -> Generator[None]:
    """Within, `current` gives this."""
    before = _current.set((access, credit))
    try:
        yield
    finally:
        _current.reset(before)


def _digest(token: str) -> bytes:
    return blake2b(token.encode("utf-8", "surrogateescape"), digest_size=32).digest()
