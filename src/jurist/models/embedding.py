"""Embeddings: each text is an exchange of its own, and several leave in one request."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Final

import msgspec

from .ledger import Exchange, encode_vector, key_of

_TEXTS_PER_REQUEST: Final = 64
_GATHER_S: Final = 0.002
"""How long texts gather, so that those which nobody has leave together."""


class Packs:
    """The texts of one call for embeddings.

    Args:
        materials: What shapes each text's vector, see `embedding_material`.
        send: The server's reply to a request for some of them, by key; its reply is a list of
            vectors.
    """

    def __init__(
        self,
        materials: Mapping[str, bytes],
        send: Callable[[Mapping[str, str]], Awaitable[Exchange]],
    ) -> None:
        self._materials = materials
        self.keys = {text: key_of(material) for text, material in materials.items()}
        """Of the exchanges, by text."""
        self.requests = 0
        """That were answered."""
        self._send = send
        self._waiting: dict[str, asyncio.Future[Exchange]] = {}

    async def exchange(self, key: str) -> Exchange:
        """The exchange of a text, made together with others that are asked for in this moment.

        Raises:
            ModelError: The server gave no vectors.
            BudgetExceeded: The budget does not hold the request.
        """
        made = asyncio.get_running_loop().create_future()
        is_first = not self._waiting
        self._waiting[key] = made
        if is_first:
            await asyncio.sleep(_GATHER_S)
            waiting, self._waiting = self._waiting, {}
            texts = {text: key for text, key in self.keys.items() if key in waiting}
            listed = list(texts.items())
            await asyncio.gather(
                *(
                    self._make(dict(listed[at : at + _TEXTS_PER_REQUEST]), waiting)
                    for at in range(0, len(listed), _TEXTS_PER_REQUEST)
                )
            )
        return await made

    async def _make(
        self, pack: Mapping[str, str], waiting: Mapping[str, asyncio.Future[Exchange]]
    ) -> None:
        (whole,) = await asyncio.gather(
            self._send({key: text for text, key in pack.items()}), return_exceptions=True
        )
        if isinstance(whole, BaseException):
            for key in pack.values():
                if not waiting[key].done():
                    waiting[key].set_exception(whole)
            return
        self.requests += 1
        for key, exchange in self._parts(whole, pack).items():
            if not waiting[key].done():
                waiting[key].set_result(exchange)

    def _parts(self, whole: Exchange, pack: Mapping[str, str]) -> dict[str, Exchange]:
        vectors = msgspec.json.decode(whole.reply, type=tuple[tuple[float, ...], ...])
        shares = _share(whole.input_tokens, [bytes_of(text) for text in pack])
        return {
            key: replace(
                whole,
                key=key,
                request=msgspec.Raw(self._materials[text]),
                reply=encode_vector(vector),
                input_tokens=share,
                usd=None if whole.usd is None else whole.usd * share / max(1, whole.input_tokens),
                ms=whole.ms / len(pack),
            )
            for (text, key), vector, share in zip(pack.items(), vectors, shares, strict=True)
        }


def bytes_of(text: str) -> int:
    """More tokens than a text has; never 0."""
    return len(text.encode("utf-8", "surrogatepass")) + 1


def _share(total: int, sizes: list[int]) -> list[int]:
    """`total` divided in proportion to the sizes, exactly."""
    whole = sum(sizes)
    shares: list[int] = []
    given = seen = 0
    for size in sizes:
        seen += size
        share = total * seen // whole - given
        shares.append(share)
        given += share
    return shares
