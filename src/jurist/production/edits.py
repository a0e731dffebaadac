"""How many nodes to add, remove or rename to make one query's tree of another's.

The tree edit distance of Zhang & Shasha (1989): exact for ordered trees. Where the order of a
node's children means nothing they are put in one order first, so that a mere change of order costs
nothing; then it is no more than an upper bound of the distance of unordered trees, which nobody
computes in reasonable time.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from jurist.languages.base import Node, NodeKind

_UNORDERED: Final = frozenset({NodeKind.JUNCTION, NodeKind.FILTER})


@dataclass(frozen=True, slots=True)
class _Flat:
    """A tree in postorder."""

    labels: list[str]
    leftmost: list[int]
    """The first leaf below each node."""
    roots: list[int]
    """Of the subtrees that must be compared: the tree's, and nodes with a sibling to the left."""


def sorted_tree(node: Node) -> Node:
    """The tree with the children of what joins or filters in one order."""
    children = [sorted_tree(child) for child in node.children]
    if node.kind in _UNORDERED:
        children.sort(key=_text)
    return Node(node.kind, node.label, tuple(children))


def size(node: Node) -> int:
    """How many nodes a tree has."""
    return 1 + sum(map(size, node.children))


def tree_edits(one: Node, other: Node) -> int:
    """The least number of nodes to add, remove or rename; nodes are the same by their label."""
    ours, theirs = _flat(one), _flat(other)
    between = [[0] * len(theirs.labels) for _ in ours.labels]
    for root in ours.roots:
        for facing in theirs.roots:
            _compare(ours, theirs, root, facing, between)
    return between[-1][-1]


def _compare(ours: _Flat, theirs: _Flat, root: int, facing: int, between: list[list[int]]) -> None:
    """Fill in the distances between all subtrees on the leftmost paths of two roots."""
    first, start = ours.leftmost[root], theirs.leftmost[facing]
    above = list(range(facing - start + 2))
    forests = [above]
    for i in range(first, root + 1):
        row = [above[0] + 1]
        whole = ours.leftmost[i] == first
        for j in range(start, facing + 1):
            least = min(above[j - start + 1], row[-1]) + 1
            if whole and theirs.leftmost[j] == start:
                renamed = above[j - start] + (ours.labels[i] != theirs.labels[j])
                least = min(least, renamed)
                between[i][j] = least
            else:
                before = forests[ours.leftmost[i] - first][theirs.leftmost[j] - start]
                least = min(least, before + between[i][j])
            row.append(least)
        forests.append(row)
        above = row


def _flat(tree: Node) -> _Flat:
    labels: list[str] = []
    leftmost: list[int] = []

    def walk(node: Node) -> int:
        first = -1
        for child in node.children:
            leaf = walk(child)
            first = leaf if first < 0 else first
        labels.append(node.label)
        leftmost.append(len(labels) - 1 if first < 0 else first)
        return leftmost[-1]

    walk(tree)
    last = {leaf: number for number, leaf in enumerate(leftmost)}
    return _Flat(labels, leftmost, sorted(last.values()))


def _text(node: Node) -> str:
    return f"{node.label}({','.join(map(_text, node.children))})"
