"""What a schema says of values, and the schema with other values or under other names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_EVEN, Context, Decimal
from functools import partial
from typing import Final

from jurist.languages.cql.checking.known_names import STANDARD_CONTEXT
from jurist.languages.cql.pseudonymizing.places import (
    context_place,
    event_place,
    kind_of,
    row_place,
    trait_place,
)
from jurist.languages.cql.schemas.json_schema import SMALLEST_STEP
from jurist.languages.cql.schemas.schema import (
    CqlSchema,
    EntitySpec,
    Field,
    Fields,
    Kind,
)
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


ChangeFields = Callable[[Fields, _Holder], Fields]


def schema_values(schema: CqlSchema) -> SchemaValues:
    """What the schema says of values."""
    reader = _Reader(schema, lambda constant: constant.value, _itself)
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


def schema_with_names(schema: CqlSchema, change: ChangeText) -> CqlSchema:
    """The schema under other names; what every workspace of the product has stays."""

    def common(name: str) -> str:
        return name if name in STANDARD_CONTEXT else change(name)

    def renamed(fields: Fields, holder: _Holder) -> Fields:
        return _renamed(fields, common if holder is _CONTEXT else change)

    schema = replace(schema, title=change(schema.title))
    return _with_fields(schema, renamed, change, _itself)


def _renamed(fields: Fields, change: ChangeText) -> Fields:
    def inside(field: Field) -> Field:
        items, members = field.items, field.fields
        members = None if members is None else _renamed(members, change)
        return replace(field, items=items and inside(items), fields=members)

    return {change(name): inside(field) for name, field in fields.items()}


def _itself(text: str) -> str:
    return text


_CONTEXT: Final = _Holder(context_place)
_TRAITS: Final = _Holder(partial(trait_place, of_account=False))
_ACCOUNT_TRAITS: Final = _Holder(partial(trait_place, of_account=True))


def _with_fields(
    schema: CqlSchema, fields: ChangeFields, name: ChangeText, describe: ChangeText
) -> CqlSchema:
    """The schema with other fields, and other names and descriptions of what holds them."""

    def entities(
        specs: Mapping[str, EntitySpec], above: tuple[str, ...] = ()
    ) -> Mapping[str, EntitySpec]:
        return {
            name(slug): replace(
                spec,
                properties=fields(
                    spec.properties, _Holder(partial(row_place, (*above, slug)), of_row=True)
                ),
                entities=entities(spec.entities, (*above, slug)),
                description=describe(spec.description),
            )
            for slug, spec in specs.items()
        }

    return replace(
        schema,
        events={
            name(event): replace(
                spec,
                properties=fields(spec.properties, _Holder(partial(event_place, event))),
                context=fields(spec.context, _CONTEXT),
                description=describe(spec.description),
            )
            for event, spec in schema.events.items()
        },
        traits=fields(schema.traits, _TRAITS),
        account_traits=fields(schema.account_traits, _ACCOUNT_TRAITS),
        entities=entities(schema.entities),
    )


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
        changed = _with_fields(self._schema, self._fields, _itself, self._describe)
        return replace(changed, now=self._now(changed.now))

    def _now(self, now: int | None) -> int | None:
        if now is None:
            return None
        moment = Constant(moment_text(now), ConstantKind.MOMENT, frozenset({Relation.ORDER}), ())
        self.constants.append(moment)
        return moment_of(str(self._change(moment)))

    def _fields(self, fields: Fields, holder: _Holder) -> Fields:
        # What is listed at the top is written as queries name it already.
        return {name: self._field(field, name, holder) for name, field in fields.items()}

    def _field(self, field: Field, name: str, holder: _Holder, *, sensitive: bool = False) -> Field:
        place = holder.place(name)
        sensitive = sensitive or field.sensitive
        if sensitive:
            self.sensitive.add(place)
        if field.kind is Kind.INTEGER:
            self.whole.add(place)
        if _is_flag(field):
            self.flags.add(place)

        def inner(field: Field, key: str) -> Field:
            return self._field(field, f"{name}.{key}", holder, sensitive=sensitive)

        def atom(value: Atom, relation: Relation = Relation.ORDER) -> Atom:
            if field.kind is Kind.TIME:
                return value  # no other text stands for a time of day
            by_text = holder.of_row or self._schema.is_exact(field.kind)
            kind = kind_of(value, self._reading, by_text=by_text)
            constant = Constant(value, kind, frozenset({relation}), (place,))
            self.constants.append(constant)
            return self._change(constant)

        enum, items, members = field.enum, field.items, field.fields
        return replace(
            field,
            enum=enum and tuple(atom(value, Relation.EQUALITY) for value in enum),
            minimum=_bound(field.minimum, atom),
            maximum=_bound(field.maximum, atom),
            items=items and inner(items, EACH),
            fields=members
            and {key: inner(member, key.replace(".", "\\.")) for key, member in members.items()},
            description=self._describe(field.description),
        )


def _bound(bound: Atom | None, change: Callable[[Atom], Atom]) -> Atom | None:
    if not isinstance(bound, Decimal):
        return None if bound is None else change(bound)
    written = plain(bound.quantize(_WRITTEN_PLACES, ROUND_HALF_EVEN, _EXACT))
    step = _EXACT.subtract(bound, Decimal(written))
    if abs(step) != SMALLEST_STEP:
        return change(bound)
    return plain(_EXACT.add(Decimal(change(written)), step))


def _is_flag(field: Field) -> bool:
    """Whether its numbers can only be 0 and 1."""
    if field.enum is not None:
        return all(value in (0, 1) for value in field.enum if not isinstance(value, str))
    return field.kind is Kind.INTEGER and field.minimum == 0 and field.maximum == 1
