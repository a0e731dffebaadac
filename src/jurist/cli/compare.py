"""`jurist compare RUN [RUN ...]`: paired differences between generators, within and across runs."""

from __future__ import annotations

from typing import Annotated

import typer

from jurist.cli.options import StoreSaid
from jurist.cli.plain_tables import (
    Labels,
    Passing,
    ScaleSaid,
    Verdicts,
    is_plain,
    read_tables,
    read_verdict_table,
)
from jurist.cli.terminal import output, plain, print_notes

EXAMPLES = """\b
Examples:
  jurist compare my-study                       (the generators of one run)
  jurist compare before-1a2b after-3c4d         (the same generators in two runs)
  jurist compare before after --allow-different (although judges or schemas differ)
  jurist compare --verdicts verdicts.csv        (columns: item, system, judge, score)
  jurist compare --verdicts verdicts.csv --labels labels.csv --assume-random

\b
Scores are paired by case and question; differences are second minus first, a case one value.
Real, authored and synthetic questions are compared apart, real ones first. p-values are corrected
for all comparisons of one origin (Holm), intervals are not. In JSON `p_value` is the raw one.
"""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("compare", epilog=EXAMPLES)(compare)


def compare(
    runs: Annotated[
        list[str] | None, typer.Argument(help="Runs, the earlier ones first; or say --verdicts.")
    ] = None,
    *,
    judge: Annotated[list[str] | None, typer.Option(help="Only this judge; repeatable.")] = None,
    allow_different: Annotated[
        bool, typer.Option("--allow-different", help="Compare although judges or data differ.")
    ] = False,
    assume_random: Annotated[
        bool, typer.Option("--assume-random", help="Labels without a chance were drawn at random.")
    ] = False,
    labels: Labels = None,
    verdicts: Verdicts = None,
    scale: ScaleSaid = None,
    passing: Passing = None,
    json: Annotated[bool, typer.Option("--json", help="JSON for programs.")] = False,
    store: StoreSaid = "jurist.db",
) -> None:
    """Compare generators on the same questions, and say what it would take to settle it."""
    if is_plain(runs, labels, verdicts):
        from jurist.alignment.plain.estimating import compare_table

        people = None if labels is None else read_tables(labels, verdicts)[0]
        made = compare_table(
            read_verdict_table(verdicts),
            people,
            scale=scale,
            passing=passing,
            judges=judge or (),
            assume_random=assume_random,
        )
    else:
        from jurist.alignment.comparison.comparing import compare_runs
        from jurist.cli.stores import existing_store, say_which

        asked = runs or []
        with existing_store(store) as opened:
            for run in asked:
                say_which(opened, run)
            made = compare_runs(
                opened,
                asked,
                judges=judge or (),
                allow_different=allow_different,
                assume_random=assume_random,
            )
    if json:
        from jurist.report.as_json import as_json

        typer.echo(as_json(made))
    else:
        from jurist.report.decisions import contrasts_table, variance_words
        from jurist.report.sentences import comparison_words

        if made.contrasts:
            output().print(contrasts_table(made.contrasts))
        output().print(variance_words(made.variance))
        for sentence in comparison_words(made.contrasts, made.unchanged):
            output().print(plain(sentence))
    print_notes(made.notes)
