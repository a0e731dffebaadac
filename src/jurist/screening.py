"""The last look at a request before it leaves: what may not be told must not stand in it.

Who lets something leave has it `screened(...)`, whatever it was made of. What may not be told is
set around the work that leads to it, by `screening(...)`: the task that asks, and those that it
starts, see it.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from contextvars import ContextVar

from jurist.errors import ModelError
from jurist.records import Failure, FailureKind

Screen = Callable[[bytes], str]
"""Says which kind of what may not be told stands in a body; empty: none. Never the value."""

_screen: ContextVar[Screen | None] = ContextVar("screen", default=None)


@contextmanager
def screening(look: Screen) -> Generator[None]:
    """Have all that leaves meanwhile looked at."""
    token = _screen.set(look)
    try:
        yield
    finally:
        _screen.reset(token)


def screened(body: bytes) -> bytes:
    """The body, as it is, where it may leave.

    Raises:
        ModelError: It may not: nothing is to be sent.
    """
    look = _screen.get()
    kind = "" if look is None else look(body)
    if kind:
        raise ModelError(
            Failure(
                FailureKind.PRIVATE,
                f"the request still held {kind} as it stands in the data: it was not sent",
            )
        )
    return body
