"""Mutants: each operator does what it says, and each mutant is certified."""

from __future__ import annotations

from collections import Counter
from itertools import islice

import pytest

from compiled import compile_audience
from jurist.data import schema_path
from jurist.languages import get_language
from jurist.languages.capabilities import Variant
from jurist.languages.cql.edits.mutations import MUTATIONS
from jurist.languages.cql.edits.rewrites import REWRITES
from jurist.languages.cql.schemas.schema import (
    AudienceType,
    CqlSchema,
    EntitySpec,
    EventSpec,
    Field,
    Kind,
    subject_type,
)
from jurist.languages.cql.schemas.schema_file import read_schema
from jurist.languages.cql.semantics.subjects import subject_from_json
from jurist.languages.cql.syntax import Condition
from jurist.languages.cql.text.parser import parse
from jurist.languages.cql.variants import mutants
from jurist.records import Relation

LANGUAGE = get_language("cql")
SHOP = read_schema(schema_path("shop"))
EQ, SUB, SUPER = Relation.EQUIVALENT, Relation.CONTAINS, Relation.CONTAINED
OVER, APART = Relation.OVERLAPS, Relation.DISJOINT
"""The original is equal to, contains, is contained in, overlaps, is disjoint from the mutant."""

EVENT = EventSpec(
    {
        "p": Field(Kind.NUMBER),
        "q": Field(Kind.NUMBER),
        "price": Field(Kind.NUMBER),
        "price_net": Field(Kind.NUMBER),
        "kind": Field(Kind.STRING, enum=("red", "green", "blue")),
        "note": Field(Kind.STRING),
        "on": Field(Kind.DATE_TIME),
    }
)
WORLD = CqlSchema(
    title="World",
    events={"Order Completed": EVENT, "Order Updated": EVENT, "Login": EVENT},
    traits={
        "city": Field(Kind.STRING),
        "born": Field(Kind.DATE_TIME),
        "billing_city": Field(Kind.STRING),
        "vip": Field(Kind.BOOLEAN, enum=("true", "false")),
        "age": Field(Kind.NUMBER),
    },
    entities={"orders": EntitySpec(), "orders-open": EntitySpec()},
)
TEAMS = CqlSchema(
    title="Teams",
    audience_type=AudienceType.ACCOUNTS,
    events=WORLD.events,
    traits=WORLD.traits,
    account_traits={"city": Field(Kind.STRING)},
)
O = "event('Order Completed')"  # noqa: E741
L = "event('Login')"

