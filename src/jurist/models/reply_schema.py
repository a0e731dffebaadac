"""JSON Schemas as servers take them: no references, bounded depth, strict where asked for.

A recursive schema makes some servers run away, and others refuse it, so references
are written out to a limited depth and the branches beyond it are left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Final, cast

import msgspec

MOST_DEPTH: Final = 12
"""Levels of nesting in a schema that goes to a server."""

MOST_RECURSION: Final = 3
"""How often one definition may appear within itself."""

_LARGEST_RANGE_LISTED: Final = 20
_ANNOTATIONS: Final = frozenset({"title", "default", "examples", "$defs", "$schema", "definitions"})
_CONSTRAINTS: Final = (
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "minLength",
    "maxLength",
    "pattern",
    "minItems",
    "maxItems",
    "uniqueItems",
)

Schema = Mapping[str, object]


@lru_cache(maxsize=256)
def schema_of(shape: type) -> dict[str, object]:
    """The JSON Schema of a dataclass or msgspec type, properties in its fields' order."""
    return msgspec.json.schema(shape)


@lru_cache(maxsize=256)
def _cached(encoded: bytes, strict: bool) -> dict[str, object]:  # noqa: FBT001 - lru_cache's key
    schema = msgspec.json.decode(encoded, type=dict[str, object])
    definitions = cast(
        "Mapping[str, Schema]",
        schema.get("$defs") or schema.get("definitions") or dict[str, Schema](),
    )
    written = _write(schema, definitions, (), 0, strict=strict)
    return {"type": "object"} if written is None else written


def schema_for_server(schema: Schema, *, strict: bool) -> dict[str, object]:
    """The schema with references written out to a limited depth.

    Args:
        schema: Any JSON Schema with local references.
        strict: Require every property and bar others, and move the constraints that
            strict servers refuse into the descriptions (a small range of integers
            becomes an enumeration), as constrained decoding of the providers asks.
    """
    return _cached(msgspec.json.encode(schema), strict)


def _write(
    schema: Schema,
    definitions: Mapping[str, Schema],
    within: tuple[str, ...],
    depth: int,
    *,
    strict: bool,
) -> dict[str, object] | None:
    """The schema written out; `None` where it lies beyond the limits."""
    if depth > MOST_DEPTH:
        return None
    reference = schema.get("$ref")
    if isinstance(reference, str):
        name = reference.rpartition("/")[2]
        if name not in definitions or within.count(name) >= MOST_RECURSION:
            return None
        merged = {**definitions[name], **{k: v for k, v in schema.items() if k != "$ref"}}
        return _write(merged, definitions, (*within, name), depth, strict=strict)

    out: dict[str, object] = {}
    for word, value in schema.items():
        if word in _ANNOTATIONS or (strict and word in _CONSTRAINTS):
            continue
        if word in {"anyOf", "oneOf"}:
            branches = [
                _write(branch, definitions, within, depth + 1, strict=strict)
                for branch in cast("list[Schema]", value)
            ]
            kept = [branch for branch in branches if branch is not None]
            if not kept:
                return None
            out["anyOf"] = kept
        elif word == "items" and isinstance(value, Mapping):
            items = _write(cast("Schema", value), definitions, within, depth + 1, strict=strict)
            if items is None:  # only the empty list is finite here
                items = {"type": "null"}
                out |= {} if strict else {"maxItems": 0}
            out["items"] = items
        elif word not in {"properties", "required", "additionalProperties"}:
            out[word] = value
    if "properties" in schema and not _write_properties(
        schema, out, definitions, within, depth, strict=strict
    ):
        return None
    if strict:
        _say_constraints(schema, out)
    return out


def _write_properties(
    schema: Schema,
    out: dict[str, object],
    definitions: Mapping[str, Schema],
    within: tuple[str, ...],
    depth: int,
    *,
    strict: bool,
) -> bool:
    required = cast("list[str]", schema.get("required", []))
    properties: dict[str, object] = {}
    for name, value in cast("Mapping[str, Schema]", schema["properties"]).items():
        written = _write(value, definitions, within, depth + 1, strict=strict)
        if written is not None:
            properties[name] = written
        elif name in required:
            return False
    out["properties"] = properties
    out["required"] = list(properties) if strict else [n for n in required if n in properties]
    if strict:
        out["additionalProperties"] = False
    elif "additionalProperties" in schema:
        out["additionalProperties"] = schema["additionalProperties"]
    return True


def _say_constraints(schema: Schema, out: dict[str, object]) -> None:
    low, high = schema.get("minimum"), schema.get("maximum")
    if (
        schema.get("type") == "integer"
        and isinstance(low, int)
        and isinstance(high, int)
        and 0 <= high - low <= _LARGEST_RANGE_LISTED
    ):
        out["enum"] = list(range(low, high + 1))
        return
    said = ", ".join(f"{word} {schema[word]}" for word in _CONSTRAINTS if word in schema)
    if said:
        described = schema.get("description")
        out["description"] = f"{described} ({said})" if described else said
