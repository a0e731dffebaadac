"""Small pictures as SVG text: an interval on the scale from 1 to 5, a bar a score."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from jurist.analysis.intervals import Estimate

_LEFT, _WIDTH = 4, 120


def interval_chart(estimate: Estimate) -> Markup:
    """The mean as a dot, its interval as a line, both in words beside them."""
    if estimate.value != estimate.value:
        return Markup("no score")
    low, high = estimate.low, estimate.high
    known = low == low and high == high
    words = f"{estimate.value:.2f}" + (f" [{low:.2f}, {high:.2f}]" if known else "")
    bar = (
        f'<line x1="{_x(low)}" x2="{_x(high)}" y1="9" y2="9" stroke="var(--accent)"'
        ' stroke-width="3"/>'
        if known
        else ""
    )
    return Markup(  # noqa: S704 - numbers only
        f'<svg width="128" height="18" viewBox="0 0 128 18" role="img" aria-label="{words}">'
        f'<path d="{_scale()}" stroke="var(--line)"/>{bar}'
        f'<circle cx="{_x(estimate.value)}" cy="9" r="3.5" fill="var(--accent)"/></svg> '
        f"<span>{words}</span>"
    )


def _scale() -> str:
    ticks = "".join(f"M{_x(level)} 6V12" for level in range(1, 6))
    return f"M{_LEFT} 9H{_LEFT + _WIDTH}{ticks}"


def _x(score: float) -> str:
    return f"{_LEFT + _WIDTH * (min(5.0, max(1.0, score)) - 1) / 4:.1f}"


def histogram_chart(counts: Sequence[int]) -> Markup:
    """Answers by score, 1 to 5, heights relative to the commonest."""
    top = max(*counts, 1)
    words = ", ".join(f"{count} scored {level}" for level, count in enumerate(counts, 1))
    bars = "".join(
        f'<rect x="{(level - 1) * 18}" y="{24 - 22 * count / top:.1f}" width="14" '
        f'height="{22 * count / top:.1f}" fill="var(--s{level})"><title>{count} scored {level}'
        "</title></rect>"
        for level, count in enumerate(counts, 1)
    )
    return Markup(  # noqa: S704 - numbers only
        f'<svg width="90" height="24" viewBox="0 0 90 24" role="img" aria-label="{words}">'
        f"{bars}</svg>"
    )
