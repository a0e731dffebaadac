"""Where a condition stands among the streams of a query."""

from __future__ import annotations

from msgspec import Struct

from jurist.languages.cql.syntax import Between, Entity, Event, ExpiresAfter, Reduction, Within


class Place(Struct, frozen=True):
    """Where a condition stands: the items around it, innermost last; none at the top."""

    items: tuple[Reduction, ...] = ()
    """Whose items they are that stand around."""
    of_account: bool = False
    """At the top of an account audience, outside ANY and ALL."""

    def inside(self, reduction: Reduction) -> Place:
        """The place of what a stream's `where` says."""
        return Place((*self.items, reduction))

    @staticmethod
    def is_after(told: Reduction) -> bool:
        """Whether events told here are said to come after the one around (U8)."""
        return any(
            isinstance(part, Within | Between | ExpiresAfter) and part.parent
            for part in told.stream.filters
        )

    def sequence(self, told: Reduction) -> str:
        """When events told here come, beside one around; empty where there is none."""
        if not any(type(item.stream.source) is Event for item in self.items):
            return ""
        return "afterwards " if self.is_after(told) else "before or afterwards "

    def negation(self, told: Reduction) -> str:
        """That events told here did not happen then."""
        sequence = self.sequence(told)
        is_anywhere = bool(sequence) and not self.is_after(told)
        return "neither before nor afterwards " if is_anywhere else f"{sequence}not "

    @property
    def of_a_row(self) -> bool:
        """Whether the item at hand is a row of an entity."""
        return bool(self.items) and type(self.items[-1].stream.source) is Entity
