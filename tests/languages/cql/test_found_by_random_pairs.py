"""Pairs on which a long run or a reviewer found the prover wrong, or broken; each is mended."""

from __future__ import annotations

import pytest

import random_pairs
from compiled import compile_audience
from cql_oracle import evaluate
from jurist.evidence import decide as by_all_arms
from jurist.languages import get_language
from jurist.languages.cql.prover import decide
from jurist.languages.cql.schemas.schema import CqlSchema, EntitySpec, EventSpec, Field, Kind
from jurist.languages.cql.semantics.subjects import Customer, CustomerEvent, subject_from_json
from jurist.languages.cql.semantics.values import LAST_MOMENT, moment_of
from jurist.records import Relation, Side
from parsed import condition

CQL = get_language("cql")
NOBODY = "event('A').count() >= 1 AND event('A').count() = 0"


@pytest.mark.parametrize(
    "seed",
    [
        *(f"2026-{i}" for i in (3372, 11608, 14889, 19703, 19964, 20615, 20669)),
        *("2027-8766", "2027-40104", "4711-2810"),
    ],
)
def test_pairs_that_were_wrong_are_right(seed: str) -> None:
    assert not random_pairs.judge(seed, people=50).wrong


def test_followers_asked_for_one_condition_alone_must_exist() -> None:
    """With a required property, nothing but the comparison was left of the condition."""
    properties = {"t": Field(Kind.STRING, required=True)}
    events = {"A": EventSpec(properties), "B": EventSpec(properties)}
    schema = CqlSchema(events=events)
    followed = (
        "event('A').where(event('B').where(property('t') = property(parent: 't'))"
        ".count() >= 2).count() >= 1"
    )
    evidence = decide(condition(followed), condition("event('B').count() >= 2"), schema)
    assert evidence.relation is Relation.CONTAINED
    assert all(len(w.input["customer"]["events"]) >= 2 for w in evidence.witnesses)  # type: ignore[index, call-overload]


def test_a_query_without_any_is_read_as_the_pair_is() -> None:
    """Beside a candidate with ANY the reference is about accounts: some user, then another."""
    schema = CqlSchema(open_world=True)
    evidence = decide(
        condition("event('B').count() != 1"), condition("ANY event('B').count() != 1"), schema
    )
    assert evidence.relation is Relation.EQUIVALENT


def test_nothing_is_said_of_a_query_that_holds_only_of_users() -> None:
    """No count is 1.5, so of users it has none; beside ANY it is about accounts without users."""
    schema = CqlSchema(open_world=True)
    never = condition("NOT event('B').count() != 1.5")
    evidence = by_all_arms(CQL, condition("ANY event('A').count() >= 1"), never, schema)
    assert evidence.relation is Relation.DISJOINT
    assert not evidence.empty
    alone = by_all_arms(CQL, condition("event('A').count() >= 1"), never, schema)
    assert set(alone.empty) == {Side.CANDIDATE}


def test_an_event_s_time_is_told_apart_where_the_event_is_the_root() -> None:
    """The time of an event beside a moment that is one of its own properties."""
    later = "context('timestamp').after_date(property('due'))"
    evidence = decide(
        condition(f"event('A').where({later}).within(7 days).count() >= 1"),
        condition(f"event('A').where({later} AND property('due').exists()).count() >= 1"),
        CqlSchema(events={"A": EventSpec({"due": Field(Kind.DATE)})}),
    )
    assert evidence.relation is Relation.CONTAINED


def test_a_try_without_time_spoils_no_later_one() -> None:
    """What was listed in too little time is not kept with the schema."""
    funnel = (
        "event('A').where(event('B').within(parent: 3 days).count() >= {n}).count() >= 2"
        " AND event('A').where(NOT event('C').within(parent: 1 day).count() >= 2).count() >= 2"
    )
    one, other = condition(funnel.format(n=2)), condition(funnel.format(n=3))
    schema = CqlSchema(open_world=True)
    for steps in (1_000, 3_000, 8_000, 20_000):
        decide(one, other, schema, steps=steps)
    assert decide(one, other, schema, steps=20_000_000).relation is Relation.CONTAINS


def test_equal_audiences_behave_alike() -> None:
    funnel = "event('A').where(event('B').within(parent: 1 day).count() >= 1).count() >= 1"
    evidence = decide(
        condition(funnel),
        condition(f"{funnel} AND event('B').count() >= 1"),
        CqlSchema(open_world=True),
    )
    assert (evidence.relation, evidence.behaviour) == (Relation.EQUIVALENT, 1.0)


def test_an_average_that_takes_thousands_of_members_is_shown_with_few() -> None:
    """Of 1.5 and 1000.5 it takes 197 and 1,801 to average 100: not as many as a solver likes."""
    average = "event('A').where(property('{p}').one_of(1000.5, 1.5)).avg(property('price')) = 100"
    evidence = decide(
        condition(average.format(p="price")),
        condition(average.format(p="discount")),
        CqlSchema(open_world=True),
        steps=20_000_000,
    )
    assert evidence.relation in {Relation.OVERLAPS, Relation.DIFFERENT}  # z3 may take too long
    sizes = [len(w.input["customer"]["events"]) for w in evidence.witnesses]  # type: ignore[index, call-overload, arg-type]
    assert sizes
    assert max(sizes) <= 3_000


