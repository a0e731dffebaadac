"""What a query's constants are compared with, clause by clause."""

from __future__ import annotations

import pytest

from jurist.errors import UnsupportedError
from jurist.languages import get_language
from jurist.languages.capabilities import require
from jurist.languages.pseudonymizing import Compared, Constant, Pseudonymizes, Value

LANGUAGE = get_language("sql")
PUTS = require(LANGUAGE, Pseudonymizes, needed_by="the tests")
DDL = """
CREATE TABLE shops (id INTEGER PRIMARY KEY, city TEXT, opened DATE);
CREATE TABLE sales (
  id INTEGER PRIMARY KEY, shop_id INTEGER REFERENCES shops (id), sold_at TIMESTAMP,
  price REAL, pieces INTEGER, discount REAL, note TEXT, paid BOOLEAN,
  kind TEXT CHECK (kind IN ('new', 'used'))
);
"""


def of(text: str, dialect: str = "sqlite") -> Compared:
    schema = LANGUAGE.load_schema({"ddl": DDL, "dialect": dialect}, where="a test")
    return PUTS.compared(LANGUAGE.parse(text, schema), schema)


def constants(text: str, dialect: str = "sqlite") -> list[tuple[Value, str]]:
    found = of(text, dialect)
    assert not found.obstacles, found.obstacles
    return [(each.value, " ".join(each.places)) for each in found.constants]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SELECT id FROM shops WHERE city = 'Lund'", [("Lund", "shops.city")]),
        ("SELECT id FROM shops s WHERE 'Lund' = s.city", [("Lund", "shops.city")]),
        (
            "SELECT id FROM sales WHERE price BETWEEN 2 AND -3.5",
            [(2, "sales.price"), (-3.5, "sales.price")],
        ),
        (
            "WITH a AS (SELECT city AS c FROM shops) SELECT * FROM a WHERE c IN ('x', 'y')",
            [("x", "shops.city"), ("y", "shops.city")],
        ),
        (
            "SELECT * FROM (SELECT MAX(price) AS m FROM sales) t WHERE m > 7",
            [(7, "sales.price")],
        ),
        (
            "SELECT CASE kind WHEN 'new' THEN price ELSE 9 END FROM sales",
            [("new", "sales.kind"), (9, "sales.price")],
        ),
        ("SELECT SUM(price) FROM sales HAVING SUM(price) > 5", [(5, "sales.price")]),
        ("SELECT COALESCE(note, 'x') FROM sales", [("x", "sales.note")]),
        ("SELECT id FROM shops WHERE UPPER(city) = 'LUND'", [("LUND", "shops.city")]),
        ("SELECT id FROM shops WHERE opened > '2024-01-02'", [("2024-01-02", "shops.opened")]),
        (
            "SELECT id FROM sales WHERE DATE(sold_at, '+3 days') > '2024-01-02'",
            [("2024-01-02", "sales.sold_at")],
        ),
        (
            "SELECT id FROM sales WHERE price - discount > 3",
            [(3, "sales.discount sales.price")],
        ),
        (
            "SELECT id FROM shops WHERE city || ', ' || city = 'a, b'",
            [(", ", "shops.city"), ("a, b", "shops.city")],
        ),
        ("SELECT id FROM sales WHERE pieces = '12'", [("12", "sales.pieces")]),
        ("SELECT 'label' FROM shops", [("label", "")]),
    ],
)
def test_a_constant_is_told_with_the_columns_it_is_compared_with(
    text: str, expected: list[tuple[Value, str]]
) -> None:
    assert constants(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "SELECT COUNT(*) FROM sales HAVING COUNT(*) > 5",
        "SELECT id FROM sales ORDER BY 1 LIMIT 5 OFFSET 2",
        "SELECT ROUND(price, 2) FROM sales",
        "SELECT price * 1.2 FROM sales",
        "SELECT CAST(price AS DECIMAL(10, 2)) FROM sales",
        "SELECT 100.0 * SUM(CASE WHEN paid THEN 1 ELSE 0 END) / COUNT(*) FROM sales",
        "SELECT id FROM sales WHERE JULIANDAY('now') - JULIANDAY(sold_at) > 30",
        "SELECT id FROM sales WHERE paid = 1 AND LENGTH(note) > 4",
        "SELECT NTILE(4) OVER (ORDER BY price) FROM sales",
        "SELECT id FROM sales WHERE STRFTIME('%H', sold_at) = '08'",
        "SELECT AVG(price) OVER (ORDER BY id ROWS BETWEEN 3 PRECEDING AND CURRENT ROW) FROM sales",
        "SELECT STRFTIME('%Y', opened), COUNT(*) FROM shops GROUP BY 1",
    ],
)
def test_what_counts_or_measures_stays(text: str) -> None:
    assert constants(text) == []


