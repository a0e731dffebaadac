"""A schema and its queries under other names mean what they meant."""

from __future__ import annotations

from typing import cast

import pytest

from jurist.languages.cql.language import CqlLanguage
from jurist.languages.cql.schemas.schema import Kind

CQL = CqlLanguage()


@pytest.mark.parametrize("name", ["date", "string", "number", "plan"])
def test_a_field_may_be_called_like_a_word_of_the_format(name: str) -> None:
    """`format: date` became `format: zzdate` where a property is called `date`."""
    day = {"type": "string", "format": "date"}
    events = {"A": {"properties": {name: day, "n": {"type": "number"}}}}
    document = {"name": "Small", "language": "cql", "events": events}
    renamed = CQL.renamed_document(document, {name: "zz", "A": "yy"})
    properties = cast("dict[str, dict[str, dict[str, object]]]", renamed["events"])["yy"]
    assert properties["properties"]["zz"] == {"type": "string", "format": "date"}
    schema = CQL.load_schema(renamed, where="the test")
    assert schema.events["yy"].properties["zz"].kind is Kind.DATE
    assert schema.events["yy"].properties["n"].kind is Kind.NUMBER


def test_listed_and_required_names_are_renamed() -> None:
    plan = {"type": "string", "enum": ["plan", "x"]}
    document = {"name": "S", "traits": {"properties": {"plan": plan}, "required": ["plan"]}}
    traits = CQL.renamed_document(document, {"plan": "zz"})["traits"]
    renamed = {"type": "string", "enum": ["zz", "x"]}
    assert traits == {"properties": {"zz": renamed}, "required": ["zz"]}
