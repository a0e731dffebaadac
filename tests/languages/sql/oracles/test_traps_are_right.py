"""The relations that our traps claim, against SQLite on many small databases."""

from __future__ import annotations

import random
import sqlite3
from collections import Counter
from functools import lru_cache
from itertools import product

import pytest

from sql_legal import illegal
from sql_meaning import canonical
from sql_traps import DDL, Trap, traps
from sql_trees import Row, Value

Database = dict[str, list[Row]]
_SQLITE = [trap for trap in traps() if trap.dialect == "sqlite"]
_UNSEEN = "SELECT name FROM person ORDER BY pay DESC, id LIMIT 1"
"""Beside it the same without `id`, where SQLite always takes the lowest one."""
_NAMES = ("ann", "ANN", "b", "xa", "bba")
_TEXTS: tuple[Value, ...] = (None, "ann", "a", "5", "x", "40", "b")
_NUMBERS: tuple[Value, ...] = (None, -1, 0, 1, 3, 4, 5, 6)


@lru_cache
def _databases() -> list[Database]:
    rng = random.Random(8)
    found: list[Database] = []
    while len(found) < 300:
        ids = rng.sample((1, 2, 3), rng.choice((0, 1, 2, 2, 3)))
        people: list[Row] = [
            (
                *(one, rng.choice(_NAMES), rng.choice((None, *ids)), rng.choice(_NUMBERS)),
                rng.choice((None, "a", "b", "c")),
            )
            for one in ids
        ]
        days = {(rng.choice(ids), rng.choice((1, 2))) for _ in range(rng.randrange(4)) if ids}
        visits: list[Row] = [(*key, rng.choice(_TEXTS)) for key in sorted(days)]
        scores: list[Row] = [
            (rng.choice(_TEXTS), rng.choice(_NUMBERS), rng.choice((None, 1.5, 4.5, 5.0)))
            for _ in range(rng.randrange(4))
        ]
        found.append({"person": people, "visit": visits, "score": scores})
    return found


@lru_cache
def _connections() -> list[sqlite3.Connection]:
    made: list[sqlite3.Connection] = []
    for database in _databases():
        connection = sqlite3.connect(":memory:")
        connection.executescript(DDL)
        for table, rows in database.items():
            for row in rows:
                marks = ", ".join("?" * len(row))
                connection.execute(f"INSERT INTO {table} VALUES ({marks})", row)  # noqa: S608
        made.append(connection)
    return made


def test_the_databases_are_legal() -> None:
    assert not any(illegal(DDL, database) for database in _databases())


def test_there_are_enough_traps_of_all_kinds() -> None:
    kinds = Counter(trap.relation for trap in traps())
    assert kinds.total() > 100
    assert set(kinds) == {
        *("equivalent", "refines", "contains", "contained", "different", "disjoint", "columns")
    }


@pytest.mark.parametrize("trap", _SQLITE, ids=lambda trap: trap.reference[:60])
def test_a_trap_is_what_it_says(trap: Trap) -> None:
    ordered = "ORDER BY" in trap.reference
    seen: Counter[str] = Counter()
    for connection, way in product(_connections(), ("OFF", "ON")):
        connection.execute(f"PRAGMA reverse_unordered_selects = {way}")  # what is open shows
        one, other = (
            [canonical(row) for row in connection.execute(text)]
            for text in (trap.reference, trap.candidate)
        )
        first, second = Counter(one), Counter(other)
        seen["more"] += bool(first - second)
        seen["less"] += bool(second - first)
        seen["common"] += bool(first & second)
        seen["order"] += one != other
        seen["size"] += len(one) != len(other)
    match trap.relation:
        case "equivalent":
            assert not seen["more"]
            assert not seen["less"]
            assert not (ordered and seen["order"])
        case "contains":
            assert seen["more"]
            assert not seen["less"]
        case "contained":
            assert seen["less"]
            assert not seen["more"]
        case "disjoint":
            assert not seen["common"]
            assert seen["more"]
            assert seen["less"]
        case "different" if trap.reference == _UNSEEN:
            assert not seen["order"]
        case "different" | "columns":
            assert seen["order"] if ordered else seen["more"] or seen["less"]
        case "refines":  # an engine shows one of the outcomes at a time
            assert seen["order"] or trap.candidate == _UNSEEN
            assert not seen["size"]
            if "LIMIT" not in trap.reference and "GROUP BY" not in trap.reference:
                assert not seen["more"] + seen["less"]
        case other:
            pytest.fail(other)
