"""From a query to the valid, distinct queries that named edits make of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from sqlglot import exp

from jurist.errors import QuerySyntaxError, UnsupportedError
from jurist.languages.sql.query import SqlQuery
from jurist.languages.sql.schemas.schema import SqlSchema
from jurist.languages.sql.text.checking import check
from jurist.languages.sql.text.parsing import parse
from jurist.languages.sql.text.writing import canonical
from jurist.languages.sql.variants.edits import Edit

MOST_OF_AN_EDIT = 6
"""Queries that one edit gives."""
_MOST_TRIED = 40


def valid_variants(
    query: SqlQuery, schema: SqlSchema, edits: Iterable[Edit]
) -> Iterator[tuple[str, SqlQuery]]:
    """Each edit's name with a query that it makes, in the order of the edits.

    Every query differs in its canonical text from the original and from those before, can be
    read back from that text, and `check` finds nothing wrong in it that it did not find in the
    original. At most `MOST_OF_AN_EDIT` for each edit.
    """
    seen = {query.text}
    known = _mistakes(query, schema)

    def fresh(trees: Iterable[exp.Query]) -> Iterator[SqlQuery]:
        for tree in trees:
            text = canonical(tree, query.dialect)
            if text in seen:
                continue
            seen.add(text)
            read = _read(text, schema)
            if read is None or (read.text != text and read.text in seen):
                continue
            seen.add(read.text)
            if known.issuperset(_mistakes(read, schema)):
                yield read

    for edit in edits:
        tried = islice(edit.queries(query.tree, schema), _MOST_TRIED)
        for variant in islice(fresh(tried), MOST_OF_AN_EDIT):
            yield edit.name, variant


def _mistakes(query: SqlQuery, schema: SqlSchema) -> set[tuple[str, str, str]]:
    found = check(query, schema, text=query.text)
    return {(issue.kind, issue.found, issue.expected) for issue in found}


def _read(text: str, schema: SqlSchema) -> SqlQuery | None:
    try:
        return parse(text, schema)
    except (QuerySyntaxError, UnsupportedError):  # beyond a limit, or what its dialect has not
        return None
