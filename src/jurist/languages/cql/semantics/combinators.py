"""The small functions that a compiled query is made of."""

from __future__ import annotations

from collections.abc import Callable

from jurist.languages.cql.semantics.access import Item
from jurist.languages.cql.semantics.streams import Environment, Items, Test
from jurist.languages.cql.semantics.values import Result

Fetch = Callable[[Environment, Item, Item], Result | None]
"""A scalar of the environment, the item at hand, and the event around that."""
FetchMoment = Callable[[Environment, Item, Item], int | None]


def counting(items: Items) -> Fetch:
    """How many items a stream gives."""
    return lambda env, item, parent: len(items(env, item, parent))


def counted(items: Items, holds: Callable[[int, int], bool], number: int) -> Test:
    """A comparison of how many items a stream gives with a whole number."""
    return lambda env, item, parent: holds(len(items(env, item, parent)), number)


def remembering_once(fetch: Fetch, number: int) -> Fetch:
    """A fetch that is done once for each environment."""
    key = number, 0, 0

    def remembered(env: Environment, item: Item, parent: Item) -> Result | None:
        if key not in env.remembered:
            env.remembered[key] = fetch(env, item, parent)
        return env.remembered[key]

    return remembered


def remembering(fetch: Fetch, number: int, *, in_event: bool) -> Fetch:
    """A fetch that is done once for each item (and, for rows, each event around)."""

    def remembered(env: Environment, item: Item, parent: Item) -> Result | None:
        key = number, id(item), 0 if in_event else id(parent)
        if key not in env.remembered:
            env.remembered[key] = fetch(env, item, parent)
        return env.remembered[key]

    return remembered


def inside_event(items: Items) -> Items:
    """A stream that stands in an event's `where`: that event is its parent."""
    return lambda env, event, _outer: items(env, event, event)


def time_of(item: Item) -> int:
    """When an event was."""
    return item.time


def always(moment: int | None) -> FetchMoment:
    """The same moment for every item."""
    return lambda _env, _item, _parent: moment


def negation(test: Test) -> Test:
    """True exactly where the test is false."""
    return lambda env, item, parent: not test(env, item, parent)


def conjunction(tests: tuple[Test, ...]) -> Test:
    """All of the tests, in their order, no further than needed."""
    if len(tests) == 2:
        first, second = tests
        return lambda env, item, parent: first(env, item, parent) and second(env, item, parent)

    def all_of(env: Environment, item: Item, parent: Item) -> bool:
        for test in tests:  # noqa: SIM110 - a generator costs a frame on a deep query
            if not test(env, item, parent):
                return False
        return True

    return all_of


def disjunction(tests: tuple[Test, ...]) -> Test:
    """One of the tests at least, in their order, no further than needed."""
    if len(tests) == 2:
        first, second = tests
        return lambda env, item, parent: first(env, item, parent) or second(env, item, parent)

    def one_of(env: Environment, item: Item, parent: Item) -> bool:
        for test in tests:  # noqa: SIM110 - a generator costs a frame on a deep query
            if test(env, item, parent):
                return True
        return False

    return one_of


def some_user(test: Test) -> Test:
    """The test, of some user of the account."""
    return lambda env, item, parent: any(test(user, item, parent) for user in env.users)


def every_user(test: Test) -> Test:
    """The test, of every user of the account."""
    return lambda env, item, parent: all(test(user, item, parent) for user in env.users)


def between_values(
    left: Fetch, right: Fetch, check: Callable[[Result | None, Result | None], bool]
) -> Test:
    """A check of two values that are both fetched."""
    return lambda env, item, parent: check(left(env, item, parent), right(env, item, parent))


def towards_now(moment: FetchMoment, check: Callable[[int, int], bool]) -> Test:
    """A check of a moment against now; false where there is no moment."""

    def test(env: Environment, item: Item, parent: Item) -> bool:
        found = moment(env, item, parent)
        return found is not None and check(found, env.now)

    return test


def earlier(first: FetchMoment, second: FetchMoment) -> Test:
    """Whether one moment lies before another; false where one is missing."""

    def test(env: Environment, item: Item, parent: Item) -> bool:
        one = first(env, item, parent)
        other = second(env, item, parent)
        return one is not None and other is not None and one < other

    return test
