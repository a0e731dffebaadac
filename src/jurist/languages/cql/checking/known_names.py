"""What each name of a query stands for in a schema, and which names are unknown."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping

from jurist.languages.cql.checking.findings import Finding
from jurist.languages.cql.schemas.schema import (
    ANYTHING,
    CqlSchema,
    EntitySpec,
    Field,
    Fields,
    Kind,
    context_of,
    find_field,
    named_fields,
)
from jurist.languages.cql.semantics.values import TIMESTAMP
from jurist.languages.cql.syntax import (
    Context,
    Entity,
    Event,
    Node,
    Property,
    Trait,
)
from jurist.languages.cql.tree import Scope, holder_of
from jurist.languages.mistakes import quoted
from jurist.languages.nearest import NearestNames

_CONTEXT_GROUPS = {
    "app": ("build", "name", "namespace", "version"),
    "campaign": ("content", "medium", "name", "source", "term"),
    "device": ("id", "manufacturer", "model", "name", "token", "type", "version"),
    "library": ("name", "version"),
    "location": ("city", "country", "latitude", "longitude", "region", "speed"),
    "network": ("bluetooth", "carrier", "cellular", "wifi"),
    "os": ("name", "version"),
    "page": ("path", "referrer", "search", "title", "url"),
    "referrer": ("id", "link", "name", "type", "url"),
    "screen": ("density", "height", "width"),
}
STANDARD_CONTEXT = frozenset(
    {"device.adTrackingEnabled", "device.advertisingId"}
    | {"active", "channel", "groupId", "ip", "locale", TIMESTAMP, "timezone", "userAgent"}
    | {f"{group}.{name}" for group, names in _CONTEXT_GROUPS.items() for name in names}
)
"""Context fields of Segment's common specification, which any event may have."""


def _no_nearest(_schema: CqlSchema) -> dict[tuple[str, int], NearestNames]:
    """By the kind of a name and the schema's own mapping of such names."""
    return {}


class KnownNames:
    """A schema's names as one query meets them.

    Args:
        schema: The workspace.
        of_accounts: Whether the query is about accounts, whose traits are other ones.
        of_trait: Whether it is a computed trait, which for an account reads account traits.
    """

    def __init__(self, schema: CqlSchema, *, of_accounts: bool, of_trait: bool) -> None:
        self._schema = schema
        self._of_accounts = of_accounts
        self._of_trait = of_trait
        self._nearest = context_of(schema).get(_no_nearest)

    def field(self, node: Trait | Property | Context, scope: Scope) -> Field:
        """The facts of a value; those of anything where the name is unknown."""
        if isinstance(node, Context) and node.name == TIMESTAMP:
            return Field(Kind.DATE_TIME, required=True)
        fields = self._fields(node, scope)
        return (find_field(fields, node.name) if fields else None) or ANYTHING

    def listed(self, node: Trait | Property | Context, scope: Scope) -> Fields:
        """All fields that a value of this kind could be there; none where nobody can say."""
        return self._fields(node, scope) or {}

    def is_of_account(self, scope: Scope) -> bool:
        """Whether a trait that stands here is the account's own."""
        return self._of_accounts and not (scope.of_user and not self._of_trait)

    def unknown(
        self, node: Event | Entity | Trait | Property | Context, scope: Scope
    ) -> Finding | None:
        """What is wrong with a name, if there is no such name where it is used."""
        if self._schema.open_world:
            return None
        match node:
            case Event():
                return self._missing("event", node, node.name, self._schema.events)
            case Entity():
                return self._missing("entity", node, node.slug, self._relationships(scope))
            case Context():
                fields = self._fields(node, scope)
                if not fields or node.name in STANDARD_CONTEXT:
                    return None
                return self._missing_field("context", node, fields)
            case Trait():
                return self._missing_field("trait", node, self._fields(node, scope))
            case Property():
                return self._missing_field("property", node, self._fields(node, scope))

    # --- where names are listed ---

    def _fields(self, node: Trait | Property | Context, scope: Scope) -> Fields | None:
        """The listed names of the kind that the node uses; `None` where nobody can say."""
        match node:
            case Trait():
                account = self.is_of_account(scope)
                return self._schema.account_traits if account else self._schema.traits
            case Property():
                holder = holder_of(node, scope)
                if holder is None:
                    return None
                if isinstance(holder.source, Event):
                    event = self._schema.events.get(holder.source.name)
                    return event.properties if event else None
                entity = self._entity(holder.slugs)
                return entity.properties if entity else None
            case Context():
                if not isinstance(scope.source, Event):
                    return None
                event = self._schema.events.get(scope.source.name)
                return event.context if event else None

    def _entity(self, slugs: tuple[str, ...]) -> EntitySpec | None:
        here: Mapping[str, EntitySpec] = self._schema.entities
        spec: EntitySpec | None = None
        for slug in slugs:
            spec = here.get(slug)
            if spec is None:
                return None
            here = spec.entities
        return spec

    def _relationships(self, scope: Scope) -> Mapping[str, EntitySpec] | None:
        slugs = scope.slugs
        if not slugs:
            return self._schema.entities
        entity = self._entity(slugs)
        return entity.entities if entity else None

    def _missing_field(
        self, kind: str, node: Trait | Property | Context, fields: Fields | None
    ) -> Finding | None:
        if fields is None or find_field(fields, node.name) is not None:
            return None
        paths = (path for path, _ in named_fields(fields))
        names = itertools.chain(paths, STANDARD_CONTEXT if kind == "context" else ())
        return self._unlisted(kind, node, node.name, fields, names)

    def _missing(
        self, kind: str, node: Event | Entity, name: str, known: Mapping[str, object] | None
    ) -> Finding | None:
        if known is None or name in known:
            return None
        return self._unlisted(kind, node, name, known, known)

    def _unlisted(
        self,
        kind: str,
        node: Node,
        name: str,
        known: Mapping[str, object],
        names: Iterable[str],
    ) -> Finding:
        near = self._nearest.get((kind, id(known)))
        if near is None:
            near = self._nearest[kind, id(known)] = NearestNames(names)
        word, plural = _WORDS[kind]
        return Finding(
            f"unknown_{kind}",
            node,
            f"the {word} {quoted(name)} is not in the schema",
            f"one of the {plural} listed there" if known else f"no {word}",
            near.nearest(name),
        )


_WORDS = {
    "event": ("event", "events"),
    "entity": ("entity", "entities"),
    "trait": ("trait", "traits"),
    "property": ("property", "properties"),
    "context": ("context field", "context fields"),
}
