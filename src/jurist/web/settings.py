"""What `jurist serve` was told."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

LOCAL_HOSTS = frozenset({"127.0.0.1", "::1", "localhost"})
"""Addresses that only this machine reaches."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How the application runs. Nothing here is secret but `token`.

    Attributes:
        store: File or URL of the store.
        host: The address that is listened on.
        port: Its port.
        token: Of the printed URL, for the one person at this machine; empty: users log in.
        hosts: Names under which browsers may ask for it (the `Host` header), beside `host`.
        studies: Folder whose studies admins may start; `None`: nobody may.
        judges: A study file whose judges the API offers beside the proof; `None`: the proof alone.
        user_header: Header in which a proxy names who asks; empty: none is believed.
        trusted_proxy: Address from which that header is believed.
        tls: Whether browsers reach it by https (a proxy ends TLS): cookies are then secure.
    """

    store: str
    host: str = "127.0.0.1"
    port: int = 8765
    token: str = ""
    hosts: tuple[str, ...] = ()
    studies: Path | None = None
    judges: Path | None = None
    user_header: str = ""
    trusted_proxy: str = ""
    tls: bool = False

    @property
    def local(self) -> bool:
        """Whether one person at this machine uses it, without an account."""
        return self.host in LOCAL_HOSTS
