"""Pairs of a query and a mutant or rewrite of it, drawn by a seed: of two edits at times."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import cache, lru_cache

import pytest

from jurist.errors import InputError
from jurist.languages.sql.query import SqlQuery
from jurist.languages.sql.schemas.schema import SqlSchema
from jurist.languages.sql.text.parsing import parse
from jurist.languages.sql.variants.making import valid_variants
from jurist.languages.sql.variants.mutating import MUTATIONS
from jurist.languages.sql.variants.rewriting import REWRITES
from sql_pairs import pairs, schema_of_pair
from sql_queries import worlds

EDITS = (*MUTATIONS, *REWRITES)
SHARED = ("spider_dail", "bird_dail", "lss_neq", "lss_eq", "traps")
_OF_SHARED = 0.5
"""Share of what is drawn from the shared data, where it is."""
_TWICE = 0.3
"""Share of what is edited a second time."""


@dataclass(frozen=True)
class Drawn:
    """A query and what edits made of it."""

    schema: SqlSchema
    reference: str
    candidate: str
    operators: tuple[str, ...]


def draw(seed: str) -> Drawn | None:
    """A pair by a seed; `None` where what was drawn cannot be edited."""
    rng = random.Random(seed)
    schema, text = _drawn_query(rng)
    query = _read(text, schema)
    if query is None:
        return None
    candidate, operators = query, list[str]()
    for _ in range(2 if rng.random() < _TWICE else 1):
        edited = _edited(candidate, schema, rng)
        if edited is None:
            break
        operator, candidate = edited
        operators.append(operator)
    if candidate == query:
        return None
    return Drawn(schema, query.text, candidate.text, tuple(operators))


def _edited(query: SqlQuery, schema: SqlSchema, rng: random.Random) -> tuple[str, SqlQuery] | None:
    """One variant: the fewer queries an operator applies to, the likelier it is where it does."""
    by_operator: dict[str, list[SqlQuery]] = defaultdict(list)
    for operator, variant in _variants(query, schema):
        by_operator[operator].append(variant)
    if not by_operator:
        return None
    weights = [1 / (1 + _applies()[operator]) for operator in by_operator]
    (operator,) = rng.choices(list(by_operator), weights)
    return operator, rng.choice(by_operator[operator])


@cache
def _applies() -> Counter[str]:
    """To how many of our own queries each operator applies."""
    applies = Counter[str]()
    for world in worlds().values():
        for text in world.queries:
            tree = parse(text, world.schema).tree
            made = (edit.name for edit in EDITS if any(edit.queries(tree, world.schema)))
            applies.update(made)
    return applies


@lru_cache(maxsize=512)
def _variants(query: SqlQuery, schema: SqlSchema) -> list[tuple[str, SqlQuery]]:
    return list(valid_variants(query, schema, EDITS))


def _read(text: str, schema: SqlSchema) -> SqlQuery | None:
    try:
        return parse(text, schema)
    except InputError:
        return None


def _drawn_query(rng: random.Random) -> tuple[SqlSchema, str]:
    shared = _shared()
    if shared and rng.random() < _OF_SHARED:
        pair = rng.choice(shared[rng.choice(sorted(shared))])
        return schema_of_pair(pair), pair[rng.choice(["reference", "candidate"])]
    world = worlds()[rng.choice(sorted(worlds()))]
    return world.schema, rng.choice(world.queries)


@cache
def _shared() -> dict[str, list[dict[str, str]]]:
    """The shared sets by name; empty where the data is not."""
    try:
        return {name: pairs(name) for name in SHARED}
    except pytest.skip.Exception:
        return {}
