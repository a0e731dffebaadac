"""Places in trees, and trees with something else in a place; nothing is changed in place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeAlias, TypeVar, cast

from sqlglot import exp

Node: TypeAlias = exp.Expr
Part = TypeVar("Part", bound=exp.Expr)


def nodes(tree: Node, kind: type[Part]) -> Iterator[Part]:
    """Every node of a kind, outermost first, in written order."""
    for node in tree.dfs():
        if isinstance(node, kind):
            yield node


def part_of(node: Node, name: str) -> Node | None:
    """What a node has under a name, if it is a node."""
    part: object = node.args.get(name)
    return part if isinstance(part, exp.Expr) else None


def parts_of(node: Node, name: str = "expressions") -> list[Node]:
    """The nodes that a node lists under a name."""
    parts: object = node.args.get(name)
    if not isinstance(parts, list):
        return []
    return [part for part in cast("list[object]", parts) if isinstance(part, exp.Expr)]


def sides(node: exp.Binary) -> tuple[Node, Node]:
    """What stands left and right of an operator."""
    return cast("Node", node.this), cast("Node", node.expression)


def inner(node: Node) -> Node:
    """What a node is about, without parentheses."""
    return cast("Node", node.this).unnest()


def changed(node: Part, **parts: Node | Sequence[Node] | str | None) -> Part:
    """The node with other parts; `None` takes one away."""
    other = node.copy()
    for name, part in parts.items():
        other.set(name, _copied(part))
    return other


def _copied(part: Node | Sequence[Node] | str | None) -> object:
    if part is None or isinstance(part, str):
        return part
    if isinstance(part, exp.Expr):
        return part.copy()
    return [node.copy() for node in part]


def put(node: Node, other: Node) -> exp.Query | None:
    """The whole tree with another node in the stead of one; `None` where that is no query."""
    path: list[tuple[str, int | None]] = []
    at = node
    while at.parent is not None:
        path.append((at.arg_key or "", at.index))
        at = at.parent
    if not path:
        return other if isinstance(other, exp.Query) else None
    root = at.copy()
    place: Node = root
    for name, index in reversed(path):
        step: object = place.args[name]
        place = cast("Node", step if index is None else cast("list[object]", step)[index])
    place.replace(_fitted(other.copy(), place.parent))
    return root if isinstance(root, exp.Query) else None


def _fitted(other: Node, parent: Node | None) -> Node:
    """In parentheses where it would be read otherwise beneath this parent."""
    if isinstance(other, exp.Connector | exp.Not | exp.Between | exp.In) and isinstance(
        parent, exp.Binary | exp.Not | exp.Is | exp.Between | exp.In | exp.Like
    ):
        same = isinstance(parent, exp.Connector) and (
            type(parent) is type(other) or not isinstance(other, exp.Connector)
        )
        return other if same else exp.Paren(this=other)
    if isinstance(other, exp.Binary) and isinstance(parent, exp.Binary | exp.Not | exp.Is):
        return other if isinstance(parent, exp.Connector) else exp.Paren(this=other)
    return other


# --- conditions -----------------------------------------------------------------------------


def operands(node: Node, kind: type[exp.Connector]) -> list[Node]:
    """What AND, or OR, joins; the node itself where it is no such one."""
    plain = node.unnest()
    return [*plain.flatten()] if isinstance(plain, kind) else [plain]


def joined(kind: type[exp.Connector], parts: Iterable[Node]) -> Node:
    """AND or OR of one or more conditions; a single one as it is."""
    first, *more = parts
    whole = first.copy()
    for part in more:
        whole = kind(this=_operand(whole, kind), expression=_operand(part.copy(), kind))
    return whole


def _operand(node: Node, kind: type[exp.Connector]) -> Node:
    return (
        exp.Paren(this=node) if isinstance(node, exp.Connector) and type(node) is not kind else node
    )


def is_negated(node: Node) -> bool:
    """Whether it holds its NOT itself: `NOT LIKE`, and `IS NOT NULL` in PostgreSQL."""
    return bool(node.args.get("negate"))


def positive(node: Part) -> Part:
    """The node without the NOT that it holds itself."""
    return changed(node, negate=None)


def negated(node: Node) -> Node:
    """The condition's negation, without a double NOT."""
    plain = node.unnest()
    if is_negated(plain):
        return positive(plain)
    if isinstance(plain, exp.Not):
        return inner(plain).copy()
    if isinstance(plain, exp.Connector):
        return exp.Not(this=exp.Paren(this=plain.copy()))
    return exp.Not(this=plain.copy())


def binary(kind: type[exp.Binary], left: Node, right: Node) -> exp.Binary:
    """An operator between two nodes, which stay where they are too."""
    return kind(this=left.copy(), expression=right.copy())


def without(parts: Sequence[Part], i: int) -> list[Part]:
    """All but one."""
    return [*parts[:i], *parts[i + 1 :]]


def shortened(parts: Sequence[Part]) -> Iterator[list[Part]]:
    """All but the first, all but the second, ...; nothing of a list that would be empty then."""
    for i in range(len(parts) if len(parts) > 1 else 0):
        yield without(parts, i)


def replaced(parts: Sequence[Node], i: int, part: Node) -> list[Node]:
    """All, with another one in a place."""
    return [*parts[:i], part, *parts[i + 1 :]]


def swapped(parts: Sequence[Part], i: int) -> list[Part]:
    """One and the next in each other's place."""
    return [*parts[:i], parts[i + 1], parts[i], *parts[i + 2 :]]


def filtered(select: exp.Select, conditions: Sequence[Node], clause: str = "where") -> exp.Select:
    """The SELECT with these conditions in a clause, and no others."""
    if not conditions:
        return changed(select, **{clause: None})
    made = exp.Where if clause == "where" else exp.Having
    return changed(select, **{clause: made(this=joined(exp.And, conditions))})


def conditions_of(select: exp.Select, clause: str = "where") -> list[Node]:
    """The conditions of a WHERE or HAVING, all of which hold."""
    found = part_of(select, clause)
    return [] if found is None else operands(cast("Node", found.this), exp.And)
