"""Boards and score tables of columns are those of the results one by one."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.columns.mixed_runs import run_mixed

from jurist.analysis.leaderboard import Board, leaderboard, standings_of
from jurist.analysis.scores import ScoreTable, score_table, score_table_of
from jurist.columns import Columns, Shelf
from jurist.runs import Result, results
from jurist.store import Store, open_store
from jurist.store.consistency import consistency_of


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> tuple[Store, str]:
    folder = tmp_path_factory.mktemp("mixed")
    store = open_store(folder / "jurist.db")
    return store, run_mixed(folder, store)


@pytest.fixture(scope="module")
def read(stored: tuple[Store, str]) -> tuple[Columns, list[Result]]:
    store, run = stored
    return Shelf(store, None).columns(run), list(results(store, run))


def test_standings_of_columns_are_those_of_the_results(
    stored: tuple[Store, str], read: tuple[Columns, list[Result]]
) -> None:
    columns, plain = read
    board = Board()
    for result in plain:
        board.add(result)
    for of_question in consistency_of(*stored):
        board.add_consistency(of_question)
    found = standings_of(columns, consistency=consistency_of(*stored))
    assert list(map(repr, found)) == list(map(repr, board.standings()))  # NaN equals nothing
    assert any(each.consistency for each in found)


@given(st.sets(st.integers(0, 95)))
def test_standings_of_some_rows(read: tuple[Columns, list[Result]], rows: set[int]) -> None:
    columns, plain = read
    some = sorted(row for row in rows if row < len(plain))
    found = standings_of(columns, np.array(some, dtype=np.int64))
    told = leaderboard(plain[row] for row in some)
    assert list(map(repr, found)) == list(map(repr, told))


def test_the_score_table_of_columns_is_that_of_the_results(
    read: tuple[Columns, list[Result]],
) -> None:
    columns, plain = read
    found, told = score_table_of(columns), score_table(plain)
    for each in fields(ScoreTable):
        np.testing.assert_array_equal(getattr(found, each.name), getattr(told, each.name))
    assert score_table_of(columns) is found
