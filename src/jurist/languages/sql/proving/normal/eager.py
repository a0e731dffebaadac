"""Groups before joins: what only adds columns to a group is joined to it afterwards.

W. Yan, P. Larson: Eager aggregation and lazy aggregation, VLDB 1995; here where the joined row is
the only one of its key, so that no row is counted twice.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from jurist.languages.sql.algebra.nodes import (
    Aggregate,
    Column,
    Compares,
    Comparison,
    Expression,
    Join,
    Output,
    Select,
    Source,
)
from jurist.languages.sql.algebra.types import output_types, type_of
from jurist.languages.sql.algebra.walking import (
    columns_of,
    sources_of,
    subqueries,
    transform_own,
    walk,
)
from jurist.languages.sql.proving.facts import Facts
from jurist.languages.sql.proving.normal.blocks import has_window, only_inner, replaced


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
    values = (
        *block.group,
        *block.having,
        *(output.value for output in block.outputs),
        *(key.value for key in block.order),
    )
    if any(True for value in (*values, *block.where) for _ in subqueries(value)):
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
        kind = source.types[source.columns.index(name)]
        if value not in grouped and Column(source.id, name, kind) not in grouped:
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
    shown = [*block.having, *(output.value for output in block.outputs)]
    shown += [key.value for key in block.order]
    collected = dict.fromkeys(
        part for value in shown for part in walk(value) if isinstance(part, Aggregate)
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
    names = tuple(f"g{place}" for place in range(len(view_values)))
    view = Source(next(fresh), inner, names, output_types(inner), Join.INNER)
    places = {value: place for place, value in enumerate(view_values)}

    def change(part: Expression) -> Expression | None:
        place = places.get(part)
        return None if place is None else Column(view.id, names[place], view.types[place])

    def moved(value: Expression) -> Expression:
        return transform_own(value, change)

    tied = tuple(
        Comparison(
            Compares.EQ,
            Column(source.id, name, source.types[source.columns.index(name)]),
            moved(value),
        )
        for name, value in tie.equated.items()
    )
    whole = replace(
        block,
        sources=(source, view),
        where=(*tie.own, *tied, *(moved(part) for part in block.having)),
        group=None,
        having=(),
        outputs=tuple(Output(output.name, moved(output.value)) for output in block.outputs),
        order=tuple(replace(key, value=moved(key.value)) for key in block.order),
    )
    left_over = {part.id for part in block.sources if part is not source}
    if any(
        column.source in left_over
        for value in (*whole.where, *(output.value for output in whole.outputs))
        for column in columns_of(value)
    ) or any(left_over & sources_of(key.value) for key in whole.order):
        return None
    return whole
