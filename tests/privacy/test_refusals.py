"""What pseudonyms cannot carry is refused, with a reason that holds no value."""

from __future__ import annotations

import re

import pytest

from jurist.languages.cql.language import CqlLanguage
from jurist.privacy import NotCarriedError
from pseudonymised_pairs import of_pair

CQL = CqlLanguage()
SCHEMA = CQL.load_schema(
    {
        "name": "Shop",
        "events": {"Bought": {"properties": {"n": {"type": "integer"}, "p": {"type": "number"}}}},
        "traits": {
            "properties": {
                "s": {"type": "string"},
                "d": {"type": "string", "format": "date"},
                "o": {"type": "object"},
                "a": {"type": "array", "items": {"type": "number"}},
                "n": {"type": "integer", "minimum": -3},
                "any": {},
            }
        },
    },
    where="test",
)


def refusal(*texts: str) -> str:
    pair = [CQL.parse(text) for text in texts]
    with pytest.raises(NotCarriedError) as refused:
        of_pair(CQL, SCHEMA, pair).queries(*pair)
    for text in texts:
        for value in re.findall(r"'([^']{3,})'", text):
            assert value not in str(refused.value)
    return refused.value.reason


@pytest.mark.parametrize(
    ("texts", "reason"),
    [
        (("trait('s').contains('apple')", "trait('s') = 'pineapple'"), "within a word"),
        (("trait('s').ends_with('berry')", "trait('s') = 'blueberry'"), "within a word"),
        (("trait('d').starts_with('2024-01')",), "a part of a date"),
        (("trait('any').contains('12')",), "digits within"),
        (("trait('o') = 'abc'",), "an object as a whole"),
        (("trait('a') = '[1,2]'",), "an array"),
        (("trait('d') = '0001-01-02'",), "an end of the calendar"),
        (("event('Bought').count() = 'many'",), "a count with a text"),
        (("trait('any') > 9 AND trait('any') < 10", "trait('any') > '9a'"), "order of texts"),
        (
            ("event('Bought').sum(property('n')) > 5", "event('Bought').sum(property('n')) >= 6"),
            "follow each other",
        ),
        (("event('Bought').sum(property('p')) > 1.2345678901234567",), "more digits"),
    ],
)
def test_refused(texts: tuple[str, ...], reason: str) -> None:
    assert reason in refusal(*texts)


@pytest.mark.parametrize(
    "texts",
    [
        ("trait('s').contains('apple')", "trait('s') = 'apple pie'"),
        ("trait('s').starts_with('win')", "trait('s').one_of('winter', 'window', 'wine')"),
        ("trait('s').ends_with('.com')", "trait('s') = 'shop@example.com'"),
        ("trait('s') = 'apple'", "trait('s') = 'pineapple'"),
        ("trait('s') = 'Gold'", "trait('s') = 'gold'"),
        ("trait('n') > 5", "trait('n') >= 6"),
        ("trait('n') >= -3", "trait('n').exists()"),
        ("trait('s') = ''", "trait('s') != 'true'"),
        ("trait('any') = '01234'", "trait('any') = 1234"),
        ("trait('d').after_date(2024-02-29)", "trait('d').within_last(7 days)"),
    ],
)
def test_carried(texts: tuple[str, ...]) -> None:
    pair = [CQL.parse(text) for text in texts]
    sent = of_pair(CQL, SCHEMA, pair).queries(*pair)
    assert len(sent) == 2


def test_integers_that_follow_each_other_still_do() -> None:
    pair = [CQL.parse("trait('n') > 5"), CQL.parse("trait('n') >= 6")]
    first, second = of_pair(CQL, SCHEMA, pair).queries(*pair)
    numbers = [int(re.findall(r"-?[0-9]+", CQL.format(each))[0]) for each in (first, second)]
    assert numbers[1] - numbers[0] == 1


def test_equal_numbers_in_other_spellings_stay_equal() -> None:
    pair = [CQL.parse("trait('any') = '01234'"), CQL.parse("trait('any') = 1234")]
    first, second = of_pair(CQL, SCHEMA, pair).queries(*pair)
    texts = [re.findall(r"[0-9.]{3,}", CQL.format(each))[0] for each in (first, second)]
    assert float(texts[0]) == float(texts[1])
    assert texts[0].startswith("0")
