"""Other ways to say which items of a stream count."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from jurist.languages.cql.edits.edit import (
    Edit,
    Setting,
    at_comparisons,
    at_reductions,
    joined,
    replaced,
    with_filters,
)
from jurist.languages.cql.edits.rewrites.windows import is_about_none, is_about_some
from jurist.languages.cql.syntax import (
    And,
    Comparison,
    Condition,
    Or,
    Reduction,
    Sources,
    Where,
)


def _order(node: Reduction, _setting: Setting) -> Iterator[Reduction]:
    filters = node.stream.filters
    if len(filters) > 1:
        yield with_filters(node, filters[::-1])
    if len(filters) > 2:
        yield with_filters(node, (*filters[1:], filters[0]))


def _split_where(node: Reduction, _setting: Setting) -> Iterator[Reduction]:
    filters = node.stream.filters
    for i, part in enumerate(filters):
        if isinstance(part, Where) and isinstance(part.condition, And):
            parts = [Where(each) for each in part.condition.operands]
            yield with_filters(node, replaced(filters, i, *parts))


def _merge_where(node: Reduction, _setting: Setting) -> Iterator[Reduction]:
    wheres = [part for part in node.stream.filters if isinstance(part, Where)]
    if len(wheres) > 1:
        others = [part for part in node.stream.filters if not isinstance(part, Where)]
        merged = Where(joined(And, [part.condition for part in wheres]))
        yield with_filters(node, (*others, merged))


def _split_sources(node: Reduction, _setting: Setting) -> Iterator[Reduction]:
    filters = node.stream.filters
    for i, part in enumerate(filters):
        if isinstance(part, Sources) and len(part.exclude) > 1:
            parts = [Sources((each,)) for each in part.exclude]
            yield with_filters(node, replaced(filters, i, *parts))


def _repeat_filter(node: Reduction, _setting: Setting) -> Iterator[Reduction]:
    if node.stream.filters:
        yield with_filters(node, (*node.stream.filters, node.stream.filters[0]))


def _alternatives(node: Comparison, _setting: Setting) -> Iterator[Condition]:
    """Some item with A or B: some item with A, or some item with B."""
    some = is_about_some(node)
    if not isinstance(node.left, Reduction) or not (some or is_about_none(node)):
        return
    filters = node.left.stream.filters
    for i, part in enumerate(filters):
        if isinstance(part, Where) and isinstance(part.condition, Or):
            each = [
                replace(node, left=with_filters(node.left, replaced(filters, i, Where(operand))))
                for operand in part.condition.operands
            ]
            yield Or(tuple(each)) if some else And(tuple(each))


FILTERS = (
    Edit("filter_order", "The filters of a stream change their order.", at_reductions(_order)),
    Edit("split_where", "A `where` with AND becomes several.", at_reductions(_split_where)),
    Edit("merge_where", "Several `where` become one with AND.", at_reductions(_merge_where)),
    Edit("split_sources", "Excluded sources are said one by one.", at_reductions(_split_sources)),
    Edit("repeat_filter", "A filter is said twice.", at_reductions(_repeat_filter)),
    Edit(
        "alternatives",
        "Items with one of several things are asked for one by one.",
        at_comparisons(_alternatives),
    ),
)
