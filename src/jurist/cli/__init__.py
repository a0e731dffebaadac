"""The `jurist` command: one file a command.

Command files import nothing heavy at the top, so that `jurist --help` is quick:
what a command needs, it imports when it runs.
"""

from __future__ import annotations

import importlib
import inspect
import os
import sys
from typing import Annotated

import typer

from jurist import __version__
from jurist.cli.terminal import complain
from jurist.errors import JuristError

COMMANDS = (
    "demo",
    "diff",
    "mutate",
    "init",
    "run",
    "report",
    "judge",
    "annotate",
    "align",
    "estimate",
    "compare",
    "plan",
    "shift",
    "gate",
    "challenge",
    "disagreements",
    "tune",
    "ledger",
)
"""Modules of this package, in the order that `--help` shows their commands."""


def build_app() -> typer.Typer:
    """The application with all its commands."""
    app = typer.Typer(
        name="jurist",
        help=(
            "Judge features that turn natural language into queries: proved where a proof "
            "exists, by a tested LLM judge beyond."
        ),
        no_args_is_help=True,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    )
    app.callback()(_options)
    for module in COMMANDS:
        importlib.import_module(f"jurist.cli.{module}").register(app)
    _keep_summaries_whole(app)
    return app


def _keep_summaries_whole(app: typer.Typer) -> None:
    """The first sentence of each command in the list of commands, which else cuts it short."""
    for info in (*app.registered_commands, *app.registered_groups):
        said = info.help or inspect.getdoc(info.callback) or ""
        info.short_help = " ".join(said.split("\n\n")[0].split())
    for group in app.registered_groups:
        if group.typer_instance is not None:
            _keep_summaries_whole(group.typer_instance)


def main() -> None:
    """Run the command line; errors of ours end with a message and exit code 2."""
    try:
        try:
            build_app()()
        finally:
            sys.stdout.flush()  # here, where a full disk is still an error and not an afterthought
    except JuristError as error:
        complain(error)
        sys.exit(2)
    except KeyboardInterrupt:
        typer.echo("stopped; what was stored is kept, the same command goes on", err=True)
        sys.exit(3)
    except BrokenPipeError:  # the reader of our output (`| head`) went away: no fault of anybody
        _forget_output()
        sys.exit(0)
    except OSError as error:  # a full disk, a folder that went away
        _forget_output()
        complain(JuristError(f"{error.filename or 'the output'}: {error.strerror or error}"))
        sys.exit(2)


def _forget_output() -> None:
    """Let what is left in the buffer go nowhere: flushing it at exit would fail once more."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())


def _version(wanted: bool) -> None:  # noqa: FBT001 - the signature that typer calls back with
    if wanted:
        typer.echo(f"jurist {__version__}")
        raise typer.Exit


def _options(
    *,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Say the version.")
    ] = False,
) -> None:
    """Nothing is shared between commands but `--version`."""
