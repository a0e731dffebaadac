"""Subqueries in FROM: merged, pruned, pushed into."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from jurist.languages.sql.algebra.comparing import NULL
from jurist.languages.sql.algebra.nodes import (
    Case,
    Column,
    Combines,
    Expression,
    IsNull,
    Join,
    Not,
    Query,
    Select,
    SetOperation,
    Source,
)
from jurist.languages.sql.algebra.types import output_types
from jurist.languages.sql.algebra.walking import (
    asks_query,
    has_aggregate,
    is_cut,
    padded,
    renumber,
    sources_of,
)
from jurist.languages.sql.proving.facts import Facts
from jurist.languages.sql.proving.knowing import strict_parts
from jurist.languages.sql.proving.normal.blocks import (
    asks_scalar,
    column_values,
    compares_no_rows,
    has_full_join,
    has_window,
    is_join,
    is_plain,
    is_whole,
    replaced,
    union_branches,
    used_columns,
    uses,
    with_columns,
    with_sources,
)

_MOST_BRANCHES: Final = 12


def merged(block: Select, facts: Facts) -> Select | None:
    """A plain subquery in FROM becomes part of the block.

    Its rows are the rows of its join that its conditions keep, so they may be kept after the
    joins of the block, but where a FULL JOIN (or its own outer join) comes between. What an outer
    join may pad must be a single source, and each of its outputs NULL where that source's row is:
    then padding the source pads them, and its conditions are part of ON.
    """
    for place, source in enumerate(block.sources):
        inner = source.of
        if isinstance(inner, str) or not is_plain(inner):
            continue
        if any(
            asks_scalar(output.value) and uses(block, source.id, name) > 1
            for name, output in zip(source.columns, inner.outputs, strict=True)
        ):
            continue
        may_miss = padded(block, place)
        if may_miss:
            guarded = _where_there(inner, facts)
            if guarded is None:
                continue
            inner = guarded
        sources = _in_place(block, place, source, inner)
        if sources is None:
            continue
        keeps = source.join is Join.INNER and not may_miss
        where = (*block.where, *(inner.where if keeps else ()))
        whole = replace(with_sources(block, place, *sources), where=where)
        return replaced(whole, column_values(source, inner))
    return None


def _where_there(inner: Select, facts: Facts) -> Select | None:
    """The subquery with outputs that are NULL where all columns of its one source are.

    What is not so by itself is so within a CASE on a column that is NULL in no row of it.
    """
    if len(inner.sources) != 1 or inner.sources[0].join is not Join.INNER:
        return None
    only = inner.sources[0]
    if all(_is_strict(output.value, only.id) for output in inner.outputs):
        return inner
    if not isinstance(only.of, str):
        return None
    present = next((value for value in only.values if facts.not_null(only.of, value.name)), None)
    if present is None:
        return None
    there = Not(IsNull(present))
    outputs = tuple(
        output
        if _is_strict(output.value, only.id)
        else replace(output, value=Case(((there, output.value),), NULL))
        for output in inner.outputs
    )
    return replace(inner, outputs=outputs)


def _in_place(
    block: Select, place: int, source: Source, inner: Select
) -> tuple[Source, ...] | None:
    """The sources that take the place of a subquery's."""
    if not padded(block, place):
        if has_full_join(inner):
            others = [other for other in block.sources if other is not source]
            whole = place == 0 and all(other.join is Join.INNER for other in others)
            return inner.sources if whole else None
        return inner.sources
    if has_full_join(block) and inner.where:
        return None
    only = inner.sources[0]
    return (replace(only, join=source.join, on=(*source.on, *inner.where)),)


def _is_strict(value: Expression, source: int) -> bool:
    """Whether a value is NULL where all columns of a source are."""
    return any(isinstance(part, Column) and part.source == source for part in strict_parts(value))


def pruned(block: Select) -> Select | None:
    """Columns of a subquery in FROM that nothing uses go, where it does not compare its rows."""
    for place, source in enumerate(block.sources):
        if isinstance(source.of, str) or not compares_no_rows(source.of):
            continue
        used = used_columns(block, source.id)
        kept = [spot for spot, name in enumerate(source.columns) if name in used] or [0]
        if len(kept) == len(source.columns):
            continue
        return with_sources(block, place, with_columns(source, source.of, kept))
    return None


