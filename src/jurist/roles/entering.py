"""Roles that hold something open while they are used, such as the connections of a client."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from typing import cast


@asynccontextmanager
async def entered(roles: Iterable[object]) -> AsyncGenerator[None]:
    """Enter the roles that are asynchronous context managers, and leave them at the end."""
    async with AsyncExitStack() as stack:
        for role in roles:
            if isinstance(role, AbstractAsyncContextManager):
                await stack.enter_async_context(cast("AbstractAsyncContextManager[object]", role))
        yield
