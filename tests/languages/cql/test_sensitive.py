"""`sensitive: true` in schemas: what is marked, what is listed, and what it changes."""

from __future__ import annotations

import pytest

from jurist.errors import SchemaError
from jurist.languages.cql.language import CqlLanguage
from jurist.languages.cql.schemas.schema import CqlSchema

CQL = CqlLanguage()


def schema(**marks: object) -> CqlSchema:
    illness = {"type": "string", "enum": ["gout", "asthma"], **marks}
    return CQL.load_schema(
        {
            "name": "Clinic",
            "events": {"Visit": {"properties": {"illness": illness}, "context": {"ip": illness}}},
            "traits": {"properties": {"illness": illness}},
            "account_traits": {"properties": {"illness": illness}},
            "entities": {"visits": {"properties": {"illness": illness}}},
        },
        where="test",
    )


def test_marked_places_of_every_kind_are_told() -> None:
    sensitive = CQL.schema_values(schema(sensitive=True)).sensitive
    assert len(sensitive) == 5
    assert CQL.schema_values(schema(sensitive=False)).sensitive == frozenset()


def test_what_is_inside_is_as_sensitive() -> None:
    inside = {"type": "object", "properties": {"city": {"type": "string"}}, "sensitive": True}
    loaded = CQL.load_schema(
        {
            "name": "x",
            "traits": {
                "properties": {
                    "home": inside,
                    "tags": {"type": "array", "items": {"type": "string", "sensitive": True}},
                }
            },
        },
        where="test",
    )
    query = CQL.parse("trait('home.city') = 'Lund' AND trait('tags.$') = 'vip'")
    places = {place for each in CQL.compared(query, loaded).constants for place in each.places}
    assert places <= CQL.schema_values(loaded).sensitive


def test_only_a_mark_changes_the_digest() -> None:
    assert schema().digest == schema(sensitive=False).digest != schema(sensitive=True).digest


def test_a_mark_is_told_where_names_are_listed() -> None:
    assert all("sensitive" in line for line in CQL.names(schema(sensitive=True)) if ":" in line)
    assert not any("sensitive" in line for line in CQL.names(schema()))


@pytest.mark.parametrize("mark", ["yes", 1, None, []])
def test_a_mark_is_true_or_false(mark: object) -> None:
    with pytest.raises(SchemaError, match="sensitive"):
        schema(sensitive=mark)


def test_in_tracking_plans_one_version_s_mark_holds_for_all() -> None:
    def rule(version: int, **marks: object) -> dict[str, object]:
        properties = {"illness": {"type": "string", **marks}}
        inner = {"properties": {"properties": {"type": "object", "properties": properties}}}
        return {"type": "TRACK", "key": "Visit", "version": version, "jsonSchema": inner}

    plan = {"rules": [rule(1, sensitive=True), rule(2)]}
    loaded = CQL.load_schema(plan, where="plan")
    assert CQL.schema_values(loaded).sensitive
