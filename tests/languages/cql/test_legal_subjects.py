"""The reader of raw schemas that judges witnesses: what it lets through, and what it does not."""

from __future__ import annotations

import pytest

from closed_schemas import Json
from legal_subjects import violations

_DATE = {"type": "string", "format": "date"}
_DATE_TIME = {"type": "string", "format": "date-time"}
_ADDRESS = {
    "type": "object",
    "properties": {"city": {"type": "string"}, "zip": {"type": "integer"}},
    "required": ["city"],
}
_NOW = "2026-06-01T00:00:00Z"

LEGAL: list[tuple[Json, object]] = [
    ({"type": "string"}, ""),
    ({"type": "string"}, None),
    ({"type": "integer", "minimum": 1, "maximum": 3}, 3),
    ({"type": "integer"}, 3.0),
    ({"type": "number", "exclusiveMinimum": 0}, 1e-09),
    ({"type": "number", "minimum": 0.5}, 0.5),
    ({"type": "number", "minimum": 0, "exclusiveMinimum": True}, 0.1),
    ({"type": "number", "enum": [52.5200066]}, 52.5200066),
    ({"type": "boolean"}, True),
    ({"type": "boolean"}, "false"),
    ({"const": True}, "true"),
    ({"const": "1"}, "1"),
    ({"enum": ["a", None]}, "a"),
    ({}, {"x": [1]}),
    ({"type": ["string", "number"]}, [1]),
    ({"type": ["string", "null"]}, "a"),
    (_DATE, "2024-02-29"),
    (_DATE_TIME, "2026-03-10T23:59:59.999+01:00"),
    ({"type": "array"}, [1, "a", {}]),
    ({"type": "array", "items": {"type": "string", "enum": ["a"]}}, []),
    ({"type": "array", "items": _ADDRESS}, [{"city": "Ghent"}, {"city": "", "zip": 1}]),
    (_ADDRESS, {"city": "Ghent"}),
    ({"type": "object"}, {"any": 1}),
]
ILLEGAL: list[tuple[Json, object]] = [
    ({"type": "string"}, 1),
    ({"type": "string"}, True),
    ({"type": "string", "enum": ["1"]}, 1),
    ({"const": 1}, "1"),
    ({"const": "true"}, "True"),
    ({"type": "integer"}, 1.5),
    ({"type": "integer"}, "1"),
    ({"type": "integer", "minimum": 1}, 0),
    ({"type": "number"}, True),
    ({"type": "number", "exclusiveMinimum": 0}, 0),
    ({"type": "number", "minimum": 0, "exclusiveMinimum": True}, 0),
    ({"type": "number", "exclusiveMaximum": 1}, 1.0),
    ({"type": "number", "maximum": 0.3}, 0.30000000000000004),
    ({"type": "number", "enum": [52.5200066]}, 52.52),
    ({"type": "boolean"}, 1),
    ({"type": "boolean"}, "yes"),
    (_DATE, "2026-03-10T00:00:00Z"),
    (_DATE, "2026-02-29"),
    (_DATE, "2026-3-1"),
    (_DATE_TIME, "2026-03-10"),
    (_DATE_TIME, "2026-03-10T00:00:00"),
    (_DATE_TIME, "2026-03-10T24:00:00Z"),
    (_DATE_TIME, "2026-03-10T00:00:00Zx"),
    (_DATE_TIME, "2026-13-10T00:00:00Z"),
    ({"type": "array"}, "[]"),
    ({"type": "array", "items": {"type": "string"}}, ["a", 1]),
    ({"type": "array", "items": _ADDRESS}, [{"zip": 1}]),
    (_ADDRESS, {"zip": 1}),
    (_ADDRESS, {"city": None}),
    (_ADDRESS, {"city": "Ghent", "street": "x"}),
    (_ADDRESS, {"city": "Ghent", "zip": "1"}),
    ({"type": "object"}, []),
]


def _broken(facts: Json, value: object) -> list[str]:
    schema = {"traits": {"properties": {"x": facts}}}
    return violations(schema, {"now": _NOW, "customer": {"traits": {"x": value}}})


@pytest.mark.parametrize(("facts", "value"), LEGAL, ids=repr)
def test_what_a_field_allows_is_legal(facts: Json, value: object) -> None:
    assert not _broken(facts, value)


@pytest.mark.parametrize(("facts", "value"), ILLEGAL, ids=repr)
def test_what_a_field_forbids_is_not(facts: Json, value: object) -> None:
    broken = _broken(facts, value)
    assert broken
    assert all(why.startswith("customer.traits.x") for why in broken)


SCHEMA: Json = {
    "traits": {
        "properties": {"plan": {"type": "string"}, "n": {"type": ["integer", "null"]}},
        "required": ["plan", "n"],
    },
    "account_traits": {"properties": {"seats": {"type": "integer"}}, "required": ["seats"]},
    "events": {
        "E": {
            "properties": {"p": {"type": "integer"}, "address.city": {"type": "string"}},
            "required": ["address.city"],
            "context": {"page.url": {"type": "string"}},
        },
        "Bare": {},
    },
    "entities": {
        "orders": {
            "properties": {"total": {"type": "number"}},
            "required": ["total"],
            "entities": {"lines": {"properties": {"sku": {"type": "string"}}}},
        }
    },
}
_TRAITS = {"plan": "pro"}
_CITY = {"address": {"city": "Ghent"}}


