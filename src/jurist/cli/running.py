"""Running a study in a terminal: progress, Ctrl-C, the table at the end, the report's path."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from jurist.cli.stores import is_made
from jurist.cli.terminal import notices, output, plain, progress
from jurist.plurals import counted
from jurist.run.engine import Ending, Outcome
from jurist.run.progress import StageProgress
from jurist.run.reaching import sketch
from jurist.run.session import run_study
from jurist.run.study import StudyFile
from jurist.store import Store, open_store
from jurist.store.queue import count_failed

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

_STOPPED = 3


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


def run_in_terminal(
    file: StudyFile,
    *,
    html: Path | None = None,
    workers: int | None = None,
    retry_failures: bool = False,
    again: str,
    mend: str = "",
    quiet: bool = False,
) -> int:
    """Run or resume a study, print its table, write its report; returns the exit code.

    Args:
        file: The study.
        html: Where the report goes; `None`: nowhere.
        workers: Processes for proofs; `None`: one a core.
        retry_failures: First open again what failed in a way that may pass.
        again: The command that goes on with it.
        mend: The command that tries again what failed in a way that may pass, if there is one.
        quiet: Say nothing beside the results but what went wrong.
    """
    if not is_made(file.study.store):
        sketch(file)  # a study that cannot be run leaves no empty store
    store = open_store(file.study.store)
    try:
        with progress(quiet=quiet) as bars:
            outcome = run_study(
                file,
                store,
                progress=Bars(bars),
                workers=workers,
                retry_failures=retry_failures,
            )
    except (KeyboardInterrupt, asyncio.CancelledError):
        # before the run minded Ctrl-C, or the second one: what is stored stays stored
        notices().print(f"[bold yellow]interrupted[/].\nTo go on: {plain(again)}")
        return _STOPPED
    else:
        _tell(outcome, store, html=html, again=again, mend=mend, quiet=quiet)
        return 0 if outcome.ending is Ending.FINISHED else _STOPPED
    finally:
        store.close()


def _tell(
    outcome: Outcome, store: Store, *, html: Path | None, again: str, mend: str, quiet: bool
) -> None:
    from jurist.cli.files import open_output
    from jurist.report.build import page_of, survey_of
    from jurist.report.html import write_html
    from jurist.report.terminal import Leaderboard

    survey = survey_of(store, outcome.run)
    output().print(Leaderboard(survey.standings))
    say = notices(quiet=quiet)
    for note in survey.notes:
        say.print(plain(note))
    if html is not None:
        with open_output(html) as written:
            write_html(page_of(store, outcome.run, survey), written)
        say.print(f"report: {plain(str(html))}")
    failed = count_failed(store, outcome.run) if mend else 0
    if failed:
        tasks = counted(failed, "task")
        say.print(f"{tasks} failed in a way that may pass. To try again: {plain(mend)}")
    if outcome.ending is Ending.FINISHED:
        say.print(
            f"run {plain(outcome.run)} in {plain(store.place)}: "
            f"{counted(outcome.done, 'task')} done in {outcome.seconds:.1f} s"
        )
        return
    reason = f" {plain(outcome.reason)}" if outcome.reason else ""
    notices().print(  # an early end is no matter of taste: it is said even where all is quiet
        f"[bold yellow]{outcome.ending.replace('_', ' ')}[/]: "
        f"{counted(outcome.open, 'task is', 'tasks are')} open."
        f"{reason}\nTo go on: {plain(again)}"
    )
