"""Reports as JSON: everything that the HTML file or a table shows, for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import msgspec
import numpy as np

from jurist.report.visible import in_json

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from jurist.report.html import Page


def render_json(page: Page) -> bytes:
    """One JSON object, indented; msgspec writes undefined numbers as null."""
    return in_json(msgspec.json.format(msgspec.json.encode(page), indent=2)) + b"\n"


def as_json(value: object) -> str:
    """Any result of an analysis as indented JSON; undefined numbers are null."""
    raw = msgspec.json.encode(value, enc_hook=_plain)
    return in_json(msgspec.json.format(raw, indent=2)).decode()


def _plain(value: object) -> object:
    if isinstance(value, np.ndarray):
        return cast("NDArray[np.float64]", value).tolist()
    raise NotImplementedError(type(value).__name__)
