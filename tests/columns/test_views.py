from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.columns.mixed_runs import run_mixed
from tests.columns.naive_views import facet_of, is_left, sorted_rows, tags_of, value_of

from jurist.columns import (
    Columns,
    Dimension,
    Filters,
    Shelf,
    Sort,
    count,
    neighbours,
    results_of,
    rows_of_task,
    view,
)
from jurist.errors import InputError
from jurist.roles.protocols import Workspace
from jurist.runs import Result, results, workspaces
from jurist.store import Store, open_store

_TAGS = ("t2", "t3", "t5", "none", "construct: trait")
_NEEDLES = ("older", "ÄRGER", "strasse", "STRASSE", "ça", "time IS", "'age' > 3", "{{", "x", "q")


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> tuple[Store, str]:
    folder = tmp_path_factory.mktemp("mixed")
    store = open_store(folder / "jurist.db")
    return store, run_mixed(folder, store)


@pytest.fixture(scope="module")
def read(stored: tuple[Store, str]) -> tuple[Columns, list[Result], dict[str, Workspace]]:
    store, run = stored
    return Shelf(store, None).sorted(run), list(results(store, run)), workspaces(store, run)


Read = tuple[Columns, list[Result], dict[str, Workspace]]


def test_rows_are_the_results_in_their_order(stored: tuple[Store, str], read: Read) -> None:
    columns, plain, places = read
    assert results_of(stored[0], stored[1], columns, range(len(columns))) == tuple(plain)
    for row, result in enumerate(plain):
        assert columns.task(row) == result.task
        for dimension in Dimension:
            value = value_of(result, dimension, places[result.dataset])
            assert columns.value(dimension, row) == value, (row, dimension)
    for dimension in Dimension:  # all that a verdict may be is in the run
        assert len({columns.value(dimension, row) for row in range(len(columns))}) > 1, dimension


def test_results_come_in_the_order_asked_for(stored: tuple[Store, str], read: Read) -> None:
    columns, plain, _ = read
    wanted = [5, 3, 40, 4]
    assert results_of(*stored, columns, wanted) == tuple(plain[row] for row in wanted)


@st.composite
def filters(draw: st.DrawFn) -> Filters:
    values = {
        Dimension.JUDGE: ("proof", "silent", "both", "nobody"),
        Dimension.GENERATOR: ("shaky", "sure"),
        Dimension.DATASET: ("ape", "zebra"),
        Dimension.ORIGIN: ("real", "authored", "synthetic"),
        Dimension.OUTCOME: ("query", "refusal", "error"),
        Dimension.RELATION: ("equivalent", "contains", "disjoint", "none"),
        Dimension.METHOD: ("proof", "identical", "none"),
        Dimension.LEVEL: ("1", "2", "5", "none"),
        Dimension.SAMPLE: ("1", "2", "3"),
        Dimension.KIND: ("none", "threshold", "negation", "refusal", "not a query"),
    }
    chosen = draw(st.lists(st.sampled_from(list(Dimension)), max_size=3, unique=True))
    return Filters(
        {each: draw(st.frozensets(st.sampled_from(values[each]), max_size=3)) for each in chosen},
        draw(
            st.frozensets(
                st.sampled_from(("t2", "t3", "t5", "none", "construct: trait")), max_size=2
            )
        ),
        draw(st.sampled_from(("", "", *_NEEDLES)) | st.text(max_size=3)),
    )


@given(filters(), st.sampled_from(Sort), st.integers(0, 60), st.integers(1, 30))
def test_views_are_what_plain_reading_gives(
    read: Read, chosen: Filters, sort: Sort, offset: int, limit: int
) -> None:
    columns, plain, places = read
    left = [
        row
        for row in sorted_rows(plain, sort)
        if is_left(plain[row], chosen, places[plain[row].dataset])
    ]
    seen = view(columns, chosen, sort, offset, limit)
    assert count(columns, chosen) == seen.total
    assert seen.total == len(left)
    assert list(seen.rows) == left[offset : offset + limit]
    for dimension in Dimension:
        assert dict(seen.facets[dimension]) == facet_of(plain, chosen, dimension, places)
    tags = Counter(tag for row in left for tag in tags_of(plain[row], places[plain[row].dataset]))
    assert dict(seen.tags) == dict(tags)
    for row in left[:3] + left[-2:]:
        place = left.index(row)
        near = neighbours(columns, chosen, sort, row)
        assert (near.place, near.total) == (place + 1, len(left))
        assert near.previous == (left[place - 1] if place else None)
        assert near.following == (left[place + 1] if place + 1 < len(left) else None)


def test_a_row_that_filters_leave_out_has_no_neighbours(read: Read) -> None:
    columns = read[0]
    near = neighbours(columns, Filters(text="no such text"), Sort.RUN, 3)
    assert (near.previous, near.following, near.place, near.total) == (None, None, 0, 0)


def test_the_verdicts_on_an_answer(read: Read) -> None:
    columns, plain, _ = read
    task = plain[7].task
    assert rows_of_task(columns, task) == tuple(
        row for row, result in enumerate(plain) if result.task == task
    )
    assert rows_of_task(columns, "no such task") == ()


def test_a_run_that_is_not_there(stored: tuple[Store, str]) -> None:
    with pytest.raises(InputError, match="there is no run 'nothing'"):
        Shelf(stored[0], None).columns("nothing")
