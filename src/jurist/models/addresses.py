"""Whether a text is the address of a server."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import SplitResult, urlsplit

_HOST: Final = re.compile(r"[\w.:%-]+")


def read_address(url: str) -> SplitResult | None:
    """The parts of an http(s) address with a host and, if it has one, a port; else `None`."""
    try:
        parts = urlsplit(url)
        fits = (
            parts.scheme in {"http", "https"}
            and _HOST.fullmatch(parts.hostname or "") is not None
            and parts.port != 0
        )
    except ValueError:  # a bracket that is never closed, a port that is no number or too large
        return None
    return parts if fits and url.isprintable() and " " not in url else None
