"""Regular languages as automata: patterns, read one character at a time by derivatives.

The derivative of a language by a character is what may follow it (Brzozowski 1964). So a
pattern is itself the state of its automaton, and needs no construction.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from jurist.languages.cql.prover.values.automata import Automaton, State


@dataclass(frozen=True, slots=True)
class Characters:
    """One character: of those listed, or (`other`) any but those."""

    listed: frozenset[str]
    other: bool = False


@dataclass(frozen=True, slots=True)
class Sequence:
    """One pattern after another; of none, the empty text."""

    first: Pattern
    rest: Pattern


@dataclass(frozen=True, slots=True)
class Either:
    """Any of some patterns; of none, no text at all."""

    patterns: frozenset[Pattern]


@dataclass(frozen=True, slots=True)
class Repeated:
    """A pattern any number of times."""

    pattern: Pattern


@dataclass(frozen=True, slots=True)
class Empty:
    """The empty text."""


Pattern = Characters | Sequence | Either | Repeated | Empty
EMPTY = Empty()
NOTHING = Either(frozenset())
ANYTHING = Repeated(Characters(frozenset(), other=True))
DIGIT = Characters(frozenset("0123456789"))


def text(literal: str) -> Pattern:
    """Just this text."""
    return sequence(Characters(frozenset((character,))) for character in literal)


def characters(listed: str) -> Pattern:
    """One of these characters."""
    return Characters(frozenset(listed))


def sequence(patterns: Iterable[Pattern]) -> Pattern:
    """One after another."""
    whole: Pattern = EMPTY
    for pattern in reversed(list(patterns)):
        whole = _joined(pattern, whole)
    return whole


def either(patterns: Iterable[Pattern]) -> Pattern:
    """Any of them."""
    flat: set[Pattern] = set()
    for pattern in patterns:
        flat |= pattern.patterns if isinstance(pattern, Either) else {pattern}
    return next(iter(flat)) if len(flat) == 1 else Either(frozenset(flat))


def optional(pattern: Pattern) -> Pattern:
    """A pattern, or nothing."""
    return either((EMPTY, pattern))


def times(pattern: Pattern, least: int, most: int) -> Pattern:
    """A pattern so many times."""
    whole: Pattern = EMPTY
    for _ in range(most - least):
        whole = optional(_joined(pattern, whole))
    return sequence([*([pattern] * least), whole])


@lru_cache(maxsize=256)
def in_language(pattern: Pattern) -> Automaton:
    """The automaton of a pattern's texts."""
    special = "".join(sorted(set(_listed(pattern))))
    return Automaton(pattern, _step, _accepts, special)


def _step(state: State, character: str) -> State:
    assert isinstance(state, Pattern)  # noqa: S101 - states of this automaton
    return _derivative(state, character)


def _accepts(state: State) -> bool:
    assert isinstance(state, Pattern)  # noqa: S101 - states of this automaton
    return _is_nullable(state)


def _joined(first: Pattern, rest: Pattern) -> Pattern:
    if NOTHING in (first, rest):
        return NOTHING
    if first == EMPTY:
        return rest
    if rest == EMPTY:
        return first
    if isinstance(first, Sequence):
        return Sequence(first.first, _joined(first.rest, rest))
    return Sequence(first, rest)


@lru_cache(maxsize=16_384)
def _derivative(pattern: Pattern, character: str) -> Pattern:
    match pattern:
        case Characters(listed, other):
            return EMPTY if (character in listed) is not other else NOTHING
        case Sequence(first, rest):
            after = _joined(_derivative(first, character), rest)
            if _is_nullable(first):
                return either((after, _derivative(rest, character)))
            return after
        case Either(patterns):
            return either(_derivative(each, character) for each in patterns)
        case Repeated(inner):
            return _joined(_derivative(inner, character), pattern)
        case Empty():
            return NOTHING


@lru_cache(maxsize=16_384)
def _is_nullable(pattern: Pattern) -> bool:
    match pattern:
        case Characters():
            return False
        case Sequence(first, rest):
            return _is_nullable(first) and _is_nullable(rest)
        case Either(patterns):
            return any(map(_is_nullable, patterns))
        case Repeated() | Empty():
            return True


def _listed(pattern: Pattern) -> Iterator[str]:
    waiting = [pattern]
    seen: set[Pattern] = set()
    while waiting:
        each = waiting.pop()
        if each in seen:
            continue
        seen.add(each)
        match each:
            case Characters(listed):
                yield from listed
            case Sequence(first, rest):
                waiting += [first, rest]
            case Either(patterns):
                waiting += patterns
            case Repeated(inner):
                waiting.append(inner)
            case Empty():
                pass
