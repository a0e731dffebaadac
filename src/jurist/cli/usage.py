"""Running the application, and saying what was wrong with its arguments."""

from __future__ import annotations

from typing import Final, Protocol, cast

import typer

from jurist.cli.exit_codes import ExitCode
from jurist.cli.terminal import complain
from jurist.errors import InputError
from jurist.report.visible import visible


class _Context(Protocol):
    command_path: str

    def get_usage(self) -> str: ...


class _Complaint(Protocol):
    ctx: _Context | None
    exit_code: int

    def format_message(self) -> str: ...


_ClickException: Final = next(
    cast("type[Exception]", kind)
    for kind in typer.BadParameter.__mro__
    if kind.__name__ == "ClickException"
)
"""The root of what typer raises about arguments; some versions bring their own click."""


def run_app(app: typer.Typer) -> int:
    """Run a command and return its exit code; of arguments that cannot be used it complains."""
    try:
        code: object = app(standalone_mode=False, prog_name="jurist")
    except typer.Abort:  # input that ended at a prompt
        return ExitCode.OPEN
    except _ClickException as error:
        complaint = cast("_Complaint", error)
        if type(error).__name__ == "NoArgsIsHelpError":  # its message is the help
            typer.echo(visible(complaint.format_message()), err=True)
        else:
            complain(_explained(complaint))
        return complaint.exit_code
    return code if isinstance(code, int) else ExitCode.YES


def _explained(complaint: _Complaint) -> InputError:
    context = complaint.ctx
    usage = "" if context is None else " ".join(context.get_usage().split())
    return InputError(
        complaint.format_message()
        .replace("Value error, ", "")
        .replace("Input should", "it should"),
        expected=usage.removeprefix("Usage: ") or "arguments as the help lists them",
        fix=f"see {context.command_path if context else 'jurist'} --help",
    )
