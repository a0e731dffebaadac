"""Connections to servers that go no further than they may."""

from __future__ import annotations

import socket
from typing import Final

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

from .reach import LOCALHOST, Reach

_LOOPBACK: Final = (
    (socket.AddressFamily.AF_INET, "127.0.0.1"),
    (socket.AddressFamily.AF_INET6, "::1"),
)


def connector_for(reach: Reach) -> aiohttp.TCPConnector:
    """Connections that go no further than they may."""
    resolver = _OnlyLocalhost() if reach is Reach.THIS_MACHINE else None
    return aiohttp.TCPConnector(
        limit=0,  # the gates bound what is in flight
        ttl_dns_cache=300,
        keepalive_timeout=30,
        resolver=resolver,
    )


class _OnlyLocalhost(AbstractResolver):
    """Knows `localhost`, and asks nobody."""

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        if not LOCALHOST.fullmatch(host):
            raise OSError(f"{host!r} is no name of this machine")
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=port,
                family=kind,
                proto=0,
                flags=socket.AI_NUMERICHOST,
            )
            for kind, address in _LOOPBACK
            if family in (socket.AF_UNSPEC, kind)
        ]

    async def close(self) -> None:
        """Nothing is open."""
