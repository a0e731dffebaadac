"""Schemas from files, in the language that is named or that the file itself says."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path

from jurist.errors import SchemaError
from jurist.languages.base import Language, Schema
from jurist.languages.documents import naming_lines, parse_file
from jurist.languages.file_kinds import SCHEMA, read_as
from jurist.languages.registry import get_language, language_of
from jurist.languages.texts import read_text


def read_schema(path: str | Path, *, language: str | None = None) -> tuple[Language, Schema]:
    """The schema of a file, and the language of its queries.

    Args:
        path: A YAML or JSON file; where the language is named, whatever is a schema to it.
        language: Its name; `None`: what the file says, else the default one.

    Raises:
        InputError: There is no such language, or it finds no schema there.
    """
    if language is not None:
        named = get_language(language)
        with read_as(SCHEMA, path):
            return named, named.read_schema(path)
    with schema_document(path) as document:
        said = language_of(document, where=str(path))
        return said, said.load_schema(document, where=str(path))


@contextmanager
def schema_document(path: str | Path) -> Generator[Mapping[str, object]]:
    """What stands in a YAML or JSON file; errors about it name their line.

    Raises:
        SchemaError: The file cannot be read.
    """
    text = read_text(path, raises=SchemaError)
    with read_as(SCHEMA, path):
        document = parse_file(text, path, raises=SchemaError)
        with naming_lines(text):
            yield document