EXAMPLES: dict[str, tuple[str, str, Relation]] = {
    "threshold_off_by_one": (f"{O}.count() >= 1", f"{O}.count() >= 2", SUB),
    "strict_for_loose": ("trait('age') >= 18", "trait('age') > 18", SUB),
    "bound_reversed": ("trait('age') > 18", "trait('age') < 18", APART),
    "exact_for_bound": (f"{O}.count() = 1", f"{O}.count() >= 1", SUPER),
    "zero_for_not_once": (f"NOT {O}.count() = 1", f"{O}.count() = 0", SUB),
    "window_changed": (
        f"{O}.within(7 days).count() >= 1",
        f"{O}.within(14 days).count() >= 1",
        SUPER,
    ),
    "window_dropped": (
        f"{O}.within(7 days).count() >= 1 AND {L}.within(7 days).count() >= 1",
        f"{O}.within(7 days).count() >= 1 AND {L}.count() >= 1",
        SUPER,
    ),
    "window_unit": (f"{O}.within(7 days).count() >= 1", f"{O}.within(7 hours).count() >= 1", SUB),
    "between_for_within": (
        f"{O}.between(30 days, 90 days).count() >= 1",
        f"{O}.within(90 days).count() >= 1",
        SUPER,
    ),
    "parent_window_changed": (
        f"{O}.where({L}.within(parent: 7 days).count() >= 1).count() >= 1",
        f"{O}.where({L}.within(parent: 14 days).count() >= 1).count() >= 1",
        SUPER,
    ),
    "parent_window_dropped": (
        f"{O}.where({L}.within(parent: 7 days).count() >= 1).count() >= 1",
        f"{O}.where({L}.count() >= 1).count() >= 1",
        SUPER,
    ),
    "parent_forgotten": (
        f"{O}.where({L}.within(parent: 7 days).count() >= 1).count() >= 1",
        f"{O}.where({L}.within(7 days).count() >= 1).count() >= 1",
        OVER,
    ),
    "relative_date_changed": (
        "trait('born').within_last(7 days)",
        "trait('born').before_last(7 days)",
        OVER,
    ),
    "relative_date_unit": (
        "trait('born').within_last(7 days)",
        "trait('born').within_last(7 hours)",
        SUB,
    ),
    "and_for_or": (
        "trait('age') = 1 OR trait('city') = 'x'",
        "trait('age') = 1 AND trait('city') = 'x'",
        SUB,
    ),
    "or_for_and": (
        "trait('age') = 1 AND trait('city') = 'x'",
        "trait('age') = 1 OR trait('city') = 'x'",
        SUPER,
    ),
    "not_dropped": ("NOT trait('vip') = 'true'", "trait('vip') = 'true'", APART),
    "not_added": ("trait('vip') = 'true'", "NOT trait('vip') = 'true'", APART),
    "not_misplaced": (
        "NOT (trait('age') = 1 AND trait('city') = 'x')",
        "NOT trait('age') = 1 AND NOT trait('city') = 'x'",
        SUB,
    ),
    "conjunct_dropped": ("trait('age') = 1 AND trait('city') = 'x'", "trait('age') = 1", SUPER),
    "alternative_dropped": ("trait('age') = 1 OR trait('city') = 'x'", "trait('age') = 1", SUB),
    "regrouped": (
        "(trait('age') = 1 OR trait('vip') = 'true') AND trait('city') = 'x'",
        "trait('age') = 1 OR trait('vip') = 'true' AND trait('city') = 'x'",
        SUPER,
    ),
    "differs_for_not_equals": ("NOT trait('city') = 'x'", "trait('city') != 'x'", SUB),
    "contrary_operator": ("trait('city').exists()", "trait('city').absent()", APART),
    "equals_for_contains": ("trait('city').contains('x')", "trait('city') = 'x'", SUB),
    "presence_for_value": ("trait('vip') = 'true'", "trait('vip').exists()", SUPER),
    "zeros_of_text": ("trait('city') = '01234'", "trait('city') = '1234'", APART),
    "literal_case": ("trait('city') = 'Berlin'", "trait('city') = 'BERLIN'", APART),
    "other_value": (
        f"{O}.where(property('kind') = 'red').count() >= 1",
        f"{O}.where(property('kind') = 'green').count() >= 1",
        OVER,
    ),
    "date_shifted": (
        "trait('born').before_date(2000-02-28)",
        "trait('born').before_date(2000-02-29)",
        SUPER,
    ),
    "before_for_after": (
        "trait('born').before_date(2000-02-28)",
        "trait('born').after_date(2000-02-28)",
        APART,
    ),
    "list_shortened": ("trait('city').one_of('x', 'y')", "trait('city').one_of('x')", SUB),
    "similar_event": (f"{O}.count() >= 1", "event('Order Updated').count() >= 1", OVER),
    "similar_entity": ("entity('orders').count() >= 1", "entity('orders-open').count() >= 1", OVER),
    "similar_property": (
        f"{O}.where(property('price') > 5).count() >= 1",
        f"{O}.where(property('price_net') > 5).count() >= 1",
        OVER,
    ),
    "similar_reduced_property": (
        f"{O}.sum(property('price')) > 5",
        f"{O}.sum(property('price_net')) > 5",
        OVER,
    ),
    "similar_trait": ("trait('city') = 'x'", "trait('billing_city') = 'x'", OVER),
    "other_level": (
        f"{O}.where({L}.where(property('p') > property(parent: 'q')).count() >= 1).count() >= 1",
        f"{O}.where({L}.where(property('p') > property('q')).count() >= 1).count() >= 1",
        OVER,
    ),
    "filter_dropped": (
        f"{O}.where(property('kind') = 'red').count() >= 1",
        f"{O}.count() >= 1",
        SUPER,
    ),
    "filter_moved": (
        f"{O}.where(property('p') > 5).count() >= 1 AND {L}.count() >= 1",
        f"{O}.count() >= 1 AND {L}.where(property('p') > 5).count() >= 1",
        OVER,
    ),
    "filter_spread": (
        f"{O}.where(property('p') > 5 AND property('q') > 5).count() >= 1",
        f"{O}.where(property('p') > 5).count() >= 1 AND {O}.where(property('q') > 5).count() >= 1",
        SUPER,
    ),
    "item_for_total": (
        f"{O}.sum(property('p')) > 50",
        f"{O}.where(property('p') > 50).count() >= 1",
        OVER,
    ),
    "aggregate_swapped": (f"{O}.sum(property('p')) > 5", f"{O}.avg(property('p')) > 5", SUB),
    "distinct_for_all": (f"{O}.count() >= 2", f"{O}.unique(property('p')).count() >= 2", SUB),
    "funnel_reversed": (
        f"{O}.where({L}.within(parent: 7 days).count() >= 1).count() >= 1",
        f"{L}.where({O}.within(parent: 7 days).count() >= 1).count() >= 1",
        OVER,
    ),
    "funnel_flattened": (
        f"{O}.where({L}.within(parent: 7 days).count() >= 1).count() >= 1",
        f"{O}.count() >= 1 AND {L}.within(7 days).count() >= 1",
        OVER,
    ),
    "funnel_not_outside": (
        f"{O}.where(NOT {L}.within(parent: 7 days).count() >= 1).count() >= 1",
        f"NOT {O}.where({L}.within(parent: 7 days).count() >= 1).count() >= 1",
        OVER,
    ),
    "other_stream_forgotten": (
        f"{O}.count() > {L}.count()",
        f"{O}.count() > 0",
        SUPER,
    ),
    "name_as_text": (
        "trait('city').contains(trait('billing_city'))",
        "trait('city').contains('billing_city')",
        Relation.OVERLAPS,
    ),
    "session_changed": (
        f"{O}.expires_after(1 hour).count()",
        f"{O}.within(1 hour).count()",
        Relation.DIFFERENT,
    ),
    "session_of_now": (
        f"{O}.where({L}.expires_after(parent: 1 hour).count() >= 1).count()",
        f"{O}.where({L}.expires_after(1 hour).count() >= 1).count()",
        Relation.DIFFERENT,
    ),
    "quantifier_swapped": ("ANY trait('vip') = 'true'", "ALL trait('vip') = 'true'", OVER),
    "quantifier_split": (
        "ANY (trait('vip') = 'true' AND trait('city') = 'x')",
        "ANY trait('vip') = 'true' AND ANY trait('city') = 'x'",
        SUPER,
    ),
    "quantifier_gathered": (
        "ANY trait('vip') = 'true' AND ANY trait('city') = 'x'",
        "ANY (trait('vip') = 'true' AND trait('city') = 'x')",
        SUB,
    ),
    "quantifier_not": ("ALL NOT trait('vip') = 'true'", "NOT ALL trait('vip') = 'true'", OVER),
}
QUERIES = (
    "event('Order Completed').where(property('currency') = 'EUR' AND property('total') > 50)"
    ".within(30 days).count() >= 1 AND NOT trait('loyalty_tier').one_of('gold', 'silver')",
    "event('Product Added').where(NOT event('Order Completed').within(parent: 7 days).count() = 1)"
    ".within(14 days).count() >= 1",
    "event('Order Completed').within(90 days).avg(property('total')) >= 100"
    " OR trait('last_order_at').before_last(60 days)",
    "event('Order Completed').within(7 days).unique(property('currency')).count()",
)


