"""The queries that people name on the command line (as text, or as `@FILE`), and their language."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from jurist.errors import InputError
from jurist.languages import Language, Schema, get_language
from jurist.languages.registry import default_language
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


def spoken_in(language: str | None, schema: Path | None) -> tuple[Language, Schema | None]:
    """The language of the queries (as named, else as the schema says), and the schema."""
    if schema is None:
        return default_language() if language is None else get_language(language), None
    from jurist.languages.schema_files import read_schema

    return read_schema(schema, language=language)
