"""`jurist production ingest`: reads a log of what happened into the store."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from jurist.cli.exit_codes import ExitCode
from jurist.cli.terminal import notices, plain
from jurist.plurals import counted

if TYPE_CHECKING:
    from jurist.production import Ingested
    from jurist.production.sources import Row

EXAMPLES = """\b
Examples:
  jurist production ingest log.jsonl --system audiences
  jurist production ingest may.csv june.parquet --system audiences \\
    --columns question=prompt,user=user_id,answer=generated,saved=final
  jurist production ingest events.jsonl --system audiences \\
    --columns event=name,at=timestamp --events shown=ai_shown,saved=audience_saved
  jurist production ingest --query "SELECT * FROM ai_audiences" --system audiences
    (the database's URL stands in JURIST_PRODUCTION_DATABASE)

\b
A row is an attempt (id, system, version, task, user, account, segment, question, answer, refusal,
saved, asked_at, shown_at, edited_at, saved_at, abandoned_at) or, where there is a column `event`,
something that happened to one: asked, generated, shown, edited, saved, abandoned (id, event, at,
query, and any of the others). Rows may come in any order; what was read before changes nothing.

\b
Exit code: 0 all rows are used, 1 some tell nothing (said why), 2 an error, or none does.
"""
_DATABASE: Final = "JURIST_PRODUCTION_DATABASE"


def register(group: typer.Typer) -> None:
    """Add the command."""
    group.command("ingest", epilog=EXAMPLES)(ingest)


def ingest(
    files: Annotated[
        list[Path] | None,
        typer.Argument(help="Logs: .jsonl, .csv or .parquet; - for JSON Lines from a pipe."),
    ] = None,
    *,
    query: Annotated[str | None, typer.Option(help="Or a query of the log's database.")] = None,
    database: Annotated[
        str, typer.Option(help="Its URL; one with a password only there.", envvar=_DATABASE)
    ] = "",
    columns: Annotated[
        list[str] | None, typer.Option(help="What columns mean: question=prompt,user=user_id.")
    ] = None,
    events: Annotated[
        list[str] | None, typer.Option(help="What events mean: saved=audience_saved.")
    ] = None,
    system: Annotated[
        str, typer.Option(help="The feature, where rows do not name it.")
    ] = "feature",
    version: Annotated[str, typer.Option(help="Its version, where rows do not name it.")] = "",
    timezone: Annotated[str, typer.Option(help="Of times that say none.")] = "UTC",
    pseudonymous: Annotated[
        bool,
        typer.Option("--pseudonymous", help="Users and accounts are pseudonyms already."),
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="What became of all, as JSON.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Only errors.")] = False,
    store: Annotated[
        str, typer.Option(help="Where it is kept: a file or URL.", envvar="JURIST_STORE")
    ] = "jurist.db",
) -> None:
    """Read logs of a feature in use into the store; users and accounts become pseudonyms."""
    from jurist.production import RowReader, ingest_rows, layout_of, read_pairs
    from jurist.production.moments import zone_of
    from jurist.production.pseudonyms import KeyedNames, unchanged
    from jurist.report.progress import progress_bars
    from jurist.store import open_store

    layout = layout_of(read_pairs(columns or (), "--columns"), read_pairs(events or (), "--events"))
    zone = zone_of(timezone)
    rows = _rows(files or [], query, database)
    opened = open_store(store)
    try:
        names = unchanged if pseudonymous else KeyedNames.of_store(store).pseudonym
        reader = RowReader(layout, zone, names, {"system": system, "version": version})
        with progress_bars(quiet=quiet) as bars:
            bar = bars.add_task("rows", total=None)
            done = ingest_rows(opened, rows, reader, advance=lambda read: bars.advance(bar, read))
    finally:
        opened.close()
    if json:
        from jurist.report.as_json import as_json

        typer.echo(as_json(done))
    _tell(done, quiet=quiet or json)
    if not done.used:
        raise typer.Exit(ExitCode.ERROR)
    raise typer.Exit(ExitCode.NO if done.unusable else ExitCode.YES)


def _rows(files: Iterable[Path], query: str | None, database: str) -> Iterator[Row]:
    from jurist.cli.files import open_input
    from jurist.errors import InputError
    from jurist.production import rows_of_file, rows_of_json, rows_of_query

    named = list(files)
    if bool(named) == bool(query):
        raise InputError(
            "a log is named twice" if named else "no log is named",
            expected="files, or --query for a database",
            fix="jurist production ingest log.jsonl",
        )
    if query and not database:
        raise InputError(
            "--query has no database",
            expected=f"the URL of the log's database in {_DATABASE}",
            fix=f"export {_DATABASE}=postgresql://...",
        )

    for path in named:
        if str(path) != "-" and not path.exists():  # before a store is made for it
            raise InputError(
                f"there is no file {path}", expected="a file that is there", fix="check the path"
            )

    def read() -> Iterator[Row]:
        if query:
            yield from rows_of_query(database, query)
        for path in named:
            if str(path) == "-":
                with open_input(path) as file:
                    yield from rows_of_json(file, "standard input")
            else:
                yield from rows_of_file(path)

    return read()


def _tell(done: Ingested, *, quiet: bool) -> None:
    say = notices(quiet=quiet)
    say.print(
        f"{counted(done.used, 'row')} of {done.rows:,} used: {counted(done.new, 'attempt')} new, "
        f"{done.changed:,} of which more is known now, {done.same:,} known before"
    )
    for lost in done.unusable:
        places = ", ".join(lost.places) + (", ..." if lost.rows > len(lost.places) else "")
        say.print(f"{counted(lost.rows, 'row')} not used: {plain(lost.reason)} ({plain(places)})")
        if lost.expected:
            say.print(f"  expected: {plain(lost.expected)}")
        if lost.fix:
            say.print(f"  fix: {plain(lost.fix)}")
    for what, attempts in done.lacking.items():
        say.print(f"{counted(attempts, 'attempt')} without {what}")
