"""`jurist compare RUN [RUN ...]`: paired differences between generators, within and across runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from jurist.cli.terminal import notices, output, plain

if TYPE_CHECKING:
    from jurist.analysis.comparison import VarianceShares
    from jurist.analysis.contrasts import Contrast

EXAMPLES = """\b
Examples:
  jurist compare my-study                       (the generators of one run)
  jurist compare before-1a2b after-3c4d         (the same generators in two runs)
  jurist compare before after --allow-different (although judges or schemas differ)

\b
Scores are paired by case and question; differences are second minus first. p-values are
corrected for all comparisons shown together (Holm), intervals are not.
"""


@dataclass(frozen=True)
class Comparison:
    """What is compared, and where the variance comes from."""

    contrasts: tuple[Contrast, ...]
    variance: VarianceShares


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("compare", epilog=EXAMPLES)(compare)


def compare(
    runs: Annotated[list[str], typer.Argument(help="Runs, the earlier ones first.")],
    *,
    judge: Annotated[list[str] | None, typer.Option(help="Only this judge; repeatable.")] = None,
    allow_different: Annotated[
        bool, typer.Option("--allow-different", help="Compare although judges or data differ.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="JSON for programs.")] = False,
    store: Annotated[str, typer.Option(help="Where runs are kept: a file or URL.")] = "jurist.db",
) -> None:
    """Compare generators on the same questions, and say what it would take to settle it."""
    from jurist.analysis.contrasts import System, contrasts, pairs_of_systems, shares_of_variance
    from jurist.cli.comparing import read_tables
    from jurist.cli.stores import chosen, existing_store
    from jurist.errors import InputError

    with existing_store(store) as opened:
        tables = read_tables(opened, runs, allow_different=allow_different)
    shared = [
        name
        for name in next(iter(tables.values())).judges
        if all(name in table.judges for table in tables.values())
    ]
    pairs = pairs_of_systems(tables)
    if not shared or not pairs:
        raise InputError(
            "there is nothing to compare: "
            + ("no judge is in all runs" if pairs else "the run has only one generator"),
            expected="two generators, in one run or in two, under one judge",
            fix="name two runs, or a run with two generators",
        )
    judges = chosen(judge, shared, "judge")
    systems = dict.fromkeys(
        System(run, name) for run, table in tables.items() for name in table.generators
    )
    made = Comparison(
        contrasts(tables, pairs, judges), shares_of_variance(tables, list(systems), judges)
    )
    if not made.contrasts:
        raise InputError(
            "the runs share no question", expected="runs over the same cases and questions"
        )
    if json:
        from jurist.report.as_json import as_json

        typer.echo(as_json(made))
        return
    from jurist.report.comparisons import contrasts_table, variance_words

    output().print(contrasts_table(made.contrasts))
    output().print(variance_words(made.variance))
    for each in made.contrasts:
        if each.unpaired:
            notices().print(
                plain(
                    f"{each.first.generator} and {each.second.generator}: {each.unpaired} "
                    "questions were asked in one run only and are left out"
                )
            )
