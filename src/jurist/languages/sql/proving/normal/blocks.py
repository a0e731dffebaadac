"""What rules share: columns that are used, columns replaced, blocks that are plain."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TypeGuard

from jurist.languages.sql.algebra.nodes import (
    Column,
    Combines,
    Expression,
    Join,
    Output,
    Query,
    Scalar,
    Select,
    SetOperation,
    Source,
    Window,
)
from jurist.languages.sql.algebra.types import output_types
from jurist.languages.sql.algebra.walking import (
    columns_of,
    free_columns,
    grouped_expressions,
    has_aggregate,
    is_cut,
    own_expressions,
    subquery,
    substitute,
    transform_select,
    walk,
)


def is_join(query: Query) -> TypeGuard[Select]:
    """Whether it is a join with conditions and outputs, and at most DISTINCT and ORDER BY."""
    return isinstance(query, Select) and query.group is None and is_whole(query)


def is_plain(query: Query) -> TypeGuard[Select]:
    """Whether it is a join whose rows are all shown, each as often as it is there."""
    return is_join(query) and not query.distinct


def has_window(block: Select) -> bool:
    """Whether window functions stand among the outputs or keys, over all rows of the block."""
    return any(isinstance(part, Window) for value in own_expressions(block) for part in walk(value))


def is_whole(block: Select) -> bool:
    """Whether nothing counts its rows: no cut, no window."""
    return not is_cut(block) and not has_window(block)


def has_full_join(block: Select) -> bool:
    """Whether rows of either side of a join are kept without a partner."""
    return any(source.join is Join.FULL for source in block.sources)


def union_branches(query: Query) -> Iterator[Query]:
    """The queries of which UNION ALL puts all rows together; of anything else, itself."""
    if isinstance(query, SetOperation) and _puts_together(query):
        yield from union_branches(query.left)
        yield from union_branches(query.right)
    else:
        yield query


def _puts_together(query: SetOperation) -> bool:
    return query.combines is Combines.UNION and query.all and not is_cut(query)


def with_sources(block: Select, place: int, *sources: Source) -> Select:
    """The block with sources (or none) in the place of one."""
    before, after = block.sources[:place], block.sources[place + 1 :]
    return replace(block, sources=(*before, *sources, *after))


def with_columns(source: Source, view: Query, places: Sequence[int]) -> Source:
    """A source with only these of its query's columns, in this order; no outputs have names."""
    return replace(
        source,
        of=_with_outputs(view, places),
        columns=tuple(source.columns[place] for place in places),
        types=tuple(source.types[place] for place in places),
    )


def _with_outputs(query: Query, places: Sequence[int]) -> Query:
    if isinstance(query, SetOperation):
        left, right = _with_outputs(query.left, places), _with_outputs(query.right, places)
        return replace(query, left=left, right=right, order=())
    outputs = tuple(Output("", query.outputs[place].value) for place in places)
    return replace(query, outputs=outputs)


def as_source(query: Query, fresh: Iterator[int], letter: str) -> Source:
    """A source of a query's rows, its columns called by a letter and their places."""
    kinds = output_types(query)
    names = tuple(f"{letter}{place}" for place in range(len(kinds)))
    return Source(next(fresh), query, names, kinds)


def used_columns(block: Select, source: int, *, but: Expression | None = None) -> set[str]:
    """The columns of a source that a block uses, leaving out one condition."""
    names: set[str] = set()
    for value in own_expressions(block):
        if value is not but:
            names.update(column.name for column in columns_of(value) if column.source == source)
    for other in block.sources:
        if not isinstance(other.of, str):
            names.update(
                column.name for column in free_columns(other.of) if column.source == source
            )
    return names


def uses(block: Select, source: int, name: str) -> int:
    """How often a column is used."""
    return sum(
        column.source == source and column.name == name
        for value in own_expressions(block)
        for part in walk(value)
        for column in ([part] if isinstance(part, Column) else _inside(part))
    )


def _inside(part: Expression) -> tuple[Column, ...]:
    query = subquery(part)
    return () if query is None else free_columns(query)


def replaced(block: Select, columns: Mapping[tuple[int, str], Expression]) -> Select:
    """The block with expressions in the place of columns."""
    return transform_select(block, substitute(columns))


def column_values(source: Source, query: Query) -> dict[tuple[int, str], Expression]:
    """What a source's columns are, in terms of its query's sources."""
    return {
        (source.id, name): output.value
        for name, output in zip(source.columns, query.outputs, strict=True)
    }


def only_inner(block: Select) -> bool:
    """Whether there is no outer join."""
    return all(source.join is Join.INNER for source in block.sources)


def asks_scalar(value: Expression) -> bool:
    """Whether a scalar subquery stands in it, which may leave open which row it takes."""
    return any(isinstance(part, Scalar) for part in walk(value))


def aggregates(block: Select) -> bool:
    """Whether any aggregate is asked for."""
    return any(map(has_aggregate, grouped_expressions(block)))


def without_order(block: Select) -> Select:
    """The block without ORDER BY, where no LIMIT needs it."""
    return block if is_cut(block) else replace(block, order=())


def compares_no_rows(query: Query) -> bool:
    """Whether a result keeps its rows whatever a column of it is."""
    if isinstance(query, Select):
        return not query.distinct
    return _puts_together(query) and all(map(compares_no_rows, (query.left, query.right)))
