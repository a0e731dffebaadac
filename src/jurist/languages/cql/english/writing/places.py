"""Where a condition stands among the streams of a query."""

from __future__ import annotations

from dataclasses import dataclass

from jurist.languages.cql.syntax import Entity, Event, Reduction


@dataclass(frozen=True, slots=True)
class Place:
    """Where a condition stands: the items around it, innermost last; none at the top."""

    items: tuple[Reduction, ...] = ()
    """Whose items they are that stand around."""
    of_account: bool = False
    """At the top of an account audience, outside ANY and ALL."""

    def inside(self, reduction: Reduction) -> Place:
        """The place of what a stream's `where` says."""
        return Place((*self.items, reduction))

    @property
    def follows_an_event(self) -> bool:
        """Whether an event told here comes after another one."""
        return any(isinstance(item.stream.source, Event) for item in self.items)

    @property
    def of_a_row(self) -> bool:
        """Whether the item at hand is a row of an entity."""
        return bool(self.items) and isinstance(self.items[-1].stream.source, Entity)
