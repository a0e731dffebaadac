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
  jurist run study.yaml --store postgresql://HOST/DB --on ray://head:10001
  jurist run study.yaml --store postgresql://HOST/DB --on slurm --sessions 8 --cores 16 | sbatch
  jurist run study.yaml --shard 2/3 --store part2.db    (without a server: then jurist merge)
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
    on: Annotated[
        str | None,
        typer.Option(
            help="Start the sessions elsewhere: ray://HOST:PORT, ray:HOST:PORT, ray; kubernetes or "
            "slurm, for which a manifest or a script is printed.",
        ),
    ] = None,
    sessions: Annotated[
        int | None, typer.Option(help="So many, on kubernetes or slurm.", min=1)
    ] = None,
    cores: Annotated[int | None, typer.Option(help="Of each of them.", min=1)] = None,
    image: Annotated[str, typer.Option(help="What the pods of kubernetes run.")] = "",
    folder: Annotated[
        str, typer.Option(help="Where own modules and commands stand on those machines.")
    ] = "",
    shard: Annotated[
        str,
        typer.Option(
            metavar="I/N", help="Only every N-th case from the I-th on; see `jurist merge`."
        ),
    ] = "1/1",
    stop_at_eof: Annotated[
        bool,
        typer.Option("--stop-at-eof", help="Stop, as by Ctrl-C, when standard input ends."),
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Only errors.")] = False,
) -> None:
    """Run a study, or go on with it, and show how well the generators did."""
    from jurist.cli.exit_codes import ExitCode
    from jurist.cli.files import output_file
    from jurist.cli.run_options import refuse_options
    from jurist.cli.running import forget_stored, run_in_terminal
    from jurist.cli.stores import working_on
    from jurist.cli.terminal import notices, plain
    from jurist.interrupts import stop_when_input_ends
    from jurist.report.earlier import Result
    from jurist.runs.shards import WHOLE, read_shard
    from jurist.runs.study import read_study

    file, part = read_study(study), read_shard(shard)
    if store is not None:
        file = replace(file, study=file.study.model_copy(update={"store": store}))
    if privacy is not None:
        file = file.at_privacy(privacy)
    refuse_options(
        {
            option
            for option, value in {
                "--prepare": prepare, "--on": on, "--shard": part != WHOLE, "--html": html,
                "--workers": workers, "--sessions": sessions, "--cores": cores, "--image": image,
                "--folder": folder,
            }.items()
            if value
        }
    )  # fmt: skip
    if dry_run:
        from jurist.report.as_json import as_json
        from jurist.runs.forecast import forecast

        typer.echo(as_json(forecast(file)))
        return
    if prepare:
        from jurist.runs.session import nobody_joins, prepare_study

        if not file.study.store.startswith("postgresql"):
            raise nobody_joins(file.study.store)  # before a file is made of it
        if fresh:
            forget_stored(file)
        with working_on(file.study.store) as place:
            typer.echo(prepare_study(file, place, retry_failures=retry_failures))
        return
    launch = None
    if on is not None:
        from jurist.cli.launching import Launch, check_launch, write_launch

        launch = Launch(
            on, sessions, cores, image, folder, retry_failures=retry_failures, html=html is not None
        )
        check_launch(launch, file)
        if launch.writes:
            if fresh:
                forget_stored(file)
            write_launch(launch, file)
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
    again = f"jurist run {study}" + ("" if part == WHOLE else f" --shard {part}")
    if launch is not None:
        from jurist.cli.launching import run_on_ray

        if not run_on_ray(launch, file, quiet=quiet):
            notices().print(
                f"[bold yellow]stopped[/]: its sessions end in order.\nTo go on: {plain(again)}"
            )
            raise typer.Exit(ExitCode.OPEN)
    code = run_in_terminal(
        file,
        html=report,
        workers=workers,
        retry_failures=retry_failures and launch is None,  # else they were asked again there
        again=again,
        mend=f"{again} --retry-failures",
        quiet=quiet,
        shard=part,
    )
    raise typer.Exit(code)
