"""Joins by a key: a row has one partner at most, so the product need not be taken.

The keys are facts of the unknown tables, so no two rows that are there have the same one. A row
and its partner are then one unknown row, whose cells are those of whichever row it is that fits.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from jurist.languages.sql.algebra import nodes
from jurist.languages.sql.algebra.nodes import Compares, Comparison, Join
from jurist.languages.sql.algebra.types import type_of
from jurist.languages.sql.algebra.walking import sources_of
from jurist.languages.sql.searching.environments import Joined
from jurist.languages.sql.smt.values import SymbolicValue, Values

Keys = Mapping[str, Sequence[Sequence[str]]]
"""The keys of tables, all names lower-cased."""


def key_conditions(
    source: nodes.Source,
    conditions: Iterable[nodes.Expression],
    there: frozenset[int],
    keys: Keys,
) -> list[nodes.Expression] | None:
    """The conditions that equate a key of a source with what is known before it.

    Args:
        source: What is joined.
        conditions: All of them hold in the joined rows.
        there: The sources before it, and those of queries around.
        keys: Of tables.

    Returns:
        `None`: there is no such key.
    """
    if not isinstance(source.of, str):
        return None
    equated: dict[str, nodes.Expression] = {}
    for condition in conditions:
        if not isinstance(condition, Comparison) or condition.compares is not Compares.EQ:
            continue
        for side, other in (
            (condition.left, condition.right),
            (condition.right, condition.left),
        ):
            if (
                isinstance(side, nodes.Column)
                and side.source == source.id
                and side.type.is_comparable_to(type_of(other))
                and sources_of(other) <= there
            ):
                equated.setdefault(side.name, condition)
    for key in keys.get(source.of, ()):
        if all(column in equated for column in key):
            return [equated[column] for column in key]
    return None


def in_order(
    sources: Sequence[nodes.Source],
    conditions: Sequence[nodes.Expression],
    around: frozenset[int],
    keys: Keys,
) -> list[nodes.Source]:
    """Sources with the inner ones that come first in the order that has most joins by a key.

    The rows of inner joins are the same in any order.
    """
    inner = 0
    while inner < len(sources) and sources[inner].join is Join.INNER:
        inner += 1
    free = list(sources[:inner])
    if len(free) < 2:
        return list(sources)
    best: tuple[int, list[nodes.Source]] | None = None
    for first in free:
        products, order = 0, [first]
        waiting = [source for source in free if source is not first]
        while waiting:
            there = around | {source.id for source in order}
            following = next(
                (
                    source
                    for source in waiting
                    if key_conditions(source, conditions, there, keys) is not None
                ),
                None,
            )
            if following is None:
                following = waiting[0]
                products += 1
            order.append(following)
            waiting.remove(following)
        if best is None or products < best[0]:
            best = (products, order)
    assert best is not None  # noqa: S101 - there are sources
    return [*best[1], *sources[inner:]]


def merged(
    values: Values,
    partners: Sequence[Joined],
    source: int,
    columns: Iterable[str],
    otherwise: Mapping[str, SymbolicValue],
) -> dict[str, SymbolicValue]:
    """The cells of whichever partner is there, of which one is at most; else others."""
    cells: dict[str, SymbolicValue] = {}
    for column in columns:
        value = otherwise[column]
        for partner in reversed(partners):
            value = values.choose(partner.present, partner.cells[source][column], value)
        cells[column] = value
    return cells
