"""`jurist check DATASET`: what is wrong or odd in a dataset, with its place."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from jurist.cli.exit_codes import ExitCode
from jurist.cli.schemas import DIALECT_HELP, SCHEMA_HELP
from jurist.cli.terminal import notices, output, plain
from jurist.plurals import counted
from jurist.report.progress import progress_bars

if TYPE_CHECKING:
    from jurist.runs.checking import Remark
    from jurist.runs.study import DatasetEntry, StudyFile

EXAMPLES = """\b
Examples:
  jurist check shop                      (a dataset that ships with Jurist)
  jurist check ./mine                    (a folder with schema.yaml and cases.jsonl)
  jurist check cases.jsonl --schema schema.yaml
  jurist check cases.jsonl --schema schema.sql --dialect sqlite
  jurist check --study study.yaml --json

\b
Each reference must parse and name only what the schema has. Listed too: references that never
give anything, or always everything, and those that mean the same as an earlier one; and, of a
language that says so, what is doubtful in a reference or in the facts of its schema.

\b
Exit code: 0 no remarks, 1 remarks, 2 an error (a file that cannot be read).
"""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("check", epilog=EXAMPLES)(check)


def check(
    dataset: Annotated[
        list[str] | None,
        typer.Argument(
            help="A shipped dataset, a folder, or with --schema a file of cases; several are fine."
        ),
    ] = None,
    *,
    schema: Annotated[
        str | None, typer.Option(help=SCHEMA_HELP + ", of the files of cases.")
    ] = None,
    dialect: Annotated[str | None, typer.Option(help=DIALECT_HELP)] = None,
    study: Annotated[Path | None, typer.Option(help="Check the datasets of this study.")] = None,
    steps: Annotated[
        int | None,
        typer.Option(help="Most steps of work, for each arm: 2000000 unless said.", min=1),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="JSON for programs.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Only results and errors.")] = False,
) -> None:
    """Check a dataset: references parse, names exist, queries differ and are not trivial."""
    from jurist.languages.effort import STEPS
    from jurist.runs.naming import entries_of
    from jurist.runs.study import read_study

    base = None if study is None else read_study(study)
    if base is not None:
        _refuse_others(dataset or [], base)
    folder = Path.cwd() if base is None else base.folder
    remarks: list[tuple[Path, Remark]] = []
    cases = 0
    for entry in entries_of(dataset or [], base, schema, dialect):
        path, number, found = _checked(entry, folder, steps or STEPS, quiet=quiet)
        cases += number
        remarks += ((path, remark) for remark in found)
    if json:
        from jurist.report.as_json import as_json

        typer.echo(as_json([{"file": str(path), "remark": remark} for path, remark in remarks]))
    for path, remark in () if json else remarks:
        of_case = f", case {remark.case!r}" if remark.case else ""
        place = f"{path}, line {remark.line}{of_case}" if remark.line else f"schema of {path}"
        output().print(plain(f"{place}: {remark.kind}: {remark.text}"))
    said = counted(len(remarks), "remark") if remarks else "no remarks"
    notices(quiet=quiet).print(f"{counted(cases, 'case')} checked, {said}")
    raise typer.Exit(ExitCode.NO if remarks else ExitCode.YES)


def _refuse_others(names: list[str], base: StudyFile) -> None:
    """Raise for a dataset that the study does not have: else one of the two went unchecked."""
    from jurist.errors import InputError

    known = [entry.name for entry in base.study.datasets]
    for name in names:
        if name not in known:
            raise InputError(
                f"the study {base.where} has no dataset {name!r}",
                expected=f"with --study, some of its datasets: {', '.join(known)}",
                fix="check the study and the others by a command each",
            )


def _checked(
    entry: DatasetEntry, folder: Path, steps: int, *, quiet: bool
) -> tuple[Path, int, list[Remark]]:
    """The file of a dataset's cases, how many there are, and what is to be said of them."""
    from jurist.languages.schema_files import read_schema
    from jurist.runs.checking import check_cases
    from jurist.runs.datasets import paths_of, workspace_of

    schema, path = paths_of(entry, folder)
    workspace = workspace_of(entry.name, read_schema(schema, dialect=entry.dialect))
    number = _count_cases(path)
    with progress_bars(quiet=quiet) as bars:
        bar = bars.add_task("checking", total=None)
        found = list(
            check_cases(
                path,
                workspace,
                steps=steps,
                tell=lambda done, of: bars.update(bar, completed=done, total=of),
            )
        )
    return path, number, sorted(found, key=lambda remark: remark.line)


def _count_cases(path: Path) -> int:
    """How many lines a file of cases has; one without any case is another file, or empty."""
    from jurist.errors import DatasetError
    from jurist.languages.file_kinds import CASES, read_as
    from jurist.runs.case_files import read_lines_of

    lines, cases, wrong = 0, 0, None
    for _, read in read_lines_of(path):
        lines += 1
        if not isinstance(read, DatasetError):
            cases += 1
        elif wrong is None:
            wrong = read
    if cases:
        return lines
    with read_as(CASES, path):
        raise wrong or DatasetError(
            "there is no case in the file",
            expected='one case a line: {"id", "reference", "questions", ...}',
            fix="write a case into the file",
            where=str(path),
        )
