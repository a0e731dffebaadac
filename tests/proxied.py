"""A proxy before the model server, and a program that asks it with plain HTTP."""

from __future__ import annotations

import io
import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp

from jurist.models import Budget, BudgetLimits, MemoryLedger, Models
from jurist.proxy import Access, Credit, Proxy
from model_server import ModelServer


@dataclass
class Answer:
    """What a client got."""

    status: int
    headers: Any
    body: Any


class Client:
    """A program that knows an access alone."""

    def __init__(self, access: Access, session: aiohttp.ClientSession) -> None:
        self.access = access
        self._session = session

    async def post(self, path: str, body: object, **headers: str) -> Answer:
        sent = {"Authorization": f"Bearer {self.access.api_key}", **headers}
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        url = f"{self.access.base_url}/{path}"
        async with self._session.post(url, data=io.BytesIO(raw), headers=sent) as response:
            return await self._read(response)

    async def get(self, path: str, **headers: str) -> Answer:
        sent = {"Authorization": f"Bearer {self.access.api_key}", **headers}
        async with self._session.get(f"{self.access.base_url}/{path}", headers=sent) as response:
            return await self._read(response)

    async def ask(self, text: str = "hello", *, model: str = "test-model", **more: Any) -> Answer:
        messages = [{"role": "user", "content": text}]
        return await self.post("chat/completions", {"model": model, "messages": messages, **more})

    @staticmethod
    async def _read(response: aiohttp.ClientResponse) -> Answer:
        raw = await response.read()
        try:
            body: object = json.loads(raw)
        except ValueError:
            body = raw.decode()
        return Answer(response.status, response.headers, body)


@asynccontextmanager
async def proxied(
    server: ModelServer,
    *,
    ledger: MemoryLedger | None = None,
    limits: BudgetLimits | None = None,
    credit: Credit | None = None,
    model: str = "",
) -> AsyncGenerator[Client]:
    budget = None if limits is None else Budget(limits)
    string = model or f"{server.url}#test-model"
    async with (
        Models(ledger, budget=budget) as models,
        Proxy(models, {"test-model": string}) as proxy,
        aiohttp.ClientSession() as session,
    ):
        yield Client(proxy.admit(credit or Credit()), session)
