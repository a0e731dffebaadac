"""In which way a candidate differs from its reference: read from the two outlines.

The nodes that only one outline has are paired by likeness, and each pair says one kind of
difference. It needs no proof and no schema, so it also sorts what nobody could decide.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Final

from jurist.errors import InputError
from jurist.languages.base import Language, LiteralKind, Node, NodeKind, Schema
from jurist.records import Candidate


class DifferenceKind(StrEnum):
    """What a disagreement is about."""

    REFUSAL = "refusal"
    """A refusal where a query was right, or a query where a refusal was."""
    UNREADABLE = "not a query"
    FUNNEL = "funnel"
    """Order of events, or the time between them."""
    NULL = "null"
    """What happens to those without a value: `!=` against NOT `=`, exists, absent."""
    WINDOW = "window"
    JUNCTION = "AND, OR and grouping"
    NEGATION = "negation"
    QUANTIFIER = "quantifier"
    AGGREGATE = "aggregate"
    SOURCE = "event or table"
    FIELD = "property or column"
    JOIN = "join"
    GROUPING = "grouping"
    DUPLICATES = "duplicates"
    ORDER = "order"
    LIMIT = "number of rows"
    COMBINATION = "set operation"
    OUTPUT = "columns of the result"
    THRESHOLD = "threshold"
    LITERAL = "literal"
    CONDITION = "condition missing or too many"
    SEVERAL = "several differences"
    WORDING = "wording alone"
    """The queries have the same parts, or are proved to mean the same."""


def difference_kind(
    reference: str | None, candidate: Candidate, language: Language, schema: Schema
) -> DifferenceKind:
    """The kind of a candidate's difference from its reference."""
    if reference is None or candidate.query is None:
        return DifferenceKind.REFUSAL
    try:
        first = language.outline(language.parse(reference, schema))
        second = language.outline(language.parse(candidate.query, schema))
    except InputError:
        return DifferenceKind.UNREADABLE
    return kind_of_trees(first, second)


def kind_of_trees(reference: Node, candidate: Node) -> DifferenceKind:
    """The kind of difference between two outlines."""
    first, second = Counter(_nodes(reference)), Counter(_nodes(candidate))
    if first == second:
        return _rearranged(reference, candidate, first)
    gone, new = first - second, second - first
    kinds = set(_kinds(gone.elements(), new.elements()))
    if DifferenceKind.JOIN in kinds:  # it takes its conditions along
        kinds.discard(DifferenceKind.CONDITION)
    if DifferenceKind.CONDITION in kinds and not (gone and new):
        return DifferenceKind.CONDITION  # whatever hung on it went with it
    if DifferenceKind.NULL in kinds:  # `!=` for NOT `=` takes a NOT away with it
        kinds.discard(DifferenceKind.NEGATION)
    if len(kinds) > 1:  # a condition that is gone takes its AND with it
        kinds.discard(DifferenceKind.JUNCTION)
    if len(kinds) > 1 and DifferenceKind.FUNNEL in kinds:
        kinds -= {DifferenceKind.CONDITION, DifferenceKind.SOURCE}
    if not kinds:
        return DifferenceKind.CONDITION
    return kinds.pop() if len(kinds) == 1 else DifferenceKind.SEVERAL


def _nodes(node: Node) -> Iterator[Node]:
    """It and all below, each without its children."""
    yield replace(node, children=())
    for child in node.children:
        yield from _nodes(child)


def _kinds(left: Iterable[Node], right: Iterable[Node]) -> Iterator[DifferenceKind]:
    waiting = list(right)
    for node in left:
        near = max(waiting, key=lambda other: _likeness(node, other), default=None)
        if near is None or _likeness(node, near) < _ALIKE:
            yield from _alone(node)
            continue
        waiting.remove(near)
        yield _pair(node, near)
    for node in waiting:
        yield from _alone(node)


_ALIKE: Final = 0.5
_WORDED: Final = frozenset({NodeKind.JUNCTION, NodeKind.QUANTIFIER, NodeKind.NEGATION})
_WINDOWS: Final = frozenset({NodeKind.WINDOW, NodeKind.SEQUENCE})
_CONDITIONS: Final = frozenset(
    {NodeKind.AGGREGATE, NodeKind.COMPARISON, NodeKind.PRESENCE, NodeKind.VALUE, NodeKind.OTHER}
)
_OWN: Final = {
    NodeKind.GROUPING: DifferenceKind.GROUPING,
    NodeKind.DUPLICATES: DifferenceKind.DUPLICATES,
    NodeKind.ORDER: DifferenceKind.ORDER,
    NodeKind.LIMIT: DifferenceKind.LIMIT,
    NodeKind.COMBINATION: DifferenceKind.COMBINATION,
    NodeKind.OUTPUT: DifferenceKind.OUTPUT,
}
"""What nodes say that are of one thing alone."""
_ALONE: Final = {
    NodeKind.NEGATION: DifferenceKind.NEGATION,
    NodeKind.QUANTIFIER: DifferenceKind.QUANTIFIER,
    NodeKind.JUNCTION: DifferenceKind.JUNCTION,
    NodeKind.WINDOW: DifferenceKind.WINDOW,
    NodeKind.SEQUENCE: DifferenceKind.FUNNEL,
    NodeKind.PRESENCE: DifferenceKind.NULL,
    NodeKind.JOIN: DifferenceKind.JOIN,
    **_OWN,
}
"""What a node says that has no counterpart; a source and a filter go with the condition on them."""
_UNEQUAL: Final = frozenset({"!=", "<>"})
_SYMBOLS: Final = frozenset({*_UNEQUAL, "=", "<", "<=", ">", ">=", "BETWEEN"})


