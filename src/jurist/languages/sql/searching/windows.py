"""Window functions over the rows that are left when outputs are computed."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from jurist.errors import UnsupportedError
from jurist.languages.sql.algebra.nodes import Aggregate, Collects, Window
from jurist.languages.sql.searching.aggregates import Member, aggregated
from jurist.languages.sql.searching.limits import MOST_COMPARED, too_wide
from jurist.languages.sql.searching.rows import same_values, sorts_before
from jurist.languages.sql.smt.terms import Term
from jurist.languages.sql.smt.values import SymbolicValue, Values
from jurist.languages.sql.values import ValueType

_COLLECTS: Final = {
    collects.value: collects for collects in Collects if collects is not Collects.OTHER
}
_TO_PEERS: Final = frozenset({"", "range unbounded preceding current row"})
"""Frames that end with the rows that sort like the current one."""
_WHOLE: Final = frozenset(
    {f"{kind} unbounded preceding unbounded following" for kind in ("range", "rows")}
)
_RANKS: Final = frozenset({"rank", "denserank", "rownumber"})


@dataclass(frozen=True, slots=True)
class Peer:
    """What a row gives to a window function, where it is there."""

    present: Term
    arguments: tuple[SymbolicValue, ...]
    partition: tuple[SymbolicValue, ...]
    keys: tuple[SymbolicValue, ...]


def windowed(
    values: Values,
    window: Window,
    row: Peer,
    peers: Sequence[Peer],
    must_hold: Callable[[Sequence[Term]], None],
) -> SymbolicValue:
    """The value of a window function in a row.

    Args:
        values: What comparisons are made with.
        window: The function.
        row: The row, one of the peers.
        peers: All rows, of every partition.
        must_hold: Is told what must hold for nothing to be open: rows that are numbered do not
            tie.

    Raises:
        UnsupportedError: Where it has no encoding, or there are too many rows.
    """
    terms = values.terms
    if len(peers) > MOST_COMPARED:
        raise too_wide("a window", len(peers), MOST_COMPARED)
    there = [
        terms.both(peer.present, same_values(values, row.partition, peer.partition))
        for peer in peers
    ]
    if window.function in _RANKS and not window.arguments:
        return _rank(values, window, row, peers, there, must_hold)
    collects = _COLLECTS.get(window.function)
    if collects is None or len(window.arguments) > 1 or window.frame not in _TO_PEERS | _WHOLE:
        problem = f"the window function {window.function} {window.frame}".rstrip()
        raise UnsupportedError(
            f"{problem} in a search", expected="an aggregate, a rank or a row number over a window"
        )
    if window.order and window.frame not in _WHOLE:
        there = [
            terms.both(
                holds,
                terms.negation(sorts_before(values, row.keys, peer.keys, window.order)),
            )
            for holds, peer in zip(there, peers, strict=True)
        ]
    argument = window.arguments[0] if window.arguments else None
    aggregate = Aggregate(collects, argument, distinct=False, type=window.type)
    members = [Member(holds, peer.arguments) for holds, peer in zip(there, peers, strict=True)]
    return aggregated(values, aggregate, members)


def _rank(
    values: Values,
    window: Window,
    row: Peer,
    peers: Sequence[Peer],
    there: Sequence[Term],
    must_hold: Callable[[Sequence[Term]], None],
) -> SymbolicValue:
    """One more than the rows that sort before: of `denserank`, than their different keys."""
    terms = values.terms
    before = [
        terms.both(holds, sorts_before(values, peer.keys, row.keys, window.order))
        for holds, peer in zip(there, peers, strict=True)
    ]
    if window.function == "denserank":
        before = [
            terms.both(
                holds,
                terms.negation(
                    terms.disjunction(
                        terms.both(before[other], _ties(values, window, peers[other], peers[place]))
                        for other in range(place)
                    )
                ),
            )
            for place, holds in enumerate(before)
        ]
    if window.function == "rownumber":
        must_hold(
            [
                terms.negation(
                    terms.conjunction((there[one], there[other], _ties(values, window, *pair)))
                )
                for one, other in itertools.combinations(range(len(peers)), 2)
                for pair in [(peers[one], peers[other])]
            ]
        )
    rank = terms.total((terms.count(before), terms.integer(1)))
    return SymbolicValue(terms.false, rank, ValueType.INTEGER)


def _ties(values: Values, window: Window, left: Peer, right: Peer) -> Term:
    terms = values.terms
    return terms.negation(
        terms.either(
            sorts_before(values, left.keys, right.keys, window.order),
            sorts_before(values, right.keys, left.keys, window.order),
        )
    )
