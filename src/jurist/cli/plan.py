"""`jurist plan`: how many cases, questions and labels a wanted precision takes."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from jurist.alignment.defaults import (
    CERTAINTY,
    ERROR_RATE,
    HALF_WIDTH,
    ITEMS,
    MAX_DROP,
    MAX_ERROR,
    MAX_OPERATOR_ERROR,
    WANTED_POWER,
)
from jurist.cli.options import StoreSaid
from jurist.cli.plain_tables import (
    Labels,
    ScaleSaid,
    Verdicts,
    is_plain,
    read_tables,
    read_verdict_table,
)
from jurist.cli.terminal import output, print_notes
from jurist.errors import InputError

if TYPE_CHECKING:
    from jurist.store import Store

EXAMPLES = """\b
Examples:
  jurist plan my-pilot --half-width 0.1
  jurist plan --sd 1.4 --within 0.3 --correlation 0.7 --half-width 0.1
  jurist plan my-pilot --difference 0.3 --power 0.8
  jurist plan after --baseline before --gate --max-drop 0.2
  jurist plan --gate --max-drop 0.2 --difference-sd 0.9 --cases 100
  jurist plan --verdicts verdicts.csv --labels labels.csv
  jurist plan --verdicts verdicts.csv --difference 0.3
  jurist plan --challenge shop
  jurist plan "challenge gpt-5" --challenge ./mine      (with what an item cost there)

\b
Half widths are of a 95 % interval on the mean score (1 to 5) of one generator. Chances of a
comparison and of a gate are those of the decision itself, simulated.
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
    difference: Annotated[
        float | None,
        typer.Option(help="Plan a comparison that finds this true difference of two systems."),
    ] = None,
    gate: Annotated[
        bool, typer.Option("--gate", help="Plan a gate, and say what it does to true drops.")
    ] = False,
    max_drop: Annotated[
        float, typer.Option(help="Most the mean score may fall, of `gate`.")
    ] = MAX_DROP,
    power: Annotated[
        float,
        typer.Option(
            min=0.01, max=0.999, help="Chance to find it, or of an unchanged system to pass."
        ),
    ] = WANTED_POWER,
    comparisons: Annotated[
        int, typer.Option(min=1, help="Comparisons that are corrected together.")
    ] = 1,
    cases: Annotated[
        int | None, typer.Option(min=1, help="So many cases, in place of as many as it takes.")
    ] = None,
    baseline: Annotated[
        str | None, typer.Option(help="Pilot run of the other system; else RUN has two.")
    ] = None,
    difference_sd: Annotated[
        float | None,
        typer.Option(min=0.0, max=4.0, help="Standard deviation of the difference on a case."),
    ] = None,
    challenge: Annotated[
        list[str] | None,
        typer.Option(
            help="Plan a challenge of a judge with this dataset's references; repeatable. RUN is "
            "an earlier one, for its cost."
        ),
    ] = None,
    sample: Annotated[int, typer.Option(min=1, help="Most items of one operator.")] = ITEMS,
    error_rate: Annotated[
        float, typer.Option(min=0.0, max=1.0, help="Errors of a judge that should qualify.")
    ] = ERROR_RATE,
    certainty: Annotated[
        float, typer.Option(min=0.01, max=0.999, help="Its chance to qualify.")
    ] = CERTAINTY,
    max_error: Annotated[
        float, typer.Option(min=0.001, max=1.0, help="Most errors in all, of `challenge`.")
    ] = MAX_ERROR,
    max_operator_error: Annotated[
        float, typer.Option(min=0.001, max=1.0, help="The limit of operators, of `challenge`.")
    ] = MAX_OPERATOR_ERROR,
    labels: Labels = None,
    verdicts: Verdicts = None,
    scale: ScaleSaid = None,
    json: Annotated[bool, typer.Option("--json", help="JSON for programs.")] = False,
    store: StoreSaid = "jurist.db",
) -> None:
    """Say how many cases, questions and labels a precision, comparison, gate or challenge takes."""
    if challenge:
        from jurist.alignment.challenge.challenging import DEMANDS
        from jurist.cli.plan_challenge import show_plan_of_challenge

        demands = replace(DEMANDS, max_error=max_error, max_operator_error=max_operator_error)
        with _store_of_pilot(store, run) as opened:
            show_plan_of_challenge(
                challenge,
                opened,
                run,
                demands,
                sample=sample,
                error_rate=error_rate,
                certainty=certainty,
                json=json,
            )
        return
    plain_tables = verdicts is not None or labels is not None
    if plain_tables:
        is_plain(run, labels, verdicts)
    if gate or difference is not None:
        from jurist.cli.plan_decision import show_plan_of_decision

        _refuse_unused("a comparison or a gate", sd=sd, within=within, correlation=correlation)
        gaps = None
        if plain_tables:
            from jurist.alignment.plain.planning import gaps_of_table

            gaps, said = gaps_of_table(read_verdict_table(verdicts), scale=scale, judge=judge)
            print_notes(said)
        with _store_of_pilot(store, run) as opened:
            show_plan_of_decision(
                opened,
                run,
                pilot=gaps,
                difference=None if gate else difference,
                max_drop=max_drop,
                power=power,
                comparisons=comparisons,
                cases=cases,
                baseline=baseline,
                judge=judge,
                difference_sd=difference_sd,
                json=json,
            )
        return
    _refuse_unused("a precision", cases=cases, baseline=baseline, difference_sd=difference_sd)
    from jurist.alignment.planning.sizes import plan_sizes

    pilot = None
    if plain_tables:
        from jurist.alignment.plain.planning import pilot_of_tables

        people = None if labels is None else read_tables(labels, verdicts)[0]
        judged = read_verdict_table(verdicts)
        pilot, said = pilot_of_tables(judged, people, scale=scale, judge=judge)
        print_notes(said)
    with _store_of_pilot(store, run) as opened:
        made = plan_sizes(
            opened,
            run,
            pilot=pilot,
            half_width=half_width,
            judge=judge,
            sd=sd,
            within=within,
            correlation=correlation,
        )
    print_notes(made.notes)
    spread = made.spread
    if json:
        from jurist.report.as_json import as_json

        typer.echo(as_json({"spread": spread, "plans": made.plans}))
        return
    from jurist.report.plans import plans_table, precision_words

    output().print(
        f"spread {spread.sd:.2f}, within a case {spread.within:.2f} of the variance, "
        f"correlation {spread.correlation:.2f}"
    )
    output().print(plans_table(made.plans))
    for sentence in precision_words(made.plans, half_width):
        output().print(sentence)


def _refuse_unused(planned: str, **options: object) -> None:
    for name, value in options.items():
        if value is not None:
            option = f"--{name.replace('_', '-')}"
            raise InputError(
                f"{option} says nothing of the plan of {planned}",
                expected="--difference or --gate with --cases, --baseline, --difference-sd; else "
                "--half-width with --sd, --within, --correlation",
                fix=f"leave out {option}, or say what it plans",
            )


def _store_of_pilot(where: str, run: str | None) -> AbstractContextManager[Store | None]:
    from jurist.cli.stores import existing_store

    return nullcontext() if run is None else existing_store(where)
