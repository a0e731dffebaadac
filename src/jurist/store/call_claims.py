"""Which session is making which call, so that of two that need the same reply one pays.

A claim is taken before a request leaves and ends in the transaction that keeps the reply. One
whose session was lost runs out, and another session makes the call again.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Collection, Mapping
from concurrent.futures import Executor
from functools import partial
from itertools import islice
from typing import Final

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Delete,
    Insert,
    String,
    Table,
    delete,
    or_,
    select,
    update,
)

from jurist.errors import StoreError
from jurist.models import Exchange, Turn
from jurist.store.engine import Store, now_ms
from jurist.store.grouping import GATHER_S, fail
from jurist.store.patience import patiently
from jurist.store.tables import AGELESS, METADATA
from jurist.store.workers import new_worker

_LEASE_MS: Final = 12_000
_RENEW_S: Final = _LEASE_MS / 3000
_MOST_AT_ONCE: Final = 1000
"""Statements have no room for the texts of a whole memory that is embedded."""

CALL_CLAIMS: Final = Table(
    "call_claims",
    METADATA,
    Column("key", String(40), primary_key=True),  # of the exchange that it will be
    Column("owner", String(64), nullable=False),
    Column("until", BigInteger, nullable=False),
    info={AGELESS: True},
)


class CallClaims:
    """The claims of one session on a server; used by one event loop.

    Args:
        store: Whose ledger it is.
        writing: In whose thread the store is written to.
        find: The exchanges that there are under some keys.
    """

    def __init__(
        self,
        store: Store,
        writing: Executor,
        find: Callable[[Connection, Collection[str]], Mapping[str, Exchange]],
    ) -> None:
        self._store = store
        self._writing = writing
        self._find = find
        self._owner = new_worker()
        self._held: set[str] = set()
        self._waiting: dict[str, asyncio.Future[Turn | Exchange]] = {}
        self._beginner: asyncio.Task[None] | None = None
        self._renewer: asyncio.Task[None] | None = None

    async def begin(self, key: str) -> Turn | Exchange:
        """Whose turn it is to make a call, or the exchange where there is one by now."""
        turn = self._waiting[key] = asyncio.get_running_loop().create_future()
        if self._beginner is None or self._beginner.done():
            self._beginner = asyncio.create_task(self._begin_all())
        if self._renewer is None or self._renewer.done():
            self._renewer = asyncio.create_task(self._renew())
        return await turn

    async def abandon(self, key: str) -> None:
        """Leave a call to others."""
        self._held.discard(key)
        await asyncio.get_running_loop().run_in_executor(
            self._writing, patiently, self._store, lambda: self._abandon(key)
        )

    def end(self, connection: Connection, keys: Collection[str]) -> None:
        """Give up claims in the transaction that keeps their replies."""
        if keys:
            connection.execute(_claims_of(self._owner, keys))
            self._held.difference_update(keys)

    async def close(self) -> None:
        """Give up what is held."""
        if self._renewer is not None:
            self._renewer.cancel()
        tasks = [task for task in (self._beginner, self._renewer) if task is not None]
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._held:  # by calls that were given up while they waited for their turn
            with contextlib.suppress(StoreError):  # else they run out
                await asyncio.get_running_loop().run_in_executor(self._writing, self._let_go)

    async def _begin_all(self) -> None:
        """Serve who waits, group by group."""
        loop = asyncio.get_running_loop()
        while self._waiting:
            await asyncio.sleep(GATHER_S)
            waiting = dict(islice(self._waiting.items(), _MOST_AT_ONCE))
            for key in waiting:
                del self._waiting[key]
            (turns,) = await asyncio.gather(
                loop.run_in_executor(
                    self._writing, patiently, self._store, partial(self._claim, sorted(waiting))
                ),
                return_exceptions=True,
            )
            if isinstance(turns, BaseException):
                fail(waiting.values(), turns)
                continue
            self._held.update(key for key, turn in turns.items() if turn is Turn.OURS)
            for key, future in waiting.items():
                if not future.done():
                    future.set_result(turns[key])

    async def _renew(self) -> None:
        loop = asyncio.get_running_loop()
        while self._held or self._waiting:
            await asyncio.sleep(_RENEW_S)
            await loop.run_in_executor(self._writing, patiently, self._store, self._hold_on)

    def _claim(self, keys: Collection[str]) -> dict[str, Turn | Exchange]:
        with self._store.write() as connection:
            now = now_ms(connection)
            until = now + _LEASE_MS
            rows = [{"key": key, "owner": self._owner, "until": until} for key in keys]
            connection.execute(_taking(now), rows)
            columns = CALL_CLAIMS.c
            query = select(columns.key).where(columns.key.in_(keys), columns.owner == self._owner)
            ours = frozenset(connection.scalars(query))
            # After the claim: who had it before may have kept a reply as it ended.
            kept = self._find(connection, ours)
            if kept:
                connection.execute(_claims_of(self._owner, kept.keys()))
        return {key: kept.get(key, Turn.OURS if key in ours else Turn.ANOTHERS) for key in keys}

    def _abandon(self, key: str) -> None:
        with self._store.write() as connection:
            connection.execute(_claims_of(self._owner, [key]))

    def _let_go(self) -> None:
        with self._store.write() as connection:
            connection.execute(delete(CALL_CLAIMS).where(CALL_CLAIMS.c.owner == self._owner))

    def _hold_on(self) -> None:
        with self._store.write() as connection:
            connection.execute(
                update(CALL_CLAIMS)
                .where(CALL_CLAIMS.c.owner == self._owner)
                .values(until=now_ms(connection) + _LEASE_MS)
            )


def _claims_of(owner: str, keys: Collection[str]) -> Delete:
    return delete(CALL_CLAIMS).where(
        CALL_CLAIMS.c.owner == owner, CALL_CLAIMS.c.key.in_(sorted(keys))
    )


def _taking(now: int) -> Insert:
    """Insert claims in place of none, of those that ran out by now, and of the owner's own."""
    from sqlalchemy.dialects.postgresql import insert

    adding = insert(CALL_CLAIMS)
    return adding.on_conflict_do_update(
        index_elements=[CALL_CLAIMS.c.key],
        set_={"owner": adding.excluded.owner, "until": adding.excluded.until},
        where=or_(CALL_CLAIMS.c.until < now, CALL_CLAIMS.c.owner == adding.excluded.owner),
    )
