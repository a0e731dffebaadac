"""What rules share: columns that are used, columns replaced, blocks that are plain."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from jurist.languages.sql.algebra.nodes import (
    Column,
    Combines,
    Expression,
    Join,
    Query,
    Scalar,
    Select,
    Source,
    Window,
)
from jurist.languages.sql.algebra.walking import (
    columns_of,
    free_columns,
    has_aggregate,
    own_expressions,
    substitute,
    transform_select,
    walk,
)


def is_plain(query: Query) -> bool:
    """Whether it is a join with conditions and outputs, and nothing more."""
    return (
        isinstance(query, Select)
        and query.group is None
        and not query.distinct
        and query.limit is None
        and not query.offset
        and not has_window(query)
    )


def has_window(block: Select) -> bool:
    """Whether window functions stand among the outputs or keys, over all rows of the block."""
    return any(isinstance(part, Window) for value in own_expressions(block) for part in walk(value))


def is_whole(block: Select) -> bool:
    """Whether nothing counts its rows: no cut, no window."""
    return block.limit is None and not block.offset and not has_window(block)


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


def _inside(part: Expression) -> Iterator[Column]:
    query = getattr(part, "query", None)
    if query is not None:
        yield from free_columns(query)


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
    values = (
        *block.having,
        *(output.value for output in block.outputs),
        *(key.value for key in block.order),
    )
    return any(map(has_aggregate, values))


def without_order(block: Select) -> Select:
    """The block without ORDER BY, where no LIMIT needs it."""
    if block.order and block.limit is None and not block.offset:
        return replace(block, order=())
    return block


def padded(block: Select, place: int) -> bool:
    """Whether a source's rows may be missing, and NULL stands for them."""
    full = [spot for spot, other in enumerate(block.sources) if other.join is Join.FULL]
    return block.sources[place].join is not Join.INNER or bool(full and place < full[-1])


def compares_no_rows(query: Query) -> bool:
    """Whether a result keeps its rows whatever a column of it is."""
    if isinstance(query, Select):
        return not query.distinct
    return (
        query.combines is Combines.UNION
        and query.all
        and query.limit is None
        and not query.offset
        and compares_no_rows(query.left)
        and compares_no_rows(query.right)
    )
