"""A reduced stream on the right of a comparison: how it is said, read, shaped and meant."""

from __future__ import annotations

import itertools

import pytest

from compiled import compile_audience
from jurist.errors import QuerySyntaxError
from jurist.languages.cql.normal_form.normalization import normalize
from jurist.languages.cql.schemas.schema import AudienceType, CqlSchema
from jurist.languages.cql.semantics.readings import Readings
from jurist.languages.cql.semantics.subjects import Account, Customer, CustomerEvent
from jurist.languages.cql.syntax import Comparison
from jurist.languages.cql.text.parser import parse
from jurist.languages.cql.text.printer import format_query
from parsed import condition

NOW = 1_780_315_200_000
_HOLDS = {
    "=": int.__eq__,
    "!=": int.__ne__,
    ">": int.__gt__,
    ">=": int.__ge__,
    "<": int.__lt__,
    "<=": int.__le__,
}


def with_events(*names: str, **traits: str | int) -> Customer:
    events = [CustomerEvent(name, NOW - i - 1, {"n": i}) for i, name in enumerate(names)]
    return Customer(traits, tuple(events))


@pytest.mark.parametrize("symbol", _HOLDS)
def test_two_counts_are_compared_as_counts(symbol: str) -> None:
    is_in = compile_audience(
        condition(f"event('A').count() {symbol} event('B').count()"), Readings(), Customer
    )
    for a, b in itertools.product(range(4), range(4)):
        assert is_in(with_events(*"A" * a, *"B" * b), NOW) is _HOLDS[symbol](a, b)


@pytest.mark.parametrize("symbol", _HOLDS)
def test_a_trait_is_compared_with_a_count(symbol: str) -> None:
    is_in = compile_audience(
        condition(f"trait('n') {symbol} event('A').count()"), Readings(), Customer
    )
    assert not is_in(with_events("A"), NOW)
    for n, a in itertools.product(range(4), range(4)):
        assert is_in(with_events(*"A" * a, n=n), NOW) is _HOLDS[symbol](n, a)


def test_a_missing_result_is_below_nothing() -> None:
    for symbol in _HOLDS:
        query = condition(f"event('A').sum(property('n')) {symbol} event('B').sum(property('n'))")
        assert not compile_audience(query, Readings(), Customer)(with_events("A"), NOW)


def test_moments_of_two_streams() -> None:
    query = condition(
        "event('A').last(context('timestamp')).after_date(event('B').last(context('timestamp')))"
    )
    is_in = compile_audience(query, Readings(), Customer)
    assert is_in(with_events("A", "B"), NOW)
    assert not is_in(with_events("B", "A"), NOW)
    assert not is_in(with_events("A"), NOW)


def test_in_an_account_both_streams_are_of_one_user() -> None:
    query = condition("trait('n') < event('A').count()")
    is_in = compile_audience(query, Readings(), Account)
    busy, idle = with_events("A", "A", n=1), with_events(n=0)
    assert is_in(Account({"n": 9}, (idle, busy)), NOW)
    assert not is_in(Account({"n": 0}, (idle,)), NOW)


def test_inside_a_where_the_stream_is_that_of_the_item() -> None:
    query = condition(
        "event('A').where(event('B').within(parent: 1 day).count() > property('n')).count() >= 1"
    )
    is_in = compile_audience(query, Readings(), Customer)
    events = (CustomerEvent("A", NOW - 5, {"n": 1}), CustomerEvent("B", NOW - 3))
    assert not is_in(Customer({}, events), NOW)
    assert is_in(Customer({}, (*events, CustomerEvent("B", NOW - 2))), NOW)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("event('A').count() > event('B').count()", "event('B').count() < event('A').count()"),
        ("trait('n') = event('A').count()", "event('A').count() = trait('n')"),
        (
            "event('A').where(property('x') > 1).where(property('y') = 2).count() > trait('n')",
            "trait('n') < event('A').where(property('y') = 2 AND property('x') > 1).count()",
        ),
        ("event('A').count() > event('A').count()", "event('B').count() < 0"),
        (
            "event('A').last(property('d')).before_date(trait('d'))",
            "trait('d').after_date(event('A').last(property('d')))",
        ),
    ],
)
def test_mirrors_have_one_normal_form(one: str, other: str) -> None:
    schema = CqlSchema()
    assert normalize(parse(one), schema) == normalize(parse(other), schema)


def test_mirrors_in_an_account_mean_some_user() -> None:
    schema = CqlSchema(audience_type=AudienceType.ACCOUNTS)
    implied = "trait('n') < event('A').count()"
    assert normalize(parse(implied), schema) == normalize(
        parse("ANY event('A').count() > trait('n')"), schema
    )


def test_it_is_written_as_it_is_read() -> None:
    text = "trait('n') <= event('A').within(7 days).sum(property('x'))"
    query = parse(text)
    assert isinstance(query, Comparison)
    assert format_query(query) == text


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("trait('x') = event('A')", "must be reduced"),
        ("trait('x') = event('A').unique(property('b'))", "a list of unique values"),
        ("trait('x').contains(event('A').count())", "not a reduced stream"),
        ("trait('x').one_of(event('A').count())", "not a reduced stream"),
        ("trait('x').starts_with(event('A').first(property('b')))", "not a reduced stream"),
        ("trait('x') = event('A').first(property(parent: 'b'))", "not the parent's"),
    ],
)
def test_what_has_no_such_form(text: str, problem: str) -> None:
    with pytest.raises(QuerySyntaxError, match=problem):
        parse(text)
