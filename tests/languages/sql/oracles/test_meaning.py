"""The oracle of the SQL tests against SQLite, on hand-made answers, and on what is left open."""

from __future__ import annotations

import sqlite3

import pytest

from sql_closed_pairs import SmallWorld, facts, rules_out
from sql_comparing import Compared, Reads, compared, rows_of
from sql_meaning import Database, frozen, outcomes
from sql_printing import print_query
from sql_reading import program
from sql_trees import (
    Aggregate,
    Arithmetic,
    Column,
    Comparison,
    Field,
    Kind,
    Literal,
    Output,
    Query,
    Row,
    Scalar,
    Select,
    SortKey,
    Source,
)

TABLE = Source(1, "t", "t", (Field("a", Kind.INTEGER), Field("b", Kind.INTEGER)))
A, B = TABLE.column(0), TABLE.column(1)
ROWS: Database = {"t": [(1, 10), (1, 20), (2, 30), (None, 40)]}


def permitted(query: Query, database: Database = ROWS) -> set[object]:
    return set(outcomes(program(query), database))


@pytest.mark.parametrize("number", range(12))
def test_sqlite_gives_what_the_oracle_permits(number: int) -> None:
    """`known` raises where it does not; and pairs of all kinds come of a world."""
    world = SmallWorld(f"meaning-{number}")
    found = [facts(pair, world.readings) for pair in world.pairs(12)]
    assert all(one.counts.total() == len(world.world.databases) for one in found)


def test_worlds_have_pairs_that_are_equal_and_pairs_that_are_not() -> None:
    pairs = [pair for n in range(4) for pair in SmallWorld(f"kinds-{n}").pairs(20)]
    found = {Compared.BEYOND if facts(pair, {}).counts[Compared.BEYOND] else "" for pair in pairs}
    assert found == {Compared.BEYOND, ""}


def test_a_limit_between_equals_leaves_open_which_is_taken() -> None:
    query = Select((TABLE,), (Output(B),), order=(SortKey(A),), limit=2)
    assert permitted(query) == {((((40,),), 1), (((10,), (20,)), 1))}


def test_rows_that_are_alike_are_no_tie() -> None:
    query = Select((TABLE,), (Output(A),), order=(SortKey(A),), limit=2)
    assert permitted(query) == {((((None,),), 1), (((1,),), 1))}


def test_a_bare_column_is_any_rows_of_its_group() -> None:
    query = Select((TABLE,), (Output(A), Output(B)), group=(A,))
    lists = {frozenset(rows) for rows in (one for one in _bags(permitted(query)))}
    assert lists == {
        frozenset({(1, 10), (2, 30), (None, 40)}),
        frozenset({(1, 20), (2, 30), (None, 40)}),
    }


def test_a_bare_column_beside_max_is_that_of_its_row() -> None:
    largest = Aggregate("MAX", B, False, Kind.INTEGER)
    query = Select((TABLE,), (Output(A), Output(largest)))
    assert permitted(query) == {((((None, 40),), 1),)}


def test_a_scalar_subquery_with_several_rows_is_any_of_them() -> None:
    other = Source(2, "t", "u", TABLE.fields)
    inner = Select((other,), (Output(other.column(0)),), where=_is(other.column(1), 10, 30))
    query = Select((), (Output(Scalar(inner, Kind.INTEGER)),))
    assert permitted(query) == {((((1,),), 1),), ((((2,),), 1),)}


def test_integers_divide_toward_zero_and_by_zero_to_null() -> None:
    database: Database = {"t": [(-7, 2), (7, 0)]}
    query = Select((TABLE,), (Output(Arithmetic("/", A, B, Kind.INTEGER)),))
    assert permitted(query, database) == {((((None,), (-3,)), 2),)}
    with sqlite3.connect(":memory:") as connection:
        assert connection.execute("SELECT -7 / 2, 7 / 0").fetchone() == (-3, None)
    connection.close()


def test_equal_outcomes_are_written_alike() -> None:
    one, other = (1,), (2,)
    assert frozen([([one, one], 2)]) == frozen([([one], 1), ([one], 1)])
    assert frozen([([one, one, one, other], 1)]) == frozen([([one, other], 1)])
    assert frozen([([one, other], 2)]) != frozen([([one], 1), ([other], 1)])


def test_a_finer_order_is_within_a_coarser_one() -> None:
    one, other = (1,), (2,)
    coarse = frozenset({frozen([([one, other], 2)])})
    fine = frozenset({frozen([([one], 1), ([other], 1)])})
    assert compared(coarse, fine, Reads(ordered=True)) is Compared.WITHIN
    assert compared(fine, coarse, Reads(ordered=True)) is Compared.BEYOND
    assert compared(fine, coarse, Reads(ordered=False)) is Compared.EQUAL
    assert rows_of(coarse) == rows_of(fine)


def test_what_is_cut_between_equals_is_within_what_it_is_cut_from() -> None:
    one, other = (1,), (2,)
    either = frozenset({frozen([([one, other], 1)])})
    first = frozenset({frozen([([one], 1)])})
    assert compared(either, first, Reads(ordered=False)) is Compared.WITHIN
    assert compared(first, either, Reads(ordered=False)) is Compared.BEYOND


def test_queries_print_with_names_where_they_are_clear() -> None:
    query = Select((TABLE,), (Output(A),), where=_is(B, 1), spares_names=True)
    assert print_query(query) == "SELECT a FROM t WHERE b = 1"


def _bags(found: set[object]) -> list[list[object]]:
    return [[row for rows, _ in one for row in rows] for one in found]  # pyright: ignore


def _is(column: Column, *values: int) -> Comparison:
    """Of several values the condition that holds for all numbers up to the largest."""
    if len(values) == 1:
        return Comparison("=", column, Literal(values[0], Kind.INTEGER))
    return Comparison("<=", column, Literal(max(values), Kind.INTEGER))


def test_worlds_are_of_several_dialects_and_readings() -> None:
    worlds = [SmallWorld(f"kinds-{i}") for i in range(40)]
    assert {world.dialect for world in worlds} == {"sqlite", "duckdb"}
    named = {name for world in worlds for name in world.readings}
    assert named == {"rows", "order", "nulls", "empty_tables"}


def test_relaxed_readings_leave_out_databases_and_differences() -> None:
    one: Row = (1,)
    twice, once = frozenset({frozen([([one, one], 2)])}), frozenset({frozen([([one], 1)])})
    assert compared(twice, once, Reads(ordered=False)) is Compared.BEYOND
    assert compared(twice, once, Reads(ordered=False, duplicates=False)) is Compared.EQUAL
    assert rules_out({"t": []}, {"empty_tables": "never"})
    assert rules_out({"t": [(None,)]}, {"nulls": "never"})
    assert not rules_out({"t": [(1,)]}, {"nulls": "never", "empty_tables": "never"})
