"""Secrets that let people and programs in: random, kept as digests, compared in constant time."""

from __future__ import annotations

import hashlib
import secrets
from typing import Final

from jurist.web.settings import Settings

TOKEN_PREFIX: Final = "jur_"  # noqa: S105 - how tokens begin, so that scanners know one
_BYTES: Final = 32


def new_session_key() -> str:
    """What the cookie of a login holds."""
    return secrets.token_urlsafe(_BYTES)


def new_token() -> str:
    """A token of the API."""
    return TOKEN_PREFIX + secrets.token_urlsafe(_BYTES)


def digest_of(secret: str) -> str:
    """What the store keeps: with 32 random bytes, SHA-256 needs neither salt nor slowness."""
    return hashlib.sha256(secret.encode("utf-8", "surrogateescape")).hexdigest()


def cookie_name(settings: Settings) -> str:
    """The cookie's name: cookies know no ports, and several servers may run on one machine.

    Behind TLS the prefix has browsers refuse it from subdomains and over plain http.
    """
    return "__Host-jurist" if settings.tls else f"jurist-{settings.port}"
