"""Filters forgotten, put on the wrong event, or spread over several."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from jurist.languages.cql.edits.edit import (
    Edit,
    Setting,
    at_comparisons,
    at_conditions,
    at_reductions,
    replaced,
    with_filters,
)
from jurist.languages.cql.syntax import (
    And,
    Comparison,
    Condition,
    Event,
    Filter,
    Number,
    Operator,
    Or,
    Reducer,
    Reduction,
    Sources,
    Where,
)


def _dropped(node: Reduction, _setting: Setting) -> Iterator[Reduction]:
    filters = node.stream.filters
    for i, part in enumerate(filters):
        if isinstance(part, Where | Sources):
            yield with_filters(node, replaced(filters, i))


def _moved(node: Condition, _setting: Setting) -> Iterator[Condition]:
    """A filter of one operand's event stands on another operand's event instead."""
    if not isinstance(node, And | Or):
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


def _spread(node: Comparison, _setting: Setting) -> Iterator[Condition]:
    """One event with two properties becomes two events with one each."""
    left = node.left
    if not isinstance(left, Reduction) or left.reducer is not Reducer.COUNT:
        return
    filters = left.stream.filters
    for i, part in enumerate(filters):
        if isinstance(part, Where) and isinstance(part.condition, And):
            yield And(
                tuple(
                    _with(node, left, replaced(filters, i, Where(each)))
                    for each in part.condition.operands
                )
            )


def _item_for_total(node: Comparison, _setting: Setting) -> Iterator[Condition]:
    """A bound on a total becomes a bound on single items, or the other way."""
    left = node.left
    match left:
        case Reduction(stream, Reducer.SUM, value) if value is not None:
            each = Where(replace(node, left=value))
            counted = replace(left, stream=stream, reducer=Reducer.COUNT, value=None, cast=None)
            some = with_filters(counted, (*stream.filters, each))
            yield Comparison(some, Operator.AT_LEAST, (Number(1),))
        case _:
            pass


def _with(node: Comparison, left: Reduction, filters: tuple[Filter, ...]) -> Comparison:
    return replace(node, left=with_filters(left, filters))


FILTERS = (
    Edit("filter_dropped", "A filter is forgotten.", at_reductions(_dropped)),
    Edit("filter_moved", "A filter stands on another event.", at_conditions(_moved)),
    Edit(
        "filter_spread",
        "One event with several properties becomes several events with one each.",
        at_comparisons(_spread),
    ),
    Edit(
        "item_for_total", "A bound on a sum is put on each item.", at_comparisons(_item_for_total)
    ),
)
