"""A real HTTP server that speaks the providers' protocols and misbehaves on demand.

Chat Completions, Messages, embeddings and both batch APIs, on aiohttp. Deterministic:
what it answers, and which faults it shows, depends on the request's body, on how often
that body was seen, and on the seed. In a test:

    async with ModelServer(script=[Fault.THROTTLED]) as server:
        ... f"{server.url}#test-model" ...

As a process of its own (benchmarks, kills): `python model_server.py --delay-ms 50
--fault-rate 0.1 --seed 1` prints its URL; GET /stats tells what it counted.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import json
import random
import sys
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from email.utils import formatdate
from enum import StrEnum
from typing import Any, Self

from aiohttp import web

Json = dict[str, Any]


class Fault(StrEnum):
    """What can go wrong with one request."""

    SLOW = "slow"
    THROTTLED = "throttled"
    """429 with `Retry-After` in seconds."""
    THROTTLED_UNTIL = "throttled_until"
    """429 with `Retry-After` as a date."""
    THROTTLED_SILENTLY = "throttled_silently"
    """429 without `Retry-After`."""
    OUT_OF_QUOTA = "out_of_quota"
    ERROR = "error"
    OVERLOADED = "overloaded"
    CUT = "cut"
    """The connection closes before an answer, after the work is done and billed."""
    CUT_MIDWAY = "cut_midway"
    MALFORMED = "malformed"
    TRUNCATED_JSON = "truncated_json"
    EMPTY = "empty"
    REFUSAL = "refusal"
    LENGTH = "length"
    HUGE = "huge"
    NO_USAGE = "no_usage"
    BAD_REQUEST = "bad_request"
    UNAUTHORIZED = "unauthorized"
    """401 that shows the key it was sent, as some servers do."""
    FORBIDDEN = "forbidden"
    UNKNOWN_MODEL = "unknown_model"
    REDIRECT = "redirect"


PASSING = (
    Fault.THROTTLED_SILENTLY,
    Fault.ERROR,
    Fault.OVERLOADED,
    Fault.CUT,
    Fault.CUT_MIDWAY,
    Fault.MALFORMED,
    Fault.TRUNCATED_JSON,
    Fault.EMPTY,
)
"""Faults after which the same request may succeed."""

_STATUS = {
    Fault.ERROR: 500,
    Fault.OVERLOADED: 503,
    Fault.BAD_REQUEST: 400,
    Fault.FORBIDDEN: 403,
    Fault.UNKNOWN_MODEL: 404,
}
_HUGE = 12_000_000


def scored(body: Json) -> str:
    """The default reply: a judge's JSON whose score depends on the request."""
    score = int(digest(body), 16) % 5 + 1
    return json.dumps({"reasoning": f"compared both queries, case {score}", "score": score})


def digest(body: Json) -> str:
    """A short name for a body."""
    return hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()[:16]


@dataclass
class Counts:
    """What the server saw."""

    requests: int = 0
    """Requests for a reply, faults included."""
    replies: int = 0
    """Complete replies sent."""
    input_tokens: int = 0
    """Billed, faults after the work is done included."""
    output_tokens: int = 0
    in_flight: int = 0
    most_in_flight: int = 0
    throttled: int = 0
    by_body: Counter[str] = field(default_factory=Counter[str])
    replied_by_body: Counter[str] = field(default_factory=Counter[str])
    headers: list[Mapping[str, str]] = field(default_factory=list[Mapping[str, str]])
    bodies: list[Json] = field(default_factory=list[Json])


