"""Events with none of their own name after them: the latest ones are enough for a proof."""

from __future__ import annotations

import random
from itertools import combinations

import pytest

from cql_oracle import evaluate
from jurist.languages.cql.language import CqlLanguage
from jurist.languages.cql.prover import decide
from jurist.languages.cql.schemas.schema import CqlSchema
from jurist.languages.cql.semantics.subjects import Customer, CustomerEvent
from jurist.records import Relation
from verdict_checks import ruled_out

LANGUAGE = CqlLanguage()
NOW = 1_780_315_200_000
DAY = 86_400_000


def alone(days: int, least: int = 1, where: str = "") -> str:
    after = f"event('A').within(parent: {days} days){where}.count() = 0"
    return f"event('A').where({after}).count() >= {least}"


def schema(ties: str = "excluded") -> CqlSchema:
    facts = {"events": {"A": {"properties": {"p": {"type": "boolean"}}}}}
    document = {"name": "S", "language": "cql", "assumptions": {"parent_ties": ties}, **facts}
    return LANGUAGE.load_schema(document, where="here")


ANY = "event('A').count() >= 1"


@pytest.mark.parametrize(
    ("ties", "reference", "candidate", "relation"),
    [
        ("excluded", alone(9_000), ANY, Relation.EQUIVALENT),
        ("excluded", alone(7), ANY, Relation.EQUIVALENT),
        ("excluded", f"{alone(7)} AND event('A').within(3 days).count() >= 1",
         "event('A').within(3 days).count() >= 1", Relation.EQUIVALENT),
        ("excluded", alone(7, where=".where(property('p') = 'true')"), ANY, Relation.EQUIVALENT),
        ("excluded", alone(7, least=2), "event('A').count() >= 2", Relation.CONTAINED),
        ("included", alone(7), ANY, Relation.CONTAINED),
    ],
)  # fmt: skip
def test_the_last_event_has_none_after_it(
    ties: str, reference: str, candidate: str, relation: Relation
) -> None:
    queries = LANGUAGE.parse(reference), LANGUAGE.parse(candidate)
    evidence = decide(*queries, schema(ties))
    assert evidence.relation is relation, evidence.reason


@pytest.mark.parametrize("ties", ["excluded", "included"])
def test_verdicts_agree_with_everybody_of_a_small_world(ties: str) -> None:
    rng, of = random.Random(f"latest {ties}"), schema(ties)
    ages = (20, 9, 6, 3, 1, 1, 0)
    everybody = [
        Customer({}, tuple(CustomerEvent("A", NOW - age * DAY, {}, {}, None) for age in some), {})
        for size in range(6)
        for some in combinations(ages, size)
    ]

    def condition() -> str:
        count = f"event('A'){rng.choice(('', '.within(5 days)'))}.count()"
        return rng.choice(
            (alone(rng.choice((2, 5, 9_000)), rng.choice((1, 1, 2))), f"{count} >= 2")
        )

    for _ in range(15):
        one = alone(rng.choice((2, 9_000)))
        texts = rng.choice((one, f"{one} AND {condition()}")), rng.choice((ANY, condition()))
        queries = [LANGUAGE.parse(text) for text in texts]
        sides = ruled_out(decide(queries[0], queries[1], of))
        for who in everybody if sides else ():
            met = tuple(bool(evaluate(query, who, NOW, of.readings)) for query in queries)
            assert met not in sides, (texts, who)
