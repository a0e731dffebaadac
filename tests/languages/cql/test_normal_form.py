"""The normal form keeps the meaning, collapses what is listed, and is its own normal form."""

from __future__ import annotations

import json
import random
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compiled import compile_audience, compile_scalar
from jurist.languages.conditions import Part
from jurist.languages.cql.arms import EVERYBODY, NOBODY, conditions
from jurist.languages.cql.normal_form.normalization import normalize
from jurist.languages.cql.schemas.schema import AudienceType, CqlSchema, subject_type
from jurist.languages.cql.schemas.typing import typed
from jurist.languages.cql.semantics.readings import (
    NoneOfMissing,
    NumberLikeText,
    ParentTies,
    Readings,
    SumOfNothing,
    WindowEdges,
)
from jurist.languages.cql.semantics.subjects import Account
from jurist.languages.cql.syntax import Condition, CqlQuery, ExpiresAfter
from jurist.languages.cql.text.parser import parse
from jurist.languages.cql.text.printer import format_query
from jurist.languages.cql.tree import walk
from respelling import respelled
from small_world import (
    NOW,
    random_audience,
    random_computed_trait,
    random_schema,
    random_subject,
)
from strategies import conditions as known_conditions
from strategies import customers, queries, schemas

USUAL = CqlSchema()


class Pair(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    id: str
    reference: str
    candidate: str
    relation: list[str]
    source: str


PAIRS = [
    msgspec.json.decode(line, type=Pair)
    for line in (Path(__file__).parent / "equivalences.jsonl").read_bytes().splitlines()
]


def same(one: str, other: str, schema: CqlSchema = USUAL) -> bool:
    return normalize(parse(one), schema) == normalize(parse(other), schema)


def said(text: str, schema: CqlSchema = USUAL) -> str:
    return format_query(normalize(parse(text), schema))


# --- the listed pairs ---------------------------------------------------------------------


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: f"{pair.id} {pair.source}")
def test_listed_pairs_meet_exactly_where_they_are_equivalent(pair: Pair) -> None:
    assert same(pair.reference, pair.candidate) == (pair.relation == ["equivalent"])


def test_both_kinds_of_pairs_are_listed() -> None:
    equivalent = [pair for pair in PAIRS if pair.relation == ["equivalent"]]
    assert len(equivalent) > 30
    assert len(PAIRS) - len(equivalent) > 12


# --- meaning ------------------------------------------------------------------------------


def assert_means_the_same(query: CqlQuery, schema: CqlSchema, rng: random.Random) -> None:
    normal = normalize(query, schema)
    kind = subject_type(schema, query)
    for _ in range(8):
        subject = random_subject(rng, accounts=kind is Account)
        if isinstance(query, Condition):
            assert isinstance(normal, Condition)
            before = compile_audience(query, schema, kind)(subject, NOW)
            after = compile_audience(normal, schema, kind)(subject, NOW)
        else:
            assert not isinstance(normal, Condition)
            before = compile_scalar(query, schema, kind)(subject, NOW)
            after = compile_scalar(normal, schema, kind)(subject, NOW)
        assert before == after, (format_query(query), format_query(normal), subject)
        assert isinstance(before, str) == isinstance(after, str)


def random_query(rng: random.Random) -> CqlQuery:
    if rng.random() < 0.15:
        return random_computed_trait(rng)
    return random_audience(rng, accounts=rng.random() < 0.3)


@settings(max_examples=400)
@given(st.integers(0, 2**32))
def test_normalizing_keeps_the_meaning(seed: int) -> None:
    rng = random.Random(seed)
    assert_means_the_same(random_query(rng), random_schema(rng), rng)


@pytest.mark.long
def test_normalizing_keeps_the_meaning_of_very_many() -> None:
    for seed in range(40_000):
        rng = random.Random(seed)
        assert_means_the_same(random_query(rng), random_schema(rng), rng)


@settings(max_examples=60)
@given(st.data())
def test_normalizing_keeps_the_meaning_for_customers_of_a_schema(data: st.DataObject) -> None:
    schema = data.draw(schemas())
    query = data.draw(known_conditions(schema))
    subject = data.draw(customers(schema))
    kind = Account if isinstance(subject, Account) else subject_type(schema, query)
    if not isinstance(subject, kind):
        return
    normal = normalize(query, schema)
    assert isinstance(normal, Condition)
    before = compile_audience(query, schema, kind)(subject, NOW)
    assert compile_audience(normal, schema, kind)(subject, NOW) == before


@settings(max_examples=200)
@given(st.integers(0, 2**32))
def test_other_spellings_have_the_same_normal_form(seed: int) -> None:
    rng = random.Random(seed)
    schema = random_schema(rng)
    query = random_audience(rng, accounts=rng.random() < 0.3)
    if "$" in format_query(query):
        return  # a condition that names an array counts its entries, even if it says nothing
    of_accounts = subject_type(schema, query) is Account
    other = respelled(query, rng, accounts=of_accounts)
    assert normalize(other, schema) == normalize(query, schema)


