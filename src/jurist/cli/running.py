"""Running a study in a terminal: progress, Ctrl-C, the table at the end, the report's path."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from jurist.cli.exit_codes import ExitCode
from jurist.cli.files import Output, open_output
from jurist.cli.stores import is_made, store_to_change
from jurist.cli.terminal import notices, output, plain, print_notes
from jurist.errors import InputError
from jurist.garbage import collected_seldom
from jurist.plurals import counted
from jurist.records import FailureKind
from jurist.report.progress import Bars, progress_bars
from jurist.report.sent_words import repeat_words
from jurist.runs.deleting import forget_run
from jurist.runs.outcomes import Ending, Outcome
from jurist.runs.reaching import sketch
from jurist.runs.session import join_run, run_study
from jurist.runs.shards import WHOLE, Shard
from jurist.runs.study import StudyFile
from jurist.runs.unmatched import unmatched_answers
from jurist.store import Store, open_store
from jurist.store.failures import failures_that_may_pass
from jurist.store.sent import count_repeats

if TYPE_CHECKING:
    from jurist.analysis.standings import Standing


def run_in_terminal(
    file: StudyFile,
    *,
    html: Output | None = None,
    workers: int | None = None,
    retry_failures: bool = False,
    again: str,
    mend: str = "",
    quiet: bool = False,
    shard: Shard = WHOLE,
) -> ExitCode:
    """Run or resume a study, print its table, write its report; returns the exit code.

    Args:
        file: The study.
        html: Where the report goes; `None`: nowhere.
        workers: Processes for proofs; `None`: one a core.
        retry_failures: First open again what failed in a way that may pass.
        again: The command that goes on with it.
        mend: The command that tries again what failed in a way that may pass, if there is one.
        quiet: Say nothing beside the results but what went wrong.
        shard: Only these of its cases; then there is no table, for it would be of a part.

    Raises:
        InputError: A generator or a judge never gave a result, or nothing was asked at all.
    """
    if not is_made(file.study.store):
        sketch(file)  # a study that cannot be run leaves no empty store
    store = open_store(file.study.store)
    try:
        with collected_seldom(), progress_bars(quiet=quiet) as bars:
            outcome = run_study(
                file,
                store,
                progress=Bars(bars),
                workers=workers,
                retry_failures=retry_failures,
                shard=shard,
            )
        if shard != WHOLE and outcome.ending is Ending.FINISHED:
            _say_what_share(outcome, store, shard)
            return ExitCode.YES
        _tell(file, outcome, store, html=html, again=again, mend=mend, quiet=quiet)
    except asyncio.CancelledError:  # Ctrl-C again: what is stored stays stored
        raise KeyboardInterrupt from None
    else:
        return ExitCode.YES if outcome.ending is Ending.FINISHED else ExitCode.OPEN
    finally:
        store.close()


def work_in_terminal(
    run: str,
    where: str,
    *,
    folder: Path,
    only: Sequence[str],
    workers: int | None,
    quiet: bool,
) -> ExitCode:
    """Join a run, and say at the end what was done here; returns the exit code.

    Args:
        run: What people type for it.
        where: Its store.
        folder: Where modules, commands and files stand here that the store does not hold.
        only: What of it this session does; empty: all.
        workers: Processes for proofs; `None`: one a core.
        quiet: Say nothing but what went wrong.

    Raises:
        InputError: The run cannot be joined from here.
    """
    with store_to_change(where) as store:
        try:
            with collected_seldom(), progress_bars(quiet=quiet) as bars:
                outcome = join_run(
                    run, store, folder=folder, only=only, progress=Bars(bars), workers=workers
                )
        except asyncio.CancelledError:  # Ctrl-C again: what is stored stays stored
            raise KeyboardInterrupt from None
        if outcome.ending is not Ending.FINISHED:
            _say_how_to_go_on(outcome, f"jurist work {outcome.run}")
            return ExitCode.OPEN
        others = f", {counted(outcome.open, 'task')} of it left to others" if outcome.open else ""
        notices(quiet=quiet).print(
            f"run {plain(outcome.run)} in {plain(store.place)}: "
            f"{counted(outcome.done, 'task')} done here in {outcome.seconds:.1f} s{others}"
        )
        print_notes(repeat_words(count_repeats(store, outcome.run)), quiet=quiet)
        return ExitCode.YES


def forget_stored(file: StudyFile) -> None:
    """Delete what is stored of a study's run, if its store is there; see `forget_run`."""
    if "://" in file.study.store or is_made(file.study.store):
        with store_to_change(file.study.store) as store:
            forget_run(file, store)


