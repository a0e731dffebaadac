"""What meets in queries that are looked at together: classes that only they join, and what follows.

A class that has no constant in them and in the schema may be scaled or not: all that they ask
of its values holds as before. So only classes with constants can be in the way.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import chain
from typing import Final

from jurist.languages.pseudonymizing import (
    Compared,
    Constant,
    ConstantKind,
    Relation,
    Value,
)
from jurist.privacy.classes import Classes
from jurist.privacy.errors import NotCarriedError

_PRODUCT: Final = "\0product"
"""What no place begins with."""


_BEYOND_EQUALITY: Final = frozenset(
    {Relation.PREFIX, Relation.SUFFIX, Relation.CONTAINMENT, Relation.TEXT_ORDER}
)
"""What a pseudonym keeps by chance alone, where equality and order of numbers are kept always."""


class Meeting:
    """Queries with the constants that they, and the places that they use, have."""

    def __init__(self, classes: Classes, compared: Sequence[Compared]) -> None:
        self._classes = classes
        self._compared = compared
        self._above: dict[str, str] = {}
        own = [constant for each in compared for constant in each.constants]
        for each in compared:
            for one, other in each.together:
                self._join(one, other)
        for constant in own:
            for place in constant.places[1:]:
                self._join(constant.places[0], place)
        self._own = own
        used = {self.root(place) for constant in own for place in _places(constant)}
        used |= {self.root(place) for each in compared for place, _ in each.fixed}
        used |= {self.root(place) for each in compared for pair in each.together for place in pair}
        self._of_schema = {
            root: constants
            for root, constants in classes.of_schema.items()
            if self.root(root) in used
        }

    def root(self, place: str) -> str:
        """What names the class of a place among these queries."""
        place = place if place.startswith(_PRODUCT) else self._classes.root(place)
        while (above := self._above.get(place, place)) != place:
            place = above
        return place

    def is_whole_factor(self, root: str) -> bool:
        """Whether integers of a class are multiplied, so that none follow each other any more."""
        if root.startswith(_PRODUCT):
            return True
        return any(map(self._classes.is_whole_factor, {root, *self._members()[root]}))

    def check(self, put: Callable[[Constant], Value]) -> None:
        """Refuse what asks of values with constants what their pseudonyms do not answer alike.

        Raises:
            NotCarriedError: With the reason.
        """
        numbers = {
            self.root(place)
            for constant in self._own
            if constant.kind is ConstantKind.NUMBER
            for place in _places(constant)
        }
        for root, constants in self._of_schema.items():
            if any(constant.kind is ConstantKind.NUMBER for constant in constants):
                numbers.add(self.root(root))
        for each in self._compared:
            for place, reason in each.fixed:
                if self._is_changed(self.root(place), put):
                    raise NotCarriedError(reason)
            for place in each.summed:
                if self.root(place) in numbers and self._classes.is_shifted(place):
                    raise NotCarriedError("it adds up integers that no other query adds up")
        for root, members in self._members().items():
            if root in numbers:
                self._classes.scale_of({root, *members})

    def _is_changed(self, root: str, put: Callable[[Constant], Value]) -> bool:
        """Whether a constant of a class has a pseudonym."""
        own = (each for each in self._own if root in map(self.root, _places(each)))
        of_schema = (
            each
            for name, constants in self._of_schema.items()
            if self.root(name) == root
            for each in constants
        )
        return any(put(each) != each.value for each in chain(own, of_schema))

    def pairs(
        self, put: Callable[[Constant], Value], *, all_hidden: bool
    ) -> Iterator[tuple[Constant, Value]]:
        """All constants that may meet, each with what stands for it, for the guard.

        Those of the schema are left out where nothing is asked of their class but what a
        pseudonym always keeps: they may be a hundred thousand.

        Args:
            put: What stands for a constant.
            all_hidden: Whether no constant stands for itself because of its place.
        """
        odd: set[str] = set()
        ordered = {self.root(place) for each in self._compared for place in each.sorted}
        for constant in self._own:
            asked = constant
            if ordered.intersection(map(self.root, constant.places)):
                more = constant.relations | {Relation.TEXT_ORDER}
                asked = replace(constant, relations=more)
            if constant.factors:
                of = [f"{self.root(place)}^{power}" for place, power in constant.factors]
                asked = replace(asked, places=(" ".join([_PRODUCT, *sorted(of)]),))
            if asked.relations & _BEYOND_EQUALITY:
                odd.update(map(self.root, constant.places))
            yield asked, put(constant)
        odd |= ordered
        for root, constants in self._of_schema.items():
            name = self.root(root)
            if not all_hidden or name in odd or self.is_whole_factor(name):
                for constant in constants:
                    yield constant, put(constant)

    def _join(self, one: str, other: str) -> None:
        first, second = sorted((self.root(one), self.root(other)))
        if first != second:
            self._above[second] = first

    def _members(self) -> dict[str, set[str]]:
        """The classes of the dataset that these queries join, by the class that they become."""
        members: dict[str, set[str]] = defaultdict(set)
        for place in self._above:
            members[self.root(place)].add(place)
        return members


def _places(constant: Constant) -> tuple[str, ...]:
    return (*constant.places, *(place for place, _ in constant.factors))
