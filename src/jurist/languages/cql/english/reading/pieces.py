"""What is being read of a request: the words of a clause, and the conditions that they say."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import Enum
from typing import TypeVar

from jurist.languages.cql.english.reading.segments import Word
from jurist.languages.cql.english.reading.spans import Span
from jurist.languages.cql.operators import Operator, Reducer
from jurist.languages.cql.syntax import (
    And,
    Comparison,
    Condition,
    Event,
    Filter,
    Not,
    Number,
    Operand,
    Property,
    Reduction,
    Stream,
    Where,
)

S = TypeVar("S", bound=Span)


class NotUnderstood(Exception):  # noqa: N818 - says what happened
    """Why no query was read: what a refusal says."""


class Quantity(Enum):
    """How many users of an account a condition is about."""

    UNSAID = "unsaid"
    ANY = "any"
    ALL = "all"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Happening:
    """An event that a request speaks of, with all that narrows it."""

    event: str
    filters: tuple[Filter, ...] = ()
    operator: Operator = Operator.AT_LEAST
    number: int | Decimal = 1
    negated: bool = False
    reducer: Reducer = Reducer.COUNT
    value: Property | None = None
    minimum: int | None = None
    arguments: tuple[Operand, ...] | None = None
    """What a reduced value is compared with; `None` where it is a count."""

    @property
    def condition(self) -> Condition:
        """The condition that it is."""
        stream = Stream(Event(self.event), self.filters)
        reduction = Reduction(stream, self.reducer, self.value, None, self.minimum)
        arguments = (Number(self.number),) if self.arguments is None else self.arguments
        condition = Comparison(reduction, self.operator, arguments)
        return Not(condition) if self.negated else condition

    def followed_by(self, step: Condition) -> Happening:
        """The same, counting only those after which the step was taken."""
        return replace(self, filters=(Where(step), *self.filters))


@dataclass(frozen=True, slots=True)
class Piece:
    """One condition of a request."""

    condition: Condition
    of_user: bool = True
    quantity: Quantity = Quantity.UNSAID
    happening: Happening | None = None
    comes_after: bool = False
    """Whether it is said to follow the event told before it."""
    shares_user: bool = False
    """Whether it is said to be about the user told of before it."""


class Clause:
    """The words that say one condition, and which of them have been accounted for."""

    def __init__(self, words: Sequence[Word]) -> None:
        self.words = words
        self.low = [word.text.lower() for word in words]
        self.stems = [word.stem for word in words]
        self.text = " ".join(word.text for word in words)
        self.taken: set[int] = set()

    def take(self, places: Iterable[int]) -> None:
        """Account for some."""
        self.taken.update(places)

    def left(self) -> list[str]:
        """The stems with those accounted for emptied, so that places stay the same."""
        return ["" if place in self.taken else part for place, part in enumerate(self.stems)]

    def free(self, *kinds: type[S]) -> list[tuple[int, S]]:
        """The spans of some kinds that are not accounted for, and where each stands."""
        return [
            (place, word.span)
            for place, word in enumerate(self.words)
            if isinstance(word.span, kinds) and place not in self.taken
        ]

    def has(self, *kinds: type[Span]) -> bool:
        """Whether there is a span of one of some kinds, accounted for or not."""
        return any(isinstance(word.span, kinds) for word in self.words)


def all_of(conditions: Iterable[Condition]) -> Condition | None:
    """All of some conditions; `None` where there are none."""
    every = tuple(conditions)
    return None if not every else every[0] if len(every) == 1 else And(every)
