"""Tree differences: what is shared is found, nothing is lost, nothing is invented."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jurist.languages import get_language
from jurist.languages.base import Node, NodeKind
from jurist.report.tree_difference import Mark, tree_difference

SIGNS = {
    Mark.SAME: " ",
    Mark.ONLY_REFERENCE: "-",
    Mark.ONLY_CANDIDATE: "+",
    Mark.JOINS_REFERENCE: "<",
    Mark.JOINS_CANDIDATE: ">",
}
CQL = get_language("cql")


def node(label: str, children: tuple[Node, ...] = (), kind: NodeKind = NodeKind.OTHER) -> Node:
    return Node(kind, label, children)


def shown(reference: Node, candidate: Node) -> list[str]:
    lines = tree_difference(reference, candidate)
    return [f"{SIGNS[line.mark]}{'.' * line.depth}{line.label}" for line in lines]


def test_a_changed_number_is_one_line_on_each_side() -> None:
    def query(threshold: int) -> Node:
        return node(f"count >= {threshold}", (node("event('A')"), node("within(7 days)")))

    assert shown(query(1), query(2)) == [
        "-count >= 1",
        "+count >= 2",
        " .event('A')",
        " .within(7 days)",
    ]


def test_added_and_dropped_conditions() -> None:
    a, b, c = node("a"), node("b"), node("c")
    assert shown(node("AND", (a, b)), node("AND", (b, c))) == [" AND", "-.a", " .b", "+.c"]


def test_trees_without_anything_in_common_stand_one_below_the_other() -> None:
    assert shown(node("a", (node("b"),)), node("c", (node("d"),))) == ["-a", "-.b", "+c", "+.d"]


A, B, C = "event('A').count() >= 1", "trait('b') = 1", "trait('c') = 1"


@pytest.mark.parametrize(
    ("reference", "candidate", "expected"),
    [
        (f"{A} AND {B}", B, ["<AND", "-.count() >= 1", "-..event('A')", f" .{B}"]),
        (B, f"{B} OR {C}", [">OR", f" .{B}", f"+.{C}"]),
        (A, f"event('A').count() >= 2 AND {B}",
         [">AND", "-.count() >= 1", "+.count() >= 2", " ..event('A')", f"+.{B}"]),
        (f"({A} AND {B}) OR {C}", f"{A} AND {B}",
         ["<OR", " .AND", " ..count() >= 1", " ...event('A')", f" ..{B}", f"-.{C}"]),
        (f"({A} OR {B}) AND {C}", f"{B} AND {C}",
         [" AND", "<.OR", "-..count() >= 1", "-...event('A')", f" ..{B}", f" .{C}"]),
        (f"NOT {B}", B, ["-NOT", f"-.{B}", f"+{B}"]),
        (f"{A} AND {B} AND {C}", f"{C} AND {B} AND {A}",
         [" AND", " .count() >= 1", " ..event('A')", f" .{B}", f" .{C}"]),
        (f"{A} AND {B}", f"{A} OR {B}",
         ["-AND", "+OR", " .count() >= 1", " ..event('A')", f" .{B}"]),
        ("event('A').where(property('p') = 1 OR property('q') = 2).count() >= 1",
         "event('A').where(property('q') = 2).count() >= 1",
         [" count() >= 1", " .event('A')", " .where", "<..OR", "-...property('p') = 1",
          " ...property('q') = 2"]),
    ],
)  # fmt: skip
def test_of_what_is_joined_only_what_one_side_lacks_is_marked(
    reference: str, candidate: str, expected: list[str]
) -> None:
    assert shown(*(CQL.outline(CQL.parse(text)) for text in (reference, candidate))) == expected


parts = st.recursive(
    st.sampled_from("abc").map(node),
    lambda children: st.builds(
        node,
        st.sampled_from("abc"),
        st.lists(children, max_size=3).map(tuple),
        st.sampled_from([NodeKind.OTHER, NodeKind.JUNCTION]),
    ),
    max_leaves=12,
)


def labels(part: Node) -> list[str]:
    return [part.label, *(label for child in part.children for label in labels(child))]


OURS = {Mark.ONLY_REFERENCE, Mark.JOINS_REFERENCE}
THEIRS = {Mark.ONLY_CANDIDATE, Mark.JOINS_CANDIDATE}


@given(parts, parts)
def test_each_side_can_be_read_off_in_full(reference: Node, candidate: Node) -> None:
    lines = tree_difference(reference, candidate)
    ours = [line.label for line in lines if line.mark not in THEIRS]
    theirs = [line.label for line in lines if line.mark not in OURS]
    assert ours == labels(reference)
    assert sorted(theirs) == sorted(labels(candidate))


@given(parts)
def test_a_tree_does_not_differ_from_itself(part: Node) -> None:
    assert {line.mark for line in tree_difference(part, part)} == {Mark.SAME}
