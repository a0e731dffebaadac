"""Schemas as servers take them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, cast

import msgspec

from jurist.models import schema_of
from jurist.models.reply_schema import schema_for_server


@dataclass(frozen=True)
class Score:
    reasoning: str
    score: Annotated[int, msgspec.Meta(ge=1, le=5)]
    confidence: Annotated[float, msgspec.Meta(ge=0, le=1)] = 1.0


class Tree(msgspec.Struct):
    name: str
    children: list[Tree] = []
    left: Tree | None = None


def depth(document: object) -> int:
    if isinstance(document, dict):
        return 1 + max(map(depth, cast("dict[str, object]", document).values()), default=0)
    if isinstance(document, list):
        return max(map(depth, cast("list[object]", document)), default=0)
    return 0


def without_references(document: object) -> bool:
    return "$ref" not in str(document) and "$defs" not in str(document)


def test_order_and_strictness() -> None:
    strict = cast("dict[str, Any]", schema_for_server(schema_of(Score), strict=True))
    assert list(strict["properties"]) == ["reasoning", "score", "confidence"]
    assert strict["required"] == ["reasoning", "score", "confidence"]
    assert strict["additionalProperties"] is False
    assert strict["properties"]["score"]["enum"] == [1, 2, 3, 4, 5]
    assert "minimum" not in strict["properties"]["confidence"]
    assert "maximum 1" in strict["properties"]["confidence"]["description"]
    loose = cast("dict[str, Any]", schema_for_server(schema_of(Score), strict=False))
    assert loose["required"] == ["reasoning", "score"]
    assert loose["properties"]["score"]["minimum"] == 1


def test_a_recursive_schema_is_written_out_to_a_limited_depth() -> None:
    for strict in (True, False):
        written = schema_for_server(schema_of(Tree), strict=strict)
        assert without_references(written)
        assert depth(written) < 40
        assert len(str(written)) < 50_000
        assert "children" in str(written)


def test_mutual_recursion_through_required_properties_ends() -> None:
    endless = {
        "$ref": "#/$defs/A",
        "$defs": {
            "A": {
                "type": "object",
                "properties": {"b": {"$ref": "#/$defs/B"}},
                "required": ["b"],
            },
            "B": {
                "type": "object",
                "properties": {"a": {"$ref": "#/$defs/A"}},
                "required": ["a"],
            },
        },
    }
    assert schema_for_server(endless, strict=False) == {"type": "object"}


def test_a_dangling_reference_is_left_out() -> None:
    schema = {
        "type": "object",
        "properties": {"x": {"$ref": "#/$defs/Gone"}, "y": {"type": "string"}},
        "required": ["y"],
    }
    written = cast("dict[str, Any]", schema_for_server(schema, strict=False))
    assert list(written["properties"]) == ["y"]
