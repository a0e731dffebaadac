"""Windows of another length, kind or origin, and windows forgotten."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from msgspec.structs import replace

from jurist.languages.cql.edits.edit import (
    Setting,
    at_comparisons,
    at_filters,
    at_reductions,
    in_other_unit,
    with_other_arguments,
    with_other_filters,
)
from jurist.languages.cql.syntax import (
    Between,
    Comparison,
    Condition,
    Duration,
    ExpiresAfter,
    Filter,
    Operand,
    Operator,
    Reduction,
    Unit,
    Within,
)

_Window = Within | Between
_USUAL_DAYS = (1, 7, 14, 30, 60, 90, 180, 365)
_RELATIVE = {
    Operator.WITHIN_LAST: Operator.BEFORE_LAST,
    Operator.BEFORE_LAST: Operator.WITHIN_LAST,
    Operator.WITHIN_NEXT: Operator.AFTER_NEXT,
    Operator.AFTER_NEXT: Operator.WITHIN_NEXT,
}


@at_filters
def window_changed(part: Filter, _setting: Setting) -> Iterator[tuple[Filter]]:
    """A window is longer or shorter."""
    return _exchanged(part, _other_lengths_of, of_parent=False)


@at_filters
def window_dropped(part: Filter, _setting: Setting) -> Iterator[tuple[()]]:
    """A window is forgotten on one of the events."""
    if isinstance(part, _Window) and not part.parent:
        yield ()


@at_reductions
def window_unit(node: Reduction, _setting: Setting) -> Iterator[Reduction]:
    """A window is said in hours instead of days, or the other way."""
    return _from_now_first(node, _window_in_other_unit)


@at_reductions
def between_for_within(node: Reduction, _setting: Setting) -> Iterator[Reduction]:
    """`between` stands for `within`, or the other way."""
    return _from_now_first(node, _of_other_kind)


@at_filters
def parent_window_changed(part: Filter, _setting: Setting) -> Iterator[tuple[Filter]]:
    """The time after the parent event is longer or shorter."""
    return _exchanged(part, _other_lengths_of, of_parent=True)


@at_filters
def parent_window_dropped(part: Filter, _setting: Setting) -> Iterator[tuple[()]]:
    """The window after the parent event is forgotten."""
    if isinstance(part, _Window) and part.parent:
        yield ()


@at_filters
def parent_forgotten(part: Filter, _setting: Setting) -> Iterator[tuple[Filter]]:
    """A window after the parent event is measured from now."""
    if isinstance(part, _Window) and part.parent:
        yield (replace(part, parent=False),)


@at_filters
def session_changed(part: Filter, _setting: Setting) -> Iterator[tuple[Filter]]:
    """A session ends after another time, or is taken for a window of that length."""
    if isinstance(part, ExpiresAfter):
        yield (replace(part, duration=replace(part.duration, amount=2 * part.duration.amount)),)
        if part.duration.unit is not Unit.SECOND:
            yield (Within(part.duration, part.parent),)


@at_filters
def session_of_now(part: Filter, _setting: Setting) -> Iterator[tuple[Filter]]:
    """The session that begins with the parent event is taken for the current one."""
    if isinstance(part, ExpiresAfter) and part.parent:
        yield (replace(part, parent=False),)


@at_comparisons
def relative_date_changed(node: Comparison, _setting: Setting) -> Iterator[Condition]:
    """A relative date has another length or direction."""
    yield from with_other_arguments(node, _other_lengths)
    if node.operator in _RELATIVE:
        yield replace(node, operator=_RELATIVE[node.operator])


@at_comparisons
def relative_date_unit(node: Comparison, _setting: Setting) -> Iterator[Condition]:
    """A relative date is said in the other unit: the same number of it, or the same length.

    Days are not hours where a bare date may stand, which is a day among days (A4).
    """

    def others(argument: Operand) -> Iterator[Duration]:
        if isinstance(argument, Duration):
            yield _other_unit(argument)
            yield from in_other_unit(argument)

    return with_other_arguments(node, others)


# --- windows ------------------------------------------------------------------------------------


def _exchanged(
    part: Filter, others: Callable[[_Window], Iterator[_Window]], *, of_parent: bool
) -> Iterator[tuple[Filter]]:
    if isinstance(part, _Window) and part.parent is of_parent:
        for other in others(part):
            yield (other,)


def _from_now_first(
    node: Reduction, others: Callable[[_Window], Iterator[_Window]]
) -> Iterator[Reduction]:
    for of_parent in (False, True):
        yield from with_other_filters(
            node, lambda part, of=of_parent: _exchanged(part, others, of_parent=of)
        )


def _other_lengths_of(window: _Window) -> Iterator[_Window]:
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


def _of_other_kind(window: _Window) -> Iterator[_Window]:
    if isinstance(window, Between):
        yield Within(window.far, window.parent)
        return
    length = window.duration
    if length.amount > 1:
        yield Between(replace(length, amount=length.amount // 2), length, window.parent)
    yield Between(length, replace(length, amount=2 * length.amount + 1), window.parent)


def _window_in_other_unit(window: _Window) -> Iterator[_Window]:
    if isinstance(window, Within):
        yield replace(window, duration=_other_unit(window.duration))
    else:
        near, far = _other_unit(window.near), _other_unit(window.far)
        if near.ms < far.ms:
            yield replace(window, near=near, far=far)


# --- lengths ------------------------------------------------------------------------------------


def _other_lengths(length: Operand) -> Iterator[Duration]:
    """The next longer and the next shorter one that people ask for."""
    if not isinstance(length, Duration):
        return
    if length.unit is not Unit.DAY:
        yield replace(length, amount=2 * length.amount + (length.amount == 0))
        return
    shorter = [days for days in _USUAL_DAYS if days < length.amount]
    longer = [days for days in _USUAL_DAYS if days > length.amount]
    for days in (*longer[:1], *shorter[-1:]):
        yield replace(length, amount=days)


def _other_unit(length: Duration) -> Duration:
    """The same number of the other unit."""
    return replace(length, unit=Unit.HOUR if length.unit is Unit.DAY else Unit.DAY)


WINDOWS = (
    *(window_changed, window_dropped, window_unit, between_for_within, parent_window_changed),
    *(
        parent_window_dropped,
        parent_forgotten,
        session_changed,
        session_of_now,
        relative_date_changed,
        relative_date_unit,
    ),
)
