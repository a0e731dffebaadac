"""A query as a tree of short labels, for reports that show where two queries differ."""

from __future__ import annotations

from jurist.languages.base import Part
from jurist.languages.cql.syntax import (
    AllUsers,
    And,
    AnyUser,
    Comparison,
    Condition,
    Context,
    CqlQuery,
    Filter,
    Not,
    Or,
    Property,
    Reduction,
    Trait,
    Where,
)
from jurist.languages.cql.text.printer import (
    comparison_tail,
    operand_text,
    reducer_text,
    source_text,
    window_text,
)

_JUNCTIONS = {And: "AND", Or: "OR"}
_UNARY = {Not: "NOT", AnyUser: "ANY", AllUsers: "ALL"}


def tree(query: CqlQuery) -> Part:
    """The tree of a query.

    A junction is a node over its operands. A comparison of a trait or property is one
    leaf. A comparison of events is a node such as `count() >= 1` over the event and its
    filters; `where` is a node over its condition, whose AND needs no node of its own.
    """
    match query:
        case And() | Or():
            return Part(_JUNCTIONS[type(query)], tuple(map(tree, query.operands)), joins=True)
        case Not() | AnyUser() | AllUsers():
            return Part(_UNARY[type(query)], (tree(query.operand),))
        case Comparison():
            if isinstance(query.left, Reduction):
                return _reduced(query.left, comparison_tail(query))
            return Part(operand_text(query.left) + comparison_tail(query))
        case Reduction():
            return _reduced(query, "")
        case Trait() | Property() | Context():
            return Part(operand_text(query))


def _reduced(reduction: Reduction, tail: str) -> Part:
    stream = reduction.stream
    parts = (Part(source_text(stream.source)), *map(_filter, stream.filters))
    return Part(reducer_text(reduction) + tail, parts)


def _filter(each: Filter) -> Part:
    if isinstance(each, Where):
        return Part("where", _conjuncts(each.condition))
    return Part(window_text(each))


def _conjuncts(condition: Condition) -> tuple[Part, ...]:
    operands = condition.operands if isinstance(condition, And) else (condition,)
    return tuple(map(tree, operands))
