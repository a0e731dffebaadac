"""The order of events lost or reversed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from jurist.languages.cql.edits.edit import (
    Edit,
    Setting,
    at_comparisons,
    joined,
    opposite,
    replaced,
    with_filters,
)
from jurist.languages.cql.syntax import (
    And,
    Between,
    Comparison,
    Condition,
    Event,
    Filter,
    Not,
    Reduction,
    Where,
    Within,
)


def _reversed(node: Comparison, _setting: Setting) -> Iterator[Condition]:
    """First A, then B becomes first B, then A; what else is asked of each stays with it."""
    for outer, i, rest, step in _steps(node):
        inner = step.operand if isinstance(step, Not) else step
        if not isinstance(inner, Comparison) or not isinstance(inner.left, Reduction):
            continue
        links = [part for part in inner.left.stream.filters if _is_link(part)]
        own = [part for part in inner.left.stream.filters if not _is_link(part)]
        others = replaced(outer.stream.filters, i, *(Where(each) for each in rest))
        second = with_filters(outer, (*others, *links))
        then: Condition = replace(inner, left=second)
        nested = Where(Not(then) if isinstance(step, Not) else then)
        yield replace(node, left=with_filters(inner.left, (*own, nested)))


def _flattened(node: Comparison, _setting: Setting) -> Iterator[Condition]:
    """A and then B becomes A and B in any order."""
    for outer, i, rest, step in _steps(node):
        inner = step.operand if isinstance(step, Not) else step
        if not isinstance(inner, Comparison) or not isinstance(inner.left, Reduction):
            continue
        others = replaced(outer.stream.filters, i, *(Where(each) for each in rest))
        parts = [_from_now(part) for part in inner.left.stream.filters]
        alone: Condition = replace(inner, left=with_filters(inner.left, parts))
        first = replace(node, left=with_filters(outer, others))
        yield And((first, Not(alone) if isinstance(step, Not) else alone))


def _not_outside(node: Comparison, _setting: Setting) -> Iterator[Condition]:
    """A not followed by B becomes no A that is followed by B, or the other way."""
    for outer, i, rest, step in _steps(node):
        where = Where(joined(And, (*rest, opposite(step))))
        changed = with_filters(outer, replaced(outer.stream.filters, i, where))
        yield Not(replace(node, left=changed))


def _steps(
    node: Comparison,
) -> Iterator[tuple[Reduction, int, tuple[Condition, ...], Condition]]:
    """Each step that follows: the first event, its filter, what else that says, the step."""
    outer = node.left
    if not isinstance(outer, Reduction) or not isinstance(outer.stream.source, Event):
        return
    for i, part in enumerate(outer.stream.filters):
        if not isinstance(part, Where):
            continue
        condition = part.condition
        operands = condition.operands if isinstance(condition, And) else (condition,)
        for k, operand in enumerate(operands):
            if _is_step(operand):
                yield outer, i, replaced(operands, k), operand


def _is_step(condition: Condition) -> bool:
    inner = condition.operand if isinstance(condition, Not) else condition
    return (
        isinstance(inner, Comparison)
        and isinstance(inner.left, Reduction)
        and isinstance(inner.left.stream.source, Event)
    )


def _is_link(part: Filter) -> bool:
    return isinstance(part, Within | Between) and part.parent


def _from_now(part: Filter) -> Filter:
    return replace(part, parent=False) if isinstance(part, Within | Between) else part


FUNNELS = (
    Edit("funnel_reversed", "The second event must come first.", at_comparisons(_reversed)),
    Edit(
        "funnel_flattened", "The order of two events does not matter.", at_comparisons(_flattened)
    ),
    Edit(
        "funnel_not_outside",
        "Some event not followed by another becomes no event followed by it, or the other way.",
        at_comparisons(_not_outside),
    ),
)
