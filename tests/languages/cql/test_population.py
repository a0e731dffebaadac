"""The seeded population: legal, the same every time, and at the borders of both queries."""

from __future__ import annotations

import random
from decimal import Decimal

import pytest

from cql_random import audience
from jurist.evidence import decide
from jurist.languages import get_language
from jurist.languages.cql.counterexamples.legality import is_legal
from jurist.languages.cql.counterexamples.population import Population, population
from jurist.languages.cql.schemas.conformance import violations
from jurist.languages.cql.schemas.schema import (
    AudienceType,
    CqlSchema,
    EntitySpec,
    EventSpec,
    Field,
    Fields,
    Kind,
)
from jurist.languages.cql.semantics.subjects import (
    Account,
    Customer,
    CustomerEvent,
    subject_to_json,
)
from jurist.languages.cql.semantics.values import Values, moment_of
from jurist.languages.cql.text.parser import parse
from jurist.records import Relation

DAY = 86_400_000
OPEN = CqlSchema(open_world=True)

FIELDS: Fields = {
    "total": Field(Kind.NUMBER, required=True, minimum=0),
    "quantity": Field(Kind.INTEGER, minimum=1, maximum=5),
    "currency": Field(Kind.STRING, enum=("USD", "EUR")),
    "gift": Field(Kind.BOOLEAN, required=True),
    "shipped": Field(Kind.DATE),
    "address": Field(
        Kind.OBJECT, fields={"city": Field(Kind.STRING), "zip": Field(Kind.STRING, required=True)}
    ),
    "tags": Field(Kind.ARRAY, items=Field(Kind.STRING)),
}
SHOP = CqlSchema(
    "Shop",
    events={"Order": EventSpec(FIELDS), "View": EventSpec()},
    traits={
        "plan": Field(Kind.STRING, required=True, enum=("free", "pro")),
        "age": Field(Kind.INTEGER),
    },
    account_traits={"plan": Field(Kind.STRING, required=True)},
    entities={"orders": EntitySpec(FIELDS, {"lines": EntitySpec({"n": Field(Kind.INTEGER)})})},
)


def made(reference: str, candidate: str | None = None, schema: CqlSchema = OPEN) -> Population:
    return population(parse(reference), parse(candidate or reference), schema)


def customers(people: Population) -> list[Customer]:
    found = [subject for subject in people.subjects if isinstance(subject, Customer)]
    assert len(found) == len(people.subjects)
    return found


def histories(people: Population) -> list[tuple[CustomerEvent, ...]]:
    return [customer.events for customer in customers(people)]


def test_it_is_the_same_every_time() -> None:
    rng = random.Random(5)
    for _ in range(10):
        one, other = audience(rng), audience(rng)
        assert population(one, other, OPEN) == population(one, other, OPEN)


def test_it_is_bounded() -> None:
    rng = random.Random(6)
    sizes = [len(population(audience(rng), audience(rng), OPEN).subjects) for _ in range(30)]
    assert max(sizes) <= 400
    assert min(sizes) >= 40


def test_counts_lie_around_every_threshold() -> None:
    people = made("event('A').count() >= 3", "event('A').count() >= 20")
    assert {0, 1, 2, 3, 4, 19, 20, 21} <= {len(events) for events in histories(people)}


def test_events_lie_around_every_edge() -> None:
    people = made(
        "event('A').within(7 days).count() >= 1",
        "event('A').between(1 day, 30 days).count() >= 1",
    )
    ages = {people.now - event.time for events in histories(people) for event in events}
    for bound in (DAY, 7 * DAY, 30 * DAY):
        assert {bound - 1, bound, bound + 1} <= ages
    for low, high in ((0, DAY), (DAY, 7 * DAY), (7 * DAY, 30 * DAY), (30 * DAY, 90 * DAY)):
        assert any(low + 1 < age < high - 1 for age in ages)


def test_children_lie_around_their_parent_s_window() -> None:
    people = made("event('A').where(event('B').within(parent: 7 days).count() >= 1).count() >= 1")
    delays: set[int] = set()
    most_children = 0
    for events in histories(people):
        parents = [event.time for event in events if event.name == "A"]
        children = [event.time for event in events if event.name == "B"]
        delays |= {child - parent for child in children for parent in parents}
        most_children = max(most_children, len(children))
    assert {-1, 0, 1, 7 * DAY - 1, 7 * DAY, 7 * DAY + 1} <= delays
    assert most_children >= 2


def test_values_lie_around_every_constant() -> None:
    people = made(
        "event('A').where(property('p') > 50 AND property('q') = 'Red').count() >= 1",
        "event('A').where(property('p') >= 9.5).count() >= 1 AND trait('t').contains('ab')",
    )
    events = [event for events in histories(people) for event in events]
    p = [event.properties.get("p") for event in events]
    for value in (49, 50, 51, Decimal("49.99"), Decimal("50.01"), Decimal("9.5"), "50", None):
        assert value in p
    q = [event.properties.get("q") for event in events]
    for value in ("Red", "rED", "Redx", "xRed", None):
        assert value in q
    t = [customer.traits.get("t") for customer in customers(people)]
    for value in ("ab", "AB", "xabx", None):
        assert value in t


