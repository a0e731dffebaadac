"""Other ways to say which items of a stream count."""

from __future__ import annotations

from collections.abc import Iterator

from jurist.languages.cql.edits.edit import (
    Setting,
    at_comparisons,
    at_filters,
    at_reductions,
    joined,
    with_filters,
)
from jurist.languages.cql.edits.rewrites.windows import in_alternatives, joint_of_items
from jurist.languages.cql.syntax import (
    And,
    Comparison,
    Condition,
    Filter,
    Or,
    Reduction,
    Sources,
    Where,
)


@at_reductions
def filter_order(node: Reduction, _setting: Setting) -> Iterator[Reduction]:
    """The filters of a stream change their order."""
    filters = node.stream.filters
    if len(filters) > 1:
        yield with_filters(node, filters[::-1])
    if len(filters) > 2:
        yield with_filters(node, (*filters[1:], filters[0]))


@at_filters
def split_where(part: Filter, _setting: Setting) -> Iterator[list[Filter]]:
    """A `where` with AND becomes several."""
    if isinstance(part, Where) and isinstance(part.condition, And):
        yield [Where(operand) for operand in part.condition.operands]


@at_reductions
def merge_where(node: Reduction, _setting: Setting) -> Iterator[Reduction]:
    """Several `where` become one with AND."""
    wheres = [part for part in node.stream.filters if isinstance(part, Where)]
    if len(wheres) > 1:
        others = [part for part in node.stream.filters if not isinstance(part, Where)]
        merged = Where(joined(And, [part.condition for part in wheres]))
        yield with_filters(node, (*others, merged))


@at_filters
def split_sources(part: Filter, _setting: Setting) -> Iterator[list[Filter]]:
    """Excluded sources are said one by one."""
    if isinstance(part, Sources) and len(part.exclude) > 1:
        yield [Sources((source,)) for source in part.exclude]


@at_reductions
def repeat_filter(node: Reduction, _setting: Setting) -> Iterator[Reduction]:
    """A filter is said twice."""
    if node.stream.filters:
        yield with_filters(node, (*node.stream.filters, node.stream.filters[0]))


@at_comparisons
def alternatives(node: Comparison, _setting: Setting) -> Iterator[Condition]:
    """Items with one of several things are asked for one by one.

    Some item with A or B: some item with A, or some item with B.
    """

    def wheres(part: Filter) -> Iterator[list[Filter]]:
        if isinstance(part, Where) and isinstance(part.condition, Or):
            yield [Where(operand) for operand in part.condition.operands]

    return in_alternatives(node, joint_of_items(node), wheres)


FILTERS = (filter_order, split_where, merge_where, split_sources, repeat_filter, alternatives)
