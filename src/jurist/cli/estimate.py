"""`jurist estimate RUN`: each generator's score and pass rate, corrected by people's labels."""

from __future__ import annotations

from typing import Annotated

import typer

from jurist.cli.terminal import notices, output, plain

EXAMPLES = """\b
Examples:
  jurist estimate my-study
  jurist estimate my-study --judge gpt-5 --json

\b
Beside the judge's own numbers stand PPI++ and post-stratified ones, from labels of the role
test alone, each weighed by the chance with which its answer was drawn.
"""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("estimate", epilog=EXAMPLES)(estimate)


def estimate(
    run: Annotated[str, typer.Argument(help="The run's id, or how it begins.")],
    *,
    judge: Annotated[list[str] | None, typer.Option(help="Only this judge; repeatable.")] = None,
    assume_random: Annotated[
        bool, typer.Option("--assume-random", help="Labels without a chance were drawn at random.")
    ] = False,
    label_shift: Annotated[
        bool, typer.Option("--label-shift", help="Also Rogan-Gladen: labels of another mix.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="JSON for programs.")] = False,
    store: Annotated[str, typer.Option(help="Where runs are kept: a file or URL.")] = "jurist.db",
) -> None:
    """Estimate how good each generator is, with the judge's errors accounted for."""
    from jurist.alignment.estimates import estimate_generators, labelled_tasks, spent_tasks
    from jurist.alignment.labels import labels_that_measure
    from jurist.analysis.scores import score_table
    from jurist.cli.stores import chosen, existing_store, resolve_run
    from jurist.records import LabelRole
    from jurist.runs.results import results
    from jurist.store.annotations import annotations_of

    with existing_store(store) as opened:
        found = resolve_run(opened, run)
        labels = list(annotations_of(opened, found))
        table = score_table(results(opened, found))
    measuring = labels_that_measure(labels)
    estimates = estimate_generators(
        table,
        labelled_tasks(measuring),
        judges=chosen(judge, table.judges, "judge"),
        spent=spent_tasks(labels, role=LabelRole.TEST),
        assume_random=assume_random,
        label_shift=label_shift,
    )
    if not measuring:
        others = f" ({len(labels)} of other roles cannot enter an estimate)" if labels else ""
        notices().print(f"no labels with the role test{others}: only naive numbers")
    if json:
        from jurist.report.as_json import as_json

        typer.echo(as_json(estimates))
        return
    from jurist.report.comparisons import estimate_notes, estimates_table

    output().print(estimates_table(estimates))
    for note in estimate_notes(estimates):
        output().print(plain(note))
