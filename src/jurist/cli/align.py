"""`jurist align RUN`: a report card for each judge."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from jurist.alignment.against import Yardstick
from jurist.cli.exit_codes import ExitCode
from jurist.cli.plain_tables import Labels, Passing, ScaleSaid, Verdicts, is_plain, read_tables
from jurist.cli.terminal import notices, output, plain
from jurist.records import LabelRole

if TYPE_CHECKING:
    from jurist.alignment.aligning import Alignment, MeasuredJudges

EXAMPLES = """\b
Examples:
  jurist align my-study
  jurist align my-study --judge gpt-5 --json
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
    json: Annotated[bool, typer.Option("--json", help="JSON for programs.")] = False,
    store: Annotated[str, typer.Option(help="Where runs are kept: a file or URL.")] = "jurist.db",
) -> None:
    """Say how far each judge can be trusted: against people, and against proofs."""
    if is_plain(run, labels, verdicts):
        from jurist.alignment.plain.aligning import align_tables

        made = align_tables(
            *read_tables(labels, verdicts), scale=scale, passing=passing, judges=judge or ()
        )
    else:
        made = _align_run(store, run or "", judge or (), role, against or tuple(Yardstick))
    for note in made.notes:
        notices().print(plain(note))
    if json:
        from jurist.report.as_json import as_json

        typer.echo(as_json(made.measured))
    else:
        for each in made.measured:
            _show(each)
    raise typer.Exit(ExitCode.YES if made.measured else ExitCode.OPEN)


def _align_run(
    store: str,
    run: str,
    judges: Sequence[str],
    role: LabelRole,
    against: Sequence[Yardstick],
) -> Alignment:
    from jurist.alignment.aligning import align_judges
    from jurist.cli.stores import existing_store, say_which

    with existing_store(store) as opened:
        say_which(opened, run)
        return align_judges(opened, run, judges=judges, role=role, against=against)


def _show(each: MeasuredJudges) -> None:
    from rich.columns import Columns

    from jurist.report.cards import (
        alikeness_table,
        alikeness_words,
        cards_table,
        confusion_table,
        generators_table,
        panel_words,
        versus_table,
    )

    console = output()
    console.print(f"\n[bold]Judges against {each.yardstick}[/]")
    if not each.cards:
        console.print("every verdict here is the proof's own")
        return
    console.print(cards_table(each.cards))
    console.print()
    console.print(Columns([confusion_table(card) for card in each.cards], padding=(1, 4)))
    if any(card.by_generator for card in each.cards):
        console.print()
        console.print(generators_table(each.cards))
    if each.compared:
        console.print()
        console.print(versus_table(each.compared))
    if each.errors is not None:
        console.print()
        console.print(alikeness_table(each.errors))
        console.print(plain(alikeness_words(each.errors)))
    for panel in each.panels:
        console.print(plain(panel_words(panel)))
    for card in each.cards:
        for note in card.notes:
            console.print(plain(f"{card.judge}: {note}"))
