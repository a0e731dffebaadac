"""English read by rules: what each kind of wording means, and what is refused.

The sentences are this test's own; none is from the shipped questions.
"""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from counted_calls import calls
from english_requests import BAKERY, TEAMS, random_request
from jurist.languages.capabilities import Refusal
from jurist.languages.cql.english.reading.spans import Bound, mark
from jurist.languages.cql.language import CqlLanguage
from jurist.languages.cql.normal_form.normalization import normalize
from jurist.languages.cql.schemas.schema import CqlSchema
from jurist.languages.cql.syntax import CqlQuery, Operator
from jurist.languages.cql.text.parser import parse
from jurist.languages.cql.text.printer import format_query

CQL = CqlLanguage()


def _read(text: str, schema: CqlSchema = BAKERY) -> CqlQuery | Refusal:
    return CQL.read_request(text, schema)


def _means(text: str, query: str, schema: CqlSchema = BAKERY) -> None:
    read = _read(text, schema)
    assert not isinstance(read, Refusal), read.reason
    assert normalize(read, schema) == normalize(parse(query), schema), format_query(read)


_ORDERS = "event('Order Completed')"


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("people who ordered at least twice", f"{_ORDERS}.count() >= 2"),
        ("bought more than 3 times", f"{_ORDERS}.count() > 3"),
        ("bought bread 4+ times", f"{_ORDERS}.count() >= 4"),
        ("has never ordered", f"{_ORDERS}.count() = 0"),
        ("haven't purchased", f"{_ORDERS}.count() = 0"),
        ("ordered exactly once", f"{_ORDERS}.count() = 1"),
        ("ordered fewer than five times", f"{_ORDERS}.count() < 5"),
        ("ordered no more than 2 times", f"{_ORDERS}.count() <= 2"),
        ("cancelled an order", "event('Order Cancelled').count() >= 1"),
    ],
)
def test_counts(text: str, query: str) -> None:
    _means(text, query)


@pytest.mark.parametrize(
    ("text", "window"),
    [
        ("ordered in the last 10 days", ".within(10 days)"),
        ("ordered in the past week", ".within(7 days)"),
        ("ordered over the previous two weeks", ".within(14 days)"),
        ("ordered during the last 3 months", ".within(90 days)"),
        ("ordered within the last 36 hours", ".within(36 hours)"),
        ("ordered between 10 and 20 days ago", ".between(10 days, 20 days)"),
        ("ordered", ""),
    ],
)
def test_windows(text: str, window: str) -> None:
    _means(text, f"{_ORDERS}{window}.count() >= 1")


@pytest.mark.parametrize(
    ("text", "query"),
    [
        (
            "an order with a total over $50",
            f"{_ORDERS}.where(property('total') > 50).count() >= 1",
        ),
        (
            "ordered rye bread in the last 9 days",
            f"{_ORDERS}.where(property('bread') = 'rye').within(9 days).count() >= 1",
        ),
        (
            "ordered with a voucher",
            f"{_ORDERS}.where(property('voucher').exists()).count() >= 1",
        ),
        (
            "viewed a recipe of at least 45 minutes",
            "event('Recipe Viewed').where(property('minutes') >= 45).count() >= 1",
        ),
        (
            "whose average order total is above 20",
            f"{_ORDERS}.avg(property('total')) > 20",
        ),
        ("whose largest order total is 80 or more", f"{_ORDERS}.max(property('total')) >= 80"),
    ],
)
def test_properties(text: str, query: str) -> None:
    _means(text, query)


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("gold tier", "trait('tier') = 'gold'"),
        ("customers whose tier is silver or gold", "trait('tier').one_of('silver', 'gold')"),
        ("customers whose tier is not bronze", "NOT trait('tier') = 'bronze'"),
        ("loyalty points above 300", "trait('loyalty_points') > 300"),
        (
            "loyalty points between 5 and 10",
            "trait('loyalty_points') >= 5 AND trait('loyalty_points') <= 10",
        ),
        ("no phone", "trait('phone').absent()"),
        ("we know their phone", "trait('phone').exists()"),
        ("people in the city of Berlin", "trait('city') = 'Berlin'"),
        ("joined before 2024-05-01", "trait('joined_at').before_date(2024-05-01)"),
        ("cake lovers", "trait('cake_lovers') = 'true'"),
        ("not cake lovers", "NOT trait('cake_lovers') = 'true'"),
        ("opted in to sms", "trait('sms_opt_in') = 'true'"),
    ],
)
def test_traits(text: str, query: str) -> None:
    _means(text, query)


