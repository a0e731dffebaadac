"""Reducers: from the values of a stream's items, in the order of time, to one value.

A missing value takes no part. A value is a number here exactly where a comparison
would see it as one, so of numbers `max(p) > 5` says that some item has `p > 5`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal

from jurist.languages.cql.semantics.readings import Readings, SumOfNothing
from jurist.languages.cql.semantics.values import (
    Coercion,
    Quantity,
    Result,
    Value,
    as_number,
    exact_mean,
    exact_sum,
    moment_of,
    moment_text,
    text_of,
)
from jurist.languages.cql.syntax import Cast, Reducer
from jurist.languages.effort import spend

Number = int | Decimal
Reduce = Callable[[Sequence[Value | None]], Result | None]


def reduce_function(
    reducer: Reducer,
    cast: Cast | None,
    minimum: int | None,
    coercion: Coercion,
    readings: Readings,
) -> Reduce:
    """The function that a reducer other than `count` is."""
    match reducer:
        case Reducer.COUNT:
            return len
        case Reducer.SUM:
            nothing = 0 if readings.sum_of_nothing is SumOfNothing.ZERO else None
            return lambda values: exact_sum(n) if (n := _numbers(values, coercion)) else nothing
        case Reducer.AVG:
            return lambda values: exact_mean(n) if (n := _numbers(values, coercion)) else None
        case Reducer.MIN | Reducer.MAX:
            extreme = min if reducer is Reducer.MIN else max
            if cast in {Cast.STRING, Cast.ARRAY}:
                return lambda values: extreme(_texts(values), default=None)
            return lambda values: extreme(_numbers(values, coercion), default=None)
        case Reducer.MODE:
            return lambda values: _mode(_texts(values), minimum or 1)
        case Reducer.FIRST:
            return lambda values: _first_present(values)
        case Reducer.LAST:
            return lambda values: _first_present(reversed(values))
        case Reducer.UNIQUE:
            return lambda values: tuple(sorted(_distinct(values, coercion).values()))
        case Reducer.UNIQUE_COUNT:
            return lambda values: len(_distinct(values, coercion))


def _first_present(values: Iterable[Value | None]) -> Value | None:
    return next((value for value in values if value is not None), None)


def _texts(values: Iterable[Value | None]) -> list[str]:
    return [text_of(value) for value in values if value is not None]


def _numbers(values: Sequence[Value | None], coercion: Coercion) -> list[Number]:
    spend(1 + len(values) // 2)
    numbers = (as_number(value, coercion) for value in values if value is not None)
    return [number for number in numbers if isinstance(number, int | Decimal)]


def _mode(values: Sequence[str], minimum: int) -> str | None:
    """The most frequent text that occurs `minimum` times; of several, the first as text."""
    frequencies = Counter(values)
    often = max(frequencies.values(), default=0)
    if often < minimum:
        return None
    return min((value for value, n in frequencies.items() if n == often))


def _distinct(
    values: Iterable[Value | None], coercion: Coercion
) -> dict[Quantity | tuple[str], str]:
    """One text for each class of equal values: the first in text order."""
    classes: dict[Quantity | tuple[str], str] = {}
    for value in values:
        if value is None:
            continue
        text = text_of(value)
        moment = moment_of(value) if coercion is Coercion.MOMENT else None
        number = None if coercion is Coercion.TEXT else as_number(value, coercion)
        told_apart_by = text if moment is None else moment_text(moment)
        key = (told_apart_by,) if number is None else number
        classes[key] = min(text, classes.get(key, text))
    return classes
