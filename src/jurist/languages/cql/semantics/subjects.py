"""Customers and accounts from JSON and back.

    {"now": "2026-06-01T00:00:00Z",
     "customer": {"traits": {...},
                  "events": [{"name", "time", "properties", "context", "source"}],
                  "entities": {"orders": [{"properties": {...}, "entities": {...}}]}}}

or `"account": {"traits": {...}, "users": [customer, ...]}`. Everything but `now`, an
event's `name` and its `time` may be left out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

from jurist.errors import InputError
from jurist.languages.cql.semantics.customers import (
    Account,
    Customer,
    Occurrence,
    Row,
    Subject,
    Values,
)
from jurist.languages.cql.semantics.json_values import json_value, normalize_json
from jurist.languages.cql.semantics.values import MAX_DEPTH, moment_of, moment_text


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


def _occurrence(body: Mapping[str, object], where: str) -> Occurrence:
    _known(body, {"name", "time", "properties", "context", "source"}, where)
    source = body.get("source")
    return Occurrence(
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


def _occurrence_json(event: Occurrence) -> dict[str, object]:
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
