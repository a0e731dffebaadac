"""Text, JSON view and places of queries that compare what is read with what is read."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from jurist.languages.cql.operators import Operator, Reducer, Takes
from jurist.languages.cql.syntax import (
    And,
    Comparison,
    Condition,
    CqlQuery,
    Duration,
    Event,
    ExpiresAfter,
    Name,
    Node,
    Reduction,
    Scalar,
    Stream,
    Text,
    Trait,
    Unit,
    Where,
)
from jurist.languages.cql.text.offsets import offsets
from jurist.languages.cql.text.parser import parse
from jurist.languages.cql.text.printer import format_query, layout, operand_text
from jurist.languages.cql.tree import children, transform, walk, with_children
from strategies import queries

_PAIRED = [operator for operator in Operator if operator.takes is Takes.OPERAND]
_SEARCHES = [operator for operator in Operator if operator.takes in {Takes.TEXTS, Takes.TEXT}]


def _sides(query: CqlQuery) -> list[Scalar]:
    """What a query reads outside any stream."""
    return [
        node
        for node, scope in walk(query)
        if isinstance(node, Scalar)
        and scope.source is None
        and not (isinstance(node, Reduction) and node.reducer is Reducer.UNIQUE)
    ]


@st.composite
def compared(draw: st.DrawFn) -> Condition:
    """A comparison of what two drawn queries read, beside one of them."""
    first, second = draw(queries()), draw(queries())
    sides = _sides(first) + _sides(second)
    assume(sides)
    side = st.sampled_from(sides)
    if draw(st.booleans()):
        node = Comparison(draw(side), draw(st.sampled_from(_PAIRED)), (draw(side),))
    else:
        operator = draw(st.sampled_from(_SEARCHES))
        sought = st.one_of(st.builds(Text, st.text("ab'\\", max_size=3)), st.just(Trait("t")))
        most = operator.takes.most or 3
        found = draw(st.lists(sought, min_size=1, max_size=most))
        node = Comparison(draw(side), operator, tuple(found))
    return And((node, first)) if isinstance(first, Condition) else node


@settings(max_examples=300, deadline=None)
@given(compared())
def test_text_and_json_lose_nothing(query: Condition) -> None:
    assert parse(format_query(query)) == query
    assert parse(layout(query)) == query
    document = msgspec.json.encode(query).decode()
    assert parse(document) == query


@settings(max_examples=150, deadline=None)
@given(compared())
def test_each_node_is_found_where_it_is_written(query: Condition) -> None:
    text = format_query(query)
    tree = parse(text)
    places = offsets(text, tree)
    for node, _ in walk(tree):
        if isinstance(node, Name):
            assert text[places[id(node)] :].startswith(operand_text(node))
        if isinstance(node, Event):
            assert text[places[id(node)] :].startswith("event(")


@settings(max_examples=150, deadline=None)
@given(compared())
def test_what_is_below_goes_back_where_it_was(query: Condition) -> None:
    assert transform(query, lambda node: node) is query
    for node, _ in walk(query):
        rebuilt: Node = with_children(node, children(node))
        assert rebuilt is node


@pytest.mark.parametrize("parent", [True, False])
def test_sessions(parent: bool) -> None:
    session = ExpiresAfter(Duration(90, Unit.SECOND), parent)
    inner = Reduction(Stream(Event("B"), (session,)), Reducer.COUNT)
    asked = Where(Comparison(inner, Operator.AT_LEAST, (Trait("n"),)))
    query = Reduction(Stream(Event("A"), (asked,)), Reducer.FIRST, Trait("t"))
    assert parse(format_query(query)) == query
    assert parse(msgspec.json.encode(query).decode()) == query


@pytest.mark.parametrize(
    ("besides", "usual"),
    [
        ("trait('x').one_of(['a', 'b'])", "trait('x').one_of('a', 'b')"),
        ("trait('x').contains(['a', trait('y')])", "trait('x').contains('a', trait('y'))"),
        (
            "event('A').sources({exclude: ['a','b']}).count() > 1",
            "event('A').sources({exclude: 'a','b'}).count() > 1",
        ),
        ("literal(5) < trait('x')", "trait('x') > 5"),
        ("5 < trait('x')", "trait('x') > 5"),
        ("'a' = trait('x')", "trait('x') = 'a'"),
        ("literal(5).at_most(trait('x'))", "trait('x') >= 5"),
        (
            "1 <= event('A').count() AND NOT 3 > trait('x')",
            "event('A').count() >= 1 AND NOT trait('x') < 3",
        ),
        ("literal(2026-01-01).before_date(trait('d'))", "trait('d').after_date(2026-01-01)"),
        (
            "event('A').where(5 < property('p')).count() > 1",
            "event('A').where(property('p') > 5).count() > 1",
        ),
    ],
)
def test_spellings_leave_no_trace(besides: str, usual: str) -> None:
    assert parse(besides) == parse(usual)


def test_a_constant_on_the_left_does_not_move_what_follows_it() -> None:
    text = "5 < trait('x') AND NOT 'a' = trait('y') OR 7 > event('A').mode(property('p'), 2)"
    places = offsets(text, parse(text))
    found = {operand_text(n): places[id(n)] for n, _ in walk(parse(text)) if isinstance(n, Name)}
    assert found == {name: text.index(name) for name in found}
    assert len(found) == 3
