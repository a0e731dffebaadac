"""Explanations: every node is what the interpreter finds, and what a second reader finds."""

from __future__ import annotations

import random
from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compiled import explain
from cql_oracle import evaluate, oracle_of
from cql_random import NOW, account, audience, busy_customer, chain, customer, reduction
from explanation_checks import compare_all, compare_stream, compose, point, shown
from jurist.errors import InputError
from jurist.languages import get_language
from jurist.languages.capabilities import Explains
from jurist.languages.cql.semantics.readings import (
    NoneOfMissing,
    NumberLikeText,
    ParentTies,
    Readings,
    SumOfNothing,
    WindowEdges,
)
from jurist.languages.cql.semantics.subjects import subject_to_json
from jurist.languages.effort import OutOfSteps, limited
from jurist.languages.explanations import Explanation

CQL = get_language("cql")
SEEDS = st.integers(0, 2**32)
AT = "2026-06-01T12:00:00Z"


def readings(rng: random.Random) -> Readings:
    return Readings(
        rng.choice(list(SumOfNothing)),
        rng.choice(list(NoneOfMissing)),
        rng.choice(list(WindowEdges)),
        rng.choice(list(ParentTies)),
        rng.choice(list(NumberLikeText)),
    )


@settings(max_examples=150)
@given(SEEDS)
def test_customers(seed: int) -> None:
    rng = random.Random(seed)
    query, chosen = audience(rng), readings(rng)
    for _ in range(4):
        compare_all(query, customer(rng), chosen)


@settings(max_examples=100)
@given(SEEDS)
def test_streams_in_streams(seed: int) -> None:
    rng = random.Random(seed)
    query, chosen = chain(rng), readings(rng)
    for _ in range(4):
        compare_all(query, busy_customer(rng), chosen)


@settings(max_examples=100)
@given(SEEDS)
def test_accounts(seed: int) -> None:
    rng = random.Random(seed)
    query, chosen = audience(rng, of_accounts=True), readings(rng)
    for _ in range(4):
        compare_all(query, account(rng), chosen)


@settings(max_examples=100)
@given(SEEDS)
def test_computed_traits(seed: int) -> None:
    rng = random.Random(seed)
    query, chosen = reduction(rng, 2), readings(rng)
    for who in (customer(rng), busy_customer(rng), account(rng)):
        told = explain(query, chosen, who, NOW)
        assert told.holds is None
        assert told.value == shown(evaluate(query, who, NOW, chosen))
        reader = oracle_of(who, chosen, NOW, of_trait=True)
        compare_stream(query, told, reader, None)
        compose(told)
        point(told, subject_to_json(who, NOW))


# --- what people read ---


def explained(text: str, body: Mapping[str, object], kind: str = "customer") -> Explanation:
    assert isinstance(CQL, Explains)
    query = CQL.parse(text)
    return CQL.explain(query, CQL.infer_schema(query), {"now": AT, kind: body})


def lines(told: Explanation) -> list[str]:
    return [f"{'  ' * depth}{node.label}: {node.reading}" for depth, node in told.walk()]


def happened(name: str, time: str, **properties: object) -> dict[str, object]:
    return {"name": name, "time": time, "properties": properties}


def test_a_window_is_told_as_two_moments_and_what_it_keeps() -> None:
    told = explained(
        "event('A').within(30 days).count() >= 1 AND NOT trait('plan').exists()",
        {"events": [happened("A", "2026-04-01T00:00:00Z")], "traits": {"plan": "free"}},
    )
    assert lines(told) == [
        "AND: no",
        "  count() >= 1: 0 >= 1, no",
        "    event('A'): 1 event",
        "    within(30 days): 2026-05-02T12:00:00Z to 2026-06-01T12:00:00Z, 0 of 1 event",
        "  NOT: no",
        "    trait('plan').exists(): 'free', yes",
    ]
    count, _ = told.children
    assert count.items == ()
    assert count.children[0].items == ("/customer/events/0",)
    assert count.children[1].window == ("2026-05-02T12:00:00Z", AT)


def test_a_funnel_has_a_node_and_a_window_for_each_event() -> None:
    told = explained(
        "event('A').where(event('B').within(parent: 7 days).count() >= 1).count() >= 1",
        {
            "events": [
                happened("A", "2026-04-01T00:00:00Z"),
                happened("A", "2026-05-01T00:00:00Z"),
                happened("B", "2026-05-03T00:00:00Z"),
            ]
        },
    )
    assert lines(told) == [
        "count() >= 1: 1 >= 1, yes",
        "  event('A'): 2 events",
        "  where: 1 of 2 events",
        "    A, 2026-04-01T00:00:00Z: no",
        "      count() >= 1: 0 >= 1, no",
        "        event('B'): 1 event",
        "        within(parent: 7 days): "
        "2026-04-01T00:00:00.001Z to 2026-04-08T00:00:00Z, 0 of 1 event",
        "    A, 2026-05-01T00:00:00Z: yes",
        "      count() >= 1: 1 >= 1, yes",
        "        event('B'): 1 event",
        "        within(parent: 7 days): "
        "2026-05-01T00:00:00.001Z to 2026-05-08T00:00:00Z, 1 of 1 event",
    ]


