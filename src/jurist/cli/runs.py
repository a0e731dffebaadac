"""`jurist runs`: what is stored, and deleting it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from jurist.cli.options import StoreSaid
from jurist.cli.terminal import notices, output, plain

if TYPE_CHECKING:
    from jurist.store import Store

EXAMPLES = """\b
Examples:
  jurist runs
  jurist runs --json | jq '.[].commit'
  jurist runs --delete my-study-1a2b3c4d

\b
The commit is that of the git repository around the study file when the run was begun; + behind
it: tracked files differed. A run is finished, running, or open: interrupted, or out of budget.
What models replied stays in the ledger when a run is deleted.
"""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("runs", epilog=EXAMPLES)(runs)


def runs(
    *,
    delete: Annotated[
        list[str] | None, typer.Option(help="Delete this run: its whole id; repeatable.")
    ] = None,
    with_labels: Annotated[
        bool, typer.Option("--with-labels", help="Delete also what people said of its answers.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="JSON for programs.")] = False,
    store: StoreSaid = "jurist.db",
) -> None:
    """List the stored runs with name, git commit and time, or delete some."""
    from jurist.cli.stores import existing_store, runs_table, store_to_change

    if delete:
        from jurist.runs.deleting import remove_run

        with store_to_change(store) as opened:
            for run in _require_all(opened, delete):
                remove_run(opened, run, with_labels=with_labels)
                notices().print(plain(f"deleted {run}"))
        return
    with existing_store(store) as opened:
        if json:
            typer.echo(_as_json(opened))
        else:
            output().print(runs_table(opened))


def _require_all(store: Store, given: list[str]) -> list[str]:
    """The ids, once it is known that each is there: all are deleted, or none."""
    from jurist.errors import InputError
    from jurist.store.runs import list_runs

    known = [record.id for record in list_runs(store)]
    for run in given:
        if run not in known:
            raise InputError(
                f"there is no run with the id {run!r} in {store.place}",
                expected=f"one of {', '.join(known[:10])}" if known else "a store that holds runs",
                fix="name the whole id, as `jurist runs` lists it; nothing was deleted",
            )
    return list(dict.fromkeys(given))


def _as_json(store: Store) -> str:
    from jurist.report.as_json import as_json
    from jurist.store.lock import state_of
    from jurist.store.runs import list_runs

    return as_json(
        [
            {
                "id": each.id,
                "name": each.name,
                "commit": each.commit or None,
                "begun_ms": each.created,
                "state": state_of(store, each),
                "shard": each.shard or None,
                "jurist": each.jurist,
            }
            for each in list_runs(store)
        ]
    )
