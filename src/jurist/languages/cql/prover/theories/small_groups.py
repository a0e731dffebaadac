"""Groups of few members: what most combinations of bounds need, found without the solver.

Each bound is evaluated on concrete members, as its definition says, so whatever is found
is a group. What is not found may still be one: then the solver is asked.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, combinations, islice, product

from jurist.languages.cql.prover.abstraction.atoms import (
    CountAtom,
    DistinctAtom,
    EndAtom,
    GroupAtom,
    MeanAtom,
    Slot,
    SumAtom,
)
from jurist.languages.cql.prover.theories.group_bounds import GroupBounds, Kind, Member
from jurist.languages.cql.prover.values.distinct import several
from jurist.languages.cql.prover.values.value_classes import ValueClass
from jurist.languages.cql.semantics.customers import Value
from jurist.languages.cql.semantics.numbers import UNIT
from jurist.languages.effort import spend

_MOST_TRIED = 150
_MOST_SINGLES = 40
_MOST_VALUES = 6
_MOST_COPIES = 40


@dataclass(frozen=True, slots=True)
class _One:
    """A member: its kind, its numbers in units of the domains' scales, which other value it has.

    Two members of one class have the same value where their `labels` are the same.
    """

    region: int
    kind: Kind
    numbers: Mapping[Slot, int]
    labels: Mapping[Slot, int]

    def label(self, slot: Slot) -> object:
        return self.kind.classes[slot], self.labels.get(slot, 0)

    @property
    def exists(self) -> bool:
        """Whether its classes have so many different values."""
        sizes = ((self.kind.classes[slot].size, label) for slot, label in self.labels.items())
        return all(size is None or label < max(size, 1) for size, label in sizes)


class FewMembers:
    """Finds groups of few members by the bounds that they reach."""

    def __init__(self, bounds: GroupBounds) -> None:
        self._bounds = bounds
        self._domains = bounds.domains
        self._units = {slot: bounds.rounder(slot) for slot in bounds.added}
        self._chains = [[bounds.atoms[n[0]] for n in chain] for chain in bounds.chains]
        self._atoms = list(chain.from_iterable(self._chains))
        self._found: dict[tuple[int, ...], Sequence[_One]] = {}
        self._waiting = islice(self._groups(), _MOST_TRIED)

    def reaching(self, cells: tuple[int, ...]) -> list[Member] | None:
        """Members that reach exactly so many bounds of each chain; `None`: none was found."""
        while cells not in self._found:
            group = next(self._waiting, None)
            if group is None:
                return None
            if all(one.exists for one in group):
                self._found.setdefault(self._cells(group), group)
        return self._members(self._found[cells])

    # --- groups to try ---

    def _groups(self) -> Iterator[Sequence[_One]]:
        yield ()
        if set(self._bounds.added) & set(self._bounds.told_apart):
            return
        singles = list(islice(self._singles(), _MOST_SINGLES))
        for one in singles:
            yield (one,)
        counts = {a.least for a in self._atoms if isinstance(a, CountAtom | DistinctAtom)}
        copies = sorted({2, 3, *counts, *(c - 1 for c in counts), *(c + 1 for c in counts)})
        for number in copies:
            if 2 <= number <= _MOST_COPIES:
                for one in singles:
                    yield (one,) * number
                    if self._bounds.told_apart:
                        yield [self._other(one, i) for i in range(number)]
        for one, other in combinations(singles, 2):
            yield sorted((one, self._other(other, 1)), key=_since)

    def _singles(self) -> Iterator[_One]:
        for region, kind in enumerate(self._bounds.kinds):
            if not kind.streams:
                continue
            numeric = [slot for slot in self._bounds.added if kind.classes[slot].numeric]
            values = [self._values(slot, kind.classes[slot]) for slot in numeric]
            for numbers in product(*values):
                yield _One(region, kind, dict(zip(numeric, numbers, strict=True)), {})

    def _other(self, one: _One, label: int) -> _One:
        """The same member with another value where values are told apart."""
        if not self._bounds.told_apart:
            return one
        return _One(
            one.region, one.kind, one.numbers, dict.fromkeys(self._bounds.told_apart, label)
        )

    def _values(self, slot: Slot, each: ValueClass) -> list[int]:
        """Round numbers of a class near its ends and the bounds that they may have to reach."""
        unit = self._units[slot]
        wanted: list[int] = []
        for bound in self._bounds.reached(slot):
            up = -(-bound // unit) * unit
            wanted += [up, up - unit, up + unit]
        ends = [end for end in (each.low, each.high) if end is not None]
        inside = dict.fromkeys(_clamped(each, number, unit) for number in (*wanted, *ends, 0))
        return list(inside)[:_MOST_VALUES]

    # --- what they reach ---

    def _cells(self, group: Sequence[_One]) -> tuple[int, ...]:
        spend((1 + len(group)) * len(self._atoms))
        return tuple([self._reached(bounds, group) for bounds in self._chains])

    def _reached(self, bounds: Sequence[GroupAtom], group: Sequence[_One]) -> int:
        stream = self._bounds.stream_of(bounds[0])
        inside = [one for one in group if one.kind.streams >> stream & 1]
        reached = 0
        for atom in bounds:
            if not self._holds(atom, inside):
                break
            reached += 1
        return reached

    def _holds(self, atom: GroupAtom, inside: Sequence[_One]) -> bool:
        match atom:
            case CountAtom(_, _, least):
                return len(inside) >= least
            case SumAtom(_, _, slot, bound):
                step = UNIT // self._domains[slot].scale
                return sum(one.numbers.get(slot, 0) for one in inside) >= -(-bound // step)
            case MeanAtom(_, _, slot, numerator, denominator, strict):
                added = denominator * sum(one.numbers.get(slot, 0) for one in inside)
                bound = numerator * self._domains[slot].scale * len(inside)
                return bool(inside) and (added > bound if strict else added >= bound)
            case DistinctAtom(_, _, slot, least):
                return len({one.label(slot) for one in inside}) >= least
            case EndAtom(_, _, slot, latest, fact):
                end = inside[-1 if latest else 0] if inside else None
                return end is not None and fact in end.kind.classes[slot].facts

    # --- members ---

    def _members(self, group: Sequence[_One]) -> list[Member] | None:
        """The members with their values; `None` where a class has not so many values."""
        members: list[Member] = []
        most = 1 + max((label for one in group for label in one.labels.values()), default=0)
        for one in group:
            values: dict[Slot, Value] = {
                slot: self._domains[slot].number(one.kind.classes[slot], number)
                for slot, number in one.numbers.items()
            }
            for slot in self._bounds.told_apart:
                label, each = one.labels.get(slot, 0), one.kind.classes[slot]
                if each.sample is None:
                    continue
                known = several(self._domains[slot], each, most)
                if len(known) <= label:
                    return None
                values[slot] = known[label]
            members.append((one.region, values))
        return members


def _since(one: _One) -> int:
    return one.kind.since


def _clamped(each: ValueClass, number: int, unit: int) -> int:
    """The number of a class that is next to another, a round one where there is one."""
    low, high = each.low, each.high
    if low is not None and number <= low:
        up = -(-low // unit) * unit
        return up if high is None or up <= high else low
    if high is not None and number >= high:
        down = high // unit * unit
        return down if low is None or down >= low else high
    return number
