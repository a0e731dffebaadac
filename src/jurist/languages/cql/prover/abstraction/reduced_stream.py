"""A stream whose items are reduced to one value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from jurist.languages.cql.boolean import (
    TRUE,
    Formula,
    conjunction,
)
from jurist.languages.cql.prover.abstraction.atoms import (
    DistinctAtom,
    GroupKey,
    Slot,
    SlotKind,
)
from jurist.languages.cql.prover.limits import Beyond
from jurist.languages.cql.prover.values.predicates import (
    IS_PRESENT,
    Primitive,
)
from jurist.languages.cql.semantics.values import TIMESTAMP
from jurist.languages.cql.syntax import (
    Context,
    Property,
    Reduction,
)

if TYPE_CHECKING:
    from jurist.languages.cql.prover.abstraction.translation import Place, Translator


@dataclass(frozen=True, slots=True)
class ReducedStream:
    """The items that pass a stream's filters, and what is reduced of them."""

    translator: Translator
    place: Place
    inner: Place
    members: Formula
    reduction: Reduction

    @property
    def key(self) -> GroupKey:
        """The group of the items."""
        key = self.inner.sort.key
        assert key is not None  # noqa: S101 - items are in a group
        return key

    @property
    def slot(self) -> Slot:
        """Which of their values is reduced.

        Raises:
            Beyond: Where it is none of their own.
        """
        value = self.reduction.value
        if isinstance(value, Property) and not value.parent:
            return Slot(SlotKind.PROPERTY, value.name)
        if isinstance(value, Context) and value.name != TIMESTAMP and not self.inner.of_rows:
            return Slot(SlotKind.CONTEXT, value.name)
        raise Beyond("this reduced value")

    @property
    def reduces_time(self) -> bool:
        """Whether it is the time of events that is reduced."""
        value = self.reduction.value
        is_time = isinstance(value, Context) and value.name == TIMESTAMP
        return is_time and not self.inner.of_rows

    def value(self, fact: Primitive) -> Formula:
        """A fact about an item's reduced value."""
        return self.translator.slot_leaf(self.inner, self.slot).atom(fact)

    def at_least(self, least: int, members: Formula) -> Formula:
        """That at least so many items pass the filters and another formula."""
        return self.translator.counted(
            self.place.sort, self.key, conjunction((self.members, members)), least
        )

    def some(self, members: Formula) -> Formula:
        """That some item passes the filters and another formula."""
        return self.at_least(1, members)

    def distinct(self, least: int) -> Formula:
        """That at least so many different values are there."""
        if least <= 0:
            return TRUE
        present = self.value(IS_PRESENT)
        if least == 1:
            return self.some(present)
        slot = self.slot
        return self.translator.grouped(
            self.place.sort,
            self.key,
            conjunction((self.members, present)),
            lambda members: DistinctAtom(self.key, members, slot, least),
        )
