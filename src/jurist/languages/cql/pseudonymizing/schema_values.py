"""What a schema says of values, and the schema with other ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_EVEN, Context, Decimal
from functools import partial
from typing import Final

from jurist.languages.cql.pseudonymizing.places import (
    context_place,
    event_place,
    kind_of,
    row_place,
    trait_place,
)
from jurist.languages.cql.schemas.json_schema import SMALLEST_STEP
from jurist.languages.cql.schemas.schema import CqlSchema, EntitySpec, Field, Fields, Kind
from jurist.languages.cql.semantics.values import EACH, Atom, moment_of, moment_text, plain
from jurist.languages.pseudonymizing import (
    ChangeConstant,
    ChangeText,
    Constant,
    ConstantKind,
    Relation,
    SchemaValues,
)

_EXACT: Final = Context(prec=120)
_WRITTEN_PLACES: Final = Decimal(1).scaleb(-24)
"""A bound that is finer is an exclusive one, a smallest step beyond what was written."""


@dataclass(frozen=True, slots=True)
class _Holder:
    """What has fields: how the place of each is called, and whether they are a row's."""

    place: Callable[[str], str]
    of_row: bool = False


@dataclass(frozen=True, slots=True)
class _Here:
    """The place of a field."""

    place: str
    of_row: bool


def schema_values(schema: CqlSchema) -> SchemaValues:
    """What the schema says of values."""
    reader = _Reader(schema, lambda constant: constant.value, lambda text: text)
    reader.changed()
    return SchemaValues(
        constants=tuple(reader.constants),
        whole=frozenset(reader.whole),
        flags=frozenset(reader.flags),
        sensitive=frozenset(reader.sensitive),
    )


def with_schema_values(
    schema: CqlSchema, change: ChangeConstant, describe: ChangeText
) -> CqlSchema:
    """The schema with what `change` and `describe` make of its values and descriptions."""
    return _Reader(schema, change, describe).changed()


class _Reader:
    def __init__(self, schema: CqlSchema, change: ChangeConstant, describe: ChangeText) -> None:
        self._schema = schema
        self._reading = schema.readings.number_like_text
        self._change = change
        self._describe = describe
        self.constants: list[Constant] = []
        self.whole: set[str] = set()
        self.flags: set[str] = set()
        self.sensitive: set[str] = set()

    def changed(self) -> CqlSchema:
        schema = self._schema
        return replace(
            schema,
            events={
                event: replace(
                    spec,
                    properties=self._fields(spec.properties, _Holder(partial(event_place, event))),
                    context=self._fields(spec.context, _Holder(context_place)),
                    description=self._describe(spec.description),
                )
                for event, spec in schema.events.items()
            },
            traits=self._fields(schema.traits, _Holder(partial(trait_place, of_account=False))),
            account_traits=self._fields(
                schema.account_traits, _Holder(partial(trait_place, of_account=True))
            ),
            entities=self._entities(schema.entities, ()),
            now=self._now(schema.now),
        )

    def _now(self, now: int | None) -> int | None:
        if now is None:
            return None
        moment = Constant(moment_text(now), ConstantKind.MOMENT, frozenset({Relation.ORDER}), ())
        self.constants.append(moment)
        return moment_of(str(self._change(moment)))

    def _entities(
        self, entities: Mapping[str, EntitySpec], above: tuple[str, ...]
    ) -> Mapping[str, EntitySpec]:
        found: dict[str, EntitySpec] = {}
        for slug, spec in entities.items():
            slugs = (*above, slug)
            found[slug] = replace(
                spec,
                properties=self._fields(
                    spec.properties, _Holder(partial(row_place, slugs), of_row=True)
                ),
                entities=self._entities(spec.entities, slugs),
                description=self._describe(spec.description),
            )
        return found

    def _fields(self, fields: Fields, holder: _Holder) -> Fields:
        # What is listed at the top is written as queries name it already.
        return {name: self._field(field, name, holder) for name, field in fields.items()}

    def _field(self, field: Field, name: str, holder: _Holder, *, sensitive: bool = False) -> Field:
        here = _Here(holder.place(name), of_row=holder.of_row)
        sensitive = sensitive or field.sensitive
        if sensitive:
            self.sensitive.add(here.place)
        if field.kind is Kind.INTEGER:
            self.whole.add(here.place)
        if _is_flag(field):
            self.flags.add(here.place)

        def inner(field: Field, key: str) -> Field:
            return self._field(field, f"{name}.{key}", holder, sensitive=sensitive)

        enum, items, members = field.enum, field.items, field.fields
        return replace(
            field,
            enum=enum and tuple(self._atom(value, here, Relation.EQUALITY) for value in enum),
            minimum=self._bound(field.minimum, here),
            maximum=self._bound(field.maximum, here),
            items=items and inner(items, EACH),
            fields=members
            and {key: inner(each, key.replace(".", "\\.")) for key, each in members.items()},
            description=self._describe(field.description),
        )

    def _bound(self, bound: Atom | None, here: _Here) -> Atom | None:
        if not isinstance(bound, Decimal):
            return None if bound is None else self._atom(bound, here, Relation.ORDER)
        written = plain(bound.quantize(_WRITTEN_PLACES, ROUND_HALF_EVEN, _EXACT))
        step = _EXACT.subtract(bound, Decimal(written))
        if abs(step) != SMALLEST_STEP:
            return self._atom(bound, here, Relation.ORDER)
        put = self._atom(written, here, Relation.ORDER)
        return plain(_EXACT.add(Decimal(put), step))

    def _atom(self, value: Atom, here: _Here, relation: Relation) -> Atom:
        kind = kind_of(value, self._reading, of_row=here.of_row)
        constant = Constant(value, kind, frozenset({relation}), (here.place,))
        self.constants.append(constant)
        return self._change(constant)


def _is_flag(field: Field) -> bool:
    """Whether its numbers can only be 0 and 1."""
    if field.enum is not None:
        return all(value in (0, 1) for value in field.enum if not isinstance(value, str))
    return field.kind is Kind.INTEGER and field.minimum == 0 and field.maximum == 1
