"""`jurist estimate RUN`: each generator's score and pass rate, corrected by people's labels."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from jurist.cli.options import StoreSaid
from jurist.cli.pages import page_to_write, write_page
from jurist.cli.plain_tables import Labels, Passing, ScaleSaid, Verdicts, is_plain, read_tables
from jurist.cli.terminal import output, print_notes

EXAMPLES = """\b
Examples:
  jurist estimate my-study
  jurist estimate my-study --judge gpt-5 --json
  jurist estimate my-study --html estimates.html
  jurist estimate --labels labels.csv --verdicts verdicts.csv --assume-random

\b
Beside the judge's own numbers stand corrected ones: what people said of answers to which the
judge gave such scores, each label of the role test weighed by the chance with which its answer
was drawn. Answers labelled for another role count as people scored them.
"""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("estimate", epilog=EXAMPLES)(estimate)


def estimate(
    run: Annotated[
        str | None, typer.Argument(help="The run's id, or how it begins; or say --labels.")
    ] = None,
    *,
    judge: Annotated[list[str] | None, typer.Option(help="Only this judge; repeatable.")] = None,
    assume_random: Annotated[
        bool, typer.Option("--assume-random", help="Labels without a chance were drawn at random.")
    ] = False,
    label_shift: Annotated[
        bool, typer.Option("--label-shift", help="Also Rogan-Gladen: labels of another mix.")
    ] = False,
    labels: Labels = None,
    verdicts: Verdicts = None,
    scale: ScaleSaid = None,
    passing: Passing = None,
    html: Annotated[
        Path | None, typer.Option(help="Also write the estimates to this file.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="JSON for programs.")] = False,
    store: StoreSaid = "jurist.db",
) -> None:
    """Estimate how good each generator is, with the judge's errors accounted for."""
    from jurist.report.estimates import estimates_section

    page = page_to_write(html, store, labels, verdicts)
    if is_plain(run, labels, verdicts):
        from jurist.alignment.plain.estimating import estimate_tables

        made = estimate_tables(
            *read_tables(labels, verdicts),
            scale=scale,
            passing=passing,
            judges=judge or (),
            assume_random=assume_random,
            label_shift=label_shift,
        )
    else:
        from jurist.alignment.estimates import estimate_scores
        from jurist.cli.stores import existing_store, say_which

        with existing_store(store) as opened:
            say_which(opened, run or "")
            made = estimate_scores(
                opened,
                run or "",
                judges=judge or (),
                assume_random=assume_random,
                label_shift=label_shift,
            )
    print_notes(made.notes)
    section = estimates_section(made.estimates)
    write_page(page, "How good the generators are", made.run, (section,), content="estimates")
    if json:
        from jurist.report.as_json import as_json

        typer.echo(as_json(made.estimates))
        return
    from jurist.report.sheets import section_parts

    for part in section_parts(section):
        output().print(part)
