"""Queries over a small schema, written as text from its raw document.

Primary conditions are drawn by the kinds of what they compare, not always rightly: what
the check refuses takes no part. Whole queries join a few of them.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from closed_comparisons import (
    NUMERIC,
    ORDERS,
    SYMBOLS,
    Comparing,
    Name,
    names_of,
)
from closed_schemas import constants_of
from json_documents import Json, mapping

_AGGREGATES = ("sum", "sum", "avg", "min", "max")
_COUNTED = Name("", {}, "number")


@dataclass(frozen=True)
class Inside:
    """What a condition inside of a `where` may name."""

    own: tuple[Name, ...]
    parents: tuple[Name, ...] = ()
    depth: int = 0
    of_event: bool = True


class Writer(Comparing):
    """Draws conditions about one schema.

    Args:
        document: The schema.
        spans: Lengths of windows, as text.
        lengths: Those of relative dates.
        rng: The source of chance.
        of_any_type: Whether strings are compared by order, and numbers by their text, too.
    """

    def __init__(
        self,
        document: Json,
        spans: Sequence[str],
        lengths: Sequence[str],
        rng: random.Random,
        *,
        of_any_type: bool = False,
    ) -> None:
        self._spans = tuple(spans)
        self._traits = names_of(document.get("traits"), "trait")
        self._account_traits = names_of(document.get("account_traits"), "trait")
        self._events = {
            name: names_of(facts, "property")
            for name, facts in mapping(document.get("events")).items()
        }
        for name, facts in mapping(document.get("events")).items():
            context = {"properties": mapping(facts).get("context")}
            self._events[name] += names_of(context, "context")
        self._entities = mapping(document.get("entities"))
        self._of_accounts = document.get("audience_type") == "ACCOUNTS"
        everything = [*self._traits, *self._account_traits]
        for names in self._events.values():
            everything += names
        pool = [each for name in everything for each in constants_of(name.facts)]
        super().__init__(pool, lengths, rng, of_any_type=of_any_type)

    def condition(self) -> str:
        """A primary condition of an audience, or one of a user's inside ANY or ALL."""
        if not self._of_accounts:
            return self._of_customer()
        roll = self._rng.random()
        if roll < 0.25 and self._account_traits:
            return self.compared(self._picked(self._account_traits), self._account_traits)
        if roll < 0.35 and self._events:
            return self._of_stream()
        word = self._rng.choice(("ANY", "ALL"))
        return f"{word} ({self._joined(self._of_customer)})"

    def computed_trait(self) -> str | None:
        """A value of a stream."""
        if not self._events:
            return None
        name = self._rng.choice(list(self._events))
        stream = self._stream(name, Inside(()))
        if self._rng.random() < 0.3:
            then = self._rng.choice(list(self._events))
            session = f"event('{then}').expires_after(parent: {self._rng.choice(self._spans)})"
            stream += f".where({session}.count() >= {self._rng.choice((1, 1, 2))})"
        elif self._rng.random() < 0.2:
            stream += f".expires_after({self._rng.choice(self._spans)})"
        value, _ = self._reduced(stream, self._events[name])
        return value

    def _of_customer(self) -> str:
        if self._traits and (not (self._events or self._entities) or self._rng.random() < 0.25):
            return self.compared(self._picked(self._traits), self._traits)
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
        facts = mapping(known[slug])
        own = names_of(facts, "property")
        stream = f"entity('{slug}')"
        inside = Inside(own, around.own, of_event=False, depth=9)
        for _ in range(rng.choice((0, 1, 1, 2))):
            below = mapping(facts.get("entities"))
            if below and depth < 3 and rng.random() < 0.5:
                stream += f".where({self._of_rows(below, inside, depth=depth + 1)})"
            elif own or inside.parents:
                stream += f".where({self._joined(lambda: self._inner(inside))})"
        if rng.random() < 0.6 or not own:
            symbol = rng.choice((">=", ">=", ">", "<=", "="))
            return f"{stream}.count() {symbol} {rng.choice((1, 1, 2, 0))}"
        return self._of_value(stream, own, around)

    def _of_event(self, name: str, around: Inside) -> str:
        rng = self._rng
        own = self._events[name]
        stream = self._stream(name, around)
        if rng.random() < 0.55 or not own:
            symbol = rng.choice((">=", ">=", "=", "<", ">", "<=", "!="))
            beside = self._number_of(around) if rng.random() < 0.2 else None
            return f"{stream}.count() {symbol} {beside or rng.choice((0, 1, 1, 2, 2, 3))}"
        return self._of_value(stream, own, around)

    def _number_of(self, around: Inside) -> str | None:
        """A number that is no constant: of a trait, or what another stream comes to."""
        rng = self._rng
        traits = [each.text for each in self._traits if each.kind in {*NUMERIC, "any"}]
        if traits and rng.random() < 0.5:
            return rng.choice(traits)
        name = rng.choice(list(self._events))
        stream, own = self._stream(name, around), self._events[name]
        numbers = [each.text for each in own if each.kind in NUMERIC]
        if numbers and rng.random() < 0.6:
            return f"{stream}.{rng.choice(_AGGREGATES)}({rng.choice(numbers)})"
        return f"{stream}.count()"

    def _stream(self, name: str, around: Inside) -> str:
        rng = self._rng
        own = self._events[name]
        stream = f"event('{name}')"
        if rng.random() < 0.04:
            stream += rng.choice((".sources({exclude: 's'})", ".sources({exclude: ['s', 't']})"))
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
            return self.dated("context('timestamp')")
        if inside.depth < 2 and inside.of_event and self._entities and roll < 0.45:
            return self._of_rows(self._entities, inside, depth=1)
        parents = [
            replace(each, text=each.text.replace("property(", "property(parent: "))
            for each in inside.parents
            if each.text.startswith("property")
        ]
        others = [*inside.own, *self._traits, *parents * 2]
        of_parent = parents and (not inside.own or rng.random() < 0.2)
        return self.compared(self._picked(parents if of_parent else inside.own), others)

    def _of_value(self, stream: str, own: Sequence[Name], around: Inside) -> str:
        rng = self._rng
        value, result = self._reduced(stream, own)
        if result.kind in NUMERIC and self._events and around.of_event and rng.random() < 0.5:
            beside = self._number_of(around)
            return f"{value} {rng.choice((*ORDERS, *SYMBOLS))} {beside}"
        if result.kind in NUMERIC and rng.random() < 0.5:
            if ".unique(" in value:
                return f"{value} {rng.choice(('>=', '=', '<'))} {rng.choice((0, 1, 2, 3))}"
            return f"{value} {rng.choice((*ORDERS, *SYMBOLS))} {self.constant(result)}"
        return self.compared(Name(value, result.facts, result.kind), self._traits)

    def _reduced(self, stream: str, own: Sequence[Name]) -> tuple[str, Name]:
        rng = self._rng
        if not own:
            return f"{stream}.count()", _COUNTED
        name = rng.choice(own)
        numbers = [each for each in own if each.kind in {"number", "integer", "any"}]
        if self._of_accounts and self._traits and stream.startswith("event"):
            own_trait = rng.choice(self._traits)
            if "$" not in own_trait.text and rng.random() < 0.12:
                word = rng.choice(("first({})", "last({})", "mode({}, 1)", "mode({}, 2)"))
                return f"{stream}.{word.format(own_trait.text)}", own_trait
        roll = rng.random()
        if roll < 0.25:
            return f"{stream}.unique({name.text}).count()", _COUNTED
        if roll < 0.52 and numbers:
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
