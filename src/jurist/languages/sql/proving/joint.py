"""Groups of two blocks over the same rows: the same groups, aggregates, outputs and keys."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from jurist.languages.sql.algebra.nodes import (
    Aggregate,
    Column,
    Expression,
    Select,
    Window,
)
from jurist.languages.sql.algebra.walking import asks_query, parts
from jurist.languages.sql.proving.grouping import Groups
from jurist.languages.sql.proving.knowing import determined
from jurist.languages.sql.proving.rows import Rows, any_row, joined
from jurist.languages.sql.proving.symbols import Asked, Bound, Columns, Symbols
from jurist.languages.sql.smt.terms import Term
from jurist.languages.sql.smt.values import SymbolicValue


@dataclass(frozen=True, slots=True)
class Joint:
    """Two blocks whose sources are paired off, in the names of the left one's."""

    left: Select
    right: Select
    rows: Rows
    """Any row of their join."""
    asked: Asked
    known: tuple[Term, ...]
    """What holds of the row; of a pair with the same WHERE, that it is true."""
    outer: Columns
    by_order: bool
    """Whether sort keys count."""


def outputs_equal(
    symbols: Symbols, left: Select, right: Select, bound: Bound, *, by_order: bool
) -> Term:
    """That outputs, and sort keys where they count, are NULL-safe equal."""
    pairs = [
        (one.value, other.value) for one, other in zip(left.outputs, right.outputs, strict=True)
    ]
    if by_order:
        keys = zip(left.order, right.order, strict=True)
        pairs.extend((one.value, other.value) for one, other in keys)
    return symbols.terms.conjunction(
        symbols.values.same(bound.of(one), bound.of(other)) for one, other in pairs
    )


def same_groups(symbols: Symbols, joint: Joint, having: Callable[[Term, Term], Term]) -> bool:
    """Whether the groups of rows that both WHERE keep are the same, and what is made of them.

    Args:
        symbols: Tells what follows.
        joint: The blocks, WHERE being true.
        having: How the one HAVING must stand to the other: equal, or implying it.
    """
    left, right, asked = joint.left, joint.right, joint.asked
    if left.group and not _same_keys(symbols, joint):
        return False
    row = Bound(symbols, joint.rows.columns, asked)
    groups = Groups(symbols, row, joint.known, may_be_empty=not left.group)
    columns, shown = (
        (joint.rows.columns, list(joint.known)) if left.group else _some(symbols, joint)
    )
    bound = Bound(symbols, columns, asked, groups.value)
    conditions: list[Term] = []
    extremes: list[set[int]] = []
    for block in (left, right):
        groups.extremes.clear()
        conditions.append(_evaluated(block, bound, by_order=joint.by_order))
        extremes.append(set(groups.extremes))
    if extremes[0] != extremes[1] and any(_is_bare(block, symbols) for block in (left, right)):
        # SQLite takes bare columns from the row that has the one minimum or maximum
        return False
    equal = outputs_equal(symbols, left, right, bound, by_order=joint.by_order)
    known = [*shown, *asked.axioms, *groups.axioms]
    wanted = having(conditions[0], conditions[1])
    return symbols.follows(wanted, known) and symbols.follows(equal, (*known, conditions[0]))


def _some(symbols: Symbols, joint: Joint) -> tuple[Columns, list[Term]]:
    """What bare columns of a query without GROUP BY are: of any row that is kept, NULL of none."""
    terms, there = symbols.terms, symbols.truth("some row")
    own = {
        key: SymbolicValue(terms.either(value.null, terms.negation(there)), value.term, value.type)
        for key, value in joint.rows.columns.items()
        if key not in joint.outer
    }
    return {**joint.outer, **own}, [terms.implication(there, part) for part in joint.known]


def same_wholes(symbols: Symbols, joint: Joint, kept: Term, wanted: Term) -> bool:
    """Whether aggregates over all rows are the same, each side's over those that it keeps.

    What a row that WHERE drops gives to an aggregate is NULL, which no aggregate collects, and
    COUNT(*) counts the rows that are kept.
    """
    row = Bound(symbols, joint.rows.columns, joint.asked)
    groups = Groups(symbols, row, joint.known, may_be_empty=True)
    bound = Bound(symbols, joint.outer, joint.asked, groups.value)
    terms, values = symbols.terms, symbols.values
    sides: list[tuple[Term, list[SymbolicValue]]] = []
    for block, where in ((joint.left, kept), (joint.right, wanted)):
        groups.kept = where
        condition = bound.true(block.having)
        keys = [key.value for key in block.order] if joint.by_order else []
        shown = (*(output.value for output in block.outputs), *keys)
        sides.append((condition, [bound.of(value) for value in shown]))
    equal = terms.conjunction(
        values.same(one, other) for one, other in zip(sides[0][1], sides[1][1], strict=True)
    )
    goal = terms.both(terms.equal(sides[0][0], sides[1][0]), terms.implication(sides[0][0], equal))
    known = (*joint.asked.axioms, *groups.axioms)
    return symbols.follows(goal, known) or symbols.follows(goal, (*known, *groups.partitions()))


def _evaluated(block: Select, bound: Bound, *, by_order: bool) -> Term:
    """HAVING; outputs and keys are evaluated as well, so that their aggregates are known."""
    having = bound.true(block.having)
    for output in block.outputs:
        bound.of(output.value)
    for key in block.order if by_order else ():
        bound.of(key.value)
    return having


def _same_keys(symbols: Symbols, joint: Joint) -> bool:
    """Whether two rows that both WHERE keep are in one group of both blocks, or of neither."""
    terms, left, asked = symbols.terms, joint.left, joint.asked
    one = Bound(symbols, joint.rows.columns, asked)
    mine, theirs = left.group or (), joint.right.group or ()
    first = [[one.of(key) for key in keys] for keys in (mine, theirs)]
    if set(first[0]) == set(first[1]):
        return True
    if any(map(asks_query, (*mine, *theirs))):
        return False
    again, asked_again = any_row(symbols, left, joint.outer), Asked()
    other = Bound(symbols, again.columns, asked_again)
    plain = [part for part in left.where if not asks_query(part)]
    more = [
        *again.known,
        *joined(symbols, left, again, asked_again),
        other.true(plain),
        *symbols.keys((*joint.rows.found, *again.found)),
    ]
    together = [
        terms.conjunction(
            symbols.values.same(value, other.of(key))
            for value, key in zip(values, keys, strict=True)
        )
        for values, keys in zip(first, (mine, theirs), strict=True)
    ]
    known = (*joint.known, *asked.axioms, *more, *asked_again.axioms)
    return symbols.follows(terms.equal(together[0], together[1]), known)


def _is_bare(block: Select, symbols: Symbols) -> bool:
    """Whether a column outside aggregates may differ between the rows of a group."""
    keys = set(block.group or ())
    own = {source.id for source in block.sources}
    sources, whole = determined(block, block.group or (), symbols.facts)

    def bare(value: Expression) -> bool:
        if value in keys or isinstance(value, (Aggregate, Window)):
            return False
        if isinstance(value, Column):
            return value.source in own and value.source not in sources and not whole.knows(value)
        return any(map(bare, parts(value)))

    values = (
        *block.having,
        *(output.value for output in block.outputs),
        *(key.value for key in block.order),
    )
    return any(map(bare, values))
