"""Customers and accounts while they are being made up: mutable, by dotted names.

A draft's values are keyed as queries name them (`address.city`, `items.$.price`);
making the real subject nests them and adds what the schema requires.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from jurist.languages.cql.counterexamples.constants import ACCOUNT, USER, Address, Owner, fields_of
from jurist.languages.cql.counterexamples.legality import Demand, completed, demands
from jurist.languages.cql.schemas.schema import CqlSchema, Fields, find_field
from jurist.languages.cql.semantics.subjects import Account, Customer, CustomerEvent, Row
from jurist.languages.cql.semantics.values import (
    EACH,
    FIRST_MOMENT,
    LAST_MOMENT,
    Value,
    Values,
    split_path,
)
from jurist.languages.cql.syntax import (
    Context,
    Entity,
    Event,
    Operand,
    Property,
    Scalar,
    Trait,
)

DraftValues = dict[str, Value | None]


@dataclass(slots=True, eq=False)
class ItemDraft:
    """An event (its owner is its name) or a row (its owner is the slugs that lead to it)."""

    owner: Owner
    time: int = 0
    properties: DraftValues = field(default_factory=dict[str, Value | None])
    context: DraftValues = field(default_factory=dict[str, Value | None])
    source: str | None = None
    rows: list[ItemDraft] = field(default_factory=list["ItemDraft"])

    def target(self, name: Property | Context) -> tuple[DraftValues, Address]:
        """Where the value of one of its own fields is kept."""
        in_context = isinstance(name, Context)
        store = self.context if in_context else self.properties
        return store, Address(self.owner, name.name, in_context)


@dataclass(slots=True, eq=False)
class UserDraft:
    """A user; an item that stands in its lists several times is that many equal items."""

    traits: DraftValues = field(default_factory=dict[str, Value | None])
    events: list[ItemDraft] = field(default_factory=list[ItemDraft])
    rows: list[ItemDraft] = field(default_factory=list[ItemDraft])


@dataclass(slots=True, eq=False)
class AccountDraft:
    """An account and its users."""

    traits: DraftValues = field(default_factory=dict[str, Value | None])
    users: list[UserDraft] = field(default_factory=list[UserDraft])


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a draft a condition is to hold."""

    user: UserDraft
    account: AccountDraft | None = None
    """The account, for conditions outside ANY and ALL."""
    item: ItemDraft | None = None
    around: Place | None = None
    """Where the stream stands that the item is one of."""

    @property
    def parent_of_inner(self) -> ItemDraft | None:
        """The nearest event around the items of a stream that stands here."""
        if self.item is not None and isinstance(self.item.owner, str):
            return self.item
        return None if self.around is None else self.around.parent_of_inner

    @property
    def of_user(self) -> Place:
        """The place of a user's own conditions: in an account, of one more user."""
        if self.account is None or self.item is not None:
            return self
        return Place(new_user(self.account))

    def items(self, source: Event | Entity) -> list[ItemDraft]:
        """The list that a stream which stands here draws its items from."""
        if isinstance(source, Event):
            return self.user.events
        in_row = self.item is not None and not isinstance(self.item.owner, str)
        return self.item.rows if in_row and self.item is not None else self.user.rows

    def owner(self, source: Event | Entity) -> Owner:
        """The owner that the items of a stream which stands here have."""
        return inner_owner(source, USER if self.item is None else self.item.owner)

    def target(self, name: Scalar | Operand) -> tuple[DraftValues, Address] | None:
        """Where the value of a trait, property or context field is kept; else `None`."""
        if isinstance(name, Trait):
            if self.account is not None and self.item is None:
                return self.account.traits, Address(ACCOUNT, name.name)
            return self.user.traits, Address(USER, name.name)
        if not isinstance(name, Property | Context):
            return None
        holder = self.around if isinstance(name, Property) and name.parent else self
        return None if holder is None or holder.item is None else holder.item.target(name)


def new_user(account: AccountDraft) -> UserDraft:
    """One more user of the account."""
    user = UserDraft()
    account.users.append(user)
    return user


