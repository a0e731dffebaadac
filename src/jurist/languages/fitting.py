"""Reading queries that people name: each must parse and fit the schema, or an error says which."""

from __future__ import annotations

from typing import Final

from jurist.errors import InputError
from jurist.languages.base import Language, Query, Schema

_MOST_ISSUES: Final = 3


def parse_named(language: Language, text: str, what: str, schema: Schema | None = None) -> Query:
    """The query, or an `InputError` that says which one does not parse."""
    try:
        return language.parse(text, schema)
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
