"""Streams: which items of a customer pass all filters of a stream.

Every filter is a property of the item among the customer's whole history, so filters
commute and repeated ones intersect (U13); sessions too are those of the whole history.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeVar

from jurist.languages.cql.semantics.arrays import (
    Array,
    Unrolled,
    entry_of,
    unroll,
    unrolled_arrays,
    whole_array,
)
from jurist.languages.cql.semantics.readings import ParentTies, Readings, WindowEdges
from jurist.languages.cql.semantics.sessions import following_session, session_start
from jurist.languages.cql.semantics.subjects import Customer, CustomerEvent, Row, Subject
from jurist.languages.cql.semantics.values import (
    EACH,
    TIMESTAMP,
    Result,
    Value,
    Values,
    moment_text,
    split_path,
    walk,
)
from jurist.languages.cql.syntax import (
    Between,
    Context,
    Entity,
    Event,
    ExpiresAfter,
    Filter,
    Property,
    Reduction,
    Sources,
    Stream,
    Where,
    Within,
)
from jurist.languages.cql.tree import Scope
from jurist.languages.cql.tree import walk as walk_tree
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


T = TypeVar("T")
Item = Any
"""A `CustomerEvent`, a `Row` or an `Unrolled` one: the compiler knows which, so that the
compiled functions, which run for every event, need not ask."""
Around = Any
"""The item in whose `where` a stream stands, and what is around that, as a pair; `None` where
the stream stands in none. Any, for the same reason."""
Fetch = Callable[[Environment, Item, Around], T]
"""A value of the environment, the item at hand, and what is around that."""
Test = Fetch[bool]
Items = Callable[[Environment, Around], Sequence[Item]]
"""A stream, whose items are those of an environment and of what is around them."""
Read = Callable[[Item], Value | None]


def environment(names: tuple[str, ...], subject: Subject, now: int) -> Environment:
    """What a query sees that speaks of the events of these names."""
    if isinstance(subject, Customer):
        return _environment_of_user(names, subject, now, ())
    users: list[Environment] = []
    users += [_environment_of_user(names, user, now, users) for user in subject.users]
    return Environment(now, subject.traits, dict.fromkeys(names, ()), {}, users, {}, {})


def _environment_of_user(
    names: tuple[str, ...], user: Customer, now: int, users: Sequence[Environment]
) -> Environment:
    events: dict[str, list[CustomerEvent]] = {}
    for name in names:
        events[name] = []  # not a comprehension, which costs a frame for every subject
    spend(1 + len(names) + len(user.events) // 4)
    for event in user.events:
        if event.name in events and event.time <= now:
            events[event.name].append(event)
    return Environment(now, user.traits, events, user.entities, users, {}, {})


class Window(NamedTuple):
    """An interval of times in milliseconds, both ends inside."""

    least: int
    most: int


def age_window(filters: Sequence[Filter], readings: Readings) -> Window | None:
    """The ages (now - time) that the filters without `parent` keep; `None` if there are none.

    Times are whole milliseconds (A5), so an open end is one millisecond further in.
    """
    inset = 1 if readings.window_edges is WindowEdges.OPEN else 0
    return _common(
        Window(inset if isinstance(part, Within) else part.near.ms + inset, _far(part) - inset)
        for part in filters
        if isinstance(part, Within | Between) and not part.parent
    )


def delay_window(filters: Sequence[Filter], readings: Readings) -> Window | None:
    """The delays (time - parent's time) that the `parent` filters keep; `None` if none are.

    The far end is inside, the near one too but for a delay of 0 (U8).
    """
    soonest = earliest_follower(0, readings)
    return _common(
        Window(soonest if isinstance(part, Within) else max(soonest, part.near.ms), _far(part))
        for part in filters
        if isinstance(part, Within | Between) and part.parent
    )


def earliest_follower(parent: int, readings: Readings) -> int:
    """The first moment that is after a parent's (U8)."""
    return parent + (1 if readings.parent_ties is ParentTies.EXCLUDED else 0)


def _far(part: Within | Between) -> int:
    return part.duration.ms if isinstance(part, Within) else part.far.ms


def _common(windows: Iterable[Window]) -> Window | None:
    bounds = list(windows)
    if not bounds:
        return None
    return Window(max(window.least for window in bounds), min(window.most for window in bounds))


def arrays_of(scope: Scope) -> tuple[Array, ...]:
    """The arrays that the items of a scope are unrolled by."""
    return () if scope.reduction is None else unrolled_arrays(scope.reduction)


def stream_function(
    stream: Stream, scope: Scope, conditions: Sequence[Test], readings: Readings
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
    if arrays := arrays_of(scope):
        source = _unrolled(source, scope, arrays)
    for condition in conditions:
        source = _filtered(source, condition)
    return source


def _events(name: str, filters: Sequence[Filter], scope: Scope, readings: Readings) -> Items:
    ages, delays = age_window(filters, readings), delay_window(filters, readings)
    source: Items = lambda env, _around: env.events[name]  # noqa: E731 - as all others
    if ages is not None:
        source = _recent(name, *ages)
    if delays is not None:
        source = _following(source, scope, *delays) if scope.enclosing_event else _no_items
    for part in filters:
        if isinstance(part, Sources):
            source = _not_from(source, frozenset(part.exclude))
        elif isinstance(part, ExpiresAfter) and part.parent:
            in_run = _in_following_session(source, scope, name, part.duration.ms, readings)
            source = in_run if scope.enclosing_event else _no_items
        elif isinstance(part, ExpiresAfter):
            source = _in_session(source, name, part.duration.ms)
    return source


def _rows(slug: str, filters: Sequence[Filter], scope: Scope) -> Items:
    if any(not isinstance(part, Where | Sources) for part in filters):
        return _no_items  # a row has no time, so it lies in no window
    if scope.outer is not None and isinstance(scope.outer.source, Entity):
        return lambda _env, around: around[0].entities.get(slug, ())
    return lambda env, _around: env.entities.get(slug, ())


def _no_items(_env: Environment, _around: Around) -> Sequence[Item]:
    return ()


def _recent(name: str, least: int, most: int) -> Items:
    return lambda env, _around: _from_to(env.events[name], env.now - most, env.now - least)


def _following(source: Items, scope: Scope, least: int, most: int) -> Items:
    if scope.outer is not None and isinstance(scope.outer.source, Event):  # as in most funnels
        return lambda env, around: _from_to(
            source(env, around), around[0].time + least, around[0].time + most
        )

    def items(env: Environment, around: Around) -> Sequence[Item]:
        time = nearest_event(scope, around).time
        return _from_to(source(env, around), time + least, time + most)

    return items


def nearest_event(scope: Scope, around: Around) -> Item:
    """The event that `parent:` windows of a scope's items follow: rows in between are passed over.

    `None` where there is none.
    """
    outer = scope.outer
    while outer is not None and outer.source is not None:
        item, around = around
        if isinstance(outer.source, Event):
            return item
        outer = outer.outer
    return None


def _from_to(events: Sequence[Item], earliest: int, latest: int) -> Sequence[Item]:
    return [event for event in _scanned(events) if earliest <= event.time <= latest]


def _not_from(source: Items, excluded: frozenset[str]) -> Items:
    return lambda env, around: [
        event for event in _scanned(source(env, around)) if event.source not in excluded
    ]


def _in_session(source: Items, name: str, gap: int) -> Items:
    def items(env: Environment, around: Around) -> Sequence[Item]:
        times = [event.time for event in _scanned(env.events[name])]
        start = session_start(times, gap, env.now)
        if start is None:
            return ()
        return [event for event in source(env, around) if event.time >= start]

    return items


def _in_following_session(
    source: Items, scope: Scope, name: str, gap: int, readings: Readings
) -> Items:
    def items(env: Environment, around: Around) -> Sequence[Item]:
        parent = nearest_event(scope, around).time
        start = earliest_follower(parent, readings)
        times = [event.time for event in _scanned(env.events[name]) if event.time >= start]
        end = following_session(times, gap, parent)
        return [event for event in source(env, around) if start <= event.time <= end]

    return items


def _unrolled(source: Items, scope: Scope, arrays: Sequence[Array]) -> Items:
    def items(env: Environment, around: Around) -> Sequence[Item]:
        entries: list[Item] = []
        for item in _scanned(source(env, around)):
            key = id(scope), id(item)
            if key not in env.unrolled:
                env.unrolled[key] = unroll(item, arrays)
            entries += env.unrolled[key]
        return entries

    return items


def _filtered(source: Items, condition: Test) -> Items:
    return lambda env, around: [
        item for item in _scanned(source(env, around)) if condition(env, item, around)
    ]


def _scanned(items: Sequence[T]) -> Sequence[T]:
    """The items, each of which is about to be looked at."""
    spend(1 + len(items) // 4)
    return items


# --- streams in a `where` ------------------------------------------------------------------


def same_for_all(node: Reduction, scope: Scope) -> bool:
    """Whether a reduction in a `where` of this scope is the same for each of its items."""
    if isinstance(node.stream.source, Entity) and isinstance(scope.source, Entity):
        return False
    return not any(
        (isinstance(part, Property) and part.parent and inside.depth == 1)
        or (
            isinstance(part, Within | Between | ExpiresAfter)
            and part.parent
            and inside.enclosing_event is None
        )
        for part, inside in walk_tree(node)
    )


def once(fetch: Fetch[Result | None], number: int) -> Fetch[Result | None]:
    """A fetch that is done once for each environment."""
    key = number, 0, 0

    def remembered(env: Environment, item: Item, around: Around) -> Result | None:
        if key not in env.remembered:
            env.remembered[key] = fetch(env, item, around)
        return env.remembered[key]

    return remembered


def once_an_item(fetch: Fetch[Result | None], number: int, scope: Scope) -> Fetch[Result | None]:
    """A fetch that is done once for each item of a scope (and, for rows, each event around)."""
    in_event = isinstance(scope.source, Event)

    def remembered(env: Environment, item: Item, around: Around) -> Result | None:
        key = number, id(item), 0 if in_event else id(nearest_event(scope, around))
        if key not in env.remembered:
            env.remembered[key] = fetch(env, item, around)
        return env.remembered[key]

    return remembered


# --- what an item has -----------------------------------------------------------------------


def reader(name: Property | Context, scope: Scope | None) -> Read:
    """A function that reads a name from an item of the scope; nothing is there without one."""
    if scope is None or scope.source is None:
        return _nothing
    in_context = isinstance(name, Context)
    if in_context and isinstance(scope.source, Entity):
        return _nothing
    if in_context and name.name == TIMESTAMP:
        return lambda item: moment_text(item.time)
    keys = split_path(name.name)
    if EACH in keys[1:]:
        index, rest = entry_of(keys, arrays_of(scope), in_context=in_context)
        return lambda item: walk(item.entries[index], rest)
    if in_context:
        return lambda item: walk(item.context, keys)
    if len(keys) == 1:
        key = keys[0]
        return lambda item: item.properties.get(key)
    return lambda item: walk(item.properties, keys)


def array_reader(name: Property | Context, scope: Scope) -> Read:
    """Like `reader`, but `a.$.b` is the whole array of all `b` (a reducer's `as array`)."""
    keys = split_path(name.name)
    if EACH not in keys[1:]:
        return reader(name, scope)
    if isinstance(name, Property):
        return lambda item: whole_array(item.properties, keys)
    if isinstance(scope.source, Entity):
        return _nothing
    return lambda item: whole_array(item.context, keys)


def _nothing(_item: Item) -> None:
    return None
