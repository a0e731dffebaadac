"""Listed prices against the providers' published ones."""

from __future__ import annotations

import subprocess
import sys
from decimal import Decimal

import pytest

from jurist.models import Price, Usage
from jurist.models.presets import Endpoint, resolve
from jurist.models.prices import Prices


def endpoint(model: str) -> Endpoint:
    found = resolve(model)
    assert isinstance(found, Endpoint)
    return found


def test_a_listed_price() -> None:
    # published: gpt-4o-mini costs $0.15 in, $0.60 out per million tokens
    tariff = Prices().find(endpoint("openai:gpt-4o-mini"), "openai:gpt-4o-mini")
    assert tariff is not None
    assert tariff.cost(Usage(1_000_000, 0)) == 150_000_000_000
    assert tariff.cost(Usage(10, 10)) == 7_500_000


def test_a_tiered_price_is_dearer_beyond_its_tier() -> None:
    # published: gemini-2.5-pro costs $1.25 up to 200k tokens of input, $2.50 beyond
    tariff = Prices().find(endpoint("gemini:gemini-2.5-pro"), "gemini:gemini-2.5-pro")
    assert tariff is not None
    assert tariff.cost(Usage(1_000, 0)) == 1_250_000_000
    assert tariff.cost(Usage(1_000_000, 0)) == 2_500_000_000_000


def test_the_study_comes_first_and_an_unknown_model_has_none() -> None:
    own = {"openai:gpt-4o-mini": Price(Decimal("0.1"), Decimal("0.1"))}
    tariff = Prices(own).find(endpoint("openai:gpt-4o-mini"), "openai:gpt-4o-mini")
    assert tariff is not None
    assert tariff.input == 100_000
    assert Prices().find(endpoint("openai:nonesuch"), "openai:nonesuch") is None
    assert Prices().find(endpoint("http://h/v1#x"), "http://h/v1#x") is None


def test_ones_own_server_costs_nothing() -> None:
    tariff = Prices().find(endpoint("ollama:qwen2.5"), "ollama:qwen2.5")
    assert tariff is not None
    assert tariff.cost(Usage(1000, 1000)) == 0


def test_a_negative_price_is_refused() -> None:
    own = {"openai:x": Price(Decimal(-1), Decimal(1))}
    with pytest.raises(ValueError, match="negative"):
        Prices(own).find(endpoint("openai:x"), "openai:x")


def test_importing_the_engine_does_not_import_the_price_list() -> None:
    code = "import sys, jurist.models; sys.exit('genai_prices' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
