"""Searching a product of dimensions that is too large for a set of points.

Regions are met dimension after dimension: what is left of the formulas once some
dimensions are fixed is all that matters, so equal remainders are merged. Whether one
formula holds anywhere is asked of z3, with one truth value for each option and the
arithmetic of all groups in one problem.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from jurist.languages.cql.prover.formulas import (
    AND,
    FALSE,
    NOT,
    TRUE,
    Formula,
    atoms_of,
    conjunction,
    disjunction,
    negation,
)
from jurist.languages.cql.prover.limits import MOST_REGIONS, TooWide
from jurist.languages.cql.prover.points import Cell, Options, Product
from jurist.languages.cql.prover.smt import Solver

_MOST_SOLUTIONS = 40


class Wide:
    """The same search without listing the points."""

    def __init__(self, product: Product) -> None:
        self._product = product

    # --- regions ---

    def regions(self, formulas: Sequence[Formula], kept_apart: Sequence[int]) -> list[Cell]:
        """The combinations of truths and of options of some dimensions that there are.

        Raises:
            TooWide: Where remainders are too many, or a group needs arithmetic.
        """
        if self._product.computed:
            raise TooWide("too many combinations of conditions on one thing with sums inside it")
        remainders: dict[tuple[Options, tuple[Formula, ...]], Options] = {((), tuple(formulas)): ()}
        for at, dimension in enumerate(self._product.dimensions):
            self._product.resources.tick()
            truths = [
                {
                    number: option in true
                    for number, (where, true) in self._product.where.items()
                    if where == at
                }
                for option in range(dimension.size)
            ]
            fixed = [_Fixing(each) for each in truths]
            order = [o for o in range(dimension.size) if o not in dimension.unsure]
            order += dimension.unsure
            following: dict[tuple[Options, tuple[Formula, ...]], Options] = {}
            for (apart, rest), options in remainders.items():
                for option in order:
                    left = tuple([fixed[option].of(formula) for formula in rest])
                    key = ((*apart, option) if at in kept_apart else apart, left)
                    following.setdefault(key, (*options, option))
            if len(following) > MOST_REGIONS:
                raise TooWide(f"over {MOST_REGIONS} kinds of one thing to tell apart")
            remainders = following
        return [
            Cell(_mask(rest), self._in_order(apart, kept_apart), self._is_sure(options), options)
            for (apart, rest), options in remainders.items()
        ]

    def _in_order(self, apart: Options, kept_apart: Sequence[int]) -> Options:
        by_dimension = dict(zip(sorted(kept_apart), apart, strict=True))
        return tuple(by_dimension[at] for at in kept_apart)

    def _is_sure(self, options: Options) -> bool:
        pairs = zip(options, self._product.dimensions, strict=True)
        return all(option not in dimension.unsure for option, dimension in pairs)

    def options(self, place: int | Options) -> Iterator[Options]:
        """The point that stands for a cell."""
        assert isinstance(place, tuple)  # noqa: S101 - the place of an own cell
        if self._is_sure(place):
            yield place

    # --- one formula ---

    def solutions(self, formula: Formula) -> Iterator[Options]:
        """Points at which a formula holds, of which a sample can be built."""
        solver = self._solver(formula)
        for at, dimension in enumerate(self._product.dimensions):
            for option in dimension.unsure:
                solver.add(f"(not o{at}_{option})")
        for _ in range(_MOST_SOLUTIONS):
            if not solver.check():
                return
            _, true = solver.model()
            options = tuple(
                next((i for i in range(d.size) if f"o{at}_{i}" in true), 0)
                for at, d in enumerate(self._product.dimensions)
            )
            yield options
            chosen = " ".join(f"o{at}_{i}" for at, i in enumerate(options))
            solver.add(f"(not (and {chosen}))")

    def is_possible(self, formula: Formula) -> bool:
        """Whether the formula holds at some point, sampled or not."""
        return self._solver(formula).check()

    def _solver(self, formula: Formula) -> Solver:
        solver = Solver(self._product.resources)
        for at, dimension in enumerate(self._product.dimensions):
            names = [f"o{at}_{i}" for i in range(dimension.size)]
            solver.declare_all(names, "Bool")
            solver.add(f"((_ at-most 1) {' '.join(names)})")
            solver.add(f"(or {' '.join(names)})")
        for g, group in enumerate(self._product.computed):
            group.arithmetic.assert_in(solver, f"g{g}_")
            for c, chain in enumerate(group.arithmetic.chains):
                for i in range(len(chain)):
                    above = " ".join(
                        f"o{group.at + c}_{cell}" for cell in range(i + 1, len(chain) + 1)
                    )
                    solver.add(f"(= g{g}_b{c}_{i} (or {above}))")
        solver.add(self._term(formula))
        return solver

    def _term(self, formula: Formula) -> str:
        if isinstance(formula, int):
            at, true = self._product.where[formula]
            names = [f"o{at}_{i}" for i in true]
            return f"(or {' '.join(names)})" if names else "false"
        if formula in (TRUE, FALSE):
            return "true" if formula == TRUE else "false"
        tag, parts = formula
        return f"({tag} {' '.join(map(self._term, parts))})"


class _Fixing:
    """What is left of formulas once the atoms of one dimension are known."""

    def __init__(self, truths: dict[int, bool]) -> None:
        self._truths = truths
        self._known: dict[Formula, Formula] = {}

    def of(self, formula: Formula) -> Formula:
        left = self._known.get(formula)
        if left is None:
            left = self._known[formula] = self._left(formula)
        return left

    def _left(self, formula: Formula) -> Formula:
        if isinstance(formula, int):
            truth = self._truths.get(formula)
            return formula if truth is None else TRUE if truth else FALSE
        if not any(number in self._truths for number in atoms_of(formula)):
            return formula
        tag, parts = formula
        if tag == NOT:
            return negation(self.of(parts[0]))
        left = [self.of(part) for part in parts]
        return conjunction(left) if tag == AND else disjunction(left)


def _mask(rest: Sequence[Formula]) -> int:
    return sum(1 << i for i, formula in enumerate(rest) if formula == TRUE)
