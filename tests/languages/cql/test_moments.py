"""At which moments `now` a proof looks: somebody whom only some moment shows is never missed."""

from __future__ import annotations

import pytest

from cql_oracle import evaluate
from jurist.evidence import decide as decide_by_all_arms
from jurist.languages import get_language
from jurist.languages.cql.prover import decide
from jurist.languages.cql.schemas.schema import CqlSchema, EventSpec, Field, Kind
from jurist.languages.cql.semantics.subjects import Customer, CustomerEvent
from jurist.languages.cql.semantics.values import Value, moment_of
from jurist.records import Relation, Side
from parsed import condition

CQL = get_language("cql")


def at(text: str) -> int:
    moment = moment_of(text)
    assert moment is not None
    return moment


NOBODY = "event('A').count() >= 1 AND event('A').count() = 0"


@pytest.mark.parametrize(
    "possible",
    [
        "trait('a').after_date('2027-01-01') AND trait('b').within_last(30 days)"
        " AND trait('b').after_date(trait('a'))",
        "event('A').where(context('timestamp').after_date(property('due'))"
        " AND property('due').after_date('2027-01-01')).count() >= 1",
        "event('A').where(property('due').after_date('2027-01-01') AND event('B')"
        ".where(property(parent: 'due').within_next(30 days)).count() >= 1).count() >= 1",
        "event('A').where(context('timestamp').after_date('2025-12-30')"
        " AND context('timestamp').before_date('2026-01-01') AND event('B')"
        ".between(parent: 30 days, 60 days).within(10 days).count() >= 1).count() >= 1",
    ],
)
def test_somebody_is_there_at_a_moment_that_tied_dates_ask_for(possible: str) -> None:
    """Each has members, at a `now` that neither line of dates shows alone."""
    one, other = condition(possible), condition(NOBODY)
    schema = CQL.infer_schema(one, other)
    assert isinstance(schema, CqlSchema)
    # Beside a funnel nothing is said to be empty: the moments need not be all there are.
    assert decide(one, other, schema).relation in {Relation.CONTAINS, Relation.DIFFERENT}


@pytest.mark.parametrize(
    "possible",
    [
        "event('A').where(context('timestamp').after_date('2030-01-01') AND event('B')"
        ".between(parent: 400 days, 500 days).count() >= 1).count() >= 1",
        "event('A').where(context('timestamp').after_date('2030-01-01') AND event('B')"
        ".between(parent: 400 days, 500 days).count() = 0).count() >= 2"
        " AND event('C').within(1 day).count() >= 1",
        "event('A').where(context('timestamp').after_date('2030-01-01')).count() >= 1"
        " AND trait('d').before_date('2028-01-01') AND trait('d').before_last(300 days)",
    ],
)
def test_a_date_alone_asks_for_a_moment_late_enough(possible: str) -> None:
    """Where nothing but the end of the history moves beside a date, the kind is never open."""
    one, other = condition(possible), condition(NOBODY)
    schema = CQL.infer_schema(one, other)
    assert isinstance(schema, CqlSchema)
    assert decide(one, other, schema).relation is Relation.CONTAINS


def test_dates_and_windows_of_other_events_are_put_in_no_order() -> None:
    """Beside a funnel they once left the kind of the difference open."""
    funnel = "event('A').where(event('B').within(parent: 3 days).count() >= 1).count() >= 1"
    apart = (
        "event('C').where(context('timestamp').before_date('2026-01-01')).within(30 days).count()"
        " >= 1 AND event('D').within(7 days).count() = 0"
    )
    schema = CqlSchema(open_world=True)
    evidence = decide(condition(f"{funnel} AND {apart}"), condition(f"{funnel} OR {apart}"), schema)
    assert evidence.relation is Relation.CONTAINED
    # The same events are put in order: C at a date and in a window has one now that does both.
    nobody = f"{apart} AND event('C').within(40 days).count() = 0"
    assert Side.REFERENCE in decide(condition(nobody), condition(funnel), schema).empty


def customer(traits: dict[str, Value], **events: str) -> Customer:
    return Customer(traits, tuple(CustomerEvent(name, at(time)) for name, time in events.items()))


LATE = "NOT event('A').where(context('timestamp').after_date({})).count() > 0"


