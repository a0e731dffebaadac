"""Queries over a small schema, written as text from its raw document.

Primary conditions are drawn by the kinds of what they compare, not always rightly: what
the check refuses takes no part. Whole queries join a few of them.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import cast

from closed_schemas import DATE_TIMES, DATES, NUMBERS, TEXTS, Json, constants_of, kind_of

_ORDERS = (">", ">=", "<", "<=")
_SYMBOLS = ("=", "!=")
_TEXT_OPERATORS = ("contains", "omits", "starts_with", "ends_with")
_LISTS = ("one_of", "none_of")
_RELATIVE = ("within_last", "within_next", "before_last", "after_next")
_NUMERIC = frozenset({"number", "integer"})
_LONG = ("0.12345678901234567890123", "52.520006600000000001", "12345678901234567890")
"""Numbers that a float cannot hold."""
_AGGREGATES = ("sum", "avg", "min", "max")


@dataclass(frozen=True)
class Name:
    """A value that a query can name: how it is written, and what is known of it."""

    text: str
    facts: Json
    kind: str
    """A JSON type, `date`, or `any`."""


@dataclass(frozen=True)
class Inside:
    """What a condition inside of a `where` may name."""

    own: tuple[Name, ...]
    parents: tuple[Name, ...] = ()
    depth: int = 0
    of_event: bool = True


class Writer:
    """Draws conditions about one schema.

    Args:
        document: The schema.
        spans: Lengths of windows, as text.
        rng: The source of chance.
    """

    def __init__(self, document: Json, spans: Sequence[str], rng: random.Random) -> None:
        self._rng = rng
        self._spans = tuple(spans)
        self._traits = names_of(document.get("traits"), "trait")
        self._account_traits = names_of(document.get("account_traits"), "trait")
        self._events = {
            name: names_of(facts, "property")
            for name, facts in _mapping(document.get("events")).items()
        }
        for name, facts in _mapping(document.get("events")).items():
            context = {"properties": _mapping(facts).get("context")}
            self._events[name] += names_of(context, "context")
        self._entities = _mapping(document.get("entities"))
        self._of_accounts = document.get("audience_type") == "ACCOUNTS"
        everything = [*self._traits, *self._account_traits]
        for names in self._events.values():
            everything += names
        self._pool = [each for name in everything for each in constants_of(name.facts)]
        self._numbers = [
            each
            for each in self._pool
            if isinstance(each, int | float) and not isinstance(each, bool)
        ]

    def condition(self) -> str:
        """A primary condition of an audience, or one of a user's inside ANY or ALL."""
        if not self._of_accounts:
            return self._of_customer()
        roll = self._rng.random()
        if roll < 0.25 and self._account_traits:
            return self._compared(self._picked(self._account_traits), self._account_traits)
        if roll < 0.35 and self._events:
            return self._of_stream()
        word = self._rng.choice(("ANY", "ALL"))
        return f"{word} ({self._joined(self._of_customer)})"

    def computed_trait(self) -> str | None:
        """A value of a stream."""
        if not self._events:
            return None
        name = self._rng.choice(list(self._events))
        value, _ = self._reduced(self._stream(name, Inside(())), self._events[name])
        return value

    def _of_customer(self) -> str:
        if self._traits and (not (self._events or self._entities) or self._rng.random() < 0.25):
            return self._compared(self._picked(self._traits), self._traits)
        return self._of_stream()

    def _joined(self, draw: Callable[[], str]) -> str:
        one = draw()
        roll = self._rng.random()
        if roll < 0.5:
            return one
        if roll < 0.65:
            return f"NOT {one}" if one.startswith(("trait", "event")) else f"NOT ({one})"
        word = self._rng.choice(("AND", "OR"))
        return f"{one} {word} {draw()}"

    def _picked(self, names: Sequence[Name]) -> Name:
        """One of them: of arrays and objects rather what is in them."""
        name = self._rng.choice(names)
        whole = name.kind in {"array", "object"} and self._rng.random() < 0.5
        return self._rng.choice(names) if whole else name

    # --- streams --------------------------------------------------------------------------

    def _of_stream(self) -> str:
        if self._entities and (not self._events or self._rng.random() < 0.5):
            return self._of_rows(self._entities, Inside(()), depth=0)
        name = self._rng.choice(list(self._events))
        return self._of_event(name, Inside(()))

    def _of_rows(self, known: Json, around: Inside, *, depth: int) -> str:
        rng = self._rng
        slug = rng.choice(list(known))
        facts = _mapping(known[slug])
        own = names_of(facts, "property")
        stream = f"entity('{slug}')"
        inside = Inside(own, around.own, of_event=False, depth=9)
        for _ in range(rng.choice((0, 1, 1, 2))):
            below = _mapping(facts.get("entities"))
            if below and depth < 2 and rng.random() < 0.4:
                stream += f".where({self._of_rows(below, inside, depth=depth + 1)})"
            elif own or inside.parents:
                stream += f".where({self._joined(lambda: self._inner(inside))})"
        if rng.random() < 0.6 or not own:
            symbol = rng.choice((">=", ">=", ">", "<=", "="))
            return f"{stream}.count() {symbol} {rng.choice((1, 1, 2, 0))}"
        return self._of_value(stream, own)

    def _of_event(self, name: str, around: Inside) -> str:
        rng = self._rng
        own = self._events[name]
        stream = self._stream(name, around)
        if rng.random() < 0.55 or not own:
            symbol = rng.choice((">=", ">=", "=", "<", ">", "<=", "!="))
            return f"{stream}.count() {symbol} {rng.choice((0, 1, 1, 2, 2, 3))}"
        return self._of_value(stream, own)

    def _stream(self, name: str, around: Inside) -> str:
        rng = self._rng
        own = self._events[name]
        stream = f"event('{name}')"
        inside = Inside(own, around.own, around.depth + 1)
        if around.depth and rng.random() < 0.85:
            stream += f".within(parent: {rng.choice(self._spans)})"
        for _ in range(rng.choice((0, 1, 1, 2))):
            roll = rng.random()
            if roll < 0.25 and not around.depth:
                stream += self._window()
            elif own:
                stream += f".where({self._joined(lambda: self._inner(inside))})"
        return stream

    def _window(self) -> str:
        rng = self._rng
        if len(self._spans) > 1 and rng.random() < 0.4:
            near, far = self._spans[:2]
            return f".between({near}, {far})"
        return f".within({rng.choice(self._spans)})"

    def _inner(self, inside: Inside) -> str:
        rng = self._rng
        roll = rng.random()
        if inside.depth < 2 and inside.of_event and roll < 0.25:
            return self._of_event(rng.choice(list(self._events)), inside)
        if inside.of_event and roll < 0.32:
            return self._dated("context('timestamp')")
        if inside.depth < 2 and inside.of_event and self._entities and roll < 0.45:
            return self._of_rows(self._entities, inside, depth=1)
        parents = [
            replace(each, text=each.text.replace("property(", "property(parent: "))
            for each in inside.parents
            if each.text.startswith("property")
        ]
        others = [*inside.own, *self._traits, *parents * 2]
        of_parent = parents and (not inside.own or rng.random() < 0.2)
        return self._compared(self._picked(parents if of_parent else inside.own), others)

    def _of_value(self, stream: str, own: Sequence[Name]) -> str:
        rng = self._rng
        value, result = self._reduced(stream, own)
        if result.kind in _NUMERIC and rng.random() < 0.5:
            if ".unique(" in value:
                return (
                    f"{value} {self._rng.choice(('>=', '=', '<'))} {self._rng.choice((0, 1, 2, 3))}"
                )
            return f"{value} {self._rng.choice((*_ORDERS, *_SYMBOLS))} {self._constant(result)}"
        return self._compared(Name(value, result.facts, result.kind), self._traits)

    def _reduced(self, stream: str, own: Sequence[Name]) -> tuple[str, Name]:
        rng = self._rng
        if not own:
            return f"{stream}.count()", Name("", {}, "number")
        name = rng.choice(own)
        numbers = [each for each in own if each.kind in {"number", "integer", "any"}]
        roll = rng.random()
        if roll < 0.3:
            return f"{stream}.unique({name.text}).count()", Name("", {}, "number")
        if roll < 0.5 and numbers:
            name = rng.choice(numbers)
            reducer = rng.choice(_AGGREGATES)
            return f"{stream}.{reducer}({name.text})", Name("", name.facts, "number")
        if roll < 0.58:
            reducer = rng.choice(("min", "max"))
            return f"{stream}.{reducer}({name.text} as string)", Name("", name.facts, "any")
        if roll < 0.78:
            cast_, kind = rng.choice(
                (
                    ("", name.kind),
                    (" as string", "any"),
                    (" as number", "number"),
                    (" as array", "any"),
                )
            )
            minimum = rng.choice((1, 1, 2))
            return f"{stream}.mode({name.text}{cast_}, {minimum})", Name("", name.facts, kind)
        return f"{stream}.{rng.choice(('first', 'last'))}({name.text})", name

    # --- comparisons ----------------------------------------------------------------------

    def _compared(self, left: Name, others: Sequence[Name]) -> str:
        rng = self._rng
        roll = rng.random()
        if roll < 0.12:
            return f"{left.text}.{rng.choice(('exists', 'absent'))}()"
        if left.kind == "date" and roll < 0.5:
            return self._dated(left.text, [each for each in others if each.kind == "date"])
        alike = [each for each in others if each.text != left.text and _alike(left, each)]
        if alike and roll < 0.45:
            other = rng.choice(alike).text
            symbols = (*_SYMBOLS, *_ORDERS) if left.kind in _NUMERIC else _SYMBOLS
            return f"{left.text} {rng.choice(symbols)} {other}"
        if roll < 0.6 and left.kind not in {*_NUMERIC, "boolean"}:
            return self._text_compared(left)
        if roll < 0.72:
            operator = rng.choice(_LISTS)
            count = rng.choice((1, 2, 2))
            listed = ", ".join(self._constant(left) for _ in range(count))
            return f"{left.text}.{operator}({listed})"
        symbols = (*_SYMBOLS, *_ORDERS) if left.kind in {*_NUMERIC, "any"} else _SYMBOLS
        return f"{left.text} {rng.choice(symbols)} {self._constant(left)}"

    def _text_compared(self, left: Name) -> str:
        rng = self._rng
        operator = rng.choice(_TEXT_OPERATORS)
        pool = [str(each) for each in constants_of(left.facts) if isinstance(each, str)] or TEXTS
        whole = rng.choice(list(pool))
        part = whole[: rng.randint(0, 3)] if rng.random() < 0.5 else whole[-2:]
        if left.kind in {"array", "object"}:
            part = rng.choice((part, "[", '"a"', "1", "[]", ",", "{", '"]'))
        return f"{left.text}.{operator}({quoted(part)})"

    def _dated(self, left: str, others: Sequence[Name] = ()) -> str:
        rng = self._rng
        others = [each for each in others if each.text != left]
        roll = rng.random()
        if others and roll < 0.35:
            return f"{left}.{rng.choice(('before_date', 'after_date'))}({rng.choice(others).text})"
        if roll < 0.65:
            date = rng.choice((*DATES, *DATE_TIMES))
            return f"{left}.{rng.choice(('before_date', 'after_date'))}({date})"
        return f"{left}.{rng.choice(_RELATIVE)}({rng.choice(self._spans)})"

    def _constant(self, name: Name) -> str:
        rng = self._rng
        own = constants_of(name.facts)
        roll = rng.random()
        if own and roll < 0.7:
            return literal(rng.choice(own))
        pool = self._numbers if name.kind in _NUMERIC and roll < 0.79 else self._pool
        if pool and roll < 0.8:
            return literal(rng.choice(pool))
        if name.kind in _NUMERIC and roll < 0.81:
            return rng.choice(_LONG)
        if name.kind in _NUMERIC:
            return literal(rng.choice(NUMBERS))
        if name.kind == "date":
            return rng.choice((*DATES, *DATE_TIMES))
        return literal(rng.choice((*TEXTS, *NUMBERS)))


def names_of(holder: object, word: str, *, within: str = "") -> tuple[Name, ...]:
    """Every name by which a query can read what a document lists."""
    made: list[Name] = []
    for name, each in _mapping(_mapping(holder).get("properties")).items():
        facts = _mapping(each)
        path = f"{within}{name}"
        kind = kind_of(facts)
        if kind == "string" and facts.get("format"):
            kind = "date"
        made.append(Name(f"{word}('{path}')", facts, kind))
        if kind == "object":
            made += names_of(facts, word, within=f"{path}.")
        if kind == "array":
            items = _mapping(facts.get("items"))
            entry = kind_of(items)
            if entry == "object":
                made += names_of(items, word, within=f"{path}.$.")
            else:
                entry = "date" if entry == "string" and items.get("format") else entry
                made.append(Name(f"{word}('{path}.$')", items, entry))
    return tuple(made)


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


def _alike(one: Name, other: Name) -> bool:
    kinds = {one.kind, other.kind}
    return len(kinds) == 1 or kinds <= _NUMERIC or "any" in kinds or "string" in kinds


def _mapping(value: object) -> Json:
    return cast("Json", value) if isinstance(value, Mapping) else {}
