"""Rows under the readings: numbers within the tolerance, rounded or read from text, as one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import pairwise
from typing import Final

from jurist.languages.sql.outcomes.outcome import Class, Outcome
from jurist.languages.sql.readings import Readings, TextAndNumbers
from jurist.languages.sql.values import Row, Value

_LOWER: Final = {upper: upper + 32 for upper in range(ord("A"), ord("Z") + 1)}


def alike(
    reference: Outcome, candidate: Outcome, readings: Readings, absolute: float = 0.0
) -> tuple[Outcome, Outcome]:
    """Two outcomes in which values that count as equal are equal.

    Args:
        reference: What the reference gives.
        candidate: What the candidate gives.
        readings: What counts as equal.
        absolute: By how much reals may differ too, whatever their size.
    """
    if readings.text_and_numbers is TextAndNumbers.LOOSE:
        reference, candidate = (_mapped(each, _read) for each in (reference, candidate))
    digits = readings.round_to
    if digits is not None:

        def rounded(value: Value) -> Value:
            return round(value, digits) if isinstance(value, float) else value

        reference, candidate = (_mapped(each, rounded) for each in (reference, candidate))
    merged = _merged(reference, candidate, readings.tolerance, absolute)
    if merged:

        def nearest(value: Value) -> Value:
            return merged.get(value, value) if isinstance(value, int | float) else value

        reference, candidate = (_mapped(each, nearest) for each in (reference, candidate))
    return reference, candidate


def folded(text: str) -> str:
    """A text without the case of its ASCII letters, as SQLite's NOCASE has it."""
    return text.translate(_LOWER)


def _merged(
    reference: Outcome, candidate: Outcome, tolerance: float, absolute: float
) -> dict[int | float, int | float]:
    """For numbers that are as good as a lesser one: that one.

    Two integers are never merged but through a real that lies between them: integers are exact.
    """
    floats = {value for each in (reference, candidate) for value in _floats(each)}
    if not floats or not (tolerance or absolute):
        return {}
    numbers = sorted(
        floats | {value for each in (reference, candidate) for value in _integers(each)}
    )
    merged: dict[int | float, int | float] = {}
    for lesser, greater in pairwise(numbers):
        is_real = lesser in floats or greater in floats
        most = max(tolerance * max(abs(lesser), abs(greater)), absolute)
        if is_real and greater - lesser <= most:
            merged[greater] = merged.get(lesser, lesser)
    return merged


def _values(outcome: Outcome) -> Iterator[Value]:
    return (value for each in outcome.classes for row in each.rows for value in row)


def _floats(outcome: Outcome) -> Iterator[float]:
    return (value for value in _values(outcome) if isinstance(value, float))


def _integers(outcome: Outcome) -> Iterator[int]:
    return (value for value in _values(outcome) if isinstance(value, int))


def _mapped(outcome: Outcome, change: Callable[[Value], Value]) -> Outcome:
    def row_of(row: Row) -> Row:
        return tuple(change(value) for value in row)

    classes = (Class(tuple(map(row_of, each.rows)), each.taken) for each in outcome.classes)
    return replace(outcome, classes=tuple(classes))


def _read(value: Value) -> Value:
    """The number that a text writes, else the text."""
    if isinstance(value, str):
        for read in (int, float):
            try:
                return read(value)
            except (ValueError, OverflowError):
                continue
    return value
