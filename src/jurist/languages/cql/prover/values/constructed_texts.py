"""Which truths of text conditions can go together, where texts can simply be put together.

Let `#` be a character of none of the constants. Of a text that is none of the constants,
the true conditions are closed: what starts a true start is true, what ends a true end is,
what any true constant contains is contained; and of two true starts (ends) one starts
(ends) the other. Every closed set is that of the text `start # contained # ... # end`, of
the longest true start and end: no constant can reach over a `#`. So the closed sets are
all there are, without a walk through automata. Of a list of which a text contains some
constant, the first will do that contains none of what must not be there. Where numbers
count too, it takes constants that are no part of a number, so that numbers have none of the
conditions.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import compress, pairwise, product
from typing import TypeAlias

from jurist.languages.cql.prover.values.predicates import (
    BEFORE,
    CONTAINS,
    ENDS,
    HAS_SOME,
    IS,
    NUMBER,
    STARTS,
    text_holds,
)
from jurist.languages.cql.semantics.numbers import UNIT, inner_number, number_of
from jurist.languages.cql.semantics.values import read_number, text_of
from jurist.languages.effort import spend

Wanted: TypeAlias = "tuple[str, str | frozenset[str] | int | None]"
_Condition: TypeAlias = "tuple[str, Sequence[str]]"
"""A kind, and the constants of which one is enough."""

_MOST_CONDITIONS = 6
_OF_NUMBERS = frozenset("-.0123456789")
_APART = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_ #|~^\n"
_PARTS = frozenset((CONTAINS, HAS_SOME))
_FEW = 12
"""Parts that are looked for one by one."""


def constructed_texts(
    wanted: Sequence[Wanted], *, numbers: bool | None, apart_from: Collection[str] = ()
) -> dict[tuple[bool, ...], str] | None:
    """Every combination of truths that some text has, with such a text.

    Args:
        wanted: The conditions whose truths are asked for: each a kind (`IS`, `STARTS`, `ENDS`
            or `CONTAINS`) and a constant, or `HAS_SOME` and several; then `NUMBER` and `None`
            (that it is a number), or the units that the number reaches.
        numbers: Whether numbers count, or nothing else; `None`: all do.
        apart_from: Texts that do not count.

    Returns:
        The texts; `None` where they are not simply put together.
    """
    searched: list[_Condition] = []
    for kind, of in wanted:
        if isinstance(of, str):
            searched.append((kind, (of,)))
        elif isinstance(of, frozenset):
            searched.append((kind, sorted(of, key=_shortest_first)))
    others = wanted[len(searched) :]
    if len(searched) > _MOST_CONDITIONS or any(kind == BEFORE for kind, _ in searched):
        return None
    constants = [constant for _, of in searched for constant in of]
    if numbers is not False and any(map(_OF_NUMBERS.issuperset, constants)):
        return None
    texts: dict[tuple[bool, ...], str] = {}
    if numbers is not True:
        used = {character for constant in constants for character in constant}
        apart = next((character for character in _APART if character not in used), None)
        if apart is None:
            return None
        reads_numbers = (NUMBER, None) in others
        for text in _texts(searched, apart):
            if text not in apart_from and not (reads_numbers and read_number(text) is not None):
                truths = (_has_any(kind, text, of) for kind, of in searched)
                texts.setdefault((*truths, *(False for _ in others)), text)
    if others and numbers is not False:
        ends = [end for _, end in others if isinstance(end, int)]
        for low, after in pairwise([None, *sorted(ends), None]):
            number = inner_number(low, None if after is None else after - 1, UNIT)
            reached = (low is not None and end <= low for end in ends)
            truths = (*(False for _ in searched), True, *reached)
            texts[truths] = text_of(number_of(number, UNIT))
    return texts


def _shortest_first(text: str) -> tuple[int, str]:
    return len(text), text


def _texts(searched: Sequence[_Condition], apart: str) -> list[str]:
    """Texts with all combinations of truths that there are, in order of length."""
    texts = [constant for kind, of in searched if kind == IS for constant in of]
    others = [(kind, of) for kind, of in searched if kind != IS]
    for truths in product((False, True), repeat=len(others)):
        false = compress(others, (not true for true in truths))
        unwanted = frozenset(part for kind, of in false if kind in _PARTS for part in of)
        true = [_first_without(kind, of, unwanted) for kind, of in compress(others, truths)]
        texts += _put_together(true, apart)
    return sorted(texts, key=len)


def _first_without(kind: str, of: Sequence[str], unwanted: Collection[str]) -> tuple[str, str]:
    """One condition with the first constant that contains nothing unwanted, if there is one."""
    if len(of) == 1:
        return kind, of[0]
    without = (constant for constant in of if not _has_any(HAS_SOME, constant, unwanted))
    return kind, next(without, of[0])


def _has_any(kind: str, text: str, of: Collection[str]) -> bool:
    """Whether a condition holds of a text with one of some constants."""
    spend(1 + len(of) // 50)
    if kind != HAS_SOME:
        return any(text_holds(kind, text, constant) for constant in of)
    if len(of) <= _FEW:
        return any(constant in text for constant in of)
    parts = of if isinstance(of, frozenset) else frozenset(of)
    lengths = {len(part) for part in parts}
    return any(
        text[start : start + length] in parts
        for length in lengths
        for start in range(len(text) - length + 1)
    )


def _put_together(true: Sequence[tuple[str, str]], apart: str) -> Iterator[str]:
    """The text that has just these truths where any has, and a plainer one that may have them."""
    start, end = _longest(true, STARTS), _longest(true, ENDS)
    inside = dict.fromkeys(constant for kind, constant in true if kind in _PARTS)
    yield apart.join([start, *inside, end])
    yield "".join([start, *inside, end])


def _longest(true: Sequence[tuple[str, str]], wanted: str) -> str:
    return max([constant for kind, constant in true if kind == wanted], key=len, default="")
