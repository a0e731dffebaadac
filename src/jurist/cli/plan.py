"""`jurist plan`: how many cases, questions and labels a wanted precision takes."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Annotated

import typer

from jurist.alignment.defaults import HALF_WIDTH
from jurist.cli.terminal import notices, output, plain

if TYPE_CHECKING:
    from jurist.store import Store

EXAMPLES = """\b
Examples:
  jurist plan my-pilot --half-width 0.1
  jurist plan --sd 1.4 --within 0.3 --correlation 0.7 --half-width 0.1

\b
Half widths are of a 95 % interval on the mean score (1 to 5) of one generator.
"""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("plan", epilog=EXAMPLES)(plan)


def plan(
    run: Annotated[str | None, typer.Argument(help="A pilot run whose spread is used.")] = None,
    *,
    half_width: Annotated[
        float, typer.Option(min=0.001, help="What the interval may have.")
    ] = HALF_WIDTH,
    judge: Annotated[str | None, typer.Option(help="Whose scores; the pilot's first.")] = None,
    sd: Annotated[
        float | None, typer.Option(min=0.0, max=4.0, help="Standard deviation of scores.")
    ] = None,
    within: Annotated[
        float | None,
        typer.Option(min=0.0, max=1.0, help="Share of variance between questions of one case."),
    ] = None,
    correlation: Annotated[
        float | None, typer.Option(min=-1.0, max=1.0, help="Of judge and people.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="JSON for programs.")] = False,
    store: Annotated[str, typer.Option(help="Where runs are kept: a file or URL.")] = "jurist.db",
) -> None:
    """Say how many cases, questions a case and labels it takes."""
    from jurist.alignment.planning import plan_sizes

    with nullcontext() if run is None else _pilots(store) as opened:
        made = plan_sizes(
            opened,
            run,
            half_width=half_width,
            judge=judge,
            sd=sd,
            within=within,
            correlation=correlation,
        )
    for note in made.notes:
        notices().print(plain(note))
    spread = made.spread
    if json:
        from jurist.report.as_json import as_json

        typer.echo(as_json({"spread": spread, "plans": made.plans}))
        return
    from jurist.report.plans import plans_table

    output().print(
        f"spread {spread.sd:.2f}, within a case {spread.within:.2f} of the variance, "
        f"correlation {spread.correlation:.2f}"
    )
    output().print(plans_table(made.plans))


def _pilots(where: str) -> AbstractContextManager[Store]:
    from jurist.cli.stores import existing_store

    return existing_store(where)
