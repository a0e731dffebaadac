"""The report as JSON: everything that the HTML file shows, for programs."""

from __future__ import annotations

import math

import msgspec

from jurist.report.html import Page


def render_json(page: Page) -> bytes:
    """One JSON object, indented; undefined numbers are null."""
    built = msgspec.to_builtins(page)
    return msgspec.json.format(msgspec.json.encode(_without_nan(built)), indent=2) + b"\n"


def _without_nan(value: object) -> object:
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, dict):
        return {key: _without_nan(each) for key, each in value.items()}  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    if isinstance(value, list | tuple):
        return [_without_nan(each) for each in value]  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    return value
