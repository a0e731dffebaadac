"""Single sign-on by OpenID Connect: the authorization code flow with PKCE, state and nonce.

Needs `jurist[oidc]`. What a provider says is believed as far as its keys sign it.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Final, cast
from urllib.parse import urlencode, urlsplit

import httpx
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, KeySetSerialization

from jurist.web.security.keys import digest_of
from jurist.web.settings import OpenId

_SIGNED_BY: Final = ["RS256", "PS256", "ES256", "ES384", "EdDSA", "Ed25519"]
"""Signatures with a provider's key alone: never `none`, never with our own secret."""
_LIVES_MS: Final = 600_000
_WAITING: Final = 1_000
_LEEWAY_S: Final = 60
_TIMEOUT_S: Final = 10
_NO_ANSWER: Final = "The provider of single sign-on does not answer as it should."


class SignOnError(Exception):
    """A login by the provider that did not come to an end; its text is for people."""


@dataclass(frozen=True, slots=True)
class _Begun:
    """A login that is under way in some browser."""

    nonce: str
    verifier: str
    after: str
    at: int


class SignOn:
    """Logins by one provider. Thread-safe; those under way are kept in memory.

    Args:
        provider: Which.
    """

    def __init__(self, provider: OpenId) -> None:
        self._provider = provider
        self._lock = Lock()
        self._begun: OrderedDict[str, _Begun] = OrderedDict()
        self._known: Mapping[str, object] | None = None
        self._keys: KeySet | None = None

    def begin(self, back: str, after: str, now: int) -> tuple[str, str]:
        """Where to send the browser, and the state that it must come back with.

        Args:
            back: Our own URL, to which the provider sends it back.
            after: The path that was wanted.
            now: Milliseconds since 1970.

        Raises:
            SignOnError: The provider cannot be reached.
        """
        to = self._endpoint("authorization_endpoint")
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        with self._lock:
            while len(self._begun) >= _WAITING:
                self._begun.popitem(last=False)
            self._begun[digest_of(state)] = _Begun(nonce, verifier, after, now)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest())
        query = {
            "response_type": "code",
            "client_id": self._provider.client,
            "redirect_uri": back,
            "scope": "openid email profile",
            "state": state,
            "nonce": nonce,
            "code_challenge": challenge.rstrip(b"=").decode(),
            "code_challenge_method": "S256",
        }
        return f"{to}{'&' if '?' in to else '?'}{urlencode(query)}", state

    def finish(self, back: str, state: str, code: str, now: int) -> tuple[str, str]:
        """Who came back, and the path that they wanted.

        Args:
            back: As `begin` had it.
            state: What the browser came back with; each is good once.
            code: What the provider gave it.
            now: Milliseconds since 1970.

        Raises:
            SignOnError: It is not known, or the provider does not say who they are.
        """
        with self._lock:
            begun = self._begun.pop(digest_of(state), None)
        if begun is None or now - begun.at > _LIVES_MS:
            raise SignOnError("That login is not known any more. Begin it again.")
        token = self._exchanged(back, code, begun.verifier)
        claims = self._checked(token, begun.nonce, now)
        return self._name_in(claims), begun.after

    def _exchanged(self, back: str, code: str, verifier: str) -> str:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": back,
            "code_verifier": verifier,
            "client_id": self._provider.client,
        }
        response = self._ask(
            "POST",
            self._endpoint("token_endpoint"),
            data=form,
            auth=(self._provider.client, self._provider.secret),
        )
        token = response.get("id_token")
        if not isinstance(token, str):
            raise SignOnError("The provider of single sign-on says nothing of who you are.")
        return token

    def _checked(self, token: str, nonce: str, now: int) -> Mapping[str, object]:
        claims: Mapping[str, object] | None = None
        for keys in (self._keys, None):  # of a key that is new there the second is read anew
            try:
                claims = jwt.decode(token, keys or self._read_keys(), algorithms=_SIGNED_BY).claims
                break
            except (JoseError, ValueError):
                continue
        if claims is None:
            raise SignOnError("What the provider says is not signed by its keys.")
        due = jwt.JWTClaimsRegistry(
            now=now // 1000,
            leeway=_LEEWAY_S,
            iss={"essential": True, "value": self._provider.issuer},
            aud={"essential": True, "value": self._provider.client},
            exp={"essential": True},
            iat={"essential": True},
            nonce={"essential": True, "value": nonce},
        )
        try:
            due.validate(dict(claims))
        except JoseError:
            raise SignOnError("What the provider says is not meant for this login.") from None
        if claims.get("azp", self._provider.client) != self._provider.client:
            raise SignOnError("What the provider says is meant for another application.")
        return claims

    def _name_in(self, claims: Mapping[str, object]) -> str:
        claim = self._provider.claim
        name = claims.get(claim)
        if not isinstance(name, str) or not name:
            raise SignOnError(f"The provider does not say your {claim}.")
        if claim == "email" and claims.get("email_verified") is not True:
            raise SignOnError("The provider has not verified your address.")
        return name

    def _endpoint(self, name: str) -> str:
        if self._known is None:
            issuer = self._provider.issuer
            place = f"{issuer.rstrip('/')}/.well-known/openid-configuration"
            known = self._ask("GET", place)
            if known.get("issuer") != issuer:
                raise SignOnError("The provider of single sign-on calls itself by another URL.")
            self._known = known
        address = self._known.get(name)
        if not isinstance(address, str) or not self._is_safe(address):
            raise SignOnError(f"The provider of single sign-on has no {name} by https.")
        return address

    def _is_safe(self, address: str) -> bool:
        scheme = urlsplit(address).scheme
        return scheme == "https" or scheme == urlsplit(self._provider.issuer).scheme

    def _read_keys(self) -> KeySet:
        response = self._ask("GET", self._endpoint("jwks_uri"))
        self._keys = KeySet.import_key_set(cast("KeySetSerialization", cast("object", response)))
        return self._keys

    def _ask(
        self,
        method: str,
        address: str,
        *,
        data: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
    ) -> Mapping[str, object]:
        try:
            response = httpx.request(method, address, data=data, auth=auth, timeout=_TIMEOUT_S)
            response.raise_for_status()
            read: object = response.json()
        except (httpx.HTTPError, ValueError):
            raise SignOnError(_NO_ANSWER) from None
        if not isinstance(read, dict):
            raise SignOnError(_NO_ANSWER)
        return cast("Mapping[str, object]", read)
