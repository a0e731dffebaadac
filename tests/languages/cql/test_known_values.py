"""Traits that a query equates with a constant are that constant, where no other value equals it."""

from __future__ import annotations

import pytest

from jurist.languages.cql.language import CqlLanguage
from jurist.languages.cql.prover import decide
from jurist.records import Relation

LANGUAGE = CqlLanguage()
EQUIVALENT, UNDECIDED = Relation.EQUIVALENT, Relation.UNDECIDED


def relation(kind: str, constant: str, condition: str, *, reading: str = "text") -> Relation:
    facts = {"a": {"type": kind} if kind else {}, "b": {}}
    document = {
        "name": "S",
        "language": "cql",
        "traits": {"properties": facts},
        "assumptions": {"string_equality": reading},
    }
    schema = LANGUAGE.load_schema(document, where="here")
    pin = f"trait('a') = {constant}"
    queries = [LANGUAGE.parse(f"{pin} AND {condition.format(v)}") for v in ("trait('a')", constant)]
    return decide(queries[0], queries[1], schema).relation


CONDITIONS = (
    "trait('b') > {}",
    "trait('b') != {}",
    "trait('b').contains({})",
    "event('E').where(property('x') <= {}).count() >= 1",
    "NOT event('E').where(property('x') = {}).count() = 2",
)


@pytest.mark.parametrize("condition", CONDITIONS)
@pytest.mark.parametrize(
    ("kind", "constant"), [("", "'x'"), ("string", "'x'"), ("integer", "10"), ("number", "1.5")]
)
def test_a_value_that_nothing_else_equals_is_known(
    kind: str, constant: str, condition: str
) -> None:
    assert relation(kind, constant, condition) is EQUIVALENT


@pytest.mark.parametrize("condition", CONDITIONS[:1])
@pytest.mark.parametrize(("kind", "reading"), [("", "text"), ("string", "number")])
def test_a_number_that_may_be_spelled_otherwise_is_not(
    kind: str, reading: str, condition: str
) -> None:
    # a is '10.0', b is '10-': after 10 and before '10.0'
    assert relation(kind, "10", condition, reading=reading) is not EQUIVALENT


@pytest.mark.parametrize(
    "nobody",
    [
        "trait('s') = trait('n') AND trait('s') = '1.50'",
        "trait('x') > trait('y') AND trait('x') = 'a' AND trait('y') = 'b'",
        "trait('x') = 'a' AND trait('y').contains(trait('x')) AND trait('y').omits('a')",
    ],
)
def test_nobody_has_values_that_contradict_one_another(nobody: str) -> None:
    facts = {"s": {"type": "string"}, "n": {"type": "number"}, "x": {}, "y": {}}
    document = {"name": "S", "language": "cql", "traits": {"properties": facts}}
    schema = LANGUAGE.load_schema(document, where="here")
    evidence = decide(LANGUAGE.parse(nobody), LANGUAGE.parse("event('E').count() < 0"), schema)
    assert evidence.relation is EQUIVALENT
