"""Every node of a query together with the stream of items that it looks at."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import repeat

from jurist.languages.cql.nodes import quick
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
    Entity,
    Event,
    ExpiresAfter,
    Moment,
    Node,
    Not,
    Number,
    Or,
    Property,
    Reduction,
    Sources,
    Text,
    Trait,
    Where,
    Within,
)


@quick
@dataclass(frozen=True, slots=True, eq=False)
class Scope:
    """Where a node stands: the source whose items it looks at, and what encloses that.

    `source` is `None` outside any stream. `quantified`: inside ANY or ALL; `of_user`:
    there, or in a comparison of a stream, which means ANY in an account audience (A2).
    """

    source: Event | Entity | None = None
    outer: Scope | None = None
    quantified: bool = False
    of_user: bool = False

    @property
    def enclosing_event(self) -> Scope | None:
        """The scope of the parent of the items at hand: the nearest event around them (U9)."""
        scope = self.outer
        while scope is not None and not isinstance(scope.source, Event):
            scope = scope.outer
        return scope

    @property
    def slugs(self) -> tuple[str, ...]:
        """The relationships walked from the profile to the row at hand; empty for an event."""
        walked: list[str] = []
        scope: Scope | None = self
        while scope is not None and isinstance(scope.source, Entity):
            walked.append(scope.source.slug)
            scope = scope.outer
        return tuple(reversed(walked))


def walk(query: CqlQuery) -> Iterator[tuple[Node, Scope]]:
    """Every condition, scalar, source, filter and operand, outermost first, in written order.

    A filter and what is in it have the scope of their own stream; a source has the
    scope that its stream stands in. No recursion: any depth will do.
    """
    pending: list[tuple[Node, Scope]] = [(query, Scope())]
    while pending:
        each = pending.pop()
        yield each
        node, scope = each
        if type(node) not in _LEAVES:
            pending += _children(node, scope)[::-1]


_OPERANDS = {Number, Text, Date, Moment, Duration, Trait, Property, Context}
_LEAVES = frozenset({*_OPERANDS, Event, Entity, Within, Between, Sources, ExpiresAfter})


def within_comparison(comparison: Comparison, scope: Scope) -> Scope:
    """The scope of both sides of a comparison that stands in a scope."""
    if scope.of_user or not isinstance(comparison.left, Reduction):
        return scope
    return Scope(scope.source, scope.outer, scope.quantified, of_user=True)


def within_stream(reduction: Reduction, scope: Scope) -> Scope:
    """The scope of the items that a reduction standing in a scope looks at."""
    return Scope(reduction.stream.source, scope, scope.quantified, scope.of_user)


def _children(node: Node, scope: Scope) -> list[tuple[Node, Scope]]:
    match node:
        case Comparison():
            inner = within_comparison(node, scope)
            return [(node.left, inner), *zip(node.arguments, repeat(inner))]
        case Reduction():
            inner = within_stream(node, scope)
            parts: list[tuple[Node, Scope]] = [(node.stream.source, scope)]
            parts += zip(node.stream.filters, repeat(inner))
            if node.value is not None:
                parts.append((node.value, inner))
            return parts
        case Where():
            return [(node.condition, scope)]
        case And() | Or():
            return [*zip(node.operands, repeat(scope))]
        case Not():
            return [(node.operand, scope)]
        case AnyUser() | AllUsers():
            return [(node.operand, Scope(scope.source, scope.outer, True, True))]  # noqa: FBT003
        case _:
            return []
