"""Lists of many constants: what tells them apart is seen, in milliseconds, with a witness."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest

from cql_oracle import evaluate
from jurist.languages.cql.language import CqlLanguage
from jurist.languages.cql.prover import decide
from jurist.languages.cql.semantics.subjects import Customer
from jurist.languages.cql.semantics.values import Value
from jurist.languages.effort import STEPS
from jurist.records import Relation
from verdict_checks import ruled_out

LANGUAGE = CqlLanguage()
TEXTS = [f"user-{i:05}" for i in range(1_000)]
NUMBERS = list(range(100, 1_100))
NOW = 1_780_315_200_000


def listed(constants: list[str] | list[int] | list[str | int]) -> str:
    return ", ".join(repr(constant) for constant in constants)


def relation_of(reference: str, candidate: str, steps: int = STEPS) -> Relation:
    queries = LANGUAGE.parse(reference), LANGUAGE.parse(candidate)
    return decide(*queries, LANGUAGE.infer_schema(*queries), steps=steps).relation


@pytest.mark.parametrize("constants", [TEXTS, NUMBERS], ids=["texts", "numbers"])
@pytest.mark.parametrize(
    "query",
    [
        "trait('id').one_of({})",
        "NOT trait('id').one_of({})",
        "trait('id').none_of({})",
        "trait('id.$').one_of({})",
        "event('E').where(property('id').one_of({}) AND property('n') > 3).count() >= 2",
        "entity('rows').where(property('id').none_of({})).count() >= 1",
        "trait('id').one_of({}) AND trait('plan') = 'pro' AND trait('id') != 'user-00007'",
    ],
)
def test_one_of_a_thousand_is_dropped_exchanged_or_moved(
    query: str, constants: list[str] | list[int]
) -> None:
    whole, fewer = query.format(listed(constants)), query.format(listed(constants[:-1]))
    other = query.format(listed([*constants[:-1], "zz"]))
    nested = {Relation.CONTAINS, Relation.CONTAINED}
    assert relation_of(whole, query.format(listed(constants[::-1]))) is Relation.EQUIVALENT
    assert relation_of(whole, fewer, steps=300_000) in nested
    apart = {Relation.OVERLAPS} if "where" not in query else {*nested, Relation.OVERLAPS}
    assert relation_of(whole, other, steps=300_000) in apart


def test_the_first_value_is_of_a_long_list() -> None:
    whole, fewer = (
        f"event('E').first(property('id')).one_of({listed(texts)})" for texts in (TEXTS, TEXTS[1:])
    )
    assert relation_of(whole, fewer) is Relation.CONTAINS


def test_longer_lists_than_any_that_is_searched_for() -> None:
    longer = list(range(5_000))
    whole = f"trait('id').one_of({listed(longer)})"
    assert relation_of(whole, f"trait('id').one_of({listed(longer[1:])})") is Relation.CONTAINS


def test_lists_of_texts_that_are_searched_for() -> None:
    whole = f"trait('id').contains({listed(TEXTS)})"
    assert relation_of(whole, f"trait('id').contains({listed(TEXTS[1:])})") is Relation.CONTAINS
    shorter = f"trait('id').contains({listed([*TEXTS[1:], 'user-000'])})"
    assert relation_of(shorter, whole) is Relation.CONTAINS
    less = f"trait('id').contains({listed([*TEXTS[10:], 'user-0000'])})"
    assert relation_of(f"trait('id').contains({listed([*TEXTS[1:], 'user-0000'])})", less) is (
        Relation.EQUIVALENT
    )
    starting = f"trait('id').one_of({listed(TEXTS)}) AND trait('id').starts_with('user-')"
    assert relation_of(f"trait('id').one_of({listed(TEXTS)})", starting) is Relation.EQUIVALENT


POOL: list[str | int] = [*range(25), *(f"a{i}" for i in range(25)), *map(str, range(20, 30))]
OTHERS = (
    "trait('t').starts_with('a1')",
    "trait('t') > 12",
    "trait('t') < 'a2'",
    "trait('t').contains('1')",
    "trait('t').exists()",
    "trait('t') = 'a7'",
    "trait('t').one_of('a1', 3, '4')",
)


def queries(rng: random.Random) -> Iterator[str]:
    """A query with a long list, and one much like it."""
    constants = rng.sample(POOL, rng.randint(13, 40))
    changed = [c for c in constants if rng.random() < 0.95]
    changed += rng.sample(POOL, rng.randint(0, 2))
    rng.shuffle(changed)
    word, join = rng.choice(("one_of", "none_of", "contains")), rng.choice((" AND ", " OR "))
    others = rng.sample(OTHERS, rng.randint(0, 2))
    for values in (constants, changed):
        parts = [f"{rng.choice(('', 'NOT '))}{other}" for other in others]
        yield join.join([f"trait('t').{word}({listed(values)})", *parts])


@pytest.mark.parametrize("kind", [None, "string", "integer", "number"])
def test_long_lists_beside_other_conditions_agree_with_every_value(kind: str | None) -> None:
    rng = random.Random(f"long lists {kind}")
    values: list[Value | None] = [None, *range(-1, 31), *POOL, "a", "a30", "b", "05", "xa1x", "1a"]
    field = {"type": kind} if kind else dict[str, str]()
    facts = {"properties": {"t": field}}
    schema = LANGUAGE.load_schema({"name": "S", "language": "cql", "traits": facts}, where="here")
    if kind in {"integer", "number"}:
        values = [value for value in values if not isinstance(value, str)]
    if kind == "string":
        values = [value if value is None else str(value) for value in values]
    decided = 0
    for _ in range(40):
        reference, candidate = map(LANGUAGE.parse, texts := list(queries(rng)))
        evidence = decide(reference, candidate, schema)
        decided += "contains(" in texts[0] or evidence.relation is not Relation.UNDECIDED
        sides = ruled_out(evidence)
        for value in values:
            who = Customer({} if value is None else {"t": value}, (), {})
            met = [
                bool(evaluate(query, who, NOW, schema.readings)) for query in (reference, candidate)
            ]
            assert tuple(met) not in sides, (str(reference), str(candidate), value)
    assert decided == 40


SEARCHES = ("starts_with('1')", "ends_with('5')", "contains('2')", "starts_with('-')")
ORDERS = ("> 9", "<= 12", "= 15", "!= 20", "one_of(1, 10, 11)", "< '2'", ">= 'a'")


@pytest.mark.parametrize(
    "bounds",
    [
        {"type": "integer", "minimum": 1, "maximum": 20},
        {"type": "integer", "minimum": -3},
        {"type": "integer"},
        {"type": "number", "minimum": 0, "maximum": 20},
    ],
)
def test_whole_numbers_that_are_searched_agree_with_every_value(bounds: dict[str, object]) -> None:
    rng = random.Random(f"searched {bounds}")
    facts = {"traits": {"properties": {"n": bounds}}}
    schema = LANGUAGE.load_schema({"name": "S", "language": "cql", **facts}, where="here")
    known = schema.traits["n"]
    values = [n for n in range(-30, 300) if is_between(known.minimum, n, known.maximum)]
    open_ = 0
    for _ in range(40):
        reference, candidate = (
            LANGUAGE.parse(
                rng.choice((" AND ", " OR ")).join(
                    f"{rng.choice(('', 'NOT '))}trait('n'){of}"
                    for of in (dotted(rng.choice(SEARCHES)), dotted(rng.choice(ORDERS)))
                )
            )
            for _ in range(2)
        )
        evidence = decide(reference, candidate, schema)
        open_ += evidence.relation is Relation.UNDECIDED
        sides = ruled_out(evidence)
        for value in (None, *values):
            who = Customer({} if value is None else {"n": value}, (), {})
            met = [
                bool(evaluate(query, who, NOW, schema.readings)) for query in (reference, candidate)
            ]
            assert tuple(met) not in sides, (str(reference), str(candidate), value)
    assert open_ == 0


def dotted(condition: str) -> str:
    return f".{condition}" if condition[0].isalpha() else f" {condition}"


def is_between(least: object, value: int, most: object) -> bool:
    return (not isinstance(least, int) or least <= value) and (
        not isinstance(most, int) or value <= most
    )
