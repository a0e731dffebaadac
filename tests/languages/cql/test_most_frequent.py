"""The most frequent value: ties, spellings of one number, and what several leasts share."""

from __future__ import annotations

import random
from itertools import combinations_with_replacement

import pytest

from cql_oracle import evaluate
from jurist.languages.cql.language import CqlLanguage
from jurist.languages.cql.prover import decide
from jurist.languages.cql.schemas.schema import CqlSchema
from jurist.languages.cql.semantics.subjects import Customer, CustomerEvent
from jurist.languages.cql.semantics.values import Value
from jurist.records import Relation
from verdict_checks import ruled_out

LANGUAGE = CqlLanguage()
NOW = 1_780_315_200_000
KINDS: dict[str, tuple[dict[str, object], list[Value]]] = {
    "boolean": ({"type": "boolean"}, ["true", "false"]),
    "listed": ({"enum": ["a", "b", "10"]}, ["a", "b", "10"]),
    "spelled": ({}, [1, "1", "1.0", "a"]),
}


def mode(least: int, value: str = "'1'") -> str:
    return f"event('E').mode(property('p'), {least}) = {value}"


def having(value: str) -> str:
    return f"event('E').where(property('p') = {value}).count()"


YES, NO = "'true'", "'false'"
TRUE, FALSE = having(YES), having(NO)


@pytest.mark.parametrize(
    ("kind", "reference", "candidate", "relation"),
    [
        ("boolean", f"{TRUE} = 1 AND {FALSE} = 1 AND {mode(1, YES)}",
         "event('E').count() < 0", Relation.EQUIVALENT),
        ("boolean", f"{TRUE} = 1 AND {FALSE} = 1",
         f"{TRUE} = 1 AND {FALSE} = 1 AND {mode(1, NO)}",
         Relation.EQUIVALENT),
        ("spelled", f"event('E').count() = 2 AND {having('1')} = 2",
         f"event('E').count() = 2 AND {having('1')} = 2 AND {mode(2, '1')}", Relation.CONTAINS),
        ("listed", mode(2, "'a'"), mode(1, "'a'"), Relation.CONTAINED),
    ],
)  # fmt: skip
def test_ties_and_spellings(kind: str, reference: str, candidate: str, relation: Relation) -> None:
    queries = LANGUAGE.parse(reference), LANGUAGE.parse(candidate)
    evidence = decide(*queries, _schema(kind))
    assert evidence.relation is relation, evidence.reason


def _schema(kind: str) -> CqlSchema:
    facts = {"events": {"E": {"properties": {"p": KINDS[kind][0]}}}}
    return LANGUAGE.load_schema({"name": "S", "language": "cql", **facts}, where="here")


@pytest.mark.parametrize("kind", KINDS)
def test_verdicts_agree_with_everybody_of_a_small_world(kind: str) -> None:
    rng, schema, values = random.Random(f"modes {kind}"), _schema(kind), KINDS[kind][1]
    everybody = [
        Customer({}, tuple(CustomerEvent("E", NOW, {"p": v}, {}, None) for v in group), {})
        for size in range(5)
        for group in combinations_with_replacement(values, size)
    ]

    def condition() -> str:
        value = repr(rng.choice(values))
        parts = [mode(rng.choice((1, 1, 2, 3)), value)]
        if rng.random() < 0.6:
            sign = rng.choice(("=", "<=", ">="))
            parts.append(f"{having(repr(rng.choice(values)))} {sign} {rng.randrange(3)}")
        return rng.choice((" AND ", " AND NOT ")).join(parts)

    for _ in range(25):
        one = condition()
        texts = (
            one,
            rng.choice((condition(), one.replace(", 1)", ", 2)"), f"{one} AND {condition()}")),
        )
        queries = [LANGUAGE.parse(text) for text in texts]
        sides = ruled_out(decide(queries[0], queries[1], schema))
        for who in everybody if sides else ():
            met = tuple(bool(evaluate(query, who, NOW, schema.readings)) for query in queries)
            assert met not in sides, (texts, who)


@pytest.mark.parametrize("least", [1, 2, 3, 4])
@pytest.mark.parametrize("value", ["a", "b"])
def test_a_tie_that_the_value_asked_for_wins_takes_one_item_more(least: int, value: str) -> None:
    facts = {"events": {"E": {"properties": {"p": {"type": "string", "enum": ["a", "b"]}}}}}
    schema = LANGUAGE.load_schema({"name": "S", "language": "cql", **facts}, where="here")
    asked = f"mode(property('p'), {least}) = '{value}'"
    near, far = (f"event('E').within({days} days).{asked}" for days in (30, 60))
    evidence = decide(LANGUAGE.parse(near), LANGUAGE.parse(far), schema)
    assert evidence.relation is Relation.OVERLAPS, evidence.reason


@pytest.mark.parametrize("kind", ["integer", "string"])
def test_bounds_on_one_most_frequent_value_are_decided_together(kind: str) -> None:
    facts = {"events": {"E": {"properties": {"p": {"type": kind}}}}}
    schema = LANGUAGE.load_schema({"name": "S", "language": "cql", **facts}, where="here")
    same, other = mode(1, "'9'"), mode(2, "'8'")
    reference = f"{same} AND NOT {other}"
    candidate = f"{same} AND event('E').mode(property('p'), 1) < 9"
    evidence = decide(LANGUAGE.parse(reference), LANGUAGE.parse(candidate), schema)
    assert evidence.relation is Relation.CONTAINS, evidence.reason


def test_histories_that_take_too_many_steps_are_named() -> None:
    schema = _schema("spelled")
    most = "event('E').mode(property('p'), 1) = 10"
    reference, candidate = (
        f"event('E').where(property('p') {sign} 10).mode(property('p'), 3) = '9' AND {most}"
        for sign in ("!=", "<=")
    )
    evidence = decide(LANGUAGE.parse(reference), LANGUAGE.parse(candidate), schema)
    assert evidence.relation is Relation.CONTAINS or "as many events" in evidence.reason


def test_too_many_bounds_on_most_frequent_values_are_named() -> None:
    facts = {"events": {"E": {"properties": {"p": {"type": "integer"}}}}}
    schema = LANGUAGE.load_schema({"name": "S", "language": "cql", **facts}, where="here")
    streams = (f"event('E').within({days} days).mode(property('p'), 1)" for days in range(1, 6))
    one = " AND ".join(f"{stream} > {i}" for i, stream in enumerate(streams))
    two = one.replace(" > 3", " > 9")
    evidence = decide(LANGUAGE.parse(one), LANGUAGE.parse(two), schema)
    assert evidence.relation is Relation.CONTAINS or "most frequent value" in evidence.reason
