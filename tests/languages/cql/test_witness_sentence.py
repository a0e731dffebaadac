"""A story tells what the two queries look at, what is missing of it, and nothing else."""

from __future__ import annotations

import pytest

from jurist.evidence import decide
from jurist.languages import get_language

CQL = get_language("cql")
SHOP = CQL.load_schema(
    {
        "name": "shop",
        "language": "cql",
        "events": {
            "Order Completed": {
                "properties": {
                    "total": {"type": "number"},
                    "name": {"type": "string"},
                    "coupon": {"type": "string"},
                },
                "required": ["total", "name"],
            }
        },
        "traits": {
            "properties": {"plan": {"type": "string"}, "age": {"type": "integer"}},
            "required": ["plan"],
        },
    },
    where="the test",
)


@pytest.mark.parametrize(
    ("reference", "candidate", "story"),
    [
        (  # neither the event's required name nor the required plan is looked at
            "event('Order Completed').where(property('total') >= 7).count() >= 1",
            "event('Order Completed').where(property('total') > 7).count() >= 1",
            "a customer with one Order Completed event (total 7), 1 day ago, is in the reference "
            "and not in the candidate",
        ),
        (
            "event('Order Completed').count() >= 1",
            "event('Order Completed').count() >= 2",
            "a customer with one Order Completed event, 1 day ago, is in the reference and not in "
            "the candidate",
        ),
        (
            "trait('age') != 3",
            "NOT trait('age') = 3",
            "a customer with no age is in the candidate and not in the reference",
        ),
        (
            "event('Order Completed').where(property('coupon') != 'x').count() >= 1",
            "event('Order Completed').where(NOT property('coupon') = 'x').count() >= 1",
            "a customer with one Order Completed event (no coupon), 1 day ago, is in the candidate "
            "and not in the reference",
        ),
        (
            "event('Order Completed').where(context('page') = 'a').count() = 1",
            "event('Order Completed').where(context('page') = 'a').count() >= 1",
            "a customer with two Order Completed events (context page 'a'), both 1 day ago, is in "
            "the candidate and not in the reference",
        ),
        (
            "event('Order Completed').where(context('page') != 'a').count() >= 1",
            "event('Order Completed').where(NOT context('page') = 'a').count() >= 1",
            "a customer with one Order Completed event (no context page), 1 day ago, is in the "
            "candidate and not in the reference",
        ),
        (
            "event('Order Completed').where(context('timestamp').within_last(3 days)).count() >= 1",
            "event('Order Completed').count() >= 1",
            "a customer with one Order Completed event, 4 days ago, is in the candidate "
            "and not in the reference",
        ),
        (
            "trait('day').within_last(7 days)",
            "trait('day').within_last(168 hours)",
            "a customer with day '2026-05-25', seen at 2026-06-01T12:00:00Z, is in the reference "
            "and not in the candidate",
        ),
        (
            "trait('plan') = 'pro'",
            "trait('plan') = 'pro' AND event('Order Completed').count() = 0",
            "a customer with plan 'pro' and one Order Completed event, 1 day ago, is in the "
            "reference and not in the candidate",
        ),
    ],
)
def test_only_what_is_looked_at_is_told(reference: str, candidate: str, story: str) -> None:
    evidence = decide(CQL, CQL.parse(reference), CQL.parse(candidate), SHOP)
    assert [witness.story for witness in evidence.witnesses] == [story]


def test_an_account_and_its_users_have_traits_of_their_own() -> None:
    one = CQL.parse("ANY trait('role') = 'x' AND trait('seats').exists()")
    other = CQL.parse("ANY trait('role') = 'x'")
    evidence = decide(CQL, one, other, CQL.infer_schema(one, other))
    assert [witness.story for witness in evidence.witnesses] == [
        "an account with no seats, whose only user has role 'x', is in the candidate and not in "
        "the reference"
    ]
