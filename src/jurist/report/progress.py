"""Progress bars in a terminal, on standard error; nothing in a pipe."""

from __future__ import annotations

import os
from collections.abc import Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

    from jurist.runs.progress import StageProgress


class Bars:
    """Draws a run's stages as progress bars."""

    def __init__(self, bars: Progress) -> None:
        self._bars = bars
        self._ids: dict[str, TaskID] = {}

    def update(self, stages: tuple[StageProgress, ...]) -> None:
        """Move each stage's bar to where it is; a stage without tasks has none."""
        for stage in stages:
            if not stage.total:
                continue
            if stage.stage not in self._ids:
                self._ids[stage.stage] = self._bars.add_task(f"{stage.stage:<10}", total=None)
            self._bars.update(self._ids[stage.stage], completed=stage.done, total=stage.total)


@contextmanager
def progress_bars(*, quiet: bool = False) -> Generator[Progress]:
    """A progress display with counts, elapsed time and ETA on standard error.

    In a pipe, in a notebook and with `quiet` nothing is drawn.
    """
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    from jurist.report.console import SafeConsole

    console = SafeConsole(stderr=True, highlight=False, emoji=False)
    shown = (
        console.is_terminal
        and not console.is_jupyter
        and not quiet
        and os.environ.get("TERM") != "dumb"
    )
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
        console=console,
        disable=not shown,
    ) as bars:
        yield bars
