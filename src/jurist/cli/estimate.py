"""`jurist estimate RUN`: each generator's score and pass rate, corrected by people's labels."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from jurist.cli.plain_tables import Labels, Passing, ScaleSaid, Verdicts, is_plain, read_tables
from jurist.cli.terminal import notices, output, plain

if TYPE_CHECKING:
    from jurist.alignment.estimates import RunEstimates
    from jurist.cli.files import Output

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
    store: Annotated[str, typer.Option(help="Where runs are kept: a file or URL.")] = "jurist.db",
) -> None:
    """Estimate how good each generator is, with the judge's errors accounted for."""
    from jurist.cli.files import output_file
    from jurist.report.earlier import Result

    inputs = [store, *(each for each in (labels, verdicts) if each is not None)]
    target = html and output_file(
        html, "--html", Result.HTML, endings=(".html", ".htm"), inputs=inputs
    )
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
    for note in made.notes:
        notices().print(plain(note))
    if target is not None:
        _write_html(made, target)
        notices().print(f"estimates: {plain(str(target.path))}")
    if json:
        from jurist.report.as_json import as_json

        typer.echo(as_json(made.estimates))
        return
    from jurist.report.estimates import estimates_section
    from jurist.report.sheets import section_parts

    for part in section_parts(estimates_section(made.estimates)):
        output().print(part)


def _write_html(made: RunEstimates, target: Output) -> None:
    from jurist.cli.files import open_output
    from jurist.report.estimates import estimates_section
    from jurist.report.sheets_html import write_sheets

    with open_output(target) as written:
        section = estimates_section(made.estimates)
        write_sheets("How good the generators are", made.run, (section,), written)
