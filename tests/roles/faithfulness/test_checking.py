"""Single rules of the check by mention, one request for each."""

from __future__ import annotations

import pytest

from fake_language import FakeLanguage, Nowhere
from jurist.roles.faithfulness.checking import unsaid_or_added
from jurist.roles.faithfulness.ruling import check_mentions
from jurist.roles.protocols import Workspace
from workspaces import shipped


def found(name: str, reference: str, request: str) -> tuple[str, ...]:
    place = shipped(name)
    return unsaid_or_added(request, place.language.parse(reference, place.schema), place)


AUDIENCES = {
    "numbers in words": (
        "trait('loyalty_points') >= 1200",
        "twelve hundred loyalty points or more",
    ),
    "thousands": ("trait('loyalty_points') > 10000", "more than 10k loyalty points"),
    "a neighbouring bound": ("trait('orders_count') >= 2", "an orders count of more than one"),
    "weeks for days": ("event('Signed Up').within(14 days).count() >= 1", "signed up in two weeks"),
    "a unit that stands once": (
        "event('Order Completed').between(30 days, 90 days).count() >= 1",
        "completed an order 30 to 90 days ago",
    ),
    "a date in words": (
        "trait('created_at').after_date('2025-11-01')",
        "created after Nov 1st 2025",
    ),
    "not missing": ("trait('phone').exists()", "customers whose phone is not missing"),
    "a flag that is false": (
        "event('Signed Up').where(property('newsletter') = 'false').count() >= 1",
        "signed up with newsletter false",
    ),
    "a negation carried over": (
        "NOT trait('employees') = 'true' AND NOT trait('serial_returners') = 'true'",
        "neither employees nor serial returners",
    ),
    "a comparison denied": ("trait('total_spend') <= 100", "haven't spent more than 100 in total"),
    "a word misspelt": ("trait('loyalty_tier') = 'platinum'", "customers of the platnium tier"),
    "a range": (
        "trait('orders_count') >= 3 AND trait('orders_count') <= 5",
        "customers with 3-5 as their orders count",
    ),
    "or more": ("trait('orders_count') >= 3", "an orders count of 3 or more"),
}


@pytest.mark.parametrize("rule", AUDIENCES)
def test_what_an_audience_s_request_says_in_its_own_way_passes(rule: str) -> None:
    reference, request = AUDIENCES[rule]
    assert found("shop", reference, request) == ()


REFUSED = {
    "older than the bound": (
        "trait('orders_count') >= 2",
        "an orders count of more than 2",
        "it says > 2, where the query has >= 2",
    ),
    "a time that lies on the other side": (
        "trait('last_seen_at').before_last(90 days)",
        "customers last seen in the last 90 days",
        "it does not say that it is more than 90 days away",
    ),
    "a week is no number": (
        "event('Order Completed').within(7 days).count() > 1",
        "completed an order in the last week",
        "it does not say 1",
    ),
    "a quoted text": (
        "trait('email').exists()",
        "customers with an email that has 'gmail' in it",
        "it quotes 'gmail', which the query lacks",
    ),
    "a capitalised word": (
        "trait('email').exists()",
        "customers in France with an email",
        "it says 'France', which the query lacks",
    ),
    "another listed value": (
        "trait('email').exists()",
        "platinum customers with an email",
        "it says 'platinum', which the query lacks",
    ),
    "a month": (
        "trait('email').exists()",
        "customers with an email since March",
        "it names a month, and the query no date",
    ),
    "or for and": (
        "trait('email').exists() AND trait('phone').exists()",
        "customers with an email or a phone",
        "it says 'or', which the query lacks",
    ),
    "and for or": (
        "trait('email').exists() OR trait('phone').exists()",
        "customers with an email and a phone",
        "it does not say 'or'",
    ),
    "a bound that is none": (
        "trait('orders_count') >= 3",
        "customers with an orders count of 3",
        "it gives 3 as no bound",
    ),
    "other things than people": (
        "event('Order Completed').max(property('total')) >= 1000",
        "find completed orders with a total of at least 1000",
        "it does not ask for customers",
    ),
    "a mean that is none": (
        "event('Order Completed').sum(property('revenue')) > 100",
        "an average revenue of completed orders over 100",
        "it says 'average', which the query lacks",
    ),
}


@pytest.mark.parametrize("rule", REFUSED)
def test_what_a_request_changes_or_adds_is_said(rule: str) -> None:
    reference, request, finding = REFUSED[rule]
    assert finding in found("shop", reference, request)


ROWS = {
    "keys of joins and tables between": (
        "SELECT DISTINCT customers.email FROM customers JOIN orders ON orders.customer_id = "
        "customers.customer_id JOIN order_items ON order_items.order_id = orders.order_id "
        "JOIN products ON products.product_id = order_items.product_id "
        "WHERE products.brand = 'Nordic'",
        "emails of customers who bought a product of the brand Nordic",
    ),
    "which rows for their names": ("SELECT name FROM categories", "Which categories are there?"),
    "a year in which": (
        "SELECT COUNT(*) FROM orders "
        "WHERE ordered_at >= '2024-01-01' AND ordered_at < '2025-01-01'",
        "How many orders had an order time in 2024?",
    ),
    "a flag": ("SELECT name FROM products WHERE discontinued = 0", "products not discontinued"),
    "at least one for none": (
        "SELECT full_name FROM customers WHERE EXISTS (SELECT 1 FROM orders WHERE "
        "orders.customer_id = customers.customer_id)",
        "names of customers with at least one order",
    ),
    "the first of many": (
        "SELECT name FROM products ORDER BY price DESC LIMIT 1",
        "What is the name of the most expensive product?",
    ),
    "those without too": (
        "SELECT customers.full_name, COUNT(orders.order_id) FROM customers LEFT JOIN orders ON "
        "orders.customer_id = customers.customer_id GROUP BY customers.customer_id, "
        "customers.full_name",
        "the name of each customer and the number of orders, also of those without any",
    ),
}


@pytest.mark.parametrize("rule", ROWS)
def test_what_a_request_for_rows_need_not_say_passes(rule: str) -> None:
    reference, request = ROWS[rule]
    assert found("retail", reference, request) == ()


def test_a_language_that_does_not_say_what_it_mentions_leaves_questions_unchecked() -> None:
    place = Workspace(FakeLanguage(), Nowhere(), "fake")
    ruled = check_mentions("anything at all", "1", place)
    assert ruled.faithful is None
    assert "does not say what its queries mention" in ruled.reason


def test_a_reference_that_is_none_leaves_the_question_unchecked() -> None:
    ruled = check_mentions("anything at all", "trait('", shipped("shop"))
    assert ruled.faithful is None
    assert ruled.by is None


@pytest.mark.parametrize("name", ["shop", "retail"])
def test_no_text_breaks_the_check(name: str) -> None:
    reference = {"shop": "trait('phone').absent()", "retail": "SELECT name FROM products"}[name]
    for text in (
        "",
        " ",
        "⟦1⟧ \u202e",
        "9" * 400,
        "'" * 50,
        "no " * 2_000,
        "1,2,3,,4 .5. -",
        "ﬁ½²",
    ):
        found(name, reference, text)
