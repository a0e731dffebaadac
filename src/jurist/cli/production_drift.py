"""`jurist production drift`: whether people ask for what a system is evaluated on."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from jurist.cli.exit_codes import ExitCode
from jurist.cli.options import StoreSaid
from jurist.cli.terminal import notices, output, plain

if TYPE_CHECKING:
    from jurist.records import Case

EXAMPLES = """\b
Examples:
  jurist production drift study.yaml
  jurist production drift cases.jsonl --system copilot --json

\b
Each week's questions, one a person, are held against those of the cases, one a case: a classifier
is asked to tell them apart. p-values are corrected for 52 looks: an alarm in any week of a year is
false with a chance of at most 5 %.

\b
Exit code: 0 no complete week has moved, 1 one has, 3 too few people asked to tell, 2 an error.
"""


def register(group: typer.Typer) -> None:
    """Add the command."""
    group.command("drift", epilog=EXAMPLES)(drift)


def drift(
    cases: Annotated[Path, typer.Argument(help="A study, or a JSONL file of cases.")],
    *,
    system: Annotated[str | None, typer.Option(help="Of this feature alone.")] = None,
    weeks: Annotated[int, typer.Option(help="Only the last so many.", min=1, max=520)] = 52,
    seed: Annotated[int, typer.Option(help="Of draws, folds and permutations.")] = 0,
    json: Annotated[bool, typer.Option("--json", help="JSON for programs.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Only results and errors.")] = False,
    store: StoreSaid = "jurist.db",
) -> None:
    """Hold what people ask, week by week, against the questions of a study or of cases."""
    from jurist.cli.stores import existing_store
    from jurist.production import interactions, questions_of_cases, weekly_drift
    from jurist.report.drifts import drift_words, moved_table, weeks_table
    from jurist.report.progress import progress_bars

    evaluated = questions_of_cases(_cases(cases))
    with existing_store(store) as opened, progress_bars(quiet=quiet) as bars:
        bar = bars.add_task("weeks", total=None)
        found = weekly_drift(
            evaluated,
            interactions(opened, system=system),
            weeks=weeks,
            seed=seed,
            advance=lambda done, total: bars.update(bar, completed=done, total=total),
        )
    if json:
        from jurist.report.as_json import as_json

        typer.echo(as_json(found))
    else:
        output().print(weeks_table(found))
        table = moved_table(found)
        if table is not None:
            output().print()
            output().print(table)
        for sentence in drift_words(found):
            notices().print(plain(sentence))
    complete = [week for week in found.weeks if week.complete]
    if any(week.moved for week in complete):
        raise typer.Exit(ExitCode.NO)
    tested = any(week.found is not None for week in complete)
    raise typer.Exit(ExitCode.YES if tested else ExitCode.OPEN)


def _cases(path: Path) -> list[Case]:
    """The cases of a study's datasets, or of a file."""
    if path.suffix not in {".yaml", ".yml"}:
        from jurist.runs.case_files import read_cases

        return list(read_cases(path))
    from jurist.runs.datasets import load_dataset
    from jurist.runs.study import read_study

    file = read_study(path)
    return [
        case for entry in file.study.datasets for case in load_dataset(entry, file.folder).cases
    ]
