"""Whom a query is about: customers or accounts."""

from __future__ import annotations

from functools import lru_cache

from jurist.languages.cql.schemas.schema import AudienceType, CqlSchema
from jurist.languages.cql.semantics.customers import Account, Customer
from jurist.languages.cql.syntax import (
    Comparison,
    CqlQuery,
    Junction,
    Not,
    Quantifier,
    Reduction,
    Where,
)


def subject_type(schema: CqlSchema, *queries: CqlQuery) -> type[Customer] | type[Account]:
    """Whom the queries are about: accounts where the schema or an ANY or ALL says so."""
    if schema.audience_type is AudienceType.ACCOUNTS or any(map(_has_quantifier, queries)):
        return Account
    return Customer


@lru_cache(maxsize=1_024)  # every arm asks it of the same queries
def _has_quantifier(query: CqlQuery) -> bool:
    waiting: list[CqlQuery] = [query]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Comparison):
            if isinstance(node.left, Reduction):
                filters = node.left.stream.filters
                waiting += [one.condition for one in filters if isinstance(one, Where)]
        elif isinstance(node, Junction):
            waiting += node.operands
        elif isinstance(node, Not):
            waiting.append(node.operand)
        elif isinstance(node, Reduction):
            filters = node.stream.filters
            waiting += [one.condition for one in filters if isinstance(one, Where)]
        elif isinstance(node, Quantifier):
            return True
    return False
