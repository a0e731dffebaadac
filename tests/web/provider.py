"""A provider of OpenID Connect over real HTTP, as faithful as its clients can see.

It checks what a provider checks (client, secret, redirect, PKCE, a code that is good once) and
signs with a key of its own. Tests turn `says` to have it claim something else.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey

CLIENT, SECRET = "jurist", "of-the-client"

Claims = dict[str, Any]


@dataclass
class Provider:
    """What it knows, and what tests turn."""

    issuer: str = ""
    person: Claims = field(
        default_factory=lambda: Claims(sub="1", email="reader", email_verified=True)
    )
    """Who is logged in there."""
    says: Claims = field(default_factory=Claims)
    """What it claims otherwise, before it signs; `None`: not at all."""
    key: ECKey = field(default_factory=lambda: ECKey.generate_key("P-256", {"kid": "1"}))
    signs_with: ECKey | None = None
    codes: dict[str, dict[str, str]] = field(default_factory=dict[str, dict[str, str]])
    asked: list[str] = field(default_factory=list[str])

    def configuration(self) -> Claims:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
        }

    def authorize(self, query: dict[str, str]) -> str:
        """Where the browser goes on to; the person says yes."""
        assert query["client_id"] == CLIENT
        assert query["response_type"] == "code"
        assert query["scope"].split()[0] == "openid"
        assert query["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe(16)
        self.codes[code] = query
        return f"{query['redirect_uri']}?{urlencode({'code': code, 'state': query['state']})}"

    def token(self, form: dict[str, str], authorization: str) -> tuple[int, Claims]:
        """The answer to a code."""
        basic = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        begun = self.codes.pop(form.get("code", ""), None)
        verifier = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(verifier).rstrip(b"=").decode()
        if (
            authorization != f"Basic {basic}"
            or begun is None
            or form["grant_type"] != "authorization_code"
            or begun["redirect_uri"] != form["redirect_uri"]
            or begun["code_challenge"] != challenge
        ):
            return 400, {"error": "invalid_grant"}
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": CLIENT,
            "iat": now,
            "exp": now + 300,
            "nonce": begun["nonce"],
            **self.person,
        }
        key = self.signs_with or self.key
        header = {"alg": "ES256", "kid": key.kid}
        said = {name: value for name, value in {**claims, **self.says}.items() if value is not None}
        signed = jwt.encode(header, said, key)
        return 200, {"access_token": "of-no-use", "token_type": "Bearer", "id_token": signed}


class _Handler(BaseHTTPRequestHandler):
    provider: Provider

    def do_GET(self) -> None:
        path = urlsplit(self.path)
        self.provider.asked.append(path.path)
        if path.path == "/authorize":
            query = {name: values[0] for name, values in parse_qs(path.query).items()}
            self.send_response(302)
            self.send_header("Location", self.provider.authorize(query))
            self.end_headers()
        elif path.path == "/keys":
            self._answer(200, {"keys": [self.provider.key.as_dict(private=False)]})
        else:
            self._answer(200, self.provider.configuration())

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        form = {name: values[0] for name, values in parse_qs(body).items()}
        self._answer(*self.provider.token(form, self.headers.get("Authorization", "")))

    def _answer(self, status: int, body: Claims) -> None:
        text = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing."""


@contextmanager
def providing() -> Generator[Provider]:
    """A provider on a free port while the block lasts."""
    provider = Provider()
    handler = type("Handler", (_Handler,), {"provider": provider})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    provider.issuer = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
