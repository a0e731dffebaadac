"""Chat completions through the proxy, asked as OpenAI's client asks."""

from __future__ import annotations

import asyncio
import json

import pytest

from jurist.models import BudgetLimits
from jurist.proxy import Credit
from jurist.proxy.server import LARGEST_REQUEST
from model_server import Fault, Json, ModelServer
from proxied import proxied


async def test_a_request_reaches_the_server_as_it_is_and_its_reply_comes_back_whole() -> None:
    asked: Json = {
        "model": "test-model",
        "messages": [
            {"role": "developer", "content": "be brief"},
            {"role": "user", "content": [{"type": "text", "text": "hello"}]},
        ],
        "tools": [{"type": "function", "function": {"name": "look", "parameters": {}}}],
        "tool_choice": "auto",
        "parallel_tool_calls": True,
        "stop": ["\n"],
        "seed": 7,
        "x_unknown": {"kept": [1, 2.5, None]},
    }
    async with ModelServer(reply=lambda _: "hi") as server, proxied(server) as client:
        answer = await client.post("chat/completions", asked)
    assert answer.status == 200
    assert server.counts.bodies == [asked]
    assert answer.body["choices"][0]["message"]["content"] == "hi"
    assert answer.body["model"] == "test-model-2026-01-01"
    assert answer.body["usage"]["completion_tokens"] == server.counts.output_tokens


async def test_the_same_request_is_one_call_whatever_its_spelling() -> None:
    async with ModelServer() as server, proxied(server) as client:
        first = await client.post("chat/completions", b'{"model":"test-model","messages":[]}')
        again = await client.post(
            "chat/completions", b'{ "messages": [], "model": "test-model", "stream": false }'
        )
    assert server.counts.requests == 1
    assert first.body == again.body
    assert [first.headers["Jurist-Cached"], again.headers["Jurist-Cached"]] == ["false", "true"]


async def test_any_field_makes_it_another_request() -> None:
    async with ModelServer() as server, proxied(server) as client:
        await client.ask()
        await client.ask(x_unknown=1)
        await client.ask(temperature=0)
    assert server.counts.requests == 3


async def test_a_sample_has_a_reply_of_its_own_and_repeats() -> None:
    body: Json = {"model": "test-model", "messages": []}
    async with ModelServer() as server, proxied(server) as client:
        for sample in ("1", "2", "2", "3"):
            answer = await client.post("chat/completions", body, **{"Jurist-Sample": sample})
            assert answer.status == 200
        wrong = await client.post("chat/completions", body, **{"Jurist-Sample": "x"})
    assert server.counts.requests == 3
    assert (wrong.status, wrong.body["error"]["code"]) == (400, "invalid_sample")


async def test_equal_requests_under_way_are_joined() -> None:
    async with ModelServer(delay_s=0.1) as server, proxied(server) as client:
        answers = await asyncio.gather(*(client.ask() for _ in range(20)))
    assert server.counts.requests == 1
    assert {json.dumps(answer.body) for answer in answers} == {json.dumps(answers[0].body)}


async def test_what_an_answer_cost_is_credited_to_it() -> None:
    credit = Credit()
    async with ModelServer() as server, proxied(server, credit=credit) as client:
        await client.ask("a")
        await client.ask("b")
        await client.ask("a")
    assert (credit.cost.calls, credit.cost.cached_calls) == (2, 1)
    assert credit.cost.input_tokens == server.counts.input_tokens
    assert credit.cost.output_tokens == server.counts.output_tokens


async def test_errors_are_as_clients_of_openai_read_them() -> None:
    async with ModelServer() as server, proxied(server) as client:
        unknown = await client.ask(model="test-mode")
        nameless = await client.post("chat/completions", {"messages": []})
        broken = await client.post("chat/completions", b"{")
        nowhere = await client.post("completions", {})
        intruder = await client.post("chat/completions", {}, Authorization="Bearer jrp_no")
        rebound = await client.post("chat/completions", {}, Host="evil.example")
    assert server.counts.requests == 0
    told = [(each.status, each.body["error"]["code"]) for each in (unknown, nameless, broken)]
    assert told == [(404, "model_not_found"), (400, "missing_model"), (400, "invalid_json")]
    assert "test-model" in unknown.body["error"]["message"]
    assert [nowhere.status, intruder.status, rebound.status] == [404, 401, 421]
    assert unknown.body["error"]["param"] == nameless.body["error"]["param"] == "model"


