"""Random customers who live where two queries look: near their constants and windows.

Written against the schema alone and apart from `population`, as a second opinion: values
that the schema allows, at and beside every constant, events at and beside every edge.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from jurist.languages.cql.schemas.schema import (
    CqlSchema,
    EntitySpec,
    EventSpec,
    Field,
    Fields,
    Kind,
)
from jurist.languages.cql.semantics.subjects import Account, Customer, CustomerEvent, Row, Subject
from jurist.languages.cql.semantics.values import (
    FIRST_MOMENT,
    LAST_MOMENT,
    Value,
    constant_moment,
    constant_value,
    moment_text,
    split_path,
)
from jurist.languages.cql.syntax import (
    Between,
    Comparison,
    Context,
    CqlQuery,
    Date,
    Duration,
    Entity,
    Event,
    Moment,
    Number,
    Property,
    Sources,
    Text,
    Trait,
    Within,
)
from jurist.languages.cql.tree import walk

NOW = 1_780_315_200_000
"""2026-06-01T12:00:00Z."""
_DAY = 86_400_000
_TEXTS = ("", "x", "5", "5.0", "Berlin", "true", "2026-05-01")
_NUMBERS: tuple[int | Decimal, ...] = (0, 1, 2, 5, 100, Decimal("0.5"), -1)
_MICRO = Decimal("0.000001")


@dataclass(slots=True)
class Words:
    """What two queries speak of."""

    events: list[str] = field(default_factory=list[str])
    slugs: set[str] = field(default_factory=set[str])
    names: set[str] = field(default_factory=set[str])
    """First keys of every trait, property and context field."""
    constants: list[Number | Text | Date | Moment] = field(
        default_factory=list["Number | Text | Date | Moment"]
    )
    spans: list[int] = field(default_factory=lambda: [0, _DAY])
    """Lengths of windows and relative dates, in milliseconds."""
    sources: list[str] = field(default_factory=lambda: ["another"])


def words_of(*queries: CqlQuery) -> Words:
    """All that the queries name and compare with."""
    words = Words()
    for query in queries:
        for node, _ in walk(query):
            match node:
                case Event(name):
                    if name not in words.events:
                        words.events.append(name)
                case Entity(slug):
                    words.slugs.add(slug)
                case Trait(name) | Property(name) | Context(name):
                    words.names.add(split_path(name)[0])
                case Within(duration):
                    words.spans.append(duration.ms)
                case Duration():
                    words.spans.append(node.ms)
                case Between(near, far):
                    words.spans += [near.ms, far.ms]
                case Sources(exclude):
                    words.sources += exclude
                case Comparison(_, _, arguments):
                    words.constants += [
                        one for one in arguments if isinstance(one, Number | Text | Date | Moment)
                    ]
                case _:
                    pass
    return words


class Crowd:
    """An endless crowd for two queries under a schema."""

    def __init__(self, schema: CqlSchema, rng: random.Random, *queries: CqlQuery) -> None:
        self._schema = schema
        self._rng = rng
        self._words = words_of(*queries)
        self.now = NOW if schema.now is None else schema.now
        values = [constant_value(one) for one in self._words.constants]
        self._numbers = [each for each in values if not isinstance(each, str)]
        self._texts = [each for each in values if isinstance(each, str)]
        found = map(constant_moment, self._words.constants)
        self._moments = [each for each in found if each is not None]

    def subject(self, *, of_accounts: bool) -> Subject:
        """One customer, or an account with none to three users."""
        self.now = NOW if self._schema.now is None else self._schema.now
        if self._schema.now is None and self._moments and self._rng.random() < 0.3:
            self.now = _sayable(
                self._rng.choice(self._moments) + self._beside(self._rng.choice((1, 0, -1)))
            )
        if not of_accounts:
            return self._customer()
        users = tuple(self._customer() for _ in range(self._rng.choice((0, 1, 1, 2, 3))))
        return Account(self._values(self._schema.account_traits), users)

    def _customer(self) -> Customer:
        rng = self._rng
        events: list[CustomerEvent] = []
        for name in self._words.events:
            for _ in range(rng.choice((0, 1, 1, 2, 3, 4))):
                events.append(self._event(name, events))
        rng.shuffle(events)
        return Customer(
            self._values(self._schema.traits), tuple(events), self._rows(self._schema.entities)
        )

    def _event(self, name: str, before: list[CustomerEvent]) -> CustomerEvent:
        rng = self._rng
        spec = self._schema.events.get(name, EventSpec())
        if before and rng.random() < 0.5:
            time = rng.choice(before).time + self._beside(rng.choice((1, -1)))
        else:
            time = self.now - self._beside(1)
        source = rng.choice((None, None, *self._words.sources))
        return CustomerEvent(
            name,
            _sayable(min(time, self.now + rng.choice((0, 0, 0, 0, 1)))),
            self._values(spec.properties),
            self._values(spec.context),
            source,
        )

    def _beside(self, sign: int) -> int:
        """A span, just less, just more, or somewhere inside of it."""
        rng = self._rng
        span = rng.choice(self._words.spans)
        roll = rng.random()
        if roll < 0.3:
            return sign * rng.randint(0, max(span, 1))
        return sign * span + rng.choice((0, 1, -1, _DAY // 24, -_DAY // 24))

    def _rows(self, known: Mapping[str, EntitySpec]) -> dict[str, tuple[Row, ...]]:
        return {
            slug: tuple(
                Row(self._values(spec.properties), self._rows(spec.entities))
                for _ in range(self._rng.choice((0, 1, 1, 2)))
            )
            for slug, spec in known.items()
            if slug in self._words.slugs
        }

    # --- values ---

    def _values(self, fields: Fields) -> dict[str, Value]:
        """Values of the fields that the queries name, and of those that are always there."""
        made: dict[str, Value] = {}
        for name, facts in fields.items():
            first, *others = split_path(name)
            if not facts.required and (first not in self._words.names or self._rng.random() < 0.25):
                continue
            value = self._value(facts)
            if not others:
                made[first] = value
                continue
            inner = made.setdefault(first, {})
            for key in others[:-1]:
                assert isinstance(inner, dict)
                inner = inner.setdefault(key, {})
            assert isinstance(inner, dict)
            inner[others[-1]] = value
        return made

    def _value(self, facts: Field) -> Value:
        rng = self._rng
        if facts.enum:
            return rng.choice(facts.enum)
        match facts.kind:
            case Kind.NUMBER | Kind.INTEGER:
                return self._number(facts)
            case Kind.BOOLEAN:
                return rng.choice(("true", "false"))
            case Kind.DATE:
                return self._date()[:10]
            case Kind.TIME:
                return f"{rng.randrange(24):02d}:{rng.choice((0, 30)):02d}:00"
            case Kind.DATE_TIME:
                return self._timestamp()
            case Kind.ARRAY:
                entry = facts.items or Field()
                return tuple(self._value(entry) for _ in range(rng.choice((0, 1, 1, 2))))
            case Kind.OBJECT:
                return self._values_inside(facts.fields or {})
            case Kind.STRING:
                return self._text()
            case Kind.UNKNOWN:
                return self._text() if rng.random() < 0.5 else self._number(facts)

    def _values_inside(self, fields: Fields) -> dict[str, Value]:
        return {
            name: self._value(facts)
            for name, facts in fields.items()
            if facts.required or self._rng.random() < 0.8
        }

    def _number(self, facts: Field) -> int | Decimal:
        rng = self._rng
        number = rng.choice((*_NUMBERS, *self._numbers, *self._numbers))
        assert not isinstance(number, str)
        steps: tuple[int | Decimal, ...] = (0, 0, 1, -1)
        if facts.kind is Kind.INTEGER:
            number = int(number) + int(rng.choice(steps))
        else:
            number += rng.choice((*steps, _MICRO, -_MICRO))
        low, high = facts.minimum, facts.maximum
        if isinstance(low, int | Decimal) and number < low:
            number = low
        if isinstance(high, int | Decimal) and number > high:
            number = high
        return number

    def _text(self) -> str:
        rng = self._rng
        text = rng.choice((*_TEXTS, *self._texts, *self._texts))
        roll = rng.random()
        if roll < 0.1:
            return text + rng.choice(self._texts or ["x"])
        if roll < 0.2:
            return text[: len(text) // 2]
        return text.swapcase() if roll < 0.3 else text

    def _date(self) -> str:
        rng = self._rng
        if self._moments and rng.random() < 0.5:
            near = rng.choice(self._moments) + rng.choice((0, 0, 1, -1, _DAY, -_DAY))
            return moment_text(_sayable(near))
        moment = self._timestamp()
        return moment[:10] if rng.random() < 0.2 else moment

    def _timestamp(self) -> str:
        return moment_text(_sayable(self.now + self._beside(self._rng.choice((1, -1)))))


def _sayable(ms: int) -> int:
    """The nearest moment that a timestamp can say."""
    return min(max(ms, FIRST_MOMENT), LAST_MOMENT)