def _event(**more: object) -> Json:
    return {"name": "E", "time": _NOW, "properties": _CITY, **more}


@pytest.mark.parametrize(
    "body",
    [
        {"traits": _TRAITS},
        {"traits": {**_TRAITS, "n": 1}, "events": [_event(), {"name": "Bare", "time": _NOW}]},
        {"traits": _TRAITS, "events": [_event(properties={**_CITY, "p": 1}, source="web")]},
        {"traits": _TRAITS, "events": [_event(context={"page": {"url": "x"}, "ip": "1"})]},
        {"traits": _TRAITS, "events": [_event(context={"page": {"title": "x"}})]},
        {"traits": _TRAITS, "entities": {"orders": [{"properties": {"total": 1}}]}},
    ],
)
def test_a_legal_customer_has_nothing_wrong(body: Json) -> None:
    assert not violations(SCHEMA, {"now": _NOW, "customer": body})


BROKEN: list[tuple[Json, str]] = [
    ({}, "customer.traits.plan: is required"),
    ({"traits": {**_TRAITS, "nope": 1}}, "there is no 'nope'"),
    ({"traits": _TRAITS, "extra": 1}, "customer: has"),
    ({"traits": _TRAITS, "events": [{"name": "No", "time": _NOW}]}, "no event 'No'"),
    ({"traits": _TRAITS, "events": [{"name": "E", "time": _NOW}]}, "address: is required"),
    ({"traits": _TRAITS, "events": [_event(properties={"address": {}})]}, "address.city"),
    ({"traits": _TRAITS, "events": [_event(time="2026-06-01T00:00:00.001Z")]}, "future"),
    ({"traits": _TRAITS, "events": [_event(time="yesterday")]}, "no moment"),
    ({"traits": _TRAITS, "events": [_event(source=1)]}, "source"),
    ({"traits": _TRAITS, "events": [_event(context={"page": {"url": 1}})]}, "page.url"),
    ({"traits": _TRAITS, "events": [_event(context={"pages": 1})]}, "no 'pages'"),
    ({"traits": _TRAITS, "entities": {"carts": []}}, "no relationship 'carts'"),
    ({"traits": _TRAITS, "entities": {"orders": [{}]}}, "total: is required"),
    (
        {
            "traits": _TRAITS,
            "entities": {
                "orders": [
                    {
                        "properties": {"total": 1},
                        "entities": {"lines": [{"properties": {"sku": 1}}]},
                    }
                ]
            },
        },
        "lines[0].properties.sku",
    ),
]


@pytest.mark.parametrize(("body", "why"), BROKEN, ids=[why for _, why in BROKEN])
def test_a_customer_that_breaks_the_schema_is_told(body: Json, why: str) -> None:
    (found,) = violations(SCHEMA, {"now": _NOW, "customer": body})
    assert why in found


def test_names_with_dots_lie_inside_of_objects() -> None:
    def broken(facts: Json, home: object) -> list[str]:
        listed: Json = {"home.city": facts, "home.zip": {"type": "integer"}}
        holder: Json = {"properties": listed, "required": ["home.city"]}
        traits = {} if home is None else {"home": home}
        return violations({"traits": holder}, {"now": _NOW, "customer": {"traits": traits}})

    text: Json = {"type": "string"}
    assert not broken(text, {"city": "Ghent", "zip": 9000})
    assert broken(text, None)
    assert broken(text, {"zip": 9000})
    assert broken(text, {"city": 1})
    assert broken(text, {"city": "Ghent", "street": "x"})
    nullable = {**text, "nullable": True}
    assert not broken(nullable, None)
    assert not broken(nullable, {})


def test_an_account_has_its_own_traits_and_users_theirs() -> None:
    users: list[Json] = [{"traits": _TRAITS}]
    legal = {"now": _NOW, "account": {"traits": {"seats": 1}, "users": users}}
    assert not violations(SCHEMA, legal)
    (missing,) = violations(SCHEMA, {"now": _NOW, "account": {"users": users}})
    assert "account.traits.seats: is required" in missing
    bare: list[Json] = [{}]
    (wrong,) = violations(SCHEMA, {"now": _NOW, "account": {"traits": {"seats": 1}, "users": bare}})
    assert "account.users[0].traits.plan: is required" in wrong


def test_now_is_a_moment_and_the_schemas_own_where_that_says_one() -> None:
    assert violations(SCHEMA, {"now": "now", "customer": {"traits": _TRAITS}})
    pinned = {**SCHEMA, "now": "2026-01-01"}
    assert violations(pinned, {"now": _NOW, "customer": {"traits": _TRAITS}})
    at = {"now": "2026-01-01T00:00:00Z", "customer": {"traits": _TRAITS}}
    assert not violations(pinned, at)
    assert violations(SCHEMA, {"now": _NOW})
