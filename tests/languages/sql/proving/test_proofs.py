"""What is proved, and beside it the near miss, which a database refutes, and which is not."""

from __future__ import annotations

from itertools import islice

import pytest

from jurist.languages.effort import limited
from jurist.languages.sql.databases.generating import databases
from jurist.languages.sql.databases.reading import hints_of
from jurist.languages.sql.outcomes.comparing import Agreement
from jurist.languages.sql.outcomes.pairs import Pair
from jurist.languages.sql.proving.proof import Proof, prove
from jurist.languages.sql.text.parsing import parse
from jurist.records import Relation
from languages.sql.algebra.reading import schema_of

_SCHEMA = schema_of(
    {
        "name": "shop",
        "dialect": "sqlite",
        "tables": {
            "customer": {
                "columns": [
                    ["id", "int", False],
                    ["name", "text", False],
                    ["city", "text", True],
                    ["age", "int", True],
                    ["email", "text", True],
                ],
                "pk": ["id"],
                "unique": [["email"]],
                "fk": [],
            },
            "orders": {
                "columns": [
                    ["id", "int", False],
                    ["customer_id", "int", False],
                    ["amount", "int", False],
                    ["discount", "int", True],
                ],
                "pk": ["id"],
                "unique": [],
                "fk": [[["customer_id"], "customer", ["id"]]],
            },
            "note": {
                "columns": [["id", "int", False], ["customer_id", "int", True]],
                "pk": ["id"],
                "unique": [],
                "fk": [[["customer_id"], "customer", ["id"]]],
            },
        },
    }
)
_EQUAL = [
    # pairing
    (
        "SELECT c.name FROM customer c JOIN orders o ON o.customer_id = c.id WHERE o.amount > 3",
        "SELECT b.name FROM orders a, customer b WHERE NOT a.amount <= 3 AND b.id = a.customer_id",
        "SELECT b.name FROM orders a, customer b WHERE NOT a.amount < 3 AND b.id = a.customer_id",
    ),
    (
        "SELECT id FROM customer WHERE age > 30 OR age <= 30",
        "SELECT id FROM customer WHERE age IS NOT NULL",
        "SELECT id FROM customer",
    ),
    # groups with shared aggregates
    (
        "SELECT city, COUNT(*), SUM(age) FROM customer GROUP BY city HAVING COUNT(*) > 1",
        "SELECT city, COUNT(id), SUM(age) FROM customer GROUP BY city HAVING COUNT(name) >= 2",
        "SELECT city, COUNT(age), SUM(age) FROM customer GROUP BY city HAVING COUNT(name) >= 2",
    ),
    (
        "SELECT SUM(CASE WHEN age > 3 THEN 1 ELSE 0 END) FROM customer GROUP BY city",
        "SELECT COUNT(CASE WHEN age > 3 THEN age END) FROM customer GROUP BY city",
        "SELECT COUNT(CASE WHEN age >= 3 THEN age END) FROM customer GROUP BY city",
    ),
    (
        "SELECT c.name, COUNT(*) FROM customer c JOIN orders o ON c.id = o.customer_id"
        " GROUP BY c.id",
        "SELECT c.name, COUNT(*) FROM customer c JOIN orders o ON c.id = o.customer_id"
        " GROUP BY o.customer_id",
        "SELECT c.name, COUNT(*) FROM customer c JOIN orders o ON c.id = o.customer_id"
        " GROUP BY c.name",
    ),
    (
        "SELECT AVG(age) FROM customer",
        "SELECT SUM(age) * 1.0 / COUNT(age) FROM customer",
        "SELECT SUM(age) * 1.0 / COUNT(*) FROM customer",
    ),
    # views
    (
        "SELECT x FROM (SELECT age + 1 AS x, city FROM customer) WHERE x > 3",
        "SELECT age + 1 FROM customer WHERE age > 2",
        "SELECT age + 1 FROM customer WHERE age > 3",
    ),
    (
        "SELECT city FROM (SELECT city, COUNT(*) AS n FROM customer GROUP BY city) WHERE n > 2",
        "SELECT city FROM customer GROUP BY city HAVING COUNT(*) > 2",
        "SELECT city FROM customer GROUP BY city HAVING COUNT(age) > 2",
    ),
    (
        "SELECT o.id FROM (SELECT id FROM customer UNION ALL SELECT id FROM note) v"
        " JOIN orders o ON o.id = v.id",
        "SELECT o.id FROM customer c, orders o WHERE o.id = c.id UNION ALL"
        " SELECT o.id FROM orders o, note n WHERE o.id = n.id",
        "SELECT o.id FROM customer c, orders o WHERE o.id = c.id UNION"
        " SELECT o.id FROM orders o, note n WHERE o.id = n.id",
    ),
    (
        "SELECT city, SUM(n) FROM (SELECT city, age, COUNT(*) AS n FROM customer"
        " GROUP BY city, age) GROUP BY city",
        "SELECT city, COUNT(*) FROM customer GROUP BY city",
        "SELECT city, COUNT(age) FROM customer GROUP BY city",
    ),
    # outer joins
    (
        "SELECT c.id FROM customer c LEFT JOIN note n ON n.customer_id = c.id WHERE n.id > 3",
        "SELECT c.id FROM note n JOIN customer c ON n.customer_id = c.id WHERE n.id > 3",
        "SELECT c.id FROM customer c LEFT JOIN note n ON n.customer_id = c.id AND n.id > 3",
    ),
    (
        "SELECT c.id FROM customer c LEFT JOIN note n ON n.customer_id = c.id WHERE n.id IS NULL",
        "SELECT c.id FROM customer c WHERE NOT EXISTS"
        " (SELECT * FROM note WHERE customer_id = c.id)",
        "SELECT id FROM customer WHERE id NOT IN (SELECT customer_id FROM note)",
    ),
    (
        "SELECT o.id FROM orders o LEFT JOIN customer c ON c.id = o.customer_id",
        "SELECT id FROM orders",
        "SELECT o.id FROM orders o LEFT JOIN note c ON c.customer_id = o.customer_id",
    ),
    (
        "SELECT c.id, n.id FROM customer c RIGHT JOIN note n ON n.customer_id = c.id",
        "SELECT c.id, n.id FROM note n LEFT JOIN customer c ON c.id = n.customer_id",
        "SELECT c.id, n.id FROM note n JOIN customer c ON c.id = n.customer_id",
    ),
    # membership
    (
        "SELECT name FROM customer WHERE id IN (SELECT customer_id FROM orders WHERE amount > 3)",
        "SELECT name FROM customer c WHERE EXISTS"
        " (SELECT 1 FROM orders o WHERE o.customer_id = c.id AND o.amount > 3)",
        "SELECT c.name FROM customer c JOIN orders o ON o.customer_id = c.id AND o.amount > 3",
    ),
    (
        "SELECT id FROM orders WHERE customer_id IN (SELECT id FROM customer WHERE age > 3)",
        "SELECT o.id FROM orders o JOIN customer c ON o.customer_id = c.id AND c.age > 3",
        "SELECT o.id FROM orders o JOIN customer c ON o.customer_id = c.id AND c.age >= 3",
    ),
    (
        "SELECT id FROM customer WHERE id NOT IN (SELECT customer_id FROM orders)",
        "SELECT id FROM customer EXCEPT SELECT customer_id FROM orders",
        "SELECT id FROM customer EXCEPT SELECT customer_id FROM note",
    ),
    (
        "SELECT city FROM customer WHERE age = 3 INTERSECT SELECT city FROM customer WHERE age = 4",
        "SELECT DISTINCT a.city FROM customer a, customer b WHERE a.age = 3 AND b.age = 4"
        " AND a.city IS b.city",
        "SELECT DISTINCT a.city FROM customer a, customer b WHERE a.age = 3 AND b.age = 4"
        " AND a.city = b.city",
    ),
    (
        "SELECT id FROM customer WHERE age > 3 UNION SELECT id FROM customer WHERE city = 'x'",
        "SELECT id FROM customer WHERE age > 3 OR city = 'x'",
        "SELECT id FROM customer WHERE age > 3 UNION ALL SELECT id FROM customer WHERE city = 'x'",
    ),
    # keys
    ("SELECT DISTINCT id FROM customer", "SELECT id FROM customer", "SELECT age FROM customer"),
    (
        "SELECT DISTINCT email FROM customer WHERE email IS NOT NULL",
        "SELECT email FROM customer WHERE email = email",
        "SELECT email FROM customer",
    ),
    (
        "SELECT a.name FROM customer a JOIN customer b ON a.id = b.id WHERE b.age > 3",
        "SELECT name FROM customer WHERE age > 3",
        "SELECT a.name FROM customer a JOIN customer b ON a.age = b.age WHERE b.age > 3",
    ),
    (
        "SELECT o.amount FROM orders o JOIN customer c ON c.id = o.customer_id",
        "SELECT amount FROM orders",
        "SELECT o.amount FROM orders o JOIN note c ON c.id = o.customer_id",
    ),
    (
        "SELECT n.id FROM note n JOIN customer c ON c.id = n.customer_id",
        "SELECT id FROM note WHERE customer_id IS NOT NULL",
        "SELECT id FROM note",
    ),
    (
        "SELECT name, COUNT(*), MAX(age) FROM customer GROUP BY id",
        "SELECT name, 1, age FROM customer",
        "SELECT name, COUNT(*), MAX(age) FROM customer GROUP BY name",
    ),
    (
        "SELECT DISTINCT c.city FROM customer c JOIN orders o ON o.customer_id = c.id",
        "SELECT DISTINCT city FROM customer WHERE id IN (SELECT customer_id FROM orders)",
        "SELECT DISTINCT city FROM customer WHERE id IN (SELECT id FROM orders)",
    ),
    (
        "SELECT id, name FROM customer ORDER BY age LIMIT 1",
        "SELECT DISTINCT id, name FROM customer ORDER BY age LIMIT 1",
        "SELECT id, name FROM customer ORDER BY name LIMIT 1",
    ),
    # aggregates over all rows, and over some
    (
        "SELECT COUNT(*) - COUNT(age) FROM customer",
        "SELECT COUNT(id) FROM customer WHERE age IS NULL",
        "SELECT COUNT(id) FROM customer WHERE age IS NULL OR age = 3",
    ),
    (
        "SELECT SUM(CASE WHEN city = 'x' THEN age END) FROM customer",
        "SELECT SUM(age) FROM customer WHERE city = 'x'",
        "SELECT SUM(CASE WHEN city = 'x' THEN age ELSE 0 END) FROM customer",
    ),
    (
        "SELECT customer_id FROM orders GROUP BY customer_id HAVING MAX(amount) > 3",
        "SELECT DISTINCT customer_id FROM orders WHERE amount > 3",
        "SELECT DISTINCT customer_id FROM orders WHERE amount >= 3",
    ),
    (
        "SELECT customer_id FROM orders GROUP BY customer_id HAVING 3 > MIN(discount)",
        "SELECT DISTINCT customer_id FROM orders WHERE discount < 3",
        "SELECT customer_id FROM orders GROUP BY customer_id HAVING MAX(discount) < 3",
    ),
    (
        "SELECT c.name FROM customer c JOIN orders o ON o.customer_id = c.id"
        " GROUP BY o.customer_id HAVING COUNT(*) > 1",
        "SELECT name FROM customer WHERE id IN"
        " (SELECT customer_id FROM orders GROUP BY customer_id HAVING COUNT(*) > 1)",
        "SELECT c.name FROM customer c JOIN orders o ON o.customer_id = c.id"
        " GROUP BY c.name HAVING COUNT(*) > 1",
    ),
    (
        "SELECT COUNT(*) FROM customer WHERE id IN (SELECT customer_id FROM note)",
        "SELECT COUNT(DISTINCT customer_id) FROM note",
        "SELECT COUNT(customer_id) FROM note",
    ),
    (
        "SELECT MAX(age), name FROM customer WHERE city = 'x'",
        "SELECT MAX(c.age), c.name FROM (SELECT * FROM customer WHERE 'x' = city) c",
        "SELECT MAX(age), name FROM customer",
    ),
    # groups and DISTINCT
    (
        "SELECT city, age FROM customer GROUP BY city, age",
        "SELECT DISTINCT city, age FROM customer",
        "SELECT city, age FROM customer",
    ),
    (
        "SELECT city, COUNT(*) FROM customer GROUP BY city HAVING city > 'b'",
        "SELECT city, COUNT(*) FROM customer WHERE 'b' < city GROUP BY city",
        "SELECT city, COUNT(*) FROM customer WHERE 'b' <= city GROUP BY city",
    ),
    (
        "SELECT COUNT(DISTINCT customer_id) FROM orders",
        "SELECT COUNT(*) FROM (SELECT customer_id FROM orders GROUP BY customer_id)",
        "SELECT COUNT(customer_id) FROM orders",
    ),
    # order and limit
    (
        "SELECT name FROM customer ORDER BY id, age",
        "SELECT name FROM customer ORDER BY id",
        "SELECT name FROM customer ORDER BY age",
    ),
    (
        "SELECT name FROM customer ORDER BY age DESC LIMIT 1",
        "SELECT c.name FROM customer AS c ORDER BY c.age DESC, c.age + 1 LIMIT 1",
        "SELECT name FROM customer ORDER BY age DESC LIMIT 2",
    ),
    (
        "SELECT name FROM customer WHERE age = (SELECT MAX(age) FROM customer)",
        "SELECT name FROM customer WHERE age ="
        " (SELECT age FROM customer ORDER BY age DESC LIMIT 1)",
        "SELECT name FROM customer ORDER BY age DESC LIMIT 1",
    ),
    (
        "SELECT id FROM (SELECT id FROM customer ORDER BY name)",
        "SELECT id FROM customer",
        "SELECT id FROM customer LIMIT 3",
    ),
    (
        "SELECT name FROM (SELECT * FROM customer ORDER BY id LIMIT 3) ORDER BY id",
        "SELECT name FROM customer ORDER BY id LIMIT 3",
        "SELECT name FROM (SELECT * FROM customer ORDER BY id LIMIT 3) ORDER BY id DESC",
    ),
    # presence
    (
        "SELECT c.id FROM customer c LEFT JOIN (SELECT id, 1 AS i FROM orders) o ON o.id = c.id"
        " WHERE c.age = 3 OR o.i IS NULL",
        "SELECT id FROM customer WHERE age = 3 OR id NOT IN (SELECT id FROM orders)",
        "SELECT c.id FROM customer c LEFT JOIN (SELECT customer_id AS id, 1 AS i FROM note) o"
        " ON o.id = c.id WHERE c.age = 3 OR o.i IS NULL",
    ),
    (
        "SELECT id, EXISTS (SELECT 1 FROM note n WHERE n.customer_id = c.id) FROM customer c",
        "SELECT id, CASE WHEN v.i IS NOT NULL THEN 1 ELSE 0 END FROM customer c LEFT JOIN"
        " (SELECT customer_id, 1 AS i FROM note GROUP BY customer_id) v ON v.customer_id = c.id",
        "SELECT id, CASE WHEN v.i IS NOT NULL THEN 1 ELSE 0 END FROM customer c LEFT JOIN"
        " (SELECT id AS customer_id, 1 AS i FROM note) v ON v.customer_id = c.id",
    ),
    (
        "SELECT name FROM customer WHERE (SELECT id FROM note LIMIT 1) IS NOT NULL",
        "SELECT name FROM customer WHERE EXISTS (SELECT * FROM note)",
        "SELECT name FROM customer WHERE (SELECT id FROM note WHERE id > 3 LIMIT 1) IS NOT NULL",
    ),
    (
        "SELECT c.name, n.id FROM customer c LEFT JOIN note n ON n.customer_id = c.id AND 1 = 0",
        "SELECT name, NULL FROM customer",
        "SELECT c.name, n.id FROM customer c LEFT JOIN note n ON n.customer_id = c.id AND 1 = 1",
    ),
    (
        "SELECT c.id, n.id FROM customer c LEFT JOIN note n ON n.customer_id = c.id WHERE c.id = 2",
        "SELECT c.id, n.id FROM customer c LEFT JOIN note n ON n.customer_id = 2 WHERE c.id = 2",
        "SELECT c.id, n.id FROM customer c LEFT JOIN note n ON n.customer_id = 2",
    ),
    # a row compared with itself
    (
        "SELECT id FROM customer EXCEPT SELECT id FROM customer WHERE age > 3",
        "SELECT id FROM customer WHERE age <= 3 OR age IS NULL",
        "SELECT id FROM customer WHERE age <= 3",
    ),
    (
        "SELECT id FROM customer WHERE id NOT IN (SELECT id FROM customer WHERE city = 'x')",
        "SELECT id FROM customer WHERE city <> 'x' OR city IS NULL",
        "SELECT id FROM customer WHERE age NOT IN (SELECT age FROM customer WHERE city = 'x')",
    ),
    # groups of groups, unions
    (
        "SELECT city, SUM(n), MAX(m) FROM (SELECT city, COUNT(age) AS n, MAX(id) AS m FROM"
        " customer GROUP BY city UNION ALL SELECT city, COUNT(id), MAX(age) FROM customer"
        " GROUP BY city) GROUP BY city",
        "SELECT city, COUNT(x), MAX(y) FROM (SELECT age AS x, id AS y, city FROM customer"
        " UNION ALL SELECT id, age, city FROM customer) GROUP BY city",
        "SELECT city, COUNT(*), MAX(y) FROM (SELECT age AS x, id AS y, city FROM customer"
        " UNION ALL SELECT id, age, city FROM customer) GROUP BY city",
    ),
    (
        "SELECT customer_id FROM note UNION ALL SELECT id FROM orders WHERE 1 = 0",
        "SELECT customer_id FROM note",
        "SELECT customer_id FROM note UNION SELECT id FROM orders WHERE 1 = 0",
    ),
    (
        "SELECT v.age FROM (SELECT DISTINCT age FROM customer WHERE age > 3) v JOIN orders o"
        " ON o.amount = v.age",
        "SELECT v.age FROM (SELECT DISTINCT age FROM customer WHERE age > 3) v JOIN"
        " (SELECT * FROM orders WHERE amount > 3) o ON o.amount = v.age",
        "SELECT v.age FROM (SELECT DISTINCT age FROM customer WHERE age > 3) v JOIN"
        " (SELECT * FROM orders WHERE amount > 4) o ON o.amount = v.age",
    ),
    # empty
    (
        "SELECT id FROM customer WHERE age > 3 AND age < 3",
        "SELECT amount FROM orders WHERE 1 = 0",
        "SELECT id FROM customer WHERE age > 3 AND age < 5",
    ),
]
_OTHERS = [
    (
        Relation.CONTAINS,
        "SELECT id FROM customer",
        "SELECT id FROM customer WHERE age > 30 OR age <= 30",
    ),
    (
        Relation.CONTAINED,
        "SELECT name FROM customer WHERE age > 5 AND city = 'x'",
        "SELECT name FROM customer WHERE age > 3",
    ),
    (
        Relation.DISJOINT,
        "SELECT id FROM customer WHERE age > 3",
        "SELECT id FROM customer WHERE age < 3",
    ),
    (
        Relation.CONTAINED,
        "SELECT id FROM customer WHERE id NOT IN (SELECT customer_id FROM note)",
        "SELECT id FROM customer c WHERE NOT EXISTS (SELECT 1 FROM note WHERE customer_id = c.id)",
    ),
    (
        Relation.CONTAINS,
        "SELECT customer_id FROM orders GROUP BY customer_id HAVING COUNT(*) >= 3",
        "SELECT customer_id FROM orders GROUP BY customer_id HAVING COUNT(*) > 3",
    ),
    (
        Relation.REFINES,
        "SELECT name FROM customer ORDER BY age",
        "SELECT name FROM customer ORDER BY age, name",
    ),
    (
        Relation.REFINES,
        "SELECT name FROM customer ORDER BY age LIMIT 1",
        "SELECT name FROM customer ORDER BY age, id LIMIT 1",
    ),
    (
        Relation.CONTAINS,
        "SELECT customer_id FROM orders UNION ALL SELECT id FROM customer",
        "SELECT id FROM customer",
    ),
]


