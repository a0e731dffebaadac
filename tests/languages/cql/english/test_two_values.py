"""Two values that are both read from a customer, said in English and read from it."""

from __future__ import annotations

import random

import pytest

from jurist.languages.capabilities import Style
from jurist.languages.cql.language import CqlLanguage
from jurist.languages.cql.schemas.schema import CqlSchema, EventSpec, Field, Kind
from jurist.languages.cql.text.parser import parse

ORDER, RETURN = "event('Order Completed')", "event('Order Returned')"
SHOP = CqlSchema(
    title="Shop",
    events={
        "Order Completed": EventSpec({"note": Field(Kind.STRING), "total": Field(Kind.NUMBER)}),
        "Order Returned": EventSpec({"total": Field(Kind.NUMBER)}),
    },
    traits={
        "city": Field(Kind.STRING),
        "billing_city": Field(Kind.STRING),
        "visits": Field(Kind.NUMBER),
    },
)
LANGUAGE = CqlLanguage()


def said(query: str) -> str:
    return LANGUAGE.describe(
        parse(query), SHOP, style=Style.CONVERSATIONAL, rng=random.Random(1)
    ).removeprefix("all customers ")


@pytest.mark.parametrize(
    ("query", "english"),
    [
        (
            f"{ORDER}.count() > {RETURN}.count()",
            "who completed an order more often than they returned an order",
        ),
        (
            f"NOT {ORDER}.within(7 days).count() > {RETURN}.count()",
            "who completed an order in the last 7 days at most as often as they returned an order",
        ),
        (
            f"{ORDER}.count() = {RETURN}.count()",
            "who completed an order just as often as they returned an order",
        ),
        (
            f"trait('visits') < {ORDER}.count()",
            "whose visits are below the number of the times they completed an order",
        ),
        ("trait('city').contains(trait('billing_city'))", "whose city contains their billing city"),
        (
            f"{ORDER}.where(property('note').starts_with(trait('city'))).count() >= 1",
            "who completed an order where the note starts with the customer's city",
        ),
    ],
)
def test_it_is_said(query: str, english: str) -> None:
    assert said(query) == english


@pytest.mark.parametrize(
    "query",
    [
        f"{ORDER}.count() > {RETURN}.count()",
        f"{ORDER}.within(7 days).count() >= {RETURN}.within(30 days).count()",
        f"{ORDER}.count() = {RETURN}.count()",
        f"{ORDER}.where(property('total') > 50).count() < {RETURN}.count()",
        "trait('city').contains(trait('billing_city'))",
        "NOT trait('city').starts_with(trait('billing_city'))",
    ],
)
def test_what_is_said_is_read(query: str) -> None:
    read = LANGUAGE.read_request(f"all customers {said(query)}", SHOP)
    assert read == parse(query)


@pytest.mark.parametrize(
    ("request_", "query"),
    [
        (
            "customers with more order completed than order returned",
            f"{ORDER}.count() > {RETURN}.count()",
        ),
        ("customers with more than 5 orders completed", f"{ORDER}.count() > 5"),
        ("customers who completed an order more than 3 times", f"{ORDER}.count() > 3"),
    ],
)
def test_more_than_a_number_and_more_than_another_thing(request_: str, query: str) -> None:
    assert LANGUAGE.read_request(request_, SHOP) == parse(query)


def test_how_often_needs_two_things_that_are_done() -> None:
    refusal = LANGUAGE.read_request("customers who completed an order more often than before", SHOP)
    assert "how often" in str(getattr(refusal, "reason", refusal))
