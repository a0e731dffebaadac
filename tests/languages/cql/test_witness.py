"""Witnesses: shrunk as far as they go, replayed, told in one sentence."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import pytest

from cql_oracle import evaluate
from cql_random import NOW, account, audience, customer
from jurist.errors import InternalContradiction
from jurist.languages.cql.meaning.customers import Account, Customer, Occurrence, Row, Subject
from jurist.languages.cql.meaning.interpreter import compile_audience
from jurist.languages.cql.meaning.subjects import subject_from_json
from jurist.languages.cql.populating.shrinking import shrink
from jurist.languages.cql.populating.story import tell, tell_values
from jurist.languages.cql.populating.witness import replayed_witness
from jurist.languages.cql.schemas.schema import (
    AudienceType,
    CqlSchema,
    EventSpec,
    Field,
    Fields,
    Kind,
)
from jurist.languages.cql.schemas.schema_file import load_schema, read_schema
from jurist.languages.cql.text.parser import parse
from jurist.records import Witness

HOUR = 3_600_000
DAY = 24 * HOUR
OPEN = CqlSchema(open_world=True)


def witness(
    subject: Subject, reference: str, candidate: str, schema: CqlSchema = OPEN
) -> tuple[Witness, Subject]:
    found = replayed_witness(subject, NOW, parse(reference), parse(candidate), schema)
    return found, subject_from_json(found.subject)[0]


def crowd(count: int) -> Customer:
    events = tuple(
        Occurrence("A" if i % 2 else "B", NOW - i * 7_654_321, {"p": i, "q": "x" * i})
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
    assert (found.in_reference, found.in_candidate) == (True, False)
    assert found.story.endswith("is in the first audience and not in the second")
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
    subject = Customer(events=(Occurrence("A", NOW, {"p": 77, "q": "word"}),))
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
    assert bundle["reference"] == "event('A').count() >= 1"
    assert bundle["candidate"] == "event('A').count() > 0"
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
        is_in = [compile_audience(query, schema.readings, kind) for query in (one, other)]
        who = account(rng) if of_accounts else customer(rng)
        if is_in[0](who, NOW) == is_in[1](who, NOW):
            continue
        found = replayed_witness(who, NOW, one, other, schema)
        small, now = subject_from_json(found.subject)
        assert evaluate(one, small, now, schema.readings) == found.in_reference
        assert evaluate(other, small, now, schema.readings) == found.in_candidate
        assert found.in_reference != found.in_candidate
        assert len(found.story) < 1_200
        told += 1
    assert told >= 8


def test_shrinking_is_bounded() -> None:
    asked = 0

    def still_differs(subject: Subject) -> bool:
        nonlocal asked
        asked += 1
        return isinstance(subject, Customer) and len(subject.events) >= 1_999

    small = shrink(crowd(2_000), NOW, still_differs)
    assert isinstance(small, Customer)
    assert len(small.events) >= 1_999
    assert asked < 4_000


# --- stories ---


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        (Customer(), "a customer who has done nothing is in"),
        (
            Customer(events=(Occurrence("Order Completed", NOW - 9 * DAY),)),
            "a customer with one Order Completed event, 9 days ago, is in",
        ),
        (
            Customer(events=tuple(Occurrence("Order Completed", NOW - n * DAY) for n in (9, 3))),
            "a customer with two Order Completed events, 3 and 9 days ago, is in",
        ),
        (
            Customer(events=(Occurrence("A", NOW - 30 * DAY - 1), Occurrence("B", NOW, {"p": 5}))),
            "a customer with one B event (p 5), just now, and one A event, 30 days and 1 ms ago,",
        ),
        (
            Customer(events=(Occurrence("A", NOW - 30 * DAY + 1, source="web"),)),
            "a customer with one A event (source 'web'), 30 days less 1 ms ago, is in",
        ),
        (
            Customer(
                {"plan": "pro", "age": 7}, (), {"orders": (Row({"total": 5}), Row({"total": 5}))}
            ),
            "a customer with plan 'pro' and age 7, and two orders rows (total 5), is in",
        ),
        (Account(), "an account without users, is in"),
        (
            Account({"plan": "pro"}, (Customer({"role": "admin"}),)),
            "an account with plan 'pro' and one user with role 'admin', is in",
        ),
        (
            Account({}, (Customer(), Customer({"role": "admin"}))),
            "an account with two users (one who has done nothing; another with role 'admin') is in",
        ),
    ],
)
def test_stories(subject: Subject, expected: str) -> None:
    story = tell(subject, NOW, in_reference=True, in_candidate=False)
    assert story.startswith(expected)
    assert story.endswith("is in the first audience and not in the second")


def test_stories_say_both_sides() -> None:
    sides = {
        tell(Customer(), NOW, in_reference=one, in_candidate=other)
        for one in (True, False)
        for other in (True, False)
    }
    assert len(sides) == 4


def test_stories_of_values() -> None:
    story = tell_values(Customer(), NOW, 5, None)
    assert story.endswith("has 5 as the first value and nothing as the second")


def test_a_story_is_one_short_printable_line() -> None:
    hostile = Customer({"\u202ename\n" * 500: "\x1b[31m" * 5_000})
    crowded = crowd(2_000)
    for subject in (hostile, crowded, Account({}, (crowded,) * 50)):
        story = tell(subject, NOW, in_reference=True, in_candidate=False)
        assert story.isprintable()
        assert len(story) < 1_200
