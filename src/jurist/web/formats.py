"""Moments, spans, sums and shares as pages write them: filters of all templates."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Final

from jurist.report.decisions import settle_words
from jurist.report.numbers import NOTHING


def moment(milliseconds: int) -> str:
    """`28 Nov 2026, 20:59 UTC`."""
    return f"{datetime.fromtimestamp(milliseconds / 1000, UTC):%-d %b %Y, %H:%M} UTC"


def span(seconds: float) -> str:
    """`4.3 ms`, `17 s`, `3 min 20 s`, `2 h 5 min`."""
    if seconds != seconds:
        return NOTHING
    if seconds < 1:
        milliseconds = seconds * 1000
        return f"{milliseconds:.1f} ms" if milliseconds < 10 else f"{milliseconds:.0f} ms"
    if seconds < 60:
        return f"{seconds:.1f} s" if seconds < 10 else f"{seconds:.0f} s"
    minutes = round(seconds / 60) if seconds >= 3600 else int(seconds // 60)
    if seconds < 3600:
        rest = int(seconds % 60)
        return f"{minutes} min {rest} s" if rest else f"{minutes} min"
    hours, rest = divmod(minutes, 60)
    return f"{hours} h {rest} min" if rest else f"{hours} h"


def usd(amount: float) -> str:
    """`$0.00`, `$0.0042`, `$12.30`, `$1,204.00`."""
    return f"${amount:.4f}" if 0 < amount < 0.01 else f"${amount:,.2f}"


def short_commit(commit: str) -> str:
    """The beginning of a git commit, with its `+` where files differed."""
    return f"{commit[:8]}{'+' if commit.endswith('+') else ''}"


FILTERS: Final[Mapping[str, Callable[..., str]]] = {
    "moment": moment,
    "span": span,
    "usd": usd,
    "short_commit": short_commit,
    "settle_words": settle_words,
}
