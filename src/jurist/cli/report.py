"""`jurist report RUN`: a stored run as HTML, Markdown or JSON."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from jurist.cli.options import StoreSaid
from jurist.cli.terminal import notices, output, plain, print_notes
from jurist.errors import InputError

if TYPE_CHECKING:
    from jurist.cli.files import Output
    from jurist.report.told import Told
    from jurist.store import Store

EXAMPLES = """\b
Examples:
  jurist report                                   (lists the runs)
  jurist report my-study --out report.html
  jurist report my-study --privacy values --out for-others.html
  jurist report my-study-1a2b3c4d --format json | jq .standings
"""


class Format(StrEnum):
    """What a report can be."""

    TABLE = "table"
    HTML = "html"
    MD = "md"
    JSON = "json"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("report", epilog=EXAMPLES)(report)


def report(
    run: Annotated[str | None, typer.Argument(help="The run's id, or how it begins.")] = None,
    *,
    format_: Annotated[
        Format | None, typer.Option("--format", help="What to make; else by the ending of --out.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="File; standard output if absent.")] = None,
    privacy: Annotated[
        str | None,
        typer.Option(
            help="Show it by pseudonyms: values, or 'values and names'; witnesses are made anew."
        ),
    ] = None,
    store: StoreSaid = "jurist.db",
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Only errors.")] = False,
) -> None:
    """Show a stored run as a table, HTML, Markdown or JSON, or list the runs."""
    from jurist.cli.files import output_file
    from jurist.cli.stores import existing_store, runs_table, say_which
    from jurist.report.earlier import Result

    wanted = format_ or format_by_ending(out)
    result = {Format.MD: Result.MARKDOWN, Format.JSON: Result.JSON}.get(wanted, Result.HTML)
    target = (
        None
        if out is None
        else output_file(out, "--out", result, endings=ENDINGS[wanted], inputs=(store,))
    )
    with existing_store(store) as opened:
        if run is None:
            if wanted is not Format.TABLE:
                raise InputError(
                    "no run was named",
                    expected="a run's id, or how it begins",
                    fix=f"jurist report RUN --format {wanted}",
                )
            output().print(runs_table(opened))
            return
        from jurist.store.runs import get_run

        found = get_run(opened, run).id
        say_which(opened, run, quiet=quiet)
        with ExitStack() as stack:
            shown, more = opened, ()
            if privacy is not None:
                told = stack.enter_context(_told(opened, store, found, privacy))
                shown, more = told.store, told.notes()
            _show(shown, found, more, wanted, target, quiet=quiet)
    if out is not None:
        notices(quiet=quiet).print(f"report: {plain(str(out))}")


def _show(
    store: Store,
    run: str,
    more: Sequence[str],
    wanted: Format,
    target: Output | None,
    *,
    quiet: bool,
) -> None:
    from jurist.cli.files import open_output
    from jurist.report.build import page_of, survey_of

    survey = survey_of(store, run)
    survey = replace(survey, notes=(*more, *survey.notes))
    if wanted is Format.TABLE:
        from rich.console import Group

        from jurist.report.leading import lead_words
        from jurist.report.makings_words import makings_section
        from jurist.report.sheets import section_parts
        from jurist.report.terminal import Leaderboard

        output().print(Leaderboard(survey.standings))
        made = makings_section(survey.makings)
        if made is not None:
            output().print(Group(*section_parts(made)))
        print_notes((*lead_words(survey.leads), *survey.notes), quiet=quiet)
        return
    from jurist.report.writing import Form, write_page

    page = page_of(store, run, survey)
    with open_output(target) as written:
        write_page(page, Form(wanted), written)


def _told(store: Store, where: str, run: str, level: str) -> AbstractContextManager[Told]:
    from jurist.report.told import level_for_others, told_run
    from jurist.runs.borders import key_of

    return told_run(store, run, level_for_others(level), key_of(where))


ENDINGS: Final = {
    Format.HTML: (".html", ".htm"),
    Format.MD: (".md",),
    Format.JSON: (".json",),
    Format.TABLE: (".html", ".md", ".json"),
}
"""How files of a format end; a table is for the terminal alone."""


def format_by_ending(out: Path | None) -> Format:
    """What a file is to be, by how it is called; a table where none is named."""
    if out is None:
        return Format.TABLE
    ending = out.suffix.lower()
    return next((each for each, known in ENDINGS.items() if ending in known), Format.TABLE)
