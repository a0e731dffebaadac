"""Aggregates over the members of a group, each of which is there where a condition holds."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from jurist.languages.sql.algebra.nodes import Aggregate, Collects
from jurist.languages.sql.smt.terms import Sort, Term
from jurist.languages.sql.smt.values import SymbolicValue, Values, sort_of
from jurist.languages.sql.values import ValueType


@dataclass(frozen=True, slots=True)
class Member:
    """What a row of a group gives to an aggregate, where it is there."""

    present: Term
    values: tuple[SymbolicValue, ...]
    """The argument and the parameters; none of `count(*)`."""


def aggregated(values: Values, aggregate: Aggregate, members: Sequence[Member]) -> SymbolicValue:
    """The value of an aggregate."""
    terms = values.terms
    if aggregate.argument is None:
        return _count(values, [member.present for member in members])
    kept = [
        Member(
            terms.conjunction(
                (member.present, *(terms.negation(value.null) for value in member.values))
            ),
            member.values,
        )
        for member in members
    ]
    kept = [member for member in kept if member.present is not terms.false]
    is_other = aggregate.collects is Collects.OTHER
    if is_other and aggregate.name != "count_distinct":
        return _opaque(values, aggregate, members)
    if aggregate.distinct:
        kept = _distinct(values, kept)
    match aggregate.collects:
        case Collects.SUM | Collects.AVG:
            return _sum(values, aggregate, kept)
        case Collects.MIN | Collects.MAX:
            return _extreme(values, aggregate, kept)
        case _:
            return _count(values, [member.present for member in kept])


def _count(values: Values, conditions: Sequence[Term]) -> SymbolicValue:
    return SymbolicValue(values.terms.false, values.terms.count(conditions), ValueType.INTEGER)


def _distinct(values: Values, members: Sequence[Member]) -> list[Member]:
    terms = values.terms
    kept: list[Member] = []
    for place, member in enumerate(members):
        earlier = (
            terms.conjunction(
                (
                    other.present,
                    *(
                        values.equal(*pair)
                        for pair in zip(member.values, other.values, strict=True)
                    ),
                )
            )
            for other in members[:place]
        )
        present = terms.both(member.present, terms.negation(terms.disjunction(earlier)))
        kept.append(Member(present, member.values))
    return kept


def _sum(values: Values, aggregate: Aggregate, members: Sequence[Member]) -> SymbolicValue:
    terms = values.terms
    zero = terms.integer(0)
    numbers = [values.number(member.values[0]).term for member in members]
    none = terms.negation(terms.disjunction(member.present for member in members))
    total = terms.total(
        terms.choice(member.present, number, zero)
        for member, number in zip(members, numbers, strict=True)
    )
    if aggregate.collects is Collects.SUM:
        kind = ValueType.REAL if total.sort is Sort.REAL else aggregate.type
        return SymbolicValue(none, terms.to_real(total) if kind is ValueType.REAL else total, kind)
    # linear: one case for each number of values
    count = terms.count(member.present for member in members)
    average = terms.to_real(total)
    for size in range(2, len(members) + 1):
        share = terms.scaled(terms.to_real(total), Fraction(1, size))
        average = terms.choice(terms.equal(count, terms.integer(size)), share, average)
    return SymbolicValue(none, average, ValueType.REAL)


def _extreme(values: Values, aggregate: Aggregate, members: Sequence[Member]) -> SymbolicValue:
    if not members:
        return SymbolicValue(values.terms.true, values.null.term, ValueType.NULL)
    terms = values.terms
    best = members[0].values[0]
    none = terms.negation(members[0].present)
    for member in members[1:]:
        value = member.values[0]
        sides = (value, best) if aggregate.collects is Collects.MIN else (best, value)
        taken = terms.both(member.present, terms.either(none, values.less(*sides)))
        best = values.choose(taken, value, best)
        none = terms.both(none, terms.negation(member.present))
    return SymbolicValue(none, best.term, best.type)


def _opaque(values: Values, aggregate: Aggregate, members: Sequence[Member]) -> SymbolicValue:
    """Some function of which members are there, and of their values."""
    terms = values.terms
    zero = terms.integer(0)
    inputs = tuple(
        part
        for member in members
        for part in (
            member.present,
            *itertools.chain.from_iterable(
                (
                    terms.both(member.present, value.null),
                    terms.choice(
                        terms.both(member.present, terms.negation(value.null)), value.term, zero
                    ),
                )
                for value in member.values
            ),
        )
    )
    sorts = " ".join(part.sort for part in inputs)
    name = f"{aggregate.name} {'distinct ' if aggregate.distinct else ''}{sorts}"
    null = values.guess(f"{name} is NULL", inputs, Sort.BOOL)
    kind = aggregate.type if aggregate.type is not ValueType.BOOLEAN else ValueType.OTHER
    return SymbolicValue(null, values.guess(f"{name} {kind}", inputs, sort_of(kind)), kind)
