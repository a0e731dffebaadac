"""What has been read of a request so far: conditions, and whom each is about."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import Enum

from jurist.languages.cql.syntax import (
    And,
    Comparison,
    Condition,
    Event,
    Filter,
    Not,
    Number,
    Operand,
    Operator,
    Property,
    Reducer,
    Reduction,
    Stream,
    Where,
)


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
        said = Comparison(reduction, self.operator, arguments)
        return Not(said) if self.negated else said

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


@dataclass(slots=True)
class Used:
    """Which words of a segment have been accounted for."""

    places: set[int] = field(default_factory=set[int])

    def take(self, places: Iterable[int]) -> None:
        """Account for some."""
        self.places.update(places)

    def left(self, stems: list[str]) -> list[str]:
        """The stems with those accounted for emptied, so that places stay the same."""
        return ["" if place in self.places else each for place, each in enumerate(stems)]


def all_of(conditions: Iterable[Condition]) -> Condition | None:
    """All of some conditions; `None` where there are none."""
    found = tuple(conditions)
    return None if not found else found[0] if len(found) == 1 else And(found)
