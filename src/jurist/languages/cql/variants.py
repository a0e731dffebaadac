"""Variants of a query by named edits: valid, distinct, and certified to differ or to be equal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from jurist.errors import QuerySyntaxError
from jurist.languages.base import Issue
from jurist.languages.capabilities import Variant
from jurist.languages.cql.arms import proved
from jurist.languages.cql.checking.checker import check
from jurist.languages.cql.counterexamples.execution import execute
from jurist.languages.cql.edits.edit import Edit, places
from jurist.languages.cql.edits.mutations import MUTATIONS
from jurist.languages.cql.edits.rewrites import REWRITES
from jurist.languages.cql.normal_form.normalization import normalize
from jurist.languages.cql.schemas.schema import CqlSchema
from jurist.languages.cql.syntax import CqlQuery
from jurist.languages.cql.text.parser import parse
from jurist.languages.cql.text.printer import format_query
from jurist.languages.effort import STEPS
from jurist.records import Evidence, Method, Relation

MOST_OF_AN_EDIT = 8
"""Queries that one edit gives."""
_MOST_TRIED = 60


def mutants(query: CqlQuery, schema: CqlSchema, *, steps: int = STEPS) -> Iterator[Variant]:
    """Variants with one mistake each, in the order of `MUTATIONS`.

    The evidence holds the query as reference and the mutant as candidate. A mutant that
    is equivalent after all, or undecided, is there too, with that evidence: callers keep
    it apart. Every mutant is new, can be read back from its canonical text, and passes
    `check` where the query does.

    Args:
        query: An audience or a computed trait.
        schema: What the query names, and how it is read.
        steps: Of work on one proof.
    """
    for operator, variant in valid_variants(query, schema, MUTATIONS):
        yield Variant(operator, variant, certified(query, variant, schema, steps=steps))


def rewrites(query: CqlQuery, schema: CqlSchema, *, steps: int = STEPS) -> Iterator[Variant]:
    """Variants proved equivalent under the schema, in the order of `REWRITES`.

    What cannot be proved is not handed out. Every variant is new, can be read back from
    its canonical text, and passes `check` where the query does.

    Args:
        query: An audience or a computed trait.
        schema: What the query names, and how it is read.
        steps: Of work on one proof.
    """
    for operator, variant in valid_variants(query, schema, REWRITES):
        evidence = certified(query, variant, schema, steps=steps)
        if evidence.relation is Relation.EQUIVALENT:
            yield Variant(operator, variant, evidence)


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
        for candidate in queries:
            written = format_query(candidate)
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
    proof = proved(query, variant, schema, steps=steps)
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