class ModelServer:
    """The server; an async context manager.

    Args:
        script: Faults for the first requests, in order; `None` is a good reply.
        fault_rate: Share of the requests after the script that show a fault.
        faults: The faults that `fault_rate` draws from.
        seed: Decides the draws.
        delay_s: How long each reply takes.
        slow_s: How long a slow one takes.
        retry_after: What a 429 asks for, in seconds.
        capacity: More requests in flight than this are answered 429.
        rejects: Parameters that are answered 400, by their name in the body.
        reply: The reply's text for a body, or what its message holds (calls of tools).
        tokens: The reply's log-probabilities where they are asked for, from its text.
        polls: How often a batch says that it is not done.
        keep: Whether to keep headers and bodies (off for benchmarks).
    """

    def __init__(
        self,
        *,
        script: Iterable[Fault | None] = (),
        fault_rate: float = 0.0,
        faults: tuple[Fault, ...] = PASSING,
        seed: int = 0,
        delay_s: float = 0.0,
        slow_s: float = 5.0,
        retry_after: float = 1.0,
        capacity: int | None = None,
        rejects: Iterable[str] = (),
        reply: Callable[[Json], str | Json] = scored,
        tokens: Callable[[str], list[Json]] | None = None,
        polls: int = 1,
        keep: bool = True,
    ) -> None:
        self.script = deque(script)
        self.fault_rate = fault_rate
        self.faults = faults
        self.seed = seed
        self.delay_s = delay_s
        self.slow_s = slow_s
        self.retry_after = retry_after
        self.capacity = capacity
        self.rejects = set(rejects)
        self.reply = reply
        self.tokens = tokens or _by_words
        self.polls = polls
        self.keep = keep
        self.counts = Counts()
        self.url = ""
        self.may_reply = asyncio.Event()
        """Cleared: requests come in, and none is answered."""
        self.may_reply.set()
        self.batches: dict[str, Json] = {}
        self.batch_results: dict[str, list[Json]] = {}
        self.lose_creations = 0
        """So many batches are created without their creator being told."""
        self.usage: object = None
        """What it says instead of the tokens that it billed."""
        self.failing_items: set[str] = set()
        """Keys that a batch answers with an error."""
        self._files: dict[str, bytes] = {}
        self.uploads: list[bytes] = []
        """Files of batches, as they came."""
        self._polled: Counter[str] = Counter()
        self._runner: web.AppRunner | None = None

    @property
    def origin(self) -> str:
        """Address without the path."""
        return self.url.removesuffix("/v1")

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def start(self, port: int = 0) -> None:
        """Listen on a free port of this machine."""
        app = web.Application(client_max_size=300_000_000)
        post, get = app.router.add_post, app.router.add_get
        post("/v1/chat/completions", self._serving(self._chat))
        post("/v1/messages", self._serving(self._messages))
        post("/model/{model}/invoke", self._serving(self._messages))
        post("/v1/embeddings", self._serving(self._embeddings))
        post("/v1/files", self._upload)
        get("/v1/files/{id}/content", self._download)
        post("/v1/batches", self._create_openai)
        get("/v1/batches", self._list_openai)
        get("/v1/batches/{id}", self._poll_openai)
        post("/v1/messages/batches", self._create_anthropic)
        get("/v1/messages/batches/{id}", self._poll_anthropic)
        get("/v1/messages/batches/{id}/results", self._results_anthropic)
        get("/stats", self._stats)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", port)
        await site.start()
        bound: tuple[str, int] = self._runner.addresses[0]
        self.url = f"http://127.0.0.1:{bound[1]}/v1"

    async def stop(self) -> None:
        """Close all connections."""
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    def _serving(
        self, answer: Callable[[Json, Fault | None], web.Response]
    ) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def handle(request: web.Request) -> web.StreamResponse:
            counts = self.counts
            counts.requests += 1
            counts.in_flight += 1
            counts.most_in_flight = max(counts.most_in_flight, counts.in_flight)
            try:
                return await self._handle(request, answer)
            finally:
                counts.in_flight -= 1

        return handle

    async def _handle(
        self, request: web.Request, answer: Callable[[Json, Fault | None], web.Response]
    ) -> web.StreamResponse:
        counts = self.counts
        body: Json = await request.json()
        name = digest(body)
        seen = counts.by_body[name]
        counts.by_body[name] += 1
        if self.keep:
            counts.headers.append(dict(request.headers))
            counts.bodies.append(body)
        if self.capacity is not None and counts.in_flight > self.capacity:
            counts.throttled += 1
            return self._throttled(
                {"Retry-After": f"{self.retry_after}"} if self.retry_after else {}
            )
        rejected = next((word for word in sorted(self.rejects) if word in body), None)
        if rejected is not None:
            return _error(400, f"Unsupported parameter: '{rejected}' is not supported.")
        fault = self._draw(name, seen)
        early = self._before_the_work(fault, request)
        if early is not None:
            return early
        await self.may_reply.wait()
        if self.delay_s:
            await asyncio.sleep(self.delay_s)
        if fault is Fault.SLOW:
            await asyncio.sleep(self.slow_s)
        response = answer(body, fault)
        if fault is Fault.ERROR:  # the dearest kind: failed after the work was billed
            return _error(500, "the server had an error")
        if fault is Fault.CUT and request.transport is not None:
            request.transport.abort()
        if fault is Fault.CUT_MIDWAY:
            return await self._cut_midway(request, response)
        if fault in {Fault.MALFORMED, Fault.TRUNCATED_JSON, Fault.HUGE}:
            return response
        counts.replies += 1
        counts.replied_by_body[name] += 1
        return response

    def _draw(self, name: str, seen: int) -> Fault | None:
        if self.script:
            return self.script.popleft()
        if self.fault_rate:
            rng = random.Random(f"{self.seed}:{name}:{seen}")
            if rng.random() < self.fault_rate:
                return rng.choice(self.faults)
        return None

    def _before_the_work(self, fault: Fault | None, request: web.Request) -> web.Response | None:
        match fault:
            case Fault.THROTTLED:
                self.counts.throttled += 1
                return self._throttled({"Retry-After": f"{self.retry_after}"})
            case Fault.THROTTLED_UNTIL:
                self.counts.throttled += 1
                until = formatdate(_wall() + self.retry_after, usegmt=True)
                return self._throttled({"Retry-After": until})
            case Fault.THROTTLED_SILENTLY:
                self.counts.throttled += 1
                return self._throttled({})
            case Fault.OUT_OF_QUOTA:
                return _error(429, "You exceeded your current quota", code="insufficient_quota")
            case Fault.OVERLOADED | Fault.BAD_REQUEST | Fault.FORBIDDEN | Fault.UNKNOWN_MODEL:
                return _error(_STATUS[fault], f"{fault.value} on demand")
            case Fault.UNAUTHORIZED:
                shown = request.headers.get("Authorization") or request.headers.get("x-api-key")
                return _error(401, f"Incorrect API key provided: {shown}")
            case Fault.REDIRECT:
                return web.Response(status=307, headers={"Location": "http://127.0.0.1:9/v1"})
            case _:
                return None

    def _throttled(self, headers: Mapping[str, str]) -> web.Response:
        return _error(429, "Rate limit reached", headers=headers)

    async def _cut_midway(self, request: web.Request, response: web.Response) -> web.StreamResponse:
        whole = response.body
        assert isinstance(whole, bytes)
        stream = web.StreamResponse(headers={"Content-Length": str(len(whole))})
        await stream.prepare(request)
        await stream.write(whole[: len(whole) // 2])
        if request.transport is not None:
            request.transport.close()
        return stream

    def _bill(self, body: Json, text: str) -> tuple[int, int]:
        asked, told = len(json.dumps(body)) // 4, len(text) // 4 + 1
        self.counts.input_tokens += asked
        self.counts.output_tokens += told
        return asked, told

    def _chat(self, body: Json, fault: Fault | None) -> web.Response:
        return _raw(self._completion(body, fault), fault)

    def _completion(self, body: Json, fault: Fault | None) -> Json:
        given = self.reply(body)
        text = _text(given if isinstance(given, str) else json.dumps(given), fault)
        asked, told = self._bill(body, text)
        refused = fault is Fault.REFUSAL
        message: Json = {"role": "assistant", "content": None if refused else text}
        if not isinstance(given, str):
            message |= {"content": None} | given
        if refused:
            message["refusal"] = "I cannot help with that."
        choice: Json = {
            "index": 0,
            "message": message,
            "finish_reason": _finish(message, fault),
        }
        if body.get("logprobs"):
            choice["logprobs"] = {"content": self.tokens(text)}
        return {
            "id": "chatcmpl-1",
            "object": "chat.completion",
            "created": 1_780_000_000,
            "model": f"{body['model']}-2026-01-01",
            "choices": [choice],
        } | ({} if fault is Fault.NO_USAGE else {"usage": self.usage or _usage(asked, told)})

    def _messages(self, body: Json, fault: Fault | None) -> web.Response:
        return _raw(self._message(body, fault), fault)

    def _message(self, body: Json, fault: Fault | None) -> Json:
        text = _text(str(self.reply(body)), fault)
        asked, told = self._bill(body, text)
        stop = {Fault.REFUSAL: "refusal", Fault.LENGTH: "max_tokens"}.get(
            fault or Fault.SLOW, "end_turn"
        )
        return {
            "id": "msg_1",
            "type": "message",
            "model": f"{body.get('model', 'cloud')}-2026-01-01",
            "content": [] if stop == "refusal" else [{"type": "text", "text": text}],
            "stop_reason": stop,
        } | (
            {}
            if fault is Fault.NO_USAGE
            else {
                "usage": self.usage
                or {
                    "input_tokens": asked - 1,
                    "cache_read_input_tokens": 1,
                    "output_tokens": told,
                }
            }
        )

    def _embeddings(self, body: Json, fault: Fault | None) -> web.Response:
        texts: list[str] = body["input"]
        asked = sum(len(text) for text in texts)
        self.counts.input_tokens += asked
        vectors = [
            {"object": "embedding", "index": index, "embedding": _vector(text)}
            for index, text in enumerate(texts)
        ]
        return _raw(
            {"data": vectors[::-1], "model": body["model"], "usage": {"prompt_tokens": asked}},
            fault,
        )

    async def _upload(self, request: web.Request) -> web.Response:
        form = await request.post()
        assert form["purpose"] == "batch"
        file = form["file"]
        assert isinstance(file, web.FileField)
        identifier = f"file-{len(self._files)}"
        self._files[identifier] = file.file.read()
        self.uploads.append(self._files[identifier])
        return web.json_response({"id": identifier})

    async def _download(self, request: web.Request) -> web.Response:
        return web.Response(body=self._files[request.match_info["id"]])

    async def _create_openai(self, request: web.Request) -> web.StreamResponse:
        body: Json = await request.json()
        identifier = f"batch_{len(self.batches)}"
        lines: list[Json] = []
        for line in self._files[body["input_file_id"]].splitlines():
            item: Json = json.loads(line)
            if item["custom_id"] in self.failing_items:
                lines.append(
                    {"custom_id": item["custom_id"], "response": None, "error": {"code": "x"}}
                )
                continue
            self.counts.by_body[digest(item["body"])] += 1
            reply = self._completion(item["body"], None)
            lines.append(
                {
                    "custom_id": item["custom_id"],
                    "response": {"status_code": 200, "body": reply},
                    "error": None,
                }
            )
        self.batches[identifier] = {
            "id": identifier,
            "status": "in_progress",
            "metadata": body.get("metadata"),
        }
        self._files[f"out-{identifier}"] = "\n".join(map(json.dumps, lines)).encode()
        if self._loses(request):
            return web.Response()
        return web.json_response(self.batches[identifier])

    async def _list_openai(self, request: web.Request) -> web.Response:
        assert request.query["limit"]
        return web.json_response({"data": list(self.batches.values())})

    async def _poll_openai(self, request: web.Request) -> web.Response:
        identifier = request.match_info["id"]
        if identifier not in self.batches:
            return _error(404, "no such batch")
        if self._done(identifier):
            self.batches[identifier] |= {
                "status": "completed",
                "output_file_id": f"out-{identifier}",
            }
        return web.json_response(self.batches[identifier])

    async def _create_anthropic(self, request: web.Request) -> web.StreamResponse:
        body: Json = await request.json()
        identifier = f"msgbatch_{len(self.batches)}"
        results: list[Json] = []
        for item in body["requests"]:
            if item["custom_id"] in self.failing_items:
                result: Json = {"type": "errored", "error": {"type": "invalid_request"}}
            else:
                self.counts.by_body[digest(item["params"])] += 1
                result = {"type": "succeeded", "message": self._message(item["params"], None)}
            results.append({"custom_id": item["custom_id"], "result": result})
        self.batch_results[identifier] = results
        self.batches[identifier] = {"id": identifier, "processing_status": "in_progress"}
        if self._loses(request):
            return web.Response()
        return web.json_response(self.batches[identifier])

    async def _poll_anthropic(self, request: web.Request) -> web.Response:
        identifier = request.match_info["id"]
        if identifier not in self.batches:
            return _error(404, "no such batch")
        if self._done(identifier):
            self.batches[identifier]["processing_status"] = "ended"
        return web.json_response(self.batches[identifier])

    async def _results_anthropic(self, request: web.Request) -> web.Response:
        lines = self.batch_results[request.match_info["id"]]
        return web.Response(text="\n".join(map(json.dumps, lines)))

    def _done(self, identifier: str) -> bool:
        self._polled[identifier] += 1
        return self._polled[identifier] > self.polls

    def _loses(self, request: web.Request) -> bool:
        if self.lose_creations <= 0 or request.transport is None:
            return False
        self.lose_creations -= 1
        request.transport.abort()
        return True

    async def _stats(self, _request: web.Request) -> web.Response:
        counts = self.counts
        return web.json_response(
            {
                "requests": counts.requests,
                "replies": counts.replies,
                "throttled": counts.throttled,
                "input_tokens": counts.input_tokens,
                "output_tokens": counts.output_tokens,
                "most_in_flight": counts.most_in_flight,
                "bodies": len(counts.by_body),
                "asked_again_after_a_reply": sum(
                    count - 1 for count in counts.replied_by_body.values()
                ),
            }
        )


def _wall() -> float:
    import time

    return time.time()


def _error(
    status: int, message: str, *, code: str = "", headers: Mapping[str, str] | None = None
) -> web.Response:
    error = {"message": message, "type": "error", "code": code}
    return web.json_response({"error": error}, status=status, headers=headers)


def _usage(asked: int, told: int) -> Json:
    return {
        "prompt_tokens": asked,
        "completion_tokens": told,
        "total_tokens": asked + told,
    }


def _finish(message: Json, fault: Fault | None) -> str:
    if fault is Fault.LENGTH:
        return "length"
    return "tool_calls" if "tool_calls" in message else "stop"


def _text(text: str, fault: Fault | None) -> str:
    return "" if fault is Fault.EMPTY else text


def _by_words(text: str) -> list[Json]:
    return [_token(part) for part in text.split()]


def _token(part: str) -> Json:
    return {
        "token": part,
        "logprob": -0.25,
        "top_logprobs": [{"token": part, "logprob": -0.25}, {"token": "other", "logprob": -2.0}],
    }


def _vector(text: str) -> list[float]:
    raw = hashlib.sha256(text.encode()).digest()
    return [byte / 255 for byte in raw[:8]]


def _raw(document: Json, fault: Fault | None) -> web.Response:
    if fault is Fault.HUGE:
        return web.Response(body=b" " * _HUGE, content_type="application/json")
    raw = json.dumps(document).encode()
    if fault is Fault.MALFORMED:
        raw = b"<html>upstream went away</html>"
    if fault is Fault.TRUNCATED_JSON:
        raw = raw[: len(raw) // 2]
    return web.Response(body=raw, content_type="application/json")


async def _serve(options: argparse.Namespace) -> None:
    server = ModelServer(
        delay_s=options.delay_ms / 1000,
        fault_rate=options.fault_rate,
        seed=options.seed,
        retry_after=options.retry_after,
        capacity=options.capacity,
        keep=False,
    )
    await server.start(options.port)
    sys.stdout.write(f"{server.url}\n")
    sys.stdout.flush()
    await asyncio.Event().wait()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="a model server that misbehaves on demand")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--delay-ms", type=float, default=0.0)
    parser.add_argument("--fault-rate", type=float, default=0.0)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--retry-after", type=float, default=0.0)
    parser.add_argument("--capacity", type=int, default=None)
    asyncio.run(_serve(parser.parse_args()))
