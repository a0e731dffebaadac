"""Comparisons over a small schema, written as text: by the kinds of what they compare.

Not always rightly, and in every spelling that the language takes: with names on the right,
lists in brackets, a literal on the left.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from closed_schemas import (
    DATE_TIMES,
    DATES,
    DAYS,
    NUMBERLIKE,
    NUMBERS,
    TEXTS,
    TIMES,
    constants_of,
    kind_of,
)
from json_documents import Json, mapping

ORDERS = (">", ">=", "<", "<=")
SYMBOLS = ("=", "!=")
NUMERIC = frozenset({"number", "integer"})
_MIRRORED = {">": "<", ">=": "<=", "<": ">", "<=": ">=", "=": "=", "!=": "!="}
_TEXT_OPERATORS = ("contains", "omits", "starts_with", "ends_with")
_LISTS = ("one_of", "none_of")
_RELATIVE = ("within_last", "within_next", "before_last", "after_next")
_LONG = ("0.12345678901234567890123", "52.520006600000000001", "12345678901234567890")
"""Numbers that a float cannot hold."""


@dataclass(frozen=True)
class Name:
    """A value that a query can name: how it is written, and what is known of it."""

    text: str
    facts: Json
    kind: str
    """A JSON type, `date`, `time`, or `any`."""


class Comparing:
    """Draws comparisons of values.

    Args:
        pool: Constants to compare with, beside those of a value's own facts.
        lengths: Of relative dates, as text.
        rng: The source of chance.
        of_any_type: Whether strings are compared by order, and numbers by their text, too.
    """

    def __init__(
        self,
        pool: Sequence[object],
        lengths: Sequence[str],
        rng: random.Random,
        *,
        of_any_type: bool,
    ) -> None:
        self._rng = rng
        self._lengths = tuple(lengths)
        self._of_any_type = of_any_type
        self._pool = list(pool)
        self._numbers = [
            each for each in pool if isinstance(each, int | float) and not isinstance(each, bool)
        ]

    def compared(self, left: Name, others: Sequence[Name]) -> str:
        """A comparison of a value with a constant or with one of the others."""
        rng = self._rng
        roll = rng.random()
        if roll < 0.12:
            return f"{left.text}.{rng.choice(('exists', 'absent'))}()"
        if self._is_dated(left) and rng.random() < 0.5:
            return self.dated(left.text, [each for each in others if each.kind == "date"])
        alike = [each for each in others if each.text != left.text and _alike(left, each)]
        if alike and roll < 0.45:
            return f"{left.text} {rng.choice(self._symbols(left))} {rng.choice(alike).text}"
        is_text = left.kind not in {*NUMERIC, "boolean"}
        if roll < 0.6 and (is_text or (self._of_any_type and roll < 0.52)):
            return self._searched(left, alike)
        if roll < 0.72:
            operator = rng.choice(_LISTS)
            count = rng.choice((1, 2, 2))
            listed = ", ".join(self.constant(left) for _ in range(count))
            return f"{left.text}.{operator}({self._bracketed(listed)})"
        symbol, constant = rng.choice(self._symbols(left)), self.constant(left)
        if rng.random() < 0.15:
            return f"literal({constant}) {_MIRRORED[symbol]} {left.text}"
        return f"{left.text} {symbol} {constant}"

    def dated(self, left: str, others: Sequence[Name] = ()) -> str:
        """A comparison of a date."""
        rng = self._rng
        others = [each for each in others if each.text != left]
        roll = rng.random()
        if others and roll < 0.35:
            return f"{left}.{rng.choice(('before_date', 'after_date'))}({rng.choice(others).text})"
        if roll < 0.5:
            date = rng.choice((*DATES, *DATE_TIMES))
            return f"{left}.{rng.choice(('before_date', 'after_date'))}({date})"
        return f"{left}.{rng.choice(_RELATIVE)}({rng.choice(self._lengths)})"

    def _is_dated(self, left: Name) -> bool:
        if left.kind in {"any", "string"}:
            values = constants_of(left.facts)
            days = sum(each in DAYS for each in values)
            return days > len(values) / 3
        return left.kind == "date"

    def _symbols(self, left: Name) -> tuple[str, ...]:
        has_order = left.kind in {*NUMERIC, "any", "column", "time"} or (
            left.kind in {"string", "date"} and self._rng.random() < 0.5
        )
        return (*SYMBOLS, *ORDERS) if has_order else SYMBOLS

    def _searched(self, left: Name, others: Sequence[Name]) -> str:
        rng = self._rng
        operator = rng.choice(_TEXT_OPERATORS)
        count = rng.choice((1, 1, 2)) if operator in {"contains", "omits"} else 1
        parts = [
            rng.choice(others).text if others and rng.random() < 0.35 else self._piece(left)
            for _ in range(count)
        ]
        listed = ", ".join(parts)
        if operator in {"contains", "omits"}:
            listed = self._bracketed(listed)
        return f"{left.text}.{operator}({listed})"

    def _bracketed(self, listed: str) -> str:
        return f"[{listed}]" if self._rng.random() < 0.15 else listed

    def _piece(self, left: Name) -> str:
        rng = self._rng
        values = constants_of(left.facts)
        pool = [str(each) for each in values if isinstance(each, str | int)] or TEXTS
        whole = rng.choice(list(pool))
        part = whole[: rng.randint(0, 3)] if rng.random() < 0.5 else whole[-2:]
        if left.kind in {"array", "object"}:
            part = rng.choice((part, "[", '"a"', "1", "[]", ",", "{", '"]'))
        return quoted(part)

    def constant(self, name: Name) -> str:
        """A constant to compare a value with."""
        rng = self._rng
        own = constants_of(name.facts)
        roll = rng.random()
        if own and roll < 0.7:
            value = literal(rng.choice(own))
            # A number in quotes is that number still.
            is_bare = name.kind in NUMERIC and not value.startswith("'")
            return quoted(value) if is_bare and rng.random() < 0.1 else value
        if name.kind == "time":
            return quoted(rng.choice(TIMES))
        if name.kind == "string" and roll < 0.85:
            return quoted(rng.choice(NUMBERLIKE))
        pool = self._numbers if name.kind in NUMERIC and roll < 0.79 else self._pool
        if pool and roll < 0.8:
            return literal(rng.choice(pool))
        if name.kind in NUMERIC and roll < 0.81:
            return rng.choice(_LONG)
        if name.kind in NUMERIC:
            return literal(rng.choice(NUMBERS))
        if name.kind == "date":
            return rng.choice((*DATES, *DATE_TIMES))
        return literal(rng.choice((*TEXTS, *NUMBERS)))


def names_of(holder: object, word: str, *, within: str = "") -> tuple[Name, ...]:
    """Every name by which a query can read what a document lists."""
    names: list[Name] = []
    for name, each in mapping(mapping(holder).get("properties")).items():
        facts = mapping(each)
        path = f"{within}{name}"
        kind = _kind(facts)
        names.append(Name(f"{word}('{path}')", facts, kind))
        if kind == "object":
            names += names_of(facts, word, within=f"{path}.")
        if kind == "array":
            items = mapping(facts.get("items"))
            entry = _kind(items)
            if entry == "object":
                names += names_of(items, word, within=f"{path}.$.")
            else:
                names.append(Name(f"{word}('{path}.$')", items, entry))
    return tuple(names)


def literal(value: object) -> str:
    """A constant as a query writes it."""
    if isinstance(value, bool):
        return "'true'" if value else "'false'"
    if isinstance(value, float):
        return format(Decimal(repr(value)), "f")
    return str(value) if isinstance(value, int) else quoted(str(value))


def quoted(text: str) -> str:
    """A text between quotes."""
    return f"'{text}'"


def _kind(facts: Json) -> str:
    kind = kind_of(facts)
    if kind == "string" and facts.get("format"):
        return "time" if facts["format"] == "time" else "date"
    return kind


def _alike(one: Name, other: Name) -> bool:
    kinds = {one.kind, other.kind}
    return len(kinds) == 1 or kinds <= NUMERIC or "any" in kinds or "string" in kinds
