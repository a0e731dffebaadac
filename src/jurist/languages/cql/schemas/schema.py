"""What a workspace has: events, traits and entities, each property with its facts.

Facts (kind, minimum, enum, required) come from JSON Schema, as in Segment's
tracking plans; a proof may use them and lists those it used as assumptions.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from hashlib import sha256

from jurist.languages.base import Schema
from jurist.languages.cql.schemas.assumptions import Assumptions
from jurist.languages.cql.semantics.customers import Atom


class Kind(StrEnum):
    """The type of a property or trait, as far as the schema says it."""

    STRING = "string"
    NUMBER = "number"
    INTEGER = "integer"
    BOOLEAN = "boolean"
    DATE = "date"
    """A string whose format is `date`: a day, `yyyy-mm-dd`."""
    DATE_TIME = "date-time"
    """A string whose format is `date-time`: a timestamp with its zone."""
    ARRAY = "array"
    OBJECT = "object"
    UNKNOWN = "unknown"
    """Any value at all."""


DATES = frozenset({Kind.DATE, Kind.DATE_TIME})
"""The kinds whose values all say a moment."""


class AudienceType(StrEnum):
    """Whom the audiences of a schema are made of."""

    USERS = "USERS"
    ACCOUNTS = "ACCOUNTS"
    LINKED = "LINKED"


@dataclass(frozen=True, slots=True)
class Field:
    """What is known of one property or trait.

    `required` means present and not null in every item. Bounds are inclusive.
    `enum` lists all values there are, booleans as 'true' and 'false'.
    """

    kind: Kind = Kind.UNKNOWN
    required: bool = False
    minimum: Atom | None = None
    maximum: Atom | None = None
    enum: tuple[Atom, ...] | None = None
    items: Field | None = None
    fields: Mapping[str, Field] | None = None
    description: str = ""
    sensitive: bool = field(default=False, repr=False)
    """Whether its values may never be shown to a model; what is inside it is as sensitive."""
    listed: frozenset[Atom] | None = field(init=False, repr=False, compare=False)
    """`enum` to look values up in: it may have a hundred thousand."""

    def __post_init__(self) -> None:
        listed = None if self.enum is None else frozenset(self.enum)
        object.__setattr__(self, "listed", listed)


ANYTHING = Field()
Fields = Mapping[str, Field]


def _no_fields() -> Fields:
    return {}


@dataclass(frozen=True, slots=True)
class EventSpec:
    """One event: its properties, and context fields if the schema names any."""

    properties: Fields = field(default_factory=_no_fields)
    context: Fields = field(default_factory=_no_fields)
    description: str = ""


@dataclass(frozen=True, slots=True)
class EntitySpec:
    """One relationship of the data graph, and those that start from it."""

    properties: Fields = field(default_factory=_no_fields)
    entities: Mapping[str, EntitySpec] = field(default_factory=dict[str, "EntitySpec"])
    description: str = ""


@dataclass(frozen=True, eq=False)
class CqlSchema(Schema):
    """A whole workspace. Compared by identity; `digest` compares content.

    `open_world`: names that are not listed may exist too (a schema inferred from
    queries); else `check` reports them. `now`, in milliseconds since 1970 UTC, pins the
    moment of evaluation; `None` means any moment.
    """

    title: str = "unnamed"
    audience_type: AudienceType = AudienceType.USERS
    events: Mapping[str, EventSpec] = field(default_factory=dict[str, EventSpec])
    traits: Fields = field(default_factory=_no_fields)
    account_traits: Fields = field(default_factory=_no_fields)
    entities: Mapping[str, EntitySpec] = field(default_factory=dict[str, EntitySpec])
    readings: Assumptions = field(default_factory=Assumptions)
    now: int | None = None
    open_world: bool = False

    @property
    def name(self) -> str:
        """The workspace's name."""
        return self.title

    @property
    def digest(self) -> str:
        """Hash of the content, 16 hex digits."""
        return self._digest

    @cached_property
    def _digest(self) -> str:
        said = repr(self)
        hidden = sorted(_sensitive(self))
        if hidden:  # said apart, so that all other schemas keep the digests they have in stores
            said += repr(hidden)
        return sha256(said.encode("utf-8", "backslashreplace")).hexdigest()[:16]

    @property
    def assumptions(self) -> tuple[str, ...]:
        """The readings, one sentence each."""
        return self.readings.sentences()


def _sensitive(schema: CqlSchema) -> Iterator[str]:
    for event, spec in schema.events.items():
        yield from _marked(spec.properties, f"event {event!r}")
        yield from _marked(spec.context, f"context {event!r}")
    yield from _marked(schema.traits, "traits")
    yield from _marked(schema.account_traits, "account traits")
    yield from _of_entities(schema.entities, "")


def _of_entities(entities: Mapping[str, EntitySpec], within: str) -> Iterator[str]:
    for slug, spec in entities.items():
        yield from _marked(spec.properties, f"entity {within}{slug!r}")
        yield from _of_entities(spec.entities, f"{within}{slug!r} ")


def _marked(fields: Fields, within: str) -> Iterator[str]:
    for name, each in fields.items():
        here = f"{within} {name!r}"
        if each.sensitive:
            yield here
        if each.items is not None:
            yield from _marked({"$": each.items}, here)
        yield from _marked(each.fields or {}, here)
