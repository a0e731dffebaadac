"""The traversals of a query's tree: its nodes with their scopes, and trees made from it.

None of them recurses, so any depth will do.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from operator import is_
from typing import Any, TypeVar, cast

from msgspec import Struct
from msgspec.structs import replace

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
    Stream,
    Text,
    Trait,
    Where,
    Within,
)

AnyNode = TypeVar("AnyNode", bound=Node)


class Scope(Struct, frozen=True, eq=False):
    """Where a node stands: the source whose items it looks at, and what encloses that.

    `source` is `None` outside any stream. `quantified`: inside ANY or ALL; `of_user`:
    there, or in a comparison of a stream, which means ANY in an account audience (A2).
    `reduction`: what the items are reduced by; `reduced`: what they are reduced to stands
    here, so that a trait is that of the user whose item it is (A12).
    """

    source: Event | Entity | None = None
    outer: Scope | None = None
    quantified: bool = False
    of_user: bool = False
    reduction: Reduction | None = None
    reduced: bool = False

    @property
    def enclosing_event(self) -> Scope | None:
        """The scope of the nearest event around the items at hand: `parent:` windows follow it."""
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

    @property
    def depth(self) -> int:
        """How many streams are around what stands here."""
        depth = 0
        scope: Scope | None = self
        while scope is not None and scope.source is not None:
            scope, depth = scope.outer, depth + 1
        return depth


def holder_of(name: Property | Context, scope: Scope) -> Scope | None:
    """The scope of the items that a property or context field is read from, if there are any.

    With `parent:` that is the item right around the one at hand, an event or a row (U9).
    """
    holder = scope.outer if type(name) is Property and name.parent else scope
    return None if holder is None or holder.source is None else holder


def is_column(node: Node, scope: Scope) -> bool:
    """Whether what stands in a scope is a property of a row, compared in its own type (A10)."""
    if type(node) is not Property:
        return False
    holder = holder_of(node, scope)
    return holder is not None and type(holder.source) is Entity


_OPERANDS = {Number, Text, Date, Moment, Duration, Trait, Property, Context}
_CHILDLESS = frozenset({*_OPERANDS, Event, Entity, Sources})
_LEAVES = _CHILDLESS | {Within, Between, ExpiresAfter}


def children(node: Node) -> tuple[Node, ...]:
    """The nodes right below a node, in written order; a reduction's stream is taken apart.

    Those of a reduction are its source, its filters, and what it reduces if that is named.
    """
    # By type, not by pattern: to find that a struct is none of a class takes isinstance long.
    if type(node) is Comparison:
        return (node.left, *node.arguments)
    if type(node) in _CHILDLESS:
        return ()
    if type(node) is Reduction:
        stream = node.stream
        value = () if node.value is None else (node.value,)
        return (stream.source, *stream.filters, *value)
    if type(node) is Where:
        return (node.condition,)
    if type(node) is And or type(node) is Or:
        return node.operands
    if type(node) is Not or type(node) is AnyUser or type(node) is AllUsers:
        return (node.operand,)
    if type(node) is Within or type(node) is ExpiresAfter:
        return (node.duration,)
    if type(node) is Between:
        return (node.near, node.far)
    return ()


def with_children(node: AnyNode, parts: Sequence[Node]) -> AnyNode:
    """The node over other children; the node itself where they are its own.

    Args:
        node: Any node but a stream, which its reduction stands for.
        parts: As `children` orders them. Operands, arguments and filters may be more or fewer.
    """
    before = children(node)
    if len(parts) == len(before) and all(map(is_, parts, before)):
        return node
    return replace(cast("Any", node), **_fields(node, parts))


def _fields(node: Node, parts: Sequence[Any]) -> dict[str, Any]:
    if type(node) is Comparison:
        return {"left": parts[0], "arguments": tuple(parts[1:])}
    if type(node) is Reduction:
        end = len(parts) if node.value is None else -1
        stream = Stream(parts[0], tuple(parts[1:end]))
        return {"stream": stream, "value": None if node.value is None else parts[-1]}
    if type(node) is Where:
        return {"condition": parts[0]}
    if type(node) is And or type(node) is Or:
        return {"operands": tuple(parts)}
    if type(node) is Not or type(node) is AnyUser or type(node) is AllUsers:
        return {"operand": parts[0]}
    if type(node) is Between:
        return {"near": parts[0], "far": parts[1]}
    return {"duration": parts[0]}


def compares_stream(node: Comparison) -> bool:
    """Whether a stream stands on a side of a comparison: of an account it then means ANY (A2)."""
    if type(node.left) is Reduction:
        return True
    for argument in node.arguments:  # noqa: SIM110 - asked of every node: `any` takes twice as long
        if type(argument) is Reduction:
            return True
    return False


def stream_first(node: Comparison) -> Comparison:
    """The same comparison with a stream on its left, if it has one and its sides may trade."""
    mirrored = node.operator.mirrored
    if type(node.left) is Reduction or mirrored is None or len(node.arguments) != 1:
        return node
    right = node.arguments[0]
    if type(right) is not Reduction:
        return node
    return replace(node, left=right, operator=mirrored, arguments=(node.left,))


def reduced_scope(reduction: Reduction, scope: Scope) -> Scope:
    """The scope of what the items of a reduction, which stands in a scope, are reduced to."""
    return replace(inner_scope(reduction, scope), reduced=True)


def inner_scope(node: Node, scope: Scope) -> Scope:
    """The scope of what stands in a node that stands in a scope.

    Of a reduction that is the scope of its filters: its source stands in that of the reduction,
    and what it reduces in `reduced_scope`.
    """
    if type(node) is Comparison:
        if scope.of_user or not compares_stream(node):
            return scope
        return replace(scope, of_user=True)
    if type(node) is Reduction:
        return Scope(node.stream.source, scope, scope.quantified, scope.of_user, node)
    if type(node) is AnyUser or type(node) is AllUsers:
        return replace(scope, quantified=True, of_user=True)
    return scope


def walk(query: CqlQuery) -> Iterator[tuple[Node, Scope]]:
    """Every condition, scalar, source, filter and operand, outermost first, in written order.

    A filter and what is in it have the scope of their own stream; a source has the
    scope that its stream stands in. A window is not taken apart.
    """
    pending: list[tuple[Node, Scope]] = [(query, Scope())]
    while pending:
        node, scope = pair = pending.pop()
        yield pair
        if type(node) not in _LEAVES:
            _push_children(pending, node, scope)


def nodes(root: Node) -> list[Node]:
    """A node and all below it, in no order: their scopes take most of a walk's time."""
    found = [root]
    for node in found:
        if type(node) not in _CHILDLESS:
            found += children(node)
    return found


