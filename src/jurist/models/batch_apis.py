"""The batch APIs of OpenAI and Anthropic: create, find again, follow, read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, Protocol, TypeVar

import msgspec

from .clock import Clock
from .presets import BatchApi, Endpoint
from .retries import TOO_MANY_REQUESTS, can_pass, may_be_billed, retry_after
from .transport import Answer, NoAnswerError, Transport, Upload

_T = TypeVar("_T")

_LARGEST_RESULTS: Final = 300_000_000
_PATIENCE: Final = 8
_LONG_PATIENCE: Final = 100
_PAUSE_S: Final = 2.0
_LONGEST_PAUSE_S: Final = 60.0


class BatchLostError(Exception):
    """A batch that will give no answers.

    Args:
        reason: What happened.
        billed: Whether it may be charged for all the same.
    """

    def __init__(self, reason: str, *, billed: bool) -> None:
        self.billed = billed
        super().__init__(reason)


class BatchWire(Protocol):
    """One provider's batch API, for one model."""

    async def create(self, tag: str, requests: Mapping[str, bytes]) -> str:
        """Send a batch, bodies by key; returns the provider's id of it.

        Raises:
            BatchLostError: It was not taken, or nobody can say.
        """
        ...

    async def find(self, tag: str) -> str | None:
        """The id of a batch that was sent with this tag, if the provider knows it."""
        ...

    async def results(self, identifier: str, poll_s: float) -> dict[str, bytes]:
        """Wait for a batch to end; the bodies of its successful replies by key.

        Raises:
            BatchLostError: It failed as a whole, or is gone.
        """
        ...


def wire_for(endpoint: Endpoint, transport: Transport, clock: Clock) -> BatchWire:
    """The batch API of the endpoint's server."""
    steady = _Steady(endpoint, transport, clock)
    if endpoint.preset.batch is BatchApi.ANTHROPIC:
        return _AnthropicBatches(steady)
    return _OpenAiBatches(steady)


class _Steady:
    """Requests that are repeated until they pass; for those that may be repeated."""

    def __init__(self, endpoint: Endpoint, transport: Transport, clock: Clock) -> None:
        self.base_url = endpoint.base_url
        self.clock = clock
        self._endpoint = endpoint
        self._transport = transport

    async def get(self, url: str) -> bytes:
        return await self.repeat("GET", url, None)

    async def repeat(
        self, method: str, url: str, body: Upload | None, parts: Sequence[bytes] = ()
    ) -> bytes:
        problem = ""
        asking = method == "GET"  # about a batch that is paid for: worth long patience
        for attempt in range(_LONG_PATIENCE if asking else _PATIENCE):
            if attempt:
                await self.clock.sleep(min(_LONGEST_PAUSE_S, _PAUSE_S * 2.0**attempt))
            try:
                answer = await self.once(method, url, body, parts)
            except NoAnswerError as error:
                problem = str(error)
                continue
            if answer.status < 300:
                return answer.body
            problem = f"{url} answered {answer.status}"
            if answer.status != TOO_MANY_REQUESTS and not can_pass(answer.status):
                raise BatchLostError(problem, billed=asking)
            await self.clock.sleep(retry_after(answer.retry_after, self.clock.wall()))
        raise BatchLostError(problem, billed=asking)

    async def once(
        self, method: str, url: str, body: bytes | Upload | None, parts: Sequence[bytes]
    ) -> Answer:
        return await self._transport.send(
            self._endpoint, url, body, method=method, largest=_LARGEST_RESULTS, parts=parts
        )


class _Identified(msgspec.Struct):
    id: str


class _OpenAiBatch(msgspec.Struct):
    id: str
    status: str = ""
    output_file_id: str | None = None
    metadata: dict[str, str] | None = None


class _OpenAiList(msgspec.Struct):
    data: list[_OpenAiBatch]


class _OpenAiResponse(msgspec.Struct):
    status_code: int
    body: msgspec.Raw


class _OpenAiLine(msgspec.Struct):
    custom_id: str
    response: _OpenAiResponse | None = None


