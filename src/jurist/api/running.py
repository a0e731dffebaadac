"""Running studies from Python: in scripts, in notebooks, and where an event loop is running."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from jurist.api.arguments import in_words, refuse_no_flag, refuse_number, refuse_type
from jurist.api.runs import Run
from jurist.api.studies import Study, study_file
from jurist.errors import InputError
from jurist.event_loops import run_apart
from jurist.report.progress import Bars, progress_bars
from jurist.runs.deleting import forget_run
from jurist.runs.outcomes import Ending, Outcome
from jurist.runs.progress import Progress
from jurist.runs.reaching import sketch
from jurist.runs.session import run_study, run_study_async
from jurist.runs.study import StudyFile
from jurist.runs.unmatched import unmatched_answers
from jurist.store import Store, open_store
from jurist.store.runs import get_run


def run(
    study: Study | str | Path,
    store: str | Path | None = None,
    *,
    fresh: bool = False,
    retry_failures: bool = False,
    workers: int | None = None,
    progress: Progress | None = None,
) -> Run:
    """Run a study, or go on with its run where an earlier call ended.

    Works in scripts, which need no `__main__` guard, in notebooks and in threads. Ctrl-C
    ends it: what is done is stored, and the next call goes on from there.

    Args:
        study: A `Study`, or the path of a study file.
        store: The file or URL in which the run is kept; `None`: the study's, which is
            `jurist.db` unless its file says otherwise.
        fresh: First delete what this run has stored. Models' replies stay in the ledger.
        retry_failures: First open again what failed in a way that may pass.
        workers: Processes for proofs; `None`: one a core.
        progress: Is told how far it is; `None`: bars in a terminal, else nothing.

    Raises:
        InputError: The study, its data or a role cannot be used.
        StoreError: The store failed; all that was committed is safe.
        InternalContradiction: Two methods of ours disagree.
    """
    _refuse_ways(fresh, retry_failures, progress)
    file, place = _study_and_place(study, store, workers)
    with _ready(file, place, fresh=fresh) as opened, _progress_or_bars(progress) as shown:
        outcome = run_study(
            file, opened, progress=shown, workers=workers, retry_failures=retry_failures
        )
        return _run_of(file, outcome, opened, place)


async def run_async(
    study: Study | str | Path,
    store: str | Path | None = None,
    *,
    fresh: bool = False,
    retry_failures: bool = False,
    workers: int | None = None,
    progress: Progress | None = None,
) -> Run:
    """What `run` does, for who has an event loop: it stays free meanwhile.

    Cancelled, it ends as `run` does at Ctrl-C.

    Args:
        study: See `run`.
        store: See `run`.
        fresh: See `run`.
        retry_failures: See `run`.
        workers: See `run`.
        progress: See `run`.
    """
    _refuse_ways(fresh, retry_failures, progress)
    file, place = _study_and_place(study, store, workers)

    async def work() -> Run:
        with _ready(file, place, fresh=fresh) as opened, _progress_or_bars(progress) as shown:
            outcome = await run_study_async(
                file, opened, progress=shown, workers=workers, retry_failures=retry_failures
            )
            return _run_of(file, outcome, opened, place)

    return await run_apart(work)


def _refuse_ways(fresh: object, retry_failures: object, progress: object) -> None:
    """Raise `InputError` for flags that are none, and for progress that cannot be told."""
    refuse_no_flag("fresh", fresh)
    refuse_no_flag("retry_failures", retry_failures)
    if progress is not None and not callable(getattr(progress, "update", None)):
        raise InputError(
            f"`progress` is {in_words(progress)}",
            expected="an object with a method `update(stages)`",
            fix="leave `progress` out for bars in a terminal",
        )


def _study_and_place(
    study: Study | str | Path, store: str | Path | None, workers: int | None
) -> tuple[StudyFile, str | Path]:
    """The study and where its run is kept."""
    if store is not None:
        refuse_type("store", store, (str, Path), "a file or a postgresql:// URL")
    if workers is not None:
        refuse_number("workers", workers, least=1)
    file = study_file("study", study)
    return file, store or file.study.store


@contextmanager
def _ready(file: StudyFile, place: str | Path, *, fresh: bool) -> Generator[Store]:
    """The store; a study that cannot be run leaves no empty one."""
    if "://" not in str(place) and not Path(place).exists():
        sketch(file)
    store = open_store(place)
    try:
        if fresh:
            forget_run(file, store)
        yield store
    finally:
        store.close()


@contextmanager
def _progress_or_bars(progress: Progress | None) -> Generator[Progress]:
    if progress is not None:
        yield progress
        return
    with progress_bars() as bars:
        yield Bars(bars)


def _run_of(file: StudyFile, outcome: Outcome, store: Store, place: str | Path) -> Run:
    if outcome.ending is Ending.INTERRUPTED:  # the script was to end, not only this run
        raise KeyboardInterrupt
    unasked = tuple(unmatched_answers(file, store, outcome.run))
    return Run(place, outcome.run, get_run(store, outcome.run).name, unasked, file)
