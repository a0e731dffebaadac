"""The problem of one group as SMT-LIB text: counts, sums, distinct values, ends.

One integer n >= 0 for each region, one S for each region and value that is added up, one
count of values for each set of streams that a value may occur in, one truth value for
each member that may come first or last.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from jurist.languages.cql.prover.abstraction.atoms import (
    CountAtom,
    DistinctAtom,
    EndAtom,
    GroupAtom,
    MeanAtom,
    Slot,
    SumAtom,
)
from jurist.languages.cql.prover.regions.dimensions import NoModelKnown
from jurist.languages.cql.prover.theories.group_bounds import End, GroupBounds, Member
from jurist.languages.cql.prover.theories.smt import Solver
from jurist.languages.cql.prover.theories.terms import any_of, integer, plus, times
from jurist.languages.cql.prover.values.distinct import number_of_different, several
from jurist.languages.cql.prover.values.value_classes import Domain, ValueClass
from jurist.languages.cql.semantics.values import Value

_FEW_EQUAL = 8
"""Members up to which a sum of equal values is a multiple of one of them."""
_COARSEST = 1_000
"""Units of one, of values that are added up so."""


class Encoding:
    """The bounds of a group, as a solver has them.

    Args:
        bounds: The bounds.
        solver: Who is told.
        prefix: How its names begin, where the solver is told of several groups.

    """

    def __init__(self, bounds: GroupBounds, solver: Solver, prefix: str = "") -> None:
        self.bounds = bounds
        self.solver = solver
        self.prefix = prefix
        self.sharings: list[ValueSharing] = []
        """How the values of each class are shared out, where different ones are counted."""
        self._limits: dict[int, str] = {}
        self.rounded = solver.declare(f"{prefix}round", "Bool")
        """The name of what says that all sums are of round numbers: true of most groups."""
        for r in range(len(bounds.kinds)):
            solver.add(f"(>= {solver.declare(self.size(r))} 0)")
        for s, slot in enumerate(bounds.added):
            self._encode_sums(s, slot)
        self._vague: dict[tuple[int, Slot], str] = {}
        for d, slot in enumerate(bounds.distinct):
            if bounds.not_told_apart(slot):
                self._encode_any_number(d, slot)
            else:
                self.sharings += self._sharings(d, slot)
        self._add_up_equal_values()
        self._encode_ends()
        for q, thresholds in enumerate(bounds.thresholds):
            for i, numbers in enumerate(thresholds):
                name = solver.declare(self.reached(q, i), "Bool")
                solver.add(f"(= {name} {self._term(bounds.atoms[numbers[0]])})")

    def size(self, region: int) -> str:
        """How many members a region has."""
        return f"{self.prefix}n{region}"

    def total(self, slot: int, region: int) -> str:
        """What the values of a region add up to; `slot`: which of those that are added up."""
        return f"{self.prefix}s{slot}_{region}"

    def end(self, end: int, region: int) -> str:
        """That the member at an end is of a region."""
        return f"{self.prefix}e{end}_{region}"

    def reached(self, quantity: int, threshold: int) -> str:
        """That a quantity reaches one of its thresholds."""
        return f"{self.prefix}b{quantity}_{threshold}"

    def at_most(self, most: int) -> str:
        """The name of what says that the group has no more members."""
        name = self._limits.get(most)
        if name is None:
            name = self._limits[most] = self.solver.declare(f"{self.prefix}few{most}", "Bool")
            total = self.count(range(len(self.bounds.kinds)))
            self.solver.add(f"(= {name} (<= {total} {most}))")
        return name

    def _encode_sums(self, s: int, slot: Slot) -> None:
        unit = self.bounds.rounder(slot)
        for r, kind in enumerate(self.bounds.kinds):
            values = kind.classes[slot]
            if not values.numeric:
                continue
            name, size = self.solver.declare(self.total(s, r)), self.size(r)
            if values.low is not None:
                self.solver.add(f"(>= {name} {times(values.low, size)})")
            if values.high is not None:
                self.solver.add(f"(<= {name} {times(values.high, size)})")
            if values.low is None or values.high is None:
                self.solver.add(f"(=> (= {size} 0) (= {name} 0))")
            if unit > 1:
                parts = self.solver.declare(f"{name}u")
                self.solver.add(f"(=> {self.rounded} (= {name} {times(unit, parts)}))")

    def _term(self, atom: GroupAtom) -> str:
        bounds = self.bounds
        stream = bounds.streams_of[atom.members]
        regions = bounds.inside(stream)
        match atom:
            case CountAtom():
                return f"(>= {self.count(regions)} {atom.least})"
            case SumAtom():
                return f"(>= {self.sum(atom.slot, regions)} {integer(bounds.least_sum(atom))})"
            case MeanAtom():
                count = self.count(regions)
                added = times(atom.denominator, self.sum(atom.slot, regions))
                bound = times(atom.numerator * bounds.domains[atom.slot].scale, count)
                sign = ">" if atom.strict else ">="
                return f"(and (> {count} 0) ({sign} {added} {bound}))"
            case DistinctAtom():
                return f"(>= {self.distinct(stream, atom.slot)} {atom.least})"
            case EndAtom():
                assert atom.fact in bounds.domains[atom.slot].facts  # noqa: S101 - it cut them
                end = bounds.ends.index((stream, atom.slot, atom.latest))
                facts = {r: bounds.kinds[r].classes[atom.slot].facts for r in regions}
                return any_of([self.end(end, r) for r in regions if atom.fact in facts[r]])

    def count(self, regions: Iterable[int]) -> str:
        """How many members some regions have."""
        return plus(map(self.size, regions))

    def sum(self, slot: Slot, regions: Sequence[int]) -> str:
        """What the values of some regions add up to."""
        s, kinds = self.bounds.added.index(slot), self.bounds.kinds
        return plus(self.total(s, r) for r in regions if kinds[r].classes[slot].numeric)

    # --- distinct values ---

    def _encode_any_number(self, d: int, slot: Slot) -> None:
        """How many different values each stream has, at most as many as members."""
        for stream, of in self.bounds.told_apart:
            if of == slot:
                name = self.solver.declare(f"{self.prefix}w{d}_{stream}")
                count = self.count(self.bounds.inside(stream))
                self.solver.add(f"(and (<= 0 {name} {count}) (=> (> {count} 0) (> {name} 0)))")
                self._vague[stream, slot] = name

    def _sharings(self, d: int, slot: Slot) -> Iterator[ValueSharing]:
        bounds, solver = self.bounds, self.solver
        for c, (values, patterns) in enumerate(bounds.patterns(slot).items()):
            subsets = (
                subset
                for size in range(1, len(patterns) + 1)
                for subset in combinations(patterns, size)
            )
            counts: dict[tuple[int, ...], str] = {}
            for i, subset in enumerate(subsets):
                counts[subset] = solver.declare(f"{self.prefix}v{d}_{c}_{i}")
                solver.add(f"(>= {counts[subset]} 0)")
            most = number_of_different(bounds.domains[slot], values)
            if most is not None:
                solver.add(f"(<= {plus(counts.values())} {most})")
            for pattern, regions in patterns.items():
                occurring = plus(name for subset, name in counts.items() if pattern in subset)
                count = self.count(regions)
                solver.add(f"(<= {occurring} {count})")
                solver.add(f"(=> (> {count} 0) (> {occurring} 0))")
            yield ValueSharing(slot, bounds.domains[slot], values, patterns, counts)

    def distinct(self, stream: int, slot: Slot) -> str:
        """How many different values a stream has."""
        return self._vague.get((stream, slot)) or plus(
            name
            for sharing in self.sharings
            if sharing.slot == slot
            for subset, name in sharing.counts.items()
            if any(pattern >> stream & 1 for pattern in subset)
        )

    def _add_up_equal_values(self) -> None:
        """Of few values that are all the same, the sum is so many times one of them.

        Of values with 30 decimal places nearly every sum is, and z3 does not end on numbers
        so large.
        """
        for t, (stream, slot) in enumerate(self.bounds.told_apart):
            if slot not in self.bounds.added or self.bounds.domains[slot].scale > _COARSEST:
                continue
            value = self.solver.declare(f"{self.prefix}t{t}")
            regions = [
                r for r in self.bounds.inside(stream) if self.bounds.kinds[r].classes[slot].numeric
            ]
            count, added = self.count(regions), self.sum(slot, regions)
            same = f"(<= {self.distinct(stream, slot)} 1)"
            for few in range(2, _FEW_EQUAL + 1):
                term = f"(and {same} (= {count} {few}))"
                self.solver.add(f"(=> {term} (= {added} {times(few, value)}))")

    # --- first and last ---

    def _encode_ends(self) -> None:
        kinds, solver = self.bounds.kinds, self.solver
        for e, (stream, _, latest) in enumerate(self.bounds.ends):
            regions = self.bounds.inside(stream)
            names = [solver.declare(self.end(e, r), "Bool") for r in regions]
            solver.add(f"(= (> {self.count(regions)} 0) {any_of(names)})")
            for first, second in combinations(names, 2):
                solver.add(f"(not (and {first} {second}))")
            for r, name in zip(regions, names, strict=True):
                since = kinds[r].since
                beyond = [
                    q
                    for q in regions
                    if (kinds[q].since > since if latest else kinds[q].since < since)
                ]
                solver.add(f"(=> {name} (and (> {self.size(r)} 0) (= {self.count(beyond)} 0)))")
        for first, second in combinations(enumerate(self.bounds.ends), 2):
            if first[1][2] is second[1][2]:
                self._forbid_two_latest(first, second)

    def _forbid_two_latest(self, first: tuple[int, End], second: tuple[int, End]) -> None:
        """Two different members, each in both streams, cannot both come last."""
        (e, (stream, _, _)), (f, (other_stream, _, _)) = first, second
        kinds = self.bounds.kinds
        both = [r for r in self.bounds.inside(stream) if kinds[r].streams >> other_stream & 1]
        for r in both:
            for q in both:
                if r != q and kinds[r].since == kinds[q].since:
                    self.solver.add(f"(not (and {self.end(e, r)} {self.end(f, q)}))")


@dataclass(frozen=True, slots=True)
class ValueSharing:
    """The distinct values of one class, and which of the streams share them.

    `patterns`: the regions by the streams that they belong to, as bits; `counts`: for each set
    of patterns the name of the number of values that occur in just those.
    """

    slot: Slot
    domain: Domain
    values: ValueClass
    patterns: Mapping[int, Sequence[int]]
    counts: Mapping[tuple[int, ...], str]

    def assign(self, members: Sequence[Member], integers: Mapping[str, int]) -> None:
        """Give the members of this class values as a model's integers say.

        Raises:
            NoModelKnown: Where not so many different values are known.
        """
        wanted = {subset: integers.get(name, 0) for subset, name in self.counts.items()}
        total = sum(wanted.values())
        values = several(self.domain, self.values, total)
        if len(values) < total:
            raise NoModelKnown
        supply = iter(values)
        occurring: dict[int, list[Value]] = {pattern: [] for pattern in self.patterns}
        for subset, count in wanted.items():
            for _ in range(count):
                value = next(supply)
                for pattern in subset:
                    occurring[pattern].append(value)
        for pattern, regions in self.patterns.items():
            rows = [row for r, row in members if r in regions]
            for i, row in enumerate(rows):
                if occurring[pattern]:
                    row[self.slot] = occurring[pattern][i % len(occurring[pattern])]
