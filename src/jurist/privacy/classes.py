"""Classes of places whose numbers are compared with each other, and the scale of each.

Numbers that a query compares must change alike: places that some query (or the schema)
compares form a class (union-find), and the key gives each class a scale of its own.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Final

from jurist.languages.pseudonymizing import (
    COUNTED,
    Compared,
    Constant,
    ConstantKind,
    Relation,
    SchemaValues,
)
from jurist.privacy.errors import NotCarriedError
from jurist.privacy.key import Key
from jurist.privacy.scales import Scale, number_of, text_of

_TRIES: Final = 64
_LEAST, _MOST = 1_100, 9_900
"""Factors are these thousandths, or their tenths: at most four digits."""


class Classes:
    """The classes of a dataset; the same for the same key, schema and queries."""

    def __init__(self, key: Key, schema: SchemaValues, queries: Iterable[Compared]) -> None:
        self._key = key
        self._schema = schema
        self._above: dict[str, str] = {}
        self._scales: dict[str, Scale] = {}
        self._members: dict[str, set[str]] = {}
        known = list(queries)
        self._constants: dict[str, list[Constant]] = {}
        self._summed = {place for each in (schema, *known) for place in each.summed}
        for one, other in (pair for each in (schema, *known) for pair in each.together):
            self._join(one, other)
        for constant in (c for each in (schema, *known) for c in each.constants):
            for place in constant.places[1:]:
                self._join(constant.places[0], place)
        for constant in (c for each in (schema, *known) for c in each.constants):
            if constant.places:
                self._constants.setdefault(self.root(constant.places[0]), []).append(constant)
        for place in list(self._above):
            self._members.setdefault(self.root(place), set()).add(place)

        self.of_schema: dict[str, list[Constant]] = {}
        """The schema's constants by their class."""
        for constant in schema.constants:
            if constant.places:
                self.of_schema.setdefault(self.root(constant.places[0]), []).append(constant)

    def root(self, place: str) -> str:
        """What names the class of a place; a place that nothing was known of is alone."""
        while (above := self._above.get(place, place)) != place:
            place = above
        return place

    def scale_of(self, places: Iterable[str]) -> Scale:
        """The scale of places that are compared.

        Raises:
            NotCarriedError: They are of classes with different scales.
        """
        scales = {self._scale(self.root(place)) for place in places}
        if len(scales) > 1:
            raise NotCarriedError("it compares numbers of places that no other query compares")
        return scales.pop() if scales else Scale()

    def scale_of_product(self, factors: Iterable[tuple[str, int]]) -> Scale:
        """The scale of a product of places with their exponents.

        Raises:
            NotCarriedError: The numbers of one are shifted, or the scale is no finite decimal.
        """
        product = Scale()
        for place, exponent in factors:
            product = product.times(self._scale(self.root(place)), exponent)
        return product

    def is_shifted(self, place: str) -> bool:
        """Whether numbers of the place are shifted, so that no sum of them keeps its sense."""
        return self._scale(self.root(place)).shift != 0

    def is_whole_factor(self, root: str) -> bool:
        """Whether integers of a class are multiplied, so that none follow each other any more."""
        members = self._members.get(root, {root})
        return bool(members & self._schema.whole) and self._scale(root).factor != 1

    def _join(self, one: str, other: str) -> None:
        first, second = sorted((self.root(one), self.root(other)))
        self._above.setdefault(first, first)
        self._above[second] = first

    def _scale(self, root: str) -> Scale:
        if root not in self._scales:
            self._scales[root] = self._chosen(root)
        return self._scales[root]

    def _chosen(self, root: str) -> Scale:
        """The first of a keyed row of scales that keeps how the numbers are ordered as texts."""
        members = self._members.get(root, {root})
        if COUNTED in members or members <= self._schema.flags:
            return Scale()
        constants = self._constants.get(root, [])
        made = (self._made(root, members, i) for i in range(_TRIES))
        first = self._made(root, members, 0)
        return next((scale for scale in made if _keeps_texts(scale, constants)), first)

    def _made(self, root: str, members: set[str], attempt: int) -> Scale:
        def number(purpose: str, below: int) -> int:
            return self._key.number(f"{purpose} {attempt} {root}", below)

        is_whole = bool(members & self._schema.whole)
        if members <= self._schema.whole and not members & self._summed:
            return Scale(shift=7 + number("shift", 990))
        if is_whole:  # multiples of a whole factor are whole
            return Scale(Decimal(2 + number("factor", 8)))
        thousandths = Decimal(_LEAST + number("factor", _MOST - _LEAST)) / 1_000
        return Scale(thousandths / 10 if number("smaller", 2) else thousandths)


def _keeps_texts(scale: Scale, constants: Iterable[Constant]) -> bool:
    """Whether numbers that are also ordered as texts stay so."""
    numbers = {
        number_of(constant.value)
        for constant in constants
        if constant.kind is ConstantKind.NUMBER and Relation.TEXT_ORDER in constant.relations
    }
    before = sorted(numbers, key=text_of)
    return before == sorted(numbers, key=lambda number: text_of(scale.put(number)))