def _push_children(pending: list[tuple[Node, Scope]], node: Node, scope: Scope) -> None:
    """Put the children of a node on a stack, each with its scope, the first on top."""
    inner = inner_scope(node, scope)
    if type(node) is not Reduction:
        for part in reversed(children(node)):
            pending.append((part, inner))  # noqa: PERF401 - of every node: lists take longer
        return
    stream, value = node.stream, node.value
    if value is not None:
        of_trait = type(value) is Trait
        pending.append((value, reduced_scope(node, scope) if of_trait else inner))
    for part in reversed(stream.filters):
        pending.append((part, inner))  # noqa: PERF401
    pending.append((stream.source, scope))


def transform(query: CqlQuery, change: Callable[[Node], Node]) -> CqlQuery:
    """The query with each node changed, the innermost first, in written order.

    Args:
        query: Any query; where nothing changes it is itself what comes back.
        change: Is given a node whose children are changed already, and gives what stands in
            its place: a kind of node that may stand there.
    """
    return transform_scoped(query, lambda node, _scope: change(node))


def transform_scoped(
    query: CqlQuery,
    change: Callable[[Node, Scope], Node],
    kinds: Collection[type[Node]] | None = None,
) -> CqlQuery:
    """`transform` by a change that is also given the scope in which the old node stands.

    Args:
        query: Any query; where nothing changes it is itself what comes back.
        change: Is given a node whose children are changed already, and gives what stands in
            its place.
        kinds: Of the nodes that may change, none of them without children; `None` for all.
    """
    pending: list[tuple[Node, Scope]] = [(query, Scope())]
    entered: list[tuple[Node, int]] = []  # with where the results of their children begin
    results: list[Node] = []
    newest = -1  # the last result that is new: most are not, and their parents stay as they are
    while pending:
        old, scope = pending.pop()
        start = len(results)
        if old is _END:
            old, start = entered.pop()
            node = with_children(old, results[start:]) if newest >= start else old
            del results[start:]
        elif type(old) in _CHILDLESS or (
            kinds and type(old) is Comparison and not compares_stream(old)
        ):
            node = old
        else:
            entered.append((old, start))
            pending.append((_END, scope))
            _push_children(pending, old, scope)
            continue
        if kinds is None or type(node) in kinds:
            node = change(node, scope)
        results.append(node)
        if node is not old or newest >= start:
            newest = start
    return cast("CqlQuery", results.pop())


_END = Text("end")
"""Stands on the stack below the children of a node: then all of them are changed."""
