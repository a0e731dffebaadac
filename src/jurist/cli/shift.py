"""`jurist shift RUN`: are the synthetic questions like real ones?"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from jurist.alignment.defaults import SEED
from jurist.cli.exit_codes import ExitCode
from jurist.cli.options import StoreSaid
from jurist.cli.terminal import complain, notices, output, plain
from jurist.records import Origin

EXAMPLES = """\b
Examples:
  jurist shift my-study
  jurist shift my-study --against authored --json
"""


class Against(StrEnum):
    """Whose questions the synthetic ones are held against."""

    REAL = "real"
    AUTHORED = "authored"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("shift", epilog=EXAMPLES)(shift)


def shift(
    run: Annotated[str, typer.Argument(help="The run's id, or how it begins.")],
    *,
    against: Annotated[
        Against | None, typer.Option(help="The others; real ones where there are any.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Of folds and resamples.")] = SEED,
    json: Annotated[bool, typer.Option("--json", help="JSON for programs.")] = False,
    store: StoreSaid = "jurist.db",
) -> None:
    """Compare synthetic with real (or authored) questions, and carry the scores over."""
    from jurist.alignment.transfer import TooFewQuestionsError, transfer_scores
    from jurist.cli.stores import existing_store, say_which

    with existing_store(store) as opened:
        say_which(opened, run)
        origin = None if against is None else Origin(against.value)
        try:
            made = transfer_scores(opened, run, against=origin, seed=seed)
        except TooFewQuestionsError as error:
            complain(error)
            raise typer.Exit(ExitCode.OPEN) from None
    if json:
        from jurist.report.as_json import as_json

        typer.echo(as_json(made))
        return
    from jurist.report.transfers import profiles_table, transfer_words, transferred_table

    output().print(profiles_table(made))
    output().print()
    output().print(transferred_table(made))
    output().print(plain(transfer_words(made)))
    for warning in made.warnings:
        notices().print(f"[bold yellow]beware[/]: {plain(warning)}")
