"""Making a subject as small and plain as it can be while it still shows a difference.

Greedy delta debugging: users, events, rows, traits and properties are dropped in halves,
then quarters ..., then one by one; then times become round, values plain. Each step keeps
what `still_differs` says and what the schema requires. Bounded and deterministic.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

from jurist.languages.cql.counterexamples.constants import ACCOUNT, USER, Owner, fields_of
from jurist.languages.cql.counterexamples.legality import (
    are_paths_legal,
    completed,
    default_value,
    is_legal,
)
from jurist.languages.cql.schemas.schema import ANYTHING, CqlSchema, Fields
from jurist.languages.cql.semantics.customers import (
    Account,
    Customer,
    Occurrence,
    Row,
    Subject,
    Value,
    Values,
)
from jurist.languages.cql.semantics.values import FIRST_MOMENT
from jurist.languages.effort import OutOfSteps, share_of

MOST_TRIALS = 4_000
MOST_ROUNDS = 4
_PARTS_PER_WORK = 20
_SHARE = 0.4
"""Of the steps that are left: a second witness, and the replay of both, want some too."""
_DAY = 86_400_000
_HOUR = 3_600_000

T = TypeVar("T")
Keep = Callable[[Subject], bool]


def shrink(
    subject: Subject,
    now: int,
    still_differs: Keep,
    schema: CqlSchema | None = None,
    *,
    most_trials: int = MOST_TRIALS,
    most_rounds: int = MOST_ROUNDS,
) -> Subject:
    """The smallest subject found for which `still_differs` holds, as it must for the first.

    Args:
        subject: Where to start.
        now: The moment of evaluation, in milliseconds since 1970 UTC.
        still_differs: Whether a subject still shows what it is to show.
        schema: What a legal subject must have; `None` for no such requirements.
        most_trials: How often `still_differs` is asked at most; large subjects count more.
        most_rounds: How often all of the subject is gone through at most.
    """
    legal = schema or CqlSchema(open_world=True)
    with share_of(_SHARE):
        return _Shrinking(now, still_differs, legal, most_trials, most_rounds).run(subject)


@dataclass(slots=True)
class _Shrinking:
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
        account = subject
        users = self._fewer(account.users, lambda users: Account(account.traits, users))
        account = Account(account.traits, users)
        for i in range(len(account.users)):
            account = self._with_user(account, i)
        base = account
        traits = self._plainer_values(
            base.traits, ACCOUNT, lambda values: Account(values, base.users)
        )
        return Account(traits, base.users)

    def _with_user(self, account: Account, i: int) -> Account:
        def whole(user: Customer) -> Account:
            return Account(account.traits, (*account.users[:i], user, *account.users[i + 1 :]))

        return whole(self._smaller_user(account.users[i], whole))

    def _smaller_user(self, user: Customer, whole: Callable[[Customer], Subject]) -> Customer:
        base = user
        events = self._fewer(
            base.events, lambda events: whole(Customer(base.traits, events, base.entities))
        )
        with_events = Customer(base.traits, events, base.entities)
        entities = self._fewer_rows(
            with_events.entities, lambda rows: whole(Customer(with_events.traits, events, rows)), ()
        )
        with_rows = Customer(with_events.traits, events, entities)
        traits = self._plainer_values(
            with_rows.traits, USER, lambda values: whole(Customer(values, events, entities))
        )
        user = Customer(traits, events, entities)
        for i in range(len(user.events)):
            if self._is_spent:
                break
            user = self._with_event(user, i, whole)
        return user

    # --- events ---

    def _with_event(self, user: Customer, i: int, whole: Callable[[Customer], Subject]) -> Customer:
        def around(event: Occurrence) -> Customer:
            events = (*user.events[:i], event, *user.events[i + 1 :])
            return Customer(user.traits, events, user.entities)

        def tried(event: Occurrence) -> Subject:
            return whole(around(event))

        event = user.events[i]
        for time in _rounder(event.time, self.now):
            if self._holds(tried(moved := _moved(event, time))):
                event = moved
                break
        if event.source is not None and self._holds(
            tried(bare := _with_values(event, event.properties, event.context, None))
        ):
            event = bare
        timed = event
        properties = self._plainer_values(
            timed.properties,
            timed.name,
            lambda values: tried(_with_values(timed, values, timed.context, timed.source)),
        )
        plain = _with_values(timed, properties, timed.context, timed.source)
        context = self._plainer_values(
            plain.context,
            plain.name,
            lambda values: tried(_with_values(plain, properties, values, plain.source)),
            in_context=True,
        )
        return around(_with_values(plain, properties, context, plain.source))

    # --- rows ---

    def _fewer_rows(
        self,
        entities: Mapping[str, tuple[Row, ...]],
        whole: Callable[[Mapping[str, tuple[Row, ...]]], Subject],
        walked: tuple[str, ...],
    ) -> Mapping[str, tuple[Row, ...]]:
        kept = entities
        for slug in entities:
            kept = self._fewer_rows_of(kept, slug, whole, (*walked, slug))
        return kept

    def _fewer_rows_of(
        self,
        entities: Mapping[str, tuple[Row, ...]],
        slug: str,
        whole: Callable[[Mapping[str, tuple[Row, ...]]], Subject],
        owner: tuple[str, ...],
    ) -> Mapping[str, tuple[Row, ...]]:
        others = {name: rest for name, rest in entities.items() if name != slug}

        def with_rows(rows: tuple[Row, ...]) -> dict[str, tuple[Row, ...]]:
            return {**others, slug: rows} if rows else others

        def tried(rows: tuple[Row, ...]) -> Subject:
            return whole(with_rows(rows))

        rows = self._fewer(entities[slug], tried)
        for i in range(len(rows)):
            if self._is_spent:
                break
            rows = self._with_row(rows, i, tried, owner)
        return with_rows(rows)

    def _with_row(
        self,
        rows: tuple[Row, ...],
        i: int,
        whole: Callable[[tuple[Row, ...]], Subject],
        owner: tuple[str, ...],
    ) -> tuple[Row, ...]:
        def around(row: Row) -> tuple[Row, ...]:
            return (*rows[:i], row, *rows[i + 1 :])

        row = rows[i]
        inner = self._fewer_rows(
            row.entities, lambda entities: whole(around(Row(row.properties, entities))), owner
        )
        with_inner = Row(row.properties, inner)
        properties = self._plainer_values(
            with_inner.properties,
            owner,
            lambda values: whole(around(Row(values, inner))),
        )
        return around(Row(properties, inner))

    # --- values ---

    def _plainer_values(
        self,
        values: Values,
        owner: Owner,
        whole: Callable[[Values], Subject],
        *,
        in_context: bool = False,
    ) -> Values:
        fields = fields_of(owner, self.schema, in_context=in_context)
        if not values:
            return values
        listed_by_path = any("." in name for name in fields)

        def holds(tried: Values) -> bool:
            is_legal_there = not listed_by_path or are_paths_legal(tried, fields)
            return is_legal_there and self._holds(whole(tried))

        required = {name: v for name, v in values.items() if _is_required(name, fields)}
        if len(values) > len(required) + 1 and holds(required):
            values = required
        kept = dict(values)
        for name in values:
            others = {key: value for key, value in kept.items() if key != name}
            if not _is_required(name, fields) and holds(others):
                kept = others
                continue
            field = fields.get(name, ANYTHING)
            if name in fields and field.required:
                tried = {**kept, name: default_value(field)}
                if repr(tried) == repr(kept) or holds(tried):  # the order of members counts (A9)
                    kept = tried
                    continue
            for plainer in _plainer(kept[name], field.fields or {}):
                tried = {**kept, name: plainer}
                if is_legal(plainer, field) and holds(tried):
                    kept = tried
                    break
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


def _moved(event: Occurrence, time: int) -> Occurrence:
    return Occurrence(event.name, time, event.properties, event.context, event.source)


def _with_values(
    event: Occurrence, properties: Values, context: Values, source: str | None
) -> Occurrence:
    return Occurrence(event.name, event.time, properties, context, source)


def _parts_of(user: Customer) -> int:
    return len(user.events) + sum(map(len, user.entities.values()))


def _is_required(name: str, fields: Fields) -> bool:
    return name in fields and fields[name].required


def _rounder(time: int, now: int) -> Iterator[int]:
    """Rounder times near this one: whole days ago, else whole hours, minutes or seconds."""
    age = now - time
    for unit in (_DAY, _HOUR, _HOUR // 60, 1_000):
        if age > 0 and age % unit == 0:
            return
        for amount in (age // unit, age // unit + 1):
            if amount > 0 and now - amount * unit >= FIRST_MOMENT:
                yield now - amount * unit


def _plainer(value: Value, fields: Fields) -> Iterator[Value]:
    """Plainer values: shorter text, whole and small numbers, fewer entries."""
    if isinstance(value, Decimal):
        yield from _small(int(value))
        yield int(value)
        yield int(value) + 1
    elif isinstance(value, int):
        yield from (number for number in _small(value) if abs(number) < abs(value))
    elif isinstance(value, str):
        if len(value) > 1 and not _is_telling(value):
            yield "a"
    elif isinstance(value, tuple):
        yield from (_without(value, i) for i in range(len(value)))
    else:
        for name in value:
            fewer = {key: entry for key, entry in value.items() if key != name}
            if completed(fewer, fields) == fewer:
                yield fewer


def _small(number: int) -> Iterator[int]:
    yield from (0, 1, 2, 5, 10, 100)
    yield number // 10 * 10
    yield -(-number // 10) * 10


def _is_telling(text: str) -> bool:
    """Whether a text is a boolean, which reads better than a plainer one."""
    return text in {"true", "false"}


def _without(entries: Sequence[Value], i: int) -> Value:
    return (*entries[:i], *entries[i + 1 :])
