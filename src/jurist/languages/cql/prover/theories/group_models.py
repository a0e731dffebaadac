"""From a solver's model of one group to its members; and what it is asked for."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from jurist.languages.cql.prover.abstraction.atoms import Slot
from jurist.languages.cql.prover.regions.dimensions import Literal, Options, bits
from jurist.languages.cql.prover.theories.encoding import Encoding
from jurist.languages.cql.prover.theories.group_bounds import Member
from jurist.languages.cql.semantics.numbers import portions
from jurist.languages.cql.semantics.values import Value


def level_limits(encoding: Encoding, levels: Options) -> dict[tuple[str, bool], Literal]:
    """What says that a group reaches exactly these levels, each with its share of the point."""
    limits: dict[tuple[str, bool], Literal] = {}
    for q, (level, bounds) in enumerate(zip(levels, encoding.bounds.thresholds, strict=True)):
        size = len(bounds) + 1
        if level > 0:
            limits[encoding.reached(q, level - 1), True] = Literal(q, bits(range(level, size)))
        if level < size - 1:
            limits[encoding.reached(q, level), False] = Literal(q, bits(range(level + 1)))
    return limits


def members_of(
    encoding: Encoding, integers: Mapping[str, int], true: Collection[str]
) -> list[Member]:
    """The members of a group as a model has it, in order of time."""
    return _ordered(encoding, _members(encoding, integers), true)


def _members(encoding: Encoding, integers: Mapping[str, int]) -> list[Member]:
    bounds = encoding.bounds
    members: list[Member] = []
    for r, kind in enumerate(bounds.kinds):
        count = integers.get(encoding.size(r), 0)
        rows: list[dict[Slot, Value]] = [{} for _ in range(count)]
        for s, slot in enumerate(bounds.added):
            values, of = kind.classes[slot], bounds.domains[slot]
            if count and values.numeric:
                total = integers.get(encoding.total(s, r), 0)
                parts = portions(total, count, values.low, values.high, of.scale)
                for row, part in zip(rows, parts, strict=True):
                    row[slot] = of.number(values, part)
        members += [(r, row) for row in rows]
    for sharing in encoding.sharings:
        sharing.assign(members, integers)
    return members


def _ordered(
    encoding: Encoding, members: Sequence[Member], chosen: Collection[str]
) -> list[Member]:
    """Members in an order in which the chosen regions come first and last."""
    ends, kinds = encoding.bounds.ends, encoding.bounds.kinds
    rank: dict[int, int] = {}
    for e, (stream, _, latest) in enumerate(ends):
        others = [s for f, (s, _, way) in enumerate(ends) if f != e and way is latest]
        for r in encoding.bounds.inside(stream):
            if encoding.end(e, r) in chosen:
                place = 1 if any(kinds[r].streams >> s & 1 for s in others) else 2
                rank[r] = max(rank.get(r, 0), place) if latest else -place
    return sorted(members, key=lambda member: rank.get(member[0], 0))
