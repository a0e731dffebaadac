"""Two queries read together: about the same kind of subject."""

from __future__ import annotations

from dataclasses import replace
from weakref import WeakKeyDictionary

from jurist.languages.cql.schemas.schema import AudienceType, CqlSchema
from jurist.languages.cql.semantics.customers import Account
from jurist.languages.cql.semantics.subject_types import subject_type
from jurist.languages.cql.syntax import CqlQuery

_of_accounts: WeakKeyDictionary[CqlSchema, CqlSchema] = WeakKeyDictionary()


def schema_of_pair(reference: CqlQuery, candidate: CqlQuery, schema: CqlSchema) -> CqlSchema:
    """The schema under which each of the two is read alone as both are read together.

    Beside a query with ANY or ALL, one without is about accounts too, and means something
    else than it does alone: so the schema is one of accounts then.
    """
    kinds = {subject_type(schema, query) for query in (reference, candidate)}
    if len(kinds) == 1:
        return schema
    assert Account in kinds  # noqa: S101 - there are two kinds
    aligned = _of_accounts.get(schema)
    if aligned is None:
        aligned = _of_accounts[schema] = replace(schema, audience_type=AudienceType.ACCOUNTS)
    return aligned
