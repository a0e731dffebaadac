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
    """A query's text, and how errors call it: by its file, or as `what`.

    A text that is the name of a file, which no query is, is read from it too.
    """
    if argument.startswith("@"):
        return read_text(Path(argument[1:])), argument[1:]
    if "(" not in argument and len(argument) <= _LONGEST_PATH and Path(argument).is_file():
        return read_text(Path(argument)), argument
    return argument, what


def spoken_in(
    language: str | None, schema: str | None, dialect: str | None
) -> tuple[Language, Schema | None]:
    """The language of the queries (as named, else as the schema says), and the schema."""
    if schema is None:
        if dialect is not None:
            raise InputError(
                f"--dialect {dialect} stands without --schema",
                expected="a schema of that dialect; without one the queries are of the standard",
                fix="name a schema: --schema FILE",
            )
        return default_language() if language is None else get_language(language), None
    from jurist.languages.schema_files import read_schema

    found = read_schema(schema, language=language, dialect=dialect)
    return found.language, found.schema
