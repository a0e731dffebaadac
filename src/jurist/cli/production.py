"""`jurist production`: what really happened with a feature."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from jurist.cli import (
    production_cases,
    production_drift,
    production_ingest,
    production_judged,
    production_watch,
)
from jurist.cli.schemas import DIALECT_HELP, SCHEMA_HELP
from jurist.cli.terminal import output, plain

EXAMPLES = """\b
Examples:
  jurist production ingest log.jsonl --system audiences
  jurist production --schema schema.yaml
  jurist production --by version --html production.html
  jurist production --by version --assignment randomized --json
  jurist production cases --schema schema.yaml --out saved.jsonl
  jurist production drift study.yaml
  jurist production watch log.jsonl --study study.yaml --budget-usd 5
  jurist production judged --by day

\b
Time to audience, acceptance, edits, meaning by proof and retention, each with an interval, and
with what it can and cannot show: docs/explanation/production.md has the definitions.
"""


class Parts(StrEnum):
    """What a log is looked at by."""

    NOTHING = "nothing"
    VERSION = "version"
    WEEK = "week"
    SEGMENT = "segment"


class Assigned(StrEnum):
    """How it came about which version answered whom."""

    RANDOMIZED = "randomized"
    OBSERVED = "observed"


def register(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(
        invoke_without_command=True, callback=production, epilog=EXAMPLES, rich_markup_mode=None
    )
    production_ingest.register(group)
    production_cases.register(group)
    production_drift.register(group)
    production_watch.register(group)
    production_judged.register(group)
    app.add_typer(group, name="production", help="Measure what happened with a feature in use.")


def production(
    context: typer.Context,
    *,
    system: Annotated[str | None, typer.Option(help="Of this feature alone.")] = None,
    by: Annotated[Parts, typer.Option(help="Also part by part.")] = Parts.NOTHING,
    assignment: Annotated[
        Assigned, typer.Option(help="How it came about which version answered whom.")
    ] = Assigned.OBSERVED,
    schema: Annotated[
        str | None, typer.Option(help=SCHEMA_HELP + ": saved queries are proved against answers.")
    ] = None,
    language: Annotated[
        str | None, typer.Option(help="The queries' language: the schema's unless said.")
    ] = None,
    dialect: Annotated[str | None, typer.Option(help=DIALECT_HELP)] = None,
    pairs: Annotated[
        int, typer.Option(help="Most different edits that are proved, drawn at random.", min=1)
    ] = 2_000,
    abandoned_after: Annotated[
        float, typer.Option(help="Hours of silence after which a task is abandoned.", min=0.01)
    ] = 24.0,
    timezone: Annotated[str, typer.Option(help="Of weeks.")] = "UTC",
    html: Annotated[Path | None, typer.Option(help="Also write a page to this file.")] = None,
    json: Annotated[bool, typer.Option("--json", help="JSON for programs.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Only results and errors.")] = False,
    store: Annotated[
        str, typer.Option(help="Where the log was read into.", envvar="JURIST_STORE")
    ] = "jurist.db",
) -> None:
    """Measure what happened with a feature in use."""
    if context.invoked_subcommand is not None:
        return
    from jurist.cli.pages import page_to_write, write_page
    from jurist.cli.stores import existing_store, store_to_change
    from jurist.languages.schema_files import read_schema
    from jurist.production.figures import Assignment, By
    from jurist.production.measuring import Wanted, measure
    from jurist.production.moments import zone_of
    from jurist.report.production import production_head, production_sections
    from jurist.report.progress import progress_bars

    page = page_to_write(html, store, schema)
    wanted = Wanted(
        system=system,
        by=By(by),
        assignment=Assignment(assignment),
        abandoned_after=round(abandoned_after * 3_600_000),
        zone=zone_of(timezone),
        pairs=pairs,
    )
    found = None if schema is None else read_schema(schema, language=language, dialect=dialect)
    opening = existing_store if found is None else store_to_change  # what is proved is kept
    with opening(store) as opened, progress_bars(quiet=quiet) as bars:
        bar = bars.add_task("proving", total=None, visible=found is not None)
        made = measure(
            opened,
            wanted,
            found,
            advance=lambda done, total: bars.update(bar, completed=done, total=total),
        )
    if json:
        from jurist.report.as_json import as_json

        typer.echo(as_json(made))
        return
    from jurist.report.sheets import section_parts

    sections = tuple(production_sections(made))
    write_page(page, "Production", production_head(made), sections, content="production")
    output().print(plain(production_head(made)))
    for section in sections:
        for part in section_parts(section):
            output().print(part)
