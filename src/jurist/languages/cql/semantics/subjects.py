"""Subjects: the customers and accounts that the interpreter sees, and their JSON documents.

    {"now": "2026-06-01T00:00:00Z",
     "customer": {"traits": {...},
                  "events": [{"name", "time", "properties", "context", "source"}],
                  "entities": {"orders": [{"properties": {...}, "entities": {...}}]}}}

or `"account": {"traits": {...}, "users": [customer, ...]}`. Everything but `now`, an
event's `name` and its `time` may be left out. JSON's floats come in as the decimal that
their shortest text says, so 0.1 + 0.2 is 0.3 here; booleans as the texts 'true' and 'false'.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import cast

from msgspec import Struct, field

from jurist.errors import InputError
from jurist.languages.cql.semantics.values import (
    MAX_DEPTH,
    MAX_DIGITS,
    Value,
    Values,
    moment_of,
    moment_text,
    plain,
    text_of,
)


class CustomerEvent(Struct, frozen=True):
    """One event that a user performed; `time` in milliseconds since 1970 UTC."""

    name: str
    time: int
    properties: Values = field(default_factory=dict[str, Value])
    context: Values = field(default_factory=dict[str, Value])
    source: str | None = None


class PerformedEvent(CustomerEvent, frozen=True):
    """An event among those of other users: with the traits of the one who performed it."""

    performer: Values = field(default_factory=dict[str, Value])


class Row(Struct, frozen=True):
    """One row of a related entity, with the rows related to it, by relationship slug."""

    properties: Values = field(default_factory=dict[str, Value])
    entities: Mapping[str, tuple[Row, ...]] = field(default_factory=dict[str, "tuple[Row, ...]"])


class Customer(Struct, frozen=True):
    """A user's profile and history; events in any order."""

    traits: Values = field(default_factory=dict[str, Value])
    events: tuple[CustomerEvent, ...] = ()
    entities: Mapping[str, tuple[Row, ...]] = field(default_factory=dict[str, "tuple[Row, ...]"])


class Account(Struct, frozen=True):
    """An account with traits of its own and users."""

    traits: Values = field(default_factory=dict[str, Value])
    users: tuple[Customer, ...] = ()


Subject = Customer | Account


_SUBJECT = ("now", "customer", "account")
_ACCOUNT = ("traits", "users")
_CUSTOMER = ("traits", "events", "entities")
_EVENT = ("name", "time", "properties", "context", "source")
_ROW = ("properties", "entities")


def subject_from_json(document: Mapping[str, object]) -> tuple[Subject, int]:
    """The customer or account of a JSON document, and its `now` in milliseconds.

    Raises:
        InputError: Naming the field that cannot be read, and what it should hold.
    """
    whole = _Object(document, "subject", _SUBJECT)
    now = whole.moment("now")
    if ("customer" in document) == ("account" in document):
        raise InputError("a subject needs exactly one of `customer` and `account`", where="subject")
    if "customer" in document:
        return _customer(whole.part("customer", _CUSTOMER)), now
    account = whole.part("account", _ACCOUNT)
    users = tuple(map(_customer, account.parts("users", _CUSTOMER)))
    return Account(account.values("traits"), users), now


def subject_to_json(subject: Subject, now: int) -> dict[str, object]:
    """The JSON document of a subject; what is empty is left out."""
    if isinstance(subject, Customer):
        return {"now": moment_text(now), "customer": _customer_json(subject)}
    users = [_customer_json(user) for user in subject.users]
    return {"now": moment_text(now), "account": {**_filled(traits=subject.traits), "users": users}}


# --- reading ----------------------------------------------------------------------------------


class _Object:
    """An object of a document, which stands somewhere and has only known fields."""

    __slots__ = ("_where", "fields")

    def __init__(self, value: object, where: str, known: Sequence[str] = ()) -> None:
        if type(value) is not dict and not isinstance(value, Mapping):  # to ask `Mapping` is slow
            raise InputError(f"found {type(value).__name__}", expected="an object", where=where)
        for key in cast("Mapping[object, object]", value):
            if not isinstance(key, str):
                raise InputError(f"the key {key!r} is no text", where=where)
            if known and key not in known:
                expected = " or ".join(sorted(known))
                raise InputError(f"unknown field {key!r}", expected=expected, where=where)
        self.fields = cast("Mapping[str, object]", value)
        self._where = where

    def part(self, key: str, known: Sequence[str] = ()) -> _Object:
        """The object that a field holds; empty where there is none."""
        value = self.fields.get(key)
        return _Object({} if value is None else value, f"{self._where}.{key}", known)

    def parts(self, key: str, known: Sequence[str]) -> list[_Object]:
        """The objects of the array that a field holds."""
        value, where = self.fields.get(key), f"{self._where}.{key}"
        if value is None:
            return []
        if not isinstance(value, list | tuple):
            raise InputError(f"found {type(value).__name__}", expected="an array", where=where)
        entries = cast("Sequence[object]", value)
        return [_Object(entry, f"{where}[{i}]", known) for i, entry in enumerate(entries)]

    def text(self, key: str) -> str:
        value = self.fields.get(key)
        if not isinstance(value, str):
            kind = "nothing" if value is None else type(value).__name__
            raise InputError(f"found {kind}", expected="a text", where=f"{self._where}.{key}")
        return value

    def moment(self, key: str) -> int:
        ms = moment_of(text := self.text(key))
        if ms is None:
            raise InputError(
                f"{text[:60]!r} is no moment",
                expected="an ISO-8601 date or timestamp such as 2026-06-01T12:00:00Z",
                where=f"{self._where}.{key}",
            )
        return ms

    def values(self, key: str) -> Values:
        if key not in self.fields:
            return {}
        place = f"{self._where}.{key}"
        normal = {
            name: normalize_json(value, where=f"{place}.{name}")
            for name, value in self.part(key).fields.items()
        }
        return {name: value for name, value in normal.items() if value is not None}

    def entities(self, depth: int) -> dict[str, tuple[Row, ...]]:
        by_slug = self.part("entities")
        if by_slug.fields and depth == 0:
            raise InputError(
                "entities nest too deep", expected=f"at most {MAX_DEPTH}", where=self._where
            )
        return {
            slug: tuple(
                Row(row.values("properties"), row.entities(depth - 1))
                for row in by_slug.parts(slug, _ROW)
            )
            for slug in by_slug.fields
        }


