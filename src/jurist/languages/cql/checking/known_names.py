"""What each name of a query stands for in a schema, and which names are unknown."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping

from jurist.languages.cql.checking.findings import Finding
from jurist.languages.cql.schemas.name_lookup import NameLookup
from jurist.languages.cql.schemas.schema import (
    CqlSchema,
    EntitySpec,
    Fields,
    context_of,
    find_field,
    named_fields,
)
from jurist.languages.cql.semantics.values import TIMESTAMP
from jurist.languages.cql.syntax import (
    Context,
    CqlQuery,
    Entity,
    Event,
    Node,
    Property,
    Trait,
)
from jurist.languages.cql.tree import Scope
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


class KnownNames(NameLookup):
    """A schema's names as one query meets them, and which names it does not have."""

    def __init__(self, query: CqlQuery, schema: CqlSchema) -> None:
        super().__init__(query, schema)
        self._nearest = context_of(schema).get(_no_nearest)

    def listed(self, node: Trait | Property | Context, scope: Scope) -> Fields:
        """All fields that a value of this kind could be there; none where nobody can say."""
        return self.fields(node, scope) or {}

    def unknown(
        self, node: Event | Entity | Trait | Property | Context, scope: Scope
    ) -> Finding | None:
        """What is wrong with a name, if there is no such name where it is used."""
        if self._schema.open_world:
            return None
        if type(node) is Event:
            return self._missing("event", node, node.name, self._schema.events)
        if type(node) is Entity:
            return self._missing("entity", node, node.slug, self._relationships(scope))
        fields = self.fields(node, scope)
        if type(node) is Context:
            if not fields or node.name in STANDARD_CONTEXT:
                return None
            return self._missing_field("context", node, fields)
        return self._missing_field("trait" if type(node) is Trait else "property", node, fields)

    # --- where names are listed ---

    def _relationships(self, scope: Scope) -> Mapping[str, EntitySpec] | None:
        slugs = scope.slugs
        if not slugs:
            return self._schema.entities
        entity = self.entity(slugs)
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