# --- form ---------------------------------------------------------------------------------


@settings(max_examples=150)
@given(queries(), st.integers(0, 2**32))
def test_a_normal_form_is_its_own(wild: CqlQuery, seed: int) -> None:
    rng = random.Random(seed)
    schema = random_schema(rng)
    for query in (wild, random_query(rng)):
        normal = normalize(query, schema)
        assert normalize(normal, schema) == normal


@settings(max_examples=150)
@given(queries(), st.integers(0, 2**32))
def test_a_normal_form_is_a_query_that_can_be_written(wild: CqlQuery, seed: int) -> None:
    for query in (wild, random_query(random.Random(seed))):
        normal = normalize(query, USUAL)
        if not any(isinstance(node, ExpiresAfter) for node, _ in walk(normal)):
            assert typed(parse(format_query(normal)), USUAL) == normal


@pytest.mark.parametrize("comparison", [" = 1", " != 1", ".one_of(1, 3, 7)", ".none_of(1, 3, 7)"])
def test_nested_counts_do_not_grow_exponentially(comparison: str) -> None:
    text = "property('p') = 1"
    for _ in range(30):
        text = f"event('A').where({text}).count(){comparison}"
    normal = normalize(parse(text), USUAL)
    assert len(format_query(normal)) < 50 * len(text)


# --- rules that the readings decide -------------------------------------------------------


def reading(**chosen: object) -> CqlSchema:
    return CqlSchema(readings=msgspec.convert(chosen, Readings))


def test_none_of_a_missing_value_is_read_as_the_schema_says() -> None:
    none_of, not_one_of = "trait('p').none_of('a', 'b')", "NOT trait('p').one_of('a', 'b')"
    assert not same(none_of, not_one_of)
    assert same(none_of, not_one_of, reading(none_of_missing=NoneOfMissing.TRUE))


def test_the_sum_of_nothing_is_read_as_the_schema_says() -> None:
    total = "event('A').sum(property('x'))"
    zero = reading(sum_of_nothing=SumOfNothing.ZERO)
    assert not same(f"{total} != 5", f"NOT {total} = 5")
    assert same(f"{total} != 5", f"NOT {total} = 5", zero)


def test_a_window_of_one_moment_is_empty_only_without_its_edges() -> None:
    moment = "event('A').between(3 days, 3 days).count() >= 1"
    assert conditions(parse(moment), USUAL) != {NOBODY}
    assert conditions(parse(moment), reading(window_edges=WindowEdges.OPEN)) == {NOBODY}


def test_a_child_at_no_delay_is_there_only_where_ties_count() -> None:
    tie = "event('A').where(event('B').within(parent: 0 days).count() >= 1).count() >= 1"
    assert conditions(parse(tie), USUAL) == {NOBODY}
    assert conditions(parse(tie), reading(parent_ties=ParentTies.INCLUDED)) != {NOBODY}


def test_text_that_reads_as_a_number_is_read_as_the_schema_says() -> None:
    as_text = reading(number_like_text=NumberLikeText.TEXT)
    assert same("trait('n') = '05'", "trait('n') = 5")
    assert not same("trait('n') = '05'", "trait('n') = 5", as_text)
    # 'abc' lies after '05' and after '5', but '1x' between them.
    assert not same("trait('n') > '05'", "trait('n') > 5")
    assert same("trait('n') > '5'", "trait('n') > 5")


def test_rows_are_compared_in_their_own_type() -> None:
    rows = "entity('r').where(property('n') = {}).count() >= 1"
    assert not same(rows.format("'5'"), rows.format("5"))


def test_an_event_in_an_account_audience_means_any_user() -> None:
    accounts = CqlSchema(audience_type=AudienceType.ACCOUNTS)
    assert not same("NOT event('A').count() = 0", "event('A').count() >= 1", accounts)
    assert same("event('A').count() >= 1", "ANY event('A').count() > 0", accounts)
    assert same("event('A').count() = 0", "ANY NOT event('A').count() >= 1", accounts)


def test_a_query_of_accounts_never_meets_one_of_users() -> None:
    # Of an account without users the first is true, and no event condition holds for it.
    assert not same("ALL event('A').count() >= 0", "event('A').count() >= 0")


def test_negation_respects_missing_values() -> None:
    assert not same("NOT trait('n') > 5", "trait('n') <= 5")
    assert same("NOT event('A').count() > 5", "event('A').count() <= 5")


