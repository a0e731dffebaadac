"""The problem of one group as SMT-LIB text: counts, sums, distinct values, ends.

One integer n >= 0 for each region, one S for each region and value that is added up, one
count of values for each set of streams that a value may occur in, one truth value for
each member that may come first or last.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
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
from jurist.languages.cql.prover.limits import TooWide
from jurist.languages.cql.prover.regions.dimensions import Unsampled
from jurist.languages.cql.prover.theories.group_bounds import GroupBounds, Member
from jurist.languages.cql.prover.theories.smt import Solver
from jurist.languages.cql.prover.theories.terms import any_of, integer, plus, times
from jurist.languages.cql.prover.values.distinct import several
from jurist.languages.cql.prover.values.value_classes import Domain, ValueClass
from jurist.languages.cql.semantics.customers import Value
from jurist.languages.cql.semantics.numbers import UNIT
from jurist.languages.cql.semantics.values import Coercion

_MOST_PATTERNS = 4


class Encoding:
    """Tells a solver the bounds of a group.

    Args:
        bounds: The bounds.
        solver: Who is told.

    Raises:
        TooWide: Where distinct values would need too many variables.
    """

    def __init__(self, bounds: GroupBounds, solver: Solver) -> None:
        self._bounds = bounds
        self._solver = solver
        self.summed: dict[Slot, int] = {}
        self.shares: dict[Slot, list[Share]] = {}
        self._limits: dict[int, str] = {}
        self.rounded = solver.declare("round", "Bool")
        """The name of what says that all sums are of round numbers: true of most groups."""
        self._encode()

    def _encode(self) -> None:
        for r in range(len(self._bounds.kinds)):
            self._solver.add(f"(>= {self._solver.declare(f'n{r}')} 0)")
        for s, slot in enumerate(self._bounds.added):
            self.summed[slot] = s
            self._encode_sums(s, slot)
        self._encode_distinct()
        self._encode_ends()
        for c, chain in enumerate(self._bounds.chains):
            for i, numbers in enumerate(chain):
                name = self._solver.declare(f"b{c}_{i}", "Bool")
                self._solver.add(f"(= {name} {self._term(self._bounds.atoms[numbers[0]])})")

    def at_most(self, most: int) -> str:
        """The name of what says that the group has no more members."""
        name = self._limits.get(most)
        if name is None:
            name = self._limits[most] = self._solver.declare(f"few{most}", "Bool")
            total = plus(f"n{r}" for r in range(len(self._bounds.kinds)))
            self._solver.add(f"(= {name} (<= {total} {most}))")
        return name

    def _encode_sums(self, s: int, slot: Slot) -> None:
        unit = self._bounds.rounder(slot)
        for r, kind in enumerate(self._bounds.kinds):
            each = kind.classes[slot]
            if not each.numeric:
                continue
            name = self._solver.declare(f"s{s}_{r}")
            if each.low is not None:
                self._solver.add(f"(>= {name} {times(each.low, f'n{r}')})")
            if each.high is not None:
                self._solver.add(f"(<= {name} {times(each.high, f'n{r}')})")
            if each.low is None or each.high is None:
                self._solver.add(f"(=> (= n{r} 0) (= {name} 0))")
            if unit > 1:
                parts = self._solver.declare(f"{name}u")
                self._solver.add(f"(=> {self.rounded} (= {name} {times(unit, parts)}))")

    def _count(self, regions: Iterable[int]) -> str:
        return plus(f"n{r}" for r in regions)

    def _term(self, atom: GroupAtom) -> str:
        stream = self._bounds.streams_of[atom.members]
        regions = self._bounds.inside(stream)
        match atom:
            case CountAtom():
                return f"(>= {self._count(regions)} {atom.least})"
            case SumAtom():
                step = UNIT // self._bounds.domains[atom.slot].scale
                return f"(>= {self._sum(atom.slot, regions)} {integer(-(-atom.bound // step))})"
            case MeanAtom():
                count = self._count(regions)
                added = times(atom.denominator, self._sum(atom.slot, regions))
                bound = times(atom.numerator * self._bounds.domains[atom.slot].scale, count)
                sign = ">" if atom.strict else ">="
                return f"(and (> {count} 0) ({sign} {added} {bound}))"
            case DistinctAtom():
                return f"(>= {self._distinct(stream, atom.slot)} {atom.least})"
            case EndAtom():
                assert atom.fact in self._bounds.domains[atom.slot].facts  # noqa: S101 - it cut them
                end = self._bounds.ends.index((stream, atom.slot, atom.latest))
                chosen = [
                    f"e{end}_{r}"
                    for r in regions
                    if atom.fact in self._bounds.kinds[r].classes[atom.slot].facts
                ]
                return any_of(chosen)

    def _sum(self, slot: Slot, regions: Sequence[int]) -> str:
        s = self.summed[slot]
        return plus(f"s{s}_{r}" for r in regions if self._bounds.kinds[r].classes[slot].numeric)

    # --- distinct values ---

    def _encode_distinct(self) -> None:
        streams: dict[Slot, int] = {}
        for atom in self._bounds.atoms.values():
            if isinstance(atom, DistinctAtom):
                bit = 1 << self._bounds.streams_of[atom.members]
                streams[atom.slot] = streams.get(atom.slot, 0) | bit
        for d, (slot, bits) in enumerate(streams.items()):
            self.shares[slot] = self._share(d, slot, bits)

    def _share(self, d: int, slot: Slot, bits: int) -> list[Share]:
        classes = dict.fromkeys(
            kind.classes[slot] for kind in self._bounds.kinds if kind.streams & bits
        )
        if self._bounds.coercion is Coercion.TEXT and len({c.numeric for c in classes}) > 1:
            raise TooWide("distinct values where a number and a text may be the same")
        if self._bounds.domains[slot].joint:
            raise TooWide("distinct values where texts of one number are told apart")
        shares: list[Share] = []
        for c, each in enumerate(classes):
            patterns: dict[int, list[int]] = {}
            for r, kind in enumerate(self._bounds.kinds):
                if kind.streams & bits and kind.classes[slot] == each:
                    patterns.setdefault(kind.streams & bits, []).append(r)
            if len(patterns) > _MOST_PATTERNS:
                raise TooWide("distinct values over too many overlapping streams")
            share = Share(each, patterns, {})
            names = [
                subset
                for size in range(1, len(patterns) + 1)
                for subset in combinations(patterns, size)
            ]
            for i, subset in enumerate(names):
                share.values[subset] = self._solver.declare(f"v{d}_{c}_{i}")
                self._solver.add(f"(>= {share.values[subset]} 0)")
            if each.size is not None:
                self._solver.add(f"(<= {plus(share.values.values())} {each.size})")
            for pattern, regions in patterns.items():
                occurring = plus(v for subset, v in share.values.items() if pattern in subset)
                count = self._count(regions)
                self._solver.add(f"(<= {occurring} {count})")
                self._solver.add(f"(=> (> {count} 0) (> {occurring} 0))")
            shares.append(share)
        return shares

    def _distinct(self, stream: int, slot: Slot) -> str:
        return plus(
            name
            for share in self.shares[slot]
            for subset, name in share.values.items()
            if any(pattern >> stream & 1 for pattern in subset)
        )

    # --- first and last ---

    def _encode_ends(self) -> None:
        for e, (stream, _, latest) in enumerate(self._bounds.ends):
            regions = self._bounds.inside(stream)
            names = [self._solver.declare(f"e{e}_{r}", "Bool") for r in regions]
            self._solver.add(f"(= (> {self._count(regions)} 0) {any_of(names)})")
            for one, other in combinations(names, 2):
                self._solver.add(f"(not (and {one} {other}))")
            for r, name in zip(regions, names, strict=True):
                beyond = [q for q in regions if self._is_beyond(q, r, latest=latest)]
                self._solver.add(f"(=> {name} (and (> n{r} 0) (= {self._count(beyond)} 0)))")
        for (e, one), (f, other) in combinations(enumerate(self._bounds.ends), 2):
            if one[2] is other[2]:
                self._forbid_two_latest(e, one[0], f, other[0])

    def _forbid_two_latest(self, e: int, one: int, f: int, other: int) -> None:
        """Two different members, each in both streams, cannot both come last."""
        kinds = self._bounds.kinds
        both = [r for r in self._bounds.inside(one) if kinds[r].streams >> other & 1]
        for r in both:
            for q in both:
                if r != q and kinds[r].since == kinds[q].since:
                    self._solver.add(f"(not (and e{e}_{r} e{f}_{q}))")

    def _is_beyond(self, region: int, other: int, *, latest: bool) -> bool:
        one, two = self._bounds.kinds[region].since, self._bounds.kinds[other].since
        return one > two if latest else one < two


@dataclass(frozen=True, slots=True)
class Share:
    """The distinct values of one class: for each set of patterns, the number in just those."""

    each: ValueClass
    patterns: dict[int, list[int]]
    values: dict[tuple[int, ...], str]

    def assign(
        self,
        slot: Slot,
        domain: Domain,
        members: Sequence[Member],
        numbers: Mapping[str, int],
    ) -> None:
        """Give the members of this class values as the numbers say.

        Raises:
            Unsampled: Where not so many different values are known.
        """
        wanted = {subset: numbers.get(name, 0) for subset, name in self.values.items()}
        total = sum(wanted.values())
        values = several(domain, self.each, total)
        if len(values) < total:
            raise Unsampled
        supply = iter(values)
        in_pattern: dict[int, list[Value]] = {pattern: [] for pattern in self.patterns}
        for subset, count in wanted.items():
            for _ in range(count):
                value = next(supply)
                for pattern in subset:
                    in_pattern[pattern].append(value)
        for pattern, regions in self.patterns.items():
            rows = [row for r, row in members if r in regions]
            for i, row in enumerate(rows):
                if in_pattern[pattern]:
                    row[slot] = in_pattern[pattern][i % len(in_pattern[pattern])]
