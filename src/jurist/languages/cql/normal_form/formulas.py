"""Conditions in negation normal form: literals under `Every` and `Some`, in one order.

Each formula carries its `rank`, a text that says all of it: equality and order are those
of ranks, so a formula is compared in one step however large it is. What local rules ask
of an atom is worked out once for it, as texts too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from jurist.languages.cql.syntax import (
    And,
    AnyUser,
    Comparison,
    Condition,
    Not,
    Number,
    Operator,
    Or,
    Reducer,
    Reduction,
    Scalar,
    Trait,
)

Atom = Comparison | AnyUser

COUNTS = frozenset({Reducer.COUNT, Reducer.UNIQUE_COUNT})
_HOLDS_FOR_MISSING = {Operator.ABSENT, Operator.OMITS, Operator.NONE_OF}

# The classes below are not frozen, as that doubles what it costs to make one; nothing
# assigns to them.


@dataclass(slots=True, eq=False)
class Claim:
    """An atom as local rules see it."""

    atom: Atom
    said: str
    """All of the atom."""
    count: str | None
    """All of the count, where the atom is `count >= least`."""
    least: int
    entailed: tuple[str, ...]
    """What is said by the atoms that hold where this one does: its sides exist."""


@dataclass(slots=True, eq=False)
class Literal:
    """An atom, or its complement where `holds` is false."""

    claim: Claim
    holds: bool
    rank: str


@dataclass(slots=True, eq=False)
class Every:
    """All parts hold; no parts: always true."""

    parts: tuple[Formula, ...]
    rank: str


@dataclass(slots=True, eq=False)
class Some:
    """At least one part holds; no parts: never true."""

    parts: tuple[Formula, ...]
    rank: str


Formula = Literal | Every | Some

# The only formulas without parts, so that `is` finds them.
TRUE = Every((), "every")
FALSE = Some((), "some")

# The language has no constants, so two tautologies over a trait without a name stand for
# them: traits are all that a user and an account both have.
_NAMELESS = Comparison(Trait(""), Operator.EXISTS)
EVERYBODY = Or((_NAMELESS, Not(_NAMELESS)))
NOBODY = And((_NAMELESS, Not(_NAMELESS)))

_EXISTS = repr(_NAMELESS).removeprefix(f"Comparison(left={_NAMELESS.left!r}")
"""How every `... exists` ends when it is said in full."""


def literal(atom: Atom) -> Literal:
    """The literal that says that the atom holds."""
    said = repr(atom)
    bound = threshold(atom)
    if bound is None:
        claim = Claim(atom, said, None, 0, tuple(_entailed(atom)))
    else:
        claim = Claim(atom, said, repr(bound[0]), bound[1], ())
    return Literal(claim, holds=True, rank=said + "+")


def every(parts: Iterable[Formula]) -> Formula:
    """The conjunction: flat, sorted, without repetition; a single part stands for itself."""
    flat: dict[str, Formula] = {}
    for part in parts:
        if type(part) is Every:
            for one in part.parts:
                flat[one.rank] = one
        elif part is FALSE:
            return FALSE
        else:
            flat[part.rank] = part
    if len(flat) == 1:
        return next(iter(flat.values()))
    return Every(*_sorted("every", flat)) if flat else TRUE


def some(parts: Iterable[Formula]) -> Formula:
    """The disjunction, in the same way."""
    flat: dict[str, Formula] = {}
    for part in parts:
        if type(part) is Some:
            for one in part.parts:
                flat[one.rank] = one
        elif part is TRUE:
            return TRUE
        else:
            flat[part.rank] = part
    if len(flat) == 1:
        return next(iter(flat.values()))
    return Some(*_sorted("some", flat)) if flat else FALSE


def negate(formula: Formula) -> Formula:
    """The complement, by De Morgan; every literal keeps its atom."""
    if isinstance(formula, Literal):
        holds, claim = formula.holds, formula.claim
        return Literal(claim, not holds, claim.said + ("~" if holds else "+"))
    if not formula.parts:
        return FALSE if formula is TRUE else TRUE
    parts = {other.rank: other for other in map(negate, formula.parts)}
    if isinstance(formula, Every):
        return Some(*_sorted("some", parts))
    return Every(*_sorted("every", parts))


def to_condition(formula: Formula) -> Condition:
    """The condition that says the formula, its operands in canonical order."""
    if isinstance(formula, Literal):
        return formula.claim.atom if formula.holds else Not(formula.claim.atom)
    if isinstance(formula, Every):
        parts = formula.parts
        return And(tuple([to_condition(part) for part in parts])) if parts else EVERYBODY
    return Or(tuple([to_condition(part) for part in formula.parts])) if formula.parts else NOBODY


def _sorted(name: str, parts: dict[str, Formula]) -> tuple[tuple[Formula, ...], str]:
    ranks = sorted(parts)
    return tuple([parts[rank] for rank in ranks]), f"{name}({','.join(ranks)})"


def threshold(atom: Atom) -> tuple[Reduction, int] | None:
    """The count and n of `count >= n`, where the atom has that shape."""
    if (
        isinstance(atom, Comparison)
        and atom.operator is Operator.AT_LEAST
        and isinstance(atom.left, Reduction)
        and atom.left.reducer in COUNTS
        and isinstance(argument := atom.arguments[0], Number)
        and isinstance(argument.value, int)
    ):
        return atom.left, argument.value
    return None


def _entailed(atom: Atom) -> Iterator[str]:
    """That both sides exist, where the atom cannot hold for a missing value."""
    if not isinstance(atom, Comparison) or atom.operator in _HOLDS_FOR_MISSING:
        return
    if atom.operator is Operator.EXISTS:
        return
    for side in (atom.left, *atom.arguments):
        if isinstance(side, Scalar):
            yield f"Comparison(left={side!r}{_EXISTS}"
