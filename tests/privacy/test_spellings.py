"""Values in the spellings that people use: none of them leaves, and numbers keep their meaning."""

from __future__ import annotations

import unicodedata

import pytest

from jurist.languages.cql.language import CqlLanguage
from jurist.privacy import Key, Level, Pseudonyms
from jurist.roles.border.screens import HiddenTexts, screen_of

CQL = CqlLanguage()
SCHEMA = CQL.load_schema(
    {
        "name": "Shop",
        "events": {"Order": {"properties": {"total": {"type": "number"}}}},
        "traits": {
            "properties": {
                "plan": {"type": "string", "enum": ["Silver Plus"]},
                "city": {"type": "string"},
                "born": {"type": "string", "format": "date"},
                "age": {"type": "integer"},
            }
        },
    },
    where="test",
)
QUERY = CQL.parse(
    "event('Order').where(property('total') > 1234567).count() >= 1 and trait('age') > 37 "
    "and trait('city') = 'Malmö Süd' and trait('born') > '2024-03-05'"
)
PSEUDONYMS = Pseudonyms(Key(bytes(range(32))), Level.VALUES, CQL, SCHEMA, [QUERY])


def told(text: str) -> str:
    return PSEUDONYMS.prose(f"people of {text} who bought", about=[QUERY])


@pytest.mark.parametrize(
    "written",
    [
        "12,34,567",
        "1.234.567",
        "1_234_567",
        "1\u2009234\u2009567",
        "１２３４５６７",
        "١٢٣٤٥٦٧",
        "1234567USD",
        "EUR1234567",
        "1.234567e6",
    ],
)
def test_a_number_is_known_in_other_digits_and_groups(written: str) -> None:
    as_usual = told("1234567").split()[2]
    if written != "1.234567e6":  # which is a code: letters among digits
        figures = "".join(c for c in told(written) if c.isascii() and c.isdecimal())
        assert figures == "".join(filter(str.isdecimal, as_usual))
    digits = unicodedata.normalize("NFKC", told(written))
    assert not {"1234567", "234567", "234"} & set(digits.replace("_", " ").split())
    assert written not in told(written)


@pytest.mark.parametrize(
    "written",
    ["37yo", "aged37", "37EUR", "thirty-seven", "Thirty Seven", "３７"],
)
def test_a_number_is_known_in_words_and_beside_letters(written: str) -> None:
    put = told("37 years").split()[2]
    assert put in told(written)
    assert "37" not in told(written)
    assert "seven" not in told(written).lower()


@pytest.mark.parametrize("number", range(13, 100))
def test_each_number_under_a_hundred_is_known_in_words(number: int) -> None:
    small = [
        "zero",
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
        "thirteen",
    ]
    small += ["fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"]
    tens = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
    spelled = small[number] if number < 20 else tens[number // 10 - 2]
    if number > 20 and number % 10:
        spelled += f"-{small[number % 10]}"
    query = CQL.parse(f"trait('age') > {number}")
    pseudonyms = Pseudonyms(Key(bytes(range(32))), Level.VALUES, CQL, SCHEMA, [query])
    put = pseudonyms.text(CQL.format(query)).split("> ")[1]
    assert pseudonyms.prose(f"older than {spelled}", about=[query]) == f"older than {put}"


@pytest.mark.parametrize(
    "written",
    [
        "Malmo Sud",
        "MALMO",
        "Malmø",
        "Mal\u00admö",
        "Mal\u200bmö",
        "MalmöSüd",
        "silverplus",
        "ｓｉｌｖｅｒ",
        "Silver\u200dPlus",
        "«Uppsala»",
        "„Uppsala“",
        "‘Uppsala’",
    ],
)
def test_a_text_is_known_without_accents_and_with_unseen_marks(written: str) -> None:
    plain = unicodedata.normalize("NFKD", told(written)).casefold()
    seen = "".join(c for c in plain if c.isalnum() or c == " ").split()
    assert not {"malmo", "malm", "sud", "malmosud", "silver", "silverplus", "uppsala"} & set(seen)


@pytest.mark.parametrize(
    "written",
    ["05.03.24", "5/3/24", "2024.03.05", "2024-3-5", "2024/3/5", "05-03-2024", "5-Mar-2024"],
)
def test_a_day_moves_in_other_spellings(written: str) -> None:
    moved = told("2024-03-05").split()[2]
    year, month, day = moved.split("-")
    sent = told(written)
    assert "24" not in sent
    assert year[2:] in sent
    assert month in sent or "Jul" in sent
    assert day.lstrip("0") in sent


@pytest.mark.parametrize("written", ["2024-03", "03/2024"])
def test_a_month_in_figures_becomes_its_days(written: str) -> None:
    assert told(written) == told("March 2024")


@pytest.mark.parametrize(
    ("hidden", "body"),
    [
        ("Malmö", '"from Malmo"'),
        ("Malmö", '"from Mal\\u200bm\\u00f6"'),
        ("Uppsala", '"ｆｒｏｍ Ｕｐｐｓａｌａ"'),
        ("1234567", '"over 12,34,567 of them"'),
        ("1234567", '"over １２３４５６７ of them"'),
        ("1234567", '"over 1\u2009234\u2009567 of them"'),
    ],
)
def test_the_last_look_knows_other_spellings_too(hidden: str, body: str) -> None:
    look = screen_of([HiddenTexts.of([(hidden, "a value")])], (), lambda _: False)
    assert look(body.encode()) == "a value"
    assert look(b'"from Lund, over 7654321"') == ""
