"""What the table says of operators and reducers, against what the interpreter does."""

from __future__ import annotations

import operator as python
from datetime import date
from itertools import product

import pytest

from compiled import compile_audience, compile_scalar
from jurist.languages.cql.operators import DAY_MS, HOUR_MS, Group, Operator, Reducer, Takes, Unit
from jurist.languages.cql.semantics.readings import NoneOfMissing, Readings
from jurist.languages.cql.semantics.subjects import Customer, CustomerEvent
from jurist.languages.cql.semantics.values import Value
from jurist.languages.cql.syntax import (
    Comparison,
    Date,
    Event,
    Number,
    Operand,
    Property,
    Reduction,
    Stream,
    Text,
    Trait,
)

_NOW = 1_700_000_000_000
_READINGS = Readings(none_of_missing=NoneOfMissing.TRUE)
_BY_PYTHON = {
    "=": python.eq,
    "!=": python.ne,
    ">": python.gt,
    ">=": python.ge,
    "<": python.lt,
    "<=": python.le,
}
_TEXTS = ("2023-11-01", "2023-11-02", "a", "ab", "")


def _holds(operator: Operator, arguments: tuple[Operand, ...], **traits: Value) -> bool:
    condition = Comparison(Trait("x"), operator, arguments)
    return compile_audience(condition, _READINGS, Customer)(Customer(traits), _NOW)


def _constants(operator: Operator) -> list[tuple[Operand, ...]]:
    """Arguments that an operator takes, none of them a length of time."""
    match operator.takes, operator.group:
        case Takes.OPERAND, Group.DATE:
            return [(Date(date(2023, 11, 1)),)]
        case Takes.NOTHING, _:
            return [()]
        case Takes.CONSTANTS, _:
            return [(Text("a"), Text("2023-11-01"))]
        case _:
            return [(Text(text),) * operator.takes.least for text in _TEXTS if text]


@pytest.mark.parametrize("operator", [each for each in Operator if each.symbol])
def test_a_symbol_and_its_signs_order_numbers(operator: Operator) -> None:
    for left, right in product(range(3), repeat=2):
        holds = _BY_PYTHON[operator.symbol](left, right)
        assert holds == ((left > right) - (left < right) in operator.signs)
        assert holds == _holds(operator, (Number(right),), x=left)


@pytest.mark.parametrize("operator", [each for each in Operator if each.negated])
def test_of_a_value_that_is_there_the_negated_holds_just_where_it_does_not(
    operator: Operator,
) -> None:
    negated = operator.negated
    assert negated is not None
    assert negated.negated is operator
    for arguments, text in product(_constants(operator), _TEXTS):
        assert _holds(operator, arguments, x=text) != _holds(negated, arguments, x=text)


@pytest.mark.parametrize("operator", [each for each in Operator if each.mirrored])
def test_the_mirrored_says_it_from_the_other_side(operator: Operator) -> None:
    mirrored = operator.mirrored
    assert mirrored is not None
    there = compile_audience(Comparison(Trait("x"), operator, (Trait("y"),)), _READINGS, Customer)
    back = compile_audience(Comparison(Trait("y"), mirrored, (Trait("x"),)), _READINGS, Customer)
    for x, y in product((*_TEXTS, 1, 2), repeat=2):
        customer = Customer({"x": x, "y": y})
        assert there(customer, _NOW) == back(customer, _NOW)


@pytest.mark.parametrize("operator", [each for each in Operator if each.takes != Takes.DURATION])
def test_what_holds_for_a_missing_value(operator: Operator) -> None:
    for arguments in _constants(operator):
        assert _holds(operator, arguments) == operator.holds_for_missing


@pytest.mark.parametrize("reducer", list(Reducer))
def test_what_a_reducer_makes_of_nothing_of_texts_and_of_numbers(reducer: Reducer) -> None:
    reduced = None if reducer is Reducer.COUNT else Property("p")
    minimum = 1 if reducer is Reducer.MODE else None
    scalar = Reduction(Stream(Event("A")), reducer, reduced, minimum=minimum)
    fetch = compile_scalar(scalar, _READINGS, Customer)

    def of(*values: Value) -> Value | None:
        events = tuple(CustomerEvent("A", i, {"p": each}) for i, each in enumerate(values))
        return fetch(Customer({}, events), _NOW)

    assert (of() == 0) == reducer.counts
    assert (of("a", "b") is None) == reducer.needs_numbers
    if reducer.is_extreme:
        assert of(1, 3, 2) == of(2, 1, 3) == of(3, 2, 1)
    if reducer.is_end:
        assert of(1, 3, 2) != of(2, 1, 3) != of(3, 2, 1) != of(1, 3, 2)


def test_of_two_that_negate_each_other_one_is_negative_but_of_orders() -> None:
    negative = {operator.value for operator in Operator if operator.is_negative}
    assert negative == {"absent", "differs", "none_of", "omits"}
    for operator in Operator:
        if operator.negated and operator.group is not Group.ORDER:
            assert operator.is_negative != operator.negated.is_negative


def test_lengths_of_time() -> None:
    assert Unit.DAY.ms == DAY_MS == 24 * HOUR_MS == 24 * 60 * 60 * Unit.SECOND.ms
