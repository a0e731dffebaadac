"""What a schema says of the values that conditions speak of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from jurist.languages.cql.prover.abstraction.atoms import (
    Slot,
    SlotKind,
    Sort,
)
from jurist.languages.cql.prover.abstraction.places import (
    Place,
)
from jurist.languages.cql.prover.values.value_classes import Allowed, allowed
from jurist.languages.cql.schemas.schema import (
    CqlSchema,
    Fields,
    Kind,
    find_field,
    implies_presence,
)
from jurist.languages.cql.syntax import (
    Event,
)

_REQUIRED_TIME = Allowed(Kind.DATE_TIME, required=True)


@dataclass(frozen=True, slots=True)
class KnownFields:
    """The fields of a schema; `account`: the item whose traits are an account's."""

    schema: CqlSchema
    account: Sort | None

    def of(self, place: Place, slot: Slot) -> Allowed:
        """What the schema says of a value of the item at a place."""
        fields = self._fields(place, slot)
        if fields is not None:
            return allowed(find_field(fields, slot.name))
        return Allowed(Kind.STRING) if slot.kind is SlotKind.SOURCE else _REQUIRED_TIME

    def implied(self, place: Place, slot: Slot) -> Iterator[tuple[Slot, Slot]]:
        """The pairs of this slot and known ones of which the one implies the other."""
        fields = self._fields(place, slot)
        for other in place.sort.known:
            if fields is not None and other.kind is slot.kind and other != slot:
                if implies_presence(fields, slot.name, other.name):
                    yield slot, other
                if implies_presence(fields, other.name, slot.name):
                    yield other, slot

    def _fields(self, place: Place, slot: Slot) -> Fields | None:
        """Where a slot's name is looked up; `None` of what has no name."""
        match slot.kind:
            case SlotKind.TRAIT | SlotKind.ENTRY:
                at_account = place.profile.sort is self.account
                return self.schema.account_traits if at_account else self.schema.traits
            case SlotKind.PROPERTY:
                return self._properties(place)
            case SlotKind.CONTEXT if isinstance(place.source, Event):
                spec = self.schema.events.get(place.source.name)
                return spec.context if spec else {}
            case _:
                return None

    def _properties(self, place: Place) -> Fields:
        if isinstance(place.source, Event):
            spec = self.schema.events.get(place.source.name)
            return spec.properties if spec else {}
        return place.rows.properties if place.rows else {}
