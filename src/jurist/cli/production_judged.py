"""`jurist production judged`: what was judged as it came, and whether it is good enough."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from jurist.cli.exit_codes import DECISION_CODES, ExitCode
from jurist.cli.terminal import notices, output, plain

if TYPE_CHECKING:
    from jurist.production.online_figures import OnlineRow

EXAMPLES = """\b
Examples:
  jurist production judged
  jurist production judged --by day --system copilot --json
  jurist production judged --min-right 0.7      (an exit code for CI)

\b
Answers that were saved, judged by proof, and answers that were not, judged by a model without a
reference, are other answers and other judges: no row mixes them. Nothing corrects a model's rows;
jurist challenge tests that judge, and its card says how it errs.

\b
Exit code with --min-right, about saved answers of each feature's newest version: 0 the whole 95 %
interval of the share proved right is above, 1 it is below, 3 neither, or answers wait.
"""


class Rows(StrEnum):
    """What a row is made for."""

    VERSION = "version"
    DAY = "day"


def register(group: typer.Typer) -> None:
    """Add the command."""
    group.command("judged", epilog=EXAMPLES)(judged)


def judged(
    *,
    by: Annotated[Rows, typer.Option(help="Rows a version, or a version and day.")] = Rows.VERSION,
    system: Annotated[str | None, typer.Option(help="Of this feature alone.")] = None,
    min_right: Annotated[
        float | None, typer.Option(help="Least share proved right.", min=0.0, max=1.0)
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="JSON for programs.")] = False,
    store: Annotated[str, typer.Option(help="Where all is kept.", envvar="JURIST_STORE")] = (
        "jurist.db"
    ),
) -> None:
    """Show what was judged as it came, by way, judge, version and day."""
    from jurist.alignment.online import cards_of_judges, newest_right
    from jurist.cli.stores import existing_store
    from jurist.production.online_figures import By, online_rows
    from jurist.report.onlines import online_table, online_words
    from jurist.store.online_verdicts import watched

    with existing_store(store) as opened:
        rows = online_rows(watched(opened, system=system), By(by.value))
        cards = cards_of_judges(opened, rows)
        versions: list[OnlineRow] = []
        if min_right is not None:
            versions = list(online_rows(watched(opened, system=system), By.VERSION))
    if json:
        from jurist.report.as_json import as_json

        typer.echo(as_json({"rows": rows, "cards": cards}))
    else:
        output().print(online_table(rows))
        for sentence in online_words(rows, cards):
            notices().print(plain(sentence))
    if min_right is None:
        raise typer.Exit(ExitCode.YES if rows else ExitCode.NO)
    decision = newest_right(versions, min_right)
    if not json:
        output().print(f"[bold]{decision}[/]")
    raise typer.Exit(DECISION_CODES[decision])