def inner_owner(source: Event | Entity, owner: Owner) -> Owner:
    """The owner of a stream's items, where the stream stands in a condition of `owner`."""
    if isinstance(source, Event):
        return source.name
    walked = owner if isinstance(owner, tuple) and owner not in {USER, ACCOUNT} else ()
    return (*walked, source.slug)


class SubjectBuilder:
    """Makes the real subjects of drafts, legal under one schema."""

    def __init__(self, schema: CqlSchema) -> None:
        self._schema = schema
        self._known: dict[tuple[Owner, bool], tuple[Fields, list[Demand], Values]] = {}

    def account(self, draft: AccountDraft) -> Account:
        """The account of a draft."""
        users = tuple(self.customer(user) for user in draft.users)
        return Account(self._values(draft.traits, ACCOUNT), users)

    def customer(self, draft: UserDraft) -> Customer:
        """The customer of a draft."""
        events: dict[int, CustomerEvent] = {}
        for event in draft.events:
            if id(event) not in events:
                events[id(event)] = self._event(event)
        history = tuple(events[id(event)] for event in draft.events)
        return Customer(self._values(draft.traits, USER), history, self._rows(draft.rows))

    def _event(self, draft: ItemDraft) -> CustomerEvent:
        return CustomerEvent(
            draft.owner if isinstance(draft.owner, str) else "",
            min(max(draft.time, FIRST_MOMENT), LAST_MOMENT),
            self._values(draft.properties, draft.owner),
            self._values(draft.context, draft.owner, in_context=True),
            draft.source,
        )

    def _rows(self, drafts: list[ItemDraft]) -> dict[str, tuple[Row, ...]]:
        rows: dict[str, tuple[Row, ...]] = {}
        for draft in drafts:
            row = Row(self._values(draft.properties, draft.owner), self._rows(draft.rows))
            slug = draft.owner[-1]
            rows[slug] = (*rows.get(slug, ()), row)
        return rows

    def _values(self, values: DraftValues, owner: Owner, *, in_context: bool = False) -> Values:
        key = owner, in_context
        if key not in self._known:
            fields = fields_of(owner, self._schema, in_context=in_context)
            demanded = demands(fields)
            self._known[key] = fields, demanded, completed({}, demanded)
        fields, demanded, least = self._known[key]
        if not values:
            return least
        given = nest({name: v for name, v in values.items() if _has_place(name, fields)})
        return completed(given, demanded)


def _has_place(name: str, fields: Fields) -> bool:
    """Whether a value of this name can stand inside those that the schema lists."""
    plain = name.partition(ENTRY_MARK)[0]
    if "." not in plain or find_field(fields, plain) is not None:
        return True
    return split_path(plain)[0].replace(".", "\\.") not in fields


def nest(values: DraftValues) -> Values:
    """The nested object of values by dotted names; `ENTRY_MARK` picks an array's entry."""
    flat: dict[str, Value] = {}
    for name, value in values.items():
        if value is None:
            continue
        if "." not in name:
            flat[name] = value
            continue
        plain, _, index = name.partition(ENTRY_MARK)
        keys = split_path(plain)
        flat[keys[0]] = _placed(flat.get(keys[0]), keys[1:], value, int(index or 0))
    return flat


ENTRY_MARK = "\x00"
"""In a draft's name: the number of the array's entry follows (names hold no NUL)."""


_EMPTY: Values = {}


def _placed(around: Value | None, keys: tuple[str, ...], value: Value, index: int) -> Value:
    """The container `around` with the value where the keys lead."""
    if not keys:
        return value
    if keys[0] == EACH:
        entries: tuple[Value, ...] = around if isinstance(around, tuple) else ()
        entries += (_EMPTY,) * (index + 1 - len(entries))
        entry = _placed(entries[index], keys[1:], value, 0)
        return (*entries[:index], entry, *entries[index + 1 :])
    inside = dict(around) if isinstance(around, Mapping) else {}
    inside[keys[0]] = _placed(inside.get(keys[0]), keys[1:], value, index)
    return inside
