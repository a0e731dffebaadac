"""The queries that people name on the command line: as text, or as `@FILE`."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from jurist.errors import InputError
from jurist.languages.texts import read_text

_LONGEST_PATH: Final = 200


def read_argument(argument: str, what: str) -> tuple[str, str]:
    """A query's text, and how errors call it: by its file, or as `what`."""
    if not argument.startswith("@"):
        if "(" not in argument and len(argument) <= _LONGEST_PATH and Path(argument).is_file():
            raise InputError(
                f"{what} is the name of a file, {argument!r}",
                expected="a query, or @FILE for a file that holds it",
                fix=f"write @{argument}",
            )
        return argument, what
    return read_text(Path(argument[1:])), argument[1:]
