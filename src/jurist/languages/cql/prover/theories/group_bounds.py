"""What is said of one group: bounds on counts, sums, means, distinct values and ends.

Bounds on one quantity form a chain: reaching one means reaching those before it. So a
combination of truths is, for each chain, how many of its bounds are reached.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from jurist.languages.cql.prover.abstraction.atoms import (
    OF_ROWS,
    TIME,
    CountAtom,
    DistinctAtom,
    EndAtom,
    GroupAtom,
    MeanAtom,
    Slot,
    Sort,
    SumAtom,
    ValueAtom,
)
from jurist.languages.cql.prover.formulas import Formula
from jurist.languages.cql.prover.regions.theory import Chain
from jurist.languages.cql.prover.values.value_classes import Domain, ValueClass
from jurist.languages.cql.semantics.customers import Value
from jurist.languages.cql.semantics.numbers import UNIT, rounder
from jurist.languages.cql.semantics.values import Coercion


@dataclass(frozen=True, slots=True)
class Kind:
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
    chains: Sequence[Chain]
    ends: Sequence[End]
    added: Sequence[Slot]
    """The values that are added up."""
    told_apart: Sequence[Slot]
    """The values of which different ones are counted."""
    kinds: Sequence[Kind]
    domains: Mapping[Slot, Domain]
    coercion: Coercion

    def stream_of(self, atom: GroupAtom) -> int:
        """The number of an atom's stream."""
        return self.streams_of[atom.members]

    def rounder(self, slot: Slot) -> int:
        """The unit of the slot's round numbers, in units of its domain's scale."""
        scale = self.domains[slot].scale
        ends = [
            end for kind in self.kinds for end in (kind.classes[slot].low, kind.classes[slot].high)
        ]
        return rounder([*self.reached(slot), *(end for end in ends if end is not None)], scale)

    def reached(self, slot: Slot) -> list[int]:
        """What sums and means of a slot may have to reach, in units of its domain's scale."""
        scale = self.domains[slot].scale
        return [
            bound
            for atom in self.atoms.values()
            if isinstance(atom, SumAtom | MeanAtom) and atom.slot == slot
            for bound in _reached(atom, scale)
        ]

    def inside(self, stream: int) -> list[int]:
        """The regions of a stream."""
        return [r for r, kind in enumerate(self.kinds) if kind.streams >> stream & 1]


def group_bounds(
    atoms: Mapping[int, GroupAtom],
    streams_of: Mapping[Formula, int],
    kinds: Sequence[Kind],
    domains: Mapping[Slot, Domain],
    coercion: Coercion,
) -> GroupBounds:
    """The bounds in chains.

    Args:
        atoms: What is said of the group, by number.
        streams_of: The number of each stream.
        kinds: The regions of its members.
        domains: Those of the reduced values.
        coercion: What a text that looks like a number is.
    """
    chains: dict[object, dict[tuple[Fraction, bool], list[int]]] = {}
    ends: dict[End, None] = {}
    added: dict[Slot, None] = {}
    told_apart: dict[Slot, None] = {}
    for number, atom in atoms.items():
        stream = streams_of[atom.members]
        match atom:
            case CountAtom():
                key: object = ("count", stream)
                rank = (Fraction(atom.least), False)
            case SumAtom():
                added[atom.slot] = None
                key, rank = ("sum", stream, atom.slot), (Fraction(atom.bound), False)
            case MeanAtom():
                added[atom.slot] = None
                key = ("mean", stream, atom.slot)
                rank = (Fraction(atom.numerator, atom.denominator), atom.strict)
            case DistinctAtom():
                told_apart[atom.slot] = None
                key, rank = ("distinct", stream, atom.slot), (Fraction(atom.least), False)
            case EndAtom():
                ends[stream, atom.slot, atom.latest] = None
                key = ("end", stream, atom.slot, atom.latest, atom.fact)
                rank = (Fraction(0), False)
        chains.setdefault(key, {}).setdefault(rank, []).append(number)
    ordered = [[ranks[rank] for rank in sorted(ranks)] for ranks in chains.values()]
    return GroupBounds(
        atoms,
        streams_of,
        ordered,
        tuple(ends),
        tuple(added),
        tuple(told_apart),
        kinds,
        domains,
        coercion,
    )


def _reached(atom: SumAtom | MeanAtom, scale: int) -> tuple[int, ...]:
    """The bound; of a mean, which may be no whole number of units, those around it."""
    if isinstance(atom, SumAtom):
        return (-(-atom.bound // (UNIT // scale)),)
    mean = atom.numerator * scale
    return tuple(dict.fromkeys((mean // atom.denominator, -(-mean // atom.denominator))))


def reduced_slots(members: Sort, atoms: Iterable[GroupAtom]) -> dict[Slot, list[int]]:
    """The values of a group's members that are reduced, and the atoms that cut them."""
    reduced: dict[Slot, list[int]] = {}
    for atom in atoms:
        if isinstance(atom, CountAtom):
            continue
        cuts = reduced.setdefault(atom.slot, [])
        if isinstance(atom, EndAtom):
            cuts.append(members.atom(ValueAtom(atom.slot, atom.fact)))
            if atom.group.kind not in OF_ROWS:
                reduced.setdefault(TIME, [])
    return reduced
