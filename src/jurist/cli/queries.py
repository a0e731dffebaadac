"""The queries that people name on the command line (as text, or as `@FILE`), and their language."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from jurist.errors import InputError, UnsupportedError
from jurist.languages import Language, Schema, get_language
from jurist.languages.registry import default_language, language_names
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
    language: str | None, schema: str | None, dialect: str | None, text: str
) -> tuple[Language, Schema | None]:
    """The language of the queries, and the schema.

    As it is named, else as the schema says, else the one in which a first query reads.
    """
    if schema is None:
        if dialect is not None:
            raise InputError(
                f"--dialect {dialect} stands without --schema",
                expected="a schema of that dialect; without one the queries are of the standard",
                fix="name a schema: --schema FILE",
            )
        return _language_of(text) if language is None else get_language(language), None
    from jurist.languages.schema_files import read_schema

    found = read_schema(schema, language=language, dialect=dialect)
    return found.language, found.schema


def _language_of(text: str) -> Language:
    """The first language to which a text is a query, the default one before others."""
    usual = default_language()
    for name in (usual.name, *language_names()):
        try:
            spoken = get_language(name)
            spoken.parse(text)
        except (InputError, UnsupportedError):
            continue
        return spoken
    return usual
