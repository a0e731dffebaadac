"""Filters forgotten, put on the wrong event, or spread over several."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from jurist.languages.cql.edits.edit import (
    Setting,
    at_comparisons,
    at_conditions,
    at_filters,
    replaced,
    with_filters,
)
from jurist.languages.cql.syntax import (
    And,
    Comparison,
    Condition,
    Event,
    Filter,
    Junction,
    Number,
    Operator,
    Reducer,
    Reduction,
    Sources,
    Where,
)


@at_filters
def filter_dropped(part: Filter, _setting: Setting) -> Iterator[tuple[()]]:
    """A filter is forgotten."""
    if isinstance(part, Where | Sources):
        yield ()


@at_conditions
def filter_moved(node: Condition, _setting: Setting) -> Iterator[Condition]:
    """A filter stands on another event.

    It moves from the event of one operand to that of another.
    """
    if not isinstance(node, Junction):
        return
    streams = {
        i: (operand, operand.left)
        for i, operand in enumerate(node.operands)
        if isinstance(operand, Comparison)
        and isinstance(operand.left, Reduction)
        and isinstance(operand.left.stream.source, Event)
    }
    for i, (giver, given) in streams.items():
        for k, part in enumerate(given.stream.filters):
            for j, (taker, taken) in streams.items():
                if i != j:
                    operands = list(node.operands)
                    operands[i] = _with(giver, given, replaced(given.stream.filters, k))
                    operands[j] = _with(taker, taken, (*taken.stream.filters, part))
                    yield type(node)(tuple(operands))


@at_comparisons
def filter_spread(node: Comparison, _setting: Setting) -> Iterator[Condition]:
    """One event with several properties becomes several events with one each."""
    left = node.left
    if not isinstance(left, Reduction) or left.reducer is not Reducer.COUNT:
        return
    filters = left.stream.filters
    for i, part in enumerate(filters):
        if isinstance(part, Where) and isinstance(part.condition, And):
            operands = part.condition.operands
            wheres = (replaced(filters, i, Where(operand)) for operand in operands)
            yield And(tuple(_with(node, left, where) for where in wheres))


@at_comparisons
def item_for_total(node: Comparison, _setting: Setting) -> Iterator[Condition]:
    """A bound on a sum is put on each item."""
    match node.left:
        case Reduction(stream, Reducer.SUM, value) if value is not None:
            bounded = Where(replace(node, left=value))
            items = with_filters(Reduction(stream, Reducer.COUNT), (*stream.filters, bounded))
            yield Comparison(items, Operator.AT_LEAST, (Number(1),))
        case _:
            pass


def _with(node: Comparison, left: Reduction, filters: tuple[Filter, ...]) -> Comparison:
    return replace(node, left=with_filters(left, filters))


FILTERS = (filter_dropped, filter_moved, filter_spread, item_for_total)
