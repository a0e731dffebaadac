"""How far requests may go, and which addresses are this machine's own.

An address is this machine's where its host is a loopback address, written out, or `localhost`.
Any other name is not: whatever it resolves to now, the next answer of a name server may lead
elsewhere. `localhost` itself is asked of no name server either (RFC 6761, 6.3).
"""

from __future__ import annotations

import re
from enum import StrEnum
from ipaddress import IPv6Address, ip_address
from typing import Final
from urllib.parse import urlsplit

from jurist.errors import InputError

LOCALHOST: Final = re.compile(r"(?:[^.]+\.)*localhost\.?", re.IGNORECASE)
_IN_A_CLOUD: Final = re.compile(r".+[:-]cloud", re.IGNORECASE)
"""Models that Ollama passes on to its makers' servers, by the end of their tags."""


class Reach(StrEnum):
    """How far requests may go."""

    ANYWHERE = "anywhere"
    THIS_MACHINE = "this machine"


def is_this_machine(url: str) -> bool:
    """Whether an http(s) address is this machine's own."""
    host = urlsplit(url).hostname or ""
    if LOCALHOST.fullmatch(host):
        return True
    try:
        address = ip_address(host)
    except ValueError:
        return False
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return (mapped or address).is_loopback


def require_this_machine(url: str, what: str, model: str = "") -> None:
    """Raise `InputError` where a request to an address would leave this machine.

    Args:
        url: Where it would go; no secret may stand in it.
        what: Whose address it is, for the error.
        model: The model that would be asked there.
    """
    if not is_this_machine(url):
        parts = urlsplit(url)
        raise InputError(
            f"{what} is at {parts.scheme}://{parts.netloc.rpartition('@')[2]}, "
            "and nothing may leave this machine",
            expected="a server on this machine: localhost, 127.0.0.1 or [::1], written out",
            fix="run the model on this machine, or set another level of privacy",
        )
    if _IN_A_CLOUD.fullmatch(model):
        raise InputError(
            f"{what} is passed on to a cloud by the server on this machine, by its name "
            f"{model!r}, and nothing may leave this machine",
            expected="a model that runs on this machine",
            fix="name another model, or set another level of privacy",
        )
