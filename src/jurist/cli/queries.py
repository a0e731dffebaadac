"""The queries that people name on the command line: as text, or as `@FILE`."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from jurist.errors import InputError
from jurist.languages import Language
from jurist.languages.base import Query, Schema
from jurist.languages.texts import read_text

_MOST_ISSUES: Final = 3


def read_argument(argument: str, what: str) -> tuple[str, str]:
    """A query's text, and how errors call it: by its file, or as `what`."""
    if not argument.startswith("@"):
        return argument, what
    return read_text(Path(argument[1:])), argument[1:]


def parse_named(language: Language, text: str, what: str) -> Query:
    """The query, or an `InputError` that says which one does not parse."""
    try:
        return language.parse(text)
    except InputError as error:
        raise error.at(what) from None


def refuse_misfit(
    language: Language, query: Query, schema: Schema, text: str, what: str = "the query"
) -> None:
    """Raise `InputError` where a query names what its schema does not have, or uses it wrongly."""
    issues = language.check(query, schema, text=text)
    if issues:
        more = len(issues) - _MOST_ISSUES
        raise InputError(
            f"{what} does not fit the schema {schema.name!r}",
            expected="a query that the schema allows",
            fix="; ".join(str(issue) for issue in issues[:_MOST_ISSUES])
            + (f"; and {more} more of these" if more > 0 else ""),
        )
