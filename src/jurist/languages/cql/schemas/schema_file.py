"""Schemas from files: our own format, Segment's exports, or just what queries name."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import fields, replace
from enum import StrEnum
from pathlib import Path
from typing import TypeVar, cast

from jurist.languages.cql.schemas.json_schema import MAX_NESTING, Place, read_fields
from jurist.languages.cql.schemas.schema import (
    ANYTHING,
    AudienceType,
    CqlSchema,
    EntitySpec,
    EventSpec,
    Field,
    Fields,
)
from jurist.languages.cql.schemas.tracking_plan import is_tracking_plan, load_tracking_plan
from jurist.languages.cql.semantics.readings import Readings
from jurist.languages.cql.semantics.values import moment_of
from jurist.languages.cql.syntax import (
    AllUsers,
    AnyUser,
    Context,
    CqlQuery,
    Entity,
    Event,
    Property,
    Trait,
)
from jurist.languages.cql.tree import holder_of, walk
from jurist.languages.documents import kind_of
from jurist.languages.schema_files import schema_document

_Choice = TypeVar("_Choice", bound=StrEnum)

_Named = dict[str, Field]

_SCHEMA_KEYS = (
    "name",
    "description",
    "language",
    "audience_type",
    "assumptions",
    "now",
    "events",
    "traits",
    "account_traits",
    "entities",
)
_EVENT_KEYS = ("description", "properties", "required", "context")
_FIELDS_KEYS = ("description", "type", "properties", "required", "additionalProperties")
_ENTITY_KEYS = ("description", "properties", "required", "entities")


def read_schema(path: str | Path) -> CqlSchema:
    """The schema of a .yaml, .yml or .json file.

    Raises:
        SchemaError: The file cannot be read as a schema; it names the file, the place
            in it, what was found, what was expected, and the fix.
    """
    with schema_document(path) as document:
        return load_schema(document, where=str(path))


def load_schema(document: Mapping[str, object], *, where: str) -> CqlSchema:
    """The schema that a parsed document describes.

    Args:
        document: Our own format, or a Segment tracking-plan export as the API returns it.
        where: The file's name, for errors.

    Raises:
        SchemaError: As `read_schema`.
    """
    place = Place(where)
    title = Path(where).stem or "unnamed"
    if is_tracking_plan(document) and "events" not in document:
        return load_tracking_plan(document, place, title=title)
    place.known_keys(place.mapping(document), _SCHEMA_KEYS)
    language = document.get("language", "cql")
    if language != "cql":
        raise place.at("language").error(f"this is a schema for {language!r}", expected="cql")
    return CqlSchema(
        title=place.at("name").text(document.get("name")) or title,
        audience_type=_audience_type(document.get("audience_type"), place.at("audience_type")),
        events=_events(document.get("events"), place.at("events")),
        traits=_profile(document.get("traits"), place.at("traits")),
        account_traits=_profile(document.get("account_traits"), place.at("account_traits")),
        entities=_entities(document.get("entities"), place.at("entities"), depth=0),
        readings=_assumptions(document.get("assumptions"), place.at("assumptions")),
        now=_now(document.get("now"), place.at("now")),
    )


def infer_schema(*queries: CqlQuery) -> CqlSchema:
    """An open-world schema of the names that queries use, with no facts about them."""
    events = defaultdict[str, tuple[_Named, _Named]](lambda: ({}, {}))
    entities = defaultdict[tuple[str, ...], _Named](dict)
    traits: _Named = {}
    account_traits: _Named = {}
    quantified = False
    for node, scope in (pair for query in queries for pair in walk(query)):
        match node:
            case AnyUser() | AllUsers():
                quantified = True
            case Event(name):
                _ = events[name]
            case Entity(slug):
                _ = entities[*scope.slugs, slug]
            case Trait(name):
                traits[name] = ANYTHING
                if not scope.of_user:
                    account_traits[name] = ANYTHING
            case Property(name):
                holder = holder_of(node, scope)
                if holder is not None and isinstance(holder.source, Event):
                    events[holder.source.name][0][name] = ANYTHING
                elif holder is not None:
                    entities[holder.slugs][name] = ANYTHING
            case Context(name) if isinstance(scope.source, Event):
                events[scope.source.name][1][name] = ANYTHING
            case _:
                pass
    audience_type = AudienceType.LINKED if entities else AudienceType.USERS
    return CqlSchema(
        title="inferred from the queries",
        audience_type=AudienceType.ACCOUNTS if quantified else audience_type,
        events={name: EventSpec(*facts) for name, facts in events.items()},
        traits=traits,
        account_traits=account_traits if quantified else {},
        entities=_nested(entities),
        open_world=True,
    )


# --- our own format -------------------------------------------------------------------------


def _chosen(value: object, kinds: type[_Choice], place: Place) -> _Choice:
    allowed = [str(kind.value) for kind in kinds]
    text = str(value).lower() if isinstance(value, bool) else value
    if text is None:
        text = "null"
    if text not in allowed:
        raise place.error(f"found {kind_of(value)}", expected="one of " + ", ".join(allowed))
    return kinds(text)


def _audience_type(value: object, place: Place) -> AudienceType:
    return AudienceType.USERS if value is None else _chosen(value, AudienceType, place)


def _assumptions(value: object, place: Place) -> Readings:
    given = place.mapping(value)
    choices: dict[str, type[StrEnum]] = {
        field.name: type(cast("StrEnum", field.default)) for field in fields(Readings)
    }
    place.known_keys(given, choices)
    chosen = {
        name: _chosen(reading, choices[name], place.at(name)) for name, reading in given.items()
    }
    return replace(Readings(), **chosen)


def _now(value: object, place: Place) -> int | None:
    if value is None:
        return None
    text = value.isoformat() if isinstance(value, datetime.date) else value
    moment = moment_of(text) if isinstance(text, str) else None
    if moment is None:
        raise place.error(
            f"found {kind_of(value)}",
            expected="an ISO-8601 date or timestamp",
            fix="write it as 2026-06-01T00:00:00Z",
        )
    return moment


def _events(value: object, place: Place) -> Mapping[str, EventSpec]:
    return {name: _event(facts, place.at(name)) for name, facts in place.mapping(value).items()}


def _event(value: object, place: Place) -> EventSpec:
    place.count()
    event = place.mapping(value)
    place.known_keys(event, _EVENT_KEYS)
    return EventSpec(
        properties=_fields(event, place),
        context=read_fields(event.get("context"), None, place.at("context"), unlisted=False),
        description=place.at("description").text(event.get("description")),
    )


def _profile(value: object, place: Place) -> Fields:
    traits = place.mapping(value)
    place.known_keys(traits, _FIELDS_KEYS)
    return _fields(traits, place)


def _fields(holder: Mapping[str, object], place: Place) -> Fields:
    return read_fields(holder.get("properties"), holder.get("required"), place, unlisted=False)


def _entities(value: object, place: Place, *, depth: int) -> Mapping[str, EntitySpec]:
    if depth > MAX_NESTING:
        raise place.error("nested too deeply", expected=f"at most {MAX_NESTING} levels")
    return {
        slug: _entity(facts, place.at(slug), depth=depth)
        for slug, facts in place.mapping(value).items()
    }


def _entity(value: object, place: Place, *, depth: int) -> EntitySpec:
    place.count()
    entity = place.mapping(value)
    place.known_keys(entity, _ENTITY_KEYS)
    return EntitySpec(
        properties=_fields(entity, place),
        entities=_entities(entity.get("entities"), place.at("entities"), depth=depth + 1),
        description=place.at("description").text(entity.get("description")),
    )


# --- what queries name ----------------------------------------------------------------------


def _nested(flat: Mapping[tuple[str, ...], Fields]) -> Mapping[str, EntitySpec]:
    """The tree of relationships from their paths, deepest first."""
    below: dict[tuple[str, ...], dict[str, EntitySpec]] = {(): {}}
    for path in sorted(flat, key=len, reverse=True):
        spec = EntitySpec(flat[path], below.pop(path, {}))
        below.setdefault(path[:-1], {})[path[-1]] = spec
    return below[()]
