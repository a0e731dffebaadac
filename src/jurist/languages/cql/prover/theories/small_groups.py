"""Groups of few members: what most combinations of bounds need, found without the solver.

Each bound is evaluated on concrete members, as its definition says, so whatever is found
is a group. What is not found may still be one: then the solver is asked.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, combinations, islice, product, takewhile

from jurist.languages.cql.prover.abstraction.atoms import (
    CountAtom,
    DistinctAtom,
    EndAtom,
    GroupAtom,
    MeanAtom,
    Slot,
    SumAtom,
)
from jurist.languages.cql.prover.regions.dimensions import Options
from jurist.languages.cql.prover.theories.group_bounds import GroupBounds, Member, MemberKind
from jurist.languages.cql.prover.values.distinct import number_of_different, several
from jurist.languages.cql.prover.values.value_classes import ValueClass
from jurist.languages.cql.semantics.values import Value
from jurist.languages.effort import spend

_MOST_TRIED = 150
_MOST_SINGLES = 40
_MOST_VALUES = 6
_MOST_COPIES = 40


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A member: its kind, its numbers in units of the domains' scales, and a label.

    Where values are told apart, two members of one class have the same where their labels are.
    """

    region: int
    kind: MemberKind
    numbers: Mapping[Slot, int]
    label: int = 0


_Group = Sequence[_Candidate]


class SmallGroupSearch:
    """Finds groups of few members by the bounds that they reach."""

    def __init__(self, bounds: GroupBounds) -> None:
        self._bounds = bounds
        self._domains = bounds.domains
        self._units = {slot: bounds.rounder(slot) for slot in bounds.added}
        self._quantities = [[bounds.atoms[n[0]] for n in bound] for bound in bounds.thresholds]
        self._atoms = list(chain.from_iterable(self._quantities))
        self._reached: dict[Options, _Group] = {}
        self._waiting = islice(self._groups(), _MOST_TRIED)

    def reaching(self, levels: Options) -> list[Member] | None:
        """Members that reach exactly so many bounds of each quantity; `None`: none are known."""
        while levels not in self._reached:
            group = next(self._waiting, None)
            if group is None:
                return None
            if all(map(self._exists, group)):
                self._reached.setdefault(self._levels(group), group)
        return self._members(self._reached[levels])

    # --- groups to try ---

    def _groups(self) -> Iterator[_Group]:
        yield ()
        if set(self._bounds.added) & set(self._bounds.distinct) or self._bounds.repeats_moments:
            return
        singles = list(islice(self._singles(), _MOST_SINGLES))
        for single in singles:
            yield (single,)
        counts = {a.least for a in self._atoms if isinstance(a, CountAtom | DistinctAtom)}
        copies = sorted({2, 3, *counts, *(c - 1 for c in counts), *(c + 1 for c in counts)})
        for number in copies:
            if 2 <= number <= _MOST_COPIES:
                for single in singles:
                    yield (single,) * number
                    if self._bounds.distinct:
                        yield [replace(single, label=i) for i in range(number)]
        for first, second in combinations(singles, 2):
            yield sorted((first, replace(second, label=1)), key=_since)

    def _singles(self) -> Iterator[_Candidate]:
        for region, kind in enumerate(self._bounds.kinds):
            if not kind.streams:
                continue
            numeric = [slot for slot in self._bounds.added if kind.classes[slot].numeric]
            values = [self._values(slot, kind.classes[slot]) for slot in numeric]
            for numbers in product(*values):
                yield _Candidate(region, kind, dict(zip(numeric, numbers, strict=True)))

    def _values(self, slot: Slot, values: ValueClass) -> list[int]:
        """Round numbers of a class near its ends and the bounds that they may have to reach."""
        unit = self._units[slot]
        wanted: list[int] = []
        for bound in self._bounds.reached(slot):
            up = -(-bound // unit) * unit
            wanted += [up, up - unit, up + unit]
        ends = [end for end in (values.low, values.high) if end is not None]
        inside = dict.fromkeys(_clamped(values, number, unit) for number in (*wanted, *ends, 0))
        return list(inside)[:_MOST_VALUES]

    def _exists(self, member: _Candidate) -> bool:
        """Whether its classes have so many different values."""
        sizes = [
            number_of_different(self._domains[slot], member.kind.classes[slot])
            for slot in self._bounds.distinct
        ]
        return all(size is None or member.label < max(size, 1) for size in sizes)

    # --- what they reach ---

    def _levels(self, group: _Group) -> Options:
        spend((1 + len(group)) * len(self._atoms))
        return tuple([self._level(bounds, group) for bounds in self._quantities])

    def _level(self, bounds: Sequence[GroupAtom], group: _Group) -> int:
        stream = self._bounds.streams_of[bounds[0].members]
        inside = [member for member in group if member.kind.streams >> stream & 1]
        return sum(1 for _ in takewhile(lambda atom: self._holds(atom, inside), bounds))

    def _holds(self, atom: GroupAtom, inside: _Group) -> bool:
        match atom:
            case CountAtom(_, _, least):
                return len(inside) >= least
            case SumAtom(_, _, slot):
                added = sum(member.numbers.get(slot, 0) for member in inside)
                return added >= self._bounds.least_sum(atom)
            case MeanAtom(_, _, slot, numerator, denominator, strict):
                added = denominator * sum(member.numbers.get(slot, 0) for member in inside)
                bound = numerator * self._domains[slot].scale * len(inside)
                return bool(inside) and (added > bound if strict else added >= bound)
            case DistinctAtom(_, _, slot, least):
                return len({(m.kind.classes[slot], m.label) for m in inside}) >= least
            case EndAtom(_, _, slot, latest, fact):
                end = inside[-1 if latest else 0] if inside else None
                return end is not None and fact in end.kind.classes[slot].facts

    # --- members ---

    def _members(self, group: _Group) -> list[Member] | None:
        """The members with their values; `None` where a class has not so many values."""
        members: list[Member] = []
        most = 1 + max((member.label for member in group), default=0)
        for member in group:
            classes = member.kind.classes
            values: dict[Slot, Value] = {
                slot: self._domains[slot].number(classes[slot], number)
                for slot, number in member.numbers.items()
            }
            for slot in self._bounds.distinct:
                if classes[slot].sample is None:
                    continue
                known = several(self._domains[slot], classes[slot], most)
                if len(known) <= member.label:
                    return None
                values[slot] = known[member.label]
            members.append((member.region, values))
        return members


def _since(member: _Candidate) -> int:
    return member.kind.since


def _clamped(values: ValueClass, number: int, unit: int) -> int:
    """The number of a class that is next to another, a round one where there is one."""
    low, high = values.low, values.high
    if low is not None and number <= low:
        up = -(-low // unit) * unit
        return up if high is None or up <= high else low
    if high is not None and number >= high:
        down = high // unit * unit
        return down if low is None or down >= low else high
    return number
