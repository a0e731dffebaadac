"""Hostile texts and pairs by seed: damaged queries, token soup, deep, wide and huge ones."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from functools import cache

from constructed_pairs import construct
from jurist.errors import QuerySyntaxError
from jurist.languages.cql.counterexamples.witness import is_audience
from jurist.languages.cql.schemas.schema import CqlSchema, schema_of_pair, subject_type
from jurist.languages.cql.schemas.schema_file import infer_schema, load_schema
from jurist.languages.cql.syntax import CqlQuery
from jurist.languages.cql.text.parser import parse
from jurist.languages.cql.text.printer import format_query

_SOUP = (
    *"()'\"\\{}[]<>=!.,-+$_%\n\t\0\ud800\u202eé“",
    *("event('E')", "trait('t')", "property('p')", "property(parent: 'p')", "entity('e')"),
    *(".where(", ".count()", ".sum(property('p'))", ".within(2 days)", ".one_of(1, 'a')"),
    *(" AND ", " OR ", "NOT ", "ANY ", "ALL ", " >= ", " = ", "1", "30", "0.1", "'x'", "{", "null"),
    *("2026-01-01", " as array", "context('page.path')", ".contains('a')", ".exists()"),
)
_NUMBERS = (
    "0",
    "1",
    "9999",
    "10000",
    "-1",
    "0.000001",
    "9" * 30,
    f"0.{'0' * 28}7",
    "1e9",
    "9" * 31,
)
_STREAMS = (
    "event('E').where({}).count() >= 1",
    "event('E').where({}).count() = 0",
    "event('E').where(property('p') = 1 AND {}).within(2 days).count() > 1",
    "NOT event('E').where({}).expires_after(1800 seconds).count() >= 2",
    "event('E').where({}).sum(property('p')) > 3",
    "entity('e').where({}).count() >= 1",
)
_LEAVES = (
    "trait('t{i}') = {n}",
    "event('E{i}').count() >= {n}",
    "event('E').sum(property('p')) > {n}",
    "event('E').where(property('p') = {n}).count() >= {i}",
    "event('E').within({i} days).count() >= {i}",
    "trait('t').contains('v{i}')",
    "trait('t') = 'value {i}'",
    "event('E').unique(property('p')).count() >= {n}",
    "event('E').where(event('F').within(parent: 1 day).count() >= {i}).count() >= 1",
)


def hostile_text(rng: random.Random) -> str:
    """One text, a query or not."""
    return rng.choice(_TEXTS)(rng)


def _soup(rng: random.Random) -> str:
    return "".join(rng.choice(_SOUP) for _ in range(rng.choice((3, 10, 30, 100))))


def _damaged(rng: random.Random) -> str:
    text = list(_query(rng))
    for _ in range(rng.randint(1, 3)):
        spot = rng.randrange(len(text) + 1)
        text[spot : spot + rng.choice((0, 0, 1, 3, 30))] = rng.choice(("", *_SOUP))
    return "".join(text)


def _query(rng: random.Random) -> str:
    if rng.random() < 0.7:
        pair = construct(f"text {rng.randrange(1_000)}")
        return format_query(rng.choice((pair.reference, pair.candidate)))
    return _deep(rng) if rng.random() < 0.5 else _wide(rng)


def _deep(rng: random.Random) -> str:
    text = _leaf(rng)
    for _ in range(rng.choice((3, 10, 30, 45))):
        text = rng.choice(_STREAMS).replace("{}", text)
    return text


def _wide(rng: random.Random) -> str:
    count = rng.choice((3, 10, 40)) if rng.random() < 0.95 else rng.choice((300, 1_000))
    word = rng.choice((" AND ", " OR "))
    if rng.random() < 0.5:
        leaf = rng.choice(_LEAVES)
        return word.join(_filled(leaf, rng) for _ in range(count))
    return word.join(
        f"({_leaf(rng)} {rng.choice(('AND', 'OR'))} {_leaf(rng)})" for _ in range(count)
    )


def _leaf(rng: random.Random) -> str:
    return _filled(rng.choice(_LEAVES), rng)


def _filled(leaf: str, rng: random.Random) -> str:
    number = rng.choice(_NUMBERS) if rng.random() < 0.3 else str(rng.randint(0, 12))
    return leaf.replace("{i}", str(rng.randint(1, 1_000))).replace("{n}", number)


def _repeated(rng: random.Random) -> str:
    return rng.choice(_SOUP) * rng.choice((10, 100, 1_000, 5_000))


_TEXTS: tuple[Callable[[random.Random], str], ...] = (_soup, _damaged, _damaged, _query, _repeated)


# --- pairs ------------------------------------------------------------------------------------


def hostile_pair(rng: random.Random) -> tuple[CqlQuery, CqlQuery, CqlSchema]:
    """Two queries of one kind and a schema for both: near each other, or far apart."""
    while True:
        first = _query(rng)
        second = _changed(first, rng) if rng.random() < 0.7 else _query(rng)
        try:
            one, other = parse(first), parse(second)
        except QuerySyntaxError:
            continue
        if is_audience(one) is not is_audience(other):
            continue
        schema = infer_schema(one, other) if rng.random() < 0.6 else _huge(rng.choice(_SIZES))
        kinds = {subject_type(schema, one), subject_type(schema, other)}
        if len(kinds) == 1:
            return one, other, schema_of_pair(one, other, schema)


def _changed(text: str, rng: random.Random) -> str:
    for _ in range(10):
        old, new = rng.choice(_CHANGES)
        if old in text:
            at = rng.choice([i for i in range(len(text)) if text.startswith(old, i)])
            return text[:at] + new + text[at + len(old) :]
    return f"NOT ({text})"


_CHANGES = (
    (">= 1", "> 1"),
    ("= 1", "= 2"),
    (" AND ", " OR "),
    (" OR ", " AND "),
    ("2 days", "3 days"),
    ("'v", "'w"),
    (">", ">="),
    ("1", "9"),
    ("NOT ", ""),
)
_SIZES = (100, 20_000)


@cache
def _huge(values: int) -> CqlSchema:
    """A schema with as many values of a trait and of a property."""
    listed = {"type": "string", "enum": [f"value {i}" for i in range(values)]}
    document: dict[str, object] = {
        "name": "Huge",
        "language": "cql",
        "events": {"E": {"properties": {"p": listed}}},
        "traits": {"properties": {"t": listed}},
    }
    return replace(load_schema(document, where="huge.yaml"), open_world=True)
