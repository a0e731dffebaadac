"""The known servers, and how a model string names a model on one of them.

A study may add servers, or replace these, with presets of its own.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from jurist.errors import InputError
from jurist.secrets import value_of

from .addresses import read_address


class WireProtocol(StrEnum):
    """The JSON that a server speaks."""

    CHAT_COMPLETIONS = "chat_completions"
    MESSAGES = "messages"


class Auth(StrEnum):
    """How a server wants to be shown the key."""

    NONE = "none"
    BEARER = "bearer"
    X_API_KEY = "x-api-key"
    API_KEY = "api-key"
    AWS = "aws"
    """SigV4 by botocore (the extra `bedrock`)."""
    GOOGLE = "google"
    """A token of google-auth (the extra `vertex`)."""


class BatchApi(StrEnum):
    """Which batch API a server has."""

    NONE = "none"
    OPENAI = "openai"
    ANTHROPIC = "anthropic"


@dataclass(frozen=True, slots=True)
class Preset:
    """A server: where it is, what it speaks, what it bears.

    `base_url` may hold `{VARIABLE}` for variables of the environment.
    """

    name: str
    base_url: str
    key_variable: str = ""
    """Variable of the environment that holds the key; empty where none is needed."""
    protocol: WireProtocol = WireProtocol.CHAT_COMPLETIONS
    auth: Auth = Auth.BEARER
    base_url_variable: str = ""
    """Variable of the environment that overrides `base_url` where it is set."""
    json_schema: bool = True
    """Whether the server holds a reply to a JSON Schema."""
    strict_schema: bool = False
    """Whether a schema must require every property and bar all others."""
    max_tokens_field: str = "max_tokens"
    concurrency: int = 16
    """Calls in flight at first."""
    max_concurrency: int = 128
    """Calls in flight at most, however well it goes."""
    timeout_s: float = 120.0
    """For one attempt, in seconds."""
    batch: BatchApi = BatchApi.NONE
    price_provider: str = ""
    """The provider's id in genai-prices; empty: only a study's price counts."""
    free: bool = False
    """A server of one's own, whose calls cost nothing per token."""


_OPENAI = Preset(
    "openai",
    "https://api.openai.com/v1",
    "OPENAI_API_KEY",
    base_url_variable="OPENAI_BASE_URL",
    strict_schema=True,
    max_tokens_field="max_completion_tokens",
    batch=BatchApi.OPENAI,
    price_provider="openai",
)
_ANTHROPIC = Preset(
    "anthropic",
    "https://api.anthropic.com/v1",
    "ANTHROPIC_API_KEY",
    WireProtocol.MESSAGES,
    Auth.X_API_KEY,
    base_url_variable="ANTHROPIC_BASE_URL",
    strict_schema=True,
    batch=BatchApi.ANTHROPIC,
    price_provider="anthropic",
)

PRESETS: Final[Mapping[str, Preset]] = MappingProxyType(
    {
        preset.name: preset
        for preset in (
            _OPENAI,
            _ANTHROPIC,
            Preset(
                "azure",
                "{AZURE_OPENAI_ENDPOINT}/openai/v1",
                "AZURE_OPENAI_API_KEY",
                auth=Auth.API_KEY,
                strict_schema=True,
                max_tokens_field="max_completion_tokens",
                price_provider="azure",
            ),
            Preset(
                "openrouter",
                "https://openrouter.ai/api/v1",
                "OPENROUTER_API_KEY",
                strict_schema=True,
                price_provider="openrouter",
            ),
            Preset(
                "groq",
                "https://api.groq.com/openai/v1",
                "GROQ_API_KEY",
                strict_schema=True,
                max_tokens_field="max_completion_tokens",
                price_provider="groq",
            ),
            Preset(
                "mistral",
                "https://api.mistral.ai/v1",
                "MISTRAL_API_KEY",
                strict_schema=True,
                price_provider="mistral",
            ),
            Preset(
                "gemini",
                "https://generativelanguage.googleapis.com/v1beta/openai",
                "GEMINI_API_KEY",
                price_provider="google",
            ),
            Preset(
                "ollama",
                "http://localhost:11434/v1",
                auth=Auth.NONE,
                base_url_variable="OLLAMA_BASE_URL",
                concurrency=4,
                max_concurrency=16,
                timeout_s=600.0,
                free=True,
            ),
            Preset(
                "vllm",
                "http://localhost:8000/v1",
                "VLLM_API_KEY",
                base_url_variable="VLLM_BASE_URL",
                concurrency=64,
                max_concurrency=256,
                timeout_s=600.0,
                free=True,
            ),
            Preset(
                "llamacpp",
                "http://localhost:8080/v1",
                "LLAMA_API_KEY",
                base_url_variable="LLAMACPP_BASE_URL",
                concurrency=4,
                max_concurrency=16,
                timeout_s=600.0,
                free=True,
            ),
            Preset(
                "bedrock",
                "https://bedrock-runtime.{AWS_REGION}.amazonaws.com",
                protocol=WireProtocol.MESSAGES,
                auth=Auth.AWS,
                strict_schema=True,
                price_provider="aws",
            ),
            Preset(
                "vertex",
                "https://{GOOGLE_CLOUD_LOCATION}-aiplatform.googleapis.com/v1/projects/"
                "{GOOGLE_CLOUD_PROJECT}/locations/{GOOGLE_CLOUD_LOCATION}",
                protocol=WireProtocol.MESSAGES,
                auth=Auth.GOOGLE,
                strict_schema=True,
                price_provider="google",
            ),
        )
    }
)

