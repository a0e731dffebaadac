"""One call to a live server: reserved, sent, retried where that can help, settled."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

import msgspec

from jurist.errors import AnsweredError
from jurist.records import Failure, FailureKind

from .budget import Amount, Budget
from .clock import Clock
from .events import Watch
from .failures import failed, quote
from .gate import Gate
from .ledger import Exchange, ExchangeKind
from .presets import Endpoint
from .prices import Prices, Tariff, usd
from .retries import TOO_MANY_REQUESTS, RetryPolicy, can_pass, may_be_billed, retry_after
from .sent import Announced
from .transport import Answer, NoAnswerError, Transport
from .types import Usage
from .wire import MalformedReplyError

_BAD_REQUEST: Final = frozenset({400, 422})
_QUOTA_IS_USED_UP: Final = b"insufficient_quota"
_NAMES_OF_PARAMETERS: Final = {
    "temperature": ("temperature",),
    "seed": ("seed",),
    "top_logprobs": ("logprobs",),
    "reply_schema": ("response_format", "json_schema", "output_config", "output_format"),
    "max_tokens": ("'max_tokens'", "max_completion_tokens"),
    "max_completion_tokens": ("max_completion_tokens",),
    "stream_options": ("stream_options", "include_usage"),
}
"""How servers call what they do not take, by our names."""


@dataclass(frozen=True, slots=True)
class Parsed:
    """A body as read: what the ledger keeps of it."""

    reply: msgspec.Raw
    usage: Usage | None
    empty: bool = False
    """A reply without content: another attempt may do better."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A call, ready to be sent."""

    key: str
    kind: ExchangeKind
    material: bytes
    model: str
    """The model string as the caller gave it."""
    endpoint: Endpoint
    most: Usage
    """More than it can use."""
    url: str
    may_drop: frozenset[str]
    """Parameters that it could do without."""
    write: Callable[[frozenset[str]], bytes]
    read: Callable[[bytes, frozenset[str]], Parsed]
    watch: Watch | None = None
    """Who is shown a reply while it comes; `None`: it comes in one piece."""


@dataclass(slots=True)
class Server:
    """What is known of a server while the engine runs."""

    gate: Gate
    refused: dict[str, frozenset[str]] = field(default_factory=dict[str, frozenset[str]])
    """Parameters that a model does not take, by its identity."""


@dataclass(slots=True)
class _Faults:
    """How one call has fared so far."""

    passing: int = 0
    throttled: int = 0
    doing_without: frozenset[str] = frozenset()
    """Parameters that this call tries to do without, since the server named them."""


@dataclass(frozen=True, slots=True)
class _Attempt:
    """One attempt, about to be made."""

    body: bytes
    dropped: frozenset[str]
    """Parameters that are not in the body."""
    letter: Announced
    entered: float
    """When it got its place among the calls in flight."""


