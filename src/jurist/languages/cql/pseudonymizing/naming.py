"""Queries and schemas under other names; what every workspace of the product has stays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from jurist.languages.capabilities import VALUE, Quoted
from jurist.languages.cql.checking.known_names import STANDARD_CONTEXT
from jurist.languages.cql.quoting import requote
from jurist.languages.cql.schemas.schema import CqlSchema, EntitySpec, Field, Fields
from jurist.languages.cql.syntax import CqlQuery
from jurist.languages.pseudonymizing import ChangeText


def with_names(query: CqlQuery, change: ChangeText) -> CqlQuery:
    """The query under other names."""

    def named(quoted: Quoted) -> str:
        is_common = quoted.kind == "context" and quoted.text in STANDARD_CONTEXT
        return quoted.text if quoted.kind == VALUE or is_common else change(quoted.text)

    return requote(query, named)


def schema_with_names(schema: CqlSchema, change: ChangeText) -> CqlSchema:
    """The schema under other names."""

    def common(name: str) -> str:
        return name if name in STANDARD_CONTEXT else change(name)

    def entities(specs: Mapping[str, EntitySpec]) -> Mapping[str, EntitySpec]:
        return {
            change(slug): replace(
                spec,
                properties=_fields(spec.properties, change),
                entities=entities(spec.entities),
            )
            for slug, spec in specs.items()
        }

    return replace(
        schema,
        title=change(schema.title),
        events={
            change(event): replace(
                spec,
                properties=_fields(spec.properties, change),
                context=_fields(spec.context, common),
            )
            for event, spec in schema.events.items()
        },
        traits=_fields(schema.traits, change),
        account_traits=_fields(schema.account_traits, change),
        entities=entities(schema.entities),
    )


def _fields(fields: Fields, change: ChangeText) -> Fields:
    return {change(name): _field(field, change) for name, field in fields.items()}


def _field(field: Field, change: ChangeText) -> Field:
    return replace(
        field,
        items=field.items and _field(field.items, change),
        fields=None if field.fields is None else _fields(field.fields, change),
    )
