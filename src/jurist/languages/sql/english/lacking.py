"""That something cannot be said in English."""

from __future__ import annotations

from jurist.errors import UnsupportedError


def wordless(what: str) -> UnsupportedError:
    """That something cannot be said."""
    return UnsupportedError(
        f"there are no English words for {what}",
        expected="a query that can be said in full",
        fix="write the question by hand, or let a model write it",
    )
