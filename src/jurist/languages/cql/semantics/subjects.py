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

import math
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


def subject_from_json(document: Mapping[str, object]) -> tuple[Subject, int]:
    """The customer or account of a JSON document, and its `now` in milliseconds.

    Raises:
        InputError: Naming the field that cannot be read, and what it should hold.
    """
    _known(document, {"now", "customer", "account"}, "subject")
    now = _moment(document, "now", "subject")
    given = [kind for kind in ("customer", "account") if kind in document]
    if len(given) != 1:
        raise InputError("a subject needs exactly one of `customer` and `account`", where="subject")
    kind = given[0]
    body = _mapping(document, kind, "subject")
    return (_customer(body, kind) if kind == "customer" else _account(body, kind)), now


def subject_to_json(subject: Subject, now: int) -> dict[str, object]:
    """The JSON document of a subject; what is empty is left out."""
    kind = "account" if isinstance(subject, Account) else "customer"
    body = _account_json(subject) if isinstance(subject, Account) else _customer_json(subject)
    return {"now": moment_text(now), kind: body}


# --- reading ----------------------------------------------------------------------------------


def _account(body: Mapping[str, object], where: str) -> Account:
    _known(body, {"traits", "users"}, where)
    users = [
        _customer(_as_mapping(user, f"{where}.users[{i}]"), f"{where}.users[{i}]")
        for i, user in enumerate(_array(body, "users", where))
    ]
    return Account(_values(body, "traits", where), tuple(users))


def _customer(body: Mapping[str, object], where: str) -> Customer:
    _known(body, {"traits", "events", "entities"}, where)
    events = [
        _occurrence(_as_mapping(event, f"{where}.events[{i}]"), f"{where}.events[{i}]")
        for i, event in enumerate(_array(body, "events", where))
    ]
    return Customer(
        _values(body, "traits", where), tuple(events), _entities(body, where, MAX_DEPTH)
    )


def _occurrence(body: Mapping[str, object], where: str) -> CustomerEvent:
    _known(body, {"name", "time", "properties", "context", "source"}, where)
    source = body.get("source")
    return CustomerEvent(
        _text(body, "name", where),
        _moment(body, "time", where),
        _values(body, "properties", where),
        _values(body, "context", where),
        None if source is None else _text(body, "source", where),
    )


def _entities(body: Mapping[str, object], where: str, depth: int) -> dict[str, tuple[Row, ...]]:
    given = _mapping(body, "entities", where)
    if given and depth == 0:
        raise InputError("entities nest too deep", expected=f"at most {MAX_DEPTH}", where=where)
    return {
        slug: tuple(
            _row(_as_mapping(row, place := f"{where}.entities.{slug}[{i}]"), place, depth - 1)
            for i, row in enumerate(_array(given, slug, f"{where}.entities"))
        )
        for slug in given
    }


def _row(body: Mapping[str, object], where: str, depth: int) -> Row:
    _known(body, {"properties", "entities"}, where)
    return Row(_values(body, "properties", where), _entities(body, where, depth))


def _known(body: Mapping[str, object], keys: set[str], where: str) -> None:
    for key in body:
        if key not in keys:
            raise InputError(
                f"unknown field {key!r}", expected=" or ".join(sorted(keys)), where=where
            )


def _as_mapping(value: object, where: str) -> Mapping[str, object]:
    if type(value) is not dict and not isinstance(value, Mapping):  # to ask `Mapping` is slow
        raise InputError(f"found {type(value).__name__}", expected="an object", where=where)
    for key in cast("Mapping[object, object]", value):
        if not isinstance(key, str):
            raise InputError(f"the key {key!r} is no text", where=where)
    return cast("Mapping[str, object]", value)


def _mapping(body: Mapping[str, object], key: str, where: str) -> Mapping[str, object]:
    value = body.get(key)
    return {} if value is None else _as_mapping(value, f"{where}.{key}")


def _array(body: Mapping[str, object], key: str, where: str) -> Sequence[object]:
    value = body.get(key)
    if value is None:
        return ()
    if not isinstance(value, list | tuple):
        found = type(value).__name__
        raise InputError(f"found {found}", expected="an array", where=f"{where}.{key}")
    return cast("Sequence[object]", value)


