"""The key goes to its server and nowhere else."""

from __future__ import annotations

import logging
import random
import sqlite3
import traceback
from pathlib import Path

import pytest

from fast_clock import FastClock
from jurist.errors import InputError, ModelError
from jurist.models import Auth, Message, Models, Preset, Request, RetryPolicy, WireProtocol
from jurist.models.presets import resolve
from jurist.store import open_store
from jurist.store.ledger import SqlLedger
from model_server import Fault, ModelServer

KEY = "sk-very-secret-0123456789"


def contents(folder: Path) -> list[bytes]:
    return [path.read_bytes() for path in folder.iterdir()]


@pytest.mark.parametrize("auth", [Auth.BEARER, Auth.X_API_KEY, Auth.API_KEY])
async def test_the_key_leaks_nowhere(
    auth: Auth, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("SECRET_KEY", KEY)
    caplog.set_level(logging.DEBUG)
    seen: list[str] = []
    store = open_store(tmp_path / "a.db")
    ledger = SqlLedger(store)
    protocol = WireProtocol.MESSAGES if auth is Auth.X_API_KEY else WireProtocol.CHAT_COMPLETIONS

    def telltale(_body: object) -> str:
        return f"your headers were {server.counts.headers[-1]}"

    server = ModelServer(
        script=[fault for fault in Fault if fault is not Fault.SLOW], reply=telltale
    )
    async with server:
        preset = Preset("s", server.url, "SECRET_KEY", protocol, auth, timeout_s=2.0)
        async with Models(
            ledger,
            presets=[preset],
            clock=FastClock(),
            rng=random.Random(0),
            retries=RetryPolicy(attempts=1),
        ) as models:
            seen += [repr(models.__dict__), repr(preset)]
            for number in range(40):
                try:
                    reply = await models.call(Request("s:m", (Message("user", f"{number}"),)))
                    seen.append(repr(reply))
                except ModelError as error:
                    seen += [repr(error), str(error), "".join(traceback.format_exception(error))]
        sent = {"".join(headers.values()) for headers in server.counts.headers}
        assert all(KEY in values for values in sent)
    await ledger.close()
    store.close()
    with sqlite3.connect(tmp_path / "a.db") as database:
        seen += list(database.iterdump())
    database.close()
    assert not any(KEY.encode() in raw for raw in contents(tmp_path))
    assert "[key]" in "".join(seen)  # the server did send it back
    assert KEY not in "".join(seen)
    assert KEY not in caplog.text


async def test_a_redirect_does_not_carry_the_key_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JURIST_API_KEY", KEY)
    async with ModelServer() as elsewhere, ModelServer(script=[Fault.REDIRECT]) as server:
        async with Models() as models:
            with pytest.raises(ModelError, match="307"):
                await models.call(Request(f"{server.url}#m", (Message("user", "?"),)))
        assert elsewhere.counts.requests == 0


@pytest.mark.parametrize(
    "model",
    [f"http://user:{KEY}@host/v1#m", f"https://host/v1?key={KEY}#m", f"http://{KEY}@host/v1"],
)
def test_an_address_with_a_secret_is_refused_without_showing_it(model: str) -> None:
    with pytest.raises(InputError) as raised:
        resolve(model)
    assert KEY not in str(raised.value)


@pytest.mark.parametrize("held", ["sk-abc\ndef", "sk-abc\n", "sk-\u2019abc", "sk-\x7fabc"])
def test_what_cannot_be_a_key_is_refused_without_showing_it(
    held: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", held)
    with pytest.raises(InputError, match="what OPENAI_API_KEY holds is no key") as caught:
        Models().require("openai:gpt-4o-mini")
    assert "abc" not in str(caught.value)
