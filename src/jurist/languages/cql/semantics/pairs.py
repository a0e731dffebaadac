"""Two queries read together: about the same kind of subject."""

from __future__ import annotations

from dataclasses import replace

from jurist.languages.cql.schemas.context import context_of
from jurist.languages.cql.schemas.schema import AudienceType, CqlSchema
from jurist.languages.cql.semantics.customers import Account
from jurist.languages.cql.semantics.subject_types import subject_type
from jurist.languages.cql.syntax import CqlQuery


def schema_of_pair(reference: CqlQuery, candidate: CqlQuery, schema: CqlSchema) -> CqlSchema:
    """The schema under which each of the two is read alone as both are read together.

    Beside a query with ANY or ALL, one without is about accounts too, and means something
    else than it does alone: so the schema is one of accounts then.
    """
    kinds = {subject_type(schema, query) for query in (reference, candidate)}
    if len(kinds) == 1:
        return schema
    assert Account in kinds  # noqa: S101 - there are two kinds
    return context_of(schema).get(_of_accounts)


def _of_accounts(schema: CqlSchema) -> CqlSchema:
    return replace(schema, audience_type=AudienceType.ACCOUNTS)
