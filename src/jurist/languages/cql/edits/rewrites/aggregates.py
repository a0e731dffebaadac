"""Aggregates said by the items that decide them."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from jurist.languages.cql.edits.edit import Setting, at_comparisons, with_filters
from jurist.languages.cql.edits.rewrites.thresholds import threshold
from jurist.languages.cql.syntax import (
    Cast,
    Comparison,
    Condition,
    Context,
    Filter,
    Name,
    Number,
    Operator,
    Property,
    Reducer,
    Reduction,
    Stream,
    Where,
)

_OF_ANY_VALUE = frozenset({Reducer.FIRST, Reducer.LAST, Reducer.MODE})


@at_comparisons
def presence_as_count(node: Comparison, _setting: Setting) -> Iterator[Condition]:
    """Some value is said by some item.

    `unique(p).count() >= 1` and `last(p).exists()` as some item that has `p`.
    """
    left = node.left
    if not isinstance(left, Reduction) or left.cast is not None:
        return
    if not isinstance(left.value, Property | Context):
        return  # in a `where` a trait may be another one
    distinct = (
        left.reducer is Reducer.UNIQUE_COUNT
        and node.operator is Operator.AT_LEAST
        and threshold(node) == 1
    )
    exists = (
        left.reducer in _OF_ANY_VALUE
        and node.operator is Operator.EXISTS
        and left.minimum in {None, 1}
    )
    if distinct or exists:
        items = Reduction(left.stream, Reducer.COUNT)
        counted = with_filters(items, _with_value(left.stream, left.value))
        yield Comparison(counted, Operator.AT_LEAST, (Number(1),))


@at_comparisons
def only_present(node: Comparison, _setting: Setting) -> Iterator[Condition]:
    """An aggregate looks only at items that have the value."""
    left = node.left
    if not isinstance(left, Reduction) or left.cast is Cast.ARRAY:
        return
    if isinstance(left.value, Property | Context):
        yield replace(node, left=with_filters(left, _with_value(left.stream, left.value)))


def _with_value(stream: Stream, value: Name) -> tuple[Filter, ...]:
    return (*stream.filters, Where(Comparison(value, Operator.EXISTS)))


AGGREGATES = (presence_as_count, only_present)
