"""`jurist plan`: how many cases, questions and labels a wanted precision takes."""

from __future__ import annotations

from typing import Annotated

import typer

from jurist.cli.terminal import notices, output, plain
from jurist.plurals import counted

EXAMPLES = """\b
Examples:
  jurist plan my-pilot --half-width 0.1
  jurist plan --sd 1.4 --within 0.3 --correlation 0.7 --half-width 0.1

\b
Half widths are of a 95 % interval on the mean score (1 to 5) of one generator.
"""
QUESTIONS = (1, 2, 3, 5, 10)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("plan", epilog=EXAMPLES)(plan)


def plan(
    run: Annotated[str | None, typer.Argument(help="A pilot run whose spread is used.")] = None,
    *,
    half_width: Annotated[float, typer.Option(min=0.001, help="What the interval may have.")] = 0.1,
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
    from jurist.analysis.power import Spread, plan_precision
    from jurist.errors import InputError

    nan = float("nan")
    seen = _pilot(run, judge, store) if run is not None else (nan, nan, nan)
    given = [
        measured if said is None else said
        for said, measured in zip((sd, within, correlation), seen, strict=True)
    ]
    if given[0] != given[0]:
        raise InputError(
            "nothing says how far scores spread" if run is None else "the pilot has too few scores",
            expected="a standard deviation, or a pilot run with scores",
            fix="name a pilot run, or say --sd",
        )
    known_within = given[1] == given[1]
    if not known_within:
        notices().print("no share within a case is known (--within): one question a case")
    if given[2] != given[2]:
        notices().print("no correlation with people is known (--correlation): labels alone")
    spread = Spread(*(0.0 if value != value else value for value in given))
    plans = [
        plan_precision(spread, half_width=half_width, questions=questions)
        for questions in (QUESTIONS if known_within else QUESTIONS[:1])
    ]
    if json:
        from jurist.report.as_json import as_json

        typer.echo(as_json({"spread": spread, "plans": plans}))
        return
    from jurist.report.comparisons import plans_table

    output().print(
        f"spread {spread.sd:.2f}, within a case {spread.within:.2f} of the variance, "
        f"correlation {spread.correlation:.2f}"
    )
    output().print(plans_table(plans))


def _pilot(run: str, judge: str | None, store: str) -> tuple[float, float, float]:
    from jurist.alignment.estimates import labelled_tasks
    from jurist.alignment.labels import labels_that_measure
    from jurist.alignment.pilot import pilot_of
    from jurist.analysis.scores import score_table
    from jurist.cli.stores import chosen, existing_store, resolve_run
    from jurist.runs.results import results
    from jurist.store.annotations import annotations_of

    with existing_store(store) as opened:
        found = resolve_run(opened, run)
        table = score_table(results(opened, found))
        labels = labelled_tasks(labels_that_measure(annotations_of(opened, found)))
    name = chosen([judge] if judge else None, table.judges, "judge")[0]
    pilot = pilot_of(table, name, labels)
    notices().print(
        plain(
            f"pilot: {counted(pilot.answers, 'answer')} to "
            f"{counted(pilot.references, 'reference')}, judged by {name}; "
            f"{pilot.labelled} of them labelled"
        )
    )
    return pilot.sd, pilot.within, pilot.correlation
