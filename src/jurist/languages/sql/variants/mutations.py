"""Variants of a query with one mistake each, by named operators, certified to differ."""

from __future__ import annotations

from collections.abc import Iterator

from jurist.languages.capabilities import Variant
from jurist.languages.effort import STEPS
from jurist.languages.sql.query import SqlQuery
from jurist.languages.sql.schemas.schema import SqlSchema
from jurist.languages.sql.variants.certifying import certified, runs
from jurist.languages.sql.variants.making import valid_variants
from jurist.languages.sql.variants.mutating import MUTATIONS

OPERATORS = {edit.name: edit.description for edit in MUTATIONS}
"""Each operator's name with what it does, in one sentence, in the order of the variants."""


def mutants(query: SqlQuery, schema: SqlSchema, *, steps: int = STEPS) -> Iterator[Variant]:
    """Variants with one change each, in the order of `OPERATORS`.

    The evidence holds the query as reference and the mutant as candidate. A mutant that is
    equivalent after all, or undecided, is there too, with that evidence: callers keep it apart.
    Every mutant is new, can be read back from its canonical text, passes `check` where the query
    does, and runs in the dialect's engine.

    Args:
        query: Parsed under the schema.
        schema: What the query names, and how it is read.
        steps: Of work, for each arm of one mutant's evidence.
    """
    for operator, variant in valid_variants(query, schema, MUTATIONS):
        evidence = certified(query, variant, schema, steps=steps)
        if runs(evidence):
            yield Variant(operator, variant, evidence)
