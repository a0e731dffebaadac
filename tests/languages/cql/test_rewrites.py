"""Rewrites: proved, valid, new, and sound even without the proof."""

from __future__ import annotations

import random
from collections import Counter
from itertools import islice

import pytest

from constructed_pairs import People, construct
from jurist.data import schema_path
from jurist.languages import get_language
from jurist.languages.capabilities import Variant
from jurist.languages.cql.checking.checker import check
from jurist.languages.cql.counterexamples.witness import evaluators
from jurist.languages.cql.edits.rewrites import REWRITES
from jurist.languages.cql.schemas.schema import AudienceType, CqlSchema, EventSpec, Field, Kind
from jurist.languages.cql.schemas.schema_file import infer_schema, read_schema
from jurist.languages.cql.semantics.readings import Readings, WindowEdges
from jurist.languages.cql.text.parser import parse
from jurist.languages.cql.text.printer import format_query
from jurist.languages.cql.variants import rewrites
from jurist.records import Method, Relation

SHOP = read_schema(schema_path("shop"))

EXAMPLES = {
    "de_morgan": (
        "NOT (trait('a') = 1 OR trait('b') = 1)",
        "NOT trait('a') = 1 AND NOT trait('b') = 1",
    ),
    "double_negation": ("NOT NOT trait('a') = 1", "trait('a') = 1"),
    "commute": ("trait('a') = 1 OR trait('b') = 1", "trait('b') = 1 OR trait('a') = 1"),
    "associate": (
        "trait('a') = 1 AND (trait('b') = 1 AND trait('c') = 1)",
        "trait('a') = 1 AND trait('b') = 1 AND trait('c') = 1",
    ),
    "distribute": (
        "trait('a') = 1 AND (trait('b') = 1 OR trait('c') = 1)",
        "trait('a') = 1 AND trait('b') = 1 OR trait('a') = 1 AND trait('c') = 1",
    ),
    "factor": (
        "trait('a') = 1 AND trait('b') = 1 OR trait('a') = 1 AND trait('c') = 1",
        "trait('a') = 1 AND (trait('b') = 1 OR trait('c') = 1)",
    ),
    "absorption": (
        "trait('a') = 1 AND trait('b') = 1",
        "trait('a') = 1 AND (trait('a') = 1 OR trait('b') = 1) AND trait('b') = 1",
    ),
    "repetition": ("trait('a') = 1 AND trait('a') = 1", "trait('a') = 1"),
    "case_split": (
        "trait('a') = 1 OR trait('b') = 1",
        "trait('a') = 1 OR NOT trait('a') = 1 AND trait('b') = 1",
    ),
    "threshold_spelling": ("event('E').count() >= 3", "event('E').count() > 2"),
    "complement": ("event('E').count() > 2", "NOT event('E').count() <= 2"),
    "zero": ("event('E').count() >= 1", "NOT event('E').count() = 0"),
    "two_bounds": ("trait('a') = 5", "trait('a') >= 5 AND trait('a') <= 5"),
    "weaker_bound": (
        "event('E').sum(property('p')) > 5",
        "event('E').sum(property('p')) > 5 AND event('E').sum(property('p')) > 4",
    ),
    "threshold_split": (
        "event('E').count() >= 2",
        "event('E').count() = 2 OR event('E').count() >= 3",
    ),
    "units": ("event('E').within(2 days).count() >= 1", "event('E').within(48 hours).count() >= 1"),
    "relative_date_units": (
        "event('E').where(context('timestamp').within_last(1 day)).count() >= 1",
        "event('E').where(context('timestamp').within_last(24 hours)).count() >= 1",
    ),
    "within_as_between": (
        "event('E').within(7 days).count() >= 1",
        "event('E').between(0 days, 7 days).count() >= 1",
    ),
    "wider_window": (
        "event('E').within(7 days).count() >= 2",
        "event('E').within(7 days).within(15 days).count() >= 2",
    ),
    "wider_relative_date": (
        "trait('t').within_last(3 days)",
        "trait('t').within_last(3 days) AND trait('t').within_last(7 days)",
    ),
    "window_split": (
        "event('E').within(30 days).count() >= 1",
        "event('E').within(7 days).count() >= 1 "
        "OR event('E').between(7 days, 30 days).count() >= 1",
    ),
    "window_as_where": (
        "event('E').within(7 days).count() >= 1",
        "event('E').where(context('timestamp').within_last(7 days)).count() >= 1",
    ),
    "filter_order": (
        "event('E').where(property('p') = 1).within(7 days).count() >= 1",
        "event('E').within(7 days).where(property('p') = 1).count() >= 1",
    ),
    "split_where": (
        "event('E').where(property('p') = 1 AND property('q') = 2).count() >= 1",
        "event('E').where(property('p') = 1).where(property('q') = 2).count() >= 1",
    ),
    "merge_where": (
        "event('E').where(property('p') = 1).where(property('q') = 2).count() >= 1",
        "event('E').where(property('p') = 1 AND property('q') = 2).count() >= 1",
    ),
    "split_sources": (
        "event('E').sources({exclude: 'a', 'b'}).count() >= 1",
        "event('E').sources({exclude: 'a'}).sources({exclude: 'b'}).count() >= 1",
    ),
    "repeat_filter": (
        "event('E').within(7 days).count() >= 1",
        "event('E').within(7 days).within(7 days).count() >= 1",
    ),
    "alternatives": (
        "event('E').where(property('p') = 1 OR property('q') = 2).count() >= 1",
        "event('E').where(property('p') = 1).count() >= 1 "
        "OR event('E').where(property('q') = 2).count() >= 1",
    ),
    "list_one_by_one": ("trait('a').one_of('x', 'y')", "trait('a') = 'x' OR trait('a') = 'y'"),
    "list_order": ("trait('a').contains('x', 'y')", "trait('a').contains('y', 'x')"),
    "equals_as_list": ("trait('a') = 'x'", "trait('a').one_of('x')"),
    "equals_into_list": ("trait('a') = 'x' OR trait('a') = 'y'", "trait('a').one_of('x', 'y')"),
    "negated_operator": ("trait('a').omits('x')", "NOT trait('a').contains('x')"),
    "differs_spelled_out": ("trait('a') != 'x'", "trait('a').exists() AND NOT trait('a') = 'x'"),
    "presence": ("trait('a') = 'x'", "trait('a').exists() AND trait('a') = 'x'"),
    "implied_text": (
        "trait('a') = 'gold'",
        "trait('a') = 'gold' AND trait('a').starts_with('gold')",
    ),
    "number_spelling": ("trait('a') = 5", "trait('a') = '5'"),
    "date_spelling": ("trait('t').before_date(2026-01-31)", "trait('t').before_date('2026-01-31')"),
    "swapped_sides": (
        "event('E').where(property('p') > property('q')).count() >= 1",
        "event('E').where(property('q') < property('p')).count() >= 1",
    ),
    "presence_as_count": (
        "event('E').unique(property('p')).count() >= 1",
        "event('E').where(property('p').exists()).count() >= 1",
    ),
    "only_present": (
        "event('E').max(property('p')) > 5",
        "event('E').where(property('p').exists()).max(property('p')) > 5",
    ),
    "quantifier_duality": ("NOT ANY trait('a') = 1", "ALL NOT trait('a') = 1"),
    "quantifier_spread": (
        "ANY (trait('a') = 1 OR trait('b') = 1)",
        "ANY trait('a') = 1 OR ANY trait('b') = 1",
    ),
    "quantifier_meant": ("event('E').count() >= 1", "ANY event('E').count() >= 1"),
}


