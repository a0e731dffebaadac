"""Filling in what a schema requires and a sample does not mention."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from jurist.languages.cql.meaning.customers import Value
from jurist.languages.cql.meaning.values import split_path, walk
from jurist.languages.cql.populating.legality import completed_value, default_value
from jurist.languages.cql.schemas.schema import Fields


def with_required(values: Mapping[str, Value], fields: Fields) -> Mapping[str, Value]:
    """The values, and a plain one for each that is required and not among them, at any depth."""
    for name, field in fields.items():
        keys = split_path(name)
        known = walk(values, keys)
        if known is None:
            whole = default_value(field) if field.required else None
        else:
            whole = completed_value(known, field)
        if whole is not None and whole is not known:
            values = _with(values, keys, whole)
    return values


def _with(values: Mapping[str, Value], keys: Sequence[str], value: Value) -> Mapping[str, Value]:
    if len(keys) == 1:
        return {**values, keys[0]: value}
    inner = values.get(keys[0])
    held: Mapping[str, Value] = inner if isinstance(inner, Mapping) else {}
    return {**values, keys[0]: _with(held, keys[1:], value)}
