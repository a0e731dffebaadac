"""`jurist ledger`: what models were asked, what it cost, and a recording of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from jurist.cli.options import StoreSaid
from jurist.cli.terminal import notices, output, plain
from jurist.plurals import counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jurist.store import Store
    from jurist.store.ledger import Bill

EXAMPLES = """\b
Examples:
  jurist ledger
  jurist ledger --export recording.jsonl.gz --provenance "gpt-5-mini, 2026-11-23"
  jurist ledger --sent latest
  jurist ledger --sent --since 2026-11-01 --grep anna@example.com --json

\b
With --sent: every request to a server as it left, written down before it did: also those that
failed, were tried again, or that nobody answered. A text is looked for in all its spellings
(escaped for JSON, HTML or an address, in base64). --full shows whole bodies, --json their exact
bytes. What a command or a function of yours sends by itself, Jurist does not see.

\b
A recording answers the same calls again without any network: use replay:recording.jsonl.gz as
the model string.
"""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("ledger", epilog=EXAMPLES)(ledger)


def ledger(
    run: Annotated[
        str | None, typer.Argument(help="With --sent: only of this run; `latest` is the newest.")
    ] = None,
    *,
    store: StoreSaid = "jurist.db",
    model: Annotated[str | None, typer.Option(help="Only this model's calls.")] = None,
    export: Annotated[
        Path | None, typer.Option(help="Write the calls to this file (.jsonl or .jsonl.gz).")
    ] = None,
    sent: Annotated[
        bool, typer.Option("--sent", help="Show each request to a server, as it left.")
    ] = False,
    since: Annotated[
        str | None, typer.Option(help="With --sent: only from this date or moment (UTC) on.")
    ] = None,
    grep: Annotated[
        str | None, typer.Option(help="With --sent: only requests that hold this text.")
    ] = None,
    full: Annotated[bool, typer.Option("--full", help="With --sent: whole bodies.")] = False,
    json: Annotated[bool, typer.Option("--json", help="With --sent: JSON for programs.")] = False,
    provenance: Annotated[str, typer.Option(help="Where the replies come from, in words.")] = "",
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Only errors.")] = False,
) -> None:
    """Show the bill of all model calls, what was sent, or export a recording."""
    import asyncio

    from jurist.cli.files import output_file
    from jurist.cli.stores import existing_store
    from jurist.report.earlier import Result

    if sent:
        _require_alone(export, provenance)
        with existing_store(store) as opened:
            _show_sent(opened, run, model, since, grep, full=full, json=json)
        return
    _require_sent(run, since, grep, full=full, json=json)
    target = (
        None
        if export is None
        else output_file(
            export, "--export", Result.RECORDING, endings=(".jsonl", ".jsonl.gz"), inputs=(store,)
        )
    )
    with existing_store(store) as opened:
        if target is None:
            asyncio.run(_show(opened, model))
            return
        count = asyncio.run(_export(opened, target.path, model, provenance))
    notices(quiet=quiet).print(f"{counted(count, 'call')} written to {plain(str(target.path))}")


def _show_sent(
    store: Store,
    run: str | None,
    model: str | None,
    since: str | None,
    grep: str | None,
    *,
    full: bool,
    json: bool,
) -> None:
    from jurist.cli.moments import said_moment
    from jurist.cli.sent_requests import chosen_rows, show_sent, write_sent_json

    moment = None if since is None else said_moment(since, "--since")
    rows = chosen_rows(store, run, model, moment, grep)
    if json:
        write_sent_json(rows)
    else:
        show_sent(rows, full=full)


def _require_alone(export: Path | None, provenance: str) -> None:
    from jurist.errors import InputError

    if export is not None or provenance:
        raise InputError(
            "--sent shows requests, and --export writes replies",
            expected="one of the two",
            fix="write what was sent with: jurist ledger --sent --json",
        )


def _require_sent(
    run: str | None, since: str | None, grep: str | None, *, full: bool, json: bool
) -> None:
    """Refuse what says something only with `--sent`."""
    from jurist.errors import InputError

    given = {"a run": run, "--since": since, "--grep": grep, "--full": full, "--json": json}
    for name, value in given.items():
        if value not in (None, False):
            raise InputError(
                f"{name} is of use with --sent only",
                expected="jurist ledger --sent",
                fix="add --sent, or leave it out",
            )


async def _show(store: Store, model: str | None) -> None:
    from rich.table import Table
    from rich.text import Text

    from jurist.store.ledger import SqlLedger

    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("model", "calls", "input tokens", "output tokens", "USD"):
        table.add_column(column, justify="left" if column == "model" else "right")
    book = SqlLedger(store)
    try:
        for line in _chosen(await book.bill(), model):
            table.add_row(
                Text(line.model),
                f"{line.calls:,}",
                f"{line.input_tokens:,}",
                f"{line.output_tokens:,}",
                f"{line.usd:.4f}",
            )
    finally:
        await book.close()
    output().print(table)


def _chosen(lines: Sequence[Bill], model: str | None) -> Sequence[Bill]:
    """The bill of one model, or of all; raises `InputError` for one that was never called."""
    from jurist.errors import InputError
    from jurist.languages.texts import nearest_hint

    known = [line.model for line in lines]
    if model is not None and model not in known:
        raise InputError(
            f"the ledger holds no call of the model {model!r}",
            expected=f"one of {', '.join(known)}" if known else "a ledger that holds calls",
            fix=nearest_hint(model, known) or "name a model that `jurist ledger` lists",
        )
    return [line for line in lines if model in (None, line.model)]


async def _export(store: Store, path: Path, model: str | None, provenance: str) -> int:
    from jurist.models import write_recording
    from jurist.store.ledger import SqlLedger

    book = SqlLedger(store)
    try:
        _chosen(await book.bill(), model)
        told = {"said": provenance} if provenance else {}
        return await write_recording(path, book.exchanges(model), told)
    finally:
        await book.close()
