"""`jurist align RUN`: a report card for each judge."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from jurist.alignment.against import Yardstick
from jurist.cli.exit_codes import ExitCode
from jurist.cli.options import StoreSaid
from jurist.cli.pages import page_to_write, write_page
from jurist.cli.plain_tables import Labels, Passing, ScaleSaid, Verdicts, is_plain, read_tables
from jurist.cli.terminal import output, print_notes
from jurist.errors import InputError
from jurist.records import LabelRole

if TYPE_CHECKING:
    from jurist.alignment.cards.aligning import Alignment

EXAMPLES = """\b
Examples:
  jurist align my-study
  jurist align my-study --judge gpt-5 --json
  jurist align my-study --html cards.html
  jurist align my-study --role dev            (to choose between judges, not to report)
  jurist align --labels labels.csv --verdicts verdicts.csv
  jurist align --labels labels.csv --verdicts verdicts.csv --scale 1:7 --passing 5

\b
Each judge is measured against people (labels of one role) and, separately, against proofs.
Any team's scores will do, without a study: labels.csv has the columns item and score (and
annotator, group, system, opponent, probability), verdicts.csv item, judge and score (and group,
system, opponent, order).
"""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("align", epilog=EXAMPLES)(align)


def align(
    run: Annotated[
        str | None, typer.Argument(help="The run's id, or how it begins; or say --labels.")
    ] = None,
    *,
    judge: Annotated[list[str] | None, typer.Option(help="Only this judge; repeatable.")] = None,
    role: Annotated[
        LabelRole, typer.Option(help="Whose labels measure: test, or dev for choosing.")
    ] = LabelRole.TEST,
    against: Annotated[
        list[Yardstick] | None, typer.Option(help="Only this yardstick; repeatable.")
    ] = None,
    labels: Labels = None,
    verdicts: Verdicts = None,
    scale: ScaleSaid = None,
    passing: Passing = None,
    html: Annotated[Path | None, typer.Option(help="Also write the cards to this file.")] = None,
    json: Annotated[bool, typer.Option("--json", help="JSON for programs.")] = False,
    store: StoreSaid = "jurist.db",
) -> None:
    """Say how far each judge can be trusted: against people, and against proofs."""
    from jurist.report.cards import measured_section

    page = page_to_write(html, store, labels, verdicts)
    if is_plain(run, labels, verdicts):
        from jurist.alignment.plain.aligning import align_tables

        if role is not LabelRole.TEST or against:
            raise InputError(
                "--role and --against are about a run's labels and proofs",
                expected="plain tables without them",
                fix="leave them out, or name a run",
            )
        made = align_tables(
            *read_tables(labels, verdicts), scale=scale, passing=passing, judges=judge or ()
        )
    else:
        made = _align_run(store, run or "", judge or (), role, against or tuple(Yardstick))
    print_notes(made.notes)
    sections = [measured_section(each) for each in made.measured]
    write_page(page, "How far the judges can be trusted", made.run, sections, content="cards")
    if json:
        from jurist.report.as_json import as_json

        typer.echo(as_json(made.measured))
    else:
        from jurist.report.sheets import section_parts

        console = output()
        for section in sections:
            for part in section_parts(section):
                console.print(part)
    raise typer.Exit(ExitCode.YES if made.measured else ExitCode.OPEN)


def _align_run(
    store: str,
    run: str,
    judges: Sequence[str],
    role: LabelRole,
    against: Sequence[Yardstick],
) -> Alignment:
    from jurist.alignment.cards.aligning import align_judges
    from jurist.cli.stores import existing_store, say_which

    with existing_store(store) as opened:
        say_which(opened, run)
        return align_judges(opened, run, judges=judges, role=role, against=against)
