"""The leaderboard as a table for a terminal, and as Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import StringIO
from typing import TYPE_CHECKING

from rich.console import Console, ConsoleOptions, RenderableType
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from jurist.plurals import counted
from jurist.report.visible import in_markdown, visible

if TYPE_CHECKING:
    from jurist.analysis.intervals import Estimate
    from jurist.analysis.leaderboard import Standing

COLUMNS = (
    "generator",
    "judge",
    "questions",
    "answers",
    "cases",
    "mean [95 %]",
    "consistent [95 %]",
    "missing",
    "proved right",
    "undecided",
    "refusals",
    "errors",
)
TEXT_COLUMNS = 3
_MISSING = COLUMNS.index("missing")
"""Verdicts without a score, which are not in the mean beside them; shown where there are any."""
_CONSISTENT = COLUMNS.index("consistent [95 %]")
"""Of which of the answers to one question mean the same; shown where there are several."""
_UNBOUNDED = 10_000


@dataclass(frozen=True)
class Leaderboard:
    """Standings in the form that a terminal has room for; rows of one origin are dim.

    A table with a column for each of `COLUMNS`; where that is too wide, one whose first
    columns are one; where that is too wide too, a paragraph a row. No number is ever cut.
    """

    standings: Sequence[Standing]

    def __rich_console__(
        self, console: Console, options: ConsoleOptions
    ) -> Iterator[RenderableType]:
        """Choose the form by the width there is."""
        wide, narrow = self._wide(), self._narrow()
        anything = options.update_width(_UNBOUNDED)  # a measurement never exceeds its options
        if Measurement.get(console, anything, wide).maximum <= options.max_width:
            yield wide
        elif Measurement.get(console, anything, narrow).minimum <= options.max_width:
            yield narrow
        else:
            yield from map(_told, self.standings)

    def _wide(self) -> Table:
        table = Table(box=None, pad_edge=False, padding=(0, 1), header_style="bold")
        columns, rows = headed(self.standings)
        for index, column in enumerate(columns):
            left = index < TEXT_COLUMNS
            table.add_column(column, justify="left" if left else "right", no_wrap=True)
        for standing, row in zip(self.standings, rows, strict=True):
            table.add_row(*(Text(visible(cell)) for cell in row), style=_style(standing))
        return table

    def _narrow(self) -> Table:
        table = Table(
            box=None, pad_edge=False, padding=(0, 1), collapse_padding=True, header_style="bold"
        )
        table.add_column("generator", overflow="fold")
        columns, rows = headed(self.standings)
        for column in columns[TEXT_COLUMNS:]:
            heading = column.removesuffix(" [95 %]").replace(" ", "\n")
            table.add_column(heading, justify="right", no_wrap=True)
        for standing, row in zip(self.standings, rows, strict=True):
            who = _who(standing) if standing.origin is None else f"  {standing.origin}"
            numbers = (Text(cell) for cell in row[TEXT_COLUMNS:])
            table.add_row(Text(visible(who)), *numbers, style=_style(standing))
        return table


def _told(standing: Standing) -> Text:
    *_, mean, consistent, scoreless, proved, undecided, refusals, errors = _cells(standing)
    answers, cases = counted(standing.answers, "answer"), counted(standing.cases, "case")
    return Text(
        f"{visible(_who(standing))}, {standing.origin or 'all'} questions: mean {mean}, {answers} "
        f"{_consistent_words(standing, consistent)}"
        f"to {cases}, {scoreless} of them without a score, {proved} proved right, {undecided} "
        f"undecided, {refusals} refusals, {errors} errors",
        style=_style(standing),
    )


def _consistent_words(standing: Standing, told: str) -> str:
    return "" if standing.consistency is None else f"(of one question {told} consistent) "


def _who(standing: Standing) -> str:
    return f"{standing.generator} · {standing.judge}"


def _style(standing: Standing) -> str:
    return "" if standing.origin is None else "dim"


def leaderboard_text(standings: Sequence[Standing]) -> str:
    """The same table as plain text, whatever its width."""
    from jurist.report.console import SafeConsole

    console = SafeConsole(
        file=(written := StringIO()),
        width=_UNBOUNDED,
        highlight=False,
        emoji=False,
        color_system=None,
        force_jupyter=False,
    )
    console.print(Leaderboard(standings))
    return "\n".join(line.rstrip() for line in written.getvalue().splitlines())


def leaderboard_markdown(standings: Sequence[Standing]) -> str:
    """The same table as Markdown."""
    columns, rows = headed(standings)
    lines = [
        f"| {' | '.join(columns)} |",
        f"|{'|'.join(' --- ' if i < TEXT_COLUMNS else ' ---: ' for i in range(len(columns)))}|",
    ]
    lines.extend(f"| {' | '.join(in_markdown(cell) for cell in row)} |" for row in rows)
    return "\n".join(lines)


def headed(
    standings: Sequence[Standing],
) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """The headings and the rows, without a column that has nothing to say."""
    left_out: set[int] = set()
    if not any(missing(standing) for standing in standings):
        left_out.add(_MISSING)
    if all(standing.consistency is None for standing in standings):
        left_out.add(_CONSISTENT)

    def kept(row: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(cell for place, cell in enumerate(row) if place not in left_out)

    return kept(COLUMNS), [kept(_cells(standing)) for standing in standings]


def missing(standing: Standing) -> int:
    """How many of the answers have no score, and are in no mean."""
    return sum(count for _, count in standing.unscored)


def _cells(standing: Standing) -> tuple[str, ...]:
    return (
        standing.generator,
        standing.judge,
        standing.origin or "all",
        str(standing.answers),
        str(standing.cases),
        interval_words(standing.mean),
        consistent(standing),
        str(missing(standing)),
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


def consistent(standing: Standing) -> str:
    """The share of pairs of answers to one question that mean the same, with its interval."""
    found = standing.consistency
    return "–" if found is None else interval_words(found.estimate)


def percent(share: float) -> str:
    """A share as a percentage with one decimal; a dash where there is none."""
    return "–" if share != share else f"{100 * share:.1f} %"
