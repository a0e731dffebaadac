"""The small functions that a compiled query is made of."""

from __future__ import annotations

from collections.abc import Callable

from jurist.languages.cql.semantics.access import Item
from jurist.languages.cql.semantics.streams import Items, Test, World
from jurist.languages.cql.semantics.values import Result

Fetch = Callable[[World, Item, Item], Result | None]
"""A scalar of the world, the item at hand, and the event around that."""
FetchMoment = Callable[[World, Item, Item], int | None]


def counting(items: Items) -> Fetch:
    """How many items a stream gives."""
    return lambda world, item, parent: len(items(world, item, parent))


def counted(items: Items, holds: Callable[[int, int], bool], number: int) -> Test:
    """A comparison of how many items a stream gives with a whole number."""
    return lambda world, item, parent: holds(len(items(world, item, parent)), number)


def remembering_once(fetch: Fetch, number: int) -> Fetch:
    """A fetch that is done once for each world."""
    key = number, 0, 0

    def remembered(world: World, item: Item, parent: Item) -> Result | None:
        if key not in world.remembered:
            world.remembered[key] = fetch(world, item, parent)
        return world.remembered[key]

    return remembered


def remembering(fetch: Fetch, number: int, *, in_event: bool) -> Fetch:
    """A fetch that is done once for each item (and, for rows, each event around)."""

    def remembered(world: World, item: Item, parent: Item) -> Result | None:
        key = number, id(item), 0 if in_event else id(parent)
        if key not in world.remembered:
            world.remembered[key] = fetch(world, item, parent)
        return world.remembered[key]

    return remembered


def inside_event(items: Items) -> Items:
    """A stream that stands in an event's `where`: that event is its parent."""
    return lambda world, event, _outer: items(world, event, event)


def time_of(item: Item) -> int:
    """When an event was."""
    return item.time


def always(moment: int | None) -> FetchMoment:
    """The same moment for every item."""
    return lambda _world, _item, _parent: moment


def negation(test: Test) -> Test:
    """True exactly where the test is false."""
    return lambda world, item, parent: not test(world, item, parent)


def conjunction(tests: tuple[Test, ...]) -> Test:
    """All of the tests, in their order, no further than needed."""
    if len(tests) == 2:
        first, second = tests
        return lambda world, item, parent: (
            first(world, item, parent) and second(world, item, parent)
        )

    def all_of(world: World, item: Item, parent: Item) -> bool:
        for test in tests:  # noqa: SIM110 - a generator costs a frame on a deep query
            if not test(world, item, parent):
                return False
        return True

    return all_of


def disjunction(tests: tuple[Test, ...]) -> Test:
    """One of the tests at least, in their order, no further than needed."""
    if len(tests) == 2:
        first, second = tests
        return lambda world, item, parent: first(world, item, parent) or second(world, item, parent)

    def one_of(world: World, item: Item, parent: Item) -> bool:
        for test in tests:  # noqa: SIM110 - a generator costs a frame on a deep query
            if test(world, item, parent):
                return True
        return False

    return one_of


def some_user(test: Test) -> Test:
    """The test, of some user of the account."""
    return lambda world, item, parent: any(test(user, item, parent) for user in world.users)


def every_user(test: Test) -> Test:
    """The test, of every user of the account."""
    return lambda world, item, parent: all(test(user, item, parent) for user in world.users)


def between_values(
    left: Fetch, right: Fetch, check: Callable[[Result | None, Result | None], bool]
) -> Test:
    """A check of two values that are both fetched."""
    return lambda world, item, parent: check(left(world, item, parent), right(world, item, parent))


def towards_now(moment: FetchMoment, check: Callable[[int, int], bool]) -> Test:
    """A check of a moment against now; false where there is no moment."""

    def test(world: World, item: Item, parent: Item) -> bool:
        found = moment(world, item, parent)
        return found is not None and check(found, world.now)

    return test


def earlier(first: FetchMoment, second: FetchMoment) -> Test:
    """Whether one moment lies before another; false where one is missing."""

    def test(world: World, item: Item, parent: Item) -> bool:
        one = first(world, item, parent)
        other = second(world, item, parent)
        return one is not None and other is not None and one < other

    return test
