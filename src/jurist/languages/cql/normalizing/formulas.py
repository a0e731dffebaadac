"""Conditions in negation normal form: literals under `Every` and `Some`, in one order.

Each formula carries its `rank`, a text that says all of it: equality, hashing and order
are those of ranks, so a formula is compared in one step however large it is.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from jurist.languages.cql.syntax import (
    And,
    AnyUser,
    Comparison,
    Condition,
    Not,
    Operator,
    Or,
    Trait,
)

Atom = Comparison | AnyUser


@dataclass(frozen=True, slots=True)
class Literal:
    """An atom, or its complement where `holds` is false."""

    atom: Atom = field(compare=False)
    holds: bool = field(compare=False)
    rank: str


@dataclass(frozen=True, slots=True)
class Every:
    """All parts hold; no parts: always true."""

    parts: tuple[Formula, ...] = field(compare=False)
    rank: str


@dataclass(frozen=True, slots=True)
class Some:
    """At least one part holds; no parts: never true."""

    parts: tuple[Formula, ...] = field(compare=False)
    rank: str


Formula = Literal | Every | Some

TRUE = Every((), "every")
FALSE = Some((), "some")

# The language has no constants, so two tautologies over a trait without a name stand for
# them: traits are all that a user and an account both have.
_NAMELESS = Comparison(Trait(""), Operator.EXISTS)
EVERYBODY = Or((_NAMELESS, Not(_NAMELESS)))
NOBODY = And((_NAMELESS, Not(_NAMELESS)))


def literal(atom: Atom) -> Literal:
    """The literal that says that the atom holds."""
    return Literal(atom, holds=True, rank=f"{atom!r}+")


def every(parts: Iterable[Formula]) -> Formula:
    """The conjunction: flat, sorted, without repetition; a single part stands for itself."""
    flat: dict[str, Formula] = {}
    for part in parts:
        for one in part.parts if isinstance(part, Every) else (part,):
            flat[one.rank] = one
    if FALSE.rank in flat:
        return FALSE
    if len(flat) == 1:
        return next(iter(flat.values()))
    return _every(flat.values()) if flat else TRUE


def some(parts: Iterable[Formula]) -> Formula:
    """The disjunction, in the same way."""
    return negate(every(negate(part) for part in parts))


def negate(formula: Formula) -> Formula:
    """The complement, by De Morgan; every literal keeps its atom."""
    match formula:
        case Literal(atom, holds, rank):
            return Literal(atom, not holds, rank[:-1] + ("~" if holds else "+"))
        case Every(parts):
            return _some(negate(part) for part in parts) if parts else FALSE
        case Some(parts):
            return _every(negate(part) for part in parts) if parts else TRUE


def to_condition(formula: Formula) -> Condition:
    """The condition that says the formula, its operands in canonical order."""
    match formula:
        case Literal(atom, holds):
            return atom if holds else Not(atom)
        case Every(()):
            return EVERYBODY
        case Some(()):
            return NOBODY
        case Every(parts):
            return And(tuple(to_condition(part) for part in parts))
        case Some(parts):
            return Or(tuple(to_condition(part) for part in parts))


def _every(parts: Iterable[Formula]) -> Every:
    return Every(*_sorted("every", parts))


def _some(parts: Iterable[Formula]) -> Some:
    return Some(*_sorted("some", parts))


def _sorted(name: str, parts: Iterable[Formula]) -> tuple[tuple[Formula, ...], str]:
    ordered = tuple(sorted(parts, key=lambda part: part.rank))
    return ordered, f"{name}({','.join(part.rank for part in ordered)})"
