"""Rules that rewrite queries of the oracle, and who applies them."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import fields, is_dataclass
from typing import TypeAlias, TypeVar, cast

from sql_trees import Query, Source, children, nodes
from sql_worlds import SchemaOf

Tree = TypeVar("Tree")
Rule: TypeAlias = Callable[["Speller", object], "object | None"]
"""A node in another spelling; `None` where the rule does not fit."""


class Speller:
    """Rewrites queries of one schema."""

    def __init__(self, schema: SchemaOf, rng: random.Random) -> None:
        self.schema = schema
        self.rng = rng

    def near(self, query: Query, *, rules: Sequence[Rule], times: int) -> Query:
        """A query after some rules that fit; the query itself where none does."""
        for _ in range(times):
            order = list(rules)
            self.rng.shuffle(order)
            for rule in order:
                found = self._applied(query, rule)
                if found is not None:
                    query = found
                    break
        return query

    def _applied(self, query: Query, rule: Rule) -> Query | None:
        places = list(enumerate(nodes(query)))
        self.rng.shuffle(places)
        for place, node in places:
            new = rule(self, node)
            if new is not None and new != node:
                return _swapped(query, place, new)
        return None

    def fresh(self, tree: object) -> int:
        """A number that no source has."""
        return max((node.id for node in nodes(tree) if isinstance(node, Source)), default=0) + 50


def _swapped(tree: Tree, place: int, new: object) -> Tree:
    """A tree with one node in another's place, by its number in `nodes`."""
    left = [place]

    def copied(part: object) -> object:
        if isinstance(part, tuple):
            return tuple(map(copied, children(cast("object", part))))
        if not is_dataclass(part):
            return part
        left[0] -= 1
        if left[0] == -1:
            return new
        if left[0] < 0:
            return part
        values = {field.name: copied(getattr(part, field.name)) for field in fields(part)}
        return type(part)(**values)  # pyright: ignore[reportCallIssue]

    return copied(tree)  # pyright: ignore[reportReturnType]
