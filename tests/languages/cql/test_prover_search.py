"""Branching and counting over products, judged by listing every point."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jurist.languages.cql.prover.branching import Goal, Junction, Literal, satisfied
from jurist.languages.cql.prover.limits import TooWide
from jurist.languages.cql.prover.shares import PointCount

SIZES = st.lists(st.integers(1, 4), min_size=1, max_size=5)


def goals(sizes: Sequence[int]) -> st.SearchStrategy[Goal]:
    literals = st.integers(0, len(sizes) - 1).flatmap(
        lambda at: st.builds(Literal, st.just(at), st.integers(0, (1 << sizes[at]) - 1))
    )
    return st.recursive(
        literals,
        lambda inner: st.builds(
            Junction, st.booleans(), st.lists(inner, max_size=4).map(lambda parts: tuple(parts))
        ),
        max_leaves=12,
    )


PROBLEMS = SIZES.flatmap(lambda sizes: st.tuples(st.just(sizes), goals(sizes)))


def holds(goal: Goal, point: Sequence[int]) -> bool:
    if isinstance(goal, Literal):
        return bool(goal.options >> point[goal.dimension] & 1)
    truths = [holds(part, point) for part in goal.parts]
    return all(truths) if goal.every else any(truths)


@given(PROBLEMS)
def test_branching_finds_a_point_wherever_there_is_one(problem: tuple[list[int], Goal]) -> None:
    sizes, goal = problem
    left = satisfied([goal], [(1 << size) - 1 for size in sizes])
    possible = any(holds(goal, point) for point in itertools.product(*map(range, sizes)))
    assert (left is not None) == possible
    if left is not None:
        box = [[o for o in range(size) if left[at] >> o & 1] for at, size in enumerate(sizes)]
        assert all(box)
        assert all(holds(goal, point) for point in itertools.product(*box))


@given(PROBLEMS)
def test_points_are_counted_without_listing_them(problem: tuple[list[int], Goal]) -> None:
    sizes, goal = problem
    listed = sum(holds(goal, point) for point in itertools.product(*map(range, sizes)))
    assert PointCount(sizes).of(goal) == listed


def test_thousands_of_disjunctions_need_no_deep_stack() -> None:
    either = [Junction(False, (Literal(2 * i, 1), Literal(2 * i + 1, 1))) for i in range(3_000)]
    found = satisfied(either, [3] * 6_000)
    assert found is not None
    assert all(found[2 * i] == 1 or found[2 * i + 1] == 1 for i in range(3_000))
    with pytest.raises(TooWide):
        PointCount([2] * 6_000).of(Junction(True, tuple(_overlapping(3_000))))


def _overlapping(count: int) -> Iterator[Goal]:
    for i in range(count):
        yield Junction(False, (Literal(i, 1), Literal(i + 1, 1)))
