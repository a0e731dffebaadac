"""From a query to the valid, distinct queries that named edits make of it, with evidence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from jurist.errors import QuerySyntaxError
from jurist.languages.base import Issue
from jurist.languages.cql.checking.checker import check
from jurist.languages.cql.counterexamples.execution import execute
from jurist.languages.cql.edits.edit import Edit, places
from jurist.languages.cql.normal_form.normalization import normalize
from jurist.languages.cql.proving import decide
from jurist.languages.cql.schemas.schema import CqlSchema
from jurist.languages.cql.syntax import CqlQuery
from jurist.languages.cql.text.parser import parse
from jurist.languages.cql.text.printer import format_query
from jurist.records import Evidence, Method, Relation

MOST_OF_AN_EDIT = 8
"""Queries that one edit gives."""
_MOST_TRIED = 60


def valid_variants(
    query: CqlQuery, schema: CqlSchema, edits: Iterable[Edit]
) -> Iterator[tuple[str, CqlQuery]]:
    """Each edit's name with a query that it makes, in the order of the edits.

    Every query differs in its canonical text from the original and from those before, can
    be read back from that text, and `check` finds nothing wrong in it that it did not find
    in the original. At most `MOST_OF_AN_EDIT` for each edit.
    """
    text = format_query(query)
    seen = {text}
    known = {_mistake(issue) for issue in check(query, schema, text=text)}

    def fresh(queries: Iterable[CqlQuery]) -> Iterator[CqlQuery]:
        for made in queries:
            written = format_query(made)
            if written in seen:
                continue
            seen.add(written)
            read = _read(written)
            if read is not None and known.issuperset(
                _mistake(issue) for issue in check(read, schema, text=written)
            ):
                yield read

    where = places(query, schema)
    for edit in edits:
        tried = islice(edit.queries(where), _MOST_TRIED)
        for variant in islice(fresh(tried), MOST_OF_AN_EDIT):
            yield edit.name, variant


def certified(query: CqlQuery, variant: CqlQuery, schema: CqlSchema, *, steps: int) -> Evidence:
    """How a variant relates to its original: by normal form, by proof, by execution at last.

    Raises:
        InternalContradiction: Where a witness does not replay.
    """
    if normalize(query, schema) == normalize(variant, schema):
        return Evidence(
            Relation.EQUIVALENT, Method.NORMAL_FORM, assumptions=schema.assumptions, matched=1.0
        )
    proof = decide(query, variant, schema, steps=steps)
    if proof.relation is not Relation.UNDECIDED:
        return proof
    execution = execute(query, variant, schema)
    return proof if execution.relation is Relation.UNDECIDED else execution


def _read(text: str) -> CqlQuery | None:
    try:
        return parse(text)
    except QuerySyntaxError:  # beyond a limit of size or nesting
        return None


def _mistake(issue: Issue) -> tuple[str, str, str]:
    return issue.kind, issue.found, issue.expected