LANGUAGE = get_language("cql")
ACCOUNTS = CqlSchema(audience_type=AudienceType.ACCOUNTS, open_world=True)
QUERIES = (
    "event('Order Completed').where(property('currency') = 'EUR' AND property('total') > 50)"
    ".within(30 days).count() >= 1 AND NOT trait('loyalty_tier').one_of('gold', 'silver')",
    "event('Product Added').where(NOT event('Order Completed').within(parent: 7 days).count() >= 1)"
    ".within(14 days).count() >= 1",
    "event('Order Completed').within(90 days).avg(property('total')) >= 100"
    " OR event('Order Completed').last(property('currency')) != 'EUR'",
    "event('Order Completed').within(7 days).unique(property('currency')).count()",
)


def texts(variants: list[Variant], operator: str) -> set[str]:
    return {LANGUAGE.format(each.query) for each in variants if each.operator == operator}


def made(query: str, schema: CqlSchema | None = None) -> list[Variant]:
    parsed = parse(query)
    return list(rewrites(parsed, schema or infer_schema(parsed)))


def test_every_operator_has_an_example() -> None:
    assert set(EXAMPLES) == {edit.name for edit in REWRITES}


@pytest.mark.parametrize("operator", EXAMPLES)
def test_an_operator_makes_what_it_says(operator: str) -> None:
    query, expected = EXAMPLES[operator]
    schema = ACCOUNTS if operator.startswith("quantifier") else None
    assert expected in texts(made(query, schema), operator)


