"""Variants of a query that mean the same, each by a named operator and proved."""

from __future__ import annotations

from collections.abc import Iterator

from jurist.languages.capabilities import Variant
from jurist.languages.effort import STEPS
from jurist.languages.sql.query import SqlQuery
from jurist.languages.sql.schemas.schema import SqlSchema
from jurist.languages.sql.variants.certifying import certified
from jurist.languages.sql.variants.making import valid_variants
from jurist.languages.sql.variants.rewriting import REWRITES
from jurist.records import Relation

OPERATORS = {edit.name: edit.description for edit in REWRITES}
"""Each operator's name with what it does, in one sentence, in the order of the variants."""


def rewrites(query: SqlQuery, schema: SqlSchema, *, steps: int = STEPS) -> Iterator[Variant]:
    """Variants proved equivalent under the schema, in the order of `OPERATORS`.

    What cannot be proved is not handed out, and what databases contradict least of all. Every
    variant is new, can be read back from its canonical text, and runs.

    Args:
        query: Parsed under the schema.
        schema: What the query names, and how it is read.
        steps: Of work, for each arm of one variant's evidence.
    """
    for operator, variant in valid_variants(query, schema, REWRITES):
        evidence = certified(query, variant, schema, steps=steps)
        if evidence.relation is Relation.EQUIVALENT:
            yield Variant(operator, variant, evidence)
