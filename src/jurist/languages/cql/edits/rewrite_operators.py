"""Variants of a query that mean the same, each by a named operator and proved."""

from __future__ import annotations

from collections.abc import Iterator

from jurist.languages.capabilities import Variant
from jurist.languages.cql.edits.rewrites import REWRITES
from jurist.languages.cql.edits.variants import certified, valid_variants
from jurist.languages.cql.schemas.schema import CqlSchema
from jurist.languages.cql.syntax import CqlQuery
from jurist.languages.effort import STEPS
from jurist.records import Relation

OPERATORS = {edit.name: edit.description for edit in REWRITES}
"""Each operator's name with what it does, in one sentence, in the order of the variants."""


def rewrites(query: CqlQuery, schema: CqlSchema, *, steps: int = STEPS) -> Iterator[Variant]:
    """Variants proved equivalent under the schema, in the order of `OPERATORS`.

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