@pytest.mark.parametrize(
    ("fault", "status"),
    [(Fault.BAD_REQUEST, 400), (Fault.UNAUTHORIZED, 502), (Fault.OUT_OF_QUOTA, 429)],
)
async def test_a_servers_own_errors_are_passed_on(fault: Fault, status: int) -> None:
    async with ModelServer(script=[fault]) as server, proxied(server) as client:
        answer = await client.ask()
        assert answer.status == status
        assert answer.body["error"]["message"]
        assert answer.headers["x-should-retry"] == "false"
        assert (await client.ask()).status == 200  # an error is not kept


async def test_a_server_that_asks_for_much_patience_is_heard() -> None:
    server = ModelServer(script=[Fault.THROTTLED], retry_after=400)
    async with server, proxied(server) as client:
        answer = await client.ask()
    assert (answer.status, answer.headers["Retry-After"]) == (429, "400")
    assert answer.headers["x-should-retry"] == "true"
    assert server.counts.requests == 1


async def test_what_no_client_sends_is_refused_before_it_is_read() -> None:
    async with ModelServer() as server, proxied(server) as client:
        huge = await client.post("chat/completions", b" " * (LARGEST_REQUEST + 1))
        page = await client.get("models", Origin="https://evil.example")
    assert (huge.status, huge.body["error"]["code"]) == (413, "request_too_large")
    assert not [name for name in page.headers if name.lower().startswith("access-control")]
    assert server.counts.requests == 0


async def test_embeddings_are_kept_as_they_came() -> None:
    asked = {"model": "test-model", "input": ["a", "b"], "encoding_format": "float"}
    credit = Credit()
    async with ModelServer() as server, proxied(server, credit=credit) as client:
        first = await client.post("embeddings", asked)
        again = await client.post("embeddings", asked)
    assert first.body == again.body
    assert len(first.body["data"]) == 2
    assert server.counts.requests == 1
    assert credit.cost.input_tokens == server.counts.input_tokens


async def test_a_used_up_budget_is_said_and_nothing_is_sent() -> None:
    credit = Credit()
    limits = BudgetLimits(calls=2)
    async with ModelServer() as server, proxied(server, limits=limits, credit=credit) as client:
        answers = [await client.ask(str(number)) for number in range(3)]
    assert [answer.status for answer in answers] == [200, 200, 402]
    assert server.counts.requests == 2
    assert answers[2].body["error"]["code"] == "budget_exceeded"
    assert credit.over_budget is not None


async def test_a_reply_streams_whoever_asked_first() -> None:
    async with ModelServer(reply=lambda _: "hi") as server, proxied(server) as client:
        await client.ask()
        answer = await client.ask(stream=True, stream_options={"include_usage": True})
    assert server.counts.requests == 1
    assert answer.headers["Content-Type"].startswith("text/event-stream")
    lines = [line for line in answer.body.split("\n\n") if line]
    assert lines.pop() == "data: [DONE]"
    chunks = [json.loads(line.removeprefix("data: ")) for line in lines]
    assert chunks[0]["choices"][0]["delta"] == {"role": "assistant", "content": "hi"}
    assert chunks[1]["choices"][0]["finish_reason"] == "stop"
    assert chunks[2]["choices"] == []
    assert chunks[2]["usage"]["prompt_tokens"] == server.counts.input_tokens


async def test_a_body_that_cannot_be_unpacked_is_an_error_that_clients_read() -> None:
    headers = {"Content-Encoding": "gzip"}
    async with ModelServer() as server, proxied(server) as client:
        answer = await client.post("chat/completions", b"not packed at all", **headers)
        after = await client.ask()
    assert (answer.status, answer.body["error"]["code"]) == (400, "invalid_body")
    assert after.status == 200


async def test_models_are_listed_by_name() -> None:
    async with ModelServer() as server, proxied(server) as client:
        listed = await client.get("models")
        shown = await client.get("models/test-model")
        unknown = await client.get("models/other")
    assert [each["id"] for each in listed.body["data"]] == ["test-model"]
    assert shown.body["id"] == "test-model"
    assert unknown.status == 404