class LiveCaller:
    """Sends calls, within limits and budget.

    Args:
        transport: The connections.
        clock: Time.
        rng: Draws the jitter of retries.
        policy: Patience with failures.
        prices: What tokens cost.
        budget: The run's budget; `None` sets none.
        concurrency: Calls in flight per server; `None` takes the preset's.
    """

    def __init__(
        self,
        transport: Transport,
        *,
        clock: Clock,
        rng: random.Random,
        policy: RetryPolicy,
        prices: Prices,
        budget: Budget | None,
        concurrency: int | None,
    ) -> None:
        self.servers: dict[str, Server] = {}
        self.unpriced: set[str] = set()
        self._transport = transport
        self._clock = clock
        self._rng = rng
        self._policy = policy
        self._prices = prices
        self._budget = budget
        self._concurrency = concurrency

    def tariff(self, endpoint: Endpoint, model: str) -> Tariff | None:
        """The model's tariff; a model without one is remembered by name.

        Raises:
            ModelError: There is none and the budget is in money.
        """
        tariff = self._prices.find(endpoint, model)
        if tariff is None:
            self.unpriced.add(endpoint.identity)
            if self._budget is not None and self._budget.bounds_money:
                raise failed(
                    FailureKind.BUDGET,
                    f"no price is known for {endpoint.identity!r}, so a budget in money cannot "
                    "hold: give its price in the study (dollars per million tokens, input and "
                    "output), or set the budget in tokens or calls",
                )
        return tariff

    def refused(self, endpoint: Endpoint) -> frozenset[str]:
        """Parameters that this model was found not to take."""
        server = self.servers.get(endpoint.server)
        return frozenset() if server is None else server.refused.get(endpoint.identity, frozenset())

    async def exchange(self, call: Outgoing) -> Exchange:
        """The server's reply to a call.

        Raises:
            ModelError: It failed for good.
            BudgetExceeded: The budget does not hold the next attempt.
            InputError: The key or a signing library is missing.
        """
        tariff = self.tariff(call.endpoint, call.model)
        server = self._server(call.endpoint)
        faults = _Faults()
        while True:
            dropped = server.refused.get(call.endpoint.identity, frozenset()) | faults.doing_without
            body = call.write(dropped)
            # On record before a place is waited for: none of the server's stands idle meanwhile.
            async with self._transport.announced(
                call.endpoint, call.url, (body,), call.key
            ) as letter:
                entered = await server.gate.enter()
                try:
                    attempt = _Attempt(body, dropped, letter, entered)
                    done, pause = await self._attempt(call, server, tariff, faults, attempt)
                finally:
                    server.gate.leave()
            if done is not None:
                return done
            if pause > 0:
                await self._clock.sleep(pause)

    async def _attempt(
        self,
        call: Outgoing,
        server: Server,
        tariff: Tariff | None,
        faults: _Faults,
        attempt: _Attempt,
    ) -> tuple[Exchange | None, float]:
        """One attempt: an exchange, or the seconds to wait before the next."""
        most = amount_of(call.most, tariff)
        if self._budget is not None:
            await self._budget.reserve(most)
        actual = most  # whatever happens, until more is known
        began = self._clock.now()
        try:
            answer = await self._transport.send(
                call.endpoint, call.url, attempt.body, letter=attempt.letter, watch=call.watch
            )
            if answer.status != 200:
                if not may_be_billed(answer.status):
                    actual = Amount(calls=1)
                return None, self._refused(call, server.gate, answer, faults, attempt.entered)
            parsed = call.read(answer.body, attempt.dropped & call.may_drop)
            usage = parsed.usage or call.most
            actual = amount_of(usage, tariff)
        except NoAnswerError as error:
            if not error.billed:
                actual = Amount(calls=1)
            if not error.passing:
                raise failed(error.kind, _named(call, str(error))) from None
            return None, self._again(call, faults, str(error), error.kind)
        except MalformedReplyError as error:
            return None, self._again(call, faults, str(error), FailureKind.ERROR)
        finally:
            if self._budget is not None:
                self._budget.settle(most, actual)
        server.gate.succeeded()
        if faults.doing_without:  # it helped: so the next calls need not try
            server.refused[call.endpoint.identity] = attempt.dropped
        if parsed.empty and faults.passing + 1 < self._policy.attempts:
            return None, self._again(call, faults, "the reply is empty", FailureKind.UNPARSABLE)
        return (
            Exchange(
                key=call.key,
                kind=call.kind,
                model=call.endpoint.identity,
                request=msgspec.Raw(call.material),
                reply=parsed.reply,
                input_tokens=usage.input_tokens,
                output_tokens=usage.output_tokens,
                usd=None if tariff is None else usd(tariff.cost(usage)),
                ms=round((self._clock.now() - began) * 1000.0, 3),
                attempts=1 + faults.passing + faults.throttled,
                created=int(self._clock.wall() * 1000),
            ),
            0.0,
        )

    def _refused(
        self, call: Outgoing, gate: Gate, answer: Answer, faults: _Faults, entered: float
    ) -> float:
        """Seconds to wait after an answer that is an error; raises where waiting cannot help."""
        status = answer.status
        said = quote(answer.body[:2000].decode("utf-8", "replace"))
        reason = f"{call.endpoint.base_url} answered {status}: {said}"
        asked = retry_after(answer.retry_after, self._clock.wall())
        if status in _BAD_REQUEST and _finds_out(call, faults, answer.body):
            return 0.0

        def final(kind: FailureKind, why: str) -> AnsweredError:
            failure = Failure(kind, _named(call, why))
            return AnsweredError(failure, status=status, body=answer.body, retry_after=asked)

        if asked > self._policy.longest_retry_after_s:
            raise final(FailureKind.UNREACHABLE, f"{reason} and asks to wait {asked:.0f} s")
        if status == TOO_MANY_REQUESTS and _QUOTA_IS_USED_UP not in answer.body:
            faults.throttled += 1
            if faults.throttled >= self._policy.throttled:
                raise final(
                    FailureKind.UNREACHABLE, f"throttled {faults.throttled} times, last: {reason}"
                )
            gate.throttle(entered, asked)
            return 0.0 if asked else self._policy.wait(faults.throttled, self._rng)
        if not can_pass(status):
            raise final(FailureKind.ERROR, reason + _advice(call.endpoint, status))
        if faults.passing + 1 >= self._policy.attempts:
            raise final(
                FailureKind.UNREACHABLE, f"{faults.passing + 1} attempts failed, last: {reason}"
            )
        return max(asked, self._again(call, faults, reason, FailureKind.UNREACHABLE))

    def _again(self, call: Outgoing, faults: _Faults, reason: str, kind: FailureKind) -> float:
        if call.watch is not None and call.watch.begun:
            raise failed(kind, _named(call, f"{reason}, when a part of it had been passed on"))
        faults.passing += 1
        if faults.passing >= self._policy.attempts:
            raise failed(kind, _named(call, f"{faults.passing} attempts failed, last: {reason}"))
        return self._policy.wait(faults.passing, self._rng)

    def _server(self, endpoint: Endpoint) -> Server:
        server = self.servers.get(endpoint.server)
        if server is None:
            preset = endpoint.preset
            start = self._concurrency or preset.concurrency
            most = self._concurrency or preset.max_concurrency
            server = self.servers[endpoint.server] = Server(Gate(start, most, self._clock))
        return server


def amount_of(usage: Usage, tariff: Tariff | None) -> Amount:
    """What one request with this usage takes from a budget."""
    return Amount(
        0 if tariff is None else tariff.cost(usage), usage.input_tokens + usage.output_tokens, 1
    )


def _finds_out(call: Outgoing, faults: _Faults, body: bytes) -> bool:
    """Whether the error names a parameter that the call can be tried without."""
    said = body[:4000].decode("utf-8", "replace").lower()
    for name in sorted(call.may_drop - faults.doing_without):
        if any(word in said for word in _NAMES_OF_PARAMETERS[name]):
            faults.doing_without |= {name}
            return True
    return False


def _named(call: Outgoing, reason: str) -> str:
    return f"{call.endpoint.identity}: {reason}"


def _advice(endpoint: Endpoint, status: int) -> str:
    variable = endpoint.preset.key_variable
    match status:
        case 401 | 403 if variable:
            return f"; check the key in {variable}"
        case 404:
            return "; check the model's name and the server's address"
        case _:
            return ""
