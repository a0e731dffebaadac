"""Counts, sums, means, different values and extremes compared with traits and with one another."""

from __future__ import annotations

import random
from itertools import combinations_with_replacement, product

import pytest

from cql_oracle import evaluate
from jurist.languages.cql.language import CqlLanguage
from jurist.languages.cql.prover import decide
from jurist.languages.cql.semantics.subjects import Customer, CustomerEvent
from jurist.languages.cql.semantics.values import Value
from jurist.records import Evidence, Relation
from verdict_checks import ruled_out

LANGUAGE = CqlLanguage()
NOW = 1_780_315_200_000
DAY = 86_400_000
FACTS = {
    "traits": {"properties": {"n": {"type": "integer"}, "m": {"type": "number"}, "any": {}}},
    "events": {
        "O": {"properties": {"p": {"type": "number", "minimum": 0}, "q": {"type": "integer"}}},
        "A": {},
    },
}
SCHEMA = LANGUAGE.load_schema({"name": "S", "language": "cql", **FACTS}, where="here")
ACCOUNTS = LANGUAGE.load_schema(
    {"name": "S", "language": "cql", "audience_type": "ACCOUNTS", **FACTS}, where="here"
)


def decided(reference: str, candidate: str, *, of_accounts: bool = False) -> Evidence:
    queries = LANGUAGE.parse(reference), LANGUAGE.parse(candidate)
    return decide(*queries, ACCOUNTS if of_accounts else SCHEMA)


COUNT, SUM, MEAN = (
    f"event('O').{reduced}" for reduced in ("count()", "sum(property('p'))", "avg(property('p'))")
)
KINDS = "event('O').unique(property('q')).count()"
MOST, LEAST = (f"event('O').{reduced}(property('p'))" for reduced in ("max", "min"))


@pytest.mark.parametrize(
    ("reference", "candidate", "relation"),
    [
        (f"{COUNT} > trait('n')", f"{COUNT} >= trait('n')", Relation.CONTAINED),
        (f"{COUNT} > trait('n')", f"{COUNT} > 3 AND trait('n') = 3", Relation.CONTAINS),
        (f"{COUNT} = trait('n')", f"trait('n') = {COUNT}", Relation.EQUIVALENT),
        (f"{COUNT} = trait('n') AND trait('n') > 2", f"{COUNT} = trait('n') AND {COUNT} >= 3",
         Relation.EQUIVALENT),
        (f"{COUNT} > trait('any')", f"{COUNT} >= trait('any')", Relation.CONTAINED),
        ("event('O').within(7 days).count() > trait('n')",
         "event('O').within(30 days).count() > trait('n')", Relation.CONTAINED),
        (f"{SUM} >= trait('m')", f"{SUM} > trait('m')", Relation.CONTAINS),
        (f"{SUM} >= trait('m') AND trait('m') > 10", f"{SUM} > 10 AND trait('m') > 10",
         Relation.CONTAINED),
        (f"{MEAN} > trait('m')", f"{MEAN} >= trait('m')", Relation.CONTAINED),
        (f"{MEAN} = trait('m')", f"{MEAN} >= trait('m') AND {MEAN} <= trait('m')",
         Relation.EQUIVALENT),
        (f"{MOST} >= trait('m')", "event('O').where(property('p') >= trait('m')).count() >= 1",
         Relation.EQUIVALENT),
        (f"{MOST} >= trait('m')", "event('O').within(3 days).max(property('p')) >= trait('m')",
         Relation.CONTAINS),
        (f"{LEAST} <= trait('m')", f"{MOST} <= trait('m')", Relation.CONTAINS),
        (f"{MOST} > {LEAST}", f"{MOST} != {LEAST}", Relation.EQUIVALENT),
        (f"{MOST} >= {LEAST}", f"{COUNT} >= 1", Relation.CONTAINED),
        (f"{COUNT} > event('A').count()", f"{COUNT} >= event('A').count()", Relation.CONTAINED),
        (f"{COUNT} > event('A').count() AND event('A').count() >= 3",
         f"{COUNT} >= 4 AND event('A').count() >= 3", Relation.CONTAINED),
        ("event('A').within(7 days).count() > event('A').within(30 days).count()",
         "event('A').count() < 0", Relation.EQUIVALENT),
        (f"{KINDS} > trait('n')", f"{KINDS} >= trait('n')", Relation.CONTAINED),
        (f"{KINDS} = trait('n') AND trait('n') > 2", f"{KINDS} = trait('n') AND {KINDS} >= 3",
         Relation.EQUIVALENT),
        (f"{KINDS} > trait('n')", f"NOT {KINDS} > trait('n')", Relation.DISJOINT),
        (f"{KINDS} >= {COUNT}", f"{KINDS} = {COUNT}", Relation.EQUIVALENT),
        (f"{KINDS} > event('A').count()", f"{COUNT} > event('A').count()", Relation.CONTAINED),
        (f"{SUM} > event('A').count()", f"{SUM} >= event('A').count()", Relation.CONTAINED),
    ],
)  # fmt: skip
def test_quantities_are_compared(reference: str, candidate: str, relation: Relation) -> None:
    assert decided(reference, candidate).relation is relation


