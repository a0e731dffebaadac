"""Variants of a query with one mistake each, by named operators, certified to differ."""

from __future__ import annotations

from collections.abc import Iterator

from jurist.languages.capabilities import Variant
from jurist.languages.cql.edits.mutations import MUTATIONS
from jurist.languages.cql.edits.variants import certified, valid_variants
from jurist.languages.cql.schemas.schema import CqlSchema
from jurist.languages.cql.syntax import CqlQuery
from jurist.languages.effort import STEPS

OPERATORS = {edit.name: edit.description for edit in MUTATIONS}
"""Each operator's name with what it does, in one sentence, in the order of the variants."""


def mutants(query: CqlQuery, schema: CqlSchema, *, steps: int = STEPS) -> Iterator[Variant]:
    """Variants with one change each, in the order of `OPERATORS`.

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
        evidence = certified(query, variant, schema, steps=steps)
        yield Variant(operator, variant, evidence)
