"""Options of `jurist` itself, before any command, and those that commands share."""

from __future__ import annotations

from typing import Annotated, Final

import typer

from jurist import __version__

STORE: Final = "JURIST_STORE"
"""The variable of the environment that names the store of every command."""
StoreSaid = Annotated[str, typer.Option(help="Where runs are kept: a file or URL.", envvar=STORE)]


def _version(wanted: bool) -> None:  # noqa: FBT001 - the signature that typer calls back with
    if wanted:
        typer.echo(f"jurist {__version__}")
        raise typer.Exit


def options(
    *,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Say the version.")
    ] = False,
) -> None:
    """Nothing is shared between commands but `--version`."""
