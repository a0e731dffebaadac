"""Values of a subject's JSON document: made exact when they are read, and written back."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import cast

from jurist.errors import InputError
from jurist.languages.cql.semantics.customers import Value
from jurist.languages.cql.semantics.values import MAX_DEPTH, MAX_DIGITS, plain, text_of


def normalize_json(value: object, *, where: str = "value") -> Value | None:
    """A value of a parsed JSON document, made exact.

    Floats become the decimal that their shortest text says; `true` and `false` texts;
    null is no value, and vanishes from arrays and objects.

    Raises:
        InputError: Where there is a number that is not finite or has over 30 digits on
            one side of its point, an object with a key that is no text, nesting beyond
            64 levels, or anything that JSON does not have.
    """
    return _normalize(value, where, MAX_DEPTH)


def _normalize(value: object, where: str, depth: int) -> Value | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float | Decimal):
        return _normalize_number(value, where)
    if depth == 0:
        raise InputError(
            "arrays and objects nest too deep",
            expected=f"at most {MAX_DEPTH} levels",
            where=where,
        )
    if isinstance(value, list | tuple):
        entries = [
            _normalize(entry, f"{where}[{i}]", depth - 1)
            for i, entry in enumerate(cast("Sequence[object]", value))
        ]
        return tuple(entry for entry in entries if entry is not None)
    if isinstance(value, Mapping):
        normal: dict[str, Value] = {}
        for key, entry in cast("Mapping[object, object]", value).items():
            if not isinstance(key, str):
                raise InputError(f"the key {key!r} is no text", where=where)
            kept = _normalize(entry, f"{where}.{key}", depth - 1)
            if kept is not None:
                normal[key] = kept
        return normal
    raise InputError(
        f"a {type(value).__name__} is no JSON value",
        expected="text, a number, true, false, null, an array or an object",
        where=where,
    )


def _normalize_number(value: float | Decimal, where: str) -> int | Decimal:
    if isinstance(value, float):
        if not math.isfinite(value):
            raise InputError(f"{value} is no number", expected="a finite number", where=where)
        value = Decimal(repr(value))
    if isinstance(value, Decimal) and not value.is_finite():
        raise InputError(f"{value} is no number", expected="a finite number", where=where)
    if not _is_in_range(value):
        raise InputError(
            "a number has too many digits",
            expected=f"at most {MAX_DIGITS} digits before and behind the point",
            where=where,
        )
    return plain(value) if isinstance(value, Decimal) else value


def _is_in_range(value: int | Decimal) -> bool:
    """Whether a number has at most as many digits on each side of its point as we read."""
    if isinstance(value, int):
        return abs(value) < 10**MAX_DIGITS
    exponent = value.as_tuple().exponent
    if value == 0:
        return True
    return value.adjusted() < MAX_DIGITS and isinstance(exponent, int) and exponent >= -MAX_DIGITS


def is_writable(value: Value) -> bool:
    """Whether a document can hold a value: none finer than a float, none of too many digits."""
    if isinstance(value, int):
        return _is_in_range(value)
    if isinstance(value, Decimal):
        return Decimal(repr(float(value))) == value and _is_in_range(value)
    if isinstance(value, tuple):
        return all(map(is_writable, value))
    return all(map(is_writable, value.values())) if isinstance(value, Mapping) else True


def json_value(value: Value) -> object:
    """A value for JSON: decimals as floats, or as text where a float cannot hold them."""
    if isinstance(value, str | int):
        return value
    if isinstance(value, Decimal):
        return float(value) if is_writable(value) else text_of(value)
    if isinstance(value, tuple):
        return [json_value(entry) for entry in value]
    return {key: json_value(entry) for key, entry in value.items()}