@pytest.mark.parametrize("word", ["ANY", "ALL"])
def test_inside_accounts(word: str) -> None:
    pair = (f"{word} ({COUNT} {sign} trait('n'))" for sign in (">", ">="))
    assert decided(*pair, of_accounts=True).relation is Relation.CONTAINED


# --- against everybody of a small world ---------------------------------------------------------

STREAMS = ("event('O')", "event('O').within(7 days)", "event('O').where(property('q') > 0)")
OTHERS = ("trait('n')", "trait('m')", "event('A').count()", "trait('any')")
CONDITIONS = ("{} >= 2", "trait('n') > 1", "event('A').count() = 1", "{} > {}", "trait('m') = 1.5")


def people() -> list[Customer]:
    """Customers with few events and few traits."""
    events = [
        CustomerEvent("O", NOW - age * DAY, properties, {}, None)
        for age in (1, 20)
        for properties in ({}, {"p": 0, "q": 0}, {"p": 1, "q": 1}, {"p": 3, "q": -1}, {"p": 2})
    ]
    groups = [group for size in range(3) for group in combinations_with_replacement(events, size)]
    others = [CustomerEvent("A", NOW - DAY, {}, {}, None)]
    traits: list[dict[str, Value]] = [
        {}, {"n": 0}, {"n": 1, "m": 1}, {"n": 2, "any": "1"}, {"m": 2, "any": 2},
        {"n": -1, "any": "x"}, {"m": 0, "n": 3, "any": "1x"},
    ]  # fmt: skip
    return [
        Customer(values, (*group, *others * count), {})
        for values, group, count in product(traits, groups, range(3))
    ]


def quantity(rng: random.Random) -> str:
    reduced = rng.choice(
        (
            "count()",
            "unique(property('q')).count()",
            *(f"{of}(property('{p}'))" for of in ("sum", "avg", "min", "max") for p in "pq"),
        )
    )
    return f"{rng.choice(STREAMS)}.{reduced}"


def condition(rng: random.Random) -> str:
    left, sign = quantity(rng), rng.choice((">", ">=", "<", "<=", "=", "!="))
    right = quantity(rng) if rng.random() < 0.3 else rng.choice(OTHERS)
    parts = [f"{left} {sign} {right}"]
    if rng.random() < 0.5:
        parts.append(rng.choice(CONDITIONS).format(left, right))
    return rng.choice((" AND ", " OR ", " AND NOT ")).join(parts)


