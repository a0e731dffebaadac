"""Constants, lengths of time and counts in English."""

from __future__ import annotations

import random
import re
from collections.abc import Collection
from decimal import Decimal
from typing import Final

from jurist.languages.cql.semantics.values import Atom
from jurist.languages.cql.syntax import Constant, Date, Moment, Number, Operator, Text
from jurist.languages.cql.text.literals import moment_text, number_text, string_text
from jurist.languages.mentions import NONE_AT_ALL

_PLAIN_WORD: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_CALENDAR: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:T[0-9:.]{5,12}Z?)?")
_RESERVED: Final = frozenset(
    {
        *("a", "all", "and", "any", "at", "before", "but", "by", "count", "each", "either"),
        *("every", "false", "for", "from", "if", "in", "is", "it", "known", "more", "no"),
        *("none", "not", "of", "on", "one", "only", "or", "other", "set", "some", "than"),
        *("that", "the", "their", "to", "true", "unknown", "where", "who", "whose", "with"),
    }
)
_BOUNDS: Final = {
    Operator.AT_LEAST: "at least",
    Operator.GREATER_THAN: "more than",
    Operator.LESS_THAN: "fewer than",
    Operator.AT_MOST: "at most",
    Operator.EQUALS: "exactly",
}
COUNTED: Final = frozenset({*_BOUNDS, Operator.DIFFERS})
"""The operators that a count is said with."""


def constant_text(constant: Constant, *, known: Collection[Atom] = ()) -> str:
    """A constant; a text of `known` that is one ordinary word stands without quotes."""
    match constant:
        case Number():
            return number_text(constant.value)
        case Text():
            value = constant.value
            plain = value in known and _PLAIN_WORD.fullmatch(value) is not None
            return value if plain and value.lower() not in _RESERVED else string_text(value)
        case Date():
            return constant.value.isoformat()
        case Moment():
            return moment_text(constant)


def date_text(constant: Constant) -> str:
    """A constant that is compared as a moment: texts that are dates go without quotes."""
    if isinstance(constant, Text) and _CALENDAR.fullmatch(constant.value):
        return constant.value
    return constant_text(constant)


def times_text(
    operator: Operator, number: int | Decimal, rng: random.Random, *, terse: bool
) -> str:
    """How often something was done: "at least twice"."""
    if terse and operator is Operator.AT_LEAST and number != 1 and rng.random() < 0.5:
        return f"{number_text(number)}+ times"
    often = {1: "once", 2: "twice"}.get(number) if isinstance(number, int) else None
    if often is None or terse:
        often = f"{number_text(number)} {'time' if number == 1 else 'times'}"
    return f"{_BOUNDS[operator]} {often}"


def amount_text(operator: Operator, number: int | Decimal, things: str) -> str:
    """How many there are: "at least 2 devices"."""
    return f"{bound_text(operator, number)} {singular(things) if number == 1 else things}"


def singular(things: str) -> str:
    """The words of one of several things: "device" of "devices"."""
    return things if things.endswith("ss") else things.removesuffix("s")


def bound_text(operator: Operator, number: int | Decimal) -> str:
    """How many, without saying of what: "at least 2"."""
    return f"{_BOUNDS[operator]} {number_text(number)}"


def means_never(operator: Operator, number: int | Decimal) -> bool:
    """Whether a count compared so says that there is none."""
    return (operator.symbol, number) in NONE_AT_ALL


def means_ever(operator: Operator, number: int | Decimal) -> bool:
    """Whether a count compared so says that there is one."""
    return operator is Operator.AT_LEAST and number == 1
