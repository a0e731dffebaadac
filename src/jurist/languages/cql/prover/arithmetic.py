"""Groups whose members add up, average out or differ: linear integer arithmetic, by z3.

One integer n >= 0 for each region says how many members lie in it; every choice of them
is a group, since members are independent. For each region and each value that is added
up, an integer S lies between n * low and n * high of the region's class: exact, because n
integers from an interval add up to every integer between those bounds. A mean against c
is S against c * n. How many distinct values of a class there are is counted by the sets
of streams in which a value occurs. The first and last member of a stream is chosen among
its regions, and no later one of the stream may be inhabited.

Thresholds of one quantity form a chain: reaching one means reaching those before it. The
solver is asked about one combination of cells of all chains at a time, and answers with
members or with the few bounds that contradict each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import combinations

from jurist.languages.cql.meaning.customers import Value
from jurist.languages.cql.meaning.values import Coercion
from jurist.languages.cql.prover.domains import Domain, ValueClass, several
from jurist.languages.cql.prover.formulas import Formula
from jurist.languages.cql.prover.limits import TooWide
from jurist.languages.cql.prover.primitives import MILLION
from jurist.languages.cql.prover.resources import Resources
from jurist.languages.cql.prover.smt import Solver
from jurist.languages.cql.prover.things import (
    TIME,
    CountAtom,
    DistinctAtom,
    EndAtom,
    GroupAtom,
    MeanAtom,
    Slot,
    SumAtom,
)

_FEWEST_FIRST = (1, 2, 3, 4, 6, 8)
_MARK = "@"
_MOST_PATTERNS = 4


@dataclass(frozen=True, slots=True)
class Kind:
    """A region as the arithmetic sees it: its streams as bits, and its reduced values."""

    streams: int
    classes: Mapping[Slot, ValueClass]


@dataclass(frozen=True, slots=True)
class Refuted:
    """A bound that takes part in a contradiction: the cells of a chain that have it."""

    chain: int
    cells: range


Member = tuple[int, dict[Slot, Value]]
"""The region of a member, and the values that replace its region's samples."""


