"""What every step of one decision shares: the moment, the coercion, the time that is left."""

from __future__ import annotations

from dataclasses import dataclass
from time import perf_counter

from jurist.languages.cql.meaning.values import Coercion


class OutOfTime(Exception):  # noqa: N818 - says what happened
    """The time for the pair is used up."""


@dataclass(slots=True)
class Resources:
    """Shared by all steps of one decision at one moment `now`."""

    now: int
    coercion: Coercion
    deadline: float
    """By `perf_counter`, in seconds."""
    solver_ms: float = 0.0
    """Time spent inside the solver's check."""

    def remaining_ms(self) -> int:
        """What is left of the pair's time.

        Raises:
            OutOfTime: Where nothing is.
        """
        left = int((self.deadline - perf_counter()) * 1_000)
        if left <= 0:
            raise OutOfTime
        return left

    def tick(self) -> None:
        """Stop where no time is left."""
        self.remaining_ms()
