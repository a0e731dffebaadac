"""Outlines: labels that people read, kinds and fields that programs read."""

import pytest
from hypothesis import given, settings

from jurist.languages.base import Literal, LiteralKind, Node, NodeKind
from jurist.languages.cql.syntax import CqlQuery
from jurist.languages.cql.text.outline import outline
from jurist.languages.cql.text.parser import parse
from jurist.languages.cql.text.printer import format_query
from strategies import queries


def labelled(node: Node) -> object:
    """The labels as a tree of lists."""
    return [node.label, *map(labelled, node.children)] if node.children else node.label


def test_a_funnel_and_a_trait() -> None:
    query = parse(
        "event('A').where(property('p') > 1 AND NOT event('B').within(parent: 5 days).count() = 1)"
        ".within(30 days).count() >= 1 OR trait('plan') = 'pro'"
    )
    root = outline(query)
    then = ["count() = 1", "event('B')", "within(parent: 5 days)"]
    where = ["where", "property('p') > 1", ["NOT", then]]
    events = ["count() >= 1", "event('A')", where, "within(30 days)"]
    assert labelled(root) == ["OR", events, "trait('plan') = 'pro'"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "trait('plan') = 'pro'",
            Node(
                NodeKind.COMPARISON,
                "trait('plan') = 'pro'",
                operator="=",
                names=("trait('plan')",),
                literals=(Literal("'pro'", LiteralKind.TEXT),),
                constructs=("trait",),
            ),
        ),
        (
            "trait('a') < trait('b')",
            Node(
                NodeKind.COMPARISON,
                "trait('a') < trait('b')",
                operator="<",
                names=("trait('a')", "trait('b')"),
                constructs=("trait", "trait"),
            ),
        ),
        (
            "trait('exists()').absent()",
            Node(
                NodeKind.PRESENCE,
                "trait('exists()').absent()",
                operator="absent",
                names=("trait('exists()')",),
                constructs=("trait", "absent"),
            ),
        ),
        (
            "trait('t').within_last(7 days)",
            Node(
                NodeKind.COMPARISON,
                "trait('t').within_last(7 days)",
                operator="within_last",
                names=("trait('t')",),
                literals=(Literal("7 days", LiteralKind.DURATION),),
                constructs=("trait", "within_last"),
            ),
        ),
        (
            "event('A').unique(property('p')).count() >= 2",
            Node(
                NodeKind.AGGREGATE,
                "unique(property('p')).count() >= 2",
                (
                    Node(
                        NodeKind.SOURCE,
                        "event('A')",
                        names=("event('A')",),
                        constructs=("event",),
                    ),
                ),
                operator=">=",
                aggregate="unique",
                names=("property('p')",),
                literals=(Literal("2", LiteralKind.NUMBER),),
                constructs=("unique", "property", "count"),
            ),
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_programs_read_fields(text: str, expected: Node) -> None:
    assert outline(parse(text)) == expected


def test_a_window_after_another_event_is_a_sequence() -> None:
    root = outline(
        parse("event('A').where(event('B').within(parent: 5 days).count() >= 1).count() >= 1")
    )
    where = root.children[1]
    assert where.kind is NodeKind.FILTER
    assert where.children[0].children[1].kind is NodeKind.SEQUENCE
    alone = outline(parse("event('A').within(5 days).count() >= 1"))
    assert alone.children[1].kind is NodeKind.WINDOW


def test_a_computed_trait() -> None:
    root = outline(parse("event('A').mode(property('p') as array, 2)"))
    assert labelled(root) == ["mode(property('p') as array, 2)", "event('A')"]
    assert (root.aggregate, root.literals) == ("mode", (Literal("2", LiteralKind.NUMBER),))


def _labels(node: Node) -> list[str]:
    return [node.label, *(label for child in node.children for label in _labels(child))]


@settings(max_examples=100, deadline=None)
@given(queries())
def test_every_label_is_written_in_the_query(query: CqlQuery) -> None:
    text = format_query(query)
    labels = _labels(outline(query))
    assert [label for label in labels if label not in text] == []


@settings(max_examples=100, deadline=None)
@given(queries(), queries())
def test_different_queries_have_different_outlines(one: CqlQuery, other: CqlQuery) -> None:
    assert (outline(one) == outline(other)) == (one == other)
