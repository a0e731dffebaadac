"""Named ways to change a query at one of its places: what rewrites and mutations are made of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, islice
from typing import TypeVar

from sqlglot import exp

from jurist.languages.sql.schemas.schema import SqlSchema
from jurist.languages.sql.variants.trees import Node, nodes, put

Part = TypeVar("Part", bound=exp.Expr)
Change = Callable[[exp.Query, SqlSchema], Iterator[exp.Query]]
"""From a query to whole queries that differ from it by one change."""


@dataclass(frozen=True, slots=True)
class Edit:
    """A named kind of change; `queries` gives every query that it makes of one, in order."""

    name: str
    description: str
    """One sentence."""
    queries: Change


def at(kind: type[Part], change: Callable[[Part, SqlSchema], Iterable[Node]]) -> Change:
    """The change made to each node of a kind in turn.

    Of each place comes a first query, then of each a second one: few of many are spread.
    """

    def queries(tree: exp.Query, schema: SqlSchema) -> Iterator[exp.Query]:
        places = [_at_place(node, change(node, schema)) for node in nodes(tree, kind)]
        return _in_turn(places)

    return queries


def at_outermost(change: Callable[[exp.Select, SqlSchema], Iterable[exp.Select]]) -> Change:
    """The change made to the outermost SELECT, where the query is one."""

    def queries(tree: exp.Query, schema: SqlSchema) -> Iterator[exp.Query]:
        if isinstance(tree, exp.Select):
            yield from change(tree, schema)

    return queries


def _at_place(node: Node, others: Iterable[Node]) -> Iterator[exp.Query]:
    for other in others:
        whole = put(node, other)
        if whole is not None:
            yield whole


def _in_turn(places: list[Iterator[exp.Query]]) -> Iterator[exp.Query]:
    while places:
        heads = [(place, [*islice(place, 1)]) for place in places]
        yield from chain.from_iterable(head for _, head in heads)
        places = [place for place, head in heads if head]
