"""One shape for each stream: one window, one session, one list of sources, one `where`.

Filters commute and repeated ones intersect (U13), so each kind needs saying once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from jurist.languages.cql.boolean import FALSE, TRUE, conjunction
from jurist.languages.cql.normal_form.comparisons import EMPTY, duration
from jurist.languages.cql.normal_form.simplification import Formula, simplify, to_condition
from jurist.languages.cql.semantics.arrays import unrolled_arrays
from jurist.languages.cql.semantics.readings import ParentTies, Readings, WindowEdges
from jurist.languages.cql.semantics.values import EACH
from jurist.languages.cql.syntax import (
    Between,
    Cast,
    Condition,
    ExpiresAfter,
    Filter,
    Reduction,
    Sources,
    Stream,
    Where,
    Within,
)

_LARGEST_GROWTH = 8
_ALWAYS_SMALL = 4_000
"""A stream may grow up to so many times, and up to so many characters (of its Python form),
by saying `= 2` as `>= 2` and not `>= 3`; nested streams would else grow exponentially."""


def reduction(
    node: Reduction, readings: Readings, formula_of: Callable[[Condition], Formula]
) -> Reduction:
    """The reduction over its stream's normal form.

    Args:
        node: A reduction.
        readings: The readings of the schema.
        formula_of: Says a condition of the stream's `where` as a formula.
    """
    filters = _filters(node.stream.filters, readings, formula_of)
    cast = node.cast
    if cast is Cast.NUMBER or (cast is Cast.STRING and not node.reducer.is_extreme):
        cast = None  # the reducer does so without
    if cast is Cast.ARRAY and node.value is not None and EACH not in node.value.name:
        # There is no array to take as a whole; its text is still what `min` and `max` compare.
        cast = Cast.STRING if node.reducer.is_extreme else None
    stream = Stream(node.stream.source, filters)
    normal = Reduction(stream, node.reducer, node.value, cast, node.minimum)
    if filters is EMPTY:
        return normal
    # An array named in a condition makes each of its entries an item (A7), even where the
    # condition does not matter: then what it says is left as it is written.
    # What is normal names none that was not written.
    if unrolled_arrays(normal) != unrolled_arrays(node):
        return node
    return node if _has_outgrown(normal, node) else normal


def _has_outgrown(normal: Reduction, node: Reduction) -> bool:
    size = len(repr(normal))
    return size > _ALWAYS_SMALL and size > _LARGEST_GROWTH * len(repr(node))


def _filters(
    filters: Sequence[Filter], readings: Readings, formula_of: Callable[[Condition], Formula]
) -> tuple[Filter, ...]:
    windows = [node for node in filters if isinstance(node, Within | Between)]
    ages = _common([window for window in windows if not window.parent])
    delays = _common([window for window in windows if window.parent])
    gaps = [node.duration.ms for node in filters if isinstance(node, ExpiresAfter)]
    excluded = {name for node in filters if isinstance(node, Sources) for name in node.exclude}
    asked = [formula_of(node.condition) for node in filters if isinstance(node, Where)]
    kept = simplify(conjunction(asked))
    if kept is FALSE or _no_age(ages, readings) or _no_delay(delays, readings):
        return EMPTY
    normal = [*_window(ages, parent=False), *_window(delays, parent=True)]
    if gaps:
        normal.append(ExpiresAfter(duration(min(gaps))))
    if excluded:
        normal.append(Sources(tuple(sorted(excluded))))
    if kept is not TRUE:
        normal.append(Where(to_condition(kept)))
    return tuple(normal)


_Bounds = tuple[int, int] | None
"""Nearest and farthest, in milliseconds."""


def _common(windows: Sequence[Within | Between]) -> _Bounds:
    if not windows:
        return None
    nearest = max(node.near.ms if isinstance(node, Between) else 0 for node in windows)
    ends = [node.far if isinstance(node, Between) else node.duration for node in windows]
    return nearest, min(end.ms for end in ends)


def _no_age(ages: _Bounds, readings: Readings) -> bool:
    """Whether no whole millisecond lies in a window before now."""
    if ages is None:
        return False
    outside = 2 if readings.window_edges is WindowEdges.OPEN else 0
    return ages[1] - ages[0] < outside


def _no_delay(delays: _Bounds, readings: Readings) -> bool:
    if delays is None:
        return False
    soonest = 1 if readings.parent_ties is ParentTies.EXCLUDED else 0
    return max(delays[0], soonest) > delays[1]


def _window(bounds: _Bounds, *, parent: bool) -> Iterator[Filter]:
    if bounds is not None:
        near, far = bounds
        if near:
            yield Between(duration(near), duration(far), parent)
        else:
            yield Within(duration(far), parent)
