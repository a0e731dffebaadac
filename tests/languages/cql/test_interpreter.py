"""The interpreter against a naive second reading of the language, and against examples."""

from __future__ import annotations

import random
from decimal import Decimal

import pytest

from compiled import compile_audience, compile_scalar
from cql_oracle import evaluate
from cql_random import NOW, account, audience, busy_customer, chain, customer, reduction
from jurist.languages.cql.semantics.readings import (
    NoneOfMissing,
    NumberLikeText,
    ParentTies,
    Readings,
    StringEquality,
    SumOfNothing,
    WindowEdges,
)
from jurist.languages.cql.semantics.subjects import Account, Customer, CustomerEvent
from jurist.languages.cql.syntax import (
    AllUsers,
    And,
    AnyUser,
    Comparison,
    Condition,
    Event,
    Not,
    Number,
    Operator,
    Or,
    Property,
    Reducer,
    Reduction,
    Stream,
)
from jurist.languages.cql.text.limits import MAX_NESTING
from jurist.languages.cql.text.parser import parse


def readings(rng: random.Random) -> Readings:
    return Readings(
        rng.choice(list(SumOfNothing)),
        rng.choice(list(NoneOfMissing)),
        rng.choice(list(WindowEdges)),
        rng.choice(list(ParentTies)),
        rng.choice(list(NumberLikeText)),
        rng.choice(list(StringEquality)),
    )


@pytest.mark.parametrize("seed", range(8))
def test_customers_agree_with_the_oracle(seed: int) -> None:
    rng = random.Random(seed)
    members = 0
    for _ in range(120):
        query, chosen = audience(rng), readings(rng)
        is_in = compile_audience(query, chosen, Customer)
        for _ in range(10):
            who = customer(rng)
            expected = evaluate(query, who, NOW, chosen)
            assert is_in(who, NOW) == expected, (query, who, chosen)
            members += expected is True
    assert 200 < members < 1_000


@pytest.mark.parametrize("seed", range(4))
def test_chains_of_streams_agree_with_the_oracle(seed: int) -> None:
    rng = random.Random(seed)
    members = 0
    for _ in range(150):
        query, chosen = chain(rng), readings(rng)
        is_in = compile_audience(query, chosen, Customer)
        for _ in range(8):
            who = busy_customer(rng)
            expected = evaluate(query, who, NOW, chosen)
            assert is_in(who, NOW) == expected, (query, who, chosen)
            members += expected is True
    assert 300 < members < 1_000


@pytest.mark.parametrize("seed", range(4))
def test_accounts_agree_with_the_oracle(seed: int) -> None:
    rng = random.Random(seed)
    members = 0
    for _ in range(100):
        query, chosen = audience(rng, of_accounts=True), readings(rng)
        is_in = compile_audience(query, chosen, Account)
        for _ in range(8):
            who = account(rng)
            expected = evaluate(query, who, NOW, chosen)
            assert is_in(who, NOW) == expected, (query, who, chosen)
            members += expected is True
    assert 100 < members < 700


@pytest.mark.parametrize("seed", range(4))
def test_computed_traits_agree_with_the_oracle(seed: int) -> None:
    rng = random.Random(seed)
    present = 0
    for _ in range(150):
        query, chosen = reduction(rng, 2), readings(rng)
        worth = compile_scalar(query, chosen, Customer)
        for _ in range(8):
            who = customer(rng)
            expected = evaluate(query, who, NOW, chosen)
            assert worth(who, NOW) == expected, (query, who, chosen)
            present += expected is not None
    assert present > 300


def test_numbers_and_their_texts_are_one_value_or_two() -> None:
    query = Reduction(Stream(Event("A")), Reducer.UNIQUE_COUNT, Property("p"))
    events = tuple(CustomerEvent("A", NOW, {"p": p}) for p in (5, "5", "5.0", Decimal("5.5"), "05"))
    as_numbers = compile_scalar(query, Readings(), Customer)
    as_texts = compile_scalar(query, Readings(number_like_text=NumberLikeText.TEXT), Customer)
    assert as_numbers(Customer(events=events), NOW) == 2
    assert as_texts(Customer(events=events), NOW) == 4


def test_a_query_as_deep_as_the_parser_allows_is_evaluated() -> None:
    text = "event('A').count() >= 1"
    for _ in range((MAX_NESTING - 4) // 2):
        text = f"event('A').where(NOT {text}).count() >= 1"
    query = _audience(text)
    is_in = compile_audience(query, Readings(), Customer)
    for who in (Customer(), Customer(events=(CustomerEvent("A", NOW),))):
        assert is_in(who, NOW) == evaluate(query, who, NOW, Readings())


def test_an_average_is_compared_without_rounding() -> None:
    third = Decimal(1) / 3
    events = tuple(CustomerEvent("A", NOW, {"p": p}) for p in (0, 0, 1))
    above = compile_audience(
        Comparison(
            Reduction(Stream(Event("A")), Reducer.AVG, Property("p")),
            Operator.GREATER_THAN,
            (Number(third),),
        ),
        Readings(),
        Customer,
    )
    assert above(Customer(events=events), NOW)


def test_an_account_s_computed_trait_sees_its_users_as_one() -> None:
    query = Reduction(Stream(Event("A")), Reducer.SUM, Property("p"))
    users = tuple(Customer(events=(CustomerEvent("A", NOW, {"p": p}),)) for p in (1, 2))
    assert compile_scalar(query, Readings(), Account)(Account(users=users), NOW) == 3


def _audience(text: str) -> Condition:
    query = parse(text)
    assert isinstance(query, And | Or | Not | Comparison | AnyUser | AllUsers)
    return query
