"""OpenAI's Responses through the proxy: a server's own, and made of chats where it has none."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import openai
import pytest

from jurist.models import (
    Budget,
    BudgetLimits,
    Exchange,
    MemoryLedger,
    Models,
    write_recording,
)
from jurist.proxy import Credit, Proxy
from streaming_server import TEXT, TOOLS, StreamingServer

Json = dict[str, Any]
PARAMETERS: Json = {"type": "object", "properties": {"at": {"type": "string"}}}
TOOL: Any = {"type": "function", "name": "look", "parameters": PARAMETERS, "strict": False}


@asynccontextmanager
async def client_of(
    server: StreamingServer,
    *,
    ledger: MemoryLedger | None = None,
    limits: BudgetLimits | None = None,
) -> AsyncGenerator[openai.AsyncOpenAI]:
    budget = None if limits is None else Budget(limits)
    async with (
        Models(ledger, budget=budget) as models,
        Proxy(models, {"m": f"{server.url}#m"}) as proxy,
    ):
        access = proxy.admit(Credit())
        async with openai.AsyncOpenAI(base_url=access.base_url, api_key=access.api_key) as client:
            yield client


async def test_a_server_without_responses_is_asked_as_a_chat() -> None:
    async with StreamingServer(responses=False) as server, client_of(server) as client:
        reply = await client.responses.create(
            model="m",
            instructions="be brief",
            input=[
                {"role": "user", "content": [{"type": "input_text", "text": "what is there?"}]},
                {"type": "function_call", "call_id": "c1", "name": "look", "arguments": "{}"},
                {"type": "function_call", "call_id": "c2", "name": "look", "arguments": "{}"},
                {"type": "function_call_output", "call_id": "c1", "output": "a cat"},
                {"type": "function_call_output", "call_id": "c2", "output": "a dog"},
            ],
            tools=[TOOL],
            tool_choice={"type": "function", "name": "look"},
            max_output_tokens=99,
            temperature=0,
            reasoning={"effort": "low"},
            text={"format": {"type": "json_schema", "name": "a", "schema": PARAMETERS}},
        )
    assert reply.output_text == TEXT
    assert reply.status == "completed"
    assert reply.usage is not None
    assert (reply.usage.input_tokens, reply.usage.output_tokens) == (11, 7)

    def called(name: str) -> Json:
        function = {"name": "look", "arguments": "{}"}
        return {"id": name, "type": "function", "function": function}

    assert server.bill.bodies == [
        {
            "model": "m",
            "messages": [
                {"role": "system", "content": "be brief"},
                {"role": "user", "content": "what is there?"},
                {
                    "role": "assistant",
                    "content": None,
                    "tool_calls": [called("c1"), called("c2")],
                },
                {"role": "tool", "tool_call_id": "c1", "content": "a cat"},
                {"role": "tool", "tool_call_id": "c2", "content": "a dog"},
            ],
            "tools": [
                {
                    "type": "function",
                    "function": {"name": "look", "parameters": PARAMETERS, "strict": False},
                }
            ],
            "tool_choice": {"type": "function", "function": {"name": "look"}},
            "max_tokens": 99,
            "temperature": 0,
            "reasoning_effort": "low",
            "response_format": {
                "type": "json_schema",
                "json_schema": {"name": "a", "schema": PARAMETERS},
            },
        }
    ]


@pytest.mark.parametrize("native", [True, False])
@pytest.mark.parametrize("stream", [True, False])
async def test_calls_of_tools_come_as_items(native: bool, stream: bool) -> None:
    async with StreamingServer(tools=True, responses=native) as server, client_of(server) as client:
        if stream:
            async with client.responses.stream(model="m", input="x", tools=[TOOL]) as events:
                reply: Any = await events.get_final_response()
        else:
            reply = await client.responses.create(model="m", input="x", tools=[TOOL])
    told = [(item.call_id, item.name, item.arguments) for item in reply.output]
    assert told == [
        (call["id"], call["function"]["name"], call["function"]["arguments"]) for call in TOOLS
    ]


@pytest.mark.parametrize("native", [True, False])
async def test_a_recording_answers_without_a_server_and_says_what_it_lacks(
    tmp_path: Path, native: bool
) -> None:
    ledger, file = MemoryLedger(), tmp_path / "recording.jsonl.gz"
    async with (
        StreamingServer(responses=native) as server,
        client_of(server, ledger=ledger) as client,
    ):
        first = await client.responses.create(model="m", input="x")
        assert first == await client.responses.create(model="m", input="x")

    async def kept() -> AsyncGenerator[Exchange]:
        for exchange in ledger.exchanges.values():
            yield exchange

    await write_recording(file, kept(), {})
    async with Models() as models, Proxy(models, {"m": f"replay:{file}"}) as proxy:
        access = proxy.admit(Credit())
        async with openai.AsyncOpenAI(base_url=access.base_url, api_key=access.api_key) as client:
            assert await client.responses.create(model="m", input="x") == first
            with pytest.raises(openai.NotFoundError, match="record it") as raised:
                await client.responses.create(model="m", input="another")
    assert raised.value.code == "not_recorded"
    assert server.bill.requests == 1


async def test_what_a_chat_cannot_do_is_refused_by_name() -> None:
    async with StreamingServer(responses=False) as server, client_of(server) as client:
        for more, param in (
            ({"previous_response_id": "resp_1"}, ""),
            ({"conversation": "conv_1"}, "conversation"),
            ({"tools": [{"type": "web_search"}]}, "tools"),
            ({"background": True}, "background"),
        ):
            with pytest.raises(openai.APIStatusError) as raised:
                await client.responses.create(model="m", input="x", **more)  # type: ignore[call-overload]
            assert raised.value.status_code in (400, 404)
            assert not param or param in str(raised.value.body)
    assert server.bill.requests == 0


async def test_a_conversation_that_a_server_holds_goes_on_within_the_budget() -> None:
    limits = BudgetLimits(tokens=100_000)
    async with StreamingServer() as server, client_of(server, limits=limits) as client:
        first = await client.responses.create(model="m", input="x")
        await client.responses.create(model="m", input="y", previous_response_id=first.id)
        with pytest.raises(openai.BadRequestError, match="did not come through this proxy"):
            await client.responses.create(model="m", input="z", previous_response_id="resp_other")
    assert server.bill.bodies[1]["previous_response_id"] == first.id
    assert len(server.bill.bodies) == 2
