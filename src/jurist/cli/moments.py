"""Moments that people say on the command line."""

from __future__ import annotations

from typing import Final

_YEARS: Final = 6
"""Digits: so few are a year or a month, never seconds since 1970."""


def said_moment(text: str, option: str) -> int:
    """The moment, in milliseconds since 1970, UTC.

    Args:
        text: As it was said; without a zone it is UTC.
        option: How the command calls it.

    Raises:
        InputError: It is no moment.
    """
    from datetime import UTC

    from jurist.errors import InputError
    from jurist.production.moments import moment_of

    if text.strip().isdigit() and len(text.strip()) <= _YEARS:
        raise InputError(
            f"{option} {text} is no day",
            expected="a date or a moment, such as 2026-01-01",
            fix=f"say the whole date: {option} YYYY-MM-DD",
        )
    return moment_of(text, UTC)


def past_moment(text: str, option: str) -> int:
    """The moment, as `said_moment`; refused where it has not come yet."""
    import time

    from jurist.errors import InputError

    moment = said_moment(text, option)
    if moment > time.time() * 1000:
        raise InputError(
            f"{option} {text} has not come yet",
            expected="a moment that has been",
            fix="give today's date, or an earlier one",
        )
    return moment
