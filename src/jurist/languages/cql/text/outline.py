"""A query's outline: labels for people who look for a difference, kinds and fields for programs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final

from jurist.languages.base import Literal, LiteralKind, Node, NodeKind
from jurist.languages.cql.operators import Group
from jurist.languages.cql.syntax import (
    AllUsers,
    And,
    AnyUser,
    Between,
    Comparison,
    Context,
    CqlQuery,
    Date,
    Duration,
    Event,
    Filter,
    Moment,
    Not,
    Number,
    Operand,
    Or,
    Property,
    Reducer,
    Reduction,
    Scalar,
    Sources,
    Text,
    Trait,
    Where,
)
from jurist.languages.cql.text.literals import string_text
from jurist.languages.cql.text.printer import (
    WORDS,
    comparison_tail,
    operand_text,
    reducer_text,
    source_text,
    window_text,
)
from jurist.languages.cql.tree import compares_stream

_KINDS: Final[Mapping[type[CqlQuery | Operand], LiteralKind]] = {
    Number: LiteralKind.NUMBER,
    Text: LiteralKind.TEXT,
    Date: LiteralKind.MOMENT,
    Moment: LiteralKind.MOMENT,
    Duration: LiteralKind.DURATION,
}


def outline(query: CqlQuery) -> Node:
    """The tree of a query.

    A junction is a node over its operands. A comparison of a trait or property is one
    leaf. A comparison of events is a node such as `count() >= 1` over the event and its
    filters; `where` is a node over its condition, whose AND needs no node of its own.
    """
    match query:
        case And() | Or():
            return _worded(NodeKind.JUNCTION, WORDS[type(query)], map(outline, query.operands))
        case Not():
            return _worded(NodeKind.NEGATION, WORDS[Not], [outline(query.operand)])
        case AnyUser() | AllUsers():
            word = WORDS[type(query)]
            return _worded(NodeKind.QUANTIFIER, word, [outline(query.operand)])
        case Comparison():
            return _compared(query)
        case Reduction():
            return _reduced(query, None)
        case Trait() | Property() | Context():
            return _node(NodeKind.VALUE, operand_text(query), names=[query])


def _worded(kind: NodeKind, word: str, children: Iterable[Node]) -> Node:
    return Node(kind, word, tuple(children), operator=word, constructs=(word,))


def _compared(comparison: Comparison) -> Node:
    left = comparison.left
    if compares_stream(comparison):
        return _streams_compared(comparison)
    presence = comparison.operator.group is Group.PRESENCE
    return _node(
        NodeKind.PRESENCE if presence else NodeKind.COMPARISON,
        operand_text(left) + comparison_tail(comparison),
        names=[left],
        comparison=comparison,
    )


def _reduced(reduction: Reduction, comparison: Comparison | None) -> Node:
    stream = reduction.stream
    kind = "event" if isinstance(stream.source, Event) else "entity"
    text = source_text(stream.source)
    source = Node(NodeKind.SOURCE, text, names=(text,), constructs=(kind,))
    unique = reduction.reducer is Reducer.UNIQUE_COUNT
    least = reduction.minimum
    return _node(
        NodeKind.AGGREGATE,
        reducer_text(reduction) + ("" if comparison is None else comparison_tail(comparison)),
        children=(source, *map(_filter, stream.filters)),
        aggregate=str(Reducer.UNIQUE if unique else reduction.reducer),
        names=[] if reduction.value is None else [reduction.value],
        literals=() if least is None else (Literal(str(least), LiteralKind.NUMBER),),
        comparison=comparison,
    )


def _streams_compared(comparison: Comparison) -> Node:
    """A comparison of a stream: its parts, and each other stream as a node beside them."""
    left, right = comparison.left, [a for a in comparison.arguments if isinstance(a, Reduction)]
    if isinstance(left, Reduction):
        node = _reduced(left, comparison)
    else:
        label = operand_text(left) + comparison_tail(comparison)
        node = _node(NodeKind.COMPARISON, label, names=[left], comparison=comparison)
    return replace(node, children=(*node.children, *(_reduced(side, None) for side in right)))


def _filter(part: Filter) -> Node:
    if isinstance(part, Where):
        condition = part.condition
        operands = condition.operands if isinstance(condition, And) else (condition,)
        return _worded(NodeKind.FILTER, "where", map(outline, operands))
    label = window_text(part)
    if isinstance(part, Sources):
        literals = tuple(Literal(string_text(name), LiteralKind.TEXT) for name in part.exclude)
        return _node(NodeKind.OTHER, label, literals=literals)
    kind = NodeKind.WINDOW
    if part.parent:
        kind = NodeKind.SEQUENCE
    bounds = (part.near, part.far) if isinstance(part, Between) else (part.duration,)
    return _node(kind, label, literals=tuple(map(_literal, bounds)))


def _node(
    kind: NodeKind,
    label: str,
    *,
    children: tuple[Node, ...] = (),
    aggregate: str = "",
    names: Iterable[Scalar] = (),
    literals: tuple[Literal, ...] = (),
    comparison: Comparison | None = None,
) -> Node:
    """A node with what it names and compares."""
    arguments = () if comparison is None else comparison.arguments
    operator = None if comparison is None else comparison.operator
    named = [part for part in (*names, *arguments) if isinstance(part, Trait | Property | Context)]
    constants = [part for part in arguments if not isinstance(part, Scalar)]
    return Node(
        kind,
        label,
        children,
        operator="" if operator is None else operator.symbol or operator.value,
        aggregate=aggregate,
        names=tuple(map(operand_text, named)),
        literals=(*literals, *map(_literal, constants)),
        constructs=tuple(_CALLED.findall(_QUOTED.sub("''", label))),
    )


_QUOTED: Final = re.compile(r"'(?:[^'\\]|\\.)*'")
_CALLED: Final = re.compile(r"[A-Za-z_]+(?=\()")


def _literal(constant: Operand) -> Literal:
    return Literal(operand_text(constant), _KINDS[type(constant)])
