"""Terms of SMT-LIB as text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def any_of(terms: Sequence[str]) -> str:
    """At least one of the terms."""
    if not terms:
        return "false"
    return terms[0] if len(terms) == 1 else f"(or {' '.join(terms)})"


def all_of(terms: Sequence[str]) -> str:
    """All of the terms."""
    if not terms:
        return "true"
    return terms[0] if len(terms) == 1 else f"(and {' '.join(terms)})"


def at_least(least: int, terms: Sequence[str]) -> str:
    """At least so many of the terms."""
    if least > len(terms):
        return "false"
    if least == 1:
        return any_of(terms)
    return f"((_ at-least {least}) {' '.join(terms)})"


def integer(value: int) -> str:
    """An integer of any sign."""
    return str(value) if value >= 0 else f"(- {-value})"


def times(factor: int, term: str) -> str:
    """A term so many times."""
    if factor == 0:
        return "0"
    return term if factor == 1 else f"(* {integer(factor)} {term})"


def plus(terms: Iterable[str]) -> str:
    """The sum of terms."""
    parts = list(terms)
    if not parts:
        return "0"
    return parts[0] if len(parts) == 1 else f"(+ {' '.join(parts)})"
