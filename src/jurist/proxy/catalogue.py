"""The models that may be called through the proxy, by the names that programs use for them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from jurist.errors import InputError


def names_of(models: Iterable[str], aliases: Mapping[str, str]) -> dict[str, str]:
    """Model strings by name: an alias, the whole string, and what stands behind its server.

    A short name that two servers have names neither.

    Raises:
        InputError: There is no model at all.
    """
    strings = dict.fromkeys((*models, *aliases.values()))
    if not strings:
        raise InputError(
            "the proxy has no model that may be called",
            expected="at least one",
            fix="name it: jurist proxy --model gpt-5-mini=openai:gpt-5-mini, or in the study "
            "proxy: {models: {gpt-5-mini: openai:gpt-5-mini}}",
        )
    short: dict[str, set[str]] = {}
    for model in strings:
        short.setdefault(_short(model), set()).add(model)
    names = {name: of.pop() for name, of in short.items() if len(of) == 1}
    return names | {model: model for model in strings} | dict(aliases)


def _short(model: str) -> str:
    """`gpt-5-mini` of `openai:gpt-5-mini` and of `http://localhost:8000/v1#gpt-5-mini`."""
    return model.rpartition("#")[2] if "#" in model else model.partition(":")[2] or model
