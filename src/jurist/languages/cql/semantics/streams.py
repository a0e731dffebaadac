"""Streams: which items of a customer pass all filters of a stream.

Every filter is a property of the item among the customer's whole history, so filters
commute and repeated ones intersect (U13); sessions too are those of the whole history.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from jurist.languages.cql.semantics.access import Item, Scope, Unrolled, unroll
from jurist.languages.cql.semantics.readings import ParentTies, Readings, WindowEdges
from jurist.languages.cql.semantics.subjects import CustomerEvent, Row
from jurist.languages.cql.semantics.values import Result, Values
from jurist.languages.cql.syntax import (
    Between,
    Event,
    ExpiresAfter,
    Filter,
    Sources,
    Stream,
    Where,
    Within,
)
from jurist.languages.effort import spend


@dataclass(slots=True, eq=False)
class Environment:
    """What one user's conditions see: nothing of it lies in the future of `now`.

    `events` holds the events of each name that the query speaks of, in the order of the
    history; `users` are all users of the account, with this one. `remembered` is what
    streams inside streams gave, so that depth costs no power of the history, `unrolled`
    what became of items with arrays. (Not frozen: one is made for every evaluation.)
    """

    now: int
    traits: Values
    events: Mapping[str, Sequence[CustomerEvent]]
    entities: Mapping[str, tuple[Row, ...]]
    users: Sequence[Environment]
    remembered: dict[tuple[int, int, int], Result | None]
    unrolled: dict[tuple[int, int], Sequence[Unrolled]]


_T = TypeVar("_T")
Test = Callable[[Environment, Item, Item], bool]
"""A condition of the environment, the item at hand, and the event around that (or `None`)."""
Items = Callable[[Environment, Item, Item], Sequence[Item]]
"""A stream: what an environment, the item whose `where` the stream stands in (or `None`), and
the event that encloses the stream's own items (or `None`) give."""


@dataclass(frozen=True, slots=True)
class Window:
    """An interval of times in milliseconds, both ends inside; `None` is no bound."""

    least: int | None = None
    most: int | None = None

    def and_(self, least: int | None, most: int | None) -> Window:
        """The common part of two windows."""
        leasts = [bound for bound in (self.least, least) if bound is not None]
        mosts = [bound for bound in (self.most, most) if bound is not None]
        return Window(max(leasts, default=None), min(mosts, default=None))


def age_window(filters: Sequence[Filter], readings: Readings) -> Window | None:
    """The ages (now - time) that the filters without `parent` keep; `None` if there are none.

    Times are whole milliseconds (A5), so an open end is one millisecond further in.
    """
    inset = 1 if readings.window_edges is WindowEdges.OPEN else 0
    window: Window | None = None
    for part in filters:
        if isinstance(part, Within) and not part.parent:
            bounds = (inset, part.duration.ms - inset)
        elif isinstance(part, Between) and not part.parent:
            bounds = (part.near.ms + inset, part.far.ms - inset)
        else:
            continue
        window = (window or Window()).and_(*bounds)
    return window


def delay_window(filters: Sequence[Filter], readings: Readings) -> Window | None:
    """The delays (time - parent's time) that the `parent` filters keep; `None` if none are.

    The far end is inside, the near one too but for a delay of 0 (U8).
    """
    soonest = 1 if readings.parent_ties is ParentTies.EXCLUDED else 0
    window: Window | None = None
    for part in filters:
        if isinstance(part, Within) and part.parent:
            bounds = (soonest, part.duration.ms)
        elif isinstance(part, Between) and part.parent:
            bounds = (max(soonest, part.near.ms), part.far.ms)
        else:
            continue
        window = (window or Window()).and_(*bounds)
    return window


def session_start(times: Sequence[int], gap: int, now: int) -> int | None:
    """When the current session began (A8); `None` where there is none."""
    start: int | None = None
    last = now
    for time in sorted(times, reverse=True):
        if last - time > gap:
            break
        start = last = time
    return start


