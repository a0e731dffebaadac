"""Classes of values that are compared with each other, and what is asked of each.

A class is what a change of constants moves as one: the values of some columns and the literals
that meet them. A number's unit is a product of classes (`price * quantity` is of both), so that
scaling each class scales it too: dimension analysis, with the classes as base units. What is
compared or added must be of the same unit, which joins classes, gives a literal its unit, or
shows that a class cannot move.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, TypeAlias

from jurist.languages.pseudonymizing import Relation

Unit: TypeAlias = tuple[tuple[int, int], ...]
"""Classes with their exponents, none of them 0, sorted; empty: a plain number, such as a count."""
_COUNTED: Final = "it is compared with a count"
PLAIN: Unit = ()


class Kind(StrEnum):
    """What the values of a class are."""

    NUMBER = "number"
    TEXT = "text"
    TIME = "time"


@dataclass(slots=True)
class ValueClass:
    """What is known of a class so far."""

    places: set[str] = field(default_factory=set[str])
    """Columns, as `table.column`."""
    literals: set[int] = field(default_factory=set[int])
    kinds: set[Kind] = field(default_factory=set[Kind])
    """As its columns and what is done with it say; literals alone say nothing."""
    asked: set[Relation] = field(default_factory=set[Relation])
    fixed: str = ""
    """Why its values must stay what they are; empty: they need not."""
    is_plain: bool = False
    """Whether it is of literals alone that are plain numbers, such as counts."""
    is_summed: bool = False
    is_rounded: bool = False


class Units:
    """The classes of one query, which grow together while it is read."""

    def __init__(self) -> None:
        self._parents: list[int] = []
        self._classes: dict[int, ValueClass] = {}
        self._defined: dict[int, Unit] = {}
        """Literals that are of a product of classes."""
        self._pending: list[Unit] = []
        self._zeros: set[int] = set()

    def new(self, known: ValueClass, *, is_zero: bool = False) -> int:
        """Another class; that of a literal 0, which is of any product of units."""
        node = len(self._parents)
        self._parents.append(node)
        self._classes[node] = known
        if is_zero:
            self._zeros.add(node)
        return node

    def root(self, node: int) -> int:
        """What a class is known by after all joins."""
        while self._parents[node] != node:
            self._parents[node] = self._parents[self._parents[node]]
            node = self._parents[node]
        return node

    def of(self, node: int) -> ValueClass:
        """What is known of a class."""
        return self._classes[self.root(node)]

    def all(self) -> Iterator[tuple[int, ValueClass]]:
        """Every class, once."""
        yield from self._classes.items()

    def join(self, one: int, other: int) -> None:
        """Make one class of two."""
        kept, gone = self.root(one), self.root(other)
        if kept == gone:
            return
        self._parents[gone] = kept
        into, out = self._classes[kept], self._classes.pop(gone)
        self._zeros -= {kept, gone} if not {kept, gone} <= self._zeros else {gone}
        into.places |= out.places
        into.literals |= out.literals
        into.kinds |= out.kinds
        into.asked |= out.asked
        if into.is_plain or out.is_plain:
            into.fixed = into.fixed or _COUNTED
            into.is_plain = False
        into.is_summed |= out.is_summed
        into.is_rounded |= out.is_rounded
        into.fixed = into.fixed or out.fixed
        if gone in self._defined:
            self._require(_over(((kept, 1),), self._defined.pop(gone)))

    def fix(self, unit: Unit, reason: str) -> None:
        """Let the values of classes stay what they are."""
        for node, _ in self.normal(unit):
            known = self.of(node)
            known.fixed = known.fixed or reason

    def normal(self, unit: Unit) -> Unit:
        """A unit in base units: joined classes as one, plain ones left out."""
        exponents: dict[int, int] = {}
        for node, exponent in unit:
            root = self.root(node)
            if root in self._defined:
                for inner, power in self.normal(self._defined[root]):
                    exponents[inner] = exponents.get(inner, 0) + power * exponent
            elif not self._classes[root].is_plain:
                exponents[root] = exponents.get(root, 0) + exponent
        return _merged(exponents.items())

    def unit_of(self, node: int) -> Unit:
        """The unit of a class of literals."""
        return self.normal(((node, 1),))

    def times(self, one: Unit, other: Unit) -> Unit:
        """The unit of a product."""
        return _merged((*one, *other))

    def over(self, one: Unit, other: Unit) -> Unit:
        """The unit of a quotient."""
        return _over(one, other)

    def same(self, one: Unit, other: Unit) -> None:
        """Note that values of two units are compared or added."""
        self._require(_over(one, other))

    def settle(self) -> None:
        """Decide what no comparison has decided: classes that no literal is of are fixed first."""
        while self._pending:
            waiting, self._pending = self._pending, []
            for unit in waiting:
                self._require(unit)
            if len(self._pending) < len(waiting):
                continue
            waiting, self._pending = self._pending, []
            node = min((node for unit in waiting for node, _ in unit), key=self._worth)
            known = self._classes[node]
            known.fixed = known.fixed or "what is added or compared is of different quantities"
            for unit in waiting:
                self._require(tuple(part for part in unit if part[0] != node))

    def _worth(self, node: int) -> tuple[bool, int]:
        known = self._classes[node]
        return bool(known.literals), node

    def _require(self, unit: Unit) -> None:
        """Take in that a unit is plain."""
        base = self.normal(unit)
        if not base:
            return
        if len(base) == 1:
            self._compare_with_count(base[0][0], unit)
            return
        if len(base) == 2 and sorted(power for _, power in base) == [-1, 1]:
            self.join(base[0][0], base[1][0])
            return
        zero = next((node for node, _ in base if node in self._zeros), None)
        if zero is not None:
            self._classes[zero].is_plain = True
            return
        for node, exponent in base:
            if abs(exponent) == 1 and self._is_bare(node):
                rest = tuple((other, -power * exponent) for other, power in base if other != node)
                self._defined[node] = rest
                return
        self._pending.append(base)

    def _compare_with_count(self, node: int, unit: Unit) -> None:
        """Literals alone are counts then; values, and what counts beside them, cannot move."""
        if self._is_bare(node):
            self._classes[node].is_plain = True
            return
        for each in (node, *(part for part, _ in unit)):
            known = self.of(each)
            known.fixed = known.fixed or _COUNTED

    def _is_bare(self, node: int) -> bool:
        """Whether a class is of literals alone."""
        known = self._classes[node]
        return not known.places and not known.fixed


def _over(one: Unit, other: Unit) -> Unit:
    return _merged((*one, *((node, -exponent) for node, exponent in other)))


def _merged(parts: Iterable[tuple[int, int]]) -> Unit:
    exponents: dict[int, int] = {}
    for node, exponent in parts:
        exponents[node] = exponents.get(node, 0) + exponent
    return tuple(sorted((node, power) for node, power in exponents.items() if power))
