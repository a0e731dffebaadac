"""What a schema says of the values that conditions speak of."""

from __future__ import annotations

from dataclasses import dataclass

from jurist.languages.cql.meaning.access import EACH
from jurist.languages.cql.meaning.values import (
    split_path,
)
from jurist.languages.cql.prover.places import (
    Place,
)
from jurist.languages.cql.prover.things import (
    Slot,
    SlotKind,
    Thing,
)
from jurist.languages.cql.prover.value_classes import Allowed, allowed
from jurist.languages.cql.schemas.fields import find_field
from jurist.languages.cql.schemas.schema import CqlSchema, Fields, Kind
from jurist.languages.cql.syntax import (
    Event,
)

_REQUIRED_TIME = Allowed(Kind.DATE, required=True)


@dataclass(frozen=True, slots=True)
class KnownFields:
    """The fields of a schema; `account`: the thing whose traits are an account's."""

    schema: CqlSchema
    account: Thing | None

    def is_entry(self, name: str, profile: Place) -> bool:
        """Whether a trait's name goes into an array; traits are not unrolled, so none is there."""
        keys = split_path(name)
        if EACH not in keys[1:]:
            return False
        at_account = profile.thing is self.account
        fields = self.schema.account_traits if at_account else self.schema.traits
        array = find_field(fields, ".".join(keys[: keys.index(EACH, 1)]))
        return array is not None and array.kind is Kind.ARRAY

    def of(self, place: Place, slot: Slot) -> Allowed:
        """What the schema says of a value of the thing at a place."""
        match slot.kind:
            case SlotKind.TRAIT:
                at_account = place.thing is self.account
                schema = self.schema
                fields = schema.account_traits if at_account else schema.traits
                return allowed(find_field(fields, slot.name))
            case SlotKind.PROPERTY:
                return allowed(find_field(self._properties(place), slot.name))
            case SlotKind.CONTEXT:
                assert isinstance(place.source, Event)  # noqa: S101 - rows have no context
                spec = self.schema.events.get(place.source.name)
                return allowed(find_field(spec.context, slot.name) if spec else None)
            case SlotKind.TIME | SlotKind.DELAY:
                return _REQUIRED_TIME
            case SlotKind.SOURCE:
                return Allowed(Kind.STRING)

    def _properties(self, place: Place) -> Fields:
        if isinstance(place.source, Event):
            spec = self.schema.events.get(place.source.name)
            return spec.properties if spec else {}
        return place.rows.properties if place.rows else {}