def made(query: str, schema: CqlSchema) -> list[Variant]:
    return list(mutants(parse(query), schema))


def test_every_operator_has_an_example_and_a_name_of_its_own() -> None:
    names = [edit.name for edit in (*MUTATIONS, *REWRITES)]
    assert set(EXAMPLES) == {edit.name for edit in MUTATIONS}
    assert all(edit.description.endswith(".") for edit in MUTATIONS)
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("operator", EXAMPLES)
def test_an_operator_makes_the_mistake_it_names(operator: str) -> None:
    query, expected, relation = EXAMPLES[operator]
    schema = TEAMS if operator.startswith("quantifier") else WORLD
    found = {
        LANGUAGE.format(each.query): each.evidence.relation
        for each in made(query, schema)
        if each.operator == operator
    }
    assert found.get(expected) == relation, found


@pytest.mark.parametrize("query", QUERIES)
def test_all_are_valid_new_few_and_certified(query: str) -> None:
    original = parse(query)
    variants = made(query, SHOP)
    written = [LANGUAGE.format(each.query) for each in variants]
    assert len(set(written)) == len(written) > 5
    assert query not in written
    assert max(Counter(each.operator for each in variants).values()) <= 8
    for variant, text in zip(variants, written, strict=True):
        assert LANGUAGE.parse(text) == variant.query
        assert not LANGUAGE.check(variant.query, SHOP, text=text)
        evidence = variant.evidence
        if evidence.relation is Relation.UNDECIDED:
            assert evidence.reason
        elif evidence.relation is not EQ:
            assert evidence.witnesses
        if not isinstance(original, Condition) or not isinstance(variant.query, Condition):
            continue
        kind = subject_type(SHOP, original)
        for witness in evidence.witnesses:
            subject, now = subject_from_json(witness.input)
            found = [
                compile_audience(each, SHOP, kind)(subject, now)
                for each in (original, variant.query)
            ]
            assert found == [witness.reference, witness.candidate]
            assert found[0] != found[1]


