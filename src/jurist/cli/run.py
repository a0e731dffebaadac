"""`jurist run STUDY.yaml`: datasets x generators x judges, resumable."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from jurist.cli.options import STORE

EXAMPLES = """\b
Examples:
  jurist init study.yaml && jurist run study.yaml
  jurist run study.yaml --html report.html
  jurist run study.yaml --privacy values          (models are told pseudonyms)
  jurist run study.yaml --dry-run                 (tasks and calls; nothing is done)
  jurist run study.yaml --store postgresql://... --prepare      (then: jurist work RUN)

\b
Killed at any point and started again, it goes on where it was and repeats nothing that was stored.
Of a callable and a command your own files are looked at, and said; of a server only what the study
says of it. If anything else changed (the environment, a model behind it), say --fresh. Models'
replies are kept in the ledger all the same.

\b
Exit code: 0 finished, 3 stopped early (Ctrl-C, budget), 2 an error (a generator without any answer
and a judge without any score are errors too).
"""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("run", epilog=EXAMPLES)(run)


def run(
    study: Annotated[Path, typer.Argument(help="Study file (YAML); `jurist init` writes one.")],
    *,
    html: Annotated[Path | None, typer.Option(help="Also write the report to this file.")] = None,
    workers: Annotated[int | None, typer.Option(help="Processes; one a core.", min=1)] = None,
    retry_failures: Annotated[
        bool, typer.Option("--retry-failures", help="Ask again where an error left no result.")
    ] = False,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Delete what this run has stored, and begin anew.")
    ] = False,
    store: Annotated[
        str | None,
        typer.Option(help="Where it is kept, in place of what the study says.", envvar=STORE),
    ] = None,
    privacy: Annotated[
        str | None,
        typer.Option(
            help="What roles that leave this machine are told, in place of what the study says: "
            "off, values, 'values and names', 'nothing leaves'."
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what it would do, as JSON, and do nothing.")
    ] = False,
    prepare: Annotated[
        bool,
        typer.Option(
            "--prepare", help="Only store the run, for `jurist work` to join; prints its id."
        ),
    ] = False,
    stop_at_eof: Annotated[
        bool,
        typer.Option("--stop-at-eof", help="Stop, as by Ctrl-C, when standard input ends."),
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Only errors.")] = False,
) -> None:
    """Run a study, or go on with it, and show how well the generators did."""
    from jurist.cli.files import output_file
    from jurist.cli.running import forget_stored, run_in_terminal
    from jurist.cli.stores import working_on
    from jurist.interrupts import stop_when_input_ends
    from jurist.report.earlier import Result
    from jurist.runs.study import read_study

    file = read_study(study)
    if store is not None:
        file = replace(file, study=file.study.model_copy(update={"store": store}))
    if privacy is not None:
        file = file.at_privacy(privacy)
    if dry_run:
        from jurist.report.as_json import as_json
        from jurist.runs.forecast import forecast

        typer.echo(as_json(forecast(file)))
        return
    if prepare:
        from jurist.runs.session import prepare_study

        with working_on(file.study.store) as place:
            typer.echo(prepare_study(file, place))
        return
    if stop_at_eof:
        stop_when_input_ends()
    report = (
        None
        if html is None
        else output_file(
            html, "--html", Result.HTML, endings=(".html", ".htm"), inputs=(study, file.study.store)
        )
    )
    if fresh:
        forget_stored(file)
    code = run_in_terminal(
        file,
        html=report,
        workers=workers,
        retry_failures=retry_failures,
        again=f"jurist run {study}",
        mend=f"jurist run {study} --retry-failures",
        quiet=quiet,
    )
    raise typer.Exit(code)
