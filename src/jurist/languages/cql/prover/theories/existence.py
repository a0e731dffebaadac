"""Groups of which is only said whether some member passes a formula.

A set S of such formulas is exactly the one that a group satisfies where, for each formula
of S, there can be a member that passes it and none that is not in S: any such members
together are a group. So the kinds of members need not be listed, only asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache

from jurist.languages.cql.boolean import Formula, conjunction, negation
from jurist.languages.cql.prover.abstraction.atoms import CountAtom, GroupAtom
from jurist.languages.cql.prover.context import FastPath, is_on
from jurist.languages.cql.prover.regions.dimensions import Literal, Options, Sample, Thresholds

FEWEST = 5
"""Formulas from which on members are asked for; of fewer, the combinations are listed."""


def is_existence(atoms: Iterable[GroupAtom]) -> bool:
    """Whether all that is said of a group is whether it has a member of some kind."""
    return all(isinstance(atom, CountAtom) and atom.least == 1 for atom in atoms)


class Existence:
    """Which formulas can have a member together.

    Args:
        atoms: What is said of the group, by number.
        is_possible: Whether there can be a member that passes a formula.
        sample: Such a member.
    """

    left_open: tuple[str, ...] = ()

    def __init__(
        self,
        atoms: Mapping[int, GroupAtom],
        is_possible: Callable[[Formula], bool],
        sample: Callable[[Formula], Sample],
    ) -> None:
        by_members: dict[Formula, list[int]] = {}
        for number, atom in atoms.items():
            by_members.setdefault(atom.members, []).append(number)
        self._formulas = list(by_members)
        self.thresholds: Sequence[Thresholds] = [[numbers] for numbers in by_members.values()]
        self.width = len(self.thresholds)
        self._ask = cache(is_possible)
        self._sample = sample
        self._verdict = cache(self._refuted)

    def conflict(self, levels: Options) -> tuple[Literal, ...] | None:
        """Why no group has members of just these formulas; `None` where one has."""
        return self._verdict(levels)

    def samples(self, levels: Options) -> list[Sample]:
        """Members of just these formulas, as few as a member that is in many of them allows."""
        absent = [self._formulas[c] for c, level in enumerate(levels) if not level]
        waiting = [self._formulas[c] for c, level in enumerate(levels) if level]
        samples: list[Sample] = []
        while waiting:
            passed = [waiting[0]]
            for formula in waiting[1:]:
                if self._ask(_of([*passed, formula], absent)):
                    passed.append(formula)
            samples.append(self._sample(_of(passed, absent)))
            waiting = [formula for formula in waiting if formula not in passed]
        return samples

    def _refuted(self, levels: Options) -> tuple[Literal, ...] | None:
        absent = [c for c, level in enumerate(levels) if not level]
        for c, level in enumerate(levels):
            if level and not self._can_be(c, absent):
                for other in tuple(absent) if is_on(FastPath.SHARED_REFUTATIONS) else ():
                    fewer = [index for index in absent if index != other]
                    if not self._can_be(c, fewer):
                        absent = fewer
                return (Literal(c, 0b10), *(Literal(other, 0b01) for other in absent))
        return None

    def _can_be(self, c: int, absent: Sequence[int]) -> bool:
        return self._ask(_of([self._formulas[c]], [self._formulas[other] for other in absent]))


def _of(passed: Sequence[Formula], absent: Sequence[Formula]) -> Formula:
    return conjunction([*passed, *map(negation, absent)])