@pytest.mark.parametrize(
    ("text", "query"),
    [
        (
            "gold tier and ordered in the last 5 days",
            f"trait('tier') = 'gold' AND {_ORDERS}.within(5 days).count() >= 1",
        ),
        (
            "cake lovers or wholesale customers",
            "trait('cake_lovers') = 'true' OR trait('wholesale_customers') = 'true'",
        ),
        (
            "cake lovers, but not wholesale customers",
            "trait('cake_lovers') = 'true' AND NOT trait('wholesale_customers') = 'true'",
        ),
        (
            "ordered twice or more in the last 60 days but nothing in the last 20",
            f"{_ORDERS}.within(60 days).count() >= 2 AND {_ORDERS}.within(20 days).count() = 0",
        ),
        (
            "viewed a recipe in the last 30 days and then ordered within 2 days",
            "event('Recipe Viewed').where(event('Order Completed').within(parent: 2 days).count()"
            " >= 1).within(30 days).count() >= 1",
        ),
        (
            "viewed a recipe in the last 30 days and then did not save that same recipe"
            " within 4 hours",
            "event('Recipe Viewed').where(event('Recipe Saved').where(property('recipe_id') ="
            " property(parent: 'recipe_id')).within(parent: 4 hours).count() = 0)"
            ".within(30 days).count() >= 1",
        ),
        (
            "ordered within 3 days of opening a newsletter",
            "event('Newsletter Opened').where(event('Order Completed').within(parent: 3 days)"
            ".count() >= 1).count() >= 1",
        ),
    ],
)
def test_several_conditions(text: str, query: str) -> None:
    _means(text, query)


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("accounts on the plus contract", "trait('contract') = 'plus'"),
        ("some user is an admin", "ANY trait('role') = 'admin'"),
        ("every user is a guest", "ALL trait('role') = 'guest'"),
        ("no user is an admin", "ALL NOT trait('role') = 'admin'"),
        (
            "no user created a board in the last 7 days",
            "ALL NOT event('Board Created').within(7 days).count() >= 1",
        ),
        (
            "basic contract, where somebody created a board 3 or more times",
            "trait('contract') = 'basic' AND ANY event('Board Created').count() >= 3",
        ),
        ("more than 10 seats", "trait('seats') > 10"),
    ],
)
def test_accounts(text: str, query: str) -> None:
    _means(text, query, TEAMS)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("a random fifth of our cake lovers", "samples"),
        ("ordered on a Tuesday", "weekdays"),
        ("ordered last month", "calendar"),
        ("the top 20 customers by loyalty points", "rankings"),
        ("ordered recently", "number"),
        ("owners of a trampoline", "trampoline"),
        ("", "nothing"),
    ],
)
def test_what_cannot_be_said_is_refused_with_the_reason(text: str, reason: str) -> None:
    read = _read(text)
    assert isinstance(read, Refusal), read
    assert reason in read.reason


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 10**9), st.sampled_from([BAKERY, TEAMS]))
def test_whatever_is_read_parses(seed: int, schema: CqlSchema) -> None:
    read = _read(random_request(seed), schema)
    if not isinstance(read, Refusal):
        assert parse(format_query(read)) == read


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=60))
def test_no_text_breaks_it(text: str) -> None:
    read = _read(text)
    assert read.reason if isinstance(read, Refusal) else parse(format_query(read)) == read


@pytest.mark.parametrize("text", ["(", "1 ", "'", "ordered and "])
def test_the_longest_texts_are_read_in_bounded_work(text: str) -> None:
    read: list[CqlQuery | Refusal] = []
    _read(text)  # what is made once
    assert calls(lambda: read.append(_read(text * (2_000 // len(text))))) < 600_000
    if text == "ordered and ":
        assert read == [parse("event('Order Completed').count() >= 1")]
    else:
        assert all(isinstance(query, Refusal) and query.reason for query in read)


def test_markers_in_a_request_are_not_taken_for_spans() -> None:
    assert mark("a ⟦7⟧ b").spans == [Bound(Operator.EQUALS, 7)]


def test_a_request_that_is_too_long_is_refused_and_not_cut() -> None:
    """What stands at its end would be left out in silence."""
    read = _read("people who " + "really " * 300 + "ordered, but not bread")
    assert isinstance(read, Refusal)
    assert "at most 2,000 are read" in read.reason
