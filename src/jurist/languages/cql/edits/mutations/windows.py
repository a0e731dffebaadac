"""Windows of another length, kind or origin, and windows forgotten."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from jurist.languages.cql.edits.edit import (
    Edit,
    Setting,
    at_comparisons,
    at_reductions,
    replaced,
    with_filters,
)
from jurist.languages.cql.syntax import (
    Between,
    Comparison,
    Condition,
    Duration,
    Operator,
    Reduction,
    Unit,
    Within,
)

_Others = Callable[[Within | Between], Iterator[Within | Between | None]]
_USUAL_DAYS = (1, 7, 14, 30, 60, 90, 180, 365)
_RELATIVE = {
    Operator.WITHIN_LAST: Operator.BEFORE_LAST,
    Operator.BEFORE_LAST: Operator.WITHIN_LAST,
    Operator.WITHIN_NEXT: Operator.AFTER_NEXT,
    Operator.AFTER_NEXT: Operator.WITHIN_NEXT,
}


def _other_lengths(length: Duration) -> Iterator[Duration]:
    """The next shorter and the next longer one that people ask for."""
    if length.unit is not Unit.DAY:
        yield replace(length, amount=2 * length.amount + (length.amount == 0))
        return
    shorter = [days for days in _USUAL_DAYS if days < length.amount]
    longer = [days for days in _USUAL_DAYS if days > length.amount]
    for days in (*longer[:1], *shorter[-1:]):
        yield replace(length, amount=days)


def _exchanged(length: Duration) -> Duration:
    """The same number of the other unit."""
    return replace(length, unit=Unit.HOUR if length.unit is Unit.DAY else Unit.DAY)


def _changed(node: Reduction, _setting: Setting) -> Iterator[Reduction]:
    yield from _each_window(node, _other_windows, of_parent=False)


def _parent_changed(node: Reduction, _setting: Setting) -> Iterator[Reduction]:
    yield from _each_window(node, _other_windows, of_parent=True)


def _other_windows(window: Within | Between) -> Iterator[Within | Between | None]:
    if isinstance(window, Within):
        for length in _other_lengths(window.duration):
            yield replace(window, duration=length)
        return
    for far in _other_lengths(window.far):
        if far.ms > window.near.ms:
            yield replace(window, far=far)
    for near in _other_lengths(window.near):
        if near.ms < window.far.ms:
            yield replace(window, near=near)


def _dropped(node: Reduction, _setting: Setting) -> Iterator[Reduction]:
    yield from _each_window(node, _nothing, of_parent=False)


def _parent_dropped(node: Reduction, _setting: Setting) -> Iterator[Reduction]:
    yield from _each_window(node, _nothing, of_parent=True)


def _nothing(_window: Within | Between) -> Iterator[None]:
    yield None


def _parent_forgotten(node: Reduction, _setting: Setting) -> Iterator[Reduction]:
    yield from _each_window(
        node, lambda window: iter([replace(window, parent=False)]), of_parent=True
    )


def _between_for_within(node: Reduction, _setting: Setting) -> Iterator[Reduction]:
    for of_parent in (False, True):
        yield from _each_window(node, _other_kind, of_parent=of_parent)


def _other_kind(window: Within | Between) -> Iterator[Within | Between | None]:
    if isinstance(window, Between):
        yield Within(window.far, window.parent)
        return
    length = window.duration
    if length.amount > 1:
        yield Between(replace(length, amount=length.amount // 2), length, window.parent)
    yield Between(length, replace(length, amount=2 * length.amount + 1), window.parent)


def _unit(node: Reduction, _setting: Setting) -> Iterator[Reduction]:
    for of_parent in (False, True):
        yield from _each_window(node, _other_units, of_parent=of_parent)


def _other_units(window: Within | Between) -> Iterator[Within | Between | None]:
    if isinstance(window, Within):
        yield replace(window, duration=_exchanged(window.duration))
    else:
        near, far = _exchanged(window.near), _exchanged(window.far)
        if near.ms < far.ms:
            yield replace(window, near=near, far=far)


def _each_window(node: Reduction, others: _Others, *, of_parent: bool) -> Iterator[Reduction]:
    filters = node.stream.filters
    for i, part in enumerate(filters):
        if isinstance(part, Within | Between) and part.parent is of_parent:
            for other in others(part):
                new = () if other is None else (other,)
                yield with_filters(node, replaced(filters, i, *new))


def _relative_date(node: Comparison, _setting: Setting) -> Iterator[Condition]:
    match node.arguments:
        case (Duration() as length,):
            for other in _other_lengths(length):
                yield replace(node, arguments=(other,))
            yield replace(node, operator=_RELATIVE[node.operator])
        case _:
            pass


def _relative_unit(node: Comparison, _setting: Setting) -> Iterator[Condition]:
    match node.arguments:
        case (Duration() as length,):
            yield replace(node, arguments=(_exchanged(length),))
        case _:
            pass


WINDOWS = (
    Edit("window_changed", "A window is longer or shorter.", at_reductions(_changed)),
    Edit("window_dropped", "A window is forgotten on one of the events.", at_reductions(_dropped)),
    Edit(
        "window_unit",
        "A window is said in hours instead of days, or the other way.",
        at_reductions(_unit),
    ),
    Edit(
        "between_for_within",
        "`between` stands for `within`, or the other way.",
        at_reductions(_between_for_within),
    ),
    Edit(
        "parent_window_changed",
        "The time after the parent event is longer or shorter.",
        at_reductions(_parent_changed),
    ),
    Edit(
        "parent_window_dropped",
        "The window after the parent event is forgotten.",
        at_reductions(_parent_dropped),
    ),
    Edit(
        "parent_forgotten",
        "A window after the parent event is measured from now.",
        at_reductions(_parent_forgotten),
    ),
    Edit(
        "relative_date_changed",
        "A relative date has another length or direction.",
        at_comparisons(_relative_date),
    ),
    Edit(
        "relative_date_unit",
        "A relative date is said in the other unit.",
        at_comparisons(_relative_unit),
    ),
)
