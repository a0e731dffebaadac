"""All that an open query permits on a database, where its choices are few and can be gone through.

A scalar subquery stands for any of its rows, and a LIMIT 1 inside for any of those that its keys
leave equal: the query is run once for each, with that row asked for by its place (LIMIT 1 OFFSET
n), which is the same in all these runs, since nothing but the number changes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from math import prod
from typing import Final

from sqlglot import exp

from jurist.languages.sql.engines.results import DoesNotRun, RunsTooLong
from jurist.languages.sql.engines.sqlite import Sqlite
from jurist.languages.sql.outcomes.ordering import (
    is_cut,
    limit_and_offset,
    sorted_query,
    unwrapped,
)
from jurist.languages.sql.outcomes.outcome import Outcome
from jurist.languages.sql.outcomes.preparing import Prepared, outcome_of
from jurist.languages.sql.outcomes.probes import alone, is_scalar
from jurist.languages.sql.outcomes.scopes import is_closed
from jurist.languages.sql.outcomes.texts import sqlite_text

MOST: Final = 40
"""Outcomes that are gone through."""


@dataclass(frozen=True, slots=True)
class _Choice:
    """A query inside of which one row counts, and the places of those that it may be."""

    at: int
    """Which of the tree's queries it is."""
    places: tuple[int, ...]


def alternatives(query: Prepared, engine: Sqlite) -> tuple[Outcome, ...] | None:
    """What an open query permits on the loaded database; `None`: too much, or not known.

    Args:
        query: That something inside leaves open.
        engine: With the database.
    """
    if query.is_always_open:
        return None
    try:
        choices = _choices(query, engine)
        if choices is None or prod(len(choice.places) for choice in choices) > MOST:
            return None
        outcomes: list[Outcome] = []
        for places in product(*(choice.places for choice in choices)):
            chosen = Prepared(_with_chosen(query, choices, places), query.schema)
            if chosen.saw_several(engine):
                return None
            outcomes.append(chosen.observed(engine))
        return tuple(outcomes)
    except (DoesNotRun, RunsTooLong):
        return None


def _choices(query: Prepared, engine: Sqlite) -> list[_Choice] | None:
    """The choices inside; `None` where there is another kind of choice."""
    top = unwrapped(query.tree)
    choices: list[_Choice] = []
    nodes: list[exp.Expr] = []
    for at, inner in enumerate(query.tree.find_all(exp.Query)):
        is_value = isinstance(inner, exp.Subquery) and is_scalar(inner)
        if not is_value and (inner is top or isinstance(inner, exp.Subquery) or not is_cut(inner)):
            continue
        target = unwrapped(inner)
        places = _places(query, target, top, engine, is_value=is_value)
        if places is None:
            return None
        if len(places) > 1:
            if any(_is_inside(target, node) or _is_inside(node, target) for node in nodes):
                return None
            nodes.append(target)
            choices.append(_Choice(at, places))
    return choices


def _places(
    query: Prepared, inner: exp.Query, top: exp.Query, engine: Sqlite, *, is_value: bool
) -> tuple[int, ...] | None:
    """Which of the rows of a query inside may be the one that counts, each value once."""
    if not is_closed(inner, query.schema):
        return () if is_value else None  # of a value that depends on the row around, probes tell
    by_keys = sorted_query(alone(inner, top), query.schema)
    if by_keys is None:
        return None
    result = engine.run(sqlite_text(by_keys.tree))
    if is_value:
        return tuple(_first_places(range(len(result.rows)), result.rows))
    if not outcome_of(by_keys, result).is_open:
        return ()
    if limit_and_offset(inner) != (1, by_keys.offset):
        return None
    keys = [tuple(row[place] for place in by_keys.keys) for row in result.rows]
    tied = [place for place, key in enumerate(keys) if key == keys[by_keys.offset]]
    return tuple(_first_places(tied, result.rows))


def _first_places(places: Sequence[int], rows: Sequence[object]) -> Iterator[int]:
    seen: set[object] = set()
    for place in places:
        if rows[place] not in seen:
            seen.add(rows[place])
            yield place


def _is_inside(node: exp.Expr, other: exp.Expr) -> bool:
    parent: exp.Expr | None = node
    while parent is not None and parent is not other:
        parent = parent.parent
    return parent is not None


def _with_chosen(query: Prepared, choices: list[_Choice], places: tuple[int, ...]) -> exp.Query:
    tree = query.tree.copy()
    inner = list(tree.find_all(exp.Query))
    for choice, place in zip(choices, places, strict=True):
        target = unwrapped(inner[choice.at])
        target.set("limit", exp.Limit(expression=exp.Literal.number(1)))
        target.set("offset", exp.Offset(expression=exp.Literal.number(place)))
    return tree
