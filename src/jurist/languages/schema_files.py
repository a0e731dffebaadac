"""Schemas from files and addresses, in the language that is named or that finds one there."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from jurist.errors import InputError, SchemaError
from jurist.languages.base import Language, Schema
from jurist.languages.capabilities import FindsSchemas
from jurist.languages.documents import naming_lines, parse_file
from jurist.languages.file_kinds import SCHEMA, read_as
from jurist.languages.registry import get_language, language_names, language_of
from jurist.languages.texts import read_text

_DOCUMENTS: Final = (".yaml", ".yml")


@dataclass(frozen=True, slots=True)
class FoundSchema:
    """A schema, the language of its queries, and the document that says both."""

    language: Language
    schema: Schema
    document: Mapping[str, object]


def read_schema(
    source: str | Path, *, language: str | None = None, dialect: str | None = None
) -> FoundSchema:
    """The schema of a file, or of whatever else is one to a language.

    Args:
        source: A YAML or JSON file; or what some language finds a schema in: another format, a
            folder, the address of a database.
        language: Its name; `None`: what the file says, or whose it is, else the default one.
        dialect: What queries are written in, where the source does not say it.

    Raises:
        InputError: There is no such language, or it finds no schema there.
    """
    finder = _finder(str(source), language)
    if finder is None:
        with schema_document(source) as written:
            return load_document(written, where=str(source), language=language, dialect=dialect)
    spoken, finds = finder
    document = finds.schema_document(str(source), dialect=dialect)
    where = _without_user(str(source))
    return FoundSchema(spoken, spoken.load_schema(document, where=where), document)


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


def _finder(source: str, language: str | None) -> tuple[Language, FindsSchemas] | None:
    """The language that finds a schema in what is no document."""
    if source.lower().endswith(_DOCUMENTS):
        return None
    for name in language_names() if language is None else (language,):
        spoken = get_language(name)
        if isinstance(spoken, FindsSchemas) and spoken.finds_schema(source):
            return spoken, spoken
    return None


def load_document(
    written: Mapping[str, object],
    *,
    where: str,
    language: str | None = None,
    dialect: str | None = None,
) -> FoundSchema:
    """The schema that a document says.

    Args:
        written: What stands in a schema file.
        where: The file's name, for errors.
        language: See `read_schema`.
        dialect: See `read_schema`.

    Raises:
        InputError: It is none of that language, or says another one or another dialect.
    """
    document = dict(written)
    for key, wanted in (("language", language), ("dialect", dialect)):
        if wanted is None:
            continue
        said = document.setdefault(key, wanted)
        if said != wanted:
            raise InputError(
                f"the {key} {wanted!r} is asked for, but {where} says {said!r}",
                expected=f"the schema's own {key}",
                fix=f"leave out the {key}",
            )
    spoken = language_of(document, where=where) if language is None else get_language(language)
    if dialect is not None and not isinstance(spoken, FindsSchemas):
        raise InputError(
            f"the language {spoken.name!r} has no dialects",
            expected="a dialect with a language that has some",
            fix="leave out the dialect",
        )
    return FoundSchema(spoken, spoken.load_schema(document, where=where), document)


def _without_user(source: str) -> str:
    """An address as errors may show it: without its user and password."""
    scheme, separator, rest = source.partition("://")
    return f"{scheme}://{rest.rpartition('@')[2]}" if separator else source
