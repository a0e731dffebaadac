"""What a schema says of moments: those that it lists, and which of its values are days."""

from __future__ import annotations

from collections.abc import Iterator

from jurist.languages.cql.schemas.schema import CqlSchema, Fields, Kind, named_fields
from jurist.languages.cql.semantics.values import EACH, moment_of


def listed_moments(schema: CqlSchema) -> frozenset[int]:
    """The moments that a schema lists as the only values of something."""
    found: set[int] = set()
    waiting = [field for fields in _all_fields(schema) for field in fields.values()]
    while waiting:
        field_ = waiting.pop()
        waiting += [*(field_.fields or {}).values(), *([field_.items] if field_.items else [])]
        for value in field_.enum or ():
            moment = moment_of(value)
            found |= set() if moment is None else {moment, moment + 1}
    return frozenset(found)


def names_of_days(schema: CqlSchema) -> frozenset[str]:
    """The names, as queries say them, of values that may be any day."""
    found: set[str] = set()
    for fields in _all_fields(schema):
        for name, field_ in named_fields(fields):
            for path, known in ((name, field_), (f"{name}.{EACH}", field_.items)):
                if known is not None and known.kind is Kind.DATE and known.enum is None:
                    found.add(path)
    return frozenset(found)


def _all_fields(schema: CqlSchema) -> Iterator[Fields]:
    yield from (schema.traits, schema.account_traits)
    for event in schema.events.values():
        yield from (event.properties, event.context)
    entities = list(schema.entities.values())
    while entities:
        entity = entities.pop()
        yield entity.properties
        entities += entity.entities.values()
