"""Boolean algebra: formulas over any atoms, as the normal form and the prover compute with them.

An atom is a number (its place in a table) or a named tuple that says what it is about.
A junction keeps its parts in the order in which they came, so that all that goes through
them is reproducible; equality does not look at the order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Generic, Never, TypeAlias, TypeVar, cast, final

A = TypeVar("A", bound="_Atom")
A_co = TypeVar("A_co", bound="_Atom", covariant=True)
L = TypeVar("L", bound="_Leaf")
L_co = TypeVar("L_co", bound="_Leaf", covariant=True)


@final
@dataclass(frozen=True, slots=True)
class Not(Generic[A_co]):
    """The part, which is no `Not`, does not hold."""

    part: A_co | Junction[A_co | Not[A_co]]


@final
class Junction(Generic[L_co]):
    """Every part holds, or (`every` false) some part does. Nothing assigns to it."""

    __slots__ = ("_hash", "_members", "every", "parts")
    __match_args__ = ("every", "parts")

    def __init__(self, every: bool, parts: tuple[L_co | Junction[L_co], ...]) -> None:  # noqa: FBT001
        self.every = every
        self.parts = parts
        self._members: frozenset[L_co | Junction[L_co]] | None = None
        self._hash = 0

    @property
    def members(self) -> frozenset[L_co | Junction[L_co]]:
        """The parts, in no order."""
        if self._members is None:
            self._members = frozenset(self.parts)
        return self._members

    def __hash__(self) -> int:
        if not self._hash:  # else a formula would be gone through each time
            self._hash = hash((self.every, self.members))
        return self._hash

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        if not isinstance(other, Junction) or hash(self) != hash(cast("object", other)):
            return False
        junction = cast("Junction[L_co]", other)
        return self.every is junction.every and self.members == junction.members


_Atom: TypeAlias = "int | tuple[object, ...]"
_Leaf: TypeAlias = "_Atom | Not[_Atom]"
FormulaOf: TypeAlias = "A | Not[A] | Junction[A | Not[A]]"
Formula: TypeAlias = "FormulaOf[int]"
"""Over numbered atoms."""

TRUE = Junction[Never](every=True, parts=())
FALSE = Junction[Never](every=False, parts=())


def conjuncts(formula: FormulaOf[A]) -> frozenset[FormulaOf[A]]:
    """What all has to hold for a formula to."""
    if isinstance(formula, Junction) and formula.every:
        return formula.members
    return frozenset((formula,))


def conjunction(parts: Iterable[L | Junction[L]]) -> L | Junction[L]:
    """All of the parts: flattened, without repetitions."""
    return joined(parts, every=True)


def disjunction(parts: Iterable[L | Junction[L]]) -> L | Junction[L]:
    """At least one of the parts: flattened, without repetitions."""
    return joined(parts, every=False)


def joined(parts: Iterable[L | Junction[L]], *, every: bool) -> L | Junction[L]:
    """The conjunction or disjunction of the parts."""
    kept: dict[L | Junction[L], None] = {}
    for part in parts:
        if isinstance(part, Junction):
            if part.every is every:
                kept.update(dict.fromkeys(part.parts))
                continue
            if not part.parts:
                return part
        kept[part] = None
    if len(kept) == 1:
        return next(iter(kept))
    return Junction(every, tuple(kept)) if kept else TRUE if every else FALSE


def negation(formula: FormulaOf[A]) -> FormulaOf[A]:
    """Not the formula, which stays as it is."""
    if isinstance(formula, Not):
        return formula.part
    if isinstance(formula, Junction) and not formula.parts:
        return FALSE if formula.every else TRUE
    return Not(formula)


def truth_set(formula: FormulaOf[A], column: Callable[[A], int], full: int) -> int:
    """The points at which a formula holds, as the bits of an `int`.

    Args:
        formula: What to evaluate.
        column: The points at which an atom holds.
        full: All points.
    """
    if isinstance(formula, Not):
        return full & ~truth_set(formula.part, column, full)
    if not isinstance(formula, Junction):
        return column(formula)
    if formula.every:
        points = full
        for part in formula.parts:
            points &= truth_set(part, column, full)
            if not points:
                break
        return points
    points = 0
    for part in formula.parts:
        points |= truth_set(part, column, full)
    return points


def atoms_of(formula: FormulaOf[A]) -> Iterator[A]:
    """The atoms of a formula, with repetitions."""
    if isinstance(formula, Not):
        yield from atoms_of(formula.part)
    elif isinstance(formula, Junction):
        for part in formula.parts:
            yield from atoms_of(part)
    else:
        yield formula


def substitution(values: Mapping[A, FormulaOf[A]]) -> Callable[[FormulaOf[A]], FormulaOf[A]]:
    """What replaces some atoms of formulas by other formulas, and simplifies what it changed."""
    known: dict[FormulaOf[A], FormulaOf[A]] = {}

    def replaced(formula: FormulaOf[A]) -> FormulaOf[A]:
        if isinstance(formula, Not):
            return negation(replaced(formula.part))
        if not isinstance(formula, Junction):
            return values.get(formula, formula)
        value = known.get(formula)
        if value is None:
            parts = [replaced(part) for part in formula.parts]
            value = known[formula] = joined(parts, every=formula.every)
        return value

    return replaced
