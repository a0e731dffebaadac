"""Whether a text is the address of a server, and what a `Host` header names."""

from __future__ import annotations

import ipaddress
import re
from typing import Final
from urllib.parse import SplitResult, urlsplit

_HOST: Final = re.compile(r"[\w.:%-]+")
_HOST_HEADER: Final = re.compile(r"(?:\[([^\[\]]*)\]|([^:@\[\]]*))(?::[0-9]*)?")


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


def name_in(host: str) -> str:
    """A `Host` header without its port; empty where it is none."""
    parts = _HOST_HEADER.fullmatch(host)
    return (parts[1] or parts[2] or "").lower() if parts else ""


def is_numeric(name: str) -> bool:
    """Whether a host is an address in numbers, which no name server can have lead elsewhere."""
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
