"""Which failures can pass, and how long to wait for it."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import Final

_PASSING: Final = frozenset({408, 409, 425, 500, 502, 503, 504, 520, 522, 524, 529})
_NEVER_BILLED: Final = frozenset({408, 409, 425, 429, 503, 529})

TOO_MANY_REQUESTS: Final = 429


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How patient the engine is with one call."""

    attempts: int = 6
    """Attempts that may fail for a reason that can pass; a 429 is counted apart."""
    throttled: int = 40
    """How often a call may be answered 429."""
    first_wait_s: float = 0.5
    longest_wait_s: float = 30.0
    longest_retry_after_s: float = 300.0
    """A server that asks for more is taken to have said no."""

    def wait(self, failures: int, rng: random.Random) -> float:
        """Seconds before the next attempt: exponential with full jitter.

        Source: M. Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog 2015.
        """
        ceiling = min(self.longest_wait_s, self.first_wait_s * 2.0 ** min(failures - 1, 30))
        return rng.uniform(0.0, ceiling)


def can_pass(status: int) -> bool:
    """Whether the same request may succeed later, though this answer was an error."""
    return status in _PASSING


def may_be_billed(status: int) -> bool:
    """Whether a request answered with this status may have been charged for all the same.

    Client errors and "overloaded" come before any work; behind other server errors a
    reply may have been made.
    """
    client_error = 400 <= status < 500
    return not (client_error or status in _NEVER_BILLED)


def retry_after(header: str, wall: float) -> float:
    """Seconds that a `Retry-After` header asks for; 0 where it is absent or unreadable.

    Args:
        header: Seconds, or an HTTP date.
        wall: Seconds since 1970, to compare a date with.
    """
    text = header.strip()
    if not text:
        return 0.0
    try:
        return min(max(0.0, float(text)), 1e9)
    except ValueError:
        pass
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return 0.0
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, moment.timestamp() - wall)
