"""Branching and counting over products, judged by listing every point."""

from __future__ import annotations

import itertools
import sys
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jurist.languages.cql.boolean import Formula, Junction, Not, conjunction, disjunction, negation
from jurist.languages.cql.prover.limits import TooWide
from jurist.languages.cql.prover.regions.branching_search import BranchingSearch, satisfied
from jurist.languages.cql.prover.regions.dimensions import Dimension, Goal, Literal, Product, bits
from jurist.languages.cql.prover.regions.explicit_search import ExplicitSearch
from jurist.languages.cql.prover.regions.model_counting import ModelCounter

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
    assert ModelCounter([Dimension(size, {}) for size in sizes]).of(goal) == listed


def test_more_disjunctions_than_the_stack_is_deep_are_no_recursion() -> None:
    count = sys.getrecursionlimit() + 100
    either = [Junction(False, (Literal(2 * i, 1), Literal(2 * i + 1, 1))) for i in range(count)]
    left = satisfied(either, [3] * 2 * count)
    assert left is not None
    assert all(left[2 * i] == 1 or left[2 * i + 1] == 1 for i in range(count))
    with pytest.raises(TooWide):
        ModelCounter([Dimension(2, {})] * 2 * count).of(Junction(True, tuple(_overlapping(count))))


def _overlapping(count: int) -> Iterator[Goal]:
    for i in range(count):
        yield Junction(False, (Literal(i, 1), Literal(i + 1, 1)))


# --- two ways to search -------------------------------------------------------------------------


@dataclass(frozen=True)
class Refuting:
    """Refutes some options of the first dimension together with some of the second."""

    pairs: Collection[tuple[int, int]]
    width: int = 2

    def conflict(self, options: tuple[int, ...], /) -> tuple[Literal, ...] | None:
        if options in self.pairs:
            return Literal(0, 1 << options[0]), Literal(1, 1 << options[1])
        return None


@dataclass(frozen=True)
class Space:
    """A product of three dimensions, what atoms say of it, and what is refuted."""

    sizes: tuple[int, int, int]
    atoms: tuple[tuple[int, tuple[int, ...]], ...]
    formulas: tuple[Formula, ...]
    refuted: frozenset[tuple[int, int]]
    no_model_known: tuple[int, ...]
    """Options of the last dimension."""

    @property
    def product(self) -> Product:
        dimensions = [
            Dimension(
                size,
                {n: bits(options) for n, (where, options) in enumerate(self.atoms) if where == at},
                bits(self.no_model_known) if at == 2 else 0,
            )
            for at, size in enumerate(self.sizes)
        ]
        return Product(dimensions, [(0, Refuting(self.refuted))])

    def points(self) -> list[tuple[int, int, int]]:
        first, second, third = map(range, self.sizes)
        return [p for p in itertools.product(first, second, third) if p[:2] not in self.refuted]

    def mask(self, point: Sequence[int]) -> int:
        return sum(self.holds(formula, point) << i for i, formula in enumerate(self.formulas))

    def holds(self, formula: Formula, point: Sequence[int]) -> bool:
        if isinstance(formula, Not):
            return not self.holds(formula.part, point)
        if isinstance(formula, Junction):
            truths = [self.holds(part, point) for part in formula.parts]
            return all(truths) if formula.every else any(truths)
        at, options = self.atoms[formula]
        return point[at] in options


@st.composite
def spaces(draw: st.DrawFn) -> Space:
    sizes = draw(st.tuples(st.integers(1, 3), st.integers(1, 3), st.integers(1, 4)))
    option = [st.integers(0, size - 1) for size in sizes]
    atom = st.integers(0, 2).flatmap(
        lambda at: st.tuples(st.just(at), st.lists(option[at], max_size=3, unique=True).map(tuple))
    )
    atoms = draw(st.lists(atom, min_size=1, max_size=5))
    formula: st.SearchStrategy[Formula] = st.recursive(
        st.integers(0, len(atoms) - 1),
        lambda inner: (
            st.lists(inner, max_size=3).map(conjunction)
            | st.lists(inner, max_size=3).map(disjunction)
            | inner.map(negation)
        ),
        max_leaves=6,
    )
    return Space(
        sizes,
        tuple(atoms),
        tuple(draw(st.lists(formula, min_size=1, max_size=3))),
        draw(st.frozensets(st.tuples(option[0], option[1]), max_size=5)),
        tuple(draw(st.lists(option[2], max_size=2, unique=True))),
    )


@pytest.mark.parametrize("way", [ExplicitSearch, BranchingSearch])
@given(space=spaces(), kept=st.lists(st.integers(0, 2), max_size=2, unique=True))
def test_the_cells_that_are_found_are_those_with_a_point(
    way: type[ExplicitSearch | BranchingSearch], space: Space, kept: list[int]
) -> None:
    points = space.points()
    search = way(space.product)
    cells = search.regions(space.formulas, kept)
    met = {(space.mask(point), tuple(point[at] for at in kept)) for point in points}
    assert {(cell.mask, cell.options) for cell in cells} == met
    assert len(cells) == len(met)
    for cell in cells:
        own = [
            point
            for point in points
            if (space.mask(point), tuple(point[at] for at in kept)) == (cell.mask, cell.options)
        ]
        sampled = [point for point in own if point[2] not in space.no_model_known]
        shown = list(search.options(cell.place))
        assert set(shown) <= set(sampled)
        assert bool(shown) == bool(sampled)
    for formula in space.formulas:
        holding = [point for point in points if space.holds(formula, point)]
        assert search.is_possible(formula) == bool(holding)
        assert set(search.solutions(formula)) <= set(holding)
