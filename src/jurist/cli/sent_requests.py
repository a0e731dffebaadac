"""What `jurist ledger --sent` shows: each request as it left, and what became of it."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import typer

from jurist.cli.terminal import notices, output, plain
from jurist.plurals import counted
from jurist.report.as_json import as_json

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jurist.store import Store
    from jurist.store.sent import SentRow

_SHOWN = 240
"""Characters of either end of a body in a terminal."""


def show_sent(rows: Iterator[SentRow], *, full: bool) -> None:
    """Show requests, each under a line that says when, where to, for whom, and the outcome.

    Args:
        rows: The requests.
        full: Whether the whole of each is shown, not its beginning.
    """
    console = output()
    count = size = unanswered = 0
    servers: set[str] = set()
    for row in rows:
        whom = " ".join(part for part in (row.run, row.role) if part) or "-"
        console.print(
            f"[bold]{_moment(row.left or row.at)}[/] {plain(row.model or row.server)}"
            f" [dim]to[/] {plain(row.server)}"
        )
        console.print(
            f"  [dim]for[/] {plain(whom)}  [dim]privacy[/] {plain(row.privacy)}"
            f"  {row.bytes:,} bytes  {_outcome(row)}"
        )
        body = row.body if full else _ends(row.body)
        console.print(f"  {plain(body, limit=len(body))}\n", soft_wrap=True)
        count, size = count + 1, size + row.bytes
        unanswered += row.status is None
        servers.add(row.server)
    addresses = counted(len(servers), "address", "addresses")
    told = f"{counted(count, 'request')} of {size:,} bytes to {addresses}"
    notices().print(told + (f", {unanswered} without an answer" if unanswered else ""))
    if not count:
        notices().print("Nothing that left is on record here: a call answered by the ledger, a")
        notices().print("recording, or a role without a server sends nothing.")


def write_sent_json(rows: Iterator[SentRow]) -> None:
    """Write requests as one JSON array, byte for byte, in flat memory."""
    lead = "["
    for row in rows:
        typer.echo(lead + as_json(asdict(row)), nl=False)
        lead = ",\n"
    typer.echo("[]" if lead == "[" else "]")


def chosen_rows(
    store: Store, run: str | None, model: str | None, since: int | None, grep: str | None
) -> Iterator[SentRow]:
    """The requests that were asked for.

    Raises:
        InputError: There is no such run, or the text that is looked for is too short.
    """
    from jurist.retention.wanted import Wanted
    from jurist.store.runs import get_run
    from jurist.store.sent import sent_requests

    whole = None if run is None else get_run(store, run).id
    rows = sent_requests(store, run=whole, model=model, since=since)
    if grep is None:
        return rows
    wanted = Wanted(grep)
    return (row for row in rows if wanted.in_text(row.body))


def _ends(body: str) -> str:
    """Beginning and end: what a request has of its own stands at its end."""
    left_out = len(body) - 2 * _SHOWN
    if left_out <= 0:
        return body
    return f"{body[:_SHOWN]} … {left_out:,} characters … {body[-_SHOWN:]}"


def _moment(ms: int) -> str:
    return f"{datetime.fromtimestamp(ms / 1000, UTC):%Y-%m-%d %H:%M:%S}"


def _outcome(row: SentRow) -> str:
    if row.error is None:
        return "[yellow]what became of it is not known[/]"
    if row.error:
        return f"[yellow]{plain(row.error, limit=200)}[/]"
    took = "" if row.answered is None or row.left is None else f" in {row.answered - row.left} ms"
    name = f" {plain(row.reply, limit=80)}" if row.reply else ""
    return f"answered {row.status}{took}{name}"
