"""What model calls cost, in the records' terms."""

from __future__ import annotations

from jurist.models.types import Embeddings, Reply
from jurist.records import Cost


def cost_of(reply: Reply) -> Cost:
    """The cost of one reply; one that came from the ledger was free now."""
    if reply.cached:
        return Cost(cached_calls=1)
    return Cost(
        ms=reply.ms,
        calls=1,
        input_tokens=reply.usage.input_tokens,
        output_tokens=reply.usage.output_tokens,
        usd=reply.usd or 0.0,
    )


def cost_of_embeddings(embeddings: Embeddings) -> Cost:
    """The cost of embedding texts; those that came from the ledger were free now."""
    if not embeddings.calls:
        return Cost(cached_calls=1)
    return Cost(
        ms=embeddings.ms,
        calls=embeddings.calls,
        input_tokens=embeddings.usage.input_tokens,
        usd=embeddings.usd or 0.0,
    )