def passed_through(block: Select) -> Query | None:
    """A block that only computes outputs of its one subquery's rows.

    Of a limited subquery the outputs are computed after the cut; of a set operation nothing is
    computed, so that it stands for itself.
    """
    if len(block.sources) != 1 or block.where or block.group is not None:
        return None
    if not is_whole(block):
        return None
    source = block.sources[0]
    inner = source.of
    if isinstance(inner, str):
        return None
    as_is = tuple(output.value for output in block.outputs) == source.values
    if block.order:
        # sorting by the same keys again changes nothing
        again = isinstance(inner, Select) and inner.limit is not None
        moved = replaced(replace(block, sources=(), outputs=()), column_values(source, inner)).order
        if not again or moved != inner.order:
            return None
    if as_is and (not block.distinct or _is_distinct(inner)):
        return inner
    if isinstance(inner, SetOperation):
        return None
    if block.distinct or inner.distinct or not is_cut(inner):
        return None
    values = column_values(source, inner)
    if any(asks_scalar(value) for value in values.values()):
        return None
    outputs = replaced(replace(block, sources=()), values).outputs
    return replace(inner, outputs=outputs)


def _is_distinct(query: Query) -> bool:
    return query.distinct if isinstance(query, Select) else not query.all


def filtered_groups(block: Select) -> Select | None:
    """Conditions on the rows of a grouped subquery are HAVING.

    The block's rows are the groups; DISTINCT, ORDER BY and LIMIT come after HAVING all the same.
    """
    if len(block.sources) != 1 or block.group is not None:
        return None
    source = block.sources[0]
    inner = source.of
    if not isinstance(inner, Select) or inner.group is None:
        return None
    if inner.distinct or not is_whole(inner) or has_window(block):
        return None
    values = column_values(source, inner)
    aggregated = any(has_aggregate(value) for value in values.values())
    if aggregated and any(map(asks_query, block.where)):
        return None
    moved = replaced(replace(block, sources=()), values)
    return replace(
        moved,
        sources=inner.sources,
        where=inner.where,
        group=inner.group,
        having=(*inner.having, *moved.where),
    )


def filters_pushed(block: Select) -> Select | None:
    """Conditions on one grouped (or DISTINCT) subquery of a join are asked inside it."""
    for place, source in enumerate(block.sources):
        inner = source.of
        if source.join is not Join.INNER or has_full_join(block):
            continue
        if not isinstance(inner, Select) or not is_whole(inner):
            continue
        own = [
            condition
            for condition in block.where
            if sources_of(condition) == frozenset({source.id}) and not asks_query(condition)
        ]
        if not own or (inner.group is None and not inner.distinct):
            continue
        values = column_values(source, inner)
        moved = replaced(replace(block, sources=(), where=tuple(own), outputs=(), order=()), values)
        if inner.group is None:
            changed = replace(inner, where=(*inner.where, *moved.where))
        else:
            changed = replace(inner, having=(*inner.having, *moved.where))
        return replace(
            with_sources(block, place, replace(source, of=changed)),
            where=tuple(part for part in block.where if part not in own),
        )
    return None


def distributed(block: Select, fresh: Iterator[int]) -> Query | None:
    """A join with a UNION ALL is the UNION ALL of joins; so are conditions and outputs.

    Not where rows of all branches meet again: groups, windows, LIMIT. DISTINCT over it is UNION.
    """
    if not is_join(block) or block.order or has_full_join(block):
        return None
    for place, source in enumerate(block.sources):
        if source.join is not Join.INNER or isinstance(source.of, str):
            continue
        branches = list(union_branches(source.of))
        if not 1 < len(branches) <= _MOST_BRANCHES:
            continue
        made: list[Query] = []
        for branch in branches:
            view = replace(source, of=branch, types=output_types(branch))
            part = replace(with_sources(block, place, view), distinct=False)
            made.append(renumber(part, fresh))
        whole = made[0]
        for part in made[1:]:
            whole = SetOperation(Combines.UNION, not block.distinct, whole, part)
        return whole
    return None
