"""Calls against a real server: good replies, every fault, retries, joins."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import pytest

from fast_clock import FastClock
from jurist.errors import InputError, ModelError
from jurist.models import (
    Auth,
    MemoryLedger,
    Message,
    Models,
    Preset,
    Request,
    RetryPolicy,
    WireProtocol,
)
from jurist.records import FailureKind
from model_server import Fault, ModelServer


@dataclass(frozen=True)
class Judgement:
    reasoning: str
    score: int


def request(server: ModelServer, text: str = "Are these equal?", **options: Any) -> Request:
    asked = Request(f"{server.url}#test-model", (Message("user", text),))
    return replace(asked, **options)


def engine(
    clock: FastClock | None = None,
    *,
    ledger: MemoryLedger | None = None,
    presets: Sequence[Preset] = (),
    retries: RetryPolicy | None = None,
) -> Models:
    return Models(
        ledger,
        presets=presets,
        retries=retries,
        clock=clock or FastClock(),
        rng=random.Random(1),
    )


def anthropic(server: ModelServer) -> Preset:
    return Preset(
        "claude",
        server.url,
        "TEST_KEY",
        WireProtocol.MESSAGES,
        Auth.X_API_KEY,
        strict_schema=True,
    )


async def failure_of(server: ModelServer, *, retries: RetryPolicy | None = None) -> ModelError:
    async with engine(retries=retries) as models:
        with pytest.raises(ModelError) as raised:
            await models.call(request(server))
    return raised.value


async def test_a_reply_and_what_it_used() -> None:
    async with ModelServer(reply=lambda _: "yes") as server, engine() as models:
        reply = await models.call(request(server))
        assert reply.text == "yes"
        assert reply.snapshot == "test-model-2026-01-01"
        assert reply.attempts == 1
        assert not reply.cached
        assert reply.usage.input_tokens == server.counts.input_tokens
        assert reply.usage.output_tokens == server.counts.output_tokens
        assert reply.usd is None
        assert models.unpriced == (f"{server.url}#test-model",)


async def test_what_goes_over_the_wire() -> None:
    async with ModelServer() as server, engine() as models:
        schema = {"type": "object", "properties": {"score": {"type": "integer"}}}
        await models.call(
            request(
                server,
                temperature=0.5,
                max_tokens=77,
                seed=10,
                sample=3,
                top_logprobs=2,
                reply_schema=schema,
            )
        )
        body = server.counts.bodies[0]
        assert body["model"] == "test-model"
        assert body["messages"] == [{"role": "user", "content": "Are these equal?"}]
        assert body["temperature"] == 0.5
        assert body["max_tokens"] == 77
        assert body["seed"] == 13
        assert (body["logprobs"], body["top_logprobs"]) == (True, 2)
        assert body["response_format"]["json_schema"]["schema"]["properties"] == {
            "score": {"type": "integer"}
        }


async def test_logprobs_come_with_alternatives() -> None:
    async with ModelServer(reply=lambda _: "4") as server, engine() as models:
        reply = await models.call(request(server, top_logprobs=2))
        assert [token.token for token in reply.logprobs] == ["4"]
        assert reply.logprobs[0].alternatives == (("4", -0.25), ("other", -2.0))


async def test_messages_protocol(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEST_KEY", "sk-test")
    async with ModelServer() as server, engine(presets=[anthropic(server)]) as models:
        asked = Request(
            "claude:opus",
            (Message("system", "You judge."), Message("user", "Equal?")),
            temperature=0.0,
            seed=1,
            reply_schema={
                "type": "object",
                "properties": {"score": {"type": "integer", "minimum": 1, "maximum": 5}},
            },
        )
        reply = await models.call(asked)
        body = server.counts.bodies[0]
        assert body["system"] == "You judge."
        assert body["messages"] == [{"role": "user", "content": "Equal?"}]
        assert body["max_tokens"] == 1024
        held_to = body["output_config"]["format"]["schema"]
        assert held_to["properties"]["score"]["enum"] == [1, 2, 3, 4, 5]
        assert held_to["additionalProperties"] is False
        assert server.counts.headers[0]["x-api-key"] == "sk-test"
        assert reply.dropped == ("seed",)
        assert reply.finish_reason == "stop"
        assert reply.usage.input_tokens == server.counts.input_tokens


@pytest.mark.parametrize(
    ("protocol_fault", "kind"),
    [(Fault.REFUSAL, FailureKind.REFUSED), (Fault.LENGTH, FailureKind.UNPARSABLE)],
)
async def test_refused_and_cut_replies_are_failures_paid_once(
    protocol_fault: Fault, kind: FailureKind, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEST_KEY", "sk-test")
    for model in ("claude:opus", ""):
        ledger = MemoryLedger()
        async with ModelServer(script=[protocol_fault]) as server:
            asked = request(server, **({"model": model} if model else {}))
            for _ in range(2):  # the second time from the ledger
                async with engine(ledger=ledger, presets=[anthropic(server)]) as models:
                    with pytest.raises(ModelError) as raised:
                        await models.call(asked)
                    assert raised.value.failure.kind is kind
            assert server.counts.requests == 1


PASSING = [
    Fault.THROTTLED,
    Fault.THROTTLED_UNTIL,
    Fault.THROTTLED_SILENTLY,
    Fault.ERROR,
    Fault.OVERLOADED,
    Fault.CUT,
    Fault.CUT_MIDWAY,
    Fault.MALFORMED,
    Fault.TRUNCATED_JSON,
    Fault.EMPTY,
]


@pytest.mark.parametrize("fault", PASSING)
async def test_what_can_pass_is_tried_again(fault: Fault) -> None:
    async with ModelServer(script=[fault, fault]) as server, engine() as models:
        reply = await models.call(request(server))
        assert reply.attempts == 3
        assert server.counts.requests == 3


@pytest.mark.parametrize(
    "fault",
    [
        Fault.BAD_REQUEST,
        Fault.UNAUTHORIZED,
        Fault.FORBIDDEN,
        Fault.UNKNOWN_MODEL,
        Fault.OUT_OF_QUOTA,
        Fault.REDIRECT,
        Fault.HUGE,
    ],
)
async def test_what_cannot_pass_is_not_tried_again(fault: Fault) -> None:
    async with ModelServer(script=[fault] * 3) as server:
        error = await failure_of(server)
        assert error.failure.kind is FailureKind.ERROR
        assert server.counts.requests == 1
        assert "test-model" in str(error)


async def test_attempts_are_limited() -> None:
    async with ModelServer(script=[Fault.ERROR] * 20) as server:
        error = await failure_of(server, retries=RetryPolicy(attempts=4))
        assert server.counts.requests == 4
        assert "4 attempts" in str(error)
    async with ModelServer(script=[Fault.EMPTY] * 20) as server:
        error = await failure_of(server, retries=RetryPolicy(attempts=3))
        assert server.counts.requests == 3
        assert error.failure.kind is FailureKind.UNPARSABLE


async def test_a_slow_server_is_a_timeout() -> None:
    async with ModelServer(script=[Fault.SLOW] * 9, slow_s=3.0) as server:
        preset = Preset("slow", server.url, auth=Auth.NONE, timeout_s=0.5)
        async with engine(presets=[preset], retries=RetryPolicy(attempts=2)) as models:
            with pytest.raises(ModelError) as raised:
                await models.call(Request("slow:m", (Message("user", "?"),)))
        assert raised.value.failure.kind is FailureKind.TIMEOUT
        assert server.counts.requests == 2


async def test_a_server_that_is_not_there() -> None:
    async with engine(retries=RetryPolicy(attempts=2)) as models:
        with pytest.raises(ModelError, match="cannot be reached"):
            await models.call(Request("http://127.0.0.1:9/v1#m", (Message("user", "?"),)))


@pytest.mark.parametrize("fault", [Fault.THROTTLED, Fault.THROTTLED_UNTIL])
async def test_retry_after_is_obeyed(fault: Fault) -> None:
    clock = FastClock()
    server = ModelServer(script=[fault], retry_after=20)
    clock.wall = time.time  # the date in the header is of the real calendar
    async with server, engine(clock) as models:
        await models.call(request(server))
    assert 17.0 <= sum(clock.waits) <= 21.0


async def test_a_server_that_asks_for_too_much_has_said_no() -> None:
    async with ModelServer(script=[Fault.THROTTLED], retry_after=7200) as server:
        error = await failure_of(server)
        assert "7200" in str(error)
        assert server.counts.requests == 1


async def test_a_throttled_call_outlasts_many_429() -> None:
    async with ModelServer(script=[Fault.THROTTLED] * 30) as server, engine() as models:
        assert (await models.call(request(server))).attempts == 31


async def test_equal_calls_under_way_are_joined() -> None:
    async with ModelServer(delay_s=0.05) as server, engine() as models:
        replies = await asyncio.gather(*(models.call(request(server)) for _ in range(20)))
        assert server.counts.requests == 1
        assert sorted(reply.cached for reply in replies) == [False] + [True] * 19
        assert len({reply.text for reply in replies}) == 1
        assert (await models.call(request(server))).cached
        assert server.counts.requests == 1


async def test_each_part_of_a_request_makes_another_call() -> None:
    variants: list[dict[str, Any]] = [
        {},
        {"text": "other"},
        {"temperature": 0.0},
        {"temperature": 1.0},
        {"max_tokens": 5},
        {"seed": 0},
        {"sample": 1},
        {"top_logprobs": 1},
        {"reply_schema": {"type": "object"}},
        {"reply_schema": {"type": "object", "properties": {"a": {}, "b": {}}}},
        {"reply_schema": {"type": "object", "properties": {"b": {}, "a": {}}}},
    ]
    async with ModelServer() as server, engine() as models:
        for _ in range(2):
            for variant in variants:
                await models.call(request(server, **variant))
        assert server.counts.requests == len(variants)


@pytest.mark.parametrize("parameter", ["temperature", "response_format", "seed"])
async def test_a_parameter_that_the_server_does_not_take_is_left_out_and_told(
    parameter: str,
) -> None:
    async with ModelServer(rejects=[parameter]) as server, engine() as models:
        options: dict[str, Any] = {
            "temperature": 0.0,
            "seed": 1,
            "reply_schema": {"type": "object"},
        }
        reply = await models.call(request(server, "one", **options))
        name = "reply_schema" if parameter == "response_format" else parameter
        assert reply.dropped == (name,)
        assert server.counts.requests == 2
        if name == "reply_schema":
            assert "JSON Schema" in server.counts.bodies[-1]["messages"][0]["content"]
        await models.call(request(server, "another", **options))
        assert server.counts.requests == 3  # learned: no detour any more


async def test_max_tokens_under_its_newer_name() -> None:
    async with ModelServer(rejects=["max_tokens"]) as server, engine() as models:
        reply = await models.call(request(server, max_tokens=9))
        assert server.counts.bodies[-1]["max_completion_tokens"] == 9
        assert reply.dropped == ()


async def test_json_with_one_repair_turn() -> None:
    said = iter(["I would say four.", '{"reasoning": "ok", "score": 4}'])
    async with ModelServer(reply=lambda _: next(said)) as server, engine() as models:
        found, reply = await models.call_json(request(server), Judgement)
        assert found == Judgement("ok", 4)
        assert reply.attempts == 2
        assert reply.usage.input_tokens == server.counts.input_tokens
        turns = server.counts.bodies[1]["messages"]
        assert [turn["role"] for turn in turns] == ["user", "assistant", "user"]
        assert turns[1]["content"] == "I would say four."


async def test_json_that_stays_unreadable_is_a_failure_after_two_calls() -> None:
    async with ModelServer(reply=lambda _: '{"score": "high"}') as server, engine() as models:
        with pytest.raises(ModelError) as raised:
            await models.call_json(request(server), Judgement)
        assert raised.value.failure.kind is FailureKind.UNPARSABLE
        assert server.counts.requests == 2


async def test_every_call_ends_under_faults_of_all_kinds() -> None:
    every = tuple(fault for fault in Fault if fault not in {Fault.SLOW, Fault.HUGE})
    async with ModelServer(fault_rate=0.5, faults=every, seed=3) as server, engine() as models:
        outcomes = await asyncio.gather(
            *(models.call(request(server, f"case {n}")) for n in range(300)),
            return_exceptions=True,
        )
        good = [outcome for outcome in outcomes if not isinstance(outcome, BaseException)]
        bad = [outcome for outcome in outcomes if isinstance(outcome, ModelError)]
        assert len(good) + len(bad) == 300
        assert len(good) > 150
        assert all(error.failure.reason for error in bad)


async def test_a_missing_key_is_named_before_anything_is_sent(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    async with engine() as models:
        with pytest.raises(InputError, match="OPENAI_API_KEY"):
            models.require("openai:gpt-4o")
        with pytest.raises(InputError, match="OPENAI_API_KEY"):
            await models.call(Request("openai:gpt-4o", (Message("user", "?"),)))


async def test_cancelling_one_of_two_equal_calls_leaves_the_other() -> None:
    async with ModelServer(delay_s=0.1) as server, engine() as models:
        first = asyncio.create_task(models.call(request(server)))
        second = asyncio.create_task(models.call(request(server)))
        await asyncio.sleep(0.03)
        first.cancel()
        assert (await second).text
        assert server.counts.requests == 1
