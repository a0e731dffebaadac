"""Prints `docs/reference/commands.md` from the commands themselves.

To renew the page: .venv/bin/python tests/commands_page.py > docs/reference/commands.md
"""

from __future__ import annotations

from typer.testing import CliRunner

from jurist.cli import COMMANDS, build_app

HEAD = (
    "# Commands\n\nWhat each command's `--help` says; a test holds this page to it. Results go to "
    "standard output, all else (progress, notes, errors) to standard error. An error names what is "
    "wrong, what was expected and the fix, and ends with exit code 2. In a pipe there are no "
    "colours and no progress bars; `NO_COLOR` turns colours off everywhere, `--quiet` all but "
    "results and errors.\n"
)


def page() -> str:
    """The page's text."""
    parts = [HEAD]
    app = build_app()
    for command in COMMANDS:
        said = CliRunner().invoke(app, [command, "--help"], prog_name="jurist").output
        text = "\n".join(line.rstrip() for line in said.strip().splitlines())
        parts.append(f"## jurist {command}\n\n```text\n{text}\n```\n")
    return "\n".join(parts)


if __name__ == "__main__":
    print(page(), end="")
