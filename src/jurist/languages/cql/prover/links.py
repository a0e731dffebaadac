"""What a funnel entails about the customer's other events.

The events that follow an event are analysed as if each parent had its own, which is more
than there is: they are the customer's events too. So that proofs are not lost by it, a
funnel is written as itself and what it entails:

- if some A has at least k B's after it, the customer has at least k such B's;
- if the A's lie in a window, the B's after them lie in that window moved by the delay.
"""

from __future__ import annotations

from jurist.languages.cql.prover.formulas import (
    AND,
    FALSE,
    NOT,
    TRUE,
    Formula,
    conjunction,
    disjunction,
    negation,
)
from jurist.languages.cql.prover.primitives import MOMENT, Primitive, inside
from jurist.languages.cql.prover.things import (
    DELAY,
    CountAtom,
    GroupKey,
    GroupKind,
    SlotKind,
    Thing,
    ValueAtom,
)

_SHARED = {SlotKind.PROPERTY, SlotKind.CONTEXT, SlotKind.SOURCE, SlotKind.TIME}


def conjuncts(formula: Formula) -> tuple[Formula, ...]:
    """The formulas that a formula is the conjunction of."""
    return formula[1] if isinstance(formula, tuple) and formula[0] == AND else (formula,)


def entailed_followers(
    customer: Thing, inner: Thing, members: Formula
) -> list[tuple[GroupKey, Formula, int]]:
    """The counts of the customer's events that one event with these followers entails.

    Args:
        customer: Whose events they are.
        inner: The thing that the formula is about.
        members: The formula of the parents.

    Returns:
        For each kind of followers the group of the customer's events, a formula over its
        atoms, and how many there are at least.
    """
    entailed: list[tuple[GroupKey, Formula, int]] = []
    for part in conjuncts(members):
        atom = inner.atoms[part] if isinstance(part, int) else None
        if not isinstance(atom, CountAtom) or atom.group.kind is not GroupKind.FOLLOWERS:
            continue
        key = GroupKey(GroupKind.EVENTS, atom.group.name, atom.group.arrays)
        target = customer.group(key)
        weaker = _weakened(atom.members, inner.groups[atom.group], target, positive=True)
        entailed.append((key, weaker, atom.least))
    return entailed


def _weakened(formula: Formula, source: Thing, target: Thing, *, positive: bool) -> Formula:
    """A formula that holds wherever this one does, without what only followers have.

    With `positive` false: one that holds only where this one does.
    """
    if isinstance(formula, int):
        atom = source.atoms[formula]
        if isinstance(atom, ValueAtom) and atom.slot.kind in _SHARED:
            target.known.setdefault(atom.slot, source.known[atom.slot])
            return target.atom(atom)
        if isinstance(atom, ValueAtom) and atom.slot == DELAY and not positive:
            return TRUE if inside(0, atom.fact) else FALSE
        return TRUE if positive else FALSE
    tag, parts = formula
    if tag == NOT:
        return negation(_weakened(parts[0], source, target, positive=not positive))
    weaker = [_weakened(part, source, target, positive=positive) for part in parts]
    return conjunction(weaker) if tag == AND else disjunction(weaker)


def follows_itself(parent: Thing, inner: Thing, members: Formula) -> Formula:
    """A formula about an event under which it is among its own followers of the same name."""
    return _weakened(members, inner, parent, positive=False)


def moved_window(
    inner: Thing, members: Formula, span: tuple[int, int], now: int
) -> Primitive | None:
    """When followers happen whose parents happen in `span`; `None` where they say no delay."""
    low, high = None, None
    for part in conjuncts(members):
        atom = inner.atoms[part] if isinstance(part, int) else None
        if isinstance(atom, ValueAtom) and atom.slot == DELAY:
            low, high = atom.fact.low, atom.fact.high
    if low is None or high is None:
        return None
    return Primitive(MOMENT, span[0] + low, min(span[1] + high, now))
