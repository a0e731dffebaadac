"""What two arms know together of one pair."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from jurist.languages.claims import side_of
from jurist.languages.reasons import kind_is_open
from jurist.records import SIDES, Evidence, Method, Relation, Side, Witness

_OPEN: Final = frozenset({Relation.UNDECIDED, Relation.DIFFERENT})


def is_settled(evidence: Evidence) -> bool:
    """Whether another arm can add no more than how large the difference is."""
    return evidence.relation not in _OPEN


def joined(earlier: Evidence, later: Evidence) -> Evidence:
    """What both know together, where neither refutes the other.

    A relation by proof stands before one by execution; what either adds to it is kept.
    """
    main, other = _by_weight(earlier, later)
    relation = main.relation
    if relation is Relation.DIFFERENT and is_settled(other):
        relation = other.relation
    return replace(
        main,
        relation=relation,
        reason=_reason(main, other, earlier, later) if relation is main.relation else "",
        witnesses=_first_by_side(main.witnesses, other.witnesses),
        notes=tuple(dict.fromkeys((*earlier.notes, *later.notes))),
        overlap=later.overlap or earlier.overlap,
        behaviour=_behaviour(main, earlier, later),
        matched=earlier.matched if later.matched is None else later.matched,
        edges_only=earlier.edges_only or later.edges_only,
        empty=_causes(earlier.empty, later.empty),
        full=_causes(earlier.full, later.full),
        unseen=tuple(side for side in SIDES if side in {*earlier.unseen, *later.unseen}),
        only_in_reference=earlier.only_in_reference or later.only_in_reference,
        only_in_candidate=earlier.only_in_candidate or later.only_in_candidate,
        aspects=tuple(dict.fromkeys((*earlier.aspects, *later.aspects))),
    )


def _by_weight(earlier: Evidence, later: Evidence) -> tuple[Evidence, Evidence]:
    """Whose relation counts, and the other one."""
    if earlier.relation is Relation.UNDECIDED:
        return later, earlier
    if later.relation is Relation.UNDECIDED or earlier.method is not Method.EXECUTION:
        return earlier, later
    return later, earlier


def _reason(main: Evidence, other: Evidence, earlier: Evidence, later: Evidence) -> str:
    if main.relation is Relation.UNDECIDED:
        told = [*earlier.reason.split("; "), *later.reason.split("; ")]
        return "; ".join(filter(None, dict.fromkeys(told)))
    if (
        other is earlier
        and main.relation is Relation.DIFFERENT
        and other.reason
        and not main.aspects  # by which the difference is known well enough
    ):
        return kind_is_open(other.reason)
    return main.reason


def _behaviour(main: Evidence, earlier: Evidence, later: Evidence) -> float | None:
    if main.relation is Relation.UNDECIDED or earlier.behaviour is None:
        return later.behaviour
    return earlier.behaviour


def _first_by_side(first: tuple[Witness, ...], more: tuple[Witness, ...]) -> tuple[Witness, ...]:
    """The first witness of each side, where both have any."""
    if not more:
        return first
    sides: dict[tuple[bool, bool], Witness] = {}
    for witness in (*first, *more):
        sides.setdefault(side_of(witness), witness)
    return tuple(sides.values())


def _causes(earlier: Mapping[Side, str], later: Mapping[Side, str]) -> Mapping[Side, str]:
    """Each side of either, with a cause where one of them knows it."""
    return {
        side: later.get(side) or earlier.get(side, "")
        for side in SIDES
        if side in earlier or side in later
    }
