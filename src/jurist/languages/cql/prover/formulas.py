"""Formulas over numbered atoms.

An atom is an `int`; a connective is a tuple of a tag and its parts. So formulas hash
and compare at C speed, and equal formulas over one numbering are equal values.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeAlias

AND, OR, NOT = "and", "or", "not"

Formula: TypeAlias = "int | tuple[str, tuple[Formula, ...]]"

TRUE: Formula = (AND, ())
FALSE: Formula = (OR, ())


def conjunction(parts: Iterable[Formula]) -> Formula:
    """All of the parts: flattened, without repetitions."""
    return _joined(AND, TRUE, FALSE, parts)


def disjunction(parts: Iterable[Formula]) -> Formula:
    """At least one of the parts: flattened, without repetitions."""
    return _joined(OR, FALSE, TRUE, parts)


def negation(part: Formula) -> Formula:
    """Not the part."""
    if isinstance(part, tuple):
        if part == TRUE:
            return FALSE
        if part == FALSE:
            return TRUE
        if part[0] == NOT:
            return part[1][0]
    return (NOT, (part,))


def _joined(tag: str, neutral: Formula, absorbing: Formula, parts: Iterable[Formula]) -> Formula:
    kept: dict[Formula, None] = {}
    for part in parts:
        if isinstance(part, tuple):
            if part == absorbing:
                return absorbing
            if part[0] == tag:
                kept.update(dict.fromkeys(part[1]))
                continue
        kept[part] = None
    if len(kept) == 1:
        return next(iter(kept))
    return (tag, tuple(kept)) if kept else neutral


def truth_set(formula: Formula, column: Callable[[int], int], full: int) -> int:
    """The points at which a formula holds, as the bits of an `int`.

    Args:
        formula: What to evaluate.
        column: The points at which an atom holds.
        full: All points.
    """
    if isinstance(formula, int):
        return column(formula)
    tag, parts = formula
    if tag == NOT:
        return full & ~truth_set(parts[0], column, full)
    if tag == AND:
        points = full
        for part in parts:
            points &= truth_set(part, column, full)
            if not points:
                break
        return points
    points = 0
    for part in parts:
        points |= truth_set(part, column, full)
    return points


def atoms_of(formula: Formula) -> Iterator[int]:
    """The atoms of a formula, with repetitions."""
    if isinstance(formula, int):
        yield formula
    else:
        for part in formula[1]:
            yield from atoms_of(part)


def substituted(formula: Formula, atom: int, value: Formula) -> Formula:
    """The formula with an atom replaced by a formula, simplified."""
    if isinstance(formula, int):
        return value if formula == atom else formula
    tag, parts = formula
    if tag == NOT:
        return negation(substituted(parts[0], atom, value))
    replaced = [substituted(part, atom, value) for part in parts]
    return conjunction(replaced) if tag == AND else disjunction(replaced)
