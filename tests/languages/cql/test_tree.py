"""Trees of labels for reports."""

from hypothesis import given, settings

from jurist.languages.base import Part
from jurist.languages.cql.syntax import CqlQuery
from jurist.languages.cql.text.parser import parse
from jurist.languages.cql.text.printer import format_query
from jurist.languages.cql.text.tree import tree
from strategies import queries


def test_a_funnel_and_a_trait() -> None:
    query = parse(
        "event('A').where(property('p') > 1 AND NOT event('B').within(parent: 5 days).count() = 1)"
        ".within(30 days).count() >= 1 OR trait('plan') = 'pro'"
    )
    then = Part("count() = 1", (Part("event('B')"), Part("within(parent: 5 days)")))
    where = Part("where", (Part("property('p') > 1"), Part("NOT", (then,))))
    events = Part("count() >= 1", (Part("event('A')"), where, Part("within(30 days)")))
    assert tree(query) == Part("OR", (events, Part("trait('plan') = 'pro'")), joins=True)


def test_a_computed_trait() -> None:
    query = parse("event('A').mode(property('p') as array, 2)")
    assert tree(query) == Part("mode(property('p') as array, 2)", (Part("event('A')"),))


def _labels(part: Part) -> list[str]:
    return [part.label, *(label for child in part.children for label in _labels(child))]


@settings(max_examples=100, deadline=None)
@given(queries())
def test_every_label_is_written_in_the_query(query: CqlQuery) -> None:
    text = format_query(query)
    labels = _labels(tree(query))
    assert [label for label in labels if label not in text] == []


@settings(max_examples=100, deadline=None)
@given(queries(), queries())
def test_different_queries_have_different_trees(one: CqlQuery, other: CqlQuery) -> None:
    assert (tree(one) == tree(other)) == (one == other)
