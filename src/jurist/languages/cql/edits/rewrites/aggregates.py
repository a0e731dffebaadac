"""Aggregates said by the items that decide them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from jurist.languages.cql.edits.edit import Edit, Setting, at_comparisons, with_filters
from jurist.languages.cql.edits.rewrites.thresholds import threshold
from jurist.languages.cql.syntax import (
    Cast,
    Comparison,
    Condition,
    Number,
    Operator,
    Reducer,
    Reduction,
    Where,
)

_OF_ANY_VALUE = frozenset({Reducer.FIRST, Reducer.LAST, Reducer.MODE})


def _presence(node: Comparison, _setting: Setting) -> Iterator[Condition]:
    """`unique(p).count() >= 1` and `last(p).exists()` as some item that has `p`."""
    left = node.left
    if not isinstance(left, Reduction) or left.value is None or left.cast is not None:
        return
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
        present = Where(Comparison(left.value, Operator.EXISTS))
        items = Reduction(left.stream, Reducer.COUNT)
        counted = with_filters(items, (*left.stream.filters, present))
        yield Comparison(counted, Operator.AT_LEAST, (Number(1),))


def _only_present(node: Comparison, _setting: Setting) -> Iterator[Condition]:
    """An aggregate of `p` over the items that have `p`."""
    left = node.left
    if isinstance(left, Reduction) and left.value is not None and left.cast is not Cast.ARRAY:
        present = Where(Comparison(left.value, Operator.EXISTS))
        yield replace(node, left=with_filters(left, (*left.stream.filters, present)))


AGGREGATES = (
    Edit("presence_as_count", "Some value is said by some item.", at_comparisons(_presence)),
    Edit(
        "only_present",
        "An aggregate looks only at items that have the value.",
        at_comparisons(_only_present),
    ),
)
