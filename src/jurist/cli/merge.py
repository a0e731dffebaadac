"""`jurist merge`: the shares of a run, done in files of their own, become one store."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jurist.store import Store

EXAMPLES = """\b
Examples:
  jurist run study.yaml --shard 1/3 --store part1.db        (here)
  jurist run study.yaml --shard 2/3 --store part2.db        (on another machine)
  jurist run study.yaml --shard 3/3 --store part3.db        (on a third)
  jurist merge part1.db part2.db part3.db --into whole.db
  jurist run study.yaml --store whole.db                    (the table; what is missing is done)

\b
Each file has the whole run and the results of its share. Results, replies of models and what was
spent are the same as of one run on one machine. The shares stay as they are.
"""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("merge", epilog=EXAMPLES)(merge)


def merge(
    shares: Annotated[list[str], typer.Argument(help="The stores of the shares.", metavar="FILE")],
    *,
    into: Annotated[
        str, typer.Option(help="The store to make; nothing may be there yet.", metavar="FILE")
    ],
    run: Annotated[
        str | None, typer.Option(help="Which run, where they hold several: its id.")
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Only errors.")] = False,
) -> None:
    """Put the shares of a run together that `jurist run --shard` did."""
    from jurist.cli.terminal import notices, plain
    from jurist.plurals import counted
    from jurist.store import open_store
    from jurist.store.lock import hold_run
    from jurist.store.merging import merge_shares

    whole = Path(into)
    _refuse_places(shares, into)
    with ExitStack() as stack:
        stores = [_share(stack, where) for where in shares]
        which = _common_run(stores, run)
        for store in stores:
            stack.enter_context(hold_run(store, which))
        partial = whole.with_name(whole.name + ".partial")
        partial.unlink(missing_ok=True)
        stack.callback(partial.unlink, missing_ok=True)
        target = open_store(partial)
        with ExitStack() as closing:
            closing.callback(target.close)
            merged = merge_shares(stores, target, which)
        partial.rename(whole)
    say = notices(quiet=quiet)
    say.print(
        f"run {plain(merged.run)} in {plain(into)}: {counted(merged.finished, 'task')} of "
        f"{counted(len(shares), 'share')} done, {merged.open} open"
    )
    say.print(f"its table: jurist run STUDY --store {plain(into)}")


def _share(stack: ExitStack, where: str) -> Store:
    from jurist.cli.stores import store_to_change

    return stack.enter_context(store_to_change(where))


def _refuse_places(shares: Sequence[str], into: str) -> None:
    from jurist.errors import InputError

    seen: set[Path] = set()
    for where in shares:
        if "://" in where:
            raise InputError(
                f"{where.partition('://')[0]}://... is a server's store",
                expected="files: on a server all sessions share one run",
                fix="start `jurist work` there instead",
            )
        path = Path(where).resolve()
        if path in seen:
            raise InputError(
                f"{where} is named twice", expected="each share once", fix="leave one out"
            )
        seen.add(path)
    if "://" in into:
        raise InputError(
            f"--into {into.partition('://')[0]}://... is a server's store",
            expected="a file; a server has the whole run from the beginning",
            fix="name a file, or let all sessions work on the server: jurist run --prepare",
        )
    if Path(into).exists():
        raise InputError(
            f"--into {into} is there already",
            expected="a place where there is nothing yet",
            fix="name another file",
        )


def _common_run(stores: Sequence[Store], run: str | None) -> str:
    """The id of the run that all of the stores hold."""
    from jurist.errors import InputError
    from jurist.plurals import counted
    from jurist.store.runs import list_runs

    held = [(store.place, {record.id for record in list_runs(store)}) for store in stores]
    common = set[str].intersection(*(runs for _, runs in held))
    wanted = common if run is None else common & {run}
    if len(wanted) == 1:
        return wanted.pop()
    listed = "; ".join(f"{place} has {', '.join(sorted(runs)) or 'none'}" for place, runs in held)
    if len(wanted) > 1:
        raise InputError(
            f"the stores have {counted(len(wanted), 'run')} in common: {', '.join(sorted(wanted))}",
            expected="one run",
            fix="say which with --run",
        )
    raise InputError(
        f"the stores have no run {run!r} in common: {listed}"
        if run
        else f"the stores have no run in common: {listed}",
        expected="shares of one run: the same study, data and roles on each machine",
        fix="see `jurist runs --store FILE`; a run's id is made of all that its results depend on",
    )