def test_dates_lie_on_both_sides() -> None:
    people = made(
        "event('A').where(context('timestamp').before_date('2024-03-01')).count() >= 1",
        "trait('t').after_date(2024-03-01) OR trait('t').within_last(7 days)",
    )
    date = moment_of("2024-03-01")
    assert date is not None
    times = {event.time - date for events in histories(people) for event in events}
    assert {-1, 0, 1} <= times
    moments = {moment_of(customer.traits.get("t")) for customer in customers(people)}
    assert {date - 1, date, date + 1} <= moments
    assert {people.now - 7 * DAY - 1, people.now - 7 * DAY} <= moments


def test_a_schema_s_now_is_kept() -> None:
    schema = CqlSchema(open_world=True, now=5 * DAY)
    assert made("event('A').within(1 day).count() >= 1", schema=schema).now == 5 * DAY


def test_accounts_have_no_one_and_several_users() -> None:
    people = made("ANY trait('t') = 'a'", "ALL trait('t') = 'a'")
    accounts = [subject for subject in people.subjects if isinstance(subject, Account)]
    assert len(accounts) == len(people.subjects)
    assert {0, 1, 2, 3} <= {len(account.users) for account in accounts}
    mixed = [{user.traits.get("t") == "a" for user in account.users} for account in accounts]
    assert {True, False} in mixed


@pytest.mark.parametrize("kind", list(Kind))
def test_a_reduced_trait_is_that_of_several_users(kind: Kind) -> None:
    """Whatever its type: first, last and mode of it differ where users differ."""
    if kind in {Kind.ARRAY, Kind.OBJECT}:
        return
    schema = CqlSchema(
        "Shop",
        AudienceType.ACCOUNTS,
        events={"Order": EventSpec()},
        traits={"t": Field(kind)},
    )
    first, last = "event('Order').first(trait('t'))", "event('Order').last(trait('t'))"
    people = made(first, last, schema)
    accounts = [subject for subject in people.subjects if isinstance(subject, Account)]
    told = [{str(u.traits.get("t")) for u in account.users if u.events} for account in accounts]
    assert any(len(values - {"None"}) > 1 for values in told)
    evidence = decide(get_language("cql"), parse(first), parse(last), schema)
    assert evidence.relation is Relation.DIFFERENT


def test_rows_and_their_rows() -> None:
    people = made(
        "entity('o').where(entity('l').where(property('c') = 'x').count() >= 2).count() >= 1"
    )
    shapes = {
        tuple(len(row.entities.get("l", ())) for row in customer.entities.get("o", ()))
        for customer in customers(people)
    }
    assert {(), (1,), (2,)} <= shapes


@pytest.mark.parametrize(
    "query",
    [
        "event('Order').where(property('total') > 50).count() >= 2",
        "event('Order').where(property('total') > -5).sum(property('total')) >= 100.5",
        "event('Order').where(property('quantity') < 3 AND property('gift') = 'true').count() > 1",
        "event('Order').where(property('currency') = 'GBP').count() = 0",
        "event('Order').where(property('address.city') = 'Rome').count() >= 1",
        "event('Order').where(property('tags.$') = 'new').count() >= 1",
        "event('Order').where(property('shipped').within_last(3 days)).count() >= 1",
        "event('Order').where(property('quantity') > trait('age')).count() >= 1",
        "event('Order').where(property('total') = property('quantity')).count() >= 1",
        "event('Order').mode(property('quantity'), 2) = 9",
        "trait('plan') != 'pro' AND trait('age') >= 17.5",
        "entity('orders').where(entity('lines').where(property('n') > 1).count() > 0).count() > 0",
    ],
)
@pytest.mark.parametrize("kind", [AudienceType.USERS, AudienceType.ACCOUNTS])
def test_subjects_are_legal(query: str, kind: AudienceType) -> None:
    schema = CqlSchema("Shop", kind, SHOP.events, SHOP.traits, SHOP.account_traits, SHOP.entities)
    people = made(query, "event('Order').count() >= 1", schema)
    for subject in people.subjects:
        assert not list(violations(subject_to_json(subject, people.now), schema))


@pytest.mark.parametrize(
    ("values", "legal"),
    [
        ({"total": 0, "gift": "true"}, True),
        ({"total": -1, "gift": "true"}, False),
        ({"total": "5", "gift": "true"}, False),
        ({"gift": "true"}, False),
        ({"total": 0, "gift": "yes"}, False),
        ({"total": 0, "gift": "true", "quantity": 6}, False),
        ({"total": 0, "gift": "true", "quantity": Decimal("1.5")}, False),
        ({"total": 0, "gift": "true", "currency": "GBP"}, False),
        ({"total": 0, "gift": "true", "address": {"city": "Rome"}}, False),
        ({"total": 0, "gift": "true", "address": {"zip": "1"}}, True),
        ({"total": 0, "gift": "true", "tags": ("a",)}, True),
        ({"total": 0, "gift": "true", "tags": (5,)}, False),
        ({"total": 0, "gift": "true", "shipped": "soon"}, False),
        ({"total": 0, "gift": "true", "unlisted": 1}, True),
    ],
)
def test_what_is_legal(values: Values, *, legal: bool) -> None:
    assert all(is_legal(values.get(name), field) for name, field in FIELDS.items()) == legal
