"""What a query may name, one line a name, for prompts and for people.

Names and descriptions come from files: they are quoted, stripped of line breaks and
bounded, so that none of them can pass for another line.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from jurist.languages.cql.schemas.schema import (
    DATES,
    AudienceType,
    CqlSchema,
    EntitySpec,
    Field,
    Fields,
    Kind,
    named_fields,
)
from jurist.languages.cql.semantics.values import text_of
from jurist.languages.cql.text.literals import string_text

MAX_VALUES = 20
MAX_NAME = 500
MAX_DESCRIPTION = 200


def names(schema: CqlSchema) -> tuple[str, ...]:
    """Events with their properties and context, traits, entities, in the schema's order."""
    return tuple(_names(schema))


def _names(schema: CqlSchema) -> Iterator[str]:
    for name, event in schema.events.items():
        yield f"event {quoted(name)}{_described(event.description)}"
        yield from _fields(f"property of {quoted(name)}", event.properties)
        yield from _fields(f"context of {quoted(name)}", event.context)
    of_accounts = bool(schema.account_traits) or schema.audience_type is AudienceType.ACCOUNTS
    of_user = " of a user" if of_accounts else ""
    yield from _fields("trait", schema.traits, of_user)
    yield from _fields("trait", schema.account_traits, " of the account")
    yield from _entities("entity", schema.entities)


def _entities(label: str, entities: Mapping[str, EntitySpec]) -> Iterator[str]:
    for slug, entity in entities.items():
        yield f"{label} {quoted(slug)}{_described(entity.description)}"
        yield from _fields(f"property of entity {quoted(slug)}", entity.properties)
        yield from _entities(f"entity of {quoted(slug)}", entity.entities)


def _fields(label: str, fields: Fields, of: str = "") -> Iterator[str]:
    for name, field in named_fields(fields):
        yield f"{label} {quoted(name)}{of}: {facts(field)}{_described(field.description)}"


def facts(field: Field) -> str:
    """A field's type, bounds and values in a few words."""
    kind = "date" if field.kind in DATES else field.kind.value
    parts = ["any value" if field.kind is Kind.UNKNOWN else kind]
    if field.minimum is not None:
        parts.append(f"at least {text_of(field.minimum)}")
    if field.maximum is not None:
        parts.append(f"at most {text_of(field.maximum)}")
    if field.enum is not None and field.kind is not Kind.BOOLEAN:
        values = [
            quoted(value) if isinstance(value, str) else text_of(value)
            for value in field.enum[:MAX_VALUES]
        ]
        more = len(field.enum) - len(values)
        parts.append("one of " + " | ".join(values) + (f" | {more} more" if more else ""))
    if field.items is not None:
        parts.append(f"of {field.items.kind.value}")
    if field.required:
        parts.append("always present")
    if field.sensitive:
        parts.append("sensitive")
    return ", ".join(parts)


def quoted(name: str) -> str:
    """A name as a CQL string on one line."""
    return string_text("".join(c if c.isprintable() else "?" for c in name[:MAX_NAME]))


def _described(description: str) -> str:
    words = " ".join("".join(c if c.isprintable() else " " for c in description).split())
    if len(words) > MAX_DESCRIPTION:
        words = words[:MAX_DESCRIPTION].rstrip() + "..."
    return f" - {words}" if words else ""