class _OpenAiBatches:
    """Files of requests, files of replies."""

    def __init__(self, steady: _Steady) -> None:
        self._steady = steady
        self._url = f"{steady.base_url}/batches"

    async def create(self, tag: str, requests: Mapping[str, bytes]) -> str:
        lines = [
            msgspec.json.encode(
                {
                    "custom_id": key,
                    "method": "POST",
                    "url": "/v1/chat/completions",
                    "body": msgspec.Raw(body),
                }
            )
            for key, body in requests.items()
        ]
        content = b"\n".join((*lines, b""))
        raw = await self._steady.repeat(
            "POST", f"{self._steady.base_url}/files", Upload(content), lines
        )
        file = _decoded(raw, _Identified)
        body = msgspec.json.encode(
            {
                "input_file_id": file.id,
                "endpoint": "/v1/chat/completions",
                "completion_window": "24h",
                "metadata": {"jurist": tag},
            }
        )
        answer = await _create_once(self._steady, self._url, body)
        if answer is not None:
            return _decoded(answer, _Identified).id
        found = await self.find(tag)
        if found is None:
            raise BatchLostError("the batch was not created", billed=False)
        return found

    async def find(self, tag: str) -> str | None:
        raw = await self._steady.get(f"{self._url}?limit=100")
        for batch in _decoded(raw, _OpenAiList).data:
            if (batch.metadata or {}).get("jurist") == tag:
                return batch.id
        return None

    async def results(self, identifier: str, poll_s: float) -> dict[str, bytes]:
        while True:
            batch = _decoded(await self._steady.get(f"{self._url}/{identifier}"), _OpenAiBatch)
            if batch.status in {"completed", "expired", "cancelled"}:
                break
            if batch.status == "failed":
                raise BatchLostError(f"the batch {identifier} failed", billed=False)
            await self._steady.clock.sleep(poll_s)
        if batch.output_file_id is None:
            return {}
        raw = await self._steady.get(
            f"{self._steady.base_url}/files/{batch.output_file_id}/content"
        )
        answers: dict[str, bytes] = {}
        for line in _lines(raw, _OpenAiLine):
            if line.response is not None and line.response.status_code == 200:
                answers[line.custom_id] = bytes(line.response.body)
        return answers


class _AnthropicBatch(msgspec.Struct):
    id: str
    processing_status: str = ""


class _AnthropicResult(msgspec.Struct):
    type: str
    message: msgspec.Raw = msgspec.Raw()


class _AnthropicLine(msgspec.Struct):
    custom_id: str
    result: _AnthropicResult


class _AnthropicBatches:
    """Requests within the creating call, replies as lines."""

    def __init__(self, steady: _Steady) -> None:
        self._steady = steady
        self._url = f"{steady.base_url}/messages/batches"

    async def create(self, tag: str, requests: Mapping[str, bytes]) -> str:  # noqa: ARG002
        parts = [
            msgspec.json.encode({"custom_id": key, "params": msgspec.Raw(body)})
            for key, body in requests.items()
        ]
        body = b'{"requests":[%b]}' % b",".join(parts)
        answer = await _create_once(self._steady, self._url, body, parts)
        if answer is None:  # this API takes no tag to find the batch by
            raise BatchLostError("nobody can say whether the batch was created", billed=True)
        return _decoded(answer, _Identified).id

    async def find(self, tag: str) -> str | None:  # noqa: ARG002 - the API takes no tag
        return None

    async def results(self, identifier: str, poll_s: float) -> dict[str, bytes]:
        url = f"{self._url}/{identifier}"
        while _decoded(await self._steady.get(url), _AnthropicBatch).processing_status != "ended":
            await self._steady.clock.sleep(poll_s)
        raw = await self._steady.get(f"{url}/results")
        return {
            line.custom_id: bytes(line.result.message)
            for line in _lines(raw, _AnthropicLine)
            if line.result.type == "succeeded"
        }


async def _create_once(
    steady: _Steady, url: str, body: bytes, parts: Sequence[bytes] = ()
) -> bytes | None:
    """Create a batch; repeated only while it certainly was not. `None`: nobody can say."""
    for attempt in range(_PATIENCE):
        if attempt:
            await steady.clock.sleep(_PAUSE_S * 2.0**attempt)
        try:
            answer = await steady.once("POST", url, body, parts)
        except NoAnswerError as error:
            if error.billed:
                return None
            continue
        if answer.status < 300:
            return answer.body
        if may_be_billed(answer.status):
            return None
        if answer.status != TOO_MANY_REQUESTS and not can_pass(answer.status):
            raise BatchLostError(f"{url} answered {answer.status}", billed=False)
    raise BatchLostError(f"{url} could not be reached", billed=False)


def _decoded(raw: bytes, shape: type[_T]) -> _T:
    try:
        return msgspec.json.decode(raw, type=shape)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BatchLostError(
            f"the provider's answer cannot be read: {error}", billed=True
        ) from None


def _lines(raw: bytes, shape: type[_T]) -> Iterator[_T]:
    """The lines of a file of results; one that cannot be read counts as no result."""
    for line in raw.splitlines():
        try:
            yield msgspec.json.decode(line, type=shape)
        except (msgspec.DecodeError, UnicodeDecodeError):
            continue