def _customer(body: _Object) -> Customer:
    events = [
        CustomerEvent(
            event.text("name"),
            event.moment("time"),
            event.values("properties"),
            event.values("context"),
            None if event.fields.get("source") is None else event.text("source"),
        )
        for event in body.parts("events", _EVENT)
    ]
    return Customer(body.values("traits"), tuple(events), body.entities(MAX_DEPTH))


# --- writing ----------------------------------------------------------------------------------


def _customer_json(customer: Customer) -> dict[str, object]:
    return {
        **_filled(traits=customer.traits),
        "events": [
            {
                "name": event.name,
                "time": moment_text(event.time),
                **_filled(properties=event.properties, context=event.context),
                **({} if event.source is None else {"source": event.source}),
            }
            for event in customer.events
        ],
        **_entities_json(customer.entities),
    }


def _entities_json(entities: Mapping[str, tuple[Row, ...]]) -> dict[str, object]:
    by_slug = {
        slug: [
            {**_filled(properties=row.properties), **_entities_json(row.entities)} for row in rows
        ]
        for slug, rows in entities.items()
    }
    return {"entities": by_slug} if by_slug else {}


def _filled(**parts: Values) -> dict[str, object]:
    return {key: json_value(values) for key, values in parts.items() if values}


# --- values ---


def normalize_json(value: object, *, where: str = "value", depth: int = MAX_DEPTH) -> Value | None:
    """A value of a parsed JSON document, made exact.

    Floats become the decimal that their shortest text says; `true` and `false` texts;
    null is no value, and vanishes from arrays and objects.

    Raises:
        InputError: Where there is a number that is not finite or has over 30 digits on
            one side of its point, an object with a key that is no text, nesting beyond
            64 levels, or anything that JSON does not have.
    """
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float | Decimal):
        return _normalize_number(value, where)
    if depth == 0:
        raise InputError(
            "arrays and objects nest too deep",
            expected=f"at most {MAX_DEPTH} levels",
            where=where,
        )
    if isinstance(value, list | tuple):
        entries = [
            normalize_json(entry, where=f"{where}[{i}]", depth=depth - 1)
            for i, entry in enumerate(cast("Sequence[object]", value))
        ]
        return tuple(entry for entry in entries if entry is not None)
    if isinstance(value, Mapping):
        normal: dict[str, Value] = {}
        for key, entry in cast("Mapping[object, object]", value).items():
            if not isinstance(key, str):
                raise InputError(f"the key {key!r} is no text", where=where)
            kept = normalize_json(entry, where=f"{where}.{key}", depth=depth - 1)
            if kept is not None:
                normal[key] = kept
        return normal
    raise InputError(
        f"a {type(value).__name__} is no JSON value",
        expected="text, a number, true, false, null, an array or an object",
        where=where,
    )


def _normalize_number(value: float | Decimal, where: str) -> int | Decimal:
    if isinstance(value, float):
        value = Decimal(repr(value))
    if isinstance(value, Decimal) and not value.is_finite():
        raise InputError(f"{value} is no number", expected="a finite number", where=where)
    if not is_in_range(value):
        raise InputError(
            "a number has too many digits",
            expected=f"at most {MAX_DIGITS} digits before and behind the point",
            where=where,
        )
    return plain(value) if isinstance(value, Decimal) else value


def is_in_range(value: int | Decimal) -> bool:
    """Whether a number has at most as many digits on each side of its point as we read."""
    if isinstance(value, int):
        return abs(value) < 10**MAX_DIGITS
    exponent = value.as_tuple().exponent
    if value == 0:
        return True
    return value.adjusted() < MAX_DIGITS and isinstance(exponent, int) and exponent >= -MAX_DIGITS


def is_writable(value: Value) -> bool:
    """Whether a document can hold a value: none finer than a float, none of too many digits."""
    if isinstance(value, int):
        return is_in_range(value)
    if isinstance(value, Decimal):
        return Decimal(repr(float(value))) == value and is_in_range(value)
    if isinstance(value, tuple):
        return all(map(is_writable, value))
    return all(map(is_writable, value.values())) if isinstance(value, Mapping) else True


def json_value(value: Value) -> object:
    """A value for JSON: decimals as floats, or as text where a float cannot hold them."""
    if isinstance(value, str | int):
        return value
    if isinstance(value, Decimal):
        return float(value) if is_writable(value) else text_of(value)
    if isinstance(value, tuple):
        return [json_value(entry) for entry in value]
    return {key: json_value(entry) for key, entry in value.items()}
