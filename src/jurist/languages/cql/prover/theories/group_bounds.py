"""What is said of one group: bounds on counts, sums, means, distinct values and ends.

Bounds on one quantity are thresholds: reaching one means reaching those before it. So a
combination of truths is, for each quantity, how many of its thresholds are reached.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor

from jurist.languages.cql.boolean import Formula
from jurist.languages.cql.prover.abstraction.atoms import (
    TIME,
    CountAtom,
    DistinctAtom,
    EndAtom,
    GroupAtom,
    MeanAtom,
    Slot,
    SumAtom,
)
from jurist.languages.cql.prover.limits import SPELLED_MOMENTS
from jurist.languages.cql.prover.regions.dimensions import Thresholds
from jurist.languages.cql.prover.values.value_classes import Domain, ValueClass
from jurist.languages.cql.semantics.numbers import UNIT, rounder
from jurist.languages.cql.semantics.values import Coercion, Value

_MOST_PATTERNS = 4


@dataclass(frozen=True, slots=True)
class MemberKind:
    """A region of members: its streams as bits, and the classes of its reduced values."""

    streams: int
    classes: Mapping[Slot, ValueClass]

    @property
    def since(self) -> int:
        """When its members happen at the earliest, where times are told apart."""
        time = self.classes.get(TIME)
        return 0 if time is None or time.low is None else time.low


Member = tuple[int, dict[Slot, Value]]
"""The region of a member, and the values that replace its region's samples."""
End = tuple[int, Slot, bool]
"""A stream, a value of its members, and whether that of the last one is meant."""


@dataclass(frozen=True, slots=True)
class GroupBounds:
    """What is said of a group, and the regions of which its members are."""

    atoms: Mapping[int, GroupAtom]
    streams_of: Mapping[Formula, int]
    thresholds: Sequence[Thresholds]
    """The atoms of each quantity."""
    ends: Sequence[End]
    added: Sequence[Slot]
    """The values that are added up."""
    told_apart: Sequence[tuple[int, Slot]]
    """The streams and their values of which different ones are counted."""
    kinds: Sequence[MemberKind]
    domains: Mapping[Slot, Domain]
    coercion: Coercion

    @property
    def repeats_moments(self) -> bool:
        """Whether different values are counted where those of two classes may be equal ones."""
        return any(self.domains[slot].repeats_moments for slot in self.distinct)

    @property
    def distinct(self) -> Sequence[Slot]:
        """The values of which different ones are counted."""
        return tuple(dict.fromkeys(slot for _, slot in self.told_apart))

    def patterns(self, slot: Slot) -> dict[ValueClass, dict[int, list[int]]]:
        """The regions where different values are counted, by class and by the streams that do."""
        bits = 0
        for stream, of in self.told_apart:
            bits |= 1 << stream if of == slot else 0
        patterns: dict[ValueClass, dict[int, list[int]]] = {}
        for region, kind in enumerate(self.kinds):
            if kind.streams & bits:
                alike = patterns.setdefault(kind.classes[slot], {})
                alike.setdefault(kind.streams & bits, []).append(region)
        return patterns

    def not_told_apart(self, slot: Slot) -> str:
        """Why it is left open how many different values there are; nothing where it is not."""
        patterns = self.patterns(slot)
        if self.coercion is Coercion.TEXT and len({values.numeric for values in patterns}) > 1:
            return "different values where a number and a text may be the same"
        if self.domains[slot].joint:
            return "different values where texts of one number are told apart"
        if self.domains[slot].repeats_moments:
            return SPELLED_MOMENTS
        if any(len(alike) > _MOST_PATTERNS for alike in patterns.values()):
            return "different values over too many overlapping streams"
        return ""

    def rounder(self, slot: Slot) -> int:
        """The unit of the slot's round numbers, in units of its domain's scale."""
        scale = self.domains[slot].scale
        ends = [
            end for kind in self.kinds for end in (kind.classes[slot].low, kind.classes[slot].high)
        ]
        return rounder([*self.reached(slot), *(end for end in ends if end is not None)], scale)

    def reached(self, slot: Slot) -> list[int]:
        """What sums and means of a slot may have to reach, in units of its domain's scale."""
        reached: list[int] = []
        for atom in self.atoms.values():
            if isinstance(atom, SumAtom) and atom.slot == slot:
                reached.append(self.least_sum(atom))
            elif isinstance(atom, MeanAtom) and atom.slot == slot:  # no whole number of units
                mean = Fraction(atom.numerator * self.domains[slot].scale, atom.denominator)
                reached += dict.fromkeys((floor(mean), ceil(mean)))
        return reached

    def least_sum(self, atom: SumAtom) -> int:
        """The bound of a sum, in units of its slot's scale."""
        return -(-atom.bound * self.domains[atom.slot].scale // UNIT)

    def inside(self, stream: int) -> list[int]:
        """The regions of a stream."""
        return [r for r, kind in enumerate(self.kinds) if kind.streams >> stream & 1]


def group_bounds(
    atoms: Mapping[int, GroupAtom],
    streams_of: Mapping[Formula, int],
    kinds: Sequence[MemberKind],
    domains: Mapping[Slot, Domain],
    coercion: Coercion,
) -> GroupBounds:
    """The bounds by the quantities that they are of.

    Args:
        atoms: What is said of the group, by number.
        streams_of: The number of each stream.
        kinds: The regions of its members.
        domains: Those of the reduced values.
        coercion: What a text that looks like a number is.
    """
    quantities: dict[object, dict[tuple[Fraction, bool], list[int]]] = {}
    for number, atom in atoms.items():
        quantity, rank = _measured(atom, streams_of[atom.members])
        quantities.setdefault(quantity, {}).setdefault(rank, []).append(number)
    bounds = atoms.values()
    ends = [(streams_of[a.members], a.slot, a.latest) for a in bounds if isinstance(a, EndAtom)]
    return GroupBounds(
        atoms,
        streams_of,
        [[ranks[rank] for rank in sorted(ranks)] for ranks in quantities.values()],
        tuple(dict.fromkeys(ends)),
        tuple(dict.fromkeys(a.slot for a in bounds if isinstance(a, SumAtom | MeanAtom))),
        tuple(
            dict.fromkeys(
                (streams_of[a.members], a.slot) for a in bounds if isinstance(a, DistinctAtom)
            )
        ),
        kinds,
        domains,
        coercion,
    )


def _measured(atom: GroupAtom, stream: int) -> tuple[object, tuple[Fraction, bool]]:
    """The quantity that an atom bounds, and where among its bounds this one stands."""
    match atom:
        case CountAtom():
            return ("count", stream), (Fraction(atom.least), False)
        case SumAtom():
            return ("sum", stream, atom.slot), (Fraction(atom.bound), False)
        case MeanAtom():
            mean = Fraction(atom.numerator, atom.denominator)
            return ("mean", stream, atom.slot), (mean, atom.strict)
        case DistinctAtom():
            return ("distinct", stream, atom.slot), (Fraction(atom.least), False)
        case EndAtom():
            return ("end", stream, atom.slot, atom.latest, atom.fact), (Fraction(0), False)
