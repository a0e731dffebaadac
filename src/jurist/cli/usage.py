"""Running the application, and saying what was wrong with its arguments."""

from __future__ import annotations

import io
import sys
from typing import IO, Final, Protocol, cast

import typer

from jurist.report.visible import visible


class _Complaint(Protocol):
    exit_code: int

    def show(self, file: IO[str] | None = None) -> None: ...


_ClickException: Final = next(
    cast("type[Exception]", kind)
    for kind in typer.BadParameter.__mro__
    if kind.__name__ == "ClickException"
)
"""The root of what typer raises about arguments; some versions bring their own click."""


def run_app(app: typer.Typer) -> None:
    """Run a command; arguments that cannot be used end it with a message and their exit code."""
    try:
        code: object = app(standalone_mode=False)
    except _ClickException as error:
        complaint, said = cast("_Complaint", error), io.StringIO()
        complaint.show(file=said)
        typer.echo(visible(said.getvalue()), err=True, nl=False)  # arguments are data, too
        sys.exit(complaint.exit_code)
    if isinstance(code, int):
        sys.exit(code)
