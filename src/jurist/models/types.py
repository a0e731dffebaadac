"""What goes to a model and what comes back, the same for every provider."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of a conversation."""

    role: Literal["system", "user", "assistant"]
    content: str


@dataclass(frozen=True, slots=True)
class Request:
    """All that shapes a reply; two equal requests have one reply, found in the ledger.

    `model` is a model string: `provider:name`, `http(s)://host/v1#name`,
    `replay:PATH` or `replay:PATH#model`.
    """

    model: str
    messages: tuple[Message, ...]
    reply_schema: Mapping[str, object] | None = None
    """JSON Schema of the reply, enforced where the server can, described where not."""
    temperature: float | None = None
    """`None`: the server's own default."""
    max_tokens: int = 1024
    """Bound of the reply, reasoning tokens included where the server counts them."""
    seed: int | None = None
    """Sent as `seed + sample`, so that samples differ and still repeat."""
    sample: int = 0
    """Index among several replies to the same request."""
    top_logprobs: int = 0
    """How many alternatives per token to ask for, 0 to 20; 0 asks for none."""


@dataclass(frozen=True, slots=True)
class Usage:
    """Billed tokens; cached prompt tokens count as input, reasoning as output."""

    input_tokens: int
    output_tokens: int


@dataclass(frozen=True, slots=True)
class TokenLogprobs:
    """A token of the reply with its natural-log probability and its alternatives."""

    token: str
    logprob: float
    alternatives: tuple[tuple[str, float], ...] = ()
    """(token, logprob) of the most probable tokens at this place, itself included."""


@dataclass(frozen=True, slots=True)
class Reply:
    """A complete reply: neither refused nor cut short, those are failures."""

    text: str
    usage: Usage
    usd: float | None
    """Price of this reply when it was made; `None` where no price is known."""
    ms: float
    """How long the server took for it, in milliseconds, retries excluded."""
    attempts: int
    cached: bool
    """Whether it came from the ledger, or from an equal call under way: nothing was paid now."""
    snapshot: str
    """The model as the server named it in its reply."""
    finish_reason: str
    logprobs: tuple[TokenLogprobs, ...] = ()
    dropped: tuple[str, ...] = ()
    """Parameters that the server does not take, so that this reply came without them."""

    def following(self, first: Reply) -> Reply:
        """This reply, with the price and pains of an earlier one that was of no use, too."""
        known = first.usd is not None and self.usd is not None
        return replace(
            self,
            usage=Usage(
                first.usage.input_tokens + self.usage.input_tokens,
                first.usage.output_tokens + self.usage.output_tokens,
            ),
            usd=(first.usd or 0.0) + (self.usd or 0.0) if known else None,
            ms=first.ms + self.ms,
            attempts=first.attempts + self.attempts,
            cached=first.cached and self.cached,
        )


@dataclass(frozen=True, slots=True)
class Embeddings:
    """One vector per text, in the order of the texts."""

    vectors: tuple[tuple[float, ...], ...]
    usage: Usage
    """Of what was asked for now: what was in the ledger, or under way elsewhere, is free."""
    usd: float | None
    ms: float
    calls: int
    """Requests that were answered."""
