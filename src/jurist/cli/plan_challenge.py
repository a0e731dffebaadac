"""`jurist plan --challenge`: what a challenge of a judge takes."""

from __future__ import annotations

from collections.abc import Sequence

import typer

from jurist.alignment.challenge.planning import plan_challenge
from jurist.analysis.qualifying import Demands
from jurist.cli.terminal import output, plain
from jurist.report.progress import progress_bars
from jurist.store import Store


def show_plan_of_challenge(
    datasets: Sequence[str],
    store: Store | None,
    run: str | None,
    demands: Demands,
    *,
    sample: int,
    error_rate: float,
    certainty: float,
    json: bool,
) -> None:
    """Plan it and show the plan; the arguments are those of `plan_challenge`."""
    with progress_bars() as bars:
        drawing = bars.add_task("changing references", total=None)
        made = plan_challenge(
            datasets,
            store=store,
            run=run,
            sample=sample,
            error_rate=error_rate,
            certainty=certainty,
            demands=demands,
            tell=lambda done, of: bars.update(drawing, completed=done, total=of),
        )
    if json:
        from jurist.report.as_json import as_json

        typer.echo(as_json(made))
        return
    from jurist.report.plans import challenge_plan_sheet
    from jurist.report.sheets import sheet_parts

    console = output()
    for part in sheet_parts(challenge_plan_sheet(made)):
        console.print(part)
    console.print(plain(made.sentence), style="bold")
