"""Wrong names that are close to the right ones."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping

from msgspec.structs import replace

from jurist.languages.cql.edits.edit import Setting, at_comparisons, at_reductions, replaced
from jurist.languages.cql.schemas.schema import NUMERIC, EntitySpec, Kind, named_fields
from jurist.languages.cql.syntax import (
    Comparison,
    Condition,
    Context,
    Entity,
    Event,
    Name,
    Node,
    Property,
    Reduction,
    Trait,
)
from jurist.languages.cql.tree import holder_of, reduced_scope, with_children
from jurist.languages.similar import likeness, similar_names


@at_reductions
def similar_event(node: Reduction, setting: Setting) -> Iterator[Reduction]:
    """An event with a similar name is meant."""
    source = node.stream.source
    if isinstance(source, Event):
        for name in similar_names(source.name, setting.schema.events):
            yield _of(node, Event(name))


@at_reductions
def similar_entity(node: Reduction, setting: Setting) -> Iterator[Reduction]:
    """An entity with a similar name is meant."""
    source = node.stream.source
    if isinstance(source, Entity):
        siblings: Mapping[str, EntitySpec] = setting.schema.entities
        for slug in setting.scope.slugs:
            siblings = siblings[slug].entities if slug in siblings else {}
        for slug in similar_names(source.slug, siblings):
            yield _of(node, Entity(slug))


def _of(node: Reduction, source: Event | Entity) -> Reduction:
    return replace(node, stream=replace(node.stream, source=source))


@at_comparisons
def similar_property(node: Comparison, setting: Setting) -> Iterator[Condition]:
    """A property with a similar name is compared."""
    return _with_similar(node, (Property, Context), setting)


@at_reductions
def similar_reduced_property(node: Reduction, setting: Setting) -> Iterator[Reduction]:
    """A property with a similar name is added up."""
    if node.value is not None:
        inside = dataclasses.replace(setting, scope=reduced_scope(node, setting.scope))
        for name in _similar(node.value, inside):
            yield replace(node, value=replace(node.value, name=name))


@at_comparisons
def similar_trait(node: Comparison, setting: Setting) -> Iterator[Condition]:
    """A trait with a similar name is compared."""
    return _with_similar(node, (Trait,), setting)


def _with_similar(
    node: Comparison, kinds: tuple[type[Node], ...], setting: Setting
) -> Iterator[Comparison]:
    """The comparison with each of its sides of a kind under a similar name."""
    for i, side in enumerate(sides := (node.left, *node.arguments)):
        if isinstance(side, Name) and isinstance(side, kinds):
            for name in _similar(side, setting):
                yield with_children(node, replaced(sides, i, replace(side, name=name)))


@at_comparisons
def other_level(node: Comparison, setting: Setting) -> Iterator[Condition]:
    """A property of the item at hand is taken for its parent's, or the other way."""
    for i, side in enumerate(sides := (node.left, *node.arguments)):
        if not isinstance(side, Property):
            continue
        others = [other for other in _of_other_level(side, setting) if other not in sides]
        for other in others[:1]:
            yield with_children(node, replaced(sides, i, other))


def _of_other_level(node: Property, setting: Setting) -> Iterator[Property]:
    """The properties one level up or down that it may be taken for, the likeliest first."""
    other = replace(node, parent=not node.parent)
    if holder_of(other, setting.scope) is None:
        return
    kind = setting.names.field(node, setting.scope).kind
    fields = dict(named_fields(setting.names.listed(other, setting.scope)))
    alike = [name for name, field in fields.items() if _are_alike(field.kind, kind)]
    for name in sorted(alike, key=lambda name: -likeness(node.name, name)):
        yield replace(other, name=name)


def _similar(node: Name, setting: Setting) -> list[str]:
    """Similar names of fields of the same kind."""
    kind = setting.names.field(node, setting.scope).kind
    fields = dict(named_fields(setting.names.listed(node, setting.scope)))
    alike = [name for name, field in fields.items() if _are_alike(field.kind, kind)]
    return similar_names(node.name, alike)


def _are_alike(kind: Kind, other: Kind) -> bool:
    return kind is other or Kind.UNKNOWN in {kind, other} or {kind, other} <= NUMERIC


NAMES = (
    *(similar_event, similar_entity, similar_property, similar_reduced_property, similar_trait),
    other_level,
)
