"""Witnesses: shrunk as far as they go, replayed, told in one sentence."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import msgspec
import pytest

from compiled import compile_audience
from cql_oracle import evaluate
from cql_random import NOW, account, audience, customer
from jurist.errors import InternalContradiction
from jurist.languages.cql.counterexamples.shrinking import shrink
from jurist.languages.cql.counterexamples.witness import replayed_witness
from jurist.languages.cql.counterexamples.witness_sentence import Focus, describe
from jurist.languages.cql.schemas.schema import (
    AudienceType,
    CqlSchema,
    EventSpec,
    Field,
    Fields,
    Kind,
)
from jurist.languages.cql.schemas.schema_file import load_schema, read_schema
from jurist.languages.cql.semantics.subjects import (
    Account,
    Customer,
    CustomerEvent,
    Row,
    Subject,
    subject_from_json,
)
from jurist.languages.cql.semantics.values import Value
from jurist.languages.cql.text.parser import parse
from jurist.records import Witness

HOUR = 3_600_000
DAY = 24 * HOUR
OPEN = CqlSchema(open_world=True)


def witness(
    subject: Subject, reference: str, candidate: str, schema: CqlSchema = OPEN
) -> tuple[Witness, Subject]:
    found = replayed_witness(subject, NOW, parse(reference), parse(candidate), schema)
    return found, subject_from_json(found.input)[0]


def crowd(count: int) -> Customer:
    events = tuple(
        CustomerEvent("A" if i % 2 else "B", NOW - i * 7_654_321, {"p": i, "q": "x" * i})
        for i in range(count)
    )
    return Customer({"a": "1", "b": "2"}, events, {"o": (Row({"p": 1}), Row())})


def test_a_witness_is_as_small_as_can_be() -> None:
    found, small = witness(crowd(40), "event('A').count() >= 1", "event('A').count() = 1")
    assert isinstance(small, Customer)
    assert not small.traits
    assert not small.entities
    assert [(e.name, e.properties, (NOW - e.time) % DAY) for e in small.events] == [
        ("A", {}, 0),
        ("A", {}, 0),
    ]
    assert (found.reference, found.candidate) == (True, False)
    assert found.story.endswith("is in the reference and not in the candidate")
    assert "two A events" in found.story


def test_what_matters_stays() -> None:
    found, small = witness(
        crowd(40),
        "event('A').where(property('p') >= 7).within(1 day).count() >= 1",
        "event('A').where(property('p') >= 700).within(1 day).count() >= 1",
    )
    assert isinstance(small, Customer)
    assert [(e.name, e.properties) for e in small.events] == [("A", {"p": 10})]
    assert "(p 10)" in found.story


def test_accounts_shrink_to_the_users_that_matter() -> None:
    users = tuple(Customer({"t": text, "x": "y"}) for text in "abcabc")
    found, small = witness(
        Account({"plan": "pro"}, users), "ANY trait('t') = 'b'", "ALL trait('t') = 'b'"
    )
    assert isinstance(small, Account)
    assert len(small.users) == 2
    assert not small.traits
    assert found.story.startswith("an account with two users (")


def test_a_legal_subject_stays_legal() -> None:
    schema = CqlSchema(
        events={
            "A": EventSpec(
                {
                    "p": Field(Kind.INTEGER, required=True, minimum=3),
                    "q": Field(Kind.STRING, required=True),
                }
            )
        }
    )
    subject = Customer(events=(CustomerEvent("A", NOW, {"p": 77, "q": "word"}),))
    _, small = witness(subject, "event('A').count() >= 1", "event('A').count() >= 2", schema)
    assert isinstance(small, Customer)
    (event,) = small.events
    assert set(event.properties) == {"p", "q"}
    p = event.properties["p"]
    assert isinstance(p, int)
    assert p >= 3


def test_a_contradiction_can_be_replayed_from_its_bundle() -> None:
    schema = read_schema(Path(str(files("jurist"))) / "data/shop/schema.yaml")
    one = parse("event('Order Completed').count() >= 1")
    with pytest.raises(InternalContradiction, match="jurist diff") as caught:
        replayed_witness(Customer(), schema.now or 0, one, one, schema)
    bundle = json.loads(caught.value.bundle)
    assert bundle["schema_digest"] == schema.digest
    assert bundle["readings"]["sum_of_nothing"] == schema.readings.sum_of_nothing
    read = load_schema(bundle["schema"], where="bundle")
    assert (read.title, read.readings, read.now) == (schema.title, schema.readings, schema.now)
    assert {k: bare(v.properties) for k, v in read.events.items()} == {
        k: bare(v.properties) for k, v in schema.events.items()
    }
    assert bare(read.traits) == bare(schema.traits)
    assert parse(bundle["reference"]) == one
    subject, _ = subject_from_json(bundle["subject"])
    assert subject == Customer()


def bare(fields: Fields) -> dict[str, Field]:
    """Fields without their descriptions, which no verdict depends on."""
    return {
        name: replace(
            field,
            description="",
            fields=None if field.fields is None else bare(field.fields),
            items=None if field.items is None else replace(field.items, description=""),
        )
        for name, field in fields.items()
    }


def test_a_subject_that_tells_nothing_apart_is_our_bug() -> None:
    with pytest.raises(InternalContradiction) as caught:
        witness(Customer(), "event('A').count() >= 1", "event('A').count() > 0")
    bundle = json.loads(caught.value.bundle)
    assert parse(bundle["reference"]) == parse("event('A').count() >= 1")
    assert parse(bundle["candidate"]) == parse("event('A').count() > 0")
    assert bundle["subject"]["customer"] == {"events": []}
    assert bundle["schema_digest"] == OPEN.digest
    assert bundle["schema"] is None


@pytest.mark.parametrize("seed", range(6))
def test_random_witnesses_replay_in_the_oracle(seed: int) -> None:
    rng = random.Random(seed)
    of_accounts = seed % 2 == 1
    schema = CqlSchema(
        audience_type=AudienceType.ACCOUNTS if of_accounts else AudienceType.USERS,
        open_world=True,
    )
    told = 0
    for _ in range(40):
        one = audience(rng, of_accounts=of_accounts)
        other = audience(rng, of_accounts=of_accounts)
        kind = Account if of_accounts else Customer
        is_in = [compile_audience(query, schema, kind) for query in (one, other)]
        who = account(rng) if of_accounts else customer(rng)
        if is_in[0](who, NOW) == is_in[1](who, NOW):
            continue
        found = replayed_witness(who, NOW, one, other, schema)
        small, now = subject_from_json(found.input)
        assert evaluate(one, small, now, schema.readings) == found.reference
        assert evaluate(other, small, now, schema.readings) == found.candidate
        assert found.reference != found.candidate
        assert len(found.story) < 1_200
        told += 1
    assert told >= 8


def test_shrinking_is_bounded() -> None:
    asked = 0

    def still_differs(subject: Subject) -> bool:
        nonlocal asked
        asked += 1
        return isinstance(subject, Customer) and len(subject.events) >= 1_999

    small = shrink(crowd(2_000), NOW, still_differs, CqlSchema(open_world=True))
    assert isinstance(small, Customer)
    assert len(small.events) >= 1_999
    assert asked < 4_000


# --- stories ---


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        (Customer(), "a customer who has done nothing is in"),
        (
            Customer(events=(CustomerEvent("Order Completed", NOW - 9 * DAY),)),
            "a customer with one Order Completed event, 9 days ago, is in",
        ),
        (
            Customer(events=tuple(CustomerEvent("Order Completed", NOW - n * DAY) for n in (9, 3))),
            "a customer with two Order Completed events, 3 and 9 days ago, is in",
        ),
        (
            Customer(
                events=(CustomerEvent("A", NOW - 30 * DAY - 1), CustomerEvent("B", NOW, {"p": 5}))
            ),
            "a customer with one B event (p 5), just now, and one A event, 30 days and 1 ms ago,",
        ),
        (
            Customer(events=(CustomerEvent("A", NOW - 30 * DAY + 1, source="web"),)),
            "a customer with one A event (source 'web'), 30 days less 1 ms ago, is in",
        ),
        (
            Customer(
                {"plan": "pro", "age": 7}, (), {"orders": (Row({"total": 5}), Row({"total": 5}))}
            ),
            "a customer with plan 'pro' and age 7, and two rows of orders (total 5), is in",
        ),
        (Customer({"plan": "pro"}), "a customer with plan 'pro' is in"),
        (Customer({"a": 1, "b": 2, "c": 3}), "a customer with a 1, b 2 and c 3 is in"),
        (
            Customer({"plan": "pro"}, (CustomerEvent("A", NOW - DAY),)),
            "a customer with plan 'pro' and one A event, 1 day ago, is in",
        ),
        (
            Customer({"plan": "pro"}, (), {"orders": (Row(),)}),
            "a customer with plan 'pro' and one row of orders is in",
        ),
        (
            Customer(events=(CustomerEvent("A", NOW + DAY),)),
            "a customer with one A event, at 2024-10-05T00:00:00Z, is in",
        ),
        (Account(), "an account without users is in"),
        (Account({"plan": "pro"}), "an account without users and with plan 'pro' is in"),
        (Account({}, (Customer(),)), "an account whose only user has done nothing is in"),
        (
            Account({}, (Customer({"role": "admin"}, (CustomerEvent("A", NOW - DAY),)),)),
            "an account whose only user has role 'admin' and one A event, 1 day ago, is in",
        ),
        (
            Account({"plan": "pro"}, (Customer({"role": "admin"}),)),
            "an account with plan 'pro', whose only user has role 'admin', is in",
        ),
        (
            Account({"plan": "pro"}, (Customer(), Customer())),
            "an account with plan 'pro' and two users (one who has done nothing; another who",
        ),
        (
            Account({}, (Customer(), Customer({"role": "admin"}))),
            "an account with two users (one who has done nothing; another with role 'admin') is in",
        ),
    ],
)
def test_stories(subject: Subject, expected: str) -> None:
    story = describe(subject, NOW, reference=True, candidate=False)
    assert story.startswith(expected)
    assert story.endswith("is in the reference and not in the candidate")


def test_stories_say_both_sides() -> None:
    sides = {
        describe(Customer(), NOW, reference=one, candidate=other)
        for one in (True, False)
        for other in (True, False)
    }
    assert len(sides) == 4


@pytest.mark.parametrize(
    ("history", "expected"),
    [
        (
            [("Purchase", 72), ("Refund", 70)],
            "one Purchase event, 3 days ago, then one Refund event 2 hours later, is in",
        ),
        (
            [("A", 72), ("B", 48), ("B", 24), ("B", 24)],
            "one A event, 3 days ago, then one B event 1 day later, then two more 1 day later, is",
        ),
        (
            [("A", 48), ("B", 48), ("A", 0)],
            "one A event, 2 days ago, then at the same moment one B event, "
            "then one A event 2 days later, is in",
        ),
        (
            [("A", 72), ("Seen", 24)],
            "one A event, 3 days ago, then one Seen event 2 days later (1 day ago), is in",
        ),
        ([("A", hours) for hours in range(24)], "then another 1 hour later, then 18 more events,"),
        ([], "a customer who has done nothing is in"),
    ],
)
def test_stories_of_funnels_follow_the_order(history: list[tuple[str, int]], expected: str) -> None:
    events = tuple(CustomerEvent(name, NOW - hours * HOUR) for name, hours in history)
    times = Focus(ordered=True, aged=frozenset({"Seen"}))
    story = describe(Customer(events=events), NOW, reference=True, candidate=False, focus=times)
    assert expected in story


FUNNEL = "event('A').where(event('B').within(parent: 1 day).count() >= 1)"
TOLD = "one A event, 3 days ago, then one B event 1 day later"


@pytest.mark.parametrize(
    ("reference", "candidate", "expected"),
    [
        (f"{FUNNEL}.count() >= 1", f"{FUNNEL}.count() >= 2", f"{TOLD}, is"),
        (
            f"{FUNNEL}.count() >= 1",
            f"{FUNNEL}.count() >= 1 AND event('B').within(1 day).count() >= 1",
            f"{TOLD} (2 days ago), is",
        ),
        (
            "event('A').count() >= 1 AND event('B').first(property('x')) = 1",
            "event('B').last(property('x')) = 2",
            f"{TOLD.replace('B event', 'B event (x 1)')}, is",
        ),
        (
            "event('A').count() = 1 AND event('B').count() = 1",
            "event('A').count() >= 2",
            "one B event, 2 days ago, and one A event, 3 days ago, is",
        ),
    ],
)
def test_a_story_says_of_time_what_the_queries_look_at(
    reference: str, candidate: str, expected: str
) -> None:
    events = (CustomerEvent("A", NOW - 3 * DAY), CustomerEvent("B", NOW - 2 * DAY, {"x": 1}))
    found, _ = witness(Customer(events=events), reference, candidate)
    assert expected in found.story


GIVES: list[tuple[tuple[Value, ...], str, str, tuple[object, object]]] = [
    ((1, 1), "event('A').count()", "event('A').unique(property('p')).count()", (1, 0)),
    ((), "event('A').sum(property('p'))", "event('A').count()", (None, 0)),
    ((), "event('A').unique(property('p'))", "event('A').first(property('p'))", ([], None)),
    ((1, 2), "event('A').avg(property('p'))", "event('A').max(property('p'))", (0.5, 1)),
    (("5",), "event('A').first(property('p'))", "event('A').max(property('p'))", ("5", 5)),
]


@pytest.mark.parametrize(("values", "reference", "candidate", "given"), GIVES)
def test_a_witness_of_computed_traits_holds_what_each_gives(
    values: tuple[Value, ...], reference: str, candidate: str, given: tuple[object, object]
) -> None:
    happened = tuple(CustomerEvent("A", NOW - DAY, {"p": value}) for value in values)
    found, small = witness(Customer(events=happened), reference, candidate)
    assert (found.reference, found.candidate) == given
    for query, value in ((reference, found.reference), (candidate, found.candidate)):
        assert value == [] or evaluate(parse(query), small, NOW, OPEN.readings) == value
    assert [type(value) for value in (found.reference, found.candidate)] == [
        type(value) for value in given
    ]
    stored = msgspec.json.decode(msgspec.json.encode(found), type=Witness)
    assert (stored.reference, stored.candidate) == given


def test_stories_of_values() -> None:
    story = describe(Customer(), NOW, reference=5, candidate=None)
    assert story.endswith(": the reference gives 5, the candidate gives nothing")


def test_a_story_is_one_short_printable_line() -> None:
    hostile = Customer({"\u202ename\n" * 500: "\x1b[31m" * 5_000})
    crowded = crowd(2_000)
    for subject in (hostile, crowded, Account({}, (crowded,) * 50)):
        story = describe(subject, NOW, reference=True, candidate=False)
        assert story.isprintable()
        assert len(story) < 1_200
