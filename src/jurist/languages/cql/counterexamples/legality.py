"""Whether values are what a schema allows, and values that it does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from math import ceil, floor
from typing import NamedTuple

from jurist.languages.cql.schemas.schema import Field, Fields, Kind
from jurist.languages.cql.semantics.numbers import round_number
from jurist.languages.cql.semantics.subjects import is_writable
from jurist.languages.cql.semantics.values import (
    Coercion,
    Value,
    Values,
    compare,
    is_date,
    is_time,
    is_timestamp,
    split_path,
    walk,
)

_PLAIN_DATE = "2020-01-01"
_PLAIN_DATE_TIME = "2020-01-01T00:00:00Z"
_PLAIN_TIME = "12:00:00"
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
        case Kind.TIME:
            return _PLAIN_TIME
        case Kind.ARRAY:
            return ()
        case Kind.OBJECT:
            return completed_object({}, field.fields or {})
        case Kind.STRING | Kind.UNKNOWN:
            return _PLAIN_TEXT


class Demand(NamedTuple):
    """A field in or by which something may be required."""

    keys: Sequence[str]
    """What leads to it."""
    field: Field
    least: Value | None
    """What stands there where nothing does; `None`: nothing has to."""


def demands(fields: Fields) -> list[Demand]:
    """What a schema demands of an object whose names are listed as queries name them."""
    return [_demand(split_path(name), field) for name, field in fields.items() if _asks(field)]


def _demand(keys: Sequence[str], field: Field) -> Demand:
    return Demand(keys, field, default_value(field) if field.required else None)


def _asks(field: Field) -> bool:
    return field.required or field.fields is not None or field.items is not None


def completed(values: Values, demands: Sequence[Demand]) -> Values:
    """The values, and a plain one for each that is required and not among them, at any depth."""
    if not demands:
        return values
    whole = dict(values)
    for keys, field, least in demands:
        known = walk(whole, keys)
        value = least if known is None else _completed_value(known, field)
        if value is not None and value is not known:
            _put(whole, keys, value)
    return whole


def with_required(values: Values, fields: Fields) -> Values:
    """`completed` by the demands of fields whose names are listed as queries name them."""
    return completed(values, demands(fields))


def completed_object(values: Values, fields: Fields) -> Values:
    """The same of an object inside another one, whose names are listed as they are."""
    return completed(values, [_demand((name,), f) for name, f in fields.items() if _asks(f)])


def _completed_value(value: Value, field: Field) -> Value:
    if isinstance(value, tuple):
        items = field.items
        return value if items is None else tuple(_completed_value(v, items) for v in value)
    return completed_object(value, field.fields or {}) if isinstance(value, Mapping) else value


def _put(values: dict[str, Value], keys: Sequence[str], value: Value) -> None:
    if len(keys) > 1:
        inner = values.get(keys[0])
        held = dict(inner) if isinstance(inner, Mapping) else {}
        _put(held, keys[1:], value)
        value = held
    values[keys[0]] = value


def are_paths_legal(values: Values, fields: Fields) -> bool:
    """Whether what lies at the paths that a schema lists by whole names is what it allows."""
    return all(
        is_legal(walk(values, split_path(name)), field)
        for name, field in fields.items()
        if "." in name
    )


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
        case Kind.TIME:
            return isinstance(value, str) and is_time(value)
        case Kind.ARRAY:
            items = field.items
            return isinstance(value, tuple) and (
                items is None or all(is_legal(entry, items) for entry in value)
            )
        case Kind.OBJECT:
            if not isinstance(value, Mapping) or field.fields is None:
                return isinstance(value, Mapping)
            return value.keys() <= field.fields.keys() and all(
                is_legal(value.get(name), member) for name, member in field.fields.items()
            )
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