def test_the_order_is_that_of_the_operators_and_always_the_same() -> None:
    first, again = made(QUERIES[0], SHOP), made(QUERIES[0], SHOP)
    assert [each.query for each in first] == [each.query for each in again]
    order = [edit.name for edit in MUTATIONS]
    places = [order.index(each.operator) for each in first]
    assert places == sorted(places)


def test_the_first_comes_before_the_last_is_proved() -> None:
    assert len(list(islice(mutants(parse(QUERIES[0]), SHOP), 3))) == 3


def test_a_mutant_that_means_the_same_is_told_apart() -> None:
    """The condition that is dropped was implied by the other one."""
    query = "trait('age') > 18 AND trait('age') > 10"
    relations = {
        LANGUAGE.format(each.query): each.evidence.relation
        for each in made(query, WORLD)
        if each.operator == "conjunct_dropped"
    }
    assert relations == {"trait('age') > 18": EQ, "trait('age') > 10": SUPER}


def test_a_count_is_not_compared_with_less_than_nothing() -> None:
    texts = {LANGUAGE.format(each.query) for each in made(f"{O}.count() = 0", WORLD)}
    assert f"{O}.count() = 1" in texts
    assert f"{O}.count() = -1" not in texts


def test_names_come_from_the_schema_and_keep_their_kind() -> None:
    """`kind` is a text, so no number takes its place."""
    query = f"{O}.where(property('kind') = 'red').count() >= 1"
    texts = [
        LANGUAGE.format(each.query)
        for each in made(query, WORLD)
        if each.operator == "similar_property"
    ]
    assert all("'note'" in text for text in texts)


def test_the_last_day_there_is_has_no_day_after_it() -> None:
    texts = {
        LANGUAGE.format(each.query)
        for each in made("trait('born').before_date(9999-12-31)", WORLD)
        if each.operator == "date_shifted"
    }
    assert texts == {"trait('born').before_date(9999-12-30)"}
