"""Which addresses are this machine's, and that nothing else is reached where nothing may leave."""

from __future__ import annotations

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from jurist.errors import InputError, ModelError
from jurist.models import Message, Models, Preset, Request
from jurist.models.reach import Reach, is_this_machine
from jurist.records import FailureKind
from jurist.screening import screening
from model_server import ModelServer

OWN = (
    "http://localhost:8080/v1",
    "http://LOCALHOST/v1",
    "http://localhost.:1/v1",
    "http://models.localhost/v1",
    "http://127.0.0.1:11434/v1",
    "http://127.9.8.7/v1",
    "https://[::1]:8443/v1",
    "http://[::ffff:127.0.0.1]/v1",
)
OTHERS = (
    "https://api.openai.com/v1",
    "http://0.0.0.0:8000/v1",
    "http://192.168.1.4/v1",
    "http://10.0.0.1/v1",
    "http://[fe80::1]/v1",
    "http://[::]/v1",
    "http://[::ffff:10.0.0.1]/v1",
    "http://127.1/v1",
    "http://2130706433/v1",
    "http://localhost.example.com/v1",
    "http://notlocalhost/v1",
    "http://127.0.0.1.nip.io/v1",
    "http://127.0.0.1@example.com/v1",
    "http://host.docker.internal/v1",
)


@pytest.mark.parametrize("url", OWN)
def test_loopback_and_localhost_are_this_machine(url: str) -> None:
    assert is_this_machine(url)


@pytest.mark.parametrize("url", OTHERS)
def test_whatever_else_a_host_is_called_it_is_not(url: str) -> None:
    assert not is_this_machine(url)


def ask(model: str) -> Request:
    return Request(model, (Message("user", "hello"),))


def here(*presets: Preset) -> Models:
    return Models(presets=presets, reach=Reach.THIS_MACHINE)


@pytest.mark.parametrize(
    ("model", "said"),
    [
        ("openai:gpt-5", "https://api.openai.com"),
        ("anthropic:claude", "https://api.anthropic.com"),
        ("house:big", "http://10.0.0.8:8000"),
        ("http://models.corp/v1#big", "http://models.corp"),
        ("ollama:gpt-oss:120b-cloud", "passed on to a cloud"),
        ("ollama:kimi-k2:cloud", "passed on to a cloud"),
    ],
)
async def test_a_model_elsewhere_is_refused_before_any_call(
    model: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "k")
    async with here(Preset("house", "http://10.0.0.8:8000/v1")) as models:
        with pytest.raises(InputError, match="nothing may leave this machine") as raised:
            models.require(model)
        assert said in str(raised.value)
        assert repr(model) in str(raised.value)
        with pytest.raises(InputError):
            await models.call(ask(model))
        with pytest.raises(InputError):
            await models.embed(model, ["hello"])


async def test_a_variable_that_moves_a_preset_is_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OLLAMA_BASE_URL", "http://gpu.corp:11434/v1")
    async with here() as models:
        with pytest.raises(InputError, match=r"gpu\.corp"):
            models.require("ollama:small")
    monkeypatch.delenv("OLLAMA_BASE_URL")
    async with here() as models:
        models.require("ollama:small")


async def test_localhost_is_reached_without_a_name_server(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor by a proxy that the environment names: that would be another machine."""
    monkeypatch.setenv("HTTP_PROXY", "http://proxy.invalid:3128")
    monkeypatch.setenv("http_proxy", "http://proxy.invalid:3128")
    monkeypatch.setattr("socket.getaddrinfo", _nobody)
    async with ModelServer(reply=lambda _: "yes") as server, here() as models:
        named = server.url.replace("127.0.0.1", "localhost")
        for url in (server.url, named):
            assert (await models.call(ask(f"{url}#m"))).text == "yes"


def _nobody(host: object, *_arguments: object, **_options: object) -> object:
    raise OSError(f"{host!r} was asked of a name server")


async def test_a_redirect_elsewhere_is_not_followed() -> None:
    async def away(_request: web.Request) -> web.Response:
        raise web.HTTPTemporaryRedirect("http://example.com/v1/chat/completions")

    app = web.Application()
    app.router.add_post("/v1/chat/completions", away)
    async with TestServer(app) as server, here() as models:
        with pytest.raises(ModelError, match="307"):
            await models.call(ask(f"{server.make_url('/v1')}#m"))


@pytest.mark.parametrize("batch", [False, True])
async def test_what_may_not_be_told_is_not_sent(batch: bool) -> None:
    """The reason names the kind, never the value."""
    from jurist.models import BatchApi, BatchMode, BatchOptions, Budget, BudgetLimits

    def look(body: bytes) -> str:
        return "a value of the data" if b"Mrs. Marple" in body else ""

    async with ModelServer(reply=lambda _: "yes") as server:
        house = Preset("house", server.url, batch=BatchApi.OPENAI)
        budget = Budget(BudgetLimits(calls=2))
        options = BatchOptions(mode=BatchMode.ALWAYS if batch else BatchMode.NEVER, gather_s=0.01)
        async with Models(presets=[house], batch=options, budget=budget) as models:
            with screening(look):
                with pytest.raises(ModelError) as raised:
                    await models.call(Request("house:m", (Message("user", "Who is Mrs. Marple?"),)))
                if not batch:
                    with pytest.raises(ModelError):
                        await models.embed("house:m", ["Who is Mrs. Marple?"])
            assert raised.value.failure.kind is FailureKind.PRIVATE
            assert "a value of the data" in raised.value.failure.reason
            assert "Marple" not in raised.value.failure.reason
            assert server.counts.requests == 0
            assert not server.batches
            assert budget.spent.calls == 0
            if not batch:
                reply = await models.call(Request("house:m", (Message("user", "Who is there?"),)))
                assert reply.text == "yes"
