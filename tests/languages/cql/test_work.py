"""What walks a query, or an enum, does work in proportion; counted in calls, not in seconds."""

from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import Callable
from itertools import islice
from pathlib import Path

import msgspec
import pytest

import fuzz
from counted_calls import calls
from fuzz import look_at, seeds
from jurist.evidence import decide
from jurist.languages.capabilities import Style
from jurist.languages.cql.arms import conditions
from jurist.languages.cql.edits.edit import places
from jurist.languages.cql.edits.mutations import MUTATIONS
from jurist.languages.cql.edits.rewrites import REWRITES
from jurist.languages.cql.language import CqlLanguage
from jurist.languages.cql.schemas.schema import CqlSchema, schema_of_pair
from jurist.languages.cql.syntax import CqlQuery
from jurist.records import Relation

CQL = CqlLanguage()
DEEPEST = 36


def nested(stream: str, depth: int) -> CqlQuery:
    text = "trait('t') = 'x'"
    for _ in range(depth):
        text = stream.replace("{}", text)
    return CQL.parse(text)


STREAMS = (
    "event('E').where({}).count() >= 1",
    "event('E').where({}).within(2 days).count() >= 2",
    "event('E').where({}).count() = 0",
    "event('E').where(property('p') = 1 OR {}).count() >= 1",
    "event('E').where({}).sum(property('p')) > 3",
    "event('E').where({}).expires_after(1800 seconds).where(property('p') = 1).count() >= 1",
    "entity('e').where({}).count() >= 1",
)
WALKERS: dict[str, Callable[[CqlQuery, CqlSchema], object]] = {
    "format": lambda query, _: CQL.parse(CQL.format(query)),
    "layout": lambda query, _: CQL.layout(query),
    "outline": lambda query, _: CQL.outline(query),
    "json": lambda query, _: msgspec.json.encode(query),
    "check": lambda query, schema: CQL.check(query, schema, text=CQL.format(query)),
    "requote": lambda query, _: CQL.requote(query, lambda quoted: f"{quoted.text}z"),
    "conditions": lambda query, schema: conditions(query, schema),
    "pair": lambda query, schema: schema_of_pair(query, query, schema),
    "infer": lambda query, _: CQL.infer_schema(query),
    "mutations": lambda query, schema: [
        list(islice(m.queries(places(query, schema)), 2)) for m in MUTATIONS
    ],
    "rewrites": lambda query, schema: [
        list(islice(r.queries(places(query, schema)), 2)) for r in REWRITES
    ],
    **{
        style: lambda query, schema, style=style: CQL.describe(
            query, schema, style=style, rng=random.Random(1)
        )
        for style in Style
    },
}


@pytest.mark.parametrize("stream", STREAMS)
@pytest.mark.parametrize("walker", WALKERS)
def test_depth_does_not_multiply_work(walker: str, stream: str) -> None:
    walk = WALKERS[walker]
    for depth in (DEEPEST // 2, DEEPEST):  # what doubles with each level fails at the first
        query = nested(stream, depth)
        schema = CQL.infer_schema(query)
        walk(nested(stream, 2), schema)  # imports, and whatever is made once
        assert calls(lambda query=query, schema=schema: walk(query, schema)) < 400_000


def _listing(values: int) -> CqlSchema:
    field = {"type": "string", "enum": [f"v{i}" for i in range(values)]}
    document: dict[str, object] = {
        "name": "Listing",
        "language": "cql",
        "events": {"E": {"properties": {"p": field}}},
        "traits": {"properties": {"t": field}},
    }
    return CQL.load_schema(document, where="listing.yaml")


@pytest.mark.parametrize(
    ("reference", "candidate"),
    [
        ("trait('t') = 'v1'", "trait('t') = 'v2'"),
        ("trait('t').contains('9')", "trait('t').starts_with('v9')"),
        ("event('E').where(property('p') = 'v1').count() > 1", "event('E').count() > 1"),
        (
            "event('E').unique(property('p')).count() > 3",
            "event('E').unique(property('p')).count() > 4",
        ),
    ],
)
def test_an_enum_is_looked_through_once(reference: str, candidate: str) -> None:
    def decided(values: int) -> Callable[[], object]:
        schema = _listing(values)
        one, other = CQL.parse(reference), CQL.parse(candidate)
        return lambda: [
            decide(CQL, one, other, schema, cross_check=True),
            CQL.check(one, schema, text=reference),
            CQL.names(schema),
        ]

    decided(3)()
    few, many = calls(decided(2_000)), calls(decided(4_000))
    assert many <= 2.5 * few


def test_hundreds_of_alternatives_need_no_deep_stack() -> None:
    terms = [f"trait('t{i}') = {i}" for i in range(500)]
    one, other = CQL.parse(" OR ".join(terms)), CQL.parse(" OR ".join(terms[1:]))
    evidence = decide(CQL, one, other, CQL.infer_schema(one, other))
    assert evidence.relation is Relation.CONTAINS


def test_huge_witnesses_are_bounded_in_steps() -> None:
    funnel = "event('E').where(event('F').within(parent: 1 day).count() >= {}).count() >= 9000"
    one, other = CQL.parse(funnel.format(9_000)), CQL.parse(funnel.format(9_001))
    schema = CQL.infer_schema(one, other)
    found = 0
    for steps in (20_000, 40_000):
        made = calls(lambda steps=steps: decide(CQL, one, other, schema, steps=steps))
        assert made < 20 * steps + 100_000
        found += made
    assert found > 0


def test_hostile_texts_and_pairs_end_as_they_should() -> None:
    looked = look_at(seeds(20_261_123, 0, 200))
    assert looked.faults == ()
    assert looked.read > 20


@pytest.mark.parametrize("seed", ["1-pair-737500", "1-pair-94450", "1-pair-688700"])
def test_what_the_fuzz_found_ends_as_it_should(seed: str) -> None:
    """A history as large as a count in the text, and a witness whose number nobody can read."""
    done = subprocess.run(  # of its own, for a process's memory is that of all it did before
        [sys.executable, Path(fuzz.__file__), "--only", seed],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.startswith("nothing wrong, ")
