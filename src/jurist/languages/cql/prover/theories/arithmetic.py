"""Groups whose members add up, average out or differ: linear integer arithmetic, by z3.

One integer n >= 0 for each region says how many members lie in it; every choice of them
is a group, since members are independent. For each region and each value that is added
up, an integer S lies between n * low and n * high of the region's class: exact, because n
integers from an interval add up to every integer between those bounds. A mean against c
is S against c * n. How many distinct values of a class there are is counted by the sets
of streams in which a value occurs. The first and last member of a stream is chosen among
its regions, and no later one of the stream may be inhabited.

One combination of reached bounds is looked at at a time: most are reached by a small
group (`small_groups`); else the solver answers, with members or with the few bounds that
contradict each other.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache

from jurist.languages.cql.prover.context import FastPath, Resources, is_on
from jurist.languages.cql.prover.limits import MOST_SHOWN, TEXTS_AND_NUMBERS
from jurist.languages.cql.prover.regions.dimensions import (
    Literal,
    NoModelKnown,
    Options,
    Sample,
    Thresholds,
)
from jurist.languages.cql.prover.theories.encoding import Encoding
from jurist.languages.cql.prover.theories.group_bounds import GroupBounds, Member
from jurist.languages.cql.prover.theories.group_models import level_limits, members_of
from jurist.languages.cql.prover.theories.small_groups import SmallGroupSearch
from jurist.languages.cql.prover.theories.smt import Solver
from jurist.languages.effort import OutOfSteps, share_of, spend

_FEWEST_FIRST = (1, 2, 3, 4, 6, 8, 3_000, 10_000, MOST_SHOWN)
"""How many members a group is asked to have at most, until it can be."""
_MANY = 8
_NEARLY = 0.9
_SHARE = 0.01
"""Of the steps that are left, to ask once whether fewer will do."""


class Arithmetic:
    """Which bounds of one group can be reached together.

    Args:
        bounds: What is said of the group.
        resources: Where the solver's share is counted.
        sample_of: A member of a region, by the region's number.
    """

    def __init__(
        self, bounds: GroupBounds, resources: Resources, sample_of: Callable[[int], Sample]
    ) -> None:
        self._bounds = bounds
        self._resources = resources
        self._sample_of = sample_of
        self._small_groups = SmallGroupSearch(bounds)
        self._encoded: Encoding | None = None
        self._verdict = cache(self._refuted)
        self.thresholds: Sequence[Thresholds] = bounds.thresholds
        """The bounds of each quantity."""
        self.width = len(bounds.thresholds)

    @property
    def left_open(self) -> tuple[str, ...]:
        """Where more is allowed than there is, so that a model may not be what it seems."""
        ends = [latest for _, _, latest in self._bounds.ends]
        crossed = ends.count(True) > 2 or ends.count(False) > 2 or len(set(ends)) > 1
        both_ways = set(self._bounds.added) & set(self._bounds.distinct)
        is_joint = any(domain.joint for domain in self._bounds.domains.values())
        parts = {
            "several first and last values of one group": crossed,
            "a sum beside different values of the same": bool(both_ways),
            TEXTS_AND_NUMBERS: is_joint,
        }
        vague = filter(None, map(self._bounds.not_told_apart, self._bounds.distinct))
        return (*(what for what, is_open in parts.items() if is_open), *vague)

    def conflict(self, levels: Options) -> tuple[Literal, ...] | None:
        """Why no group reaches exactly these levels; `None` where one does.

        Raises:
            OutOfSteps: Where the solver does not find out in the steps that are left.
        """
        return self._verdict(levels)

    def samples(self, levels: Options) -> list[Sample]:
        """The members of a group that reaches these levels, few of them, in order of time.

        Raises:
            NoModelKnown: Where it takes more members than anybody would look at.
        """
        samples: list[Sample] = []
        for region, values in self._model(levels):
            sample = self._sample_of(region)
            sample.values.update(values)
            samples.append(sample)
        return samples

    def _refuted(self, levels: Options) -> tuple[Literal, ...] | None:
        if self._small_group(levels) is not None:
            return None
        solver = self._encoding().solver
        limits = level_limits(self._encoding(), levels)
        if solver.check(list(limits)):
            return None
        if not is_on(FastPath.SHARED_REFUTATIONS):
            return tuple(Literal(q, 1 << level) for q, level in enumerate(levels))
        return tuple(limits[pair] for pair in solver.core(limits))

    def _small_group(self, levels: Options) -> list[Member] | None:
        return self._small_groups.reaching(levels) if is_on(FastPath.SMALL_GROUPS) else None

    def _encoding(self) -> Encoding:
        """The bounds for the solver, when it is first needed."""
        if self._encoded is None:
            self._encoded = Encoding(self._bounds, Solver(self._resources))
        return self._encoded

    def _model(self, levels: Options) -> list[Member]:
        small = self._small_group(levels)
        if small is not None:
            return small
        for round_first in ([(self._encoding().rounded, True)], []):
            wanted = [*level_limits(self._encoding(), levels), *round_first]
            for most in _FEWEST_FIRST:
                members = self._at_most(most, wanted)
                if members is not None:
                    return self._fewer(members, wanted)
        self._resources.is_unshown = True
        raise NoModelKnown

    def _at_most(self, most: int, wanted: Sequence[tuple[str, bool]]) -> list[Member] | None:
        encoding = self._encoding()
        if not encoding.solver.check([*wanted, (encoding.at_most(most), True)]):
            return None
        integers, true = encoding.solver.model()
        return members_of(encoding, integers, true)

    def _fewer(self, members: list[Member], wanted: Sequence[tuple[str, bool]]) -> list[Member]:
        """Nearly as few members as will do, unless that takes long to say."""
        too_few = max((most for most in _FEWEST_FIRST if most < len(members)), default=0)
        while len(members) > _MANY and too_few < min(len(members) - 1, len(members) * _NEARLY):
            most = (too_few + len(members)) // 2
            try:
                with share_of(_SHARE):
                    fewer = self._at_most(most, wanted)
            except OutOfSteps:
                self._encoded = None  # what was broken off slows z3 down from then on
                spend()
                break
            if fewer is None:
                too_few = most
            else:
                members = fewer
        return members
