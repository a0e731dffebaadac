"""`jurist work RUN`: one more session of a run, on this machine or another."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from jurist.cli.options import StoreSaid

EXAMPLES = """\b
Examples:
  RUN=$(jurist run study.yaml --store postgresql://... --prepare)
  jurist work $RUN --store postgresql://...       (on as many machines as you like)
  jurist work $RUN --only verdicts:proof          (a machine that has no key proves only)
  jurist work $RUN --workers 4 --folder /srv/bot  (own modules and commands stand there)

\b
JURIST_STORE in place of --store keeps a password out of the list of processes. SIGTERM and Ctrl-C
give back at once what was not begun; killed otherwise, other sessions take over in 12 seconds.

\b
Exit code: 0 nothing is left to do, 3 stopped early (Ctrl-C, SIGTERM, budget), 2 it cannot work
here (a file or a key is missing, a role is another, the store is out of reach), and why.
"""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("work", epilog=EXAMPLES)(work)


def work(
    run: Annotated[str, typer.Argument(help="Its id, the beginning of one, or a study's name.")],
    *,
    store: StoreSaid = "jurist.db",
    workers: Annotated[int | None, typer.Option(help="Processes; one a core.", min=1)] = None,
    only: Annotated[
        list[str] | None,
        typer.Option(help="What to do of it: STAGE:ROLE, such as verdicts:proof, or STAGE."),
    ] = None,
    folder: Annotated[
        Path, typer.Option(help="Where own modules, commands and files stand on this machine.")
    ] = Path(),
    stop_at_eof: Annotated[
        bool,
        typer.Option("--stop-at-eof", help="Stop, as by Ctrl-C, when standard input ends."),
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Only errors.")] = False,
) -> None:
    """Join a run that `jurist run` prepared in a store, and do what is open beside others."""
    from jurist.cli.running import work_in_terminal
    from jurist.errors import InputError
    from jurist.interrupts import stop_when_input_ends

    if not folder.is_dir():
        raise InputError(
            f"--folder {folder} is no folder on this machine",
            expected="where the modules, commands and files of the study stand here",
            fix="copy them there, or name another; leave it out where the store holds all",
        )
    if stop_at_eof:
        stop_when_input_ends()
    code = work_in_terminal(
        run, store, folder=folder, only=only or [], workers=workers, quiet=quiet
    )
    raise typer.Exit(code)
