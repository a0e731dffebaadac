"""What a set of literals entails about other literals, by local rules only.

Three rules: a literal entails itself; at least n entails at least m for m <= n; a
comparison that holds entails that both its sides exist.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from jurist.languages.cql.normalizing.formulas import Atom, Literal
from jurist.languages.cql.syntax import (
    Comparison,
    Context,
    Number,
    Operator,
    Property,
    Reducer,
    Reduction,
    Trait,
)

_HOLDS_FOR_MISSING = {Operator.ABSENT, Operator.OMITS, Operator.NONE_OF}
COUNTS = frozenset({Reducer.COUNT, Reducer.UNIQUE_COUNT})


def threshold(atom: Atom) -> tuple[Reduction, int] | None:
    """The count and n of `count >= n`, where the atom has that shape."""
    match atom:
        case Comparison(
            Reduction(reducer=reducer) as left, Operator.AT_LEAST, (Number(int(n)),)
        ) if reducer in COUNTS:
            return left, n
        case _:
            return None


@dataclass(frozen=True, slots=True)
class Facts:
    """A consistent set of known literals: those of this layer and of the `outer` ones.

    `least` and `most` bound counts, inclusively.
    """

    outer: Facts | None = None
    known: dict[Atom, bool] = field(default_factory=dict[Atom, bool])
    least: dict[Reduction, int] = field(default_factory=dict[Reduction, int])
    most: dict[Reduction, int] = field(default_factory=dict[Reduction, int])

    def extended(self, literals: Iterable[Literal]) -> Facts | None:
        """These facts and the literals; `None` where they contradict each other."""
        facts = Facts(self)
        for literal in literals:
            value = facts.value(literal)
            if value is False:
                return None
            if value is None:
                facts._add(literal)
        return facts

    def value(self, literal: Literal) -> bool | None:
        """Whether the literal must be true, must be false, or may be either."""
        bound = threshold(literal.atom)
        holds = self._count_reaches(*bound) if bound else self._atom_holds(literal.atom)
        return None if holds is None else holds == literal.holds

    def _count_reaches(self, count: Reduction, n: int) -> bool | None:
        for layer in self._layers():
            if layer.least.get(count, 0) >= n:
                return True
            if count in layer.most and layer.most[count] < n:
                return False
        return None

    def _atom_holds(self, atom: Atom) -> bool | None:
        entailed = tuple(_entailed(atom))
        for layer in self._layers():
            if atom in layer.known:
                return layer.known[atom]
            if any(layer.known.get(other) is False for other in entailed):
                return False
        return None

    def _layers(self) -> Iterator[Facts]:
        layer: Facts | None = self
        while layer is not None:
            yield layer
            layer = layer.outer

    def _add(self, literal: Literal) -> None:
        bound = threshold(literal.atom)
        if bound is None:
            self.known[literal.atom] = literal.holds
            if literal.holds:
                self.known.update(dict.fromkeys(_entailed(literal.atom), True))
        elif literal.holds:
            self.least[bound[0]] = bound[1]
        else:
            self.most[bound[0]] = bound[1] - 1


def independent(literals: Iterable[Literal], given: Facts) -> tuple[Literal, ...]:
    """The literals without those that the others or `given` entail, in their order.

    Args:
        literals: Literals that do not contradict each other or `given`.
        given: What is known already.
    """
    kept = dict.fromkeys(one for one in literals if given.value(one) is None)
    extremes: dict[tuple[Reduction, bool], int] = {}
    entailed: set[Atom] = set()
    refuted: set[Atom] = set()
    for one in kept:
        bound = threshold(one.atom)
        if bound:
            key = (bound[0], one.holds)
            best = max if one.holds else min
            extremes[key] = best(extremes.get(key, bound[1]), bound[1])
        elif one.holds:
            entailed.update(_entailed(one.atom))
        else:
            refuted.add(one.atom)

    def stands(one: Literal) -> bool:
        bound = threshold(one.atom)
        if bound:
            return extremes[bound[0], one.holds] == bound[1]
        if one.holds:
            return one.atom not in entailed
        return refuted.isdisjoint(_entailed(one.atom))

    return tuple(one for one in kept if stands(one))


def _entailed(atom: Atom) -> Iterator[Comparison]:
    """That both sides exist, where the atom cannot hold for a missing value."""
    if not isinstance(atom, Comparison) or atom.operator in _HOLDS_FOR_MISSING:
        return
    if atom.operator is Operator.EXISTS:
        return
    for side in (atom.left, *atom.arguments):
        if isinstance(side, Trait | Property | Context | Reduction):
            yield Comparison(side, Operator.EXISTS)
