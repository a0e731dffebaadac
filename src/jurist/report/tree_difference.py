"""Two trees side by side: what they share, what only one has."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from jurist.languages.base import Node, NodeKind


class Mark(StrEnum):
    """What a line of the difference is."""

    SAME = "same"
    ONLY_REFERENCE = "only_reference"
    ONLY_CANDIDATE = "only_candidate"
    JOINS_REFERENCE = "joins_reference"
    """Only in the reference, where it joins what is the same to what is not: that is marked."""
    JOINS_CANDIDATE = "joins_candidate"


@dataclass(frozen=True, slots=True)
class Line:
    """One node of either tree: its depth from 0, its label, and who has it."""

    depth: int
    label: str
    mark: Mark


def tree_difference(reference: Node, candidate: Node) -> tuple[Line, ...]:
    """The merged tree as lines in reading order.

    Among siblings equal subtrees are matched first, then equal labels, then nodes that
    differ in their label but share something below it: those are shown as two labels
    above one merged list of children. Where conditions stand that are joined says nothing, and is
    no difference. What one side joins to others stands among them: of
    `A AND B` and `B`, only `A` is marked.
    """
    return tuple(_siblings((reference,), (candidate,), 0))


def _siblings(left: Sequence[Node], right: Sequence[Node], depth: int) -> Iterator[Line]:
    for ours, theirs in _aligned(left, right):
        if ours is None and theirs is not None:
            yield from _all(theirs, depth, Mark.ONLY_CANDIDATE)
        elif theirs is None and ours is not None:
            yield from _all(ours, depth, Mark.ONLY_REFERENCE)
        elif ours is not None and theirs is not None:
            if ours.label == theirs.label:
                yield Line(depth, ours.label, Mark.SAME)
            elif _joins(ours, theirs):
                yield Line(depth, ours.label, Mark.JOINS_REFERENCE)
                yield from _siblings(ours.children, (theirs,), depth + 1)
                continue
            elif _joins(theirs, ours):
                yield Line(depth, theirs.label, Mark.JOINS_CANDIDATE)
                yield from _siblings((ours,), theirs.children, depth + 1)
                continue
            else:
                yield Line(depth, ours.label, Mark.ONLY_REFERENCE)
                yield Line(depth, theirs.label, Mark.ONLY_CANDIDATE)
            right = theirs.children
            if ours.kind in _UNORDERED:
                right = _in_order_of(ours.children, right)
            yield from _siblings(ours.children, right, depth + 1)


_UNORDERED = frozenset({NodeKind.JUNCTION, NodeKind.FILTER})
"""Where children stand says nothing there."""


def _in_order_of(left: Sequence[Node], right: Sequence[Node]) -> Sequence[Node]:
    """The nodes of `right`, those that `left` has too in its order, each before what follows it."""
    pool = Counter(right)
    shared: list[Node] = []
    for part in left:
        if pool[part]:
            pool[part] -= 1
            shared.append(part)
    to_come, places = Counter(shared), iter(shared)
    ordered: list[Node] = []
    for part in right:
        taken = to_come[part] > 0
        to_come[part] -= taken
        ordered.append(next(places) if taken else part)
    return ordered


def _joins(around: Node, other: Node) -> bool:
    """Whether one of the parts that a node joins is the other, or shares something with it."""
    joins, other_joins = (node.kind is NodeKind.JUNCTION for node in (around, other))
    if not joins or other in around.children:
        return joins
    return not other_joins and any(_alike(part, other) for part in around.children)


def _alike(one: Node, other: Node) -> bool:
    below = {part.label for part in one.children} & {part.label for part in other.children}
    return one.label == other.label or bool(below)


_Pair = tuple[Node | None, Node | None]


def _aligned(left: Sequence[Node], right: Sequence[Node]) -> Iterator[_Pair]:
    for lefts, rights, equal in _runs(left, right):
        if equal:
            yield from zip(lefts, rights, strict=True)
            continue
        labels = [part.label for part in lefts], [part.label for part in rights]
        matcher = SequenceMatcher(None, *labels, autojunk=False)
        for tag, i1, i2, j1, j2 in matcher.get_opcodes():
            if tag == "equal":
                yield from zip(lefts[i1:i2], rights[j1:j2], strict=True)
            else:
                yield from _related(lefts[i1:i2], rights[j1:j2])


def _runs(
    left: Sequence[Node], right: Sequence[Node]
) -> Iterator[tuple[Sequence[Node], Sequence[Node], bool]]:
    matcher = SequenceMatcher(None, left, right, autojunk=False)
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        yield left[i1:i2], right[j1:j2], tag == "equal"


def _related(left: Sequence[Node], right: Sequence[Node]) -> Iterator[_Pair]:
    """Nodes of different labels: paired in order where they share something below."""
    waiting = list(right)
    for part in left:
        match = next((other for other in waiting if _shares(part, other)), None)
        if match is None:
            yield part, None
            continue
        while waiting[0] is not match:
            yield None, waiting.pop(0)
        yield part, waiting.pop(0)
    for other in waiting:
        yield None, other


def _shares(one: Node, other: Node) -> bool:
    return _alike(one, other) or _joins(one, other) or _joins(other, one)


def _all(part: Node, depth: int, mark: Mark) -> Iterator[Line]:
    yield Line(depth, part.label, mark)
    for child in part.children:
        yield from _all(child, depth + 1, mark)
