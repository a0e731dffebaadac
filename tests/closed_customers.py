"""Every subject of a small world, written as raw JSON and as what conditions are asked about.

Complete where the schema leaves only finitely many subjects that a query can tell apart:
then a relation must be exactly that of the enumeration. Else it can only refute.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import combinations, combinations_with_replacement, product
from typing import cast

from closed_schemas import NOWS, objects_of
from json_documents import Json, listing, mapping
from jurist.languages.cql.semantics.subjects import Account, Customer, CustomerEvent, Row, Subject
from jurist.languages.cql.semantics.values import Value, Values

_MOST_IN_ALL = 2_000
_MOST_TO_REFUTE = 500
"""Customers of a world that has more than can be enumerated."""
_MOST_USERS = 6
"""User kinds of which every set is enumerated."""
_DAY = re.compile(r"\d{4}-\d\d-\d\d|\"date")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Crowd:
    """The subjects of a world, each at a moment: one for all where the schema says it."""

    documents: tuple[Json, ...]
    """`{"now", "customer"}` or `{"now", "account"}`, as witnesses are recorded."""
    subjects: tuple[Subject, ...]
    moments: tuple[int, ...]
    complete: bool


def crowd_of(document: Json, ages: Sequence[int], rng: random.Random, now: str) -> Crowd:
    """The subjects of a world.

    Args:
        document: The schema.
        ages: How long ago events may be, in milliseconds.
        rng: Chooses where there are too many.
        now: The moment to look at them, or at some of them where the schema says none.
    """
    if document.get("audience_type") == "ACCOUNTS":
        bodies, complete = _accounts(document, ages, rng, now)
        kind = "account"
    else:
        bodies, complete = _customers(document, ages, rng, now, most=_MOST_IN_ALL)
        kind = "customer"
    if not complete and len(bodies) > _MOST_TO_REFUTE:
        bodies = rng.sample(bodies, _MOST_TO_REFUTE)
    moments = [now] * len(bodies)
    if "now" not in document and not complete:
        moments = [_moment(body, now, rng) for body in bodies]
    documents = tuple(
        {"now": moment, kind: body} for moment, body in zip(moments, bodies, strict=True)
    )
    subjects = tuple(subject_of(each) for each in documents)
    return Crowd(documents, subjects, tuple(map(milliseconds, moments)), complete)


def _moment(body: Json, now: str, rng: random.Random) -> str:
    """When to look at a subject whose events are made for `now`: after the last of them."""
    users = listing(body.get("users")) or [body]
    events = [event for user in users for event in listing(mapping(user).get("events"))]
    last = max((milliseconds(str(mapping(event)["time"])) for event in events), default=0)
    return rng.choice([now, *(each for each in NOWS if milliseconds(each) >= last)])


# --- enumeration --------------------------------------------------------------------------


def _customers(
    document: Json, ages: Sequence[int], rng: random.Random, now: str, *, most: int
) -> tuple[list[Json], bool]:
    has_items = bool(document.get("events") or document.get("entities"))
    traits = objects_of(mapping(document.get("traits")), most=4 if has_items else most, rng=rng)
    histories = _histories(mapping(document.get("events")), ages, rng, now)
    related = _related(mapping(document.get("entities")), rng)
    every = list(product(traits.all, histories, related))
    if len(every) > most:
        every = rng.sample(every, most)
    bodies: list[Json] = [
        {
            **({"traits": profile} if profile else {}),
            "events": history,
            **({"entities": rows} if rows else {}),
        }
        for profile, history, rows in every
    ]
    # At another moment than that of the crowd, dates may tell more customers apart.
    is_timeless = "now" in document or not _DAY.search(json.dumps(document))
    return bodies, traits.complete and is_timeless and not has_items


def _histories(events: Json, ages: Sequence[int], rng: random.Random, now: str) -> list[list[Json]]:
    if not events:
        return [[]]
    kinds: list[tuple[int, Json]] = []
    for name, facts in events.items():
        holder = mapping(facts)
        values = objects_of(holder, most=40, rng=rng).all
        contexts = objects_of({"properties": holder.get("context")}, most=40, rng=rng).all
        every = list(product(ages, values, contexts))
        for age, properties, context in rng.sample(every, min(len(every), 12)):
            event = _event(name, age, cast("Json", properties), cast("Json", context), now)
            kinds.append((age, event))
    pairs = list(combinations_with_replacement(range(len(kinds)), 2))
    triples = [
        tuple(rng.randrange(len(kinds)) for _ in range(rng.choice((3, 3, 4)))) for _ in range(100)
    ]
    made: list[tuple[int, ...]] = [(), *((i,) for i in range(len(kinds))), *pairs]
    made += [(j, i) for i, j in pairs if kinds[i][0] == kinds[j][0] and i != j]
    made += triples
    return [[kinds[i][1] for i in history] for history in made]


def _event(name: str, age: int, properties: Json, context: Json, now: str) -> Json:
    time = (_EPOCH + timedelta(milliseconds=milliseconds(now) - age)).isoformat(
        timespec="milliseconds"
    )
    return {
        "name": name,
        "time": time.replace("+00:00", "Z"),
        **({"properties": properties} if properties else {}),
        **({"context": context} if context else {}),
    }


def _related(entities: Json, rng: random.Random, *, depth: int = 0) -> list[Json]:
    """Rows of each relationship: none, one, or two."""
    if not entities:
        return [{}]
    choices: list[list[tuple[str, list[Json]]]] = []
    for slug, facts in entities.items():
        holder = mapping(facts)
        values = objects_of(holder, most=6, rng=rng).all[:6]
        inner = _related(mapping(holder.get("entities")), rng, depth=depth + 1)[:4]
        rows: list[Json] = [
            {**({"properties": each} if each else {}), **({"entities": below} if below else {})}
            for each, below in product(values, inner)
        ]
        sets = [[], *([row] for row in rows), *map(list, combinations(rows, 2))]
        choices.append([(slug, each) for each in sets])
    every = [dict(each) for each in product(*choices)]
    return rng.sample(every, min(len(every), 60))


def _accounts(
    document: Json, ages: Sequence[int], rng: random.Random, now: str
) -> tuple[list[Json], bool]:
    users, finite = _customers(document, ages, rng, now, most=40)
    own = objects_of(mapping(document.get("account_traits")), most=12, rng=rng)
    all_sets = finite and len(users) <= _MOST_USERS
    most = len(users) if all_sets else 2
    groups = [list(each) for n in range(most + 1) for each in combinations(users, n)]
    if not all_sets:
        groups += [[user, user] for user in users[:3]]
    every = list(product(own.all, groups))
    if len(every) > _MOST_IN_ALL:
        every = rng.sample(every, _MOST_IN_ALL)
        all_sets = False
    bodies: list[Json] = [
        {**({"traits": one} if one else {}), "users": group} for one, group in every
    ]
    return bodies, all_sets and own.complete


# --- reading ------------------------------------------------------------------------------


def subject_of(document: Json) -> Subject:
    """The subject of a JSON document."""
    if "account" in document:
        body = mapping(document["account"])
        users = tuple(_customer(mapping(user)) for user in listing(body.get("users")))
        return Account(_values(body.get("traits")), users)
    return _customer(mapping(document["customer"]))


def milliseconds(moment: str) -> int:
    """Since 1970 UTC."""
    return (datetime.fromisoformat(moment) - _EPOCH) // timedelta(milliseconds=1)


def exact(value: object) -> Value:
    """A JSON value as conditions see it: booleans are texts, floats decimals."""
    match value:
        case bool():
            return "true" if value else "false"
        case float():
            number = Decimal(repr(value))
            return int(number) if number == number.to_integral_value() else number
        case str() | int() | Decimal():
            return value
        case list() | tuple():
            entries = cast("Sequence[object]", value)
            return tuple(exact(each) for each in entries if each is not None)
        case Mapping():
            return _values(cast("object", value))
        case _:
            raise TypeError(value)


def identity(subject: Subject) -> object:
    """What tells subjects without events and rows apart, whatever the order of users."""
    if isinstance(subject, Account):
        return _hashable(subject.traits), frozenset(map(identity, subject.users))
    assert not subject.events
    assert not subject.entities
    return _hashable(subject.traits)


def _hashable(value: Value) -> object:
    match value:
        case tuple():
            return tuple(map(_hashable, value))
        case Mapping():
            return frozenset((key, _hashable(each)) for key, each in value.items())
        case _:
            return type(value) is str, value


def _customer(body: Json) -> Customer:
    events = tuple(
        CustomerEvent(
            cast("str", event["name"]),
            milliseconds(cast("str", event["time"])),
            _values(event.get("properties")),
            _values(event.get("context")),
            cast("str | None", event.get("source")),
        )
        for event in map(mapping, listing(body.get("events")))
    )
    return Customer(_values(body.get("traits")), events, _rows(body.get("entities")))


def _rows(entities: object) -> dict[str, tuple[Row, ...]]:
    return {
        slug: tuple(
            Row(_values(row.get("properties")), _rows(row.get("entities")))
            for row in map(mapping, listing(rows))
        )
        for slug, rows in mapping(entities).items()
    }


def _values(body: object) -> Values:
    return {name: exact(value) for name, value in mapping(body).items() if value is not None}
