"""The tree edit distance against its definition on forests, computed without any of its ideas."""

from __future__ import annotations

from functools import cache

from hypothesis import given
from hypothesis import strategies as st

from jurist.languages.base import Node, NodeKind
from jurist.production.edits import size, sorted_tree, tree_edits

Forest = tuple[Node, ...]


def node(label: str, *children: Node, kind: NodeKind = NodeKind.OTHER) -> Node:
    return Node(kind, label, children)


@cache
def by_definition(one: Forest, other: Forest) -> int:
    """Take the last root of either forest away, or match the two."""
    if not one and not other:
        return 0
    if not one:
        return sum(map(size, other))
    if not other:
        return sum(map(size, one))
    (*ours, mine), (*theirs, facing) = one, other
    return min(
        by_definition((*ours, *mine.children), other) + 1,
        by_definition(one, (*theirs, *facing.children)) + 1,
        by_definition(tuple(ours), tuple(theirs))
        + by_definition(mine.children, facing.children)
        + (mine.label != facing.label),
    )


def trees(most: int = 8) -> st.SearchStrategy[Node]:
    labels = st.sampled_from("abc")

    def above(below: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
        return st.tuples(labels, st.lists(below, min_size=1, max_size=3)).map(
            lambda drawn: node(drawn[0], *drawn[1])
        )

    return st.recursive(labels.map(node), above, max_leaves=most)


@given(trees(), trees())
def test_it_is_what_the_definition_says(one: Node, other: Node) -> None:
    assert tree_edits(one, other) == by_definition((one,), (other,))


@given(trees(5), trees(5), trees(5))
def test_it_is_a_distance(one: Node, other: Node, third: Node) -> None:
    assert (tree_edits(one, other) == 0) == (one == other)
    assert tree_edits(one, other) == tree_edits(other, one)
    assert tree_edits(one, third) <= tree_edits(one, other) + tree_edits(other, third)


def test_the_example_of_the_paper() -> None:
    """Figure 4 of Zhang & Shasha (1989): one node goes and one comes."""
    one = node("f", node("d", node("a"), node("c", node("b"))), node("e"))
    other = node("f", node("c", node("d", node("a"), node("b"))), node("e"))
    assert tree_edits(one, other) == 2


def test_order_costs_nothing_where_it_means_nothing() -> None:
    parts = node("x", node("1")), node("y")
    for kind, cost in ((NodeKind.JUNCTION, 0), (NodeKind.SEQUENCE, 3)):
        one, other = node("AND", *parts, kind=kind), node("AND", *parts[::-1], kind=kind)
        assert (tree_edits(sorted_tree(one), sorted_tree(other)) == 0) == (cost == 0)
