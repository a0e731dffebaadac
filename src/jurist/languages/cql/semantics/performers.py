"""Computed traits of accounts: who did which event, where those of all users are seen as one."""

from __future__ import annotations

from msgspec.structs import replace

from jurist.languages.cql.semantics.arrays import Unrolled
from jurist.languages.cql.semantics.streams import Environment, Item
from jurist.languages.cql.semantics.subjects import Account, Customer, PerformedEvent, Row
from jurist.languages.cql.semantics.values import Values


def as_one_customer(account: Account) -> Customer:
    """Whom an account's computed trait sees."""
    entities: dict[str, tuple[Row, ...]] = {}
    for user in account.users:
        for slug, rows in user.entities.items():
            entities[slug] = (*entities.get(slug, ()), *rows)
    events = tuple(event for user in account.users for event in user.events)
    return Customer(account.traits, events, entities)


def with_performers(account: Account) -> Account:
    """The account with events that know the traits of the user who did them."""
    return replace(account, users=tuple(map(_as_performer, account.users)))


def _as_performer(user: Customer) -> Customer:
    events = [
        PerformedEvent(
            event.name, event.time, event.properties, event.context, event.source, user.traits
        )
        for event in user.events
    ]
    return replace(user, events=tuple(events))


def traits_of_performer(env: Environment, item: Item) -> Values:
    """The traits of the user whose item it is (A12)."""
    performer = item.performer if isinstance(item, PerformedEvent | Unrolled) else None
    return env.traits if performer is None else performer
