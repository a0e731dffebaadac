"""Audiences of dates and windows that somebody is known to be in, at a known moment.

Random pairs seldom ask for a certain `now`. Here a subject and a moment come first: each
condition, drawn around their dates, is taken as it is or negated, whichever is true of
them by the naive second reading.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

from cql_oracle import evaluate
from jurist.languages.cql.schemas.schema import CqlSchema
from jurist.languages.cql.semantics.subjects import Customer, CustomerEvent
from jurist.languages.cql.semantics.values import moment_text
from parsed import condition

SCHEMA = CqlSchema(open_world=True)
_HOUR, _DAY = 3_600_000, 86_400_000
_BASES = (1_704_067_200_000, 1_780_315_200_000, 1_893_456_000_000, 1_893_542_399_995)
_TRAITS = "abcd"
_LATER = "NOT event('Z').where(context('timestamp').after_date(2040-01-01)).count() >= 1"
"""A date of its own, which no other condition should mind."""
_RELATIVE = ("within_last", "within_next", "before_last", "after_next")


@dataclass(frozen=True, slots=True)
class KnownMember:
    """An audience, one more condition, and who is in both at a moment."""

    audience: str
    condition: str
    subject: Customer
    now: int


def known_member(seed: int) -> KnownMember:
    """The audience of a seed."""
    return _Draft(random.Random(seed)).known_member()


def known_member_of_days(seed: int) -> KnownMember:
    """The audience of a seed whose dates are days alone as often as timestamps."""
    return _DraftOfDays(random.Random(seed)).known_member()


class _Draft:
    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._step = rng.choice((1, 1, 1_000, _HOUR, _DAY))
        self._base = rng.choice(_BASES)
        self._now = self._near()
        self._subject = Customer(
            {name: self._written(self._near()) for name in _TRAITS}, tuple(self._events())
        )

    def _written(self, moment: int) -> str:
        return moment_text(moment)

    def _unit(self) -> str:
        return "days" if self._step == _DAY else "hours"

    def _near(self) -> int:
        days = self._rng.choice((-1, 0, 0, 0, 1)) * _DAY
        return self._base + days + self._rng.randint(0, 7) * self._step

    def _events(self) -> list[CustomerEvent]:
        times = sorted(self._near() for _ in range(self._rng.randint(0, 4)))
        return [
            CustomerEvent(self._rng.choice("AAB"), time, {"d": self._written(self._near())})
            for time in times
            if time <= self._now
        ]

    def known_member(self) -> KnownMember:
        conditions = [self._true(self._condition) for _ in range(self._rng.randint(3, 8))]
        if self._rng.random() < 0.4:
            conditions.append(_LATER)
        return KnownMember(" AND ".join(conditions[1:]), conditions[0], self._subject, self._now)

    def _true(self, draw: Callable[[], str]) -> str:
        text = draw()
        if evaluate(condition(text), self._subject, self._now, SCHEMA.readings):
            return text
        return f"NOT {text}"

    def _condition(self) -> str:
        draw = self._rng.choice(
            (self._of_traits, self._of_traits, self._of_traits, self._of_events)
        )
        return draw()

    def _of_traits(self) -> str:
        return self._compared(f"trait('{self._rng.choice(_TRAITS)}')")

    def _compared(self, value: str) -> str:
        rng = self._rng
        kind = rng.random()
        if kind < 0.4:
            other = rng.choice([f"trait('{name}')" for name in _TRAITS if name not in value])
            return f"{value}.{rng.choice(('before_date', 'after_date'))}({other})"
        if kind < 0.7:
            date = moment_text(self._near() + rng.choice((-2, -1, 0, 0, 1, 2)))
            return f"{value}.{rng.choice(('before_date', 'after_date'))}({date})"
        return f"{value}.{rng.choice(_RELATIVE)}({rng.randint(0, 3)} {self._unit()})"

    def _of_events(self) -> str:
        rng = self._rng
        window = rng.choice(
            ("", "", ".within(1 hour)", ".within(2 days)", ".between(1 day, 3 days)")
        )
        value = rng.choice(("context('timestamp')", "property('d')"))
        inner = self._compared(value)
        if rng.random() < 0.25:
            followed = rng.choice((".within(parent: 1 day)", ".within(parent: 2 hours)", ""))
            inner = f"event('B'){followed}.count() {rng.choice(('>= 1', '= 0'))}"
        reducer = rng.choice((".count() >= 1", ".count() >= 2", f".unique({value}).count() >= 2"))
        return f"event('A'){window}.where({inner}){reducer}"


class _DraftOfDays(_Draft):
    def _written(self, moment: int) -> str:
        text = moment_text(moment)
        return self._rng.choice((text, text[:10], text[:10], text.removesuffix("Z")))

    def _unit(self) -> str:
        return self._rng.choice(("days", "days", "hours"))

    def _compared(self, value: str) -> str:
        rng = self._rng
        if rng.random() < 0.8:
            return super()._compared(value)
        text = self._written(self._near())
        return f"{value} {rng.choice(('=', '!=', '<', '<=', '>', '>='))} '{text}'"
