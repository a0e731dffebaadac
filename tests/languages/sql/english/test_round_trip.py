"""What is said of a query is all of it: read back, it gives the same rows."""

from __future__ import annotations

import random
from contextlib import suppress

import pytest

from jurist.errors import UnsupportedError
from jurist.languages.capabilities import Style
from jurist.languages.sql.dialects import Dialect
from jurist.languages.sql.english.describing import describe
from jurist.languages.sql.english.reading import read
from jurist.languages.sql.query import SqlQuery
from jurist.languages.sql.schemas.schema import Column, SqlSchema, Table
from jurist.languages.sql.text.parsing import parse
from jurist.languages.sql.values import ValueType
from sql_workspaces import NAMES, references, schema, told_apart

UNSAYABLE = {"retail-040"}
"""A query in FROM: its rows are no rows of a table."""


def said(name: str, query: SqlQuery, style: Style, seed: object = 0) -> str:
    return describe(query, schema(name), style=style, rng=random.Random(f"{seed}"))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("style", Style)
def test_references_come_back(name: str, style: Style) -> None:
    unsayable: set[str] = set()
    for id_, query in references(name).items():
        for seed in range(2):
            try:
                request = said(name, query, style, f"{id_}/{seed}")
            except UnsupportedError:
                unsayable.add(id_)
                continue
            back = read(request, schema(name))
            assert not told_apart(schema(name), query, back), request
            assert ("ORDER BY" in query.text) == ("ORDER BY" in back.text), request
            assert query.text.count(" DESC") == back.text.count(" DESC"), request
    assert unsayable == {id_ for id_ in UNSAYABLE if id_.startswith(name)}


def test_a_condition_that_is_left_out_is_noticed() -> None:
    for name in NAMES:
        told = 0
        for query in references(name).values():
            if query.tree.args.get("where"):
                bare = query.tree.copy()
                bare.set("where", None)
                told += told_apart(schema(name), query, parse(bare.sql("sqlite"), schema(name)))
        assert told > 20


@pytest.mark.parametrize("name", NAMES)
def test_wordings_differ_and_the_seed_decides_them(name: str) -> None:
    for id_, query in references(name).items():
        if id_ not in UNSAYABLE:
            wordings = {said(name, query, Style.CONVERSATIONAL, seed) for seed in range(8)}
            assert len(wordings) > 1, id_
            assert said(name, query, Style.INDIRECT) == said(name, query, Style.INDIRECT)


@pytest.mark.parametrize(
    ("text", "request_"),
    [
        (
            "SELECT full_name FROM customers WHERE city IS NULL",
            "full name of each customer whose city is missing",
        ),
        (
            "SELECT o.order_id, c.full_name FROM orders o JOIN customers c"
            " ON c.customer_id = o.customer_id WHERE o.channel = 'phone'",
            "order id and the full name of the customer of each order whose channel is 'phone'",
        ),
        (
            "SELECT o.order_id FROM orders o JOIN campaigns c ON c.campaign_id = o.campaign_id",
            "order id of each order whose campaign id is known",
        ),
        (
            "SELECT o.order_id, c.name FROM orders o LEFT JOIN campaigns c"
            " ON c.campaign_id = o.campaign_id",
            "order id and the name of the campaign of each order",
        ),
        (
            "SELECT country, COUNT(*) FROM customers GROUP BY country HAVING COUNT(*) > 3",
            "country and the number of customers for each country among customers,"
            " but only where the number of customers is more than 3",
        ),
        (
            "SELECT name FROM products WHERE (price > 10 OR stock = 0) AND NOT brand LIKE 'N%'",
            "name of each product (whose price is more than 10 or whose stock is 0)"
            " and whose brand does not start with 'N'",
        ),
        (
            "SELECT COUNT(DISTINCT city) FROM customers",
            "number of different cities among customers",
        ),
        (
            "SELECT full_name FROM customers WHERE NOT EXISTS (SELECT 1 FROM orders"
            " WHERE orders.customer_id = customers.customer_id AND status = 'paid')",
            "full name of each customer where there are no"
            " (orders belonging to this customer whose status is 'paid')",
        ),
    ],
)
def test_what_is_said(text: str, request_: str) -> None:
    first = random.Random()
    first.choice = lambda seq: seq[0]  # pyright: ignore[reportAttributeAccessIssue]
    query = parse(text, schema("retail"))
    assert describe(query, schema("retail"), style=Style.TERSE, rng=first) == request_


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("SELECT x FROM (SELECT city AS x FROM customers) AS d", "a query in FROM"),
        ("SELECT SUBSTR(city, 1, 2) FROM customers", "the function 'substring'"),
        (
            "SELECT c.city FROM customers c LEFT JOIN orders o"
            " ON o.customer_id = c.customer_id AND o.status = 'paid'",
            "an outer join that follows no foreign key",
        ),
        ("SELECT city FROM customers ORDER BY city NULLS LAST", "where missing values are sorted"),
        (
            "SELECT SUM(stock) OVER (ORDER BY product_id ROWS 2 PRECEDING) FROM products",
            "a window of this kind",
        ),
        ("SELECT 1", "a query without a table"),
    ],
)
def test_what_cannot_be_said_is_refused_by_name(text: str, what: str) -> None:
    with pytest.raises(UnsupportedError, match=f"no English words for {what}"):
        said("retail", parse(text, schema("retail")), Style.TERSE)


def test_names_that_sound_like_the_grammar_are_never_taken_for_it() -> None:
    columns = ("id", "rating", "ratings", "number_of_visits", "is_active", "name", "name_of_owner")
    table = Table(
        "visits",
        tuple(Column(name, ValueType.INTEGER, nullable=False) for name in columns),
        ("id",),
    )
    of = SqlSchema("s", Dialect.SQLITE, (table,))
    for text in (
        "SELECT COUNT(DISTINCT rating), COUNT(DISTINCT ratings) FROM visits",
        "SELECT number_of_visits, is_active FROM visits WHERE name_of_owner > 3",
        "SELECT COUNT(*), MAX(number_of_visits) FROM visits",
    ):
        query, described = parse(text, of), 0
        for seed in range(10):
            with suppress(UnsupportedError):
                request = describe(query, of, style=Style.TERSE, rng=random.Random(seed))
                assert not told_apart(of, query, read(request, of)), request
                described += 1
        assert described > 3
