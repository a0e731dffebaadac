"""The order of events lost or reversed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from msgspec.structs import replace

from jurist.languages.cql.edits.edit import (
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
    ExpiresAfter,
    Filter,
    Not,
    Reduction,
    Where,
    Within,
)

_Linked = Within | Between | ExpiresAfter
"""What may count from the event before."""


@dataclass(frozen=True, slots=True)
class _Step:
    """What follows, or does not follow, an event: an operand of one of its filters."""

    first: Reduction
    filter: int
    rest: tuple[Condition, ...]
    """The other operands of the filter."""
    condition: Condition
    then: Comparison
    second: Reduction

    @property
    def others(self) -> tuple[Filter, ...]:
        """The filters of the first event but for the step."""
        return replaced(self.first.stream.filters, self.filter, *map(Where, self.rest))

    def denied_alike(self, condition: Condition) -> Condition:
        """A condition, denied where the step is."""
        return Not(condition) if isinstance(self.condition, Not) else condition


@at_comparisons
def funnel_reversed(node: Comparison, _setting: Setting) -> Iterator[Condition]:
    """The second event must come first.

    What else is asked of each stays with it.
    """
    for step in _steps(node):
        filters = step.second.stream.filters
        links = [part for part in filters if isinstance(part, _Linked) and part.parent]
        own = [part for part in filters if part not in links]
        then = replace(step.then, left=with_filters(step.first, (*step.others, *links)))
        nested = Where(step.denied_alike(then))
        yield replace(node, left=with_filters(step.second, (*own, nested)))


@at_comparisons
def funnel_flattened(node: Comparison, _setting: Setting) -> Iterator[Condition]:
    """The order of two events does not matter."""
    for step in _steps(node):
        parts = map(_from_now, step.second.stream.filters)
        alone = replace(step.then, left=with_filters(step.second, parts))
        first = replace(node, left=with_filters(step.first, step.others))
        yield And((first, step.denied_alike(alone)))


@at_comparisons
def funnel_not_outside(node: Comparison, _setting: Setting) -> Iterator[Condition]:
    """Some event not followed by another becomes no event followed by it, or the other way."""
    for step in _steps(node):
        where = Where(joined(And, (*step.rest, opposite(step.condition))))
        filters = replaced(step.first.stream.filters, step.filter, where)
        yield Not(replace(node, left=with_filters(step.first, filters)))


def _steps(node: Comparison) -> Iterator[_Step]:
    first = node.left
    if not isinstance(first, Reduction) or not isinstance(first.stream.source, Event):
        return
    for i, part in enumerate(first.stream.filters):
        if not isinstance(part, Where):
            continue
        condition = part.condition
        operands = condition.operands if isinstance(condition, And) else (condition,)
        for k, operand in enumerate(operands):
            then = operand.operand if isinstance(operand, Not) else operand
            second = then.left if isinstance(then, Comparison) else None
            if (
                isinstance(then, Comparison)
                and isinstance(second, Reduction)
                and isinstance(second.stream.source, Event)
            ):
                yield _Step(first, i, replaced(operands, k), operand, then, second)


def _from_now(part: Filter) -> Filter:
    return replace(part, parent=False) if isinstance(part, _Linked) else part


FUNNELS = (funnel_reversed, funnel_flattened, funnel_not_outside)
