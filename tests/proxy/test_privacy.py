"""What may not be told does not leave through the proxy either."""

from __future__ import annotations

import pytest
from aiohttp import ClientSession

from jurist.errors import InputError
from jurist.models import Models
from jurist.models.reach import Reach
from jurist.proxy import Credit, Proxy, current
from jurist.screening import screening
from model_server import ModelServer
from proxied import Client


def look(body: bytes) -> str:
    return "a literal" if b"ada@example.org" in body else ""


async def test_the_screen_of_an_answer_holds_for_its_programs_calls() -> None:
    async with (
        ModelServer() as server,
        Models() as models,
        Proxy(models, {"test-model": f"{server.url}#m"}) as proxy,
        ClientSession() as session,
    ):
        with proxy.answering(Credit()), screening(look):  # in a run, the role is entered later
            client = Client(current(), session)
            fine = await client.ask("who is on the pro plan")
            held = await client.ask("mail to ada@example.org")
        late = await client.ask("who is on the pro plan")
    assert fine.status == 200
    assert (held.status, held.body["error"]["code"]) == (403, "held_back")
    assert "ada@" not in held.body["error"]["message"]
    assert server.counts.requests == 1
    assert late.status == 401  # the answer is over, and so is its token


async def test_where_nothing_may_leave_a_model_elsewhere_is_not_reached() -> None:
    async with Models(reach=Reach.THIS_MACHINE) as models:
        with pytest.raises(InputError, match="nothing may leave"):
            models.require("http://models.example/v1#m")


def test_outside_of_a_run_current_is_the_environments(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JURIST_PROXY_URL", raising=False)
    with pytest.raises(InputError, match="no proxy is under way"):
        current()
    monkeypatch.setenv("JURIST_PROXY_URL", "http://127.0.0.1:9/v1")
    monkeypatch.setenv("JURIST_PROXY_TOKEN", "jrp_x")
    assert current().environment()["ANTHROPIC_BASE_URL"] == "http://127.0.0.1:9"
    assert "jrp_x" not in repr(current())
