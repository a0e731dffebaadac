"""What the proxy does with a request: which model it means, its reply, and how that goes back."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from difflib import get_close_matches
from hashlib import blake2b
from typing import Final, cast

import msgspec
from aiohttp import web

from jurist.errors import AnsweredError, ModelError
from jurist.models import Models, RawPath, RawReply, RawRequest, WireProtocol
from jurist.models.raw_bounds import unbounded
from jurist.proxy.access import Credit
from jurist.proxy.refusals import Refusal
from jurist.proxy.relaying import Relay, headers_of, streamed
from jurist.proxy.translating import chat_body, response_document
from jurist.records import FailureKind

SAMPLE_HEADER: Final = "Jurist-Sample"
_RETRIES: Final = "x-stainless-retry-count"
"""Header in which the clients of OpenAI and Anthropic say that they send a request again."""
_MOST_SAMPLES: Final = 1_000_000
_MOST_CONVERSATIONS: Final = 100_000
_NOT_THERE: Final = frozenset({404, 405, 501})

Body = Mapping[str, object]


class Service:
    """Answers requests.

    Args:
        models: See `Proxy`.
        names: See `Proxy`.
        longest: See `Proxy`.
    """

    def __init__(self, models: Models, names: Mapping[str, str], longest: int) -> None:
        self._models = models
        self._names = dict(names)
        self._longest = longest
        self._chats_only: set[str] = set()
        """Models whose servers were found to have no responses."""
        self._lengths: dict[str, int] = {}
        """Tokens of conversations, by the last response's id."""

    def answering(
        self, path: RawPath
    ) -> Callable[[web.Request, Credit], Awaitable[web.StreamResponse]]:
        """What answers requests to a path."""

        async def work(request: web.Request, credit: Credit) -> web.StreamResponse:
            body = read_body(await request.read())
            model = self._model(body, path)
            asked = RawRequest(
                model,
                path,
                body,
                sample=_sample(request, credit),
                draw=_draw(request, credit, path, body),
                longest=self._bound(body, path),
                before=self._before(body),
            )
            if path is RawPath.RESPONSES:
                return await self._respond(request, credit, asked)
            return await self._answer(request, credit, asked)

        return work

    async def _answer(
        self, request: web.Request, credit: Credit, asked: RawRequest
    ) -> web.StreamResponse:
        """Pass on the reply of the model's server."""
        if asked.body.get("stream") is True:
            relay = Relay(asked.path, asked.body)
            call = credit.start(self._models.raw(asked, relay.watch))
            self._keep_length(asked, call)
            return await relay.answer(request, call)
        call = credit.start(self._models.raw(asked))
        self._keep_length(asked, call)
        reply = await asyncio.shield(call)
        return _in_one_piece(reply, bytes(reply.document))

    async def _respond(
        self, request: web.Request, credit: Credit, asked: RawRequest
    ) -> web.StreamResponse:
        """A response of the server's own, or made of its chat where it has no responses."""
        if asked.model not in self._chats_only:
            try:
                return await self._answer(request, credit, asked)
            except ModelError as error:
                if not _has_no_responses(error) or "previous_response_id" in asked.body:
                    raise
                first = error
        else:
            first = None
        chat = replace(asked, path=RawPath.CHAT, body=chat_body(asked.body))
        try:
            reply = await asyncio.shield(credit.start(self._models.raw(chat)))
        except ModelError as error:
            missing = error.failure.kind is FailureKind.MISSING
            raise first if missing and first is not None else error from None
        self._chats_only.add(asked.model)
        document = response_document(reply, asked.body)
        if asked.body.get("stream") is True:
            return await streamed(request, reply, asked.path, document, asked.body)
        return _in_one_piece(reply, document)

    def _before(self, body: Body) -> int:
        """Tokens that the server remembers of a conversation that goes on.

        Raises:
            Refusal: The budget needs to know, and the proxy does not.
        """
        name = body.get("previous_response_id")
        if name is None or not self._models.bounds_tokens:
            return 0
        if not isinstance(name, str) or name not in self._lengths:
            problem = (
                "this response did not come through this proxy since its start, so a budget in "
                "tokens or money cannot bound what follows it: send the conversation as `input`"
            )
            raise Refusal(400, problem, "previous_response_not_found", param="previous_response_id")
        return self._lengths[name]

    def _keep_length(self, asked: RawRequest, call: asyncio.Task[RawReply]) -> None:
        """Remember how long the conversation is after a response."""

        def done(call: asyncio.Task[RawReply]) -> None:
            if call.cancelled() or call.exception() is not None:
                return
            reply = call.result()
            name = msgspec.json.decode(reply.document, type=_Named).id
            while len(self._lengths) >= _MOST_CONVERSATIONS:
                del self._lengths[next(iter(self._lengths))]
            self._lengths[name] = reply.usage.input_tokens + reply.usage.output_tokens

        if asked.path is RawPath.RESPONSES and self._models.bounds_tokens:
            call.add_done_callback(done)

    async def list_models(self, _request: web.Request, _credit: Credit) -> web.StreamResponse:
        """All models that may be called."""
        listed = [_shown(name) for name in self._names]
        return web.json_response({"object": "list", "data": listed})

    async def show_model(self, request: web.Request, _credit: Credit) -> web.StreamResponse:
        """One of them."""
        name = request.match_info["name"]
        if name not in self._names:
            raise self._unknown(name)
        return web.json_response(_shown(name))

    def _model(self, body: Body, path: RawPath) -> str:
        """The model string that a request means.

        Raises:
            Refusal: It means none, or one whose server speaks something else.
        """
        name = body.get("model")
        if not isinstance(name, str):
            raise Refusal(400, "the request names no model", "missing_model", param="model")
        model = self._names.get(name)
        if model is None:
            raise self._unknown(name)
        speaks = self._models.protocol(model)
        if speaks is not None and (speaks is WireProtocol.MESSAGES) != (path is RawPath.MESSAGES):
            there = RawPath.MESSAGES if speaks is WireProtocol.MESSAGES else RawPath.CHAT
            problem = (
                f"the server of {name!r} does not speak /v1/{path.value}: ask /v1/{there.value}"
            )
            raise Refusal(400, problem, "wrong_protocol", param="model")
        return model

    def _unknown(self, name: str) -> Refusal:
        near = get_close_matches(name, self._names, n=1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        known = ", ".join(list(self._names)[:20])
        problem = f"the model {name[:200]!r} may not be called through this proxy{hint} ({known})"
        return Refusal(404, problem, "model_not_found", param="model")

    def _bound(self, body: Body, path: RawPath) -> int | None:
        """The bound of a reply that a budget needs.

        Raises:
            Refusal: The budget cannot hold what the request asks for.
        """
        if body.get("background") is True:
            problem = "background: true has no reply to wait for: leave it out"
            raise Refusal(400, problem, "unsupported", param="background")
        if not self._models.bounds_tokens:
            return None
        param = unbounded(body)
        if param:
            problem = (
                f"{param!r} makes the server use what no budget in tokens or money can bound: "
                "leave it out, or set the budget in calls"
            )
            raise Refusal(400, problem, "unbounded", param=param)
        return None if path is RawPath.EMBEDDINGS else self._longest


class _Named(msgspec.Struct):
    id: str = ""


def _has_no_responses(error: ModelError) -> bool:
    """Whether what was asked is not there, so that it may be there as a chat."""
    if isinstance(error, AnsweredError):
        return error.status in _NOT_THERE
    return error.failure.kind is FailureKind.MISSING


def _in_one_piece(reply: RawReply, document: bytes) -> web.Response:
    return web.Response(body=document, content_type="application/json", headers=headers_of(reply))


def read_body(raw: bytes) -> Body:
    """A request's body.

    Raises:
        Refusal: It is no JSON object.
    """
    try:
        body: object = msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Refusal(400, f"the body is no JSON: {error}", "invalid_json") from None
    if not isinstance(body, dict):
        raise Refusal(400, "the body is no JSON object", "invalid_json")
    return cast("dict[str, object]", body)


def _sample(request: web.Request, credit: Credit) -> int:
    given = request.headers.get(SAMPLE_HEADER)
    if given is None:
        return credit.sample
    if given.isascii() and given.isdigit() and 1 <= int(given) <= _MOST_SAMPLES:
        return int(given)
    problem = f"the header {SAMPLE_HEADER} is {given[:100]!r}, expected a whole number from 1"
    raise Refusal(400, problem, "invalid_sample")


def _draw(request: web.Request, credit: Credit, path: RawPath, body: Body) -> int:
    """How often the answer under way drew from this request before."""
    temperature = body.get("temperature")
    if not isinstance(temperature, int | float) or temperature <= 0:
        return 0
    material = msgspec.json.encode((path.value, body))
    again = request.headers.get(_RETRIES, "0") not in ("0", "")
    return credit.draw(blake2b(material, digest_size=16).hexdigest(), again=again)


def _shown(name: str) -> dict[str, object]:
    return {"id": name, "object": "model", "created": 0, "owned_by": "jurist"}
