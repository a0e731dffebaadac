"""The problem of groups and values that are compared with one another, as SMT-LIB text."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from jurist.languages.cql.prover.abstraction.atoms import (
    GroupKey,
    Measure,
    Measured,
    Quantity,
    QuantityAtom,
    Slot,
)
from jurist.languages.cql.prover.regions.dimensions import NoModelKnown, SlotDimension
from jurist.languages.cql.prover.theories.encoding import Encoding
from jurist.languages.cql.prover.theories.group_bounds import GroupBounds, Member
from jurist.languages.cql.prover.theories.smt import Solver
from jurist.languages.cql.prover.theories.terms import all_of, any_of, integer, times
from jurist.languages.cql.semantics.numbers import inner_number, rounder

_EXACT_PARTS = 8
"""Members up to which what is compared with a mean is multiplied."""


def value_name(value: int) -> str:
    """The number of a compared value."""
    return f"x{value}"


def class_name(value: int, option: int) -> str:
    """That a compared value is of a class."""
    return f"x{value}c{option}"


def link_name(pair: int, strict: bool) -> str:  # noqa: FBT001 - as in the atom
    """That the left of two quantities is at least, or more than, the right."""
    return f"l{pair}{'m' if strict else 'a'}"


@dataclass(frozen=True, slots=True)
class _Extreme:
    """The least or greatest value of a stream as the solver has it."""

    key: GroupKey
    slot: Slot
    greatest: bool
    regions: Sequence[int]
    name: str

    def chosen(self, region: int) -> str:
        """That a member of a region has it."""
        return f"{self.name}c{region}"


@dataclass(frozen=True, slots=True)
class _Term:
    """A number in units of 1/scale, and when it is one; a mean is a sum of so many parts."""

    text: str
    scale: int
    exists: str = "true"
    parts: str = "1"
    bounds: Sequence[tuple[str, int | None, int | None]] = ()
    """Between what it lies, by what says so."""


class LinkedEncoding:
    """The problem as a solver has it.

    Args:
        values: The values that are compared.
        groups: What is said of each group that is.
        compared: Pairs of quantities; of each whether it is asked for at least, for more, or both.
        solver: Who is told.
    """

    def __init__(
        self,
        values: Sequence[SlotDimension],
        groups: Mapping[GroupKey, GroupBounds],
        compared: Sequence[tuple[QuantityAtom, Sequence[bool]]],
        solver: Solver,
    ) -> None:
        self.solver = solver
        self.groups = [
            Encoding(bounds, solver, f"g{g}_") for g, bounds in enumerate(groups.values())
        ]
        self.rounded = [encoding.rounded for encoding in self.groups]
        """The names of what says that all numbers are round ones."""
        self._of_group = dict(zip(groups, self.groups, strict=True))
        self._extremes: dict[Measure, _Extreme] = {}
        self._products: dict[tuple[str, str], str] = {}
        self._terms: dict[Quantity, _Term] = {
            value.slot: self._value(v, value) for v, value in enumerate(values)
        }
        for p, (atom, ranks) in enumerate(compared):
            self._compare(p, atom, ranks)
        for first, second in combinations(self._extremes.values(), 2):
            if (first.key, first.slot) == (second.key, second.slot):
                self._tie(first, second)

    # --- terms ---

    def _value(self, v: int, value: SlotDimension) -> _Term:
        name, solver = self.solver.declare(value_name(v)), self.solver
        classes = [value.domain.classes[option] for option in value.standing]
        names = [class_name(v, option) for option in range(len(classes))]
        solver.declare_all(names, "Bool")
        solver.add(any_of(names))
        for first, second in combinations(names, 2):
            solver.add(f"(not (and {first} {second}))")
        named = zip(names, classes, strict=True)
        numeric = [(is_of, part) for is_of, part in named if part.numeric]
        for is_of, part in numeric:
            solver.add(f"(=> {is_of} {_between(name, part.low, part.high)})")
        ends = [end for _, part in numeric for end in (part.low, part.high) if end is not None]
        unit = rounder(ends, value.domain.scale)
        if unit > 1:
            rounded = solver.declare(f"{name}round", "Bool")
            solver.add(f"(=> {rounded} (= {name} {times(unit, solver.declare(f'{name}u'))}))")
            self.rounded.append(rounded)
        bounds = [(is_of, part.low, part.high) for is_of, part in numeric]
        return _Term(
            name, value.domain.scale, any_of([is_of for is_of, _ in numeric]), bounds=bounds
        )

    def _term(self, quantity: Quantity) -> _Term:
        term = self._terms.get(quantity)
        if term is None:
            assert isinstance(quantity, Measure)  # noqa: S101 - values are known from the start
            term = self._terms[quantity] = self._measure(quantity)
        return term

    def _measure(self, measure: Measure) -> _Term:
        encoding = self._of_group[measure.group]
        bounds, slot = encoding.bounds, measure.slot
        regions = bounds.inside(bounds.streams_of[measure.members])
        if slot is None:
            return _Term(encoding.count(regions), 1)
        scale = bounds.domains[slot].scale
        if measure.measured is Measured.DISTINCT:
            return _Term(encoding.distinct(bounds.streams_of[measure.members], slot), 1)
        if measure.measured is Measured.SUM:
            return _Term(encoding.sum(slot, regions), scale)
        if measure.measured is Measured.MEAN:
            some = f"(> {encoding.count(regions)} 0)"
            return _Term(encoding.sum(slot, regions), scale, some, encoding.count(regions))
        greatest = measure.measured is Measured.GREATEST
        name = self.solver.declare(f"m{len(self._extremes)}")
        extreme = _Extreme(measure.group, slot, greatest, regions, name)
        self._extremes[measure] = extreme
        self._choose(extreme)
        return _Term(name, scale, f"(> {encoding.count(regions)} 0)")

    def _compare(self, pair: int, atom: QuantityAtom, ranks: Sequence[bool]) -> None:
        left, right = self._term(atom.left), self._term(atom.right)
        scale = max(left.scale, right.scale)
        first, second = (
            times(scale // term.scale, self._product(term, other.parts))
            for term, other in ((left, right), (right, left))
        )
        for strict in ranks:
            name = self.solver.declare(link_name(pair, strict), "Bool")
            sign = ">" if strict else ">="
            held = all_of([left.exists, right.exists, f"({sign} {first} {second})"])
            self.solver.add(f"(= {name} {held})")

    def _product(self, term: _Term, parts: str) -> str:
        """A number so many times: exactly where that is few, else within its bounds."""
        if parts == "1":
            return term.text
        name = self._products.get((term.text, parts))
        if name is None:
            name = self.solver.declare(f"y{len(self._products)}")
            self._products[term.text, parts] = name
            for count in range(_EXACT_PARTS + 1):
                self.solver.add(f"(=> (= {parts} {count}) (= {name} {times(count, term.text)}))")
            for is_of, low, high in term.bounds:
                held = [] if low is None else [f"(>= {name} {times(low, parts)})"]
                held += [] if high is None else [f"(<= {name} {times(high, parts)})"]
                self.solver.add(f"(=> {is_of} {all_of(held)})")
        return name

    # --- the least and the greatest ---

    def _choose(self, extreme: _Extreme) -> None:
        """Some member has the value, and no class lies wholly beyond it."""
        encoding, solver, value = self._of_group[extreme.key], self.solver, extreme.name
        names = [solver.declare(extreme.chosen(r), "Bool") for r in extreme.regions]
        solver.add(f"(= (> {encoding.count(extreme.regions)} 0) {any_of(names)})")
        for first, second in combinations(names, 2):
            solver.add(f"(not (and {first} {second}))")
        for r, name in zip(extreme.regions, names, strict=True):
            part, some = encoding.bounds.kinds[r].classes[extreme.slot], f"(> {encoding.size(r)} 0)"
            solver.add(f"(=> {name} (and {some} {_between(value, part.low, part.high)}))")
            low, high = (part.low, None) if extreme.greatest else (None, part.high)
            solver.add(f"(=> {some} {_between(value, low, high)})")

    def _tie(self, first: _Extreme, second: _Extreme) -> None:
        """Members of both streams lie within both, and one member has one value."""
        encoding, solver = self._of_group[first.key], self.solver
        common = [r for r in first.regions if r in second.regions]
        for r in common:
            if first.greatest is second.greatest:
                sign = "<=" if first.greatest else ">="
                for one, other in ((first, second), (second, first)):
                    solver.add(f"(=> {one.chosen(r)} ({sign} {one.name} {other.name}))")
            else:
                sign = ">=" if first.greatest else "<="
                some = f"(> {encoding.size(r)} 0)"
                solver.add(f"(=> {some} ({sign} {first.name} {second.name}))")
            both = f"(and {first.chosen(r)} {second.chosen(r)} (> 2 {encoding.size(r)}))"
            solver.add(f"(=> {both} (= {first.name} {second.name}))")

    def assign_extremes(
        self,
        key: GroupKey,
        members: Sequence[Member],
        integers: Mapping[str, int],
        true: Collection[str],
    ) -> None:
        """Give the members of a group values as the least and greatest ones allow.

        Raises:
            NoModelKnown: Where they allow none.
        """
        own = [extreme for extreme in self._extremes.values() if extreme.key == key]
        bounds = self._of_group[key].bounds
        for slot in dict.fromkeys(extreme.slot for extreme in own):
            ends = [(e, integers.get(e.name, 0)) for e in own if e.slot == slot]
            waiting = {(r, at) for e, at in ends for r in e.regions if e.chosen(r) in true}
            domain = bounds.domains[slot]
            for region, row in members:
                part = bounds.kinds[region].classes[slot]
                beside = [(e, at) for e, at in ends if region in e.regions]
                if not beside or not part.numeric:
                    continue
                lows = [part.low, *(at for e, at in beside if not e.greatest)]
                highs = [part.high, *(at for e, at in beside if e.greatest)]
                low = max((end for end in lows if end is not None), default=None)
                high = min((end for end in highs if end is not None), default=None)
                if low is not None and high is not None and low > high:
                    raise NoModelKnown
                taken = next((pair for pair in sorted(waiting) if pair[0] == region), None)
                waiting.discard(taken or (-1, 0))
                units = taken[1] if taken else inner_number(low, high, domain.scale)
                row[slot] = domain.number(part, units)


def _between(term: str, low: int | None, high: int | None) -> str:
    bounds = [] if low is None else [f"(>= {term} {integer(low)})"]
    bounds += [] if high is None else [f"(<= {term} {integer(high)})"]
    return all_of(bounds)
