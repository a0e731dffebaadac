"""The leaderboard as a table for a terminal, and as Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.table import Table
from rich.text import Text

from jurist.analysis.intervals import Estimate
from jurist.analysis.leaderboard import Standing
from jurist.report.visible import in_markdown, visible

COLUMNS = (
    "generator",
    "judge",
    "questions",
    "answers",
    "cases",
    "mean [95 %]",
    "proved",
    "undecided",
    "refusals",
    "errors",
)
_TEXT_COLUMNS = 3


def leaderboard_table(standings: Iterable[Standing]) -> Table:
    """A Rich table; rows of one origin stand dim below the row of all questions."""
    table = Table(box=None, pad_edge=False, padding=(0, 1), header_style="bold")
    for index, column in enumerate(COLUMNS):
        text = index < _TEXT_COLUMNS
        table.add_column(column, justify="left" if text else "right", no_wrap=not text)
    for standing in standings:
        style = "" if standing.origin is None else "dim"
        table.add_row(*(Text(visible(cell)) for cell in _cells(standing)), style=style)
    return table


def leaderboard_markdown(standings: Sequence[Standing]) -> str:
    """The same table as Markdown."""
    lines = [
        f"| {' | '.join(COLUMNS)} |",
        f"|{'|'.join(' --- ' if i < _TEXT_COLUMNS else ' ---: ' for i in range(len(COLUMNS)))}|",
    ]
    lines.extend(
        f"| {' | '.join(in_markdown(cell) for cell in _cells(standing))} |"
        for standing in standings
    )
    return "\n".join(lines)


def _cells(standing: Standing) -> tuple[str, ...]:
    return (
        standing.generator,
        standing.judge,
        standing.origin or "all",
        str(standing.answers),
        str(standing.cases),
        interval_words(standing.mean),
        percent(standing.proved_right),
        percent(standing.undecided),
        str(standing.refusals),
        str(standing.errors),
    )


def interval_words(estimate: Estimate, digits: int = 2) -> str:
    """`3.42 [3.21, 3.63]`; a dash where there is no value."""
    if estimate.value != estimate.value:
        return "–"
    value = f"{estimate.value:.{digits}f}"
    if estimate.low != estimate.low:
        return value
    return f"{value} [{estimate.low:.{digits}f}, {estimate.high:.{digits}f}]"


def percent(share: float) -> str:
    """A share as a percentage with one decimal; a dash where there is none."""
    return "–" if share != share else f"{100 * share:.1f} %"
