"""Which atoms of an item depend on one another, because they look at the same values or events."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from jurist.languages.cql.boolean import Formula, atoms_of
from jurist.languages.cql.prover.abstraction.atoms import (
    SHARED,
    CountAtom,
    DistinctAtom,
    EndAtom,
    GroupKey,
    GroupKind,
    MeanAtom,
    ModeAtom,
    SignAtom,
    Slot,
    SumAtom,
    ValueAtom,
    Whose,
)
from jurist.languages.cql.prover.abstraction.sorts import Sort
from jurist.languages.cql.prover.histories.problem import Pool, components, is_below, pool_of


@dataclass(slots=True)
class _Footprint:
    """What an atom is about; `ties`: it looks at more than one independent item."""

    touched: set[Slot | Pool]
    ties: bool = False


def tied_atoms(sort: Sort, numbers: Iterable[int], reduced: Collection[Slot]) -> list[list[int]]:
    """The sets of atoms that are no independent dimensions.

    Args:
        sort: The sort of items.
        numbers: The atoms that are used of it.
        reduced: Slots that must stay dimensions of their own.
    """
    touching = {number: _footprint(sort, number) for number in dict.fromkeys(numbers)}
    footprints = {number: touch for number, touch in touching.items() if touch is not None}
    _tie_implied(sort, list(footprints.values()))
    tied: list[list[int]] = []
    for touched in components(footprint.touched for footprint in footprints.values()):
        part = sorted(n for n, footprint in footprints.items() if footprint.touched <= touched)
        if touched.isdisjoint(reduced) and any(footprints[number].ties for number in part):
            tied.append(part)
    return tied


def _tie_implied(sort: Sort, footprints: Sequence[_Footprint]) -> None:
    touched = set[Slot | Pool]().union(*(footprint.touched for footprint in footprints))
    for outer, inner in sort.implied:
        if outer in touched and inner in touched:
            for footprint in footprints:
                if footprint.touched & {outer, inner}:
                    footprint.touched |= {outer, inner}
                    footprint.ties = True


def _footprint(sort: Sort, number: int) -> _Footprint | None:
    """What an atom of an item is about; `None`: something that cannot be tied."""
    atom = sort.atoms[number]
    match atom:
        case ValueAtom(slot):
            return _Footprint({slot})
        case SignAtom(order):
            if order.whose is not Whose.OWN:
                return None
            return _Footprint({order.left, order.right}, ties=True)
        case CountAtom() | DistinctAtom() | EndAtom() | SumAtom() | MeanAtom() | ModeAtom():
            if atom.group.kind in SHARED | {GroupKind.USERS, GroupKind.ENTRIES}:
                return None
            pool = pool_of(sort.groups[atom.group])
            footprint = _Footprint({pool}, ties=isinstance(atom, ModeAtom))
            _add_members(sort, sort, atom.group, atom.members, footprint)
            return footprint
        case _:
            return None


def _add_members(
    root: Sort, owner: Sort, key: GroupKey, members: Formula, footprint: _Footprint
) -> None:
    inner = owner.groups[key]
    for number in atoms_of(members):
        atom = inner.atoms[number]
        match atom:
            case SignAtom(order):
                of_root = (order.whose is Whose.PARENT and owner is root) or (
                    order.whose is Whose.PROFILE and root.is_profile
                )
                if of_root:
                    footprint.touched.add(order.right)
                # A row and the rows below it are tied where that row is the root: it is
                # independent of all others.
                of_row = order.whose is Whose.PARENT and owner.of_rows and owner is not root
                footprint.ties |= order.whose is not Whose.OWN and not of_row
            case CountAtom() | DistinctAtom() | EndAtom() | ModeAtom():
                footprint.touched.add(pool_of(inner.groups[atom.group]))
                footprint.ties |= isinstance(atom, ModeAtom) or not is_below(atom.group, inner)
                _add_members(root, inner, atom.group, atom.members, footprint)
            case _:
                pass
