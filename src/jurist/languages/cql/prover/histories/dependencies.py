"""Which atoms of a thing depend on one another, because they look at the same values or events."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

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
    Thing,
    ValueAtom,
    Whose,
)
from jurist.languages.cql.prover.formulas import Formula, atoms_of
from jurist.languages.cql.prover.histories.problem import Pool, is_profile, pool_of


@dataclass(slots=True)
class _Touch:
    """What an atom is about; `ties`: it looks at more than one independent thing."""

    touched: set[Slot | Pool]
    ties: bool = False


def entangled(thing: Thing, numbers: Iterable[int], reduced: Collection[Slot]) -> list[list[int]]:
    """The sets of atoms that are no independent dimensions.

    Args:
        thing: The thing.
        numbers: The atoms that are used of it.
        reduced: Slots that must stay dimensions of their own.
    """
    touches = {number: _touch(thing, number) for number in dict.fromkeys(numbers)}
    _tie_implied(thing, [touch for touch in touches.values() if touch is not None])
    groups: list[tuple[list[int], _Touch]] = []
    for number, touch in touches.items():
        if touch is None:
            continue
        joined = [group for group in groups if group[1].touched & touch.touched]
        groups = [group for group in groups if group not in joined]
        groups.append(
            (
                [*(n for group in joined for n in group[0]), number],
                _Touch(
                    touch.touched.union(*(group[1].touched for group in joined)),
                    touch.ties or any(group[1].ties for group in joined),
                ),
            )
        )
    return [
        sorted(part)
        for part, touch in groups
        if touch.ties and not touch.touched.intersection(reduced)
    ]


def _tie_implied(thing: Thing, touches: Sequence[_Touch]) -> None:
    slots = {each for touch in touches for each in touch.touched if isinstance(each, Slot)}
    pairs = [(a, b) for a, b in thing.implied if a in slots and b in slots]
    for touch in touches:
        for outer, inner in pairs:
            if outer in touch.touched or inner in touch.touched:
                touch.touched |= {outer, inner}
                touch.ties = True


def _touch(thing: Thing, number: int) -> _Touch | None:
    """What an atom of a thing is about; `None`: something that cannot be tied."""
    atom = thing.atoms[number]
    match atom:
        case ValueAtom(slot):
            return _Touch({slot})
        case SignAtom(order):
            if order.whose is not Whose.OWN:
                return None
            return _Touch({order.left, order.right}, ties=True)
        case CountAtom() | DistinctAtom() | EndAtom() | SumAtom() | MeanAtom() | ModeAtom():
            if atom.group.kind in SHARED | {GroupKind.USERS, GroupKind.ENTRIES}:
                return None
            touch = _Touch({pool_of(atom.group)}, ties=isinstance(atom, ModeAtom))
            _touch_members(thing, thing, atom.group, atom.members, touch)
            return touch
        case _:
            return None


def _touch_members(
    root: Thing, owner: Thing, key: GroupKey, members: Formula, touch: _Touch
) -> None:
    inner = owner.groups[key]
    for number in atoms_of(members):
        atom = inner.atoms[number]
        match atom:
            case SignAtom(order):
                of_root = (order.whose is Whose.PARENT and owner is root) or (
                    order.whose is Whose.PROFILE and is_profile(root)
                )
                if of_root:
                    touch.touched.add(order.right)
                touch.ties |= order.whose is not Whose.OWN
            case CountAtom() | DistinctAtom() | EndAtom() | ModeAtom():
                touch.touched.add(pool_of(atom.group))
                touch.ties = True
                _touch_members(root, inner, atom.group, atom.members, touch)
            case _:
                pass