@pytest.mark.parametrize("query", QUERIES)
def test_all_are_proved_valid_new_and_few(query: str) -> None:
    variants = made(query, SHOP)
    assert variants
    written = [LANGUAGE.format(each.query) for each in variants]
    assert len(set(written)) == len(written)
    assert query not in written
    assert max(Counter(each.operator for each in variants).values()) <= 8
    for variant, text in zip(variants, written, strict=True):
        assert variant.evidence.relation is Relation.EQUIVALENT
        assert variant.evidence.method in {Method.NORMAL_FORM, Method.PROOF}
        assert LANGUAGE.parse(text) == variant.query
        assert not LANGUAGE.check(variant.query, SHOP, text=text)


def test_the_order_is_that_of_the_operators_and_always_the_same() -> None:
    first, again = made(QUERIES[0], SHOP), made(QUERIES[0], SHOP)
    assert [each.query for each in first] == [each.query for each in again]
    order = [edit.name for edit in REWRITES]
    places = [order.index(each.operator) for each in first]
    assert places == sorted(places)


def test_the_first_comes_before_the_last_is_proved() -> None:
    assert len(list(islice(rewrites(parse(QUERIES[0]), SHOP), 3))) == 3


@pytest.mark.parametrize("share", range(4))
def test_the_rules_hold_without_the_proof(share: int) -> None:
    """Nobody of a random crowd tells a query from what the bare rules make of it."""
    pairs = [construct(f"rules-{share}-{i}") for i in range(300)]
    for pair in pairs:
        if pair.kind != "equal":
            continue
        one, other = evaluators(pair.reference, pair.candidate, pair.schema)
        people = People(pair, random.Random(share))
        for _ in range(25):
            subject, now = people.draw()
            assert one(subject, now) == other(subject, now), f"{pair}\n{subject} at {now}"


# --- what the rules must not do ---------------------------------------------------------------


def test_a_window_with_open_ends_is_not_split() -> None:
    """What happened exactly 7 days ago is in neither half."""
    readings = Readings(window_edges=WindowEdges.OPEN)
    schema = CqlSchema(readings=readings, open_world=True)
    operators = {each.operator for each in made(EXAMPLES["window_split"][0], schema)}
    assert not operators & {"window_split", "window_as_where"}


def test_the_window_of_two_events_is_not_split() -> None:
    """What happened exactly 7 days ago is in both halves, and would count twice."""
    assert not texts(made("event('E').within(30 days).count() >= 2"), "window_split")


def test_a_missing_value_has_no_complement() -> None:
    assert not texts(made("event('E').sum(property('p')) >= 2"), "complement")


def test_a_decimal_has_no_other_spelling_of_its_threshold() -> None:
    assert not texts(made("trait('a') >= 2"), "threshold_spelling")
    whole = CqlSchema(traits={"a": Field(Kind.INTEGER)})
    assert texts(made("trait('a') >= 2", whole), "threshold_spelling") == {"trait('a') > 1"}


def test_the_users_of_an_account_keep_their_quantifier() -> None:
    """Some user with at least one is not the contrary of some user with none."""
    made_of_accounts = texts(made("event('E').count() >= 1", ACCOUNTS), "complement")
    assert made_of_accounts == {"ANY NOT event('E').count() < 1"}


def test_a_number_of_rows_is_not_spelled_as_text() -> None:
    linked = infer_schema(parse("entity('rows').where(property('p') = 5).count() >= 1"))
    assert not texts(
        made("entity('rows').where(property('p') = 5).count() >= 1", linked), "number_spelling"
    )


def test_a_query_at_the_limit_of_nesting_gets_no_deeper() -> None:
    deep = "NOT " * 38 + "trait('a') = 1"
    for variant in made(deep):
        text = LANGUAGE.format(variant.query)
        assert LANGUAGE.parse(text) == variant.query


def test_mistakes_of_the_original_are_no_reason_against_its_rewrites() -> None:
    schema = CqlSchema(events={"E": EventSpec()})
    query = parse("event('Unknown').count() >= 1")
    assert check(query, schema, text=format_query(query))
    assert list(rewrites(query, schema))
