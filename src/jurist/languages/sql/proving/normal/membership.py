"""IN, EXISTS and set operations as joins and as NOT EXISTS."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from jurist.languages.sql.algebra.nodes import (
    Column,
    Combines,
    Compares,
    Comparison,
    Exists,
    Expression,
    In,
    Join,
    Not,
    Output,
    Query,
    Same,
    Select,
    SetOperation,
    Source,
)
from jurist.languages.sql.algebra.types import output_types, type_of
from jurist.languages.sql.algebra.walking import free_columns, has_aggregate, renumber, sources_of
from jurist.languages.sql.proving.facts import Facts
from jurist.languages.sql.proving.knowing import never_null, output_never_null
from jurist.languages.sql.proving.normal.blocks import has_window
from jurist.languages.sql.proving.normal.conditions import TRUE

ONE: Final = (Output("", TRUE),)
"""The outputs of a query of which only counts whether it has a row."""


def existence(query: Query) -> Query:
    """A query that has a row exactly where the given one has."""
    if isinstance(query, SetOperation) or query.limit == 0 or query.offset:
        return query
    if query.group is not None:
        if query.having or query.group == ():
            return query
        query = replace(query, group=None)
    return replace(query, outputs=ONE, distinct=False, order=(), limit=None)


@dataclass(frozen=True, slots=True)
class Correlation:
    """A subquery's conditions, apart: its own, and equalities with the query around it."""

    own: tuple[Expression, ...]
    pairs: tuple[tuple[Expression, Expression, bool], ...]
    """A value inside, the value outside that it equals, and whether NULLs are equal."""


def correlation(query: Select) -> Correlation | None:
    """Conditions that tie a subquery to what is around it, where all are equalities."""
    ids = {source.id for source in query.sources}
    if any(
        column.source not in ids
        for source in query.sources
        if not isinstance(source.of, str)
        for column in free_columns(source.of)
    ):
        return None
    if any(sources_of(part) - ids for source in query.sources for part in source.on):
        return None
    own: list[Expression] = []
    pairs: list[tuple[Expression, Expression, bool]] = []
    for condition in query.where:
        if sources_of(condition) <= ids:
            own.append(condition)
            continue
        match condition:
            case Comparison(Compares.EQ, left, right) | Same(left, right):
                null_safe = isinstance(condition, Same)
                inside, outside = sources_of(left), sources_of(right)
                if inside <= ids and not outside & ids and inside:
                    pairs.append((left, right, null_safe))
                elif outside <= ids and not inside & ids and outside:
                    pairs.append((right, left, null_safe))
                else:
                    return None
            case _:
                return None
    return Correlation(tuple(own), tuple(pairs))


def joined_in(block: Select, fresh: Iterator[int], *, as_set: bool) -> Select | None:
    """A conjunct IN or EXISTS is a join with the subquery's distinct rows.

    WHERE keeps a row where IN is true: where the values equal a row of the result; one row of
    DISTINCT values is matched then, and none else. EXISTS with equalities to values around it is
    IN of these values (NULL-safe where they are). Where the block's duplicates do not count, all
    of the subquery's rows may be joined, whatever ties them to the block.
    """
    if any(source.join is Join.FULL for source in block.sources):
        return None
    loose = block.group is None and block.limit is None and (as_set or block.distinct)
    for condition in block.where:
        match condition:
            case In(values, query):
                made = _view(values, query, fresh, loose=loose)
            case Exists(query):
                made = _view((), query, fresh, loose=loose)
            case _:
                continue
        if made is None:
            continue
        sources, conditions = made
        rest = tuple(part for part in block.where if part is not condition)
        return replace(block, sources=(*block.sources, *sources), where=(*rest, *conditions))
    return None


