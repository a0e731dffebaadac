"""The traversals of a query's tree against a traversal by the fields of its nodes."""

from __future__ import annotations

from collections.abc import Iterator

from hypothesis import given
from msgspec.structs import replace

from jurist.languages.cql.operators import Coercion
from jurist.languages.cql.syntax import (
    And,
    Comparison,
    Condition,
    Context,
    CqlQuery,
    Duration,
    Event,
    Node,
    Not,
    Number,
    Operator,
    Property,
    Reducer,
    Reduction,
    Stream,
    Text,
    Trait,
    Where,
    Within,
)
from jurist.languages.cql.text.parser import parse
from jurist.languages.cql.text.printer import format_query
from jurist.languages.cql.tree import (
    Scope,
    children,
    nodes,
    transform,
    transform_scoped,
    walk,
    with_children,
)
from strategies import queries

_DEEP = 20_000


def _nodes(value: object) -> Iterator[Node]:
    """Every node of a query but streams, by the fields of their classes."""
    if isinstance(value, tuple):
        for part in value:  # pyright: ignore[reportUnknownVariableType]
            yield from _nodes(part)  # pyright: ignore[reportUnknownArgumentType]
    elif isinstance(value, Node):
        if not isinstance(value, Stream):
            yield value
        for name in value.__struct_fields__:
            yield from _nodes(getattr(value, name))  # pyright: ignore[reportUnknownArgumentType]


def _below(node: Node) -> Iterator[Node]:
    yield node
    for part in children(node):
        yield from _below(part)


def _deep(depth: int) -> Condition:
    condition: Condition = Comparison(Trait("plan"), Operator.EXISTS)
    for level in range(depth):
        stream = Stream(Event(f"E{level}"), (Where(condition),))
        count = Comparison(Reduction(stream, Reducer.COUNT), Operator.AT_LEAST, (Number(1),))
        condition = And((Not(count), Comparison(Trait("plan"), Operator.ABSENT)))
    return condition


@given(queries())
def test_children_are_all_nodes_of_the_fields(query: CqlQuery) -> None:
    assert sorted(map(id, _below(query))) == sorted(map(id, _nodes(query)))


def test_children_are_in_written_order() -> None:
    text = (
        "event('a').within(1 day).where(property('b') = '2' OR trait('c').one_of('3', '4'))"
        ".between(5 days, 6 days).mode(context('d'), 2) = trait('e')"
    )
    assert "".join(map(_written, _below(parse(text)))) == "a1b2c3456de"


def _written(node: Node) -> str:
    match node:
        case Event() | Trait() | Property() | Context():
            return node.name
        case Text():
            return node.value
        case Duration():
            return str(node.amount)
        case _:
            return ""


@given(queries())
def test_a_node_over_its_own_children_is_itself(query: CqlQuery) -> None:
    for node in _below(query):
        assert with_children(node, list(children(node))) is node


@given(queries())
def test_where_nothing_changes_the_query_is_itself(query: CqlQuery) -> None:
    assert transform(query, lambda node: node) is query


@given(queries())
def test_a_walk_takes_all_apart_but_windows(query: CqlQuery) -> None:
    compared = [node.arguments for node in _below(query) if isinstance(node, Comparison)]
    kept = {id(part) for arguments in compared for part in arguments}
    expected = [
        node for node in _below(query) if not isinstance(node, Duration) or id(node) in kept
    ]
    assert list(map(id, (node for node, _ in walk(query)))) == list(map(id, expected))


@given(queries())
def test_all_nodes_are_found_without_their_scopes(query: CqlQuery) -> None:
    assert sorted(map(id, nodes(query))) == sorted(map(id, _nodes(query)))


@given(queries())
def test_a_change_of_some_kinds_leaves_all_others(query: CqlQuery) -> None:
    kinds = frozenset({Comparison, Reduction, Where})

    def change(node: Node, scope: Scope) -> Node:
        match node:
            case Comparison():
                mark = Trait(f"{type(scope.source).__name__} {scope.of_user}")
                return replace(node, left=mark, operator=Operator.EXISTS, arguments=())
            case Reduction() if node.value is not None:
                return replace(node, cast=None, coercion=Coercion.TEXT)
            case _:
                return node

    def of_kinds(node: Node, scope: Scope) -> Node:
        assert type(node) in kinds
        return change(node, scope)

    assert transform_scoped(query, of_kinds, kinds) == transform_scoped(query, change)


@given(queries())
def test_a_change_is_given_the_scopes_of_the_walk(query: CqlQuery) -> None:
    scopes: list[tuple[Node, list[object]]] = []

    def note(node: Node, scope: Scope) -> Node:
        scopes.append((node, _chain(scope)))
        return node

    transform_scoped(query, note)
    for node, scope in walk(query):
        assert any(node is other and _chain(scope) == chain for other, chain in scopes)


def _chain(scope: Scope | None) -> list[object]:
    listed: list[object] = []
    while scope is not None:
        listed.append((scope.source, scope.quantified, scope.of_user))
        scope = scope.outer
    return listed


def test_a_scope_knows_the_streams_around() -> None:
    query = parse(
        "ANY event('A').where(event('B').where(property('p') = 1 AND property(parent: 'q') = 2)"
        ".sum(property('r')) >= 1).count() >= 1"
    )
    chains = {
        node.name: _chain(scope)
        for node, scope in walk(query)
        if isinstance(node, Event | Property)
    }
    outside: list[object] = [(None, True, True)]
    assert chains["A"] == outside
    assert chains["B"] == [(Event("A"), True, True), *outside]
    assert chains["p"] == chains["q"] == chains["r"] == [(Event("B"), True, True), *chains["B"]]


def test_a_change_reaches_every_kind_of_node() -> None:
    query = parse(
        "NOT event('A').within(2 days).where(property('p').within_last(3 days)"
        " AND event('B').between(1 days, 5 days).count() >= 1).sum(property('q')) >= 4"
    )

    def change(node: Node) -> Node:
        match node:
            case Event():
                return Event(node.name.lower())
            case Property():
                return Property(node.name.upper())
            case Duration():
                return Duration(2 * node.amount, node.unit)
            case Number():
                return Number(-node.value)
            case _:
                return node

    assert format_query(transform(query, change)) == (
        "NOT event('a').within(4 days).where(property('P').within_last(6 days)"
        " AND event('b').between(2 days, 10 days).count() >= -1).sum(property('Q')) >= -4"
    )


def test_a_change_sees_changed_children_and_may_take_fewer() -> None:
    query = parse("event('A').within(2 days).where(trait('x') = 1 AND trait('y') = 1).count() >= 1")

    def change(node: Node) -> Node:
        match node:
            case Reduction():
                return with_children(
                    node, [part for part in children(node) if not isinstance(part, Within)]
                )
            case And():
                return node.operands[1]
            case Trait():
                return Trait(f"{node.name}!")
            case _:
                return node

    assert format_query(transform(query, change)) == (
        "event('A').where(trait('y!') = 1).count() >= 1"
    )


def test_any_depth_will_do() -> None:
    query = _deep(_DEEP)
    assert sum(isinstance(node, Event) for node, _ in walk(query)) == _DEEP
    assert transform(query, lambda node: node) is query

    def renamed(node: Node) -> Node:
        return Event("E") if isinstance(node, Event) else node

    names = {node.name for node, _ in walk(transform(query, renamed)) if isinstance(node, Event)}
    assert names == {"E"}
