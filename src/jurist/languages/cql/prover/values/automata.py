"""Which truths of several text predicates can go together, decided by automata.

Each predicate (`is s`, `starts with s`, `contains s`, `comes before s`, `reads as a number
from a`, `is a timestamp`) is a regular language, written as a pattern. The derivative of a
language by a character is what may follow it (Brzozowski 1964), so a pattern is itself the
state of its automaton. A walk through the product of the automata, breadth first, meets
every combination of truths that any text has, and the first text to reach a combination is
a shortest one. Characters that no predicate tells apart are walked once. So the answer is
exact, for texts of any length.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from collections.abc import Sequence as Sequenced
from functools import lru_cache
from itertools import pairwise

from msgspec import Struct

from jurist.languages.cql.prover.limits import MOST_TEXT_STATES, TooWide
from jurist.languages.effort import spend


class Characters(Struct, frozen=True, cache_hash=True):
    """One character: of those listed, or (`other`) any but those."""

    listed: frozenset[str]
    other: bool = False


class Before(Struct, frozen=True, cache_hash=True):
    """One character that sorts before another."""

    bound: str


class Sequence(Struct, frozen=True, cache_hash=True):
    """One pattern, then another."""

    first: Pattern
    rest: Pattern


class Either(Struct, frozen=True, cache_hash=True):
    """Any of some patterns; of none, no text at all."""

    patterns: frozenset[Pattern]


class Repeated(Struct, frozen=True, cache_hash=True):
    """A pattern any number of times."""

    pattern: Pattern


class Empty(Struct, frozen=True, cache_hash=True):
    """The empty text."""


Pattern = Characters | Before | Sequence | Either | Repeated | Empty
EMPTY = Empty()
NOTHING = Either(frozenset())
ANYTHING = Repeated(Characters(frozenset(), other=True))
DIGIT = Characters(frozenset("0123456789"))


# --- patterns ---------------------------------------------------------------------------------


def text(literal: str) -> Pattern:
    """Just this text."""
    return sequence(Characters(frozenset((character,))) for character in literal)


def characters(listed: str) -> Pattern:
    """One of these characters."""
    return Characters(frozenset(listed)) if listed else NOTHING


def sequence(patterns: Iterable[Pattern]) -> Pattern:
    """One after another."""
    whole: Pattern = EMPTY
    for pattern in reversed(list(patterns)):
        whole = _then(pattern, whole)
    return whole


def _then(first: Pattern, rest: Pattern) -> Pattern:
    if rest is EMPTY or first is NOTHING:
        return first
    if rest is NOTHING:
        return rest
    parts: list[Pattern] = []
    while isinstance(first, Sequence):  # a long text is a deep pattern
        parts.append(first.first)
        first = first.rest
    if first is not EMPTY:
        rest = Sequence(first, rest)
    for part in reversed(parts):
        rest = Sequence(part, rest)
    return rest


def either(patterns: Iterable[Pattern]) -> Pattern:
    """Any of them."""
    flat: set[Pattern] = set()
    for pattern in patterns:
        flat |= pattern.patterns if isinstance(pattern, Either) else {pattern}
    if ANYTHING in flat:
        return ANYTHING
    if len(flat) > 1:
        return Either(frozenset(flat))
    return next(iter(flat), NOTHING)


def optional(pattern: Pattern) -> Pattern:
    """A pattern, or nothing."""
    return either((EMPTY, pattern))


def times(pattern: Pattern, least: int, most: int) -> Pattern:
    """A pattern so many times."""
    whole: Pattern = EMPTY
    for _ in range(most - least):
        whole = optional(sequence((pattern, whole)))
    return sequence([*([pattern] * least), whole])


def starts_with(start: str) -> Pattern:
    """This text, then anything."""
    return sequence((text(start), ANYTHING))


def ends_with(end: str) -> Pattern:
    """Anything, then this text."""
    return sequence((ANYTHING, text(end)))


def contains(part: str) -> Pattern:
    """This text anywhere."""
    return sequence((ANYTHING, text(part), ANYTHING))


def comes_before(bound: str) -> Pattern:
    """Before this text, by code points."""
    before: Pattern = NOTHING
    for character in reversed(bound):
        less = sequence((Before(character), ANYTHING))
        before = either((EMPTY, less, sequence((text(character), before))))
    return before


# --- automata ---------------------------------------------------------------------------------


def derivative(pattern: Pattern, character: str) -> Pattern:
    """What may follow a character."""
    match pattern:
        case Characters(listed, other):
            return EMPTY if (character in listed) is not other else NOTHING
        case Before(bound):
            return EMPTY if character < bound else NOTHING
        case Sequence(first, rest):
            left = derivative(first, character)
            after = pattern if left is first else _then(left, rest)
            return either((after, derivative(rest, character))) if is_nullable(first) else after
        case Either(patterns):
            return either([derivative(option, character) for option in patterns])
        case Repeated(inner):
            return _then(derivative(inner, character), pattern)
        case Empty():
            return NOTHING


@lru_cache(maxsize=16_384)
def is_nullable(pattern: Pattern) -> bool:
    """Whether the empty text is one of its texts."""
    match pattern:
        case Characters() | Before():
            return False
        case Sequence(first, rest):
            return is_nullable(first) and is_nullable(rest)
        case Either(patterns):
            return any(map(is_nullable, patterns))
        case Repeated() | Empty():
            return True


def _leaves(pattern: Pattern) -> Iterator[Characters | Before]:
    """All that it says of single characters."""
    waiting = [pattern]
    met: set[Pattern] = set()
    while waiting:
        node = waiting.pop()
        if node in met:
            continue
        met.add(node)
        match node:
            case Characters() | Before():
                yield node
            case Sequence(first, rest):
                waiting += (first, rest)
            case Either(patterns):
                waiting += patterns
            case Repeated(inner):
                waiting.append(inner)
            case Empty():
                pass


def _first_leaves(pattern: Pattern) -> Iterator[Characters | Before]:
    """What it says of the character that comes first."""
    match pattern:
        case Characters() | Before():
            yield pattern
        case Sequence(first, rest):
            yield from _first_leaves(first)
            if is_nullable(first):
                yield from _first_leaves(rest)
        case Either(patterns):
            for option in patterns:
                yield from _first_leaves(option)
        case Repeated(inner):
            yield from _first_leaves(inner)
        case Empty():
            pass


def _listed(leaves: Iterable[Characters | Before]) -> frozenset[str]:
    return frozenset(c for leaf in leaves if isinstance(leaf, Characters) for c in leaf.listed)


class _Automaton:
    """A pattern and its derivatives as numbered states, worked out as they are met."""

    def __init__(self, pattern: Pattern) -> None:
        self._states: list[Pattern] = []
        self._numbers: dict[Pattern, int] = {}
        self._steps: list[dict[str, int]] = []
        self._distinguished: list[frozenset[str] | None] = []
        """The characters that lead from a state elsewhere than others; `None`: any may."""
        self.accepting: list[bool] = []
        leaves = set(_leaves(pattern))
        bounds = {leaf.bound for leaf in leaves if isinstance(leaf, Before)}
        self.special = _listed(leaves) | bounds
        """The characters that it treats one by one."""
        self.ordered = any(isinstance(leaf, Before) for leaf in leaves)
        """Whether the other characters differ by where they sort among the special ones."""
        self._number(pattern)

    def _number(self, state: Pattern) -> int:
        number = self._numbers.get(state)
        if number is None:
            number = self._numbers[state] = len(self._states)
            self._states.append(state)
            self._steps.append({})
            first = set(_first_leaves(state))
            ordered = any(isinstance(leaf, Before) for leaf in first)
            self._distinguished.append(None if ordered else _listed(first))
            self.accepting.append(is_nullable(state))
        return number

    def _step(self, state: int, character: str) -> int:
        distinguished = self._distinguished[state]
        key = character if distinguished is None or character in distinguished else ""
        reached = self._steps[state].get(key)
        if reached is None:
            pattern = self._states[state]
            spend(len(pattern.patterns) if isinstance(pattern, Either) else 1)
            reached = self._number(derivative(pattern, character))
            self._steps[state][key] = reached
        return reached

    def explore(self, alphabet: Sequenced[str]) -> None:
        """Work out all states that these characters lead to."""
        for state, _ in enumerate(self._states):  # they grow as they are met
            spend(1 + len(alphabet) // 4)
            for character in alphabet:
                self._step(state, character)

    def column(self, character: str) -> tuple[int, ...]:
        """Where a character leads from each state."""
        return tuple([self._step(state, character) for state in range(len(self._states))])


_compiled = lru_cache(maxsize=1_024)(_Automaton)


def realizable(
    wanted: Sequenced[Pattern], legal: Sequenced[Pattern] = ()
) -> dict[tuple[bool, ...], str]:
    """Every combination of truths that some legal text has, with a shortest such text.

    Args:
        wanted: The predicates whose truths are asked for.
        legal: Predicates that hold for every text that counts.

    Raises:
        TooWide: Where the product of the automata has too many states.
        OutOfSteps: Where no steps are left.
    """
    automata = [_compiled(pattern) for pattern in (*wanted, *legal)]
    columns = _columns(automata)
    accepting = [automaton.accepting for automaton in automata]
    split = len(wanted)
    shortest: dict[tuple[bool, ...], str] = {}
    start: tuple[int, ...] = (0,) * len(automata)
    met: set[tuple[int, ...]] = {start}
    layer: list[tuple[tuple[int, ...], str]] = [(start, "")]
    while layer:
        following: list[tuple[tuple[int, ...], str]] = []
        for states, walked in layer:
            spend(1 + len(columns) * len(automata) // 16)
            truths = tuple([a[s] for a, s in zip(accepting, states, strict=True)])
            if all(truths[split:]):
                shortest.setdefault(truths[:split], walked)
            for character, column in columns:
                reached = tuple([c[s] for c, s in zip(column, states, strict=True)])
                if reached not in met:
                    met.add(reached)
                    following.append((reached, walked + character))
        if len(met) > MOST_TEXT_STATES:
            raise TooWide(f"text conditions with over {MOST_TEXT_STATES} joint states")
        layer = following
    return shortest


def _columns(automata: Sequenced[_Automaton]) -> list[tuple[str, tuple[tuple[int, ...], ...]]]:
    """One character of each class that the automata tell apart, and where it leads."""
    alphabet = _alphabet(automata)
    for automaton in automata:
        spend()
        automaton.explore(alphabet)
    classes: dict[tuple[tuple[int, ...], ...], str] = {}
    for character in alphabet:
        spend(1 + len(automata))
        classes.setdefault(tuple([a.column(character) for a in automata]), character)
    return [(character, column) for column, character in classes.items()]


_PLEASANT = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_- "


def _alphabet(automata: Sequenced[_Automaton]) -> list[str]:
    """The special characters, and one of each class of others; pleasant ones first."""
    special = {character for automaton in automata for character in automaton.special}
    if any(automaton.ordered for automaton in automata):
        others = [_between(low, high) for low, high in pairwise(["", *sorted(special), ""])]
    else:
        others = [next(c for c in _candidates() if c not in special)]
    alphabet = [*special, *(other for other in others if other)]
    return sorted(alphabet, key=lambda c: (c not in _PLEASANT, _PLEASANT.find(c), c))


def _candidates() -> Iterator[str]:
    yield from _PLEASANT
    yield from map(chr, range(0x4E00, 0x9FFF))


def _between(low: str, high: str) -> str:
    """A character strictly between two (`""`: no bound), or `""` where there is none."""
    for character in _PLEASANT:
        if low < character and (not high or character < high):
            return character
    first = ord(low) + 1 if low else 0
    last = ord(high) - 1 if high else 0x10FFFF
    if 0xD800 <= first <= 0xDFFF:
        first = 0xE000
    return chr(first) if first <= last and not 0xD800 <= first <= 0xDFFF else ""