def _view(
    values: tuple[Expression, ...], query: Query, fresh: Iterator[int], *, loose: bool
) -> tuple[tuple[Source, ...], tuple[Expression, ...]] | None:
    if any(has_aggregate(value) for value in values):
        return None
    query = renumber(query, fresh)
    plain = (
        isinstance(query, Select)
        and query.group is None
        and query.limit is None
        and not query.offset
        and not has_window(query)
        and all(source.join is not Join.FULL for source in query.sources)
    )
    if not isinstance(query, Select) or not plain:
        if not values or free_columns(query):
            return None
        columns = tuple(f"i{place}" for place in range(len(values)))
        distinct = _distinct(query, columns, fresh)
        pairs = zip(values, _columns(distinct), strict=True)
        return (distinct,), tuple(Comparison(Compares.EQ, one, two) for one, two in pairs)
    if loose and all(source.join is Join.INNER for source in query.sources):
        equal = tuple(
            Comparison(Compares.EQ, value, output.value)
            for value, output in zip(values, query.outputs if values else (), strict=True)
        )
        return query.sources, (*query.where, *equal)
    tied = correlation(query)
    if tied is None:
        return None
    outputs = [Output("", inside) for inside, _, _ in tied.pairs]
    outputs.extend(query.outputs if values else ())
    view = Select(query.sources, tied.own, None, (), tuple(outputs) or ONE, distinct=True)
    names = tuple(f"i{place}" for place in range(len(view.outputs)))
    source = Source(next(fresh), view, names, output_types(view))
    columns = _columns(source)
    conditions: list[Expression] = []
    for column, (_, outside, null_safe) in zip(columns, tied.pairs, strict=False):
        equals = Same(outside, column) if null_safe else Comparison(Compares.EQ, outside, column)
        conditions.append(equals)
    for value, column in zip(values, columns[len(tied.pairs) :], strict=False):
        conditions.append(Comparison(Compares.EQ, value, column))
    return (source,), tuple(conditions)


def _distinct(query: Query, names: tuple[str, ...], fresh: Iterator[int]) -> Source:
    """A source with each row of a result once."""
    kinds = output_types(query)
    inner = Source(next(fresh), query, names, kinds)
    outputs = tuple(Output("", column) for column in _columns(inner))
    whole = Select((inner,), (), None, (), outputs, distinct=True)
    return Source(next(fresh), whole, names, kinds)


def _columns(source: Source) -> tuple[Column, ...]:
    return tuple(
        Column(source.id, name, kind)
        for name, kind in zip(source.columns, source.types, strict=True)
    )


def not_in_as_not_exists(block: Select, facts: Facts) -> Select | None:
    """NOT IN is NOT EXISTS of an equal row where neither side can be NULL.

    So it is where the NULL is ruled out by the block's other conditions or the subquery's.
    """
    for condition in block.where:
        if not isinstance(condition, Not) or not isinstance(condition.part, In):
            continue
        values, query = condition.part.values, condition.part.query
        if not isinstance(query, Select) or query.limit is not None or query.offset:
            continue
        if any(has_aggregate(value) for value in values) or has_window(query):
            continue
        others = replace(block, where=tuple(part for part in block.where if part != condition))
        if not all(never_null(value, others, facts) for value in values):
            continue
        if not all(output_never_null(query, place, facts) for place in range(len(values))):
            continue
        if query.group is not None:
            continue
        equal = tuple(
            Comparison(Compares.EQ, output.value, value)
            for value, output in zip(values, query.outputs, strict=True)
        )
        found = existence(replace(query, where=(*query.where, *equal)))
        changed = Not(Exists(found))
        return replace(
            block,
            where=tuple(changed if part is condition else part for part in block.where),
        )
    return None


def set_operation(query: SetOperation, fresh: Iterator[int]) -> Query | None:
    """INTERSECT is a join, EXCEPT a NOT EXISTS, of NULL-safe equal rows; DISTINCT both."""
    if query.all or query.limit is not None or query.offset or query.order:
        return None
    if query.combines is Combines.UNION:
        return None
    left, right = _as_source(query.left, fresh), _as_source(query.right, fresh)
    outputs = tuple(Output("", column) for column in _columns(left))
    same = tuple(Same(one, two) for one, two in zip(_columns(left), _columns(right), strict=True))
    if any(not _comparable(part) for part in same):
        return None
    if query.combines is Combines.INTERSECT:
        return Select((left, right), same, None, (), outputs, distinct=True)
    found = Exists(Select((right,), same, None, (), ONE))
    return Select((left,), (Not(found),), None, (), outputs, distinct=True)


def _comparable(same: Same) -> bool:
    left, right = type_of(same.left), type_of(same.right)
    return left is right or (left.is_number and right.is_number)


def _as_source(query: Query, fresh: Iterator[int]) -> Source:
    kinds = output_types(query)
    names = tuple(f"s{place}" for place in range(len(kinds)))
    return Source(next(fresh), query, names, kinds)