def test_a_condition_that_unrolls_an_array_is_kept_although_always_true() -> None:
    entries = "event('A').where(property('l.$').exists() OR property('l.$').absent()).count() >= 2"
    assert not same(entries, "event('A').count() >= 2")


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("NOT event('A').count() = 1", "NOT event('A').count() >= 1 OR event('A').count() >= 2"),
        (
            "trait('a') = 'x' OR NOT trait('a') != 'x'",
            "trait('a') = 'x' OR NOT trait('a').exists()",
        ),
        ("event('A').count() >= 2 AND event('A').count() >= 5", "event('A').count() >= 5"),
        ("event('A').count() >= 2 OR event('A').count() >= 5", "event('A').count() >= 2"),
        ("trait('t').before_date(2026-01-01)", "trait('t').before_date(2026-01-01T00:00:00Z)"),
        ("trait('b') > trait('a')", "trait('a') < trait('b')"),
        ("trait('a').starts_with('')", "trait('a').exists()"),
        (
            "event('A').where(trait('a') = 1 AND (trait('a') = 1 OR trait('b') = 2)).count() > 0",
            "event('A').where(trait('a') = 1).count() >= 1",
        ),
        ("event('A').sum(property('x') as number)", "event('A').sum(property('x'))"),
        (
            "event('A').within(24 hours).max(property('x'))",
            "event('A').within(1 day).max(property('x'))",
        ),
    ],
)
def test_normal_forms_as_written(text: str, normal: str) -> None:
    assert said(text) == normal


# --- conditions ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "constant"),
    [
        ("event('A').count() < 0", NOBODY),
        ("event('A').count() = 1.5", NOBODY),
        ("event('A').count() >= 3 AND event('A').count() < 3", NOBODY),
        ("event('A').between(7 days, 3 days).count() >= 1", NOBODY),
        (
            "event('A').where(trait('a') = 'x' AND NOT trait('a') = 'x').max(property('p')) > 1",
            NOBODY,
        ),
        ("trait('t').before_date('soon')", NOBODY),
        ("ANY event('A').count() < 0", NOBODY),
        ("event('A').count() >= 0", EVERYBODY),
        ("trait('a').exists() OR trait('a').absent()", EVERYBODY),
        ("ALL event('A').count() >= 0", EVERYBODY),
    ],
)
def test_constant_queries_say_so(text: str, constant: Part) -> None:
    assert conditions(parse(text), USUAL) == {constant}


def test_conditions_name_every_part_of_a_query() -> None:
    text = (
        "event('A').within(7 days).where(property('x') = 'u').count() >= 2 "
        "AND NOT trait('plan') = 'free'"
    )
    assert sorted(part.text for part in conditions(parse(text), USUAL)) == [
        "NOT trait('plan') = 'free'",
        "event('A')",
        "event('A').count() >= 2",
        "event('A').where(property('x') = 'u')",
        "event('A').where(property('x'))",
        "event('A').within(7 days)",
        "trait('plan')",
    ]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("trait('n') > 5", "trait('n') >= 5"),
        ("trait('p') != 'a'", "NOT trait('p') = 'a'"),
        ("event('A').within(30 days).count() >= 1", "event('A').within(31 days).count() >= 1"),
        ("event('A').within(180 days).count() = 0", "event('A').within(184 days).count() = 0"),
        ("trait('t').within_last(365 days)", "trait('t').within_last(366 days)"),
        (
            "event('A').where(property('x') < 5).count() >= 1",
            "event('A').where(property('x') <= 5).count() >= 1",
        ),
    ],
)
def test_what_differs_at_an_edge_only_is_marked(one: str, other: str) -> None:
    left, right = (set(conditions(parse(text), USUAL)) for text in (one, other))
    assert left != right
    assert all(part.edge for part in left ^ right)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("event('A').count() >= 1", "event('A').count() >= 2"),
        ("event('A').within(7 days).count() >= 1", "event('A').within(8 days).count() >= 1"),
        ("trait('n') > 5", "trait('n') > 6"),
        ("trait('p').exists()", "trait('p') = 'a'"),
        ("trait('n') > 5", "trait('n') < 5"),
    ],
)
def test_what_differs_beyond_edges_is_not_marked(one: str, other: str) -> None:
    left, right = (set(conditions(parse(text), USUAL)) for text in (one, other))
    assert any(part.edge is None for part in left ^ right)


@settings(max_examples=150)
@given(st.integers(0, 2**32))
def test_equal_normal_forms_have_equal_conditions_and_never_none(seed: int) -> None:
    rng = random.Random(seed)
    query = random_audience(rng)
    found = conditions(query, USUAL)
    assert found
    assert found == conditions(normalize(query, USUAL), USUAL)


def test_the_pairs_are_written_as_the_file_format_says() -> None:
    lines = (Path(__file__).parent / "equivalences.jsonl").read_text().splitlines()
    assert [json.loads(line)["id"] for line in lines] == sorted({pair.id for pair in PAIRS})


def test_a_query_is_typed_and_normalised_once_whichever_door_it_comes_through() -> None:
    query = parse("trait('once') = 'a' AND event('Once').count() > trait('twice')")
    known = typed(query, USUAL)
    assert typed(known, USUAL) is known
    assert normalize(known, USUAL) is normalize(query, USUAL)