def test_a_timestamp_beside_a_symbol_is_compared_as_text() -> None:
    """U10: `...00.001Z` comes before `...00Z` as text, though it is the later moment."""
    literal = "2026-01-01T00:00:00Z"
    odd = condition(
        f"event('A').where(context('timestamp') < {literal}"
        f" AND context('timestamp').after_date({literal})).count() >= 1"
    )
    schema = CqlSchema(open_world=True)
    evidence = decide(odd, condition(NOBODY), schema)
    assert evidence.relation is Relation.CONTAINS
    subject, now = subject_from_json(evidence.witnesses[0].input)
    assert evaluate(odd, subject, now, schema.readings)


@pytest.mark.parametrize(
    "text", ["0001-01-01T00:00:00.001Z", "1969-12-31T23:59:59.999Z", "9999-12-31T23:59:59.999Z"]
)
def test_both_readers_keep_the_millisecond_of_a_timestamp(text: str) -> None:
    """The second reader lost it far from 1970, and so took the interpreter for wrong."""
    who = Customer(events=(CustomerEvent("A", moment_of(text) or 0),))
    exact = condition(f"event('A').where(context('timestamp') = '{text}').count() >= 1")
    schema = CqlSchema(open_world=True)
    assert evaluate(exact, who, LAST_MOMENT, schema.readings)
    assert compile_audience(exact, schema, Customer)(who, LAST_MOMENT)


@pytest.mark.parametrize("members", [9, 10, 57])
def test_a_sum_is_shown_with_as_few_members_as_will_do(members: int) -> None:
    """Past eight members fewer are asked for in halves; nine once were asked for without end."""
    amount = Field(Kind.NUMBER, minimum=0, maximum=5)
    schema = CqlSchema(events={"A": EventSpec({"p": amount})})
    total = "event('A').sum(property('p')) >= {}"
    evidence = decide(
        condition(total.format(5 * members)), condition(total.format(5 * members + 1)), schema
    )
    assert evidence.relation is Relation.CONTAINS
    (witness,) = evidence.witnesses
    assert len(witness.input["customer"]["events"]) == members  # type: ignore[index, call-overload, arg-type]


_SEEN = "event('A').where(entity('rows').where({}).count() {}).count() >= 1"


@pytest.mark.parametrize(
    ("filter_", "relation"),
    [
        ("property(parent: 'x') = 1", Relation.OVERLAPS),
        ("property(parent: 'x') = 1 AND property('z') = 1", Relation.OVERLAPS),
        ("property(parent: 'x') = 1 OR property('z') = 1", Relation.OVERLAPS),
        ("property(parent: 'x').before_last(1 day)", Relation.OVERLAPS),
    ],
)
def test_rows_that_an_event_sees_are_the_customers(filter_: str, relation: Relation) -> None:
    """They stood below the event, where nobody has any: 2030-68351."""
    seen = condition(_SEEN.format(filter_, ">= 4"))
    evidence = decide(condition("trait('y') = 1"), seen, CqlSchema(open_world=True))
    assert evidence.relation is relation


def test_two_events_see_the_same_rows() -> None:
    """Two rows where one event looks, one row where another does: the same rows, so nobody."""
    one, two = (_SEEN.format("property(parent: 'x') = 1", f"= {n}") for n in (1, 2))
    evidence = decide(
        condition(f"{one} AND {two}"), condition("trait('y') = 1"), CqlSchema(open_world=True)
    )
    assert evidence.relation is Relation.CONTAINED


_DEEP = """
    event('A').where(
        entity('x').where(entity('y').where(property(parent: 'p') = 1).count() >= 1).count() >= 1
    ).count() >= 1
"""


@pytest.mark.parametrize(
    ("candidate", "relation"),
    [
        ("event('A').count() >= 1", Relation.CONTAINED),
        ("event('A').where(property('p') = 1).count() >= 1", Relation.OVERLAPS),
        ("entity('x').where(property('p') = 1).count() >= 1", Relation.CONTAINED),
        ("entity('x').where(property('p') != 1).count() >= 1", Relation.OVERLAPS),
    ],
)
def test_the_parent_of_a_row_in_a_row_is_the_outer_row(candidate: str, relation: Relation) -> None:
    """Interpreter and prover once took different items for it, which broke the proof."""
    evidence = decide(condition(_DEEP), condition(candidate), CqlSchema(open_world=True))
    assert evidence.relation is relation


def test_rows_below_an_unlisted_row_are_unlisted() -> None:
    """They were held to be what the schema lists of the customer's own rows of that name."""
    own = EntitySpec(properties={"p": Field(Kind.NUMBER, required=True)})
    row, known = "entity('b').count()", "entity('b').where(property('p').exists()).count()"
    evidence = decide(
        condition(f"entity('a').where({row} >= 1).count() >= 1"),
        condition(f"entity('a').where({known} >= 1).count() >= 1"),
        CqlSchema(open_world=True, entities={"b": own}),
    )
    assert evidence.relation is Relation.CONTAINS


@pytest.mark.parametrize("other", [Kind.DATE, Kind.DATE_TIME, Kind.TIME, Kind.BOOLEAN, Kind.ARRAY])
def test_values_without_a_common_text_are_not_the_same_third_value(other: Kind) -> None:
    """Only pairs that are compared were held apart: a day was put where an object has to be."""
    traits = {
        "a": Field(Kind.OBJECT, fields={"c": Field(Kind.STRING)}),
        "b": Field(other),
        "u": Field(),
    }
    evidence = decide(
        condition("trait('a') = trait('u') AND trait('u') = trait('b')"),
        condition("event('E').count() < 0"),
        CqlSchema(traits=traits, events={"E": EventSpec()}),
    )
    assert evidence.relation is Relation.EQUIVALENT
