"""Making a subject as small and plain as it can be while it still shows a difference.

Greedy delta debugging: users, events, rows, traits and properties are dropped in halves,
then quarters ..., then one by one; then times become round, values plain. Each step keeps
what `still_differs` says and what the schema requires. Bounded and deterministic.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import TypeVar

from msgspec.structs import replace

from jurist.languages.cql.counterexamples.constants import ACCOUNT, USER, Owner, fields_of
from jurist.languages.cql.counterexamples.legality import (
    are_paths_legal,
    completed_object,
    default_value,
    is_legal,
)
from jurist.languages.cql.operators import DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS
from jurist.languages.cql.schemas.schema import ANYTHING, CqlSchema, Field, Fields
from jurist.languages.cql.semantics.subjects import Account, Customer, CustomerEvent, Row, Subject
from jurist.languages.cql.semantics.values import FIRST_MOMENT, Value, Values
from jurist.languages.effort import OutOfSteps, share_of

MOST_TRIALS = 4_000
MOST_ROUNDS = 4
_PARTS_PER_WORK = 20
_SHARE = 0.4
"""Of the steps that are left: a second witness, and the replay of both, want some too."""

T = TypeVar("T")
Keep = Callable[[Subject], bool]
Entities = Mapping[str, tuple[Row, ...]]


def shrink(
    subject: Subject,
    now: int,
    still_differs: Keep,
    schema: CqlSchema,
    *,
    most_trials: int = MOST_TRIALS,
    most_rounds: int = MOST_ROUNDS,
) -> Subject:
    """The smallest subject found for which `still_differs` holds, as it must for the first.

    Args:
        subject: Where to start.
        now: The moment of evaluation, in milliseconds since 1970 UTC.
        still_differs: Whether a subject still shows what it is to show.
        schema: What a legal subject must have.
        most_trials: How often `still_differs` is asked at most; large subjects count more.
        most_rounds: How often all of the subject is gone through at most.
    """
    with share_of(_SHARE):
        return _Shrinking(now, still_differs, schema, most_trials, most_rounds).run(subject)


@dataclass(slots=True)
class _Shrinking:
    """Each method makes a part smaller; `whole` puts that part into its subject."""

    now: int
    still_differs: Keep
    schema: CqlSchema
    most_work: int
    most_rounds: int
    work: int = 0

    def run(self, subject: Subject) -> Subject:
        for _ in range(self.most_rounds):
            before = subject
            subject = self._smaller(subject)
            if subject == before or self.work >= self.most_work:
                break
        return subject

    def _smaller(self, subject: Subject) -> Subject:
        if isinstance(subject, Customer):
            return self._smaller_user(subject, lambda user: user)
        traits = subject.traits
        users = self._fewer(subject.users, lambda users: Account(traits, users))
        users = self._smaller_items(users, self._smaller_user, lambda users: Account(traits, users))
        return Account(
            self._plainer_values(traits, ACCOUNT, lambda values: Account(values, users)), users
        )

    def _smaller_user(self, user: Customer, whole: Callable[[Customer], Subject]) -> Customer:
        events = self._fewer(
            user.events, lambda events: whole(Customer(user.traits, events, user.entities))
        )
        entities = self._smaller_entities(
            user.entities, lambda entities: whole(Customer(user.traits, events, entities)), ()
        )
        traits = self._plainer_values(
            user.traits, USER, lambda values: whole(Customer(values, events, entities))
        )
        events = self._smaller_items(
            events, self._smaller_event, lambda events: whole(Customer(traits, events, entities))
        )
        return Customer(traits, events, entities)

    def _smaller_event(
        self, event: CustomerEvent, whole: Callable[[CustomerEvent], Subject]
    ) -> CustomerEvent:
        moved = (replace(event, time=time) for time in _rounder(event.time, self.now))
        event = next((rounder for rounder in moved if self._holds(whole(rounder))), event)
        if event.source is not None and self._holds(whole(bare := replace(event, source=None))):
            event = bare
        properties = self._plainer_values(
            event.properties, event.name, lambda values: whole(replace(event, properties=values))
        )
        event = replace(event, properties=properties)
        context = self._plainer_values(
            event.context,
            event.name,
            lambda values: whole(replace(event, context=values)),
            in_context=True,
        )
        return replace(event, context=context)

    # --- rows ---

    def _smaller_entities(
        self, entities: Entities, whole: Callable[[Entities], Subject], walked: tuple[str, ...]
    ) -> Entities:
        for slug in entities:
            entities = self._smaller_rows(entities, slug, whole, (*walked, slug))
        return entities

    def _smaller_rows(
        self,
        entities: Entities,
        slug: str,
        whole: Callable[[Entities], Subject],
        owner: tuple[str, ...],
    ) -> Entities:
        others = {name: rest for name, rest in entities.items() if name != slug}

        def with_rows(rows: tuple[Row, ...]) -> Entities:
            return {**others, slug: rows} if rows else others

        def smaller(row: Row, around: Callable[[Row], Subject]) -> Row:
            inner = self._smaller_entities(
                row.entities, lambda entities: around(Row(row.properties, entities)), owner
            )
            properties = self._plainer_values(
                row.properties, owner, lambda values: around(Row(values, inner))
            )
            return Row(properties, inner)

        rows = self._fewer(entities[slug], lambda rows: whole(with_rows(rows)))
        return with_rows(self._smaller_items(rows, smaller, lambda rows: whole(with_rows(rows))))

    # --- values ---

    def _plainer_values(
        self,
        values: Values,
        owner: Owner,
        whole: Callable[[Values], Subject],
        *,
        in_context: bool = False,
    ) -> Values:
        if not values:
            return values
        fields = fields_of(owner, self.schema, in_context=in_context)
        listed_by_path = any("." in name for name in fields)

        def holds(tried: Values) -> bool:
            is_legal_there = not listed_by_path or are_paths_legal(tried, fields)
            return is_legal_there and self._holds(whole(tried))

        kept = values
        required = {n: v for n, v in values.items() if fields.get(n, ANYTHING).required}
        if len(values) > len(required) + 1 and holds(required):
            kept = required
        for name in kept:
            simpler = _simpler(kept, name, fields.get(name, ANYTHING))
            kept = next((tried for tried in simpler if holds(tried)), kept)
        return kept

    # --- sequences ---

    def _fewer(
        self, items: tuple[T, ...], whole: Callable[[tuple[T, ...]], Subject]
    ) -> tuple[T, ...]:
        """A shorter tuple with which the whole still differs."""
        size = len(items)
        while size >= 1 and items:
            start = 0
            while start < len(items):
                if self._is_spent:
                    return items
                fewer = (*items[:start], *items[start + size :])
                if self._holds(whole(fewer)):
                    items = fewer
                else:
                    start += size
            size //= 2
        return items

    def _smaller_items(
        self,
        items: tuple[T, ...],
        smaller: Callable[[T, Callable[[T], Subject]], T],
        whole: Callable[[tuple[T, ...]], Subject],
    ) -> tuple[T, ...]:
        """Each item of a tuple as small as `smaller` makes it."""
        for i, item in enumerate(items):
            if self._is_spent:
                break
            around = partial(_with_item, items, i)
            items = around(smaller(item, lambda tried, around=around: whole(around(tried))))
        return items

    @property
    def _is_spent(self) -> bool:
        return self.work >= self.most_work

    def _holds(self, subject: Subject) -> bool:
        if self._is_spent:
            return False
        users = (subject,) if isinstance(subject, Customer) else subject.users
        self.work += 1 + sum(map(_parts_of, users)) // _PARTS_PER_WORK
        try:
            return self.still_differs(subject)
        except OutOfSteps:
            self.work = self.most_work
            return False


def _with_item(items: tuple[T, ...], i: int, item: T) -> tuple[T, ...]:
    return (*items[:i], item, *items[i + 1 :])


def _parts_of(user: Customer) -> int:
    return len(user.events) + sum(map(len, user.entities.values()))


def _rounder(time: int, now: int) -> Iterator[int]:
    """Rounder times near this one: whole days ago, else whole hours, minutes or seconds."""
    age = now - time
    for unit in (DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS):
        if age > 0 and age % unit == 0:
            return
        for amount in (age // unit, age // unit + 1):
            if amount > 0 and now - amount * unit >= FIRST_MOMENT:
                yield now - amount * unit


def _simpler(values: Values, name: str, field: Field) -> Iterator[Values]:
    """Legal objects with one value left out or plainer, the plainest first."""
    if field.required:
        plain = {**values, name: default_value(field)}
        if repr(plain) == repr(values):  # the order of members counts (A9)
            return
        yield plain
    else:
        yield {key: value for key, value in values.items() if key != name}
    for plainer in _plainer(values[name], field.fields or {}):
        if is_legal(plainer, field):
            yield {**values, name: plainer}


def _plainer(value: Value, fields: Fields) -> Iterator[Value]:
    """Plainer values: shorter text, whole and small numbers, fewer entries."""
    if isinstance(value, Decimal):
        yield from _small(int(value))
        yield int(value)
        yield int(value) + 1
    elif isinstance(value, int):
        yield from (number for number in _small(value) if abs(number) < abs(value))
    elif isinstance(value, str):
        if len(value) > 1 and value not in {"true", "false"}:  # which read better than "a"
            yield "a"
    elif isinstance(value, tuple):
        yield from ((*value[:i], *value[i + 1 :]) for i in range(len(value)))
    else:
        for name in value:
            fewer = {key: entry for key, entry in value.items() if key != name}
            if completed_object(fewer, fields) == fewer:
                yield fewer


def _small(number: int) -> Iterator[int]:
    yield from (0, 1, 2, 5, 10, 100)
    yield number // 10 * 10
    yield -(-number // 10) * 10
