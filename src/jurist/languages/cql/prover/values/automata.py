"""Which truths of several text predicates can go together, decided by automata.

Each predicate (`is s`, `starts with s`, `ends with s`, `contains s`, `comes before s`,
`reads as a number from a to b`) is a small deterministic automaton. A walk through
their product, breadth first, meets every combination of truths that any text has, and
the first text to reach a combination is a shortest one. Characters that no predicate
tells apart are walked once. So the answer is exact, for texts of any length.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from itertools import pairwise

from jurist.languages.cql.prover.limits import MOST_TEXT_STATES, TooWide
from jurist.languages.cql.semantics.numbers import PLACES
from jurist.languages.effort import spend

State = Hashable


@dataclass(frozen=True, slots=True)
class Automaton:
    """A deterministic automaton over characters."""

    start: State
    step: Callable[[State, str], State]
    accepts: Callable[[State], bool]
    special: str
    """The characters that it treats one by one."""
    ordered: bool = False
    """Whether the other characters differ by where they sort among the special ones."""


def is_text(text: str) -> Automaton:
    """Exactly this text."""
    n = len(text)

    def step(state: State, character: str) -> State:
        assert isinstance(state, int)  # noqa: S101 - states of this automaton
        return state + 1 if 0 <= state < n and text[state] == character else -1

    return Automaton(0, step, lambda state: state == n, text)


def starts_with(text: str) -> Automaton:
    """This text, then anything."""
    n = len(text)

    def step(state: State, character: str) -> State:
        assert isinstance(state, int)  # noqa: S101 - states of this automaton
        if state == n:
            return n
        return state + 1 if state >= 0 and text[state] == character else -1

    return Automaton(0, step, lambda state: state == n, text)


def ends_with(text: str) -> Automaton:
    """Anything, then this text."""
    return _searching(text, stay=False)


def contains(text: str) -> Automaton:
    """This text anywhere."""
    return _searching(text, stay=True)


def _searching(text: str, *, stay: bool) -> Automaton:
    n = len(text)

    @cache
    def longest(matched: int, character: str) -> int:
        seen = text[:matched] + character
        return next(k for k in range(min(n, len(seen)), -1, -1) if seen.endswith(text[:k]))

    def step(state: State, character: str) -> State:
        assert isinstance(state, int)  # noqa: S101 - states of this automaton
        return n if stay and state == n else longest(state, character)

    return Automaton(0, step, lambda state: state == n, text)


def comes_before(text: str) -> Automaton:
    """Before this text, by code points."""
    n = len(text)

    def step(state: State, character: str) -> State:
        if not isinstance(state, int):
            return state
        if state == n or character > text[state]:
            return "after"
        return state + 1 if character == text[state] else "before"

    def accepts(state: State) -> bool:
        return state == "before" or (isinstance(state, int) and state < n)

    return Automaton(0, step, accepts, text, ordered=True)


@dataclass(frozen=True, slots=True)
class _Reading:
    """A decimal number read so far, its size compared digit by digit with a constant's.

    `whole` counts the digits before the point that matter, up to one more than the
    constant has; `order` says how the digits read so far compare with the constant's.
    """

    phase: str
    negative: bool = False
    zero: bool = True
    whole: int = 0
    places: int = 0
    order: int = 0


_DEAD = _Reading("dead")
_WHOLE, _FRACTION = "whole", "fraction"


def reads_as_number() -> Automaton:
    """`-?digits[.digits]`."""
    return _number(0, lambda _: True)


def number_reaches(scaled: int) -> Automaton:
    """A number of at least `scaled` units.

    At least one unit more than 5 is more than 5: the rounder of the two bounds makes the
    smaller automaton.
    """
    strict = _trailing_zeros(scaled - 1) > _trailing_zeros(scaled)
    bound = scaled - 1 if strict else scaled

    def reaches(reading: _Reading) -> bool:
        if reading.zero:
            return bound < 0 or (bound == 0 and not strict)
        if reading.negative:
            return bound < 0 and (reading.order < 0 or (reading.order == 0 and not strict))
        return bound <= 0 or reading.order > 0 or (reading.order == 0 and not strict)

    return _number(abs(bound), reaches)


def _trailing_zeros(scaled: int) -> int:
    digits = str(abs(scaled))
    return 99 if scaled == 0 else len(digits) - len(digits.rstrip("0"))


def canonical_number() -> Automaton:
    """The shortest text of a number: `5`, not `05` or `5.0`."""

    def step(state: State, character: str) -> State:
        match state, character:
            case (("start" | "sign"), "0"):
                return "zero" if state == "start" else "minus zero"
            case "start", "-":
                return "sign"
            case (("start" | "sign" | "whole"), _) if character in "0123456789":
                return "whole"
            case (("zero" | "minus zero" | "whole"), "."):
                return "point"
            case (("point" | "places" | "places ending in 0"), _) if character in "0123456789":
                return "places ending in 0" if character == "0" else "places"
            case _:
                return "dead"

    def accepts(state: State) -> bool:
        return state in {"zero", "whole", "places"}

    return Automaton("start", step, accepts, "-.0123456789")


def _number(magnitude: int, wanted: Callable[[_Reading], bool]) -> Automaton:
    whole_part, fraction = divmod(magnitude, 10**PLACES)
    whole = str(whole_part) if whole_part else ""
    places = f"{fraction:0{PLACES}d}".rstrip("0")

    def step(state: State, character: str) -> State:
        assert isinstance(state, _Reading)  # noqa: S101 - states of this automaton
        return _read(state, character, whole, places)

    def accepts(state: State) -> bool:
        assert isinstance(state, _Reading)  # noqa: S101 - states of this automaton
        if state.phase == _WHOLE:
            state = _whole_ended(state, whole)
        elif state.phase != _FRACTION:
            return False
        if state.order == 0 and state.places < len(places):
            state = replace(state, order=-1)
        return wanted(state)

    return Automaton(_Reading("start"), step, accepts, "-.0123456789")


def _whole_ended(state: _Reading, whole: str) -> _Reading:
    if state.whole == len(whole):
        return state
    return replace(state, order=-1 if state.whole < len(whole) else 1)


def _read(state: _Reading, character: str, whole: str, places: str) -> _Reading:
    phase = state.phase
    if phase == "start" and character == "-":
        return replace(state, phase="sign", negative=True)
    if character == "." and phase == _WHOLE:
        return replace(_whole_ended(state, whole), phase="point")
    if character not in "0123456789" or phase == "dead":
        return _DEAD
    zero = state.zero and character == "0"
    if phase in {"start", "sign", _WHOLE}:
        if zero:
            return replace(state, phase=_WHOLE)
        at, order = state.whole, state.order
        if order == 0 and at < len(whole):
            order = (character > whole[at]) - (character < whole[at])
        return replace(
            state, phase=_WHOLE, zero=False, whole=min(at + 1, len(whole) + 1), order=order
        )
    at, order = state.places, state.order
    if order == 0:
        digit = places[at] if at < len(places) else "0"
        order = (character > digit) - (character < digit)
    counted = min(at + 1, len(places))
    return replace(state, phase=_FRACTION, zero=zero, places=counted, order=order)


class _Compiled:
    """An automaton over numbered states, its steps worked out as they are met."""

    __slots__ = ("_automaton", "_numbers", "_states", "accepting", "steps")

    def __init__(self, automaton: Automaton) -> None:
        self._automaton = automaton
        self._states: list[State] = []
        self._numbers: dict[State, int] = {}
        self.accepting: list[bool] = []
        self.steps: list[dict[str, int]] = []
        self._number(automaton.start)

    @property
    def special(self) -> str:
        return self._automaton.special

    @property
    def ordered(self) -> bool:
        return self._automaton.ordered

    def _number(self, state: State) -> int:
        number = self._numbers.get(state)
        if number is None:
            number = self._numbers[state] = len(self._states)
            self._states.append(state)
            self.accepting.append(self._automaton.accepts(state))
            self.steps.append({})
        return number

    def step(self, state: int, character: str) -> int:
        """The state after a character."""
        reached = self.steps[state].get(character)
        if reached is None:
            reached = self._number(self._automaton.step(self._states[state], character))
            self.steps[state][character] = reached
        return reached

    def explore(self, alphabet: Sequence[str]) -> None:
        """Work out all states that these characters lead to."""
        state = 0
        while state < len(self._states):
            spend(1 + len(alphabet) // 4)
            for character in alphabet:
                self.step(state, character)
            state += 1

    def column(self, character: str) -> tuple[int, ...]:
        """Where a character leads from each state."""
        return tuple([self.step(state, character) for state in range(len(self._states))])


@lru_cache(maxsize=1_024)
def _compiled(kind: Callable[..., Automaton], arguments: tuple[object, ...]) -> _Compiled:
    return _Compiled(kind(*arguments))


Spec = tuple[Callable[..., Automaton], tuple[object, ...]]
"""An automaton by the function that makes it and its arguments."""


def realizable(wanted: Sequence[Spec], legal: Sequence[Spec] = ()) -> dict[tuple[bool, ...], str]:
    """Every combination of truths that some legal text has, with a shortest such text.

    Args:
        wanted: The predicates whose truths are asked for.
        legal: Predicates that hold for every text that counts.

    Raises:
        TooWide: Where the product of the automata has too many states.
        OutOfSteps: Where no steps are left.
    """
    everything = [_compiled(*spec) for spec in (*wanted, *legal)]
    columns = _columns(everything)
    accepting = [each.accepting for each in everything]
    split = len(wanted)
    found: dict[tuple[bool, ...], str] = {}
    start: tuple[int, ...] = (0,) * len(everything)
    seen: set[tuple[int, ...]] = {start}
    layer: list[tuple[tuple[int, ...], str]] = [(start, "")]
    while layer:
        following: list[tuple[tuple[int, ...], str]] = []
        for states, text in layer:
            spend(1 + len(columns) * len(everything) // 16)
            truths = tuple([a[s] for a, s in zip(accepting, states, strict=True)])
            if all(truths[split:]):
                found.setdefault(truths[:split], text)
            for character, column in columns:
                reached = tuple([c[s] for c, s in zip(column, states, strict=True)])
                if reached not in seen:
                    seen.add(reached)
                    following.append((reached, text + character))
        if len(seen) > MOST_TEXT_STATES:
            raise TooWide(f"text conditions with over {MOST_TEXT_STATES} joint states")
        layer = following
    return found


def _columns(automata: Sequence[_Compiled]) -> list[tuple[str, tuple[tuple[int, ...], ...]]]:
    """One character of each class that the automata tell apart, and where it leads."""
    alphabet = _alphabet(automata)
    for automaton in automata:
        spend()
        automaton.explore(alphabet)
    classes: dict[tuple[tuple[int, ...], ...], str] = {}
    for character in alphabet:
        spend(1 + len(automata))
        classes.setdefault(tuple(a.column(character) for a in automata), character)
    return [(character, column) for column, character in classes.items()]


_PLEASANT = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_- "


def _alphabet(automata: Sequence[_Compiled]) -> list[str]:
    """The special characters, and one of each class of others; pleasant ones first."""
    special = sorted({character for automaton in automata for character in automaton.special})
    if any(automaton.ordered for automaton in automata):
        bounds = ["", *special, ""]
        others = [_between(*pair) for pair in pairwise(bounds)]
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
