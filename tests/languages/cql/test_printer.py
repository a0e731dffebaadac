"""Tree to text: canonical, laid out, and always readable again."""

from decimal import Decimal

import pytest
from hypothesis import given, settings

from jurist.errors import QuerySyntaxError
from jurist.languages.cql.syntax import (
    And,
    Comparison,
    Condition,
    CqlQuery,
    Not,
    Number,
    Operator,
    Or,
    Trait,
)
from jurist.languages.cql.text.limits import MAX_NESTING
from jurist.languages.cql.text.parser import parse
from jurist.languages.cql.text.printer import format_query, layout
from strategies import queries


@settings(max_examples=300, deadline=None)
@given(queries())
def test_canonical_text_parses_to_the_same_tree(query: CqlQuery) -> None:
    text = format_query(query)
    assert parse(text) == query
    assert format_query(parse(text)) == text
    assert "\n" not in text


@settings(max_examples=200, deadline=None)
@given(queries())
def test_a_layout_is_the_same_text_over_lines(query: CqlQuery) -> None:
    laid_out = layout(query)
    assert parse(laid_out) == query
    words = "".join(laid_out.split())
    assert words == "".join(format_query(query).split())


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ('trait("x")==.50', "trait('x') = 0.5"),
        ("trait('x').eq(-0)", "trait('x') = 0"),
        ("trait('x').is_null()", "trait('x').absent()"),
        ("trait('x').contains_one('a','b')", "trait('x').contains('a', 'b')"),
        ('trait("it\'s")="a"', r"trait('it\'s') = 'a'"),
        (r"trait('a\.b') = 'c'", r"trait('a\\.b') = 'c'"),
        (r"trait('a\\\\.b.c') = 'a\\\\.b'", r"trait('a\\.b.c') = 'a\\\\.b'"),
        (
            r"event('E').where(context('a\\\\.b') = property('a\\\\.b')).count() > 0",
            r"event('E').where(context('a\\.b') = property('a\\.b')).count() > 0",
        ),
        ("(trait('a')=1 and(trait('b')=2))", "trait('a') = 1 AND trait('b') = 2"),
        ("trait('x').within_last(1 DAYS)", "trait('x').within_last(1 day)"),
        (
            "trait('x').before_date(2026-01-31T01:00+01:00)",
            "trait('x').before_date(2026-01-31T00:00:00Z)",
        ),
        ("trait('x') = 2026-01-31T00:00:00.250", "trait('x') = 2026-01-31T00:00:00.250"),
        (
            "event('E').where({property('p')=1}).within(24 HOUR).count()>0",
            "event('E').where(property('p') = 1).within(24 hours).count() > 0",
        ),
    ],
)
def test_each_construct_has_one_spelling(written: str, canonical: str) -> None:
    assert format_query(parse(written)) == canonical


def test_layout_shows_the_structure() -> None:
    query = parse(
        "event('A').where(event('B').where(property('id') = property(parent: 'id'))"
        ".within(parent: 5 days).count() = 0 AND property('z') > 1).count() > 1 "
        "OR trait('a') = 1 AND NOT (trait('b') = 2 OR trait('c').exists())"
    )
    assert layout(query).splitlines() == [
        "event('A').where(",
        "  event('B').where(property('id') = property(parent: 'id'))"
        ".within(parent: 5 days).count() = 0",
        "  AND property('z') > 1",
        ").count() > 1",
        "OR trait('a') = 1",
        "  AND NOT (trait('b') = 2 OR trait('c').exists())",
    ]


def test_the_deepest_tree_that_text_may_hold() -> None:
    leaf = Comparison(Trait("x"), Operator.EQUALS, (Number(Decimal("1.5")),))
    tree: Condition = leaf
    pairs = (MAX_NESTING - 1) // 3  # NOT and two parentheses; trait('x') opens the last one
    for _ in range(pairs):
        tree = Not(And((Or((leaf, tree)), leaf)))
    assert parse(format_query(tree)) == tree
    assert parse(layout(tree)) == tree
    with pytest.raises(QuerySyntaxError, match="nested"):
        parse(format_query(Not(tree)))