@pytest.mark.parametrize(
    ("query", "who", "now"),
    [
        (
            "trait('a').after_next(1 hour) AND trait('b').before_date(2027-01-01)"
            f" AND trait('a').before_date(trait('b')) AND {LATE.format('2030-01-01')}",
            customer({"a": "2026-06-02", "b": "2026-06-03"}),
            "2026-06-01",
        ),
        (
            "trait('a').after_next(1 hour) AND trait('b').before_date(2024-01-01)"
            f" AND trait('a').before_date(trait('b')) AND {LATE.format('2025-01-01')}",
            customer({"a": "2023-06-02", "b": "2023-06-03"}),
            "2023-06-01",
        ),
        (
            "event('A').where(context('timestamp').after_date(trait('a'))).count() > 0"
            " AND trait('a').after_date(trait('b')) AND trait('b').after_date(trait('c'))"
            " AND trait('c').after_date(2030-01-01T23:59:59.998Z)",
            customer({"c": "2030-05-01", "b": "2030-05-02", "a": "2030-05-03"}, A="2030-06-01"),
            "2031-01-01",
        ),
        (
            "trait('a').after_date(2027-01-01T00:00:00.000Z) AND trait('b').after_date(trait('a'))"
            " AND trait('c').after_date(trait('b')) AND trait('c').before_last(0 hours)"
            " AND trait('d').before_date(2027-01-01T00:00:00.006Z)"
            " AND trait('d').after_next(0 hours) AND NOT trait('d').within_next(0 hours)",
            customer(
                {n: f"2027-01-01T00:00:00.00{t}Z" for n, t in zip("abcd", "1235", strict=True)}
            ),
            "2027-01-01T00:00:00.004Z",
        ),
    ],
    ids=["a late date elsewhere", "the same in the past", "a day for a chain", "milliseconds"],
)
def test_compared_dates_have_room_between_a_date_and_a_window(
    query: str, who: Customer, now: str
) -> None:
    possible = condition(query)
    schema = CqlSchema(open_world=True)
    assert evaluate(possible, who, at(now), schema.readings), "somebody is in it"
    evidence = decide(possible, condition(NOBODY), schema)
    assert evidence.relation in {Relation.CONTAINS, Relation.DIFFERENT}
    assert Side.REFERENCE not in evidence.empty


@pytest.mark.parametrize("where", ["trait", "property"])
def test_the_dates_that_a_schema_lists_are_dates(where: str) -> None:
    """The value is one of two, and now may be near either."""
    listed = Field(Kind.STRING, enum=("2025-01-01", "2027-01-01"))
    schema = CqlSchema(events={"A": EventSpec({"d": listed})}, traits={"d": listed})
    query = f"{where}('d').within_last(7 days)"
    if where == "property":
        query = f"event('A').where({query}).count() >= 1"
    evidence = decide(condition(query), condition(NOBODY), schema)
    assert evidence.relation is Relation.CONTAINS


def test_a_moment_that_no_proof_looks_at_is_an_assumption() -> None:
    """The calendar ends in 9999, and no window near its end is tried."""
    schema = CqlSchema(open_world=True)
    far = "trait('a').after_date(9999-12-01) AND trait('a').within_last(7 days)"
    evidence = decide(condition(far), condition(NOBODY), schema)
    assert evidence.relation is Relation.EQUIVALENT
    assert "now lies in the years 1001 to 8999" in evidence.assumptions
    near = "trait('a').after_date(2026-12-01) AND trait('a').within_last(7 days)"
    evidence = decide(condition(near), condition(NOBODY), schema)
    assert "now lies in the years 1001 to 8999" not in evidence.assumptions
    # which execution keeps to, so that it contradicts no proof
    for text in (far, "NOT trait('a').after_date(0001-01-01) AND trait('a').within_last(3 days)"):
        pair = condition(text), condition(f"{text} AND event('A').count() >= 1")
        assert decide_by_all_arms(CQL, *pair, schema, cross_check=True).assumptions
    long = decide(condition("trait('a').before_last(900000 days)"), condition(NOBODY), schema)
    assert long.relation in {Relation.UNDECIDED, Relation.DIFFERENT, Relation.CONTAINS}
