"""Other ways to say when something happened."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from msgspec.structs import replace

from jurist.languages.cql.edits.edit import (
    Setting,
    at_comparisons,
    at_filters,
    at_reductions,
    in_other_unit,
    replaced,
    with_filters,
    with_other_arguments,
)
from jurist.languages.cql.edits.rewrites.thresholds import NONE, SOME, threshold
from jurist.languages.cql.schemas.schema import Kind
from jurist.languages.cql.semantics.readings import WindowEdges
from jurist.languages.cql.syntax import (
    And,
    Between,
    Comparison,
    Condition,
    Context,
    Duration,
    Filter,
    Junction,
    Operator,
    Or,
    Reducer,
    Reduction,
    Unit,
    Where,
    Within,
)

_SPLITS = (Duration(7, Unit.DAY), Duration(1, Unit.DAY), Duration(1, Unit.HOUR))
_ONE_SIDED = {
    Reducer.MAX: frozenset({Operator.GREATER_THAN, Operator.AT_LEAST}),
    Reducer.MIN: frozenset({Operator.LESS_THAN, Operator.AT_MOST}),
}
"""For which comparisons one item decides."""


def joint_of_items(node: Comparison) -> type[Junction] | None:
    """How a comparison that says that some item is there, or none, is made of others.

    OR of some items, AND of none; `None` of a comparison that asks for more.
    """
    if isinstance(node.left, Reduction) and node.left.reducer is Reducer.COUNT:
        bound = node.operator, threshold(node)
        return Or if bound in SOME else And if bound in NONE else None
    return None


def in_alternatives(
    node: Comparison,
    kind: type[Junction] | None,
    parts: Callable[[Filter], Iterable[Sequence[Filter]]],
) -> Iterator[Condition]:
    """Some item of a stream, or none, by some, or none, of the streams that make it up.

    Args:
        node: A comparison.
        kind: How it is made of others; nothing is made of it where that is `None`.
        parts: For a filter, the filters that together let the same items through.
    """
    left = node.left
    if kind is None or not isinstance(left, Reduction):
        return
    filters = left.stream.filters
    for i, part in enumerate(filters):
        for alternatives in parts(part):
            streams = (replaced(filters, i, alternative) for alternative in alternatives)
            yield kind(tuple(replace(node, left=with_filters(left, stream)) for stream in streams))


@at_filters
def units(part: Filter, _setting: Setting) -> Iterator[tuple[Filter]]:
    """Days are said as hours, or hours as days."""
    match part:
        case Within(duration):
            yield from ((replace(part, duration=other),) for other in in_other_unit(duration))
        case Between(near, far):
            ends = [next(in_other_unit(end), end) for end in (near, far)]
            if ends != [near, far]:
                yield (replace(part, near=ends[0], far=ends[1]),)
        case _:
            pass


@at_comparisons
def relative_date_units(node: Comparison, setting: Setting) -> Iterator[Condition]:
    """A relative date is said in the other unit, where no bare date can stand (A4)."""
    is_timestamp = setting.facts(node.left).kind is Kind.DATE_TIME
    return with_other_arguments(node, in_other_unit) if is_timestamp else iter(())


@at_filters
def within_as_between(part: Filter, _setting: Setting) -> Iterator[tuple[Filter]]:
    """A window that begins now is said by `between`, or the other way."""
    match part:
        case Within(duration, parent) if duration.amount > 0:
            yield (Between(Duration(0, duration.unit), duration, parent),)
        case Between(Duration(0), far, parent):
            yield (Within(far, parent),)
        case _:
            pass


@at_reductions
def wider_window(node: Reduction, _setting: Setting) -> Iterator[Reduction]:
    """A window is added that holds the first.

    Instead of `between` the two windows that it is made of.
    """
    filters = node.stream.filters
    for i, part in enumerate(filters):
        match part:
            case Within(duration, parent):
                yield with_filters(node, (*filters, Within(_longer(duration), parent)))
            case Between(near, far, parent):
                parts = Within(far, parent), Between(near, _longer(far), parent)
                yield with_filters(node, replaced(filters, i, *parts))
            case _:
                pass


@at_comparisons
def wider_relative_date(node: Comparison, _setting: Setting) -> Iterator[Condition]:
    """A relative date is added that the first implies."""
    match node:
        case Comparison(_, Operator.WITHIN_LAST | Operator.WITHIN_NEXT, (Duration() as length,)):
            yield And((node, replace(node, arguments=(_longer(length),))))
        case Comparison(_, Operator.BEFORE_LAST | Operator.AFTER_NEXT, (Duration() as length,)):
            if length.amount > 1:
                nearer = replace(length, amount=length.amount // 2)
                yield And((node, replace(node, arguments=(nearer,))))
        case _:
            pass


@at_comparisons
def window_split(node: Comparison, setting: Setting) -> Iterator[Condition]:
    """A window is split into two.

    `within(30 days)` of some item as `within(7 days)` or `between(7 days, 30 days)`. Both
    windows have their common end, so no item is lost, and to be in both does no harm where one
    item decides. That is not so where the ends are outside.
    """
    closed = setting.schema.readings.window_edges is WindowEdges.CLOSED

    def halves(part: Filter) -> Iterator[tuple[Filter, Filter]]:
        if not isinstance(part, Within | Between) or not (closed or part.parent):
            return
        near = part.near if isinstance(part, Between) else Duration(0, Unit.HOUR)
        far = part.far if isinstance(part, Between) else part.duration
        cut = next((cut for cut in _SPLITS if near.ms < cut.ms < far.ms), None)
        if cut is not None:
            first = Between(near, cut, part.parent) if near.amount else Within(cut, part.parent)
            yield first, Between(cut, far, part.parent)

    left = node.left
    one_sided = isinstance(left, Reduction) and node.operator in _ONE_SIDED.get(left.reducer, ())
    return in_alternatives(node, Or if one_sided else joint_of_items(node), halves)


@at_filters
def window_as_where(part: Filter, setting: Setting) -> Iterator[tuple[Filter]]:
    """A window is said by a condition on the event's timestamp."""
    closed = setting.schema.readings.window_edges is WindowEdges.CLOSED
    if closed and isinstance(part, Within) and not part.parent:
        moment = Context("timestamp")
        yield (Where(Comparison(moment, Operator.WITHIN_LAST, (part.duration,))),)


def _longer(duration: Duration) -> Duration:
    """A longer time in the same unit."""
    return replace(duration, amount=2 * duration.amount + 1)


WINDOWS = (
    *(units, relative_date_units, within_as_between, wider_window, wider_relative_date),
    *(window_split, window_as_where),
)