def _tell(
    file: StudyFile,
    outcome: Outcome,
    store: Store,
    *,
    html: Output | None,
    again: str,
    mend: str,
    quiet: bool,
) -> None:
    if outcome.ending is Ending.INTERRUPTED:  # somebody waits for the end, not for a table
        _say_how_to_go_on(outcome, again)
        return
    from jurist.report.build import page_of, source_notes, survey_of
    from jurist.report.html import write_html
    from jurist.report.leading import lead_words
    from jurist.report.terminal import Leaderboard

    survey = survey_of(store, outcome.run)
    output().print(Leaderboard(survey.standings))
    print_notes(
        (*lead_words(survey.leads), *survey.notes, *source_notes(store, outcome.run)), quiet=quiet
    )
    say = notices(quiet=quiet)
    for note in unmatched_answers(file, store, outcome.run):
        say.print(f"[bold yellow]beware[/]: {plain(note)}")
    if html is not None:
        with open_output(html) as written:
            write_html(page_of(store, outcome.run, survey), written)
        say.print(f"report: {plain(str(html.path))}")
    if outcome.reopened is not None:
        again_asked = str(outcome.reopened) or "nothing, for nothing had failed so"
        say.print(f"asked again: {again_asked}")
    failed = failures_that_may_pass(store, outcome.run)
    if mend and failed.total:
        say.print(
            f"{failed} failed in a way that may pass (time-outs, servers out of reach). "
            f"To try again: {plain(mend)}"
        )
    if outcome.ending is Ending.FINISHED:
        say.print(
            f"run {plain(outcome.run)} in {plain(store.place)}: "
            f"{counted(outcome.done, 'task')} done in {outcome.seconds:.1f} s"
        )
        _refuse_fruitless(survey.standings)
    else:
        _say_how_to_go_on(outcome, again)


def _say_what_share(outcome: Outcome, store: Store, shard: Shard) -> None:
    notices().print(
        f"share {shard} of the run {plain(outcome.run)} is done in {plain(store.place)}: "
        f"{counted(outcome.done, 'task')} in {outcome.seconds:.1f} s\n"
        f"When all {shard.of} are done: jurist merge FILE... --into WHOLE.db"
    )


def _say_how_to_go_on(outcome: Outcome, again: str) -> None:
    reason = f" {plain(outcome.reason)}" if outcome.reason else ""
    notices().print(  # an early end is no matter of taste: it is said even where all is quiet
        f"[bold yellow]{outcome.ending.replace('_', ' ')}[/]: "
        f"{counted(outcome.open, 'task is', 'tasks are')} open."
        f"{reason}\nTo go on: {plain(again)}"
    )


def _refuse_fruitless(standings: Iterable[Standing]) -> None:
    """Raise where a part never worked: a table of nothing but gaps is no finished work."""
    rows = [row for row in standings if row.origin is None]
    if not rows:
        raise InputError(
            "nothing was judged: no question came into being",
            expected="at least one question",
            fix="see the notes of `jurist report` on the question generator",
        )
    problems = [
        f"the generator {name!r} gave no answer: all {row.answers} failed"
        for name, row in {row.generator: row for row in rows}.items()
        if row.unanswered == row.answers
    ]
    for name in dict.fromkeys(row.judge for row in rows):
        mine = [row for row in rows if row.judge == name]
        unscored = sum((Counter(dict(row.unscored)) for row in mine), Counter[FailureKind]())
        answers = sum(row.answers - row.unanswered for row in mine)
        if answers and not unscored[FailureKind.UNDECIDED] and not any(sum(r.scores) for r in mine):
            problems.append(
                f"the judge {name!r} gave no score: it failed on all {counted(answers, 'answer')}"
            )
    if problems:
        raise InputError(
            "; ".join(problems),
            expected="generators and judges that work at least once",
            fix="see the reasons in the report, mend it, and run again",
        )
