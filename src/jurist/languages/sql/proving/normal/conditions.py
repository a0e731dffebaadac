"""Conditions: negations inward, conjunctions flat, common factors out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from jurist.languages.sql.algebra.comparing import FALSE, TRUE
from jurist.languages.sql.algebra.nodes import (
    And,
    Case,
    Combines,
    Compares,
    Comparison,
    Constant,
    Exists,
    Expression,
    In,
    IsTrue,
    Not,
    Or,
    Query,
    Select,
    SetOperation,
)
from jurist.languages.sql.algebra.walking import Change, is_cut, transform
from jurist.languages.sql.values import ValueType


def conjuncts(conditions: Iterable[Expression]) -> tuple[Expression, ...]:
    """Conditions that are true together exactly where all the given ones are, simplified."""
    kept: dict[Expression, None] = {}
    for condition in conditions:
        for part in _flat(_where_true(simplified(condition))):
            if part != TRUE:
                kept[part] = None
    return tuple(kept)


def _where_true(condition: Expression) -> Expression:
    """Where it counts only whether it is true, IS TRUE says nothing."""
    while isinstance(condition, IsTrue):
        condition = condition.part
    return condition


def _flat(condition: Expression) -> Iterable[Expression]:
    if isinstance(condition, And):
        for part in condition.parts:
            yield from _flat(_where_true(part))
    else:
        yield condition


def simplified(condition: Expression) -> Expression:
    """The same condition, true, false and unknown alike.

    De Morgan's laws, double negation and distributivity hold in Kleene's logic; NOT of a
    comparison is the opposite one, as both are unknown where a side is NULL. IN and EXISTS of a
    union are true, false and unknown as the disjunction over its sides is.
    """
    match condition:
        case Not(part):
            return _negated(part)
        case Comparison():
            return _compared(condition)
        case And(parts):
            return _junction(And, [simplified(part) for part in parts])
        case Or(parts):
            return _factored(_junction(Or, [simplified(part) for part in parts]))
        case In(values, query):
            sides = union_sides(query)
            if len(sides) > 1:
                return _junction(Or, [In(values, side) for side in sides])
            return condition
        case Exists(query):
            sides = union_sides(query)
            if len(sides) > 1:
                return _junction(Or, [Exists(side) for side in sides])
            return condition
        case _:
            return condition


def folded(case: Case, change: Change) -> Expression:
    """A CASE without branches that are never taken, or after one that always is."""
    branches: list[tuple[Expression, Expression]] = []
    for when, then in case.branches:
        condition = simplified(transform(when, change))
        if condition == FALSE:
            continue
        value = transform(then, change)
        if condition == TRUE:
            return Case(tuple(branches), value) if branches else value
        branches.append((condition, value))
    otherwise = transform(case.otherwise, change)
    return Case(tuple(branches), otherwise) if branches else otherwise


def _compared(comparison: Comparison) -> Expression:
    """A comparison of two whole numbers, decided."""
    left, right = comparison.left, comparison.right
    if not isinstance(left, Constant) or not isinstance(right, Constant):
        return comparison
    one, other = left.value, right.value
    if not isinstance(one, int) or not isinstance(other, int):
        return comparison
    holds = {
        Compares.EQ: one == other,
        Compares.NE: one != other,
        Compares.LT: one < other,
        Compares.LE: one <= other,
        Compares.GT: one > other,
        Compares.GE: one >= other,
    }[comparison.compares]
    return TRUE if holds else FALSE


def _negated(part: Expression) -> Expression:
    match part:
        case Not(inner):
            return simplified(inner)
        case And(parts):
            return _junction(Or, [_negated(inner) for inner in parts])
        case Or(parts):
            return _junction(And, [_negated(inner) for inner in parts])
        case Comparison(compares, left, right):
            return _compared(Comparison(compares.opposite, left, right))
        case Constant(value, ValueType.BOOLEAN) if value is not None:
            return FALSE if value else TRUE
        case _:
            inner = simplified(part)
            return Not(inner) if inner == part else _negated(inner)


def _junction(kind: type[And] | type[Or], parts: list[Expression]) -> Expression:
    neutral, strong = (TRUE, FALSE) if kind is And else (FALSE, TRUE)
    kept: dict[Expression, None] = {}
    for part in parts:
        for inner in part.parts if isinstance(part, kind) else (part,):
            if inner == strong:
                return strong
            if inner != neutral:
                kept[inner] = None
    if not kept:
        return neutral
    return next(iter(kept)) if len(kept) == 1 else kind(tuple(kept))


def _factored(condition: Expression) -> Expression:
    """(a AND b) OR (a AND c) is a AND (b OR c)."""
    if not isinstance(condition, Or):
        return condition
    lists = [part.parts if isinstance(part, And) else (part,) for part in condition.parts]
    common = [part for part in lists[0] if all(part in other for other in lists[1:])]
    if not common:
        return condition
    rest = [_junction(And, [part for part in several if part not in common]) for several in lists]
    return _junction(And, [*common, _junction(Or, rest)])


def union_sides(query: Query) -> tuple[Query, ...]:
    """The queries of which a result has the rows together, duplicates aside."""
    if isinstance(query, SetOperation) and query.combines is Combines.UNION and not is_cut(query):
        return (*union_sides(query.left), *union_sides(query.right))
    return (query,)


def with_conditions(block: Select) -> Select:
    """The block with WHERE and HAVING simplified."""
    return replace(block, where=conjuncts(block.where), having=conjuncts(block.having))