class Arithmetic:
    """The solver's view of one group.

    Args:
        atoms: What is said of the group, by number.
        streams_of: The number of each stream.
        kinds: The regions of its members.
        domains: Those of the reduced values.
        resources: The time that is left.

    Raises:
        TooWide: Where distinct values would need too many variables.
    """

    def __init__(
        self,
        atoms: Mapping[int, GroupAtom],
        streams_of: Mapping[Formula, int],
        kinds: Sequence[Kind],
        domains: Mapping[Slot, Domain],
        resources: Resources,
    ) -> None:
        self._atoms = atoms
        self._streams_of = streams_of
        self._kinds = kinds
        self._domains = domains
        self._resources = resources
        self._ends = list(
            dict.fromkeys(
                (streams_of[a.members], a.slot, a.latest)
                for a in atoms.values()
                if isinstance(a, EndAtom)
            )
        )
        self.chains = self._chained()
        self._names: list[tuple[str, str]] = []
        self._terms: list[str] = []
        self._encode()
        self._solver = Solver(resources)
        self.assert_in(self._solver, "")
        self._verdicts: dict[tuple[int, ...], tuple[Refuted, ...] | None] = {}

    @property
    def blind(self) -> bool:
        """Whether a model may not be what it seems."""
        ends = [latest for _, _, latest in self._ends]
        crossed = ends.count(True) > 2 or ends.count(False) > 2 or len(set(ends)) > 1
        added = {a.slot for a in self._atoms.values() if isinstance(a, SumAtom | MeanAtom)}
        told_apart = {a.slot for a in self._atoms.values() if isinstance(a, DistinctAtom)}
        return crossed or bool(added & told_apart) or any(d.joint for d in self._domains.values())

    # --- chains ---

    def _chained(self) -> list[list[list[int]]]:
        """The atoms of each quantity by ascending threshold, equal thresholds together."""
        chains: dict[object, dict[tuple[Fraction, bool], list[int]]] = {}
        for number, atom in self._atoms.items():
            stream = self._streams_of[atom.members]
            match atom:
                case CountAtom():
                    key: object = ("count", stream)
                    rank = (Fraction(atom.least), False)
                case SumAtom():
                    key, rank = ("sum", stream, atom.slot), (Fraction(atom.bound), False)
                case MeanAtom():
                    key = ("mean", stream, atom.slot)
                    rank = (Fraction(atom.numerator, atom.denominator), atom.strict)
                case DistinctAtom():
                    key, rank = ("distinct", stream, atom.slot), (Fraction(atom.least), False)
                case EndAtom():
                    key = ("end", stream, atom.slot, atom.latest, atom.fact)
                    rank = (Fraction(0), False)
            chains.setdefault(key, {}).setdefault(rank, []).append(number)
        return [[ranks[rank] for rank in sorted(ranks)] for ranks in chains.values()]

    # --- encoding ---

    def assert_in(self, solver: Solver, prefix: str) -> None:
        """Say all of this to a solver, with names that start with a prefix."""
        for name, sort in self._names:
            solver.declare(prefix + name, sort)
        for term in self._terms:
            solver.add(term.replace(_MARK, prefix))

    def _declare(self, name: str, sort: str = "Int") -> str:
        """Declare a constant; its name in terms starts with a mark, where a prefix may go."""
        self._names.append((name, sort))
        return _MARK + name

    def _assert(self, term: str) -> None:
        self._terms.append(term)

    def _encode(self) -> None:
        for r in range(len(self._kinds)):
            self._assert(f"(>= {self._declare(f'n{r}')} 0)")
        added = dict.fromkeys(
            a.slot for a in self._atoms.values() if isinstance(a, SumAtom | MeanAtom)
        )
        for s, slot in enumerate(added):
            self._encode_sums(s, slot)
        self._summed = {slot: s for s, slot in enumerate(added)}
        self._encode_distinct()
        self._encode_ends()
        for c, chain in enumerate(self.chains):
            for i, numbers in enumerate(chain):
                name = self._declare(f"b{c}_{i}", "Bool")
                self._assert(f"(= {name} {self._term(self._atoms[numbers[0]])})")
        total = _plus(f"@n{r}" for r in range(len(self._kinds)))
        for most in _FEWEST_FIRST:
            self._assert(f"(= {self._declare(f'few{most}', 'Bool')} (<= {total} {most}))")

    def _encode_sums(self, s: int, slot: Slot) -> None:
        for r, kind in enumerate(self._kinds):
            each = kind.classes[slot]
            if not each.numeric:
                continue
            name = self._declare(f"s{s}_{r}")
            if each.low is not None:
                self._assert(f"(>= {name} {_times(each.low, f'@n{r}')})")
            if each.high is not None:
                self._assert(f"(<= {name} {_times(each.high, f'@n{r}')})")
            if each.low is None or each.high is None:
                self._assert(f"(=> (= @n{r} 0) (= {name} 0))")

    def _inside(self, stream: int) -> list[int]:
        return [r for r, kind in enumerate(self._kinds) if kind.streams >> stream & 1]

    def _count(self, regions: Iterable[int]) -> str:
        return _plus(f"@n{r}" for r in regions)

    def _term(self, atom: GroupAtom) -> str:
        stream = self._streams_of[atom.members]
        regions = self._inside(stream)
        match atom:
            case CountAtom():
                return f"(>= {self._count(regions)} {atom.least})"
            case SumAtom():
                step = MILLION // self._domains[atom.slot].scale
                return f"(>= {self._sum(atom.slot, regions)} {_number(-(-atom.bound // step))})"
            case MeanAtom():
                count = self._count(regions)
                added = _times(atom.denominator, self._sum(atom.slot, regions))
                bound = _times(atom.numerator * self._domains[atom.slot].scale, count)
                sign = ">" if atom.strict else ">="
                return f"(and (> {count} 0) ({sign} {added} {bound}))"
            case DistinctAtom():
                return f"(>= {self._distinct(stream, atom.slot)} {atom.least})"
            case EndAtom():
                assert atom.fact in self._domains[atom.slot].facts  # noqa: S101 - it cut them
                end = self._ends.index((stream, atom.slot, atom.latest))
                chosen = [
                    f"@e{end}_{r}"
                    for r in regions
                    if atom.fact in self._kinds[r].classes[atom.slot].facts
                ]
                return _or(chosen)

    def _sum(self, slot: Slot, regions: Sequence[int]) -> str:
        s = self._summed[slot]
        return _plus(f"@s{s}_{r}" for r in regions if self._kinds[r].classes[slot].numeric)

    # --- distinct values ---

    def _encode_distinct(self) -> None:
        self._shares: dict[Slot, list[_Share]] = {}
        streams: dict[Slot, int] = {}
        for atom in self._atoms.values():
            if isinstance(atom, DistinctAtom):
                bit = 1 << self._streams_of[atom.members]
                streams[atom.slot] = streams.get(atom.slot, 0) | bit
        for d, (slot, bits) in enumerate(streams.items()):
            self._shares[slot] = self._share(d, slot, bits)

    def _share(self, d: int, slot: Slot, bits: int) -> list[_Share]:
        classes = dict.fromkeys(kind.classes[slot] for kind in self._kinds if kind.streams & bits)
        if self._resources.coercion is Coercion.TEXT and len({c.numeric for c in classes}) > 1:
            raise TooWide("distinct values where a number and a text may be the same")
        if self._domains[slot].joint:
            raise TooWide("distinct values where texts of one number are told apart")
        shares: list[_Share] = []
        for c, each in enumerate(classes):
            patterns: dict[int, list[int]] = {}
            for r, kind in enumerate(self._kinds):
                if kind.streams & bits and kind.classes[slot] == each:
                    patterns.setdefault(kind.streams & bits, []).append(r)
            if len(patterns) > _MOST_PATTERNS:
                raise TooWide("distinct values over too many overlapping streams")
            share = _Share(each, patterns, {})
            names = [
                subset
                for size in range(1, len(patterns) + 1)
                for subset in combinations(patterns, size)
            ]
            for i, subset in enumerate(names):
                share.values[subset] = self._declare(f"v{d}_{c}_{i}")
                self._assert(f"(>= {share.values[subset]} 0)")
            if each.size is not None:
                self._assert(f"(<= {_plus(share.values.values())} {each.size})")
            for pattern, regions in patterns.items():
                occurring = _plus(v for subset, v in share.values.items() if pattern in subset)
                count = self._count(regions)
                self._assert(f"(<= {occurring} {count})")
                self._assert(f"(=> (> {count} 0) (> {occurring} 0))")
            shares.append(share)
        return shares

    def _distinct(self, stream: int, slot: Slot) -> str:
        return _plus(
            name
            for share in self._shares[slot]
            for subset, name in share.values.items()
            if any(pattern >> stream & 1 for pattern in subset)
        )

    # --- first and last ---

    def _encode_ends(self) -> None:
        for e, (stream, _, latest) in enumerate(self._ends):
            regions = self._inside(stream)
            names = [self._declare(f"e{e}_{r}", "Bool") for r in regions]
            self._assert(f"(= (> {self._count(regions)} 0) {_or(names)})")
            for one, other in combinations(names, 2):
                self._assert(f"(not (and {one} {other}))")
            for r, name in zip(regions, names, strict=True):
                beyond = [q for q in regions if self._is_beyond(q, r, latest=latest)]
                self._assert(f"(=> {name} (and (> @n{r} 0) (= {self._count(beyond)} 0)))")
        for (e, one), (f, other) in combinations(enumerate(self._ends), 2):
            if one[2] is other[2]:
                self._forbid_two_latest(e, one[0], f, other[0])

    def _forbid_two_latest(self, e: int, one: int, f: int, other: int) -> None:
        """Two different members, each in both streams, cannot both come last."""
        both = [r for r in self._inside(one) if self._kinds[r].streams >> other & 1]
        for r in both:
            for q in both:
                if r != q and self._cell(r) == self._cell(q):
                    self._assert(f"(not (and @e{e}_{r} @e{f}_{q}))")

    def _cell(self, region: int) -> int:
        each = self._kinds[region].classes.get(TIME)
        return 0 if each is None or each.low is None else each.low

    def _is_beyond(self, region: int, other: int, *, latest: bool) -> bool:
        one, two = self._cell(region), self._cell(other)
        return one > two if latest else one < two

    # --- answers ---

    def refutation(self, cells: tuple[int, ...]) -> tuple[Refuted, ...] | None:
        """Why no group reaches exactly these cells; `None` where one does.

        Raises:
            OutOfTime: Where the solver does not find out in time.
        """
        if cells not in self._verdicts:
            bounds = self._bounds(cells)
            if self._solver.check(list(bounds)):
                self._verdicts[cells] = None
            else:
                core = self._solver.core(bounds)
                self._verdicts[cells] = tuple(bounds[pair] for pair in core)
        return self._verdicts[cells]

    def _bounds(self, cells: tuple[int, ...]) -> dict[tuple[str, bool], Refuted]:
        bounds: dict[tuple[str, bool], Refuted] = {}
        for c, (cell, chain) in enumerate(zip(cells, self.chains, strict=True)):
            size = len(chain) + 1
            if cell > 0:
                bounds[f"b{c}_{cell - 1}", True] = Refuted(c, range(cell, size))
            if cell < size - 1:
                bounds[f"b{c}_{cell}", False] = Refuted(c, range(cell + 1))
        return bounds

    def model(self, cells: tuple[int, ...]) -> list[Member]:
        """The members of a group that reaches these cells, few of them, in order of time."""
        bounds = list(self._bounds(cells))
        for most in _FEWEST_FIRST:
            if self._solver.check([*bounds, (f"few{most}", True)]):
                break
        else:
            self._solver.check(bounds)
        integers, true = self._solver.model()
        return self._ordered(self._members(integers), true)

    def _members(self, numbers: Mapping[str, int]) -> list[Member]:
        members: list[Member] = []
        for r in range(len(self._kinds)):
            count = numbers.get(f"n{r}", 0)
            rows: list[dict[Slot, Value]] = [{} for _ in range(count)]
            for slot, s in self._summed.items():
                if count and self._kinds[r].classes[slot].numeric:
                    total = numbers.get(f"s{s}_{r}", 0)
                    scale = self._domains[slot].scale
                    for i, row in enumerate(rows):
                        row[slot] = _decimal((total + i) // count, scale)
            members += [(r, row) for row in rows]
        for slot, shares in self._shares.items():
            for share in shares:
                share.assign(slot, self._domains[slot], members, numbers)
        return members

    def _ordered(self, members: list[Member], chosen: set[str]) -> list[Member]:
        """Members in an order in which the chosen regions come first and last."""
        rank: dict[int, int] = {}
        for e, (stream, _, latest) in enumerate(self._ends):
            for r in self._inside(stream):
                if f"e{e}_{r}" in chosen:
                    others = [
                        s for f, (s, _, way) in enumerate(self._ends) if f != e and way is latest
                    ]
                    in_others = any(self._kinds[r].streams >> s & 1 for s in others)
                    place = 1 if in_others and others else 2
                    rank[r] = max(rank.get(r, 0), place) if latest else -place
        return sorted(members, key=lambda member: rank.get(member[0], 0))


@dataclass(frozen=True, slots=True)
class _Share:
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
        """Give the members of this class values as the numbers say."""
        wanted = {
            subset: numbers.get(name.removeprefix(_MARK), 0) for subset, name in self.values.items()
        }
        supply = iter(several(domain, self.each, sum(wanted.values())))
        in_pattern: dict[int, list[Value]] = {pattern: [] for pattern in self.patterns}
        for subset, count in wanted.items():
            for _ in range(count):
                value = next(supply, None)
                for pattern in subset:
                    if value is not None:
                        in_pattern[pattern].append(value)
        for pattern, regions in self.patterns.items():
            rows = [row for r, row in members if r in regions]
            for i, row in enumerate(rows):
                if in_pattern[pattern]:
                    row[slot] = in_pattern[pattern][i % len(in_pattern[pattern])]


def _decimal(units: int, scale: int) -> int | Decimal:
    if units % scale == 0:
        return units // scale
    return (Decimal(units) / Decimal(scale)).normalize()


def _number(value: int) -> str:
    return str(value) if value >= 0 else f"(- {-value})"


def _times(factor: int, term: str) -> str:
    if factor == 0:
        return "0"
    return term if factor == 1 else f"(* {_number(factor)} {term})"


def _plus(terms: Iterable[str]) -> str:
    parts = list(terms)
    if not parts:
        return "0"
    return parts[0] if len(parts) == 1 else f"(+ {' '.join(parts)})"


def _or(terms: Sequence[str]) -> str:
    if not terms:
        return "false"
    return terms[0] if len(terms) == 1 else f"(or {' '.join(terms)})"
