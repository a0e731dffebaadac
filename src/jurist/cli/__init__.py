"""The `jurist` command: one file a command.

Command files import nothing heavy at the top, so that `jurist --help` is quick:
what a command needs, it imports when it runs. This one imports next to nothing, so that
Ctrl-C is minded from the start.
"""

from __future__ import annotations

import sys
from contextlib import suppress

from jurist.interrupts import end_now, ending_in_time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import typer

COMMANDS = (
    "demo",
    "diff",
    "mutate",
    "init",
    "run",
    "work",
    "merge",
    "report",
    "runs",
    "import",
    "check",
    "judge",
    "annotate",
    "align",
    "estimate",
    "compare",
    "plan",
    "shift",
    "production",
    "gate",
    "challenge",
    "disagreements",
    "tune",
    "serve",
    "proxy",
    "user",
    "facts",
    "ledger",
    "forget",
    "migrate",
)
"""In the order that `--help` shows them: each is a module of this package."""

_INTERRUPTED = 130
"""What typer makes of a `KeyboardInterrupt`."""
_ERROR, _STOPPED = 2, 3
"""Of `ExitCode`, which is not loaded yet where they are needed first."""


def build_app(commands: Iterable[str] = COMMANDS) -> typer.Typer:
    """The application with all its commands, or only some of them."""
    import importlib

    import typer

    from jurist.cli.options import options

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
    app.callback()(options)
    for command in commands:
        module = "import_" if command == "import" else command  # a word of Python's own
        importlib.import_module(f"jurist.cli.{module}").register(app)
    _keep_summaries_whole(app)
    return app


def _keep_summaries_whole(app: typer.Typer) -> None:
    """The first sentence of each command in the list of commands, which else cuts it short."""
    import inspect

    for info in (*app.registered_commands, *app.registered_groups):
        said = info.help or inspect.getdoc(info.callback) or ""
        info.short_help = " ".join(said.split("\n\n")[0].split())
    for group in app.registered_groups:
        if group.typer_instance is not None:
            _keep_summaries_whole(group.typer_instance)


def main() -> None:
    """Run the command line; see `ExitCode` for how it ends."""
    with ending_in_time(_how_to_go_on, code=_STOPPED) as heard:
        try:
            code = _run()
        except KeyboardInterrupt:
            code = _INTERRUPTED
        if heard.signal and code in {_INTERRUPTED, _ERROR}:  # an error then comes of the signal
            with suppress(OSError):  # the terminal may have gone
                print(_how_to_go_on(), file=sys.stderr)
            code = _STOPPED
    if heard.signal:
        end_now(code)
    sys.exit(code)


def _run() -> int:
    """Do what the command line says; whatever happens becomes a code, and words."""
    from jurist.cli.exit_codes import ExitCode
    from jurist.cli.streams import ReaderGone, bearing_lost_readers, forget_output
    from jurist.cli.usage import run_app
    from jurist.errors import JuristError

    try:
        with bearing_lost_readers():
            return run_app(build_app(_asked_for(sys.argv)))
    except SystemExit as ended:  # how typer ends after completing a line
        return ended.code if isinstance(ended.code, int) else ExitCode.YES
    except ReaderGone:  # `| head` has what it wanted: no fault of anybody
        return ExitCode.YES
    except JuristError as error:
        _complain(error)
    except OSError as error:  # a full disk, a folder that went away
        forget_output(1)
        _complain(
            JuristError(
                f"{error.filename or 'the output'}: {error.strerror or error}",
                expected="a file and a disk that can be used",
                fix="check the path, the permissions and the free space",
            )
        )
    except Exception:  # noqa: BLE001 - a bug is told in full, with a code that means no answer
        import traceback

        traceback.print_exc()
    return ExitCode.ERROR


def _asked_for(words: Sequence[str]) -> Sequence[str]:
    """The command that a command line names: to build all of them takes as long as most do."""
    return words[1:2] if words[1:2] and words[1] in COMMANDS else COMMANDS


def _complain(error: Exception) -> None:
    from jurist.cli.terminal import complain

    with suppress(OSError):
        complain(error)


def _how_to_go_on() -> str:
    """What to say where a command was cut short and says nothing of its own."""
    import re
    import shlex

    command = re.sub(r"(://[^/@\s:]*:)[^/@\s]*@", r"\1...@", shlex.join(["jurist", *sys.argv[1:]]))
    shown = command if command.isprintable() else command.encode("unicode_escape").decode()
    return f"interrupted: what was stored is kept.\nTo go on: {shown}"
