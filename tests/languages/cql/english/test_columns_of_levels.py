"""Columns of two levels: "the total is over that account's limit", written and read."""

from __future__ import annotations

import random

import pytest

from jurist.languages.capabilities import Style
from jurist.languages.cql.english.writing.describing import describe
from jurist.languages.cql.language import CqlLanguage
from jurist.languages.cql.schemas.schema_file import load_schema
from jurist.languages.cql.text.parser import parse

CRM = load_schema(
    {
        "name": "CRM",
        "language": "cql",
        "audience_type": "LINKED",
        "events": {"Visited": {"properties": {"limit": {"type": "number"}}}},
        "entities": {
            "accounts": {
                "properties": {"limit": {"type": "number"}, "name": {"type": "string"}},
                "entities": {
                    "orders": {
                        "properties": {"total": {"type": "number"}, "city": {"type": "string"}}
                    }
                },
            }
        },
    },
    where="here",
)
NESTED = "entity('accounts').where(entity('orders').where({}).count() >= 1).count() >= 1"


@pytest.mark.parametrize("style", [Style.TERSE, Style.CONVERSATIONAL])
@pytest.mark.parametrize("negation", ["", "NOT "])
@pytest.mark.parametrize("symbol", ["=", ">", ">=", "<", "<="])
@pytest.mark.parametrize("also", ["", " AND property('city') = property(parent: 'name')"])
def test_what_is_written_is_read(symbol: str, negation: str, also: str, style: Style) -> None:
    text = NESTED.format(f"{negation}property('total') {symbol} property(parent: 'limit'){also}")
    query = parse(text)
    words = describe(query, CRM, style=style, rng=random.Random(1))
    assert "that account's limit" in words
    assert CqlLanguage().read_request(words, CRM) == query, words


def test_the_parent_is_named_by_what_it_is() -> None:
    of_event = (
        "event('Visited').where(entity('accounts').where(property('limit') > "
        "property(parent: 'limit')).count() >= 1).count() >= 1"
    )
    words = describe(parse(of_event), CRM, style=Style.CONVERSATIONAL, rng=random.Random(1))
    assert "over that event's limit" in words
