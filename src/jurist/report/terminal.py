"""The leaderboard as a table for a terminal, and as Markdown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import StringIO
from typing import TYPE_CHECKING

from rich.console import Console, ConsoleOptions, RenderableType
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from jurist.plurals import counted
from jurist.report.numbers import NOTHING, interval_words, percent
from jurist.report.visible import in_markdown, visible

if TYPE_CHECKING:
    from jurist.analysis.leaderboard import Standing

COLUMNS = (
    "generator",
    "judge",
    "questions",
    "cases",
    "scored",
    "mean [95 %]",
    "with the missing",
    "consistent [95 %]",
    "proved right",
    "undecided",
    "refused rightly",
    "refused wrongly",
    "no answer",
    "no verdict",
)
"""`scored` is of all answers; `with the missing` what the mean would be had all answers without a
score been the worst, or the best, shown where it matters; `refused rightly` of those that only a
refusal answers. A column that has nothing to say in any row is left out."""
TEXT_COLUMNS = 3
_UNBOUNDED = 10_000
_LEAST_WIDTH = 16
_SILENT = {NOTHING, "0"}


@dataclass(frozen=True)
class Leaderboard:
    """Standings in the form that a terminal has room for; rows that order nothing are dim.

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
            yield from map(_told, shown(self.standings))

    def _wide(self) -> Table:
        table = Table(box=None, pad_edge=False, padding=(0, 1), header_style="bold")
        columns, rows = headed(self.standings)
        for index, column in enumerate(columns):
            left = index < TEXT_COLUMNS
            table.add_column(column, justify="left" if left else "right", no_wrap=True)
        for standing, row in zip(shown(self.standings), rows, strict=True):
            table.add_row(*(Text(visible(cell)) for cell in row), style=_style(standing))
        return table

    def _narrow(self) -> Table:
        table = Table(
            box=None, pad_edge=False, padding=(0, 1), collapse_padding=True, header_style="bold"
        )
        table.add_column("generator", overflow="fold", min_width=_LEAST_WIDTH)
        columns, rows = headed(self.standings)
        for column in columns[TEXT_COLUMNS:]:
            heading = column.removesuffix(" [95 %]").replace(" ", "\n")
            table.add_column(heading, justify="right", vertical="bottom", no_wrap=True)
        before = None
        for standing, row in zip(shown(self.standings), rows, strict=True):
            who, questions = _who(standing), f"  {standing.origin or 'all'}"
            first = questions if who == before else f"{visible(who)}\n{questions}"
            numbers = (Text(cell) for cell in row[TEXT_COLUMNS:])
            table.add_row(Text(first), *numbers, style=_style(standing))
            before = who
        return table


def _told(standing: Standing) -> Text:
    of = dict(zip(COLUMNS, _cells(standing), strict=True))
    parts = [
        f"{visible(_who(standing))}, {of['questions']} questions: mean {of['mean [95 %]']}",
        f"{of['scored']} answers to {counted(standing.cases, 'case')} scored",
        *(f"{name} {of[name]}" for name in COLUMNS[6:] if of[name] not in _SILENT),
    ]
    return Text(", ".join(parts), style=_style(standing))


def _who(standing: Standing) -> str:
    return f"{standing.generator} · {standing.judge}"


def _style(standing: Standing) -> str:
    return "" if standing.decides else "dim"


def shown(standings: Sequence[Standing]) -> list[Standing]:
    """The rows of a table: those of all questions only where there is more than one origin."""
    rows = Counter((row.generator, row.judge) for row in standings)
    return [
        row for row in standings if row.origin is not None or rows[row.generator, row.judge] != 2
    ]


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
    """The headings and the rows of `shown`, without a column that has nothing to say."""
    rows = [_cells(standing) for standing in shown(standings)]
    kept = [
        place
        for place in range(len(COLUMNS))
        if place < TEXT_COLUMNS or any(row[place] not in _SILENT for row in rows)
    ]
    return (
        tuple(COLUMNS[place] for place in kept),
        [tuple(row[place] for place in kept) for row in rows],
    )


def _cells(standing: Standing) -> tuple[str, ...]:
    return (
        standing.generator,
        standing.judge,
        standing.origin or "all",
        str(standing.cases),
        scored(standing),
        interval_words(standing.mean),
        with_the_missing(standing),
        consistent(standing),
        percent(standing.proved_right),
        percent(standing.undecided),
        refused_rightly(standing),
        str(standing.undue_refusals),
        str(standing.unanswered),
        str(standing.unjudged),
    )


def scored(standing: Standing) -> str:
    """`12 of 60`: how many of the answers have a score, and are in the mean."""
    return f"{standing.scored} of {standing.answers}"


def with_the_missing(standing: Standing) -> str:
    """What the mean could be with the scores that are missing, where that matters."""
    if standing.bounds is None or not standing.missing_matters:
        return NOTHING
    low, high = standing.bounds
    return f"{low:.2f} to {high:.2f}"


def refused_rightly(standing: Standing) -> str:
    """`3 of 4`: refusals where only a refusal is right."""
    due = standing.unbuildable
    return f"{standing.due_refusals} of {due}" if due else NOTHING


def consistent(standing: Standing) -> str:
    """The share of pairs of answers to one question that mean the same, with its interval."""
    return interval_words(standing.consistency and standing.consistency.estimate)
