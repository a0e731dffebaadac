"""What tokens cost: the study's prices first, then genai-prices.

Money is counted in picodollars (10^-12 dollars), as integers, so that sums are exact.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import ROUND_CEILING, Decimal
from typing import Final

from .presets import Endpoint
from .types import Usage

PICO: Final = 10**12
"""Picodollars in a dollar."""

_MILLION: Final = 1_000_000
_FLAT_TO: Final = 1_000
"""Tokens for which every provider bills its first tier."""


@dataclass(frozen=True, slots=True)
class Price:
    """US dollars per million tokens, exact."""

    input: Decimal
    output: Decimal


@dataclass(frozen=True, slots=True)
class Tariff:
    """What one model's tokens cost, in picodollars per token."""

    input: int
    output: int
    tiered_from: int | None = None
    """Input tokens from which the price per token changes; `None` where it never does."""
    provider: str = ""
    model: str = ""

    def cost(self, usage: Usage) -> int:
        """Picodollars for these tokens, rounded up where the provider's tariff has fractions."""
        if self.tiered_from is not None and usage.input_tokens > self.tiered_from:
            return _listed(self.provider, self.model, usage) or 0
        return usage.input_tokens * self.input + usage.output_tokens * self.output


def usd(picodollars: int) -> float:
    """Picodollars as dollars, for people and reports."""
    return picodollars / PICO


@dataclass(slots=True)
class Prices:
    """Finds a model's tariff, once per model.

    Args:
        own: The study's prices by model string; they win over the listed ones.
    """

    own: Mapping[str, Price] = field(default_factory=dict[str, Price])
    _found: dict[str, Tariff | None] = field(default_factory=dict[str, Tariff | None])

    def find(self, endpoint: Endpoint, model: str) -> Tariff | None:
        """The tariff of a model; `None` where no price is known.

        Args:
            endpoint: Where the model is.
            model: The model string as the study has it.
        """
        identity = endpoint.identity
        if identity not in self._found:
            self._found[identity] = self._look_up(endpoint, model)
        return self._found[identity]

    def _look_up(self, endpoint: Endpoint, model: str) -> Tariff | None:
        own = self.own.get(model) or self.own.get(endpoint.identity)
        if own is not None:
            return Tariff(_per_token(own.input), _per_token(own.output))
        if endpoint.preset.free:
            return Tariff(0, 0)
        provider = endpoint.preset.price_provider
        if not provider:
            return None
        name = endpoint.model
        flat_in = _listed(provider, name, Usage(_FLAT_TO, 0))
        flat_out = _listed(provider, name, Usage(0, _FLAT_TO))
        if flat_in is None or flat_out is None:
            return None
        rate_in, rate_out = -(-flat_in // _FLAT_TO), -(-flat_out // _FLAT_TO)
        much = Usage(_MILLION, _MILLION)
        tiered = _listed(provider, name, much) != _MILLION * (rate_in + rate_out)
        return Tariff(rate_in, rate_out, _FLAT_TO if tiered else None, provider, name)


def _per_token(per_million: Decimal) -> int:
    if per_million < 0:
        raise ValueError(f"a price is not negative, this is {per_million}")
    scaled = per_million * PICO / _MILLION
    return int(scaled.to_integral_value(rounding=ROUND_CEILING))


def _listed(provider: str, model: str, usage: Usage) -> int | None:
    from genai_prices import Usage as ListedUsage
    from genai_prices import calc_price

    try:
        found = calc_price(
            ListedUsage(input_tokens=usage.input_tokens, output_tokens=usage.output_tokens),
            model,
            provider_id=provider,
        )
    except LookupError:
        return None
    return int((found.total_price * PICO).to_integral_value(rounding=ROUND_CEILING))
