"""The Boolean algebra, judged by the truth of each formula under every assignment."""

from __future__ import annotations

import itertools
from collections.abc import Mapping

from hypothesis import given
from hypothesis import strategies as st

from jurist.languages.cql.boolean import (
    FALSE,
    TRUE,
    Formula,
    Junction,
    Not,
    atoms_of,
    conjunction,
    disjunction,
    negation,
    substitution,
    truth_set,
)

ATOMS = range(3)
ASSIGNMENTS = [dict(enumerate(truths)) for truths in itertools.product((False, True), repeat=3)]
FORMULAS: st.SearchStrategy[Formula] = st.recursive(
    st.sampled_from(ATOMS) | st.sampled_from((TRUE, FALSE)),
    lambda inner: (
        st.lists(inner, max_size=3).map(conjunction)
        | st.lists(inner, max_size=3).map(disjunction)
        | inner.map(negation)
    ),
    max_leaves=10,
)


def holds(formula: Formula, truths: Mapping[int, bool]) -> bool:
    if isinstance(formula, Not):
        return not holds(formula.part, truths)
    if isinstance(formula, Junction):
        parts = [holds(part, truths) for part in formula.parts]
        return all(parts) if formula.every else any(parts)
    return truths[formula]


@given(st.lists(FORMULAS, max_size=4))
def test_what_is_joined_means_all_or_some_of_its_parts(parts: list[Formula]) -> None:
    every, some = conjunction(parts), disjunction(parts)
    for truths in ASSIGNMENTS:
        values = [holds(part, truths) for part in parts]
        assert holds(every, truths) == all(values)
        assert holds(some, truths) == any(values)


@given(FORMULAS)
def test_a_negation_is_the_complement_and_its_own_inverse(formula: Formula) -> None:
    assert negation(negation(formula)) == formula
    assert all(holds(formula, t) != holds(negation(formula), t) for t in ASSIGNMENTS)


@given(FORMULAS)
def test_a_truth_set_has_the_points_at_which_a_formula_holds(formula: Formula) -> None:
    def column(atom: int) -> int:
        return sum(truths[atom] << i for i, truths in enumerate(ASSIGNMENTS))

    points = truth_set(formula, column, (1 << len(ASSIGNMENTS)) - 1)
    assert points == sum(holds(formula, t) << i for i, t in enumerate(ASSIGNMENTS))


@given(FORMULAS, st.dictionaries(st.sampled_from(ATOMS), FORMULAS))
def test_a_substitution_means_what_the_values_mean(
    formula: Formula, values: dict[int, Formula]
) -> None:
    replaced = substitution(values)(formula)
    for truths in ASSIGNMENTS:
        inner = {atom: holds(values.get(atom, atom), truths) for atom in ATOMS}
        assert holds(replaced, truths) == holds(formula, inner)
    if values.keys() == set(ATOMS) and all(value in (TRUE, FALSE) for value in values.values()):
        assert replaced in (TRUE, FALSE)


@given(st.lists(FORMULAS, min_size=2, max_size=4))
def test_the_order_of_parts_is_kept_and_tells_nothing_apart(parts: list[Formula]) -> None:
    backwards = list(reversed(parts))
    assert conjunction(parts) == conjunction(backwards)
    assert hash(disjunction(parts)) == hash(disjunction(backwards))
    assert conjunction([2, 0, 1]) == conjunction([0, 1, 2]) != disjunction([0, 1, 2])
    assert list(atoms_of(conjunction([2, 0, 1]))) == [2, 0, 1]