_BY_URL: Final = Preset(
    "url",
    "",
    "JURIST_API_KEY",
    concurrency=32,
    max_concurrency=256,
    timeout_s=300.0,
    price_provider="",
)
"""A server named by its address alone: any that speaks Chat Completions."""

_VARIABLE: Final = re.compile(r"\{(\w+)\}")
_NEEDS_NO_KEY: Final = frozenset({"url", "vllm", "llamacpp"})
"""Servers that are sent a key where one is set, and are called without where not."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A model on a server, ready to be called; holds no secret."""

    preset: Preset
    base_url: str
    model: str
    identity: str
    """Names this model in ledgers and reports; part of every key."""

    @property
    def server(self) -> str:
        """What limits are shared over: the server, whichever model is asked."""
        return self.base_url

    def key(self) -> str:
        """The key from the environment; empty where the server needs none.

        Raises:
            InputError: The server needs a key and its variable is not set, or holds none.
        """
        variable = self.preset.key_variable
        if not variable:
            return ""
        value = value_of(variable).strip()
        if not value and self.preset.name not in _NEEDS_NO_KEY:
            raise InputError(
                f"the model {self.identity!r} needs a key and {variable} is not set",
                expected="a key in that variable",
                fix=f"export {variable}=... (keys are read from the environment only)",
            )
        return value


@dataclass(frozen=True, slots=True)
class ReplayOf:
    """A model string that names recorded replies: `replay:PATH` or `replay:PATH#model`."""

    path: str
    model: str
    """Empty: the only model of the recording."""


def resolve(model: str, presets: Iterable[Preset] = ()) -> Endpoint | ReplayOf:
    """The server and name that a model string stands for.

    Args:
        model: `provider:name`, `http(s)://host/v1#name`, `replay:PATH[#model]`.
        presets: Servers of the study; they come before the built-in ones.

    Raises:
        InputError: The string names no known server, or a variable it needs is not set.
    """
    provider, colon, name = model.partition(":")
    if provider == "replay" and name:
        path, _, recorded = name.partition("#")
        return ReplayOf(path, recorded)
    if provider in {"http", "https"}:
        return _by_url(model)
    own = {preset.name: preset for preset in presets}
    preset = own.get(provider) or PRESETS.get(provider)
    if not colon or not name or preset is None:
        known = sorted({*own, *PRESETS})
        near = get_close_matches(provider, known, n=1) if preset is None and colon else []
        fix = f"use one of the known providers ({', '.join(known)}) or add a preset to the study"
        raise InputError(
            f"{model!r} names no model",
            expected="provider:name, http(s)://host/v1#name or replay:PATH",
            fix=f"did you mean {f'{near[0]}:{name}'!r}?" if near and name else fix,
        )
    base_url = _base_url(preset, model)
    builtin = PRESETS.get(provider)
    usual = builtin is not None and base_url == builtin.base_url
    identity = f"{provider}:{name}" if usual or "{" in preset.base_url else f"{base_url}#{name}"
    return Endpoint(preset, base_url, name, identity)


def _by_url(model: str) -> Endpoint:
    url, _, name = model.partition("#")
    if not name:
        raise InputError(
            f"{_without_secrets(url)!r} does not say which model to call",
            expected="http(s)://host/v1#name",
            fix="add # and the model's name",
        )
    base_url = _checked(url.rstrip("/"))
    return Endpoint(_BY_URL, base_url, name, f"{base_url}#{name}")


def _base_url(preset: Preset, model: str) -> str:
    override = os.environ.get(preset.base_url_variable, "") if preset.base_url_variable else ""
    if override:
        url = _checked(override.rstrip("/"))
        # Anthropic's own SDK expects this variable without the version
        bare = preset.name == "anthropic" and not url.endswith("/v1")
        return f"{url}/v1" if bare else url
    url = preset.base_url
    if preset.name == "vertex" and os.environ.get("GOOGLE_CLOUD_LOCATION") == "global":
        url = url.replace("{GOOGLE_CLOUD_LOCATION}-", "", 1)
    while found := _VARIABLE.search(url):
        variable = found[1]
        value = os.environ.get(variable, "").strip().rstrip("/")
        if not value and variable == "AWS_REGION":
            value = os.environ.get("AWS_DEFAULT_REGION", "")
        if not value:
            raise InputError(
                f"the model {model!r} needs the variable {variable}, which is not set",
                expected="a value in that variable",
                fix=f"export {variable}=...",
            )
        url = url.replace(f"{{{variable}}}", value)
    return _checked(url.rstrip("/"))


def _checked(url: str) -> str:
    parts = read_address(url)
    if parts is None:
        raise InputError(
            f"{_without_secrets(url)!r} is not the address of a server",
            expected="http(s)://host/path, mostly with /v1 at its end",
            fix="correct the host, and the port if there is one",
        )
    if parts.username or parts.password or parts.query:
        raise InputError(
            f"the address {_without_secrets(url)!r} carries more than a host and a path",
            expected="no name, password or query in a server's address",
            fix="put the key into the environment (JURIST_API_KEY for a server by address)",
        )
    return url


def _without_secrets(url: str) -> str:
    scheme, colon, rest = url.partition("://")
    path = re.split("[?#]", rest, maxsplit=1)[0]
    host, slash, behind = path.partition("/")
    return f"{scheme}{colon}{host.rpartition('@')[2]}{slash}{behind}"
