"""An operator that the prover has never heard of costs decisions, never truth."""

from __future__ import annotations

from datetime import date

import pytest

from compiled import compile_audience
from jurist.languages.cql.normal_form.normalization import normalize
from jurist.languages.cql.operators import Group, Operator, Takes, Unit
from jurist.languages.cql.prover.decision import decide
from jurist.languages.cql.prover.limits import Beyond
from jurist.languages.cql.prover.values.predicates import dated, nothing
from jurist.languages.cql.pseudonymizing.queries import compared
from jurist.languages.cql.schemas.schema import CqlSchema
from jurist.languages.cql.semantics.comparisons import moment_test
from jurist.languages.cql.semantics.readings import Readings
from jurist.languages.cql.semantics.subjects import Customer
from jurist.languages.cql.syntax import (
    Comparison,
    Date,
    Duration,
    Event,
    Number,
    Operand,
    Reducer,
    Reduction,
    Scalar,
    Stream,
    Text,
    Trait,
)
from jurist.records import Relation

_ANYTHING = CqlSchema("anything", open_world=True)
_COUNT = Reduction(Stream(Event("A")), Reducer.COUNT)


def _unknown(word: str, group: Group, takes: Takes, signs: set[int | None]) -> Operator:
    """An operator that stands in no list of the package, with what the table says of all."""
    operator = str.__new__(Operator, word)
    vars(operator).update(_value_=word, _name_=word)
    Operator.__init__(operator, word, group, takes, "", signs)
    operator.holds_for_missing = operator.is_negative = False
    operator.negated = operator.mirrored = None
    return operator


_OVER = _unknown("over", Group.ORDER, Takes.OPERAND, {1})
_FROM_TO = _unknown("from_to", Group.ORDER, Takes.CONSTANTS, set())
_EVE_OF = _unknown("eve_of", Group.DATE, Takes.TEXT, set())
_SOUNDS_LIKE = _unknown("sounds_like", Group.SEARCH, Takes.TEXT, set())


def _proved(left: Scalar, right: Operand, other: Comparison) -> Relation:
    return decide(Comparison(left, _OVER, (right,)), other, _ANYTHING).relation


def test_every_argument_stays_in_the_normal_form() -> None:
    narrow, wide = (Comparison(Trait("n"), _FROM_TO, (Number(1), Number(end))) for end in (5, 7))
    assert normalize(narrow, _ANYTHING) != normalize(wide, _ANYTHING)


def test_it_is_not_taken_for_an_operator_that_is_known() -> None:
    for operator in (each for each in Operator if each.symbol):
        known = Comparison(_COUNT, operator, (Number(2),))
        assert _proved(_COUNT, Number(2), known) in {Relation.UNDECIDED, Relation.DIFFERENT}


def test_it_is_not_turned_round_without_a_mirror() -> None:
    there = Comparison(Trait("a"), _OVER, (Trait("b"),))
    back = Comparison(Trait("b"), _OVER, (Trait("a"),))
    assert decide(there, back, _ANYTHING).relation is Relation.UNDECIDED
    assert decide(there, there, _ANYTHING).relation is Relation.EQUIVALENT


def test_without_a_meaning_it_is_refused_not_false() -> None:
    for operand in (Number(1), Trait("b")):
        condition = Comparison(Trait("a"), _SOUNDS_LIKE, (operand,))
        with pytest.raises(TypeError, match="has no meaning"):
            compile_audience(condition, Readings(), Customer)


def test_of_moments_it_is_neither_the_last_of_the_known_nor_false() -> None:
    for argument in (Duration(1, Unit.DAY), Date(date(2026, 1, 31))):
        with pytest.raises(TypeError, match="has no meaning"):
            moment_test(_EVE_OF, argument)
    for argument in (Duration(1, Unit.DAY), 0):
        with pytest.raises(Beyond, match="eve_of"):
            dated(nothing, _EVE_OF, argument, 0)


def test_its_constants_are_not_pseudonymized() -> None:
    query = Comparison(Trait("name"), _SOUNDS_LIKE, (Text("Meier"),))
    assert compared(query, _ANYTHING).obstacles
