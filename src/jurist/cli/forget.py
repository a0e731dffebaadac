"""`jurist forget`: a person's value, a run, or all before a date, gone from all that is kept."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from jurist.cli.options import StoreSaid
from jurist.cli.terminal import notices, output, plain
from jurist.plurals import counted

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from jurist.retention.forgetting import Forgotten, Object
    from jurist.store import Store

EXAMPLES = """\b
Examples:
  jurist forget --value anna@example.com --dry-run
  jurist forget --value "Anna Ek" --ignore-case --file recording.jsonl.gz
  jurist forget --run my-study-1a2b3c4d --yes
  jurist forget --before 2026-01-01

\b
With --value - the value is read from standard input, so that it stands in no list of processes
and in no history. A case, an answer or a reply that holds it goes with all that was made of it;
studies, schemas, remarks, the audit log and what was sent keep their place, with [forgotten]
where it stood. Then the store is written anew and its files are searched. Out of reach: copies
and backups, PostgreSQL's own log, blocks of the disk, and whoever was sent it, who is listed.
"""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("forget", epilog=EXAMPLES)(forget)


def forget(
    *,
    value: Annotated[
        str | None, typer.Option(help="Forget this text wherever it stands; -: from stdin.")
    ] = None,
    ignore_case: Annotated[
        bool, typer.Option("--ignore-case", help="With --value: capitals do not matter.")
    ] = False,
    run: Annotated[str | None, typer.Option(help="Forget this run: its whole id.")] = None,
    before: Annotated[
        str | None, typer.Option(help="Forget all from before this date or moment (UTC).")
    ] = None,
    file: Annotated[
        list[Path] | None,
        typer.Option(help="Also from this recording or other file of JSON lines; repeatable."),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would go.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    json: Annotated[bool, typer.Option("--json", help="JSON for programs.")] = False,
    store: StoreSaid = "jurist.db",
) -> None:
    """Remove a person's value, a run or all before a date, and show that it is gone."""
    from dataclasses import asdict

    from jurist.cli.stores import existing_store, store_to_change
    from jurist.report.as_json import as_json
    from jurist.retention import forgetting

    recordings = tuple(file or ())
    opening = existing_store if dry_run else store_to_change
    with opening(store) as opened:
        given = _object(opened, value, run, before, ignore_case=ignore_case)
        with _looking() as looked:
            done = forgetting.preview(opened, given, recordings, looked)
        if not dry_run:
            if not yes:
                _show(done, "would be removed")
                _ask()
            with _looking() as looked:
                done = forgetting.forget(opened, given, recordings, looked)
    if json:
        typer.echo(as_json(asdict(done) | {"dry_run": dry_run}))
        return
    _show(done, "would be removed" if dry_run else "removed")
    if not dry_run:
        _show_gone(done)


def _object(
    store: Store, value: str | None, run: str | None, before: str | None, *, ignore_case: bool
) -> Object:
    from jurist.cli.moments import past_moment
    from jurist.errors import InputError
    from jurist.retention.forgetting import Before, Run, Value, was_forgotten
    from jurist.retention.stand_ins import stand_ins
    from jurist.retention.wanted import Wanted
    from jurist.store.runs import find_run

    if sum(each is not None for each in (value, run, before)) != 1:
        raise InputError(
            "what to forget is not said once",
            expected="one of --value, --run and --before",
            fix="see: jurist forget --help",
        )
    if ignore_case and value is None:
        raise InputError(
            "--ignore-case is of use with --value only",
            expected="--value, or no --ignore-case",
            fix="leave it out",
        )
    if value is not None:
        text = sys.stdin.readline().rstrip("\r\n") if value == "-" else value
        return Value(Wanted(text, ignore_case, stand_ins(store, text)))
    if before is not None:
        return Before(past_moment(before, "--before"))
    if run is None or not (find_run(store, run) or was_forgotten(store, run)):
        raise InputError(
            f"there is no run with the id {run!r} in {store.place}",
            expected="the whole id of a run",
            fix="see: jurist runs",
        )
    return Run(run)


@contextmanager
def _looking() -> Generator[Callable[[int], None]]:
    from jurist.report.progress import progress_bars

    with progress_bars() as bars:
        task = bars.add_task("rows looked through", total=None)

        def looked(count: int) -> None:
            bars.advance(task, count)

        yield looked


def _ask() -> None:
    from jurist.errors import InputError

    if not sys.stdin.isatty():
        raise InputError(
            "nobody is there to be asked, and nothing was removed",
            expected="a terminal, or --yes",
            fix="look with --dry-run, then say --yes",
        )
    notices().print("This cannot be taken back. Remove it? (yes/no) ", end="")
    if sys.stdin.readline().strip().lower() not in {"y", "yes"}:
        notices().print("Nothing was removed.")
        raise typer.Exit(1)


def _show(done: Forgotten, verb: str) -> None:
    from rich.table import Table
    from rich.text import Text

    if not done.rows and not any(count for _, count in done.lines):
        output().print("There is nothing to remove.")
    else:
        table = Table(box=None, pad_edge=False, header_style="bold")
        table.add_column("where")
        table.add_column(verb, justify="right")
        table.add_column("redacted", justify="right")
        for name, removed, redacted in done.rows:
            table.add_row(name, f"{removed:,}", f"{redacted:,}")
        for path, count in done.lines:
            table.add_row(Text(path), f"{count:,}", "0")
        output().print(table)
    if done.runs:
        output().print(f"of {counted(len(done.runs), 'run')}: {plain(', '.join(done.runs[:20]))}")
    if done.recipients:
        output().print("\nIt was sent to, and is out of reach there:")
        for each in done.recipients:
            who = plain(f"{each.server} ({each.model})" if each.model else each.server)
            output().print(f"  {who}: {counted(each.requests, 'request')}")
    if done.elsewhere:
        output().print("\nIt stands in files of yours that studies name; they stay as they are:")
        for path in done.elsewhere:
            output().print(f"  {plain(path)}")
        output().print("Files of JSON lines are cleared with --file.")


def _show_gone(done: Forgotten) -> None:
    if done.searched:
        output().print("\nSearched byte by byte, and none holds it:")
        for path in done.searched:
            output().print(f"  {plain(path)}")
    else:
        output().print("\nLooked for again: no row of it is left, and the store was written anew.")
    output().print(
        "Not searched: copies and backups, reports and exports, a server's own log, the disk's"
        " old blocks."
    )
