"""Model calls that failed for good, as typed failures."""

from __future__ import annotations

from jurist.errors import BudgetExceeded, ModelError
from jurist.records import Failure, FailureKind

_MOST_OF_A_QUOTE = 300


def failed(kind: FailureKind, reason: str) -> ModelError:
    """The error to raise where a call has no usable reply."""
    return ModelError(Failure(kind, reason))


def over_budget(reason: str) -> BudgetExceeded:
    """The error to raise where the next call could overrun the budget."""
    return BudgetExceeded(Failure(FailureKind.BUDGET, reason))


def quote(text: str) -> str:
    """Hostile text made short, printable and visibly quoted, for use in a message."""
    short = text if len(text) <= _MOST_OF_A_QUOTE else f"{text[:_MOST_OF_A_QUOTE]}..."
    return repr(short)
