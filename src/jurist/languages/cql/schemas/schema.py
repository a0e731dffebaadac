"""What a workspace has: events, traits and entities, each property with its facts.

Facts (kind, minimum, enum, required) come from JSON Schema, as in Segment's
tracking plans; a proof may use them and lists those it used as assumptions.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property, lru_cache
from hashlib import sha256
from typing import Generic, TypeVar, cast

from jurist.languages.base import Schema
from jurist.languages.cql.semantics.readings import Readings, StringEquality, sentences
from jurist.languages.cql.semantics.subjects import Account, Customer
from jurist.languages.cql.semantics.values import EACH, Atom, split_path
from jurist.languages.cql.syntax import AllUsers, AnyUser, CqlQuery
from jurist.languages.cql.tree import nodes


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
    TIME = "time"
    """A string whose format is `time`: a time of day, `hh:mm:ss`."""
    ARRAY = "array"
    OBJECT = "object"
    UNKNOWN = "unknown"
    """Any value at all."""


DATES = frozenset({Kind.DATE, Kind.DATE_TIME})
"""The kinds whose values all say a moment."""
TEMPORAL = DATES | {Kind.TIME}
"""The kinds of texts that lie in an order of time."""
NUMERIC = frozenset({Kind.NUMBER, Kind.INTEGER})


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
    readings: Readings = field(default_factory=Readings)
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

    @property
    def assumptions(self) -> tuple[str, ...]:
        """The readings, one sentence each."""
        return sentences(self.readings)

    def is_exact(self, kind: Kind) -> bool:
        """Whether a value is equal only to its own text, whatever number that says (U10)."""
        return kind is Kind.STRING and self.readings.string_equality is StringEquality.TEXT

    @cached_property
    def of_accounts(self) -> CqlSchema:
        """The same workspace, with audiences that are made of accounts."""
        return replace(self, audience_type=AudienceType.ACCOUNTS)

    @cached_property
    def _digest(self) -> str:
        # Stores hold digests from when the readings were a class of another name and had no
        # word on strings, and from when nothing was sensitive.
        content = repr(self).replace("readings=Readings(", "readings=Assumptions(", 1)
        if self.is_exact(Kind.STRING):
            content = content.replace(f", string_equality={StringEquality.TEXT!r}", "", 1)
        sensitive = sorted(_sensitive(self))
        if sensitive:
            content += repr(sensitive)
        return sha256(content.encode("utf-8", "backslashreplace")).hexdigest()[:16]


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
    for name, facts in fields.items():
        here = f"{within} {name!r}"
        if facts.sensitive:
            yield here
        if facts.items is not None:
            yield from _marked({"$": facts.items}, here)
        yield from _marked(facts.fields or {}, here)


# --- names ---


def find_field(fields: Fields, name: str) -> Field | None:
    r"""The facts of a property, trait or context field as queries name it.

    `.` walks into nested objects, `$` stands for each entry of an array, `\.` is a literal
    dot. A schema may list a whole path as one name (`page.url` of a context), so what is
    listed as it stands wins.
    A name inside an object whose fields are not listed may be anything.

    Returns:
        The facts, `required` only where every level is; `None` where there is no such name.
    """
    if name in fields:
        return fields[name]
    segments = split_path(name)
    facts = fields.get(segments[0].replace(".", "\\."))
    if facts is None:
        return None
    required, sensitive = facts.required, facts.sensitive
    for segment in segments[1:]:
        facts = _inside(facts, segment)
        if facts is None:
            return None
        required = required and facts.required and segment != EACH
        sensitive = sensitive or facts.sensitive
    if (facts.required, facts.sensitive) == (required, sensitive):
        return facts
    return replace(facts, required=required, sensitive=sensitive)


def implies_presence(fields: Fields, name: str, other: str) -> bool:
    """Whether a value under `other` is there wherever the one under `name` is.

    As where both are members of one object, or the one is that object, and the object
    requires the other.
    """
    keys, others = split_path(name), split_path(other)
    shared = 0
    while shared < min(len(keys), len(others)) and keys[shared] == others[shared]:
        shared += 1
    if shared == 0 or shared == len(others):
        return shared == len(others)
    facts = find_field(fields, ".".join(key.replace(".", "\\.") for key in others[:shared]))
    for segment in others[shared:]:
        facts = None if facts is None or segment == EACH else _inside(facts, segment)
        if facts is None or not facts.required:
            return False
    return True


def named_fields(fields: Fields, *, within: str = "") -> Iterator[tuple[str, Field]]:
    """Every field with the name by which a query reads it, members after their holders."""
    for name, facts in fields.items():
        # What is listed at the top is written as queries name it already.
        path = within + name.replace(".", "\\.") if within else name
        yield path, facts
        if facts.fields is not None:
            yield from named_fields(facts.fields, within=f"{path}.")
        if facts.items is not None and facts.items.fields is not None:
            yield from named_fields(facts.items.fields, within=f"{path}.{EACH}.")


def _inside(field: Field, segment: str) -> Field | None:
    if field.kind is Kind.UNKNOWN:
        return ANYTHING if field.enum is None else None  # no listed value holds others
    if segment == EACH:
        return (field.items or ANYTHING) if field.kind is Kind.ARRAY else None
    if field.kind is not Kind.OBJECT:
        return None
    return ANYTHING if field.fields is None else field.fields.get(segment)


# --- whom queries are about ---


def subject_type(schema: CqlSchema, *queries: CqlQuery) -> type[Customer] | type[Account]:
    """Whom the queries are about: accounts where the schema or an ANY or ALL says so."""
    if schema.audience_type is AudienceType.ACCOUNTS or any(map(_has_quantifier, queries)):
        return Account
    return Customer


@lru_cache(maxsize=1_024)  # every arm asks it of the same queries
def _has_quantifier(query: CqlQuery) -> bool:
    return not _QUANTIFIERS.isdisjoint(map(type, nodes(query)))


_QUANTIFIERS = {AnyUser, AllUsers}


def schema_of_pair(reference: CqlQuery, candidate: CqlQuery, schema: CqlSchema) -> CqlSchema:
    """The schema under which each of the two is read alone as both are read together.

    Beside a query with ANY or ALL, one without is about accounts too, and means something
    else than it does alone: so the schema is one of accounts then.
    """
    kinds = {subject_type(schema, query) for query in (reference, candidate)}
    if len(kinds) == 1:
        return schema
    assert Account in kinds  # noqa: S101 - there are two kinds
    return schema.of_accounts


# --- what is worked out under a schema, and kept -----------------------------------------------

_MOST_CONTEXTS = 16
"""Of schemas; what is kept under one may be large, and holds the schema itself."""

T = TypeVar("T")
K = TypeVar("K")
V = TypeVar("V")


class SchemaContext:
    """All that is kept under a schema: components, each made when it is first asked for.

    They live as long as the context: that of a schema which has not been asked about lately
    is let go, with all that is in it.
    """

    def __init__(self, schema: CqlSchema) -> None:
        self._schema = schema
        self._components: dict[Callable[[CqlSchema], object], object] = {}

    def get(self, component: Callable[[CqlSchema], T]) -> T:
        """What a function makes of the schema; threads that ask at once get the same."""
        part = self._components.get(component)
        if part is None:
            part = self._components.setdefault(component, component(self._schema))
        return cast("T", part)


@lru_cache(maxsize=_MOST_CONTEXTS)
def context_of(schema: CqlSchema) -> SchemaContext:
    """The context of a schema."""
    return SchemaContext(schema)


# A process that is forked while threads prove has their locks, and nobody who opens them.
os.register_at_fork(after_in_child=context_of.cache_clear)


class Table(Generic[K, V]):
    """Results by what they are of, for several threads.

    Args:
        most: How many are kept; with one more all begins anew.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._results: dict[K, V] = {}

    def get(self, key: K, work_out: Callable[[K], V]) -> V:
        """The result for a key, worked out where it is not kept."""
        result = self._results.get(key)
        if result is None:
            result = work_out(key)
            self.keep(key, result)
        return result

    def find(self, key: K) -> V | None:
        """The result for a key, where it is kept."""
        return self._results.get(key)

    def keep(self, key: K, result: V) -> None:
        """Keep a result."""
        if len(self._results) >= self._most:
            self._results.clear()  # not one by one: other threads may be adding
        self._results[key] = result
