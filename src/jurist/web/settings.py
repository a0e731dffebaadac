"""What `jurist serve` was told."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

LOCAL_HOSTS = frozenset({"127.0.0.1", "::1", "localhost"})
"""Addresses that only this machine reaches."""


@dataclass(frozen=True, slots=True)
class OpenId:
    """A provider of single sign-on.

    Attributes:
        issuer: Its URL, below which its configuration is.
        client: What it calls us.
        secret: What it knows us by.
        role: Of people whom the store does not know yet; empty: they may not come in.
        claim: What of a person is their name here. An address counts if the provider verified it.
    """

    issuer: str
    client: str
    secret: str = field(repr=False)
    role: str = ""
    claim: str = "email"


@dataclass(frozen=True, slots=True)
class Settings:
    """How the application runs.

    Secret are `token`, the secret of `oidc`, and the password that `store` may hold.

    Attributes:
        store: File or URL of the store.
        host: The address that is listened on.
        port: Its port.
        token: Of the printed URL, for the one person at this machine; empty: users log in.
        hosts: Names under which browsers may ask for it (the `Host` header), beside `host`.
        studies: Folder whose studies admins may start; `None`: nobody may.
        judges: A study file whose judges the API offers beside the proof; `None`: the proof alone.
        provers: Processes that are kept ready to prove; 0: each is started when it is needed.
        user_header: Header in which a proxy names who asks; empty: none is believed.
        trusted_proxy: Address from which that header is believed.
        tls: Whether browsers reach it by https (a proxy ends TLS): cookies are then secure.
        oidc: How people log in elsewhere (OpenID Connect); `None`: they do not.
        rate: Requests that a person, a token or an address may make in a minute; the one person
            at this machine may make as many as they like.
        read_only: Whether the store cannot be written: then all is looked at, nothing changed.
    """

    store: str = field(repr=False)
    host: str = "127.0.0.1"
    port: int = 8765
    token: str = field(default="", repr=False)
    hosts: tuple[str, ...] = ()
    studies: Path | None = None
    judges: Path | None = None
    provers: int = 0
    user_header: str = ""
    trusted_proxy: str = ""
    tls: bool = False
    oidc: OpenId | None = None
    rate: int = 30_000
    read_only: bool = False

    @property
    def local(self) -> bool:
        """Whether one person at this machine uses it, without an account."""
        shared = self.hosts or self.user_header or self.oidc is not None
        return self.host in LOCAL_HOSTS and not shared

    @property
    def url(self) -> str:
        """Where a browser begins."""
        if self.hosts:
            return f"{'https' if self.tls else 'http'}://{self.hosts[0]}/"
        shown = f"[{self.host}]" if ":" in self.host else self.host
        query = f"?token={self.token}" if self.token else ""
        return f"http://{shown}:{self.port}/{query}"
