"""Numbers that are wrong by a little, and bounds that face the wrong way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from jurist.languages.cql.edits.edit import Edit, Setting, at_comparisons, at_conditions
from jurist.languages.cql.syntax import (
    Comparison,
    Condition,
    Not,
    Number,
    Operator,
    Reducer,
    Reduction,
    Scalar,
)

_STRICT = {
    Operator.AT_LEAST: Operator.GREATER_THAN,
    Operator.AT_MOST: Operator.LESS_THAN,
    Operator.GREATER_THAN: Operator.AT_LEAST,
    Operator.LESS_THAN: Operator.AT_MOST,
}
_REVERSED = {
    Operator.AT_LEAST: Operator.AT_MOST,
    Operator.AT_MOST: Operator.AT_LEAST,
    Operator.GREATER_THAN: Operator.LESS_THAN,
    Operator.LESS_THAN: Operator.GREATER_THAN,
}
_EXACT = {
    Operator.AT_LEAST: (Operator.EQUALS,),
    Operator.AT_MOST: (Operator.EQUALS,),
    Operator.EQUALS: (Operator.AT_LEAST, Operator.AT_MOST),
}


def _off_by_one(node: Comparison, _setting: Setting) -> Iterator[Condition]:
    match node.arguments:
        case (Number(value),):
            for step in (1, -1):
                if value + step >= 0 or not _is_count(node.left):
                    yield replace(node, arguments=(Number(value + step),))
        case _:
            pass


def _is_count(scalar: Scalar) -> bool:
    return isinstance(scalar, Reduction) and scalar.reducer in {
        Reducer.COUNT,
        Reducer.UNIQUE_COUNT,
    }


def _strict_for_loose(node: Comparison, _setting: Setting) -> Iterator[Condition]:
    if node.operator in _STRICT:
        yield replace(node, operator=_STRICT[node.operator])


def _reversed(node: Comparison, _setting: Setting) -> Iterator[Condition]:
    if node.operator in _REVERSED:
        yield replace(node, operator=_REVERSED[node.operator])


def _exact_for_bound(node: Comparison, _setting: Setting) -> Iterator[Condition]:
    if isinstance(node.arguments[0] if node.arguments else None, Number):
        for operator in _EXACT.get(node.operator, ()):
            yield replace(node, operator=operator)


def _zero_for_not_once(node: Condition, _setting: Setting) -> Iterator[Condition]:
    match node:
        case Not(
            Comparison(Reduction(reducer=Reducer.COUNT), Operator.EQUALS, (Number(1),)) as one
        ):
            yield replace(one, arguments=(Number(0),))
        case Comparison(Reduction(reducer=Reducer.COUNT), operator, (Number(0),)) if operator in {
            Operator.EQUALS,
            Operator.AT_MOST,
        }:
            yield Not(replace(node, operator=Operator.EQUALS, arguments=(Number(1),)))
        case _:
            pass


THRESHOLDS = (
    Edit(
        "threshold_off_by_one",
        "A number is one more or one less.",
        at_comparisons(_off_by_one),
    ),
    Edit(
        "strict_for_loose",
        "A bound's own value is no longer included, or it is now.",
        at_comparisons(_strict_for_loose),
    ),
    Edit(
        "bound_reversed", "At least becomes at most, or the other way.", at_comparisons(_reversed)
    ),
    Edit(
        "exact_for_bound",
        "At least or at most becomes exactly, or the other way.",
        at_comparisons(_exact_for_bound),
    ),
    Edit(
        "zero_for_not_once",
        "Not exactly once becomes exactly 0 times, or the other way.",
        at_conditions(_zero_for_not_once),
    ),
)
