"""Which truths of text conditions can go together, where texts can simply be put together.

Let `#` be a character of none of the constants. Of a text that is none of the constants,
the true conditions are closed: what starts a true start is true, what ends a true end is,
what any true constant contains is contained; and of two true starts (ends) one starts
(ends) the other. Every closed set is that of the text `start # contained # ... # end`, of
the longest true start and end: no constant can reach over a `#`. So the closed sets are
all there are, without a walk through automata. It takes constants that are no part of a
number, so that numbers have none of the conditions.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import compress, pairwise, product

from jurist.languages.cql.prover.values.predicates import (
    BEFORE,
    CONTAINS,
    ENDS,
    IS,
    STARTS,
    text_holds,
)
from jurist.languages.cql.semantics.numbers import UNIT, inner_number, number_of
from jurist.languages.cql.semantics.values import text_of

_MOST_CONDITIONS = 6
_OF_NUMBERS = frozenset("-.0123456789")
_APART = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_ "


def constructed_texts(
    wanted: Sequence[tuple[str, str | int | None]], *, numbers: bool | None
) -> dict[tuple[bool, ...], str] | None:
    """Every combination of truths that some text has, with such a text.

    Args:
        wanted: The conditions whose truths are asked for: each a kind (`IS`, `STARTS`, `ENDS`
            or `CONTAINS`) and a constant; then `NUMBER` and `None` (that it is a number), or
            the units that the number reaches.
        numbers: Whether numbers count, or nothing else; `None`: all do.

    Returns:
        The texts; `None` where they are not simply put together.
    """
    searched = [(kind, constant) for kind, constant in wanted if isinstance(constant, str)]
    others = wanted[len(searched) :]
    if len(searched) > _MOST_CONDITIONS or any(kind == BEFORE for kind, _ in searched):
        return None
    if any(_OF_NUMBERS.issuperset(constant) for _, constant in searched):
        return None
    texts: dict[tuple[bool, ...], str] = {}
    if numbers is not True:
        used = {character for _, constant in searched for character in constant}
        apart = next((character for character in _APART if character not in used), None)
        if apart is None:
            return None
        for text in _texts(searched, apart):
            truths = (text_holds(kind, text, constant) for kind, constant in searched)
            texts.setdefault((*truths, *(False for _ in others)), text)
    if others and numbers is not False:
        ends = [end for _, end in others if isinstance(end, int)]
        for low, after in pairwise([None, *sorted(ends), None]):
            number = inner_number(low, None if after is None else after - 1, UNIT)
            reached = (low is not None and end <= low for end in ends)
            truths = (*(False for _ in searched), True, *reached)
            texts[truths] = text_of(number_of(number, UNIT))
    return texts


def _texts(searched: Sequence[tuple[str, str]], apart: str) -> list[str]:
    """Texts with all combinations of truths that there are, in order of length."""
    texts = [constant for kind, constant in searched if kind == IS]
    others = [(kind, constant) for kind, constant in searched if kind != IS]
    for truths in product((False, True), repeat=len(others)):
        true = list(compress(others, truths))
        texts += _put_together(true, apart)
    return sorted(texts, key=len)


def _put_together(true: Sequence[tuple[str, str]], apart: str) -> Iterator[str]:
    """The text that has just these truths where any has, and a plainer one that may have them."""
    start, end = _longest(true, STARTS), _longest(true, ENDS)
    inside = dict.fromkeys(constant for kind, constant in true if kind == CONTAINS)
    yield apart.join([start, *inside, end])
    yield "".join([start, *inside, end])


def _longest(true: Sequence[tuple[str, str]], wanted: str) -> str:
    return max([constant for kind, constant in true if kind == wanted], key=len, default="")
