"""What is said of an audience that no pseudonym carries: its constants are hidden all the same."""

from __future__ import annotations

import pytest

from jurist.languages import get_language
from jurist.privacy import Key, Level, NotCarriedError, Pseudonyms

CQL = get_language("cql")
SCHEMA = CQL.load_schema(
    {"traits": {"properties": {"joined": {"type": "string", "format": "date"}}}}, where="a test"
)


def test_prose_hides_the_constants_of_a_refused_audience() -> None:
    query = CQL.parse("trait('joined').contains('zqtxa')", SCHEMA)
    put = Pseudonyms(Key(bytes(range(32))), Level.VALUES, CQL, SCHEMA)
    with pytest.raises(NotCarriedError):
        put.queries(query)
    assert "zqtxa" not in put.prose("who joined with zqtxa in the date", about=[query])