def _likeness(one: Node, other: Node) -> float:
    if _family(one) != _family(other):
        return 0.0
    if one.kind in _WORDED:
        return 1.0
    alike = SequenceMatcher(None, one.label, other.label, autojunk=False).ratio()
    both_reduce = bool(one.aggregate and other.aggregate)
    return max(alike, _ALIKE) if both_reduce or one.kind not in _CONDITIONS else alike


def _family(node: Node) -> str:
    """What can stand for each other."""
    if node.kind in _WINDOWS:
        return NodeKind.WINDOW
    return NodeKind.OTHER if node.kind in _CONDITIONS else node.kind


def _alone(node: Node) -> Iterator[DifferenceKind]:
    """What a node says that has no counterpart."""
    if node.kind in _ALONE:
        yield _ALONE[node.kind]
    elif node.kind in _CONDITIONS:
        yield DifferenceKind.CONDITION


def _pair(one: Node, other: Node) -> DifferenceKind:
    """What two nodes say that stand for each other."""
    pair = one, other
    match one.kind:
        case NodeKind.JUNCTION | NodeKind.QUANTIFIER | NodeKind.NEGATION:
            return _ALONE[one.kind]
        case NodeKind.WINDOW | NodeKind.SEQUENCE:
            funnel = any(node.kind is NodeKind.SEQUENCE for node in pair)
            return DifferenceKind.FUNNEL if funnel else DifferenceKind.WINDOW
        case NodeKind.JOIN if one.names == other.names:
            return DifferenceKind.JOIN
        case NodeKind.SOURCE | NodeKind.JOIN:
            return DifferenceKind.SOURCE
        case NodeKind.OUTPUT if one.names and other.names:
            return _compared(one, other)
        case kind if kind in _OWN:
            return _OWN[kind]
        case _:
            return _compared(one, other)


def _compared(one: Node, other: Node) -> DifferenceKind:
    """What two conditions say that stand for each other."""
    pair = one, other
    operators = one.operator, other.operator
    if one.aggregate != other.aggregate:
        return DifferenceKind.AGGREGATE
    if one.names != other.names:
        return DifferenceKind.FIELD
    if any(node.kind is NodeKind.PRESENCE for node in pair):
        return DifferenceKind.NULL
    if operators[0] != operators[1] and not _UNEQUAL.isdisjoint(operators):
        return DifferenceKind.NULL
    if all(_literals(node, LiteralKind.DURATION) for node in pair):
        return DifferenceKind.WINDOW
    if not _SYMBOLS.issuperset(operators):  # `=` for `contains`, or another way to compare a text
        return DifferenceKind.LITERAL
    numbers = [_literals(node, LiteralKind.NUMBER) for node in pair]
    if numbers[0] != numbers[1] or operators[0] != operators[1]:
        return DifferenceKind.THRESHOLD
    return DifferenceKind.LITERAL


def _literals(node: Node, kind: LiteralKind) -> list[str]:
    return [literal.text for literal in node.literals if literal.kind is kind]


def _rearranged(reference: Node, candidate: Node, nodes: Collection[Node]) -> DifferenceKind:
    """Both outlines have the same nodes, in another place or order."""
    for kind in (NodeKind.OUTPUT, NodeKind.ORDER):
        if _in_order(reference, kind) != _in_order(candidate, kind):
            return _OWN[kind]
    if _unordered(reference) == _unordered(candidate):
        return DifferenceKind.WORDING
    kinds = {node.kind for node in nodes}
    if NodeKind.SEQUENCE in kinds:
        return DifferenceKind.FUNNEL
    if NodeKind.COMBINATION in kinds:
        return DifferenceKind.COMBINATION
    if NodeKind.NEGATION in kinds:
        return DifferenceKind.NEGATION
    if NodeKind.JUNCTION in kinds:
        return DifferenceKind.JUNCTION
    return DifferenceKind.CONDITION


def _in_order(node: Node, kind: NodeKind) -> list[Node]:
    return [each for each in _nodes(node) if each.kind is kind]


def _unordered(node: Node) -> object:
    below = [repr(_unordered(child)) for child in node.children]
    ordered = node.kind is NodeKind.COMBINATION
    return replace(node, children=()), below if ordered else sorted(below)
