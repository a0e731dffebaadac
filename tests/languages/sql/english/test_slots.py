"""What a request names, and a known query with what another one names."""

from __future__ import annotations

import pytest

from jurist.languages.capabilities import Slot
from jurist.languages.sql.english.fitting import adapt
from jurist.languages.sql.english.slots import SlotKind, outline
from jurist.languages.sql.text.parsing import parse
from sql_workspaces import schema

RETAIL = schema("retail")


@pytest.mark.parametrize(
    ("request_", "masked", "slots"),
    [
        (
            "our 10 gold customers since 2023",
            "our slotnumber slottext customer since slotyear",
            [(SlotKind.NUMBER, 10), (SlotKind.TEXT, "gold"), (SlotKind.YEAR, 2023)],
        ),
        (
            "who bought Norrland products in March 2024?",
            "who bought slottext product in slotmonth",
            [(SlotKind.TEXT, "Norrland"), (SlotKind.MONTH, "2024-03")],
        ),
        (
            "returns as 'Wrong size' until 1 April 2024 or 2024-05-02",
            "return as slottext until slotday or slotday",
            [
                (SlotKind.TEXT, "Wrong size"),
                (SlotKind.DAY, "2024-04-01"),
                (SlotKind.DAY, "2024-05-02"),
            ],
        ),
        (
            "returns for the wrong size, over 1,000 of them, three a day",
            "return for the slottext over slotnumber of them slotnumber a day",
            [(SlotKind.TEXT, "wrong size"), (SlotKind.NUMBER, 1000), (SlotKind.NUMBER, 3)],
        ),
    ],
)
def test_outlines(request_: str, masked: str, slots: list[tuple[SlotKind, object]]) -> None:
    found = outline(request_, RETAIL)
    assert found.masked == masked
    assert [(slot.kind, slot.value) for slot in found.slots] == slots


@pytest.mark.parametrize(
    ("text", "known", "asked", "fitted"),
    [
        (
            "SELECT name FROM products WHERE brand = 'Norrland' AND price > 100 LIMIT 10",
            "the 10 Norrland products above 100",
            "the 5 Alpina products above 250",
            "SELECT name FROM products WHERE brand = 'Alpina' AND price > 250 LIMIT 5",
        ),
        (
            "SELECT order_id FROM orders WHERE ordered_at >= '2024-03-01'"
            " AND ordered_at < '2024-04-01'",
            "orders of March 2024",
            "orders of December 2022",
            "SELECT order_id FROM orders WHERE ordered_at >= '2022-12-01'"
            " AND ordered_at < '2023-01-01'",
        ),
        (
            "SELECT full_name FROM customers WHERE joined_on BETWEEN '2023-01-01' AND '2023-12-31'",
            "who joined in 2023",
            "who joined in 2021",
            "SELECT full_name FROM customers WHERE joined_on BETWEEN '2021-01-01' AND '2021-12-31'",
        ),
        (
            "SELECT full_name FROM customers WHERE joined_on <= '2024-03-31'",
            "joined by the end of March 2024",
            "joined by the end of February 2023",
            "SELECT full_name FROM customers WHERE joined_on <= '2023-02-28'",
        ),
        (
            "SELECT name FROM products WHERE name LIKE '%jacket%'",
            'products with "jacket" in the name',
            'products with "o\'neil" in the name',
            "SELECT name FROM products WHERE name LIKE '%o''neil%'",
        ),
        (
            "SELECT name FROM products WHERE price > 100 AND stock < 100",
            "over 100 in price, less than 100 in stock",
            "over 50 in price, less than 7 in stock",
            "SELECT name FROM products WHERE price > 50 AND stock < 7",
        ),
        (
            "SELECT name FROM products WHERE price > 100",
            "products above 100",
            "products",
            "SELECT name FROM products WHERE price > 100",
        ),
    ],
)
def test_fitting(text: str, known: str, asked: str, fitted: str) -> None:
    query = parse(text, RETAIL)
    made = adapt(query, outline(known, RETAIL).slots, outline(asked, RETAIL).slots)
    assert made.text == fitted
    assert query == parse(text, RETAIL)
    assert parse(made.text, RETAIL) == made


def test_a_request_may_be_anything() -> None:
    for request in ("", "'" * 3_000, "\x00", "2024-99-99 31 February 2024", "9" * 50):
        found = outline(request, RETAIL)
        adapt(parse("SELECT 1 FROM orders", RETAIL), (Slot("slotnumber", 1),), found.slots)