def _proof(reference: str, candidate: str) -> Proof | None:
    with limited(4_000_000):
        return prove(parse(reference, _SCHEMA), parse(candidate, _SCHEMA), _SCHEMA)


def _agreements(reference: str, candidate: str) -> set[Agreement]:
    left, right = parse(reference, _SCHEMA), parse(candidate, _SCHEMA)
    pair = Pair(left, right, _SCHEMA)
    several = islice(databases(hints_of(_SCHEMA, left.tree, right.tree), seed=3), 90)
    return {pair.compare(database).agreement for database in several}


@pytest.mark.parametrize(("reference", "candidate", "near_miss"), _EQUAL)
def test_equal_and_not_its_near_miss(reference: str, candidate: str, near_miss: str) -> None:
    for left, right in ((reference, candidate), (candidate, reference)):
        proof = _proof(left, right)
        assert proof is not None
        assert proof.relation is Relation.EQUIVALENT
    missed = _proof(reference, near_miss)
    assert missed is None or missed.relation is not Relation.EQUIVALENT
    assert Agreement.DIFFERS not in _agreements(reference, candidate)
    differs = {Agreement.DIFFERS, Agreement.FINER} & _agreements(reference, near_miss)
    assert differs, "the near miss would be right as well"


@pytest.mark.parametrize(
    ("reference", "candidate"),
    [
        (
            "SELECT name FROM customer ORDER BY age LIMIT 1",
            "SELECT DISTINCT name FROM customer ORDER BY age LIMIT 1",
        ),
        (
            "SELECT name FROM customer WHERE age > 3",
            "SELECT name FROM customer WHERE age < 3",
        ),
        # a bare column of the row that has the extreme
        ("SELECT MAX(age), name FROM customer", "SELECT MAX(age), MIN(name) FROM customer"),
        (
            "SELECT name FROM customer HAVING MAX(age) > 3",
            "SELECT name FROM customer HAVING MAX(age) > 3 AND MIN(age) <= MAX(age)",
        ),
    ],
)
def test_not_equal(reference: str, candidate: str) -> None:
    """What a rule once took for equal."""
    proof = _proof(reference, candidate)
    assert proof is None or proof.relation is not Relation.EQUIVALENT