def stream_function(
    stream: Stream,
    scope: Scope,
    conditions: Sequence[Test],
    readings: Readings,
) -> Items:
    """The function that lists a stream's items in the order of the history.

    Args:
        stream: The stream.
        scope: The scope of its items.
        conditions: The conditions of its `where` filters, compiled in that scope.
        readings: The readings of the schema.
    """
    if isinstance(stream.source, Event):
        source = _events(stream.source.name, stream.filters, scope, readings)
    else:
        source = _rows(stream.source.slug, stream.filters, scope)
    if scope.arrays:
        whole = source
        source = _unrolled(whole, scope)
    for condition in conditions:
        source = _kept(source, condition)
    return source


def _events(name: str, filters: Sequence[Filter], scope: Scope, readings: Readings) -> Items:
    ages = age_window(filters, readings)
    source = _all_events(name) if ages is None else _recent_events(name, ages)
    delays = delay_window(filters, readings)
    if delays is not None:
        has_parent = scope.parent_event is not None
        source = _following(source, delays) if has_parent else _no_items
    for part in filters:
        if isinstance(part, Sources):
            source = _not_from(source, frozenset(part.exclude))
        elif isinstance(part, ExpiresAfter):
            source = _in_session(source, name, part.duration.ms)
    return source


def _rows(slug: str, filters: Sequence[Filter], scope: Scope) -> Items:
    if any(not isinstance(part, Where | Sources) for part in filters):
        return _no_items  # a row has no time, so it lies in no window
    if scope.enclosing is not None and scope.enclosing.of_rows:
        return lambda _env, around, _parent: around.entities.get(slug, ())
    return lambda env, _around, _parent: env.entities.get(slug, ())


def _no_items(_env: Environment, _around: Item, _parent: Item) -> Sequence[Item]:
    return ()


def _all_events(name: str) -> Items:
    return lambda env, _around, _parent: env.events[name]


def _recent_events(name: str, ages: Window) -> Items:
    least, most = ages.least or 0, ages.most or 0

    def items(env: Environment, _around: Item, _parent: Item) -> Sequence[Item]:
        earliest, latest = env.now - most, env.now - least
        events = _scanned(env.events[name])
        return [event for event in events if earliest <= event.time <= latest]

    return items


def _following(source: Items, delays: Window) -> Items:
    least, most = delays.least or 0, delays.most or 0

    def items(env: Environment, around: Item, parent: Item) -> Sequence[Item]:
        earliest, latest = parent.time + least, parent.time + most
        events = _scanned(source(env, around, parent))
        return [event for event in events if earliest <= event.time <= latest]

    return items


def _not_from(source: Items, excluded: frozenset[str]) -> Items:
    return lambda env, around, parent: [
        event for event in _scanned(source(env, around, parent)) if event.source not in excluded
    ]


def _in_session(source: Items, name: str, gap: int) -> Items:
    def items(env: Environment, around: Item, parent: Item) -> Sequence[Item]:
        times = [event.time for event in _scanned(env.events[name])]
        start = session_start(times, gap, env.now)
        if start is None:
            return ()
        return [event for event in source(env, around, parent) if event.time >= start]

    return items


def _unrolled(source: Items, scope: Scope) -> Items:
    def items(env: Environment, around: Item, parent: Item) -> Sequence[Item]:
        found: list[Item] = []
        for item in _scanned(source(env, around, parent)):
            key = id(scope), id(item)
            if key not in env.unrolled:
                env.unrolled[key] = unroll(item, scope)
            found += env.unrolled[key]
        return found

    return items


def _kept(source: Items, condition: Test) -> Items:
    return lambda env, around, parent: [
        item for item in _scanned(source(env, around, parent)) if condition(env, item, parent)
    ]


def _scanned(items: Sequence[_T]) -> Sequence[_T]:
    """The items, each of which is about to be looked at."""
    spend(1 + len(items) // 4)
    return items
