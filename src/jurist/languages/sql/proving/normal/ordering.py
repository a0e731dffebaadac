"""ORDER BY and LIMIT: keys that say nothing, extremes, single rows."""

from __future__ import annotations

from dataclasses import replace

from jurist.languages.sql.algebra.nodes import (
    Aggregate,
    Collects,
    Constant,
    Output,
    Query,
    Select,
    SortKey,
)
from jurist.languages.sql.algebra.types import type_of
from jurist.languages.sql.proving.facts import Facts
from jurist.languages.sql.proving.knowing import Determined, determined, never_null
from jurist.languages.sql.proving.normal.blocks import has_window
from jurist.languages.sql.values import ValueType


def canonical_keys(block: Select, facts: Facts) -> Select | None:
    """Keys that the ones before determine go: rows equal in those are equal in these."""
    if not block.order:
        return None
    if block.group is not None:
        kept = _distinct_keys(block)
    else:
        whole = Determined(block, facts)
        kept = list[SortKey]()
        for key in block.order:
            if not whole.knows(key.value):
                kept.append(key)
                whole.add(key.value)
                whole.close()
    return None if len(kept) == len(block.order) else replace(block, order=tuple(kept))


def _distinct_keys(block: Select) -> list[SortKey]:
    """Of groups: once all keys of the groups are sorted by, only one group is left."""
    kept: list[SortKey] = []
    rest = set(block.group or ())
    for key in block.order:
        if isinstance(key.value, Constant) or key.value in [other.value for other in kept]:
            continue
        if not rest:
            break
        kept.append(key)
        rest.discard(key.value)
    return kept


def one_row(block: Select, facts: Facts) -> Select | None:
    """A result of one row at most is in any order, and a LIMIT cuts nothing of it."""
    if not block.order and block.limit is None:
        return None
    if block.offset or block.limit == 0 or has_window(block):
        return None
    single = block.group == () or (
        block.group is None and len(determined(block, (), facts)[0]) == len(block.sources)
    )
    return replace(block, order=(), limit=None) if single else None


def extreme(query: Query, facts: Facts) -> Query | None:
    """The first of the sorted values is the greatest (or least): of a scalar subquery.

    NULL in both where there is no row; where NULLs are, they must come last, or be none.
    """
    if not isinstance(query, Select) or query.limit != 1 or query.offset or query.distinct:
        return None
    if query.group is not None or len(query.order) != 1 or has_window(query):
        return None
    key, value = query.order[0], query.outputs[0].value
    if key.value != value or type_of(value) is ValueType.OTHER:
        return None
    if key.nulls_first and not never_null(value, query, facts):
        return None
    collects = Collects.MAX if key.descending else Collects.MIN
    outputs = (Output("", Aggregate(collects, value, distinct=False, type=type_of(value))),)
    return replace(query, group=(), outputs=outputs, order=(), limit=None)
