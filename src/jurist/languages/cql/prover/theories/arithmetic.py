"""Groups whose members add up, average out or differ: linear integer arithmetic, by z3.

One integer n >= 0 for each region says how many members lie in it; every choice of them
is a group, since members are independent. For each region and each value that is added
up, an integer S lies between n * low and n * high of the region's class: exact, because n
integers from an interval add up to every integer between those bounds. A mean against c
is S against c * n. How many distinct values of a class there are is counted by the sets
of streams in which a value occurs. The first and last member of a stream is chosen among
its regions, and no later one of the stream may be inhabited.

One combination of reached bounds is looked at at a time: most are reached by a group of
few members (`few`); else the solver answers, with members or with the few bounds that
contradict each other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from jurist.languages.cql.prover.abstraction.atoms import Slot
from jurist.languages.cql.prover.fast_paths import FastPath, is_on
from jurist.languages.cql.prover.limits import MOST_COUNTED
from jurist.languages.cql.prover.regions.dimensions import Unsampled
from jurist.languages.cql.prover.regions.theory import Cells, Chain, Refuted
from jurist.languages.cql.prover.resources import Resources
from jurist.languages.cql.prover.theories.encoding import Encoding
from jurist.languages.cql.prover.theories.group_bounds import GroupBounds, Member
from jurist.languages.cql.prover.theories.small_groups import FewMembers
from jurist.languages.cql.prover.theories.smt import Solver
from jurist.languages.cql.semantics.customers import Value
from jurist.languages.cql.semantics.numbers import portions
from jurist.languages.effort import OutOfSteps, share_of

_FEWEST_FIRST = (1, 2, 3, 4, 6, 8, 3_000, MOST_COUNTED)
"""How many members a group is asked to have at most, until it can be."""
_MANY = 8
_NEARLY = 0.9
_SHARE = 0.01
"""Of the steps that are left, to ask once whether fewer will do."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """The solver, told the bounds."""

    solver: Solver
    encoding: Encoding


class Arithmetic:
    """Which bounds of one group can be reached together.

    Args:
        bounds: What is said of the group.
        resources: Where the solver's share is counted.
    """

    def __init__(self, bounds: GroupBounds, resources: Resources) -> None:
        self._bounds = bounds
        self._resources = resources
        self._few = FewMembers(bounds)
        self._asked: _Asked | None = None
        self._verdicts: dict[Cells, tuple[Refuted, ...] | None] = {}
        self.chains: Sequence[Chain] = bounds.chains
        """The bounds of each quantity."""
        self.width = len(bounds.chains)

    @property
    def blind(self) -> bool:
        """Whether a model may not be what it seems."""
        ends = [latest for _, _, latest in self._bounds.ends]
        crossed = ends.count(True) > 2 or ends.count(False) > 2 or len(set(ends)) > 1
        both_ways = set(self._bounds.added) & set(self._bounds.told_apart)
        return crossed or bool(both_ways) or any(d.joint for d in self._bounds.domains.values())

    def conflict(self, cells: Cells) -> tuple[Refuted, ...] | None:
        """Why no group reaches exactly these cells; `None` where one does.

        Raises:
            OutOfSteps: Where the solver does not find out in the steps that are left.
            TooWide: Where distinct values would need too many variables.
        """
        if cells not in self._verdicts:
            self._verdicts[cells] = self._refuted(cells)
        return self._verdicts[cells]

    def _refuted(self, cells: Cells) -> tuple[Refuted, ...] | None:
        if self._of_few(cells) is not None:
            return None
        solver = self._told().solver
        limits = self._limits(cells)
        if solver.check(list(limits)):
            return None
        if not is_on(FastPath.SHARED_REFUTATIONS):
            return tuple(Refuted(c, (cell,)) for c, cell in enumerate(cells))
        return tuple(limits[pair] for pair in solver.core(limits))

    def _of_few(self, cells: Cells) -> list[Member] | None:
        return self._few.reaching(cells) if is_on(FastPath.SMALL_GROUPS) else None

    def _told(self) -> _Asked:
        """The solver, told all of this when it is first needed."""
        if self._asked is None:
            solver = Solver(self._resources)
            self._asked = _Asked(solver, Encoding(self._bounds, solver))
        return self._asked

    def _limits(self, cells: Cells) -> dict[tuple[str, bool], Refuted]:
        limits: dict[tuple[str, bool], Refuted] = {}
        for c, (cell, chain) in enumerate(zip(cells, self.chains, strict=True)):
            size = len(chain) + 1
            if cell > 0:
                limits[f"b{c}_{cell - 1}", True] = Refuted(c, range(cell, size))
            if cell < size - 1:
                limits[f"b{c}_{cell}", False] = Refuted(c, range(cell + 1))
        return limits

    def model(self, cells: Cells) -> list[Member]:
        """The members of a group that reaches these cells, few of them, in order of time.

        Raises:
            Unsampled: Where it takes more members than anybody would look at.
        """
        few = self._of_few(cells)
        if few is not None:
            return few
        for round_first in ([(self._told().encoding.rounded, True)], []):
            wanted = [*self._limits(cells), *round_first]
            for most in _FEWEST_FIRST:
                found = self._at_most(most, wanted)
                if found is not None:
                    return self._fewer(found, wanted)
        raise Unsampled

    def _at_most(self, most: int, wanted: Sequence[tuple[str, bool]]) -> list[Member] | None:
        asked = self._told()
        if not asked.solver.check([*wanted, (asked.encoding.at_most(most), True)]):
            return None
        integers, true = asked.solver.model()
        return self._ordered(self._members(integers), true)

    def _fewer(self, found: list[Member], wanted: Sequence[tuple[str, bool]]) -> list[Member]:
        """Nearly as few members as will do, unless that takes long to say."""
        too_few = max((most for most in _FEWEST_FIRST if most < len(found)), default=0)
        while len(found) > _MANY and too_few < min(len(found) - 1, len(found) * _NEARLY):
            most = (too_few + len(found)) // 2
            try:
                with share_of(_SHARE):
                    fewer = self._at_most(most, wanted)
            except OutOfSteps:
                self._asked = None  # what was broken off slows z3 down from then on
                self._resources.tick()
                break
            if fewer is None:
                too_few = most
            else:
                found = fewer
        return found

    def _members(self, numbers: Mapping[str, int]) -> list[Member]:
        encoding, domains = self._told().encoding, self._bounds.domains
        members: list[Member] = []
        for r, kind in enumerate(self._bounds.kinds):
            count = numbers.get(f"n{r}", 0)
            rows: list[dict[Slot, Value]] = [{} for _ in range(count)]
            for slot, s in encoding.summed.items():
                if count and kind.classes[slot].numeric:
                    total = numbers.get(f"s{s}_{r}", 0)
                    each, scale = kind.classes[slot], domains[slot].scale
                    parts = portions(total, count, each.low, each.high, scale)
                    for row, part in zip(rows, parts, strict=True):
                        row[slot] = domains[slot].number(each, part)
            members += [(r, row) for row in rows]
        for slot, shares in encoding.shares.items():
            for share in shares:
                share.assign(slot, domains[slot], members, numbers)
        return members

    def _ordered(self, members: list[Member], chosen: set[str]) -> list[Member]:
        """Members in an order in which the chosen regions come first and last."""
        ends, kinds = self._bounds.ends, self._bounds.kinds
        rank: dict[int, int] = {}
        for e, (stream, _, latest) in enumerate(ends):
            for r in self._bounds.inside(stream):
                if f"e{e}_{r}" in chosen:
                    others = [s for f, (s, _, way) in enumerate(ends) if f != e and way is latest]
                    in_others = any(kinds[r].streams >> s & 1 for s in others)
                    place = 1 if in_others and others else 2
                    rank[r] = max(rank.get(r, 0), place) if latest else -place
        return sorted(members, key=lambda member: rank.get(member[0], 0))