def test_conditions_that_nothing_is_asked_for_stand_without_a_truth() -> None:
    told = explained("event('A').where(property('p') = 1).count() = 0", {})
    assert lines(told) == [
        "count() = 0: 0 = 0, yes",
        "  event('A'): 0 events",
        "  where: 0 of 0 events",
        "    property('p') = 1: ",
    ]


def test_users_of_an_account_have_a_node_each() -> None:
    told = explained(
        "event('A').count() >= 1 AND ALL trait('role') = 'admin'",
        {"users": [{"traits": {"role": "admin"}}, {"events": [happened("A", AT)]}]},
        "account",
    )
    assert lines(told) == [
        "AND: no",
        "  ANY: 1 of 2 users, yes",
        "    user 1: no",
        "      count() >= 1: 0 >= 1, no",
        "        event('A'): 0 events",
        "    user 2: yes",
        "      count() >= 1: 1 >= 1, yes",
        "        event('A'): 1 event",
        "  ALL: 1 of 2 users, no",
        "    user 1: yes",
        "      trait('role') = 'admin': 'admin' = 'admin', yes",
        "    user 2: no",
        "      trait('role') = 'admin': missing = 'admin', no",
    ]


def test_rows_and_entries_of_arrays() -> None:
    body = {"entities": {"orders": [{"properties": {"lines": [{"n": 1}, {"n": 2}]}}]}}
    told = explained("entity('orders').where(property('lines.$.n') > 1).count() = 1", body)
    assert lines(told) == [
        "count() = 1: 1 = 1, yes",
        "  entity('orders'): 1 row",
        "  where: 1 of 2 entries",
        "    row 1 of orders, entry 1: no",
        "      property('lines.$.n') > 1: 1 > 1, no",
        "    row 1 of orders, entry 2: yes",
        "      property('lines.$.n') > 1: 2 > 1, yes",
    ]
    assert told.items == ("/customer/entities/orders/0/properties/lines/1",)


def test_labels_are_those_of_the_outline() -> None:
    text = (
        "(event('A').sources({exclude: 'x'}).between(1 day, 2 days).where(property('p') = 1 AND "
        "property('q').exists()).sum(property('p')) >= 1 OR NOT trait('t').contains('a', 'b')) "
        "AND trait('u').within_last(3 days)"
    )
    told = explained(text, {})
    query = CQL.parse(text)

    def labels(node: object) -> list[object]:
        assert isinstance(node, Explanation | type(CQL.outline(query)))
        return [node.label, *(labels(child) for child in node.children)]

    assert labels(told) == labels(CQL.outline(query))


def test_of_many_items_some_of_either_truth_are_shown() -> None:
    events = [happened("A", AT, p=n) for n in range(50)]
    told = explained("event('A').where(property('p') > 40).count() > 1", {"events": events})
    where = told.children[1]
    assert where.reading == "9 of 50 events"
    assert where.left_out == 44
    assert [child.holds for child in where.children] == [False] * 3 + [True] * 3
    assert len(where.items) == 9


def test_a_deep_query_on_a_long_history_stays_small() -> None:
    text = "event('A').count() >= 1"
    for _ in range(12):
        text = f"event('A').where({text}).count() >= 1"
    told = explained(text, {"events": [happened("A", AT) for _ in range(30)]})
    assert len(list(told.walk())) < 2_000
    assert told.holds is True


def test_the_steps_of_an_explanation_may_be_limited() -> None:
    events = [happened("A", AT, p=n) for n in range(5_000)]
    with limited(1_000), pytest.raises(OutOfSteps):
        explained("event('A').where(property('p') > 40).count() > 1", {"events": events})


def test_an_input_that_is_no_subject_is_refused() -> None:
    query = CQL.parse("event('A').count() >= 1")
    assert isinstance(CQL, Explains)
    with pytest.raises(InputError, match="customer"):
        CQL.explain(query, CQL.infer_schema(query), {"now": AT, "database": {}})


def test_values_are_short_and_texts_quoted() -> None:
    told = explained("trait('t') = 'a'", {"traits": {"t": "x" * 500}})
    assert len(told.reading) < 90
    assert told.value == "x" * 500
    told = explained("trait('t').one_of('a', 'b')", {"traits": {"t": "5"}})
    assert told.reading == "'5' one of 'a', 'b', no"
