"""The search finds a difference within two rows exactly where some database shows one."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable

import pytest

from jurist.languages.sql.algebra import nodes
from jurist.languages.sql.algebra.nodes import Combines
from jurist.languages.sql.readings import Order, Readings, Rows
from jurist.languages.sql.searching.search import NoneUpTo, Refuted, search_algebra
from jurist.languages.sql.values import Database, Value
from languages.sql.searching.drawn_queries import (
    INTEGER,
    TABLES,
    Drawn,
    Draws,
    Sqlite,
    bag,
    databases,
    schema,
)

SQLITE = Sqlite()
WORLDS = {rows: list(databases(rows)) for rows in (1, 2)}
UNORDERED = Readings(order=Order.IGNORED)


def bags_differ(left: Drawn, right: Drawn) -> Callable[[Database], bool]:
    def differ(database: Database) -> bool:
        SQLITE.load(database)
        return bag(SQLITE.rows(left.sql)) != bag(SQLITE.rows(right.sql))

    return differ


def sets_differ(left: Drawn, right: Drawn) -> Callable[[Database], bool]:
    def differ(database: Database) -> bool:
        SQLITE.load(database)
        return set(SQLITE.rows(left.sql)) != set(SQLITE.rows(right.sql))

    return differ


def must_agree(
    left: Drawn, right: Drawn, readings: Readings, differ: Callable[[Database], bool], rows: int
) -> bool:
    """Whether they differ, held to all databases."""
    replayed: list[bool] = []

    def replay(database: Database) -> bool:
        replayed.append(differ(database))
        return replayed[-1]

    result = search_algebra(left.query, right.query, schema(readings), rows, replay)
    pair = f"{left.sql}\n{right.sql}"
    assert all(replayed), (pair, "a model was no witness")
    expected = any(differ(database) for database in WORLDS[rows])
    if expected:
        assert isinstance(result, Refuted), (pair, result)
        return True
    assert result == NoneUpTo(rows, complete=True), (pair, result)
    return False


@pytest.mark.parametrize("seed", range(150))
def test_bags(seed: int) -> None:
    draws = Draws(f"bags {seed}")
    left, right = draws.query(), draws.query()
    must_agree(left, right, UNORDERED, bags_differ(left, right), 1 + seed % 2)


@pytest.mark.parametrize("seed", range(40))
def test_sets(seed: int) -> None:
    draws = Draws(f"sets {seed}")
    left, right = draws.query(), draws.query()
    readings = Readings(order=Order.IGNORED, rows=Rows.SET)
    must_agree(left, right, readings, sets_differ(left, right), 2)


@pytest.mark.parametrize("seed", range(40))
def test_a_query_beside_itself(seed: int) -> None:
    left = Draws(f"itself {seed}").query()
    right = Draws(f"itself {seed}", first=100).query()
    assert not must_agree(left, right, UNORDERED, bags_differ(left, right), 2)


def combined(number: int, combines: Combines, kind: str) -> nodes.SetOperation:
    sides: list[nodes.Select] = []
    for place, table in enumerate("ab"):
        source = nodes.Source(number + place, table, TABLES[table], (INTEGER, INTEGER))
        column = nodes.Column(number + place, "x", INTEGER)
        sides.append(nodes.Select((source,), (), None, (), (nodes.Output("x", column),)))
    left, right = sides
    return nodes.SetOperation(combines, kind == "ALL", left, right)


def combined_by_hand(database: Database, combines: Combines, kind: str) -> Counter[Value]:
    left, right = (Counter(row[0] for row in database.get(table, ())) for table in "ab")
    if kind != "ALL":
        left, right = Counter(set(left)), Counter(set(right))
    match combines:
        case Combines.EXCEPT:
            return left - right
        case Combines.INTERSECT:
            return left & right
        case Combines.UNION:
            return left + right if kind == "ALL" else left | right


SET_OPERATIONS = list(itertools.product(Combines, ("ALL", "DISTINCT")))


@pytest.mark.parametrize("left", SET_OPERATIONS)
@pytest.mark.parametrize("right", SET_OPERATIONS)
def test_set_operations(left: tuple[Combines, str], right: tuple[Combines, str]) -> None:
    """ALL too, of which SQLite has none but UNION."""

    def differ(database: Database) -> bool:
        return combined_by_hand(database, *left) != combined_by_hand(database, *right)

    pair = combined(1, *left), combined(3, *right)
    result = search_algebra(*pair, schema(UNORDERED), 2, differ)
    expected = any(differ(database) for database in WORLDS[2])
    assert expected is (left != right)
    assert isinstance(result, Refuted) if expected else result == NoneUpTo(2, complete=True)


@pytest.mark.parametrize("seed", range(60))
def test_windows(seed: int) -> None:
    left = Draws(f"windows {seed}").windowed()
    right = Draws(f"windows {seed + seed % 3}", first=100).windowed()
    must_agree(left, right, UNORDERED, bags_differ(left, right), 2)


def of_one_width(seed: str, draw: Callable[[Draws, str], Drawn]) -> tuple[Drawn, Drawn]:
    """Two queries of as many columns."""
    draws = Draws(seed)
    left, right = draw(draws, "a"), draw(draws, "a")
    while len(left.query.outputs) != len(right.query.outputs):
        right = draw(draws, "a")
    return left, right


@pytest.mark.parametrize("seed", range(50))
def test_orders(seed: int) -> None:
    """Whether the candidate permits an order of rows that the reference does not."""
    left, right = of_one_width(f"orders {seed}", Draws.ordered)

    def differ(database: Database) -> bool:
        permitted: list[set[tuple[object, ...]]] = [set(), set()]
        for shuffled in itertools.permutations(database["a"]):
            SQLITE.load({"a": shuffled})
            for side, drawn in zip(permitted, (left, right), strict=True):
                rows = tuple(SQLITE.rows(drawn.sql))
                side.add(rows if " ORDER BY " in left.sql else tuple(sorted(map(repr, rows))))
        return not permitted[1] <= permitted[0]

    result = search_algebra(left.query, right.query, schema(), 3, differ)
    expected = any(differ(database) for database in databases(3, ("a",)))
    if expected:
        assert isinstance(result, Refuted), (left.sql, right.sql, result)
    else:
        assert result == NoneUpTo(3, complete=True), (left.sql, right.sql, result)


def test_the_draws_hold_both_kinds() -> None:
    kinds = {True: 0, False: 0}
    for seed in range(20):
        differ = bags_differ(*of_one_width(f"orders {seed}", Draws.ordered))
        kinds[any(differ(database) for database in databases(2, ("a",)))] += 1
    assert min(kinds.values()) > 3, kinds


@pytest.mark.parametrize("seed", range(40))
def test_limits(seed: int) -> None:
    """What is permitted is what some order of the table's rows gives."""
    left, right = of_one_width(f"limits {seed}", Draws.limited)

    def differ(database: Database) -> bool:
        permitted: list[set[tuple[str, ...]]] = [set(), set()]
        for shuffled in itertools.permutations(database["a"]):
            SQLITE.load({"a": shuffled})
            for side, drawn in zip(permitted, (left, right), strict=True):
                side.add(tuple(sorted(map(repr, SQLITE.rows(drawn.sql)))))
        return not permitted[1] <= permitted[0]

    result = search_algebra(left.query, right.query, schema(UNORDERED), 3, differ)
    expected = any(differ(database) for database in databases(3, ("a",)))
    if isinstance(result, NoneUpTo):
        assert not (expected and result.complete), (left.sql, right.sql, result)
    else:
        assert isinstance(result, Refuted), (left.sql, right.sql, result)
        assert expected


def test_limits_are_refuted_and_not() -> None:
    kinds: set[str] = set()
    for seed in range(13):
        left, right = of_one_width(f"limits {seed}", Draws.limited)
        differ = bags_differ(left, right)
        result = search_algebra(left.query, right.query, schema(UNORDERED), 2, differ)
        kinds.add(type(result).__name__)
    assert {"Refuted", "NoneUpTo"} <= kinds


@pytest.mark.parametrize("seed", range(80))
def test_bags_of_tables_with_keys(seed: int) -> None:
    """Joins by a key, inner and outer, over all databases on which the keys hold."""
    draws = Draws(f"keyed {seed}")
    left, right = draws.keyed(), draws.keyed()
    keyed = [
        database
        for database in WORLDS[2]
        if all(len({row[0] for row in rows} - {None}) == len(rows) for rows in database.values())
    ]
    differ = bags_differ(left, right)
    result = search_algebra(left.query, right.query, schema(UNORDERED, keyed=True), 2, differ)
    if any(differ(database) for database in keyed):
        assert isinstance(result, Refuted), (left.sql, right.sql, result)
    else:
        assert result == NoneUpTo(2, complete=True), (left.sql, right.sql, result)
