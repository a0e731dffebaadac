"""The queries that people name on the command line: as text, or as `@FILE`."""

from __future__ import annotations

from pathlib import Path

from jurist.languages.texts import read_text


def read_argument(argument: str, what: str) -> tuple[str, str]:
    """A query's text, and how errors call it: by its file, or as `what`."""
    if not argument.startswith("@"):
        return argument, what
    return read_text(Path(argument[1:])), argument[1:]
