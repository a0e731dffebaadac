"""The report as JSON: everything that the HTML file shows, for programs."""

from __future__ import annotations

import msgspec

from jurist.report.html import Page


def render_json(page: Page) -> bytes:
    """One JSON object, indented; msgspec writes undefined numbers as null."""
    return msgspec.json.format(msgspec.json.encode(page), indent=2) + b"\n"
