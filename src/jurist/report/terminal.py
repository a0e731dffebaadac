"""The leaderboard as a table for a terminal."""

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
from jurist.report.standing_words import (
    COLUMNS,
    SILENT,
    TEXT_COLUMNS,
    cells_of,
    headings_and_cells,
    rows_shown,
)
from jurist.report.visible import visible

if TYPE_CHECKING:
    from jurist.analysis.standings import Standing

_UNBOUNDED = 10_000
_LEAST_WIDTH = 16


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
            yield from map(_paragraph, rows_shown(self.standings))

    def _wide(self) -> Table:
        table = Table(box=None, pad_edge=False, padding=(0, 1), header_style="bold")
        columns, rows = headings_and_cells(self.standings)
        for index, column in enumerate(columns):
            left = index < TEXT_COLUMNS
            table.add_column(column, justify="left" if left else "right", no_wrap=True)
        for standing, row in zip(rows_shown(self.standings), rows, strict=True):
            table.add_row(*(Text(visible(cell)) for cell in row), style=_style(standing))
        return table

    def _narrow(self) -> Table:
        table = Table(
            box=None, pad_edge=False, padding=(0, 1), collapse_padding=True, header_style="bold"
        )
        table.add_column("generator", overflow="fold", min_width=_LEAST_WIDTH)
        columns, rows = headings_and_cells(self.standings)
        for column in columns[TEXT_COLUMNS:]:
            heading = column.removesuffix(" [95 %]").replace(" ", "\n")
            table.add_column(heading, justify="right", vertical="bottom", no_wrap=True)
        before = None
        for standing, row in zip(rows_shown(self.standings), rows, strict=True):
            who, questions = _who(standing), f"  {standing.origin or 'all'}"
            first = questions if who == before else f"{visible(who)}\n{questions}"
            numbers = (Text(cell) for cell in row[TEXT_COLUMNS:])
            table.add_row(Text(first), *numbers, style=_style(standing))
            before = who
        return table


def _paragraph(standing: Standing) -> Text:
    of = dict(zip(COLUMNS, cells_of(standing), strict=True))
    parts = [
        f"{visible(_who(standing))}, {of['questions']} questions: mean {of['mean [95 %]']}",
        f"{of['scored']} answers to {counted(standing.cases, 'case')} scored",
        *(f"{name} {of[name]}" for name in COLUMNS[6:] if of[name] not in SILENT),
    ]
    return Text(", ".join(parts), style=_style(standing))


def _who(standing: Standing) -> str:
    return f"{standing.generator} · {standing.judge}"


def _style(standing: Standing) -> str:
    return "" if standing.decides else "dim"


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
