"""Bedrock and Vertex: signed by the clouds' own libraries, checked independently."""

from __future__ import annotations

import hashlib
import hmac
import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from aiohttp import web
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from jurist.errors import InputError
from jurist.models import Auth, Message, Models, Preset, Request, WireProtocol, clouds
from model_server import ModelServer


@pytest.fixture(autouse=True)
def _fresh_credentials() -> Iterator[None]:  # pyright: ignore[reportUnusedFunction]
    clouds.forget_credentials()
    yield
    clouds.forget_credentials()


def hmac_of(key: bytes, text: str) -> bytes:
    return hmac.new(key, text.encode(), hashlib.sha256).digest()


def signature(secret: str, headers: dict[str, str], path: str, body: bytes, host: str) -> str:
    """SigV4 by hand. Source: AWS General Reference, "Signature Version 4 signing process"."""
    given = {name.lower(): value for name, value in headers.items()} | {"host": host}
    scheme = given["authorization"].removeprefix("AWS4-HMAC-SHA256 ")
    parts = dict(part.strip().split("=", 1) for part in scheme.split(","))
    names = parts["SignedHeaders"].split(";")
    canonical = "\n".join(
        [
            "POST",
            path,
            "",
            *(f"{name}:{given[name].strip()}" for name in names),
            "",
            parts["SignedHeaders"],
            hashlib.sha256(body).hexdigest(),
        ]
    )
    scope = parts["Credential"].split("/", 1)[1]
    text = "\n".join(
        [
            "AWS4-HMAC-SHA256",
            given["x-amz-date"],
            scope,
            hashlib.sha256(canonical.encode()).hexdigest(),
        ]
    )
    key = f"AWS4{secret}".encode()
    for step in scope.split("/"):
        key = hmac_of(key, step)
    assert parts["Signature"] == hmac_of(key, text).hex()
    return scope


async def test_bedrock_is_signed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI")
    monkeypatch.setenv("AWS_REGION", "eu-west-1")
    async with ModelServer() as server:
        preset = Preset("bedrock", server.origin, protocol=WireProtocol.MESSAGES, auth=Auth.AWS)
        async with Models(presets=[preset]) as models:
            await models.call(Request("bedrock:anthropic.x-v1:0", (Message("user", "?"),)))
        headers = dict(server.counts.headers[0])
        body = server.counts.bodies[0]
        assert body["anthropic_version"] == "bedrock-2023-05-31"
        assert "model" not in body
        raw = json.dumps(body, separators=(",", ":")).encode()
        # a path that is not S3's is encoded twice
        path = "/model/anthropic.x-v1%253A0/invoke"
        scope = signature(
            "wJalrXUtnFEMI", headers, path, raw, server.origin.removeprefix("http://")
        )
        assert scope.split("/")[1:] == ["eu-west-1", "bedrock", "aws4_request"]
        assert "wJalrXUtnFEMI" not in str(headers)


async def test_bedrock_without_credentials_says_what_to_set(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_REGION", "eu-west-1")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("HOME", str(tmp_path))
    preset = Preset("b", "http://127.0.0.1:9", protocol=WireProtocol.MESSAGES, auth=Auth.AWS)
    async with Models(presets=[preset]) as models:
        with pytest.raises(InputError, match="AWS_ACCESS_KEY_ID"):
            await models.call(Request("b:m", (Message("user", "?"),)))


@pytest.mark.parametrize(
    ("auth", "module", "extra"),
    [(Auth.AWS, "botocore", "bedrock"), (Auth.GOOGLE, "google.auth", "vertex")],
)
async def test_a_missing_library_names_the_extra(
    auth: Auth, module: str, extra: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in list(sys.modules):
        if name == module or name.startswith(f"{module}."):
            monkeypatch.setitem(sys.modules, name, None)
    monkeypatch.setitem(sys.modules, module, None)
    preset = Preset("c", "http://127.0.0.1:9", protocol=WireProtocol.MESSAGES, auth=auth)
    async with Models(presets=[preset]) as models:
        with pytest.raises(InputError, match=rf"jurist\[{extra}\]"):
            await models.call(Request("c:m", (Message("user", "?"),)))


async def test_vertex_gets_a_token(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    seen: list[dict[str, str]] = []

    async def token(request: web.Request) -> web.Response:
        assert (await request.post())["assertion"]
        return web.json_response({"access_token": "ya29.token", "expires_in": 3600})

    async def message(request: web.Request) -> web.Response:
        seen.append(dict(request.headers))
        body = await request.json()
        assert body["anthropic_version"] == "vertex-2023-10-16"
        content = [{"type": "text", "text": "ok"}]
        usage = {"input_tokens": 1, "output_tokens": 1}
        return web.json_response(
            {"content": content, "stop_reason": "end_turn", "model": "c", "usage": usage}
        )

    app = web.Application()
    app.router.add_post("/token", token)
    app.router.add_post("/publishers/anthropic/models/{call}", message)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    origin = f"http://127.0.0.1:{runner.addresses[0][1]}"
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048).private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    account = tmp_path / "account.json"
    account.write_text(
        json.dumps(
            {
                "type": "service_account",
                "project_id": "p",
                "private_key": key.decode(),
                "client_email": "a@b.c",
                "token_uri": f"{origin}/token",
            }
        )
    )
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(account))
    preset = Preset("v", origin, protocol=WireProtocol.MESSAGES, auth=Auth.GOOGLE)
    async with Models(presets=[preset]) as models:
        for number in range(2):
            asked = Request("v:claude@1", (Message("user", f"{number}"),))
            assert (await models.call(asked)).text == "ok"
    await runner.cleanup()
    assert [headers["Authorization"] for headers in seen] == ["Bearer ya29.token"] * 2
