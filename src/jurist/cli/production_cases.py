"""`jurist production cases`: what people saved, as cases of a dataset."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from jurist.cli.exit_codes import ExitCode
from jurist.cli.options import StoreSaid
from jurist.cli.schemas import DIALECT_HELP, SCHEMA_HELP
from jurist.cli.terminal import notices, output, plain
from jurist.plurals import counted

if TYPE_CHECKING:
    from jurist.production.cases import SavedCases

EXAMPLES = """\b
Examples:
  jurist production cases --schema schema.yaml --out saved.jsonl
  jurist production cases --schema schema.yaml --system copilot --out saved.jsonl --json

\b
Each case has origin real, and says in anchored_by whose answer people edited: scores on it favour
that system, and are told apart from all others. Its note and tag say how the saved query relates
to the answer, by proof. People's words and values stand in the file as they are in the log.
"""


def register(group: typer.Typer) -> None:
    """Add the command."""
    group.command("cases", epilog=EXAMPLES)(cases)


def cases(
    *,
    schema: Annotated[str, typer.Option(help=SCHEMA_HELP + ".")],
    out: Annotated[Path, typer.Option("--out", "-o", help="JSONL file of cases.")],
    system: Annotated[str | None, typer.Option(help="Of this feature alone.")] = None,
    dialect: Annotated[str | None, typer.Option(help=DIALECT_HELP)] = None,
    workers: Annotated[int | None, typer.Option(help="Processes; one a core.", min=1)] = None,
    json: Annotated[bool, typer.Option("--json", help="What became of all, as JSON.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Only errors.")] = False,
    store: StoreSaid = "jurist.db",
) -> None:
    """Make cases of what people saved: the reference is what they kept of an answer."""
    from jurist.cli.files import open_output, output_file
    from jurist.cli.stores import existing_store
    from jurist.languages.schema_files import read_schema
    from jurist.production import interactions
    from jurist.production.cases import saved_cases
    from jurist.report.earlier import Result
    from jurist.report.progress import progress_bars
    from jurist.report.visible import in_json
    from jurist.roles.protocols import Workspace
    from jurist.runs.case_files import case_line

    target = output_file(
        out, "--out", Result.CASES, endings=(".jsonl", ".ndjson"), inputs=(schema, store)
    )
    found = read_schema(schema, dialect=dialect)
    workspace = Workspace(found.language, found.schema, Path(schema).stem)
    with existing_store(store) as opened, progress_bars(quiet=quiet) as bars:
        bar = bars.add_task("proving", total=None)
        made = saved_cases(
            interactions(opened, system=system),
            workspace,
            workers=workers,
            advance=lambda done, total: bars.update(bar, completed=done, total=total),
        )
    if made.cases:
        with open_output(target) as written:
            written.writelines(in_json(case_line(each.case)) for each in made.cases)
    if json:
        from jurist.report.as_json import as_json

        typer.echo(as_json(made))
    else:
        _tell(made, out, quiet=quiet)
    raise typer.Exit(ExitCode.YES if made.cases else ExitCode.NO)


def _tell(made: SavedCases, out: Path, *, quiet: bool) -> None:
    from jurist.report.sheets import plain_table

    table = plain_table("anchored by", "saved query to answer", "cases", "attempts", text=2)
    groups: dict[tuple[str, str], list[int]] = {}
    for each in made.cases:
        groups.setdefault((each.case.anchored_by, each.relation), []).append(each.attempts)
    for (anchor, relation), attempts in groups.items():
        table.add_row(plain(anchor), plain(relation), str(len(attempts)), str(sum(attempts)))
    output().print(table)
    say = notices(quiet=quiet)
    for lost in made.unusable:
        say.print(f"{counted(lost.rows, 'attempt')} no case: {plain(lost.reason)}")
    place = f" in {plain(str(out))}" if made.cases else "; nothing is written"
    say.print(
        f"{counted(len(made.cases), 'case')}{place}, of {counted(made.attempts, 'attempt')}: "
        f"{counted(made.merged, 'attempt')} merged with others"
    )
