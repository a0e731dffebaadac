"""Whether values are what a schema allows, and values that it does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import ceil, floor

from jurist.languages.cql.schemas.schema import Field, Fields, Kind
from jurist.languages.cql.semantics.numbers import round_number
from jurist.languages.cql.semantics.subjects import is_writable
from jurist.languages.cql.semantics.values import (
    Coercion,
    Value,
    Values,
    compare,
    is_date,
    is_timestamp,
    split_path,
    walk,
)

_PLAIN_DATE = "2020-01-01"
_PLAIN_DATE_TIME = "2020-01-01T00:00:00Z"
_PLAIN_TEXT = "other"
_PLAIN_NUMBER = 10


def is_legal(value: Value | None, field: Field) -> bool:
    """Whether a property may have this value, or, for `None`, be missing."""
    if value is None:
        return not field.required
    if not is_writable(value):
        return False
    if field.listed is not None:
        is_atom = isinstance(value, int | Decimal | str)
        if not is_atom or value not in field.listed:
            return False
    return _is_of_kind(value, field) and _is_within_bounds(value, field)


def are_legal(values: Values, fields: Fields) -> bool:
    """Whether an object has what its schema requires and nothing that it forbids."""
    return all(is_legal(values.get(name), field) for name, field in fields.items())


def default_value(field: Field) -> Value:
    """A value that the schema allows, of no special meaning."""
    if field.enum:
        return field.enum[0]
    match field.kind:
        case Kind.NUMBER | Kind.INTEGER:
            return _bounded(_PLAIN_NUMBER, field)
        case Kind.BOOLEAN:
            return "false"
        case Kind.DATE:
            return _PLAIN_DATE
        case Kind.DATE_TIME:
            return _PLAIN_DATE_TIME
        case Kind.ARRAY:
            return ()
        case Kind.OBJECT:
            return completed({}, field.fields or {})
        case Kind.STRING | Kind.UNKNOWN:
            return _PLAIN_TEXT


def completed(values: Values, fields: Fields) -> Values:
    """The same object with what the schema requires and it lacks."""
    missing = {
        name: default_value(field)
        for name, field in fields.items()
        if field.required and name not in values
    }
    nested = {
        name: completed_value(value, fields[name])
        for name, value in values.items()
        if isinstance(value, Mapping | tuple) and name in fields
    }
    return {**values, **nested, **missing} if missing or nested else values


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


def are_paths_legal(values: Values, fields: Fields) -> bool:
    """Whether what lies at the paths that a schema lists by whole names is what it allows."""
    return all(
        is_legal(walk(values, split_path(name)), field)
        for name, field in fields.items()
        if "." in name
    )


@dataclass(frozen=True, slots=True)
class Requirements:
    """What one object's schema requires, found out once for many objects."""

    least: Values
    """The plainest legal object."""
    nested: Fields
    """Fields in whose values something may be required too."""
    paths: Fields
    """Fields that are listed by a whole path."""

    @staticmethod
    def of(fields: Fields) -> Requirements:
        """The demands of these fields."""
        nested = {
            name: field
            for name, field in fields.items()
            if "." not in name and (field.fields is not None or field.items is not None)
        }
        paths = {name: field for name, field in fields.items() if "." in name}
        return Requirements(with_required({}, fields), nested, paths)

    def met(self, values: Values) -> Values:
        """The same object with what is required and it lacks, as `completed` gives it."""
        if not self.least and not self.nested and not self.paths:
            return values
        whole = {**values, **{k: v for k, v in self.least.items() if k not in values}}
        for name, field in self.nested.items():
            if name in values:
                whole[name] = completed_value(values[name], field)
        return with_required(whole, self.paths)


def completed_value(value: Value, field: Field) -> Value:
    """The same value with what the schema requires inside it and it lacks."""
    if isinstance(value, tuple):
        items = field.items
        return value if items is None else tuple(completed_value(v, items) for v in value)
    return completed(value, field.fields or {}) if isinstance(value, Mapping) else value


def _is_of_kind(value: Value, field: Field) -> bool:
    match field.kind:
        case Kind.NUMBER:
            return isinstance(value, int | Decimal)
        case Kind.INTEGER:
            return isinstance(value, int)
        case Kind.BOOLEAN:
            return value in {"true", "false"} if isinstance(value, str) else False
        case Kind.STRING:
            return isinstance(value, str)
        case Kind.DATE:
            return isinstance(value, str) and is_date(value)
        case Kind.DATE_TIME:
            return isinstance(value, str) and is_timestamp(value)
        case Kind.ARRAY:
            items = field.items
            return isinstance(value, tuple) and (
                items is None or all(is_legal(entry, items) for entry in value)
            )
        case Kind.OBJECT:
            if not isinstance(value, Mapping) or field.fields is None:
                return isinstance(value, Mapping)
            return value.keys() <= field.fields.keys() and are_legal(value, field.fields)
        case Kind.UNKNOWN:
            return True


def _is_within_bounds(value: Value, field: Field) -> bool:
    for bound, wrong in ((field.minimum, -1), (field.maximum, 1)):
        if bound is not None and compare(value, bound, Coercion.NUMBER) == wrong:
            return False
    return True


def _bounded(number: int, field: Field) -> Value:
    """The number, or where the bounds leave it out the roundest one between them."""
    low = None if isinstance(field.minimum, str) else field.minimum
    high = None if isinstance(field.maximum, str) else field.maximum
    if (low is None or low <= number) and (high is None or number <= high):
        return number
    if field.kind is Kind.INTEGER:
        return ceil(low) if low is not None and low > number else floor(high or 0)
    return round_number(low, high)
