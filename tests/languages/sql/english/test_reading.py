"""Sentences of the grammar, and what is none."""

from __future__ import annotations

import random
import re
from contextlib import suppress

import pytest

from jurist.languages.sql.english import wording
from jurist.languages.sql.english.cursors import NotUnderstood
from jurist.languages.sql.english.reading import read
from jurist.languages.sql.text.checking import check
from jurist.languages.sql.text.parsing import parse
from sql_workspaces import schema, told_apart

SENTENCES = [
    (
        "Show the full name of each customer whose tier is 'gold'.",
        "SELECT full_name FROM customers WHERE tier = 'gold'",
    ),
    (
        "the name of the parent category of every category",
        "SELECT p.name FROM categories c LEFT JOIN categories p ON p.category_id = c.parent_id",
    ),
    (
        "the number of orders whose shipping time is missing",
        "SELECT COUNT(*) FROM orders WHERE shipped_at IS NULL",
    ),
    (
        "the average of the price and the largest price by brand among products,"
        " but only where the number of products is at least 2",
        "SELECT AVG(price), MAX(price) FROM products GROUP BY brand HAVING COUNT(*) >= 2",
    ),
    (
        "the name of each product whose price exceeds"
        " (the average of the price among products), sorted by the price"
        " in descending order, then by the product id, only the first 3",
        "SELECT name FROM products WHERE price > (SELECT AVG(price) FROM products)"
        " ORDER BY price DESC, product_id LIMIT 3",
    ),
    (
        "the name of each campaign where there are no (orders belonging to this campaign)",
        "SELECT name FROM campaigns c WHERE NOT EXISTS"
        " (SELECT 1 FROM orders o WHERE o.campaign_id = c.campaign_id)",
    ),
    (
        "the brand of each product, each only once",
        "SELECT DISTINCT brand FROM products",
    ),
    (
        "the city of each customer; but without the city of each customer whose tier is 'gold'",
        "SELECT city FROM customers EXCEPT SELECT city FROM customers WHERE tier = 'gold'",
    ),
    (
        "the name of the customer of A of each combination of order A and order B"
        " whose customer id of A is the customer id of B"
        " and whose order id of A is less than the order id of B",
        "SELECT c.full_name FROM orders a JOIN orders b ON a.customer_id = b.customer_id"
        " JOIN customers c ON c.customer_id = a.customer_id WHERE a.order_id < b.order_id",
    ),
]


@pytest.mark.parametrize(("request_", "text"), SENTENCES)
def test_sentences(request_: str, text: str) -> None:
    query = read(request_, schema("retail"))
    assert not told_apart(schema("retail"), parse(text, schema("retail")), query)


@pytest.mark.parametrize(
    ("request_", "why"),
    [
        ("", "the end where 'the number of' was expected"),
        ("names of our gold customers", "'names of our gold customers' where"),
        ("the shoe size of each customer", "'the shoe size', which names no value"),
        ("the email of each employee", "'employee', which names no table"),
        ("the email of each customer whose city", "the end, which says nothing of"),
        ("the email of each customer whose city is missing or not", "'not', which names no value"),
        ("the email of each customer whose (city is missing", "a bracket that does not end"),
        ("the email of each customer, only the first many", "'many' where a number"),
        ("the average of the largest price among products", "'max' within 'avg', where an"),
        ("the name of each product whose lowest price is 5", "'min' in WHERE, where"),
        ("x" * 5_000, "more than 4000 characters"),
    ],
)
def test_what_is_not_understood_says_why(request_: str, why: str) -> None:
    with pytest.raises(NotUnderstood, match=re.escape(why)):
        read(request_, schema("retail"))


def test_words_of_the_grammar_in_any_order_are_read_or_refused() -> None:
    phrases = [
        *(*wording.EACH, *wording.AMONG, *wording.GROUPED, *wording.ROWS, *wording.SORTED),
        *(*wording.HAVING, *wording.ONCE, *wording.FIRST, *wording.THEN, *wording.EXISTS),
        *(*wording.IS_MISSING, *wording.IN_LIST, *wording.IN_QUERY, *wording.CONTAINS),
        *(phrase for phrases in wording.COMPARES.values() for phrase in phrases),
        *(phrase for phrases in wording.COLLECTS.values() for phrase in phrases),
        *(phrase for phrases in wording.COMBINES.values() for phrase in phrases),
    ]
    nouns = ["the name", "customers", "each order", "of the customer", "of this order", "'x'", "5"]
    pieces = [*phrases, *nouns * 4, "(", ")", ",", ";", "and", "whose"]
    rng = random.Random(11)
    for _ in range(1_000):
        with suppress(NotUnderstood):
            read(" ".join(rng.choices(pieces, k=12)), schema("retail"))
    understood = 0
    for _ in range(500):
        words = rng.choice(SENTENCES)[0].split()
        place = rng.randrange(len(words) + 1)
        words[place : place + rng.choice((0, 1, 1, 2))] = rng.choice(
            (rng.choice(pieces), "")
        ).split()
        with suppress(NotUnderstood):
            query = read(" ".join(words), schema("retail"))
            understood += 1
            assert check(query, schema("retail"), text=query.text) == ()
    assert 25 < understood < 400


def test_brackets_within_one_another_are_bounded() -> None:
    def bracketed(depth: int) -> str:
        return "the name of each product " + "(" * depth + "whose price is 5" + ")" * depth

    assert read(bracketed(8), schema("retail")).text.endswith("((((((((t1.price = 5))))))))")
    for depth in (9, 30, 500):
        with pytest.raises(NotUnderstood, match="bracket"):
            read(bracketed(depth), schema("retail"))
