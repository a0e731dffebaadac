"""Wrong names that are close to the right ones."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from jurist.languages.cql.edits.edit import Edit, Setting, at_comparisons, at_reductions
from jurist.languages.cql.schemas.schema import EntitySpec, Field, Fields, Kind, named_fields
from jurist.languages.cql.syntax import (
    Comparison,
    Condition,
    Context,
    Entity,
    Event,
    Property,
    Reduction,
    Trait,
)
from jurist.languages.cql.tree import inner_scope
from jurist.languages.similar import similar_names

_NUMERIC = frozenset({Kind.NUMBER, Kind.INTEGER})


def _similar_event(node: Reduction, setting: Setting) -> Iterator[Reduction]:
    source = node.stream.source
    if isinstance(source, Event):
        for name in similar_names(source.name, setting.schema.events):
            yield replace(node, stream=replace(node.stream, source=Event(name)))


def _similar_entity(node: Reduction, setting: Setting) -> Iterator[Reduction]:
    source = node.stream.source
    if isinstance(source, Entity):
        siblings: Mapping[str, EntitySpec] = setting.schema.entities
        for slug in setting.scope.slugs:
            siblings = siblings[slug].entities if slug in siblings else {}
        for slug in similar_names(source.slug, siblings):
            yield replace(node, stream=replace(node.stream, source=Entity(slug)))


def _similar_name_compared(node: Comparison, setting: Setting) -> Iterator[Condition]:
    left = node.left
    if isinstance(left, Property | Context):
        for name in _similar(left, setting):
            yield replace(node, left=replace(left, name=name))


def _similar_name_reduced(node: Reduction, setting: Setting) -> Iterator[Reduction]:
    if node.value is not None:
        inside = replace(setting, scope=inner_scope(node, setting.scope))
        for name in _similar(node.value, inside):
            yield replace(node, value=replace(node.value, name=name))


def _similar_trait(node: Comparison, setting: Setting) -> Iterator[Condition]:
    if isinstance(node.left, Trait):
        for name in _similar(node.left, setting):
            yield replace(node, left=Trait(name))


def _similar(node: Trait | Property | Context, setting: Setting) -> list[str]:
    """Similar names of fields of the same kind."""
    kind = setting.names.field(node, setting.scope).kind
    fields = dict(named_fields(setting.names.listed(node, setting.scope)))
    return similar_names(node.name, _of_kind(fields, kind))


def _of_kind(fields: Fields, kind: Kind) -> Iterable[str]:
    return [name for name, field in fields.items() if _alike(field, kind)]


def _alike(field: Field, kind: Kind) -> bool:
    return (
        field.kind is kind or Kind.UNKNOWN in {kind, field.kind} or {kind, field.kind} <= _NUMERIC
    )


NAMES = (
    Edit("similar_event", "An event with a similar name is meant.", at_reductions(_similar_event)),
    Edit(
        "similar_entity", "An entity with a similar name is meant.", at_reductions(_similar_entity)
    ),
    Edit(
        "similar_property",
        "A property with a similar name is compared.",
        at_comparisons(_similar_name_compared),
    ),
    Edit(
        "similar_reduced_property",
        "A property with a similar name is added up.",
        at_reductions(_similar_name_reduced),
    ),
    Edit(
        "similar_trait", "A trait with a similar name is compared.", at_comparisons(_similar_trait)
    ),
)
