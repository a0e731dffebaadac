"""What every step of a decision shares: the moment, the coercion, the time that is left."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from time import thread_time

from jurist.languages.cql.meaning.values import Coercion


class OutOfTime(Exception):  # noqa: N818 - says what happened
    """The time for the pair is used up."""


_deadline: ContextVar[float | None] = ContextVar("deadline", default=None)


@contextmanager
def until(deadline: float) -> Generator[None]:
    """Let `tick` stop what runs on after a moment, by `thread_time`.

    For what is cached by its arguments, of which the time that is left is none.
    """
    token = _deadline.set(deadline)
    try:
        yield
    finally:
        _deadline.reset(token)


def tick() -> None:
    """Stop where no time is left.

    Raises:
        OutOfTime: Where none is.
    """
    deadline = _deadline.get()
    if deadline is not None and thread_time() > deadline:
        raise OutOfTime


@dataclass(slots=True)
class Resources:
    """Shared by all steps of one decision at one moment `now`, and set anew for the next."""

    now: int
    coercion: Coercion
    deadline: float
    """By `thread_time`, in seconds: other work on the machine changes no verdict."""
    solver_ms: float = 0.0
    """Time spent inside the solver's check."""

    def start(self, timeout_ms: int) -> None:
        """Begin a decision that may take so long."""
        self.deadline = thread_time() + timeout_ms / 1_000
        self.solver_ms = 0.0

    def remaining_ms(self) -> int:
        """What is left of the pair's time.

        Raises:
            OutOfTime: Where nothing is.
        """
        left = int((self.deadline - thread_time()) * 1_000)
        if left <= 0:
            raise OutOfTime
        return left

    def tick(self) -> None:
        """Stop where no time is left."""
        self.remaining_ms()

    @contextmanager
    def within(self, share: float) -> Generator[None]:
        """Let the steps inside use no more than a share of what is left."""
        deadline = self.deadline
        self.deadline -= (1 - share) * self.remaining_ms() / 1_000
        try:
            yield
        finally:
            self.deadline = deadline
