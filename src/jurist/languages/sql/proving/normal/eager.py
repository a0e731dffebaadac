"""Groups before joins: what only adds columns to a group is joined to it afterwards.

W. Yan, P. Larson: Eager aggregation and lazy aggregation, VLDB 1995; here where the joined row is
the only one of its key, so that no row is counted twice.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial

from jurist.languages.sql.algebra.nodes import (
    Aggregate,
    Column,
    Compares,
    Comparison,
    Expression,
    Output,
    Select,
    Source,
)
from jurist.languages.sql.algebra.types import type_of
from jurist.languages.sql.algebra.walking import (
    asks_query,
    grouped_expressions,
    own_expressions,
    sources_of,
    transform_own,
    walk,
    with_grouped,
)
from jurist.languages.sql.proving.facts import Facts
from jurist.languages.sql.proving.normal.blocks import (
    as_source,
    has_window,
    only_inner,
    replaced,
)


@dataclass(frozen=True, slots=True)
class _Tie:
    """How a source is tied to the others: columns of it that equal values of theirs."""

    equated: dict[str, Expression]
    own: tuple[Expression, ...]
    rest: tuple[Expression, ...]


def grouped_first(block: Select, facts: Facts, fresh: Iterator[int]) -> Select | None:
    """A source whose row the keys of the groups determine is joined to the groups.

    Its key equals values by which the others are grouped, no aggregate and no further condition
    mentions it: each group then meets one row of it, or none and is dropped, as its rows would
    have been. A key that is a column of it is the value that it equals, or is determined.
    """
    if not block.group or len(block.sources) < 2 or has_window(block) or not only_inner(block):
        return None
    if any(map(asks_query, (*block.group, *grouped_expressions(block), *block.where))):
        return None
    for source in block.sources:
        tie = _tie(block, source, facts)
        if tie is not None:
            changed = _apart(_spelled(block, source, tie), source, tie, fresh)
            if changed is not None:
                return changed
    return None


def _tie(block: Select, source: Source, facts: Facts) -> _Tie | None:
    if not isinstance(source.of, str):
        return None
    equated: dict[str, Expression] = {}
    own: list[Expression] = []
    rest: list[Expression] = []
    for condition in block.where:
        mentioned = sources_of(condition)
        if source.id not in mentioned:
            rest.append(condition)
        elif mentioned == frozenset({source.id}):
            own.append(condition)
        else:
            pair = _equated(condition, source)
            if pair is None or pair[0] in equated:
                return None
            equated[pair[0]] = pair[1]
    grouped = set(block.group or ())
    for name, value in equated.items():
        if value not in grouped and source.column(name) not in grouped:
            return None
    for key in facts.keys(source.of):
        if set(key.columns) <= set(equated):
            facts.use(key.fact)
            return _Tie(equated, tuple(own), tuple(rest))
    return None


def _equated(condition: Expression, source: Source) -> tuple[str, Expression] | None:
    match condition:
        case Comparison(Compares.EQ, left, right):
            for side, other in ((left, right), (right, left)):
                if (
                    isinstance(side, Column)
                    and side.source == source.id
                    and source.id not in sources_of(other)
                    and type_of(side) is type_of(other)
                ):
                    return side.name, other
        case _:
            pass
    return None


def _spelled(block: Select, source: Source, tie: _Tie) -> Select:
    """The block with values of the others for the columns that equal them, but in WHERE."""
    columns = {(source.id, name): value for name, value in tie.equated.items()}
    moved = replaced(replace(block, sources=(), where=()), columns)
    return replace(moved, sources=block.sources, where=block.where)


def _apart(block: Select, source: Source, tie: _Tie, fresh: Iterator[int]) -> Select | None:
    keys: dict[Expression, None] = {}
    for key in block.group or ():
        if source.id not in sources_of(key):
            keys[key] = None
        elif isinstance(key, Column):
            if key.name in tie.equated:
                keys[tie.equated[key.name]] = None
        else:
            return None
    keys.update(dict.fromkeys(tie.equated.values()))
    collected = dict.fromkeys(
        part
        for value in grouped_expressions(block)
        for part in walk(value)
        if isinstance(part, Aggregate)
    )
    if any(source.id in sources_of(aggregate) for aggregate in collected):
        return None
    view_values = (*keys, *collected)
    inner = Select(
        tuple(part for part in block.sources if part is not source),
        tie.rest,
        tuple(keys),
        (),
        tuple(Output("", value) for value in view_values),
    )
    view = as_source(inner, fresh, "g")
    columns = dict(zip(view_values, view.values, strict=True))
    moved = partial(transform_own, change=columns.get)
    tied = tuple(
        Comparison(Compares.EQ, source.column(name), moved(value))
        for name, value in tie.equated.items()
    )
    grouped = with_grouped(block, moved)
    whole = replace(
        grouped,
        sources=(source, view),
        where=(*tie.own, *tied, *grouped.having),
        group=None,
        having=(),
    )
    left_over = {part.id for part in block.sources if part is not source}
    if any(left_over & sources_of(value) for value in own_expressions(whole)):
        return None
    return whole