def _text(body: Mapping[str, object], key: str, where: str) -> str:
    value = body.get(key)
    if not isinstance(value, str):
        found = "nothing" if value is None else type(value).__name__
        raise InputError(f"found {found}", expected="a text", where=f"{where}.{key}")
    return value


def _moment(body: Mapping[str, object], key: str, where: str) -> int:
    ms = moment_of(text := _text(body, key, where))
    if ms is None:
        raise InputError(
            f"{text[:60]!r} is no moment",
            expected="an ISO-8601 date or timestamp such as 2026-06-01T12:00:00Z",
            where=f"{where}.{key}",
        )
    return ms


def _values(body: Mapping[str, object], key: str, where: str) -> Values:
    place = f"{where}.{key}"
    normal = {
        name: normalize_json(value, where=f"{place}.{name}")
        for name, value in _mapping(body, key, where).items()
    }
    return {name: value for name, value in normal.items() if value is not None}


# --- writing ----------------------------------------------------------------------------------


def _account_json(account: Account) -> dict[str, object]:
    return {
        **_filled("traits", _values_json(account.traits)),
        "users": [_customer_json(user) for user in account.users],
    }


def _customer_json(customer: Customer) -> dict[str, object]:
    return {
        **_filled("traits", _values_json(customer.traits)),
        "events": [_occurrence_json(event) for event in customer.events],
        **_filled("entities", _entities_json(customer.entities)),
    }


def _occurrence_json(event: CustomerEvent) -> dict[str, object]:
    return {
        "name": event.name,
        "time": moment_text(event.time),
        **_filled("properties", _values_json(event.properties)),
        **_filled("context", _values_json(event.context)),
        **({} if event.source is None else {"source": event.source}),
    }


def _entities_json(entities: Mapping[str, tuple[Row, ...]]) -> dict[str, object]:
    return {
        slug: [
            {
                **_filled("properties", _values_json(row.properties)),
                **_filled("entities", _entities_json(row.entities)),
            }
            for row in rows
        ]
        for slug, rows in entities.items()
    }


def _values_json(values: Values) -> dict[str, object]:
    return {name: json_value(value) for name, value in values.items()}


def _filled(key: str, content: dict[str, object]) -> dict[str, object]:
    return {key: content} if content else {}


# --- values ---


def normalize_json(value: object, *, where: str = "value") -> Value | None:
    """A value of a parsed JSON document, made exact.

    Floats become the decimal that their shortest text says; `true` and `false` texts;
    null is no value, and vanishes from arrays and objects.

    Raises:
        InputError: Where there is a number that is not finite or has over 30 digits on
            one side of its point, an object with a key that is no text, nesting beyond
            64 levels, or anything that JSON does not have.
    """
    return _normalize(value, where, MAX_DEPTH)


def _normalize(value: object, where: str, depth: int) -> Value | None:
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
            _normalize(entry, f"{where}[{i}]", depth - 1)
            for i, entry in enumerate(cast("Sequence[object]", value))
        ]
        return tuple(entry for entry in entries if entry is not None)
    if isinstance(value, Mapping):
        normal: dict[str, Value] = {}
        for key, entry in cast("Mapping[object, object]", value).items():
            if not isinstance(key, str):
                raise InputError(f"the key {key!r} is no text", where=where)
            kept = _normalize(entry, f"{where}.{key}", depth - 1)
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
        if not math.isfinite(value):
            raise InputError(f"{value} is no number", expected="a finite number", where=where)
        value = Decimal(repr(value))
    if isinstance(value, Decimal) and not value.is_finite():
        raise InputError(f"{value} is no number", expected="a finite number", where=where)
    if not _is_in_range(value):
        raise InputError(
            "a number has too many digits",
            expected=f"at most {MAX_DIGITS} digits before and behind the point",
            where=where,
        )
    return plain(value) if isinstance(value, Decimal) else value


def _is_in_range(value: int | Decimal) -> bool:
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
        return _is_in_range(value)
    if isinstance(value, Decimal):
        return Decimal(repr(float(value))) == value and _is_in_range(value)
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
