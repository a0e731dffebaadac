"""What model strings stand for."""

from __future__ import annotations

import pytest

from jurist.errors import InputError
from jurist.models import PRESETS, Preset, WireProtocol
from jurist.models.chat_completions import chat_url
from jurist.models.messages import messages_url
from jurist.models.presets import Endpoint, ReplayOf, resolve


def endpoint(model: str, *presets: Preset) -> Endpoint:
    found = resolve(model, presets)
    assert isinstance(found, Endpoint)
    return found


@pytest.fixture(autouse=True)
def _no_overrides(monkeypatch: pytest.MonkeyPatch) -> None:
    for preset in PRESETS.values():
        if preset.base_url_variable:
            monkeypatch.delenv(preset.base_url_variable, raising=False)


def test_a_provider_and_a_name_with_colons_and_slashes() -> None:
    found = endpoint("openrouter:meta-llama/llama-3:free")
    assert found.model == "meta-llama/llama-3:free"
    assert found.identity == "openrouter:meta-llama/llama-3:free"
    assert chat_url(found) == "https://openrouter.ai/api/v1/chat/completions"


def test_a_server_by_address() -> None:
    found = endpoint("http://gpu-3:8000/v1/#Qwen/Qwen2.5")
    assert found.base_url == "http://gpu-3:8000/v1"
    assert found.identity == "http://gpu-3:8000/v1#Qwen/Qwen2.5"
    assert found.key() == ""


def test_a_replay() -> None:
    assert resolve("replay:demo.jsonl.gz") == ReplayOf("demo.jsonl.gz", "")
    assert resolve("replay:a/b.jsonl#qwen") == ReplayOf("a/b.jsonl", "qwen")


def test_a_preset_of_the_study_comes_first_and_has_its_own_identity() -> None:
    own = Preset("openai", "http://proxy:1/v1", "PROXY_KEY")
    found = endpoint("openai:gpt-4o", own)
    assert found.base_url == "http://proxy:1/v1"
    assert found.identity == "http://proxy:1/v1#gpt-4o"


def test_an_override_by_the_environment_is_another_identity(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", "http://proxy:1/v1/")
    assert endpoint("openai:gpt-4o").identity == "http://proxy:1/v1#gpt-4o"


@pytest.mark.parametrize("given", ["https://api.anthropic.com", "https://api.anthropic.com/v1/"])
def test_anthropics_variable_with_and_without_a_version(
    given: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANTHROPIC_BASE_URL", given)
    found = endpoint("anthropic:claude-x")
    assert found.identity == "anthropic:claude-x"
    assert messages_url(found) == "https://api.anthropic.com/v1/messages"


def test_azure_bedrock_and_vertex_addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AZURE_OPENAI_ENDPOINT", "https://mine.openai.azure.com/")
    monkeypatch.setenv("AWS_REGION", "eu-west-1")
    monkeypatch.setenv("GOOGLE_CLOUD_PROJECT", "p")
    monkeypatch.setenv("GOOGLE_CLOUD_LOCATION", "europe-west1")
    azure = endpoint("azure:my-deployment")
    assert chat_url(azure) == "https://mine.openai.azure.com/openai/v1/chat/completions"
    bedrock = endpoint("bedrock:anthropic.claude-sonnet-4-5-v1:0")
    assert messages_url(bedrock) == (
        "https://bedrock-runtime.eu-west-1.amazonaws.com"
        "/model/anthropic.claude-sonnet-4-5-v1%3A0/invoke"
    )
    vertex = endpoint("vertex:claude-sonnet-4-5@20250929")
    assert messages_url(vertex) == (
        "https://europe-west1-aiplatform.googleapis.com/v1/projects/p/locations/europe-west1"
        "/publishers/anthropic/models/claude-sonnet-4-5%4020250929:rawPredict"
    )
    monkeypatch.setenv("GOOGLE_CLOUD_LOCATION", "global")
    vertex = endpoint("vertex:claude-x")
    assert vertex.base_url == ("https://aiplatform.googleapis.com/v1/projects/p/locations/global")


@pytest.mark.parametrize(
    ("model", "said"),
    [
        ("gpt-4o", "provider:name"),
        ("nobody:gpt", "openrouter"),
        ("openai:", "provider:name"),
        ("http://host/v1", "#"),
        ("ftp://host/v1#m", "names no model"),
        ("azure:m", "AZURE_OPENAI_ENDPOINT"),
        ("", "provider:name"),
    ],
)
def test_what_names_no_model(model: str, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AZURE_OPENAI_ENDPOINT", raising=False)
    with pytest.raises(InputError, match=said):
        resolve(model)


def test_every_preset_is_named_as_it_is_found() -> None:
    assert all(name == preset.name for name, preset in PRESETS.items())
    assert PRESETS["anthropic"].protocol is WireProtocol.MESSAGES
