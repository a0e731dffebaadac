"""Subqueries in FROM: merged, pruned, pushed into."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from jurist.languages.sql.algebra.nodes import (
    Case,
    Column,
    Combines,
    Constant,
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
    has_aggregate,
    renumber,
    sources_of,
    subqueries,
)
from jurist.languages.sql.proving.facts import Facts
from jurist.languages.sql.proving.knowing import strict_parts
from jurist.languages.sql.proving.normal.blocks import (
    asks_scalar,
    column_values,
    compares_no_rows,
    has_window,
    is_plain,
    padded,
    replaced,
    used_columns,
    uses,
)
from jurist.languages.sql.values import ValueType

_MOST_BRANCHES: Final = 12
NULL: Final = Constant(None, ValueType.NULL)


def merged(block: Select, facts: Facts) -> Select | None:
    """A plain subquery in FROM becomes part of the block.

    Its rows are the rows of its join that its conditions keep, so they may be kept after the
    joins of the block, but where a FULL JOIN (or its own outer join) comes between. What an outer
    join may pad must be a single source, and each of its outputs NULL where that source's row is:
    then padding the source pads them, and its conditions are part of ON.
    """
    for place, source in enumerate(block.sources):
        inner = source.of
        if isinstance(inner, str) or not isinstance(inner, Select) or not is_plain(inner):
            continue
        if any(
            asks_scalar(output.value) and uses(block, source.id, name) > 1
            for name, output in zip(source.columns, inner.outputs, strict=True)
        ):
            continue
        may_miss = padded(block, place)
        if may_miss:
            shown = _where_there(inner, facts)
            if shown is None:
                continue
            inner = shown
        sources = _in_place(block, place, source, inner)
        if sources is None:
            continue
        keeps = source.join is Join.INNER and not may_miss
        where = (*block.where, *(inner.where if keeps else ()))
        before, after = block.sources[:place], block.sources[place + 1 :]
        whole = replace(block, sources=(*before, *sources, *after), where=where)
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
    for name, kind in zip(only.columns, only.types, strict=True):
        if facts.not_null(only.of, name):
            there = Not(IsNull(Column(only.id, name, kind)))
            break
    else:
        return None
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
    full = [spot for spot, other in enumerate(block.sources) if other.join is Join.FULL]
    if source.join is Join.INNER and not (full and place < full[-1]):
        if any(part.join is Join.FULL for part in inner.sources):
            others = [other for other in block.sources if other is not source]
            whole = place == 0 and all(other.join is Join.INNER for other in others)
            return inner.sources if whole else None
        return inner.sources
    if full and inner.where:
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
        smaller = replace(
            source,
            of=_cut(source.of, kept),
            columns=tuple(source.columns[spot] for spot in kept),
            types=tuple(source.types[spot] for spot in kept),
        )
        before, after = block.sources[:place], block.sources[place + 1 :]
        return replace(block, sources=(*before, smaller, *after))
    return None


def _cut(query: Query, kept: list[int]) -> Query:
    if isinstance(query, Select):
        return replace(query, outputs=tuple(query.outputs[spot] for spot in kept))
    return replace(query, left=_cut(query.left, kept), right=_cut(query.right, kept), order=())


def passed_through(block: Select) -> Query | None:
    """A block that only computes outputs of its one subquery's rows.

    Of a limited subquery the outputs are computed after the cut; of a set operation nothing is
    computed, so that it stands for itself.
    """
    if len(block.sources) != 1 or block.where or block.group is not None:
        return None
    if block.limit is not None or block.offset or has_window(block):
        return None
    source = block.sources[0]
    inner = source.of
    if isinstance(inner, str):
        return None
    columns = [
        Column(source.id, name, kind)
        for name, kind in zip(source.columns, source.types, strict=True)
    ]
    as_is = [output.value for output in block.outputs] == columns
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
    if block.distinct or inner.distinct or (inner.limit is None and not inner.offset):
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
    if isinstance(inner, str) or not isinstance(inner, Select) or inner.group is None:
        return None
    if inner.distinct or inner.limit is not None or inner.offset:
        return None
    if has_window(inner) or has_window(block):
        return None
    values = column_values(source, inner)
    aggregated = any(has_aggregate(value) for value in values.values())
    if aggregated and any(True for value in block.where for _ in subqueries(value)):
        return None
    moved = replaced(replace(block, sources=()), values)
    return Select(
        inner.sources,
        inner.where,
        inner.group,
        (*inner.having, *moved.where),
        moved.outputs,
        moved.distinct,
        moved.order,
        moved.limit,
        moved.offset,
    )


def filters_pushed(block: Select) -> Select | None:
    """Conditions on one grouped (or DISTINCT) subquery of a join are asked inside it."""
    for place, source in enumerate(block.sources):
        inner = source.of
        if source.join is not Join.INNER or isinstance(inner, str):
            continue
        if not isinstance(inner, Select) or inner.limit is not None or inner.offset:
            continue
        if has_window(inner) or any(other.join is Join.FULL for other in block.sources):
            continue
        own = [
            condition
            for condition in block.where
            if sources_of(condition) == frozenset({source.id})
            and not any(True for _ in subqueries(condition))
        ]
        if not own or (inner.group is None and not inner.distinct):
            continue
        values = column_values(source, inner)
        moved = replaced(replace(block, sources=(), where=tuple(own), outputs=(), order=()), values)
        if inner.group is None:
            changed = replace(inner, where=(*inner.where, *moved.where))
        else:
            changed = replace(inner, having=(*inner.having, *moved.where))
        before, after = block.sources[:place], block.sources[place + 1 :]
        return replace(
            block,
            sources=(*before, replace(source, of=changed), *after),
            where=tuple(part for part in block.where if part not in own),
        )
    return None


def distributed(block: Select, fresh: Iterator[int]) -> Query | None:
    """A join with a UNION ALL is the UNION ALL of joins; so are conditions and outputs.

    Not where rows of all branches meet again: groups, windows, LIMIT. DISTINCT over it is UNION.
    """
    if block.group is not None or block.order or block.limit is not None or block.offset:
        return None
    if has_window(block) or any(source.join is Join.FULL for source in block.sources):
        return None
    for place, source in enumerate(block.sources):
        if source.join is not Join.INNER or isinstance(source.of, str):
            continue
        branches = list(_branches(source.of))
        if not 1 < len(branches) <= _MOST_BRANCHES:
            continue
        made: list[Query] = []
        for branch in branches:
            view = replace(source, of=branch, types=output_types(branch))
            before, after = block.sources[:place], block.sources[place + 1 :]
            part = replace(block, sources=(*before, view, *after), distinct=False)
            made.append(renumber(part, fresh))
        whole = made[0]
        for part in made[1:]:
            whole = SetOperation(Combines.UNION, not block.distinct, whole, part)
        return whole
    return None


def _branches(query: Query) -> Iterator[Query]:
    if (
        isinstance(query, SetOperation)
        and query.combines is Combines.UNION
        and query.all
        and query.limit is None
        and not query.offset
    ):
        yield from _branches(query.left)
        yield from _branches(query.right)
    else:
        yield query
