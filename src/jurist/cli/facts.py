"""`jurist facts RUN|STUDY`: the AI nutrition facts of a feature and of its evaluation."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from jurist.cli.options import StoreSaid
from jurist.cli.report import ENDINGS, Format, format_by_ending
from jurist.cli.terminal import notices, output, plain, print_notes
from jurist.errors import InputError

if TYPE_CHECKING:
    from jurist.facts import Facts
    from jurist.runs.study_feature import Feature

EXAMPLES = """\b
Examples:
  jurist facts my-study
  jurist facts my-study-1a2b3c4d --out label.html
  jurist facts study.yaml                          (before it has run)
  jurist facts my-study --owner study.yaml --out label.md
  jurist facts my-study --format json | jq '.labels[0].facts'

\b
Each line says what it rests on: the study, the record, a measurement, or the owner's word in the
study's `feature:`. What nobody said and nothing can know is marked as the owner's to fill in.
"""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("facts", epilog=EXAMPLES)(facts)


def facts(
    of: Annotated[
        str, typer.Argument(metavar="RUN|STUDY", help="A run's id, how it begins, or a study file.")
    ],
    *,
    format_: Annotated[
        Format | None, typer.Option("--format", help="What to make; else by the ending of --out.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="File; standard output if absent.")] = None,
    owner: Annotated[
        Path | None,
        typer.Option(help="A study file whose `feature:` holds; else that of the run's study."),
    ] = None,
    store: StoreSaid = "jurist.db",
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Only errors.")] = False,
) -> None:
    """Write the label of a feature and of its evaluation, with model cards of the judges."""
    from jurist.cli.files import open_output, output_file
    from jurist.report.earlier import Result

    wanted = format_ or format_by_ending(out)
    result = {Format.MD: Result.MARKDOWN, Format.JSON: Result.FACTS}.get(wanted, Result.HTML)
    inputs = [store, *(str(path) for path in (owner,) if path)]
    target = (
        None
        if out is None
        else output_file(out, "--out", result, endings=ENDINGS[wanted], inputs=inputs)
    )
    made = _facts(of, store, _feature(owner))
    print_notes(made.notes, quiet=quiet)
    if wanted is Format.TABLE:
        from jurist.facts.rendering import terminal_parts

        for part in terminal_parts(made):
            output().print(part)
        return
    from jurist.facts.rendering import render_markdown, write_html
    from jurist.report.as_json import as_json

    with open_output(target) as written:
        match wanted:
            case Format.HTML:
                write_html(made, written)
            case Format.MD:
                written.write(render_markdown(made).encode())
            case Format.JSON:
                written.write(f"{as_json(made)}\n".encode())
    if out is not None:
        notices(quiet=quiet).print(f"facts: {plain(str(out))}")


def _facts(of: str, store: str, owner: Feature | None) -> Facts:
    from jurist.facts import facts_of_run, facts_of_study

    if of.endswith((".yaml", ".yml", ".json")) or Path(of).is_file():
        from dataclasses import replace

        from jurist.runs.study import read_study

        file = read_study(of)
        if owner is not None:
            file = replace(file, study=file.study.model_copy(update={"feature": owner}))
        return facts_of_study(file)
    from jurist.cli.stores import existing_store

    with existing_store(store) as opened:
        return facts_of_run(opened, of, owner=owner)


def _feature(owner: Path | None) -> Feature | None:
    if owner is None:
        return None
    from jurist.runs.study import read_study

    file = read_study(owner)
    if "feature" not in file.study.model_fields_set:
        raise InputError(
            f"{owner} says nothing of the feature",
            expected="a study with a section `feature:`",
            fix="add one: feature: {description: ..., optional: true}",
        )
    return file.study.feature
