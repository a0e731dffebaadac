"""The clients that people have, OpenAI's and Anthropic's own, through the proxy."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import anthropic
import openai
import pytest

from jurist.models import Auth, MemoryLedger, Models, Preset, WireProtocol
from jurist.proxy import Access, Credit, Proxy
from streaming_server import TEXT, TOOLS, StreamingServer

ASKED: Any = [{"role": "user", "content": "hello"}]
ARGUMENTS = [(call["function"]["name"], call["function"]["arguments"]) for call in TOOLS]


@asynccontextmanager
async def serving(
    server: StreamingServer, ledger: MemoryLedger | None = None
) -> AsyncGenerator[Access]:
    claude = Preset("claude", server.url, "", WireProtocol.MESSAGES, Auth.NONE)
    names = {"m": f"{server.url}#m", "c": "claude:m"}
    async with Models(ledger, presets=[claude]) as models, Proxy(models, names) as proxy:
        yield proxy.admit(Credit())


def openai_client(access: Access) -> openai.AsyncOpenAI:
    return openai.AsyncOpenAI(base_url=access.base_url, api_key=access.api_key)


def anthropic_client(access: Access) -> anthropic.AsyncAnthropic:
    url = access.environment()["ANTHROPIC_BASE_URL"]
    return anthropic.AsyncAnthropic(base_url=url, api_key=access.api_key)


async def chat(access: Access, *, stream: bool) -> tuple[str | None, list[tuple[str, str]], Any]:
    """What OpenAI's client makes of a reply: its text, its calls of tools, its bill."""
    async with openai_client(access) as client:
        if not stream:
            whole = await client.chat.completions.create(model="m", messages=ASKED)
        else:
            options: Any = {"include_usage": True}
            async with client.chat.completions.stream(
                model="m", messages=ASKED, stream_options=options
            ) as events:
                whole = await events.get_final_completion()
    message = whole.choices[0].message
    calls: list[Any] = list(message.tool_calls or [])
    told = [(call.function.name, call.function.arguments) for call in calls]
    return message.content or None, told, whole.usage


async def response(access: Access, *, stream: bool) -> tuple[str, list[tuple[str, str]], Any]:
    async with openai_client(access) as client:
        if not stream:
            whole = await client.responses.create(model="m", input="hello")
        else:
            async with client.responses.stream(model="m", input="hello") as events:
                whole = await events.get_final_response()
    calls: list[Any] = [item for item in whole.output if item.type == "function_call"]
    return whole.output_text, [(call.name, call.arguments) for call in calls], whole.usage


async def message(access: Access, *, stream: bool) -> tuple[str, list[tuple[str, str]], Any]:
    async with anthropic_client(access) as client:
        if not stream:
            whole = await client.messages.create(model="c", max_tokens=100, messages=ASKED)
        else:
            async with client.messages.stream(model="c", max_tokens=100, messages=ASKED) as events:
                whole = await events.get_final_message()
    blocks: list[Any] = list(whole.content)
    texts = "".join(block.text for block in blocks if block.type == "text")
    calls = [
        (block.name, json.dumps(block.input, ensure_ascii=False))
        for block in blocks
        if block.type == "tool_use"
    ]
    return texts, calls, whole.usage


@pytest.mark.parametrize("ask", [chat, response, message])
@pytest.mark.parametrize("tools", [False, True])
@pytest.mark.parametrize("first", [False, True])
async def test_whoever_asks_first_and_however_each_client_reads_the_same_reply(
    ask: Any, tools: bool, first: bool
) -> None:
    async with StreamingServer(tools=tools) as server, serving(server) as access:
        readings = [await ask(access, stream=way) for way in (first, not first, True, False)]
    assert server.bill.requests == 1
    for text, calls, usage in readings:
        assert (text or "") == ("" if tools else TEXT)
        assert calls == (ARGUMENTS if tools else [])
        billed = usage.model_dump()
        assert billed.get("prompt_tokens", billed.get("input_tokens")) == 11
        assert billed.get("completion_tokens", billed.get("output_tokens")) == 7


async def test_a_replayed_reply_needs_no_server() -> None:
    ledger = MemoryLedger()
    async with StreamingServer() as server:
        async with serving(server, ledger) as access:
            first = await chat(access, stream=True)
        url = server.url
    async with Models(ledger) as models, Proxy(models, {"m": f"{url}#m"}) as proxy:
        assert await chat(proxy.admit(Credit()), stream=False) == first


async def test_clients_raise_their_own_errors_and_do_not_try_again() -> None:
    async with StreamingServer() as server, serving(server) as access:
        stranger = Access(access.base_url, "jrp_of_nobody")
        async with openai_client(stranger) as client:
            with pytest.raises(openai.AuthenticationError, match="token"):
                await client.models.list()
        async with openai_client(access) as client:
            with pytest.raises(openai.NotFoundError, match="may not be called"):
                await client.chat.completions.create(model="gpt-none", messages=ASKED)
            with pytest.raises(openai.BadRequestError, match="/v1/messages"):
                await client.chat.completions.create(model="c", messages=ASKED)
            assert [each.id async for each in client.models.list()][:2] == ["m", "c"]
        async with anthropic_client(stranger) as client:
            with pytest.raises(anthropic.AuthenticationError, match="token"):
                await client.messages.create(model="c", max_tokens=1, messages=ASKED)
        async with anthropic_client(access) as client:
            with pytest.raises(anthropic.NotFoundError, match="may not be called"):
                await client.messages.create(model="x", max_tokens=1, messages=ASKED)
    assert server.bill.requests == 0