@pytest.mark.parametrize(("relation", "reference", "candidate"), _OTHERS)
def test_other_relations(relation: Relation, reference: str, candidate: str) -> None:
    proof = _proof(reference, candidate)
    assert proof is not None
    assert proof.relation is relation


def test_facts_are_those_that_are_needed() -> None:
    proof = _proof(
        "SELECT o.amount FROM orders o JOIN customer c ON c.id = o.customer_id",
        "SELECT amount FROM orders",
    )
    assert proof is not None
    assert {str(fact) for fact in proof.facts} == {
        "not null orders(customer_id)",
        "foreign key orders(customer_id) references customer(id)",
        "key customer(id)",
    }


def test_no_fact_is_named_where_none_is_needed() -> None:
    proof = _proof(
        "SELECT DISTINCT id FROM customer WHERE age > 3",
        "SELECT DISTINCT id FROM customer WHERE 3 < age",
    )
    assert proof is not None
    assert proof.facts == ()


@pytest.mark.parametrize(
    ("reference", "candidate"),
    [
        ("SELECT COUNT(*) FROM customer", "SELECT COUNT(*) FROM customer GROUP BY city"),
        (
            "SELECT MIN(age), city FROM customer",
            "SELECT MIN(age), city FROM customer GROUP BY city",
        ),
        ("SELECT SUM(age) FROM customer", "SELECT SUM(age) FROM customer GROUP BY id"),
    ],
)
def test_one_group_of_all_is_none_of_several(reference: str, candidate: str) -> None:
    assert _proof(reference, candidate) is None
    assert _proof(candidate, reference) is None
