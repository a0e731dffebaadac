"""Prints `docs/reference/commands.md` from the commands themselves.

To renew the page: .venv/bin/python tests/commands_page.py > docs/reference/commands.md
"""

from __future__ import annotations

import typer
from typer.testing import CliRunner

from jurist.cli import COMMANDS, build_app
from jurist.cli.exit_codes import ExitCode

HEAD = (
    "# Commands\n\nWhat each command's `--help` says; a test holds this page to it. Results go to "
    "standard output, all else (progress, notes, errors) to standard error. An error names what is "
    "wrong, what was expected and the fix, and ends with exit code 2. In a pipe there are no "
    "colours and no progress bars; `NO_COLOR` turns colours off everywhere, `--quiet` all but "
    "results and errors.\n"
)
CODES = "## Exit codes\n\nOne meaning a code, in every command:\n\n| code | meaning |\n|---|---|\n"
INTERRUPTED = (
    "Ctrl-C, SIGTERM and a terminal that closes end every command within 2 seconds, whatever "
    "hangs: it says how to go on, and what was stored is kept. What a model was asked and had not "
    "answered yet is asked again. A reader of the output that goes away (`| head`) is no error: a "
    "command "
    "that makes nothing but that output stops, the others do their work to the end.\n"
)


def page() -> str:
    """The page's text."""
    rows = "".join(f"| {code.value} | {code.meaning} |\n" for code in ExitCode)
    parts = [HEAD, CODES + rows, INTERRUPTED]
    app = build_app()
    for words in _commands(app):
        said = CliRunner().invoke(app, [*words, "--help"], prog_name="jurist").output
        text = "\n".join(line.rstrip() for line in said.strip().splitlines())
        parts.append(f"## jurist {' '.join(words)}\n\n```text\n{text}\n```\n")
    return "\n".join(parts)


def _commands(app: typer.Typer) -> list[tuple[str, ...]]:
    """The words of each command, and of each command of a group behind it."""
    groups = {group.name: group.typer_instance for group in app.registered_groups}
    found: list[tuple[str, ...]] = []
    for command in COMMANDS:
        found.append((command,))
        group = groups.get(command)
        if group is not None:
            found.extend((command, *words) for words in _below(group))
    return found


def _below(app: typer.Typer) -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = [(each.name or "",) for each in app.registered_commands]
    for group in app.registered_groups:
        if group.typer_instance is not None and group.name:
            found.append((group.name,))
            found.extend((group.name, *words) for words in _below(group.typer_instance))
    return found


if __name__ == "__main__":
    print(page(), end="")