@pytest.mark.parametrize("seed", range(4))
def test_verdicts_agree_with_everybody_of_a_small_world(seed: int) -> None:
    rng = random.Random(f"quantities {seed}")
    everybody = people()
    undecided = 0
    for _ in range(12):
        texts = condition(rng), condition(rng)
        if rng.random() < 0.6:
            traits = ("trait('n')", "trait('m')")
            signs = (" > ", " >= "), (" >= ", " > "), (" < ", " <= "), ("7", "9"), traits
            changed = texts[0].replace(*rng.choice(signs), 1)
            texts = texts[0], changed
        evidence = decided(*texts)
        undecided += evidence.relation is Relation.UNDECIDED
        sides = ruled_out(evidence)
        reference, candidate = map(LANGUAGE.parse, texts)
        for who in everybody if sides else ():
            met = tuple(
                bool(evaluate(query, who, NOW, SCHEMA.readings)) for query in (reference, candidate)
            )
            assert met not in sides, (texts, who)
    assert undecided <= 3


@pytest.mark.parametrize(
    ("reference", "candidate"),
    [
        (f"{COUNT} = '3'", f"{COUNT} = 3"),
        (f"{COUNT} > 'ab'", f"{COUNT} < 0"),
        (f"{COUNT} < 'ab'", f"{COUNT} >= 0"),
        (f"{COUNT}.starts_with('1.')", f"{COUNT} < 0"),
        (f"{SUM}.contains('x')", f"{COUNT} < 0"),
        (f"{MOST} < 'ab'", f"{MOST}.exists()"),
        (f"NOT {LEAST}.ends_with('kg')", f"{COUNT} >= 0"),
    ],
)
def test_numbers_are_compared_as_text_where_that_says_a_number(
    reference: str, candidate: str
) -> None:
    assert decided(reference, candidate).relation is Relation.EQUIVALENT


@pytest.mark.parametrize(("kind", "reading"), [("string", "number"), ("number", "text")])
def test_what_may_be_a_text_is_compared(kind: str, reading: str) -> None:
    facts = {**FACTS, "traits": {"properties": {"n": {"type": kind}}}}
    more = {"assumptions": {"number_like_text": reading}}
    schema = LANGUAGE.load_schema({"name": "S", "language": "cql", **facts, **more}, where="here")
    at_least, over = (LANGUAGE.parse(f"{COUNT} {sign} trait('n')") for sign in (">=", ">"))
    assert decide(over, at_least, schema).relation is Relation.CONTAINED


def test_a_search_for_few_round_members_ends_before_the_steps_do() -> None:
    facts = {"properties": {"p": {"type": "string", "format": "date"}, "q": {"type": "number"}}}
    document = {"name": "S", "language": "cql", "entities": {"rows": facts}}
    schema = LANGUAGE.load_schema(document, where="here")
    rows = "entity('rows')"
    reference = (
        f"{rows}.where(property('q') != 0).unique(property('q')).count()"
        f" > {rows}.where(property('q') = 0).sum(property('q'))"
        f" AND {rows}.unique(property('p')).count()"
        f" != {rows}.where(property('q') != 1.5).count()"
    )
    greatest = f"{rows}.where(property('q') != 0).max(property('q'))"
    candidate = f"({reference}) OR {greatest} = {rows}.unique(property('p')).count()"
    evidence = decide(LANGUAGE.parse(reference), LANGUAGE.parse(candidate), schema)
    assert evidence.relation is Relation.CONTAINED, evidence.reason


def test_different_numbers_compared_with_their_sum_end_before_the_steps_do() -> None:
    facts = {"properties": {"q": {"type": "number"}}}
    document = {"name": "S", "language": "cql", "entities": {"rows": facts}}
    schema = LANGUAGE.load_schema(document, where="here")
    one, other = (
        f"entity('rows').where(property('q') {sign} 1.5).unique(property('q')).count()"
        " > entity('rows').sum(property('q'))"
        for sign in ("=", ">")
    )
    evidence = decide(LANGUAGE.parse(one), LANGUAGE.parse(other), schema)
    assert evidence.relation is Relation.OVERLAPS, evidence.reason