@pytest.mark.parametrize(
    ("dialect", "text"),
    [
        ("sqlite", "SELECT id FROM shops WHERE STRFTIME('%m', opened) = '11'"),
        ("sqlite", "SELECT id FROM shops WHERE STRFTIME('%Y', city) = '2024'"),
        ("sqlite", "SELECT id FROM shops WHERE STRFTIME('%Y', opened) = 2024"),
        ("sqlite", "SELECT id FROM shops WHERE SUBSTR(city, 2, 3) = 'xyz'"),
        ("sqlite", "SELECT id FROM shops WHERE CAST(city AS INTEGER) = 5"),
        ("sqlite", "SELECT id FROM shops WHERE city || city = 'ab'"),
        ("sqlite", "SELECT id FROM shops WHERE REPLACE(city, 'a', 'b') = 'c'"),
        ("sqlite", "SELECT id FROM sales WHERE pieces % 3 = 1"),
        ("sqlite", "SELECT id FROM sales WHERE ROUND(price) = 5"),
        ("sqlite", "SELECT id FROM shops WHERE city LIKE 'L_nd'"),
        ("sqlite", "SELECT id FROM shops WHERE opened LIKE '2024%'"),
        ("sqlite", "SELECT 4711"),
        ("sqlite", "SELECT id FROM sales WHERE JSON_EXTRACT(note, '$.xyz') IS NULL"),
        ("postgresql", "SELECT id FROM sales WHERE note ->> 'xyz' IS NULL"),
        (
            "sqlite",
            "SELECT shop_id FROM sales GROUP BY 1 HAVING COUNT(*) > MIN(price) AND MIN(price) > 7",
        ),
        ("sqlite", "SELECT id FROM sales WHERE pieces + 10 / 2 = 13"),
        (
            "sqlite",
            "SELECT id FROM sales WHERE CAST(note AS INTEGER) > LENGTH(note) "
            "AND CAST(note AS INTEGER) = 13",
        ),
        ("sqlite", "SELECT 1 FROM (SELECT 47 AS k), sales HAVING k < COUNT(*) AND k > MAX(price)"),
        ("postgresql", "SELECT id FROM shops WHERE EXTRACT(MONTH FROM opened) = 2024"),
        ("postgresql", "SELECT id FROM shops WHERE city = ANY(ARRAY['xyz'])"),
        ("postgresql", "SELECT id FROM shops WHERE city ~ 'xyz'"),
        ("mysql", "SELECT id FROM shops WHERE MONTH(opened) = 2024"),
        ("duckdb", "SELECT id FROM shops WHERE opened > CURRENT_DATE AND opened < '2024-01-01'"),
    ],
)
def test_what_other_constants_would_change_is_an_obstacle_without_a_value(
    dialect: str, text: str
) -> None:
    found = of(text, dialect)
    assert found.obstacles
    assert not any(word in " ".join(found.obstacles) for word in ("2024", "xyz", "4711", "L_nd"))


def test_a_number_beside_a_text_is_a_text_and_is_compared_as_one() -> None:
    here = of("SELECT id FROM shops WHERE city > 12")
    there = of("SELECT id FROM shops WHERE city > '12'")
    assert here.constants == there.constants
    assert here.sorted == there.sorted == {"shops.city"}


def test_a_text_to_sort_by_is_no_position() -> None:
    assert constants("SELECT id FROM shops ORDER BY 'xyz'") == [("xyz", "")]


def test_a_product_has_its_factors() -> None:
    [constant] = of("SELECT id FROM sales WHERE price * pieces > 5").constants
    assert constant.factors == (("sales.pieces", 1), ("sales.price", 1))


def test_a_month_of_a_date_fixes_its_column_alone() -> None:
    found = of("SELECT STRFTIME('%m', opened) FROM shops")
    assert [place for place, _ in found.fixed] == ["shops.opened"]


def test_others_stand_in_the_places_of_constants_and_patterns_keep_their_wildcards() -> None:
    schema = LANGUAGE.load_schema({"ddl": DDL, "dialect": "sqlite"}, where="a test")
    query = LANGUAGE.parse(
        "SELECT id FROM sales WHERE note LIKE 'a%b!%' ESCAPE '!' AND price > -2 LIMIT 3", schema
    )

    def change(constant: Constant) -> Value:
        return constant.value * 2 if isinstance(constant.value, str) else constant.value + 7

    changed = PUTS.with_constants(query, schema, change)
    assert LANGUAGE.format(changed) == (
        "SELECT id FROM sales WHERE note LIKE 'aa%b!%b!%' ESCAPE '!' AND price > 5 LIMIT 3"
    )


def test_what_cannot_be_carried_is_not_changed() -> None:
    schema = LANGUAGE.load_schema({"ddl": DDL, "dialect": "sqlite"}, where="a test")
    query = LANGUAGE.parse("SELECT id FROM shops WHERE SUBSTR(city, 2, 3) = 'und'", schema)
    with pytest.raises(UnsupportedError):
        PUTS.with_constants(query, schema, lambda constant: constant.value)
