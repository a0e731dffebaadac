"""Other ways to say when something happened."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from jurist.languages.cql.edits.edit import (
    Edit,
    Setting,
    at_comparisons,
    at_reductions,
    replaced,
    with_filters,
)
from jurist.languages.cql.edits.rewrites.thresholds import threshold
from jurist.languages.cql.semantics.readings import WindowEdges
from jurist.languages.cql.syntax import (
    And,
    Between,
    Comparison,
    Condition,
    Context,
    Duration,
    Operator,
    Or,
    Reducer,
    Reduction,
    Unit,
    Where,
    Within,
)

_SPLITS = (Duration(1, Unit.HOUR), Duration(1, Unit.DAY), Duration(7, Unit.DAY))
_SOME = frozenset({(Operator.AT_LEAST, 1), (Operator.GREATER_THAN, 0)})
_NONE = frozenset({(Operator.EQUALS, 0), (Operator.AT_MOST, 0), (Operator.LESS_THAN, 1)})
_ONE_SIDED = {
    Reducer.MAX: frozenset({Operator.GREATER_THAN, Operator.AT_LEAST}),
    Reducer.MIN: frozenset({Operator.LESS_THAN, Operator.AT_MOST}),
}
"""For which comparisons one item decides."""


def other_unit(duration: Duration) -> Duration | None:
    """The same length in the other of hours and days, where it is whole there."""
    unit = Unit.HOUR if duration.unit is Unit.DAY else Unit.DAY
    amount, rest = divmod(duration.ms, unit.ms)
    return None if rest else Duration(amount, unit)


def longer(duration: Duration) -> Duration:
    """A longer time in the same unit."""
    return replace(duration, amount=2 * duration.amount + 1)


def is_about_some(node: Comparison) -> bool:
    """Whether the condition says that some item is there."""
    return _counts_items(node) and (node.operator, threshold(node)) in _SOME


def is_about_none(node: Comparison) -> bool:
    """Whether the condition says that no item is there."""
    return _counts_items(node) and (node.operator, threshold(node)) in _NONE


def _counts_items(node: Comparison) -> bool:
    return isinstance(node.left, Reduction) and node.left.reducer is Reducer.COUNT


def _in_other_unit(node: Reduction, _setting: Setting) -> Iterator[Reduction]:
    filters = node.stream.filters
    for i, part in enumerate(filters):
        match part:
            case Within(duration):
                other = other_unit(duration)
                if other is not None:
                    yield with_filters(node, replaced(filters, i, replace(part, duration=other)))
            case Between(near, far):
                ends = other_unit(near) or near, other_unit(far) or far
                if ends != (near, far):
                    changed = replace(part, near=ends[0], far=ends[1])
                    yield with_filters(node, replaced(filters, i, changed))
            case _:
                pass


def _compared_in_other_unit(node: Comparison, _setting: Setting) -> Iterator[Condition]:
    match node.arguments:
        case (Duration() as duration,):
            other = other_unit(duration)
            if other is not None:
                yield replace(node, arguments=(other,))
        case _:
            pass


def _within_as_between(node: Reduction, _setting: Setting) -> Iterator[Reduction]:
    filters = node.stream.filters
    for i, part in enumerate(filters):
        match part:
            case Within(duration, parent) if duration.amount > 0:
                between = Between(Duration(0, duration.unit), duration, parent)
                yield with_filters(node, replaced(filters, i, between))
            case Between(Duration(0), far, parent):
                yield with_filters(node, replaced(filters, i, Within(far, parent)))
            case _:
                pass


def _wider_window(node: Reduction, _setting: Setting) -> Iterator[Reduction]:
    """A second window that holds the first, or the two that `between` is made of."""
    filters = node.stream.filters
    for i, part in enumerate(filters):
        match part:
            case Within(duration, parent):
                wider = Within(longer(duration), parent)
                yield with_filters(node, (*filters, wider))
            case Between(near, far, parent):
                parts = Within(far, parent), Between(near, longer(far), parent)
                yield with_filters(node, replaced(filters, i, *parts))
            case _:
                pass


def _wider_relative_date(node: Comparison, _setting: Setting) -> Iterator[Condition]:
    match node:
        case Comparison(_, Operator.WITHIN_LAST | Operator.WITHIN_NEXT, (Duration() as length,)):
            yield And((node, replace(node, arguments=(longer(length),))))
        case Comparison(_, Operator.BEFORE_LAST | Operator.AFTER_NEXT, (Duration() as length,)):
            if length.amount > 1:
                nearer = replace(length, amount=length.amount // 2)
                yield And((node, replace(node, arguments=(nearer,))))
        case _:
            pass


def _split_window(node: Comparison, setting: Setting) -> Iterator[Condition]:
    """`within(30 days)` of some item as `within(7 days)` or `between(7 days, 30 days)`.

    Both windows have their common end, so no item is lost, and to be in both does no harm
    where one item decides. That is not so where the ends are outside.
    """
    if not isinstance(node.left, Reduction):
        return
    some = is_about_some(node) or node.operator in _ONE_SIDED.get(node.left.reducer, ())
    if not some and not is_about_none(node):
        return
    filters = node.left.stream.filters
    closed = setting.schema.readings.window_edges is WindowEdges.CLOSED
    for i, part in enumerate(filters):
        if not isinstance(part, Within | Between) or not (closed or part.parent):
            continue
        near = part.near if isinstance(part, Between) else Duration(0, Unit.HOUR)
        far = part.far if isinstance(part, Between) else part.duration
        for cut in _SPLITS[::-1]:
            if near.ms < cut.ms < far.ms:
                first = Between(near, cut, part.parent) if near.amount else Within(cut, part.parent)
                second = Between(cut, far, part.parent)
                halves = [
                    replace(node, left=with_filters(node.left, replaced(filters, i, half)))
                    for half in (first, second)
                ]
                yield Or(tuple(halves)) if some else And(tuple(halves))
                break


def _window_as_where(node: Reduction, setting: Setting) -> Iterator[Reduction]:
    """`within(7 days)` as a condition on the event's timestamp."""
    if setting.schema.readings.window_edges is not WindowEdges.CLOSED:
        return
    filters = node.stream.filters
    for i, part in enumerate(filters):
        if isinstance(part, Within) and not part.parent:
            moment = Context("timestamp")
            recent = Comparison(moment, Operator.WITHIN_LAST, (part.duration,))
            yield with_filters(node, replaced(filters, i, Where(recent)))


WINDOWS = (
    Edit("units", "Days are said as hours, or hours as days.", at_reductions(_in_other_unit)),
    Edit(
        "relative_date_units",
        "A relative date is said in the other unit.",
        at_comparisons(_compared_in_other_unit),
    ),
    Edit(
        "within_as_between",
        "A window that begins now is said by `between`, or the other way.",
        at_reductions(_within_as_between),
    ),
    Edit("wider_window", "A window is added that holds the first.", at_reductions(_wider_window)),
    Edit(
        "wider_relative_date",
        "A relative date is added that the first implies.",
        at_comparisons(_wider_relative_date),
    ),
    Edit("window_split", "A window is split into two.", at_comparisons(_split_window)),
    Edit(
        "window_as_where",
        "A window is said by a condition on the event's timestamp.",
        at_reductions(_window_as_where),
    ),
)
