"""`jurist plan --difference` and `--gate`: what a decision takes, and what it will say."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from jurist.alignment.planning.decisions import plan_comparison, plan_gate
from jurist.cli.terminal import output, print_notes
from jurist.plurals import counted
from jurist.store import Store

if TYPE_CHECKING:
    from jurist.alignment.planning.pilot import PilotGaps


def show_plan_of_decision(
    store: Store | None,
    run: str | None,
    *,
    pilot: PilotGaps | None,
    difference: float | None,
    max_drop: float,
    power: float,
    comparisons: int,
    cases: int | None,
    baseline: str | None,
    judge: str | None,
    difference_sd: float | None,
    json: bool,
) -> None:
    """Plan a comparison where a difference is given, else a gate, and show the plan."""
    from jurist.report import plans

    if difference is None:
        made = plan_gate(
            store,
            run,
            max_drop=max_drop,
            pilot=pilot,
            power=power,
            cases=cases,
            baseline=baseline,
            judge=judge,
            difference_sd=difference_sd,
        )
        table, words = plans.gate_chances_table(made), plans.gate_plan_words(made, max_drop)
    else:
        made = plan_comparison(
            store,
            run,
            difference=difference,
            pilot=pilot,
            power=power,
            comparisons=comparisons,
            cases=cases,
            baseline=baseline,
            judge=judge,
            difference_sd=difference_sd,
        )
        table = plans.comparison_chances_table(made)
        words = plans.comparison_plan_words(made, difference)
    print_notes(made.notes)
    if json:
        from jurist.report.as_json import as_json

        typer.echo(as_json(made))
        return
    output().print(
        f"{counted(made.cases, 'case')}; differences on a case have a standard deviation of "
        f"{made.spread:.2f}"
    )
    output().print(table)
    if difference is None:
        output().print(plans.LEGEND)
    for sentence in words:
        output().print(sentence)
