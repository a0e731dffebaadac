"""Named ways to change a query at one of its places: what rewrites and mutations are made of."""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeVar, cast

from msgspec.structs import replace

from jurist.languages.cql.checking.known_names import KnownNames
from jurist.languages.cql.checking.type_rules import result_field
from jurist.languages.cql.schemas.schema import CqlSchema, Field, subject_type
from jurist.languages.cql.schemas.typing import Typing
from jurist.languages.cql.semantics.subjects import Account
from jurist.languages.cql.semantics.values import Coercion
from jurist.languages.cql.syntax import (
    AllUsers,
    And,
    AnyUser,
    Comparison,
    Condition,
    CqlQuery,
    Duration,
    Filter,
    Junction,
    Node,
    Not,
    Operand,
    Operator,
    Or,
    Quantifier,
    Reduction,
    Scalar,
    Unit,
    Where,
)
from jurist.languages.cql.tree import (
    Scope,
    children,
    compares_stream,
    inner_scope,
    is_column,
    reduced_scope,
    with_children,
)


@dataclass(frozen=True, slots=True)
class Setting:
    """What a change may need to know of the place where it happens."""

    schema: CqlSchema
    scope: Scope
    names: KnownNames
    at_account: bool
    """Outside ANY and ALL of an account audience: there a stream means ANY of its users (A2)."""

    def facts(self, scalar: Scalar) -> Field:
        """What the schema knows of a value that stands here."""
        if not isinstance(scalar, Reduction):
            return self.names.field(scalar, self.scope)
        value = Field()
        if scalar.value is not None:
            value = self.names.field(scalar.value, reduced_scope(scalar, self.scope))
        return result_field(scalar, value)

    def coercion(self, node: Comparison) -> Coercion:
        """How the sides of a comparison that stands here are compared."""
        typing = Typing(self.names, self.schema)
        return typing.coercion_at(node, inner_scope(node, self.scope))

    def is_of_row(self, *sides: object) -> bool:
        """Whether one of the sides is a row's property, compared in its own type (A10)."""
        return any(isinstance(side, Node) and is_column(side, self.scope) for side in sides)


@dataclass(frozen=True, slots=True)
class Place:
    """A part of a query, where it stands, and the query with another part in its stead."""

    node: Node
    setting: Setting
    put: Callable[[Node], CqlQuery]


def places(query: CqlQuery, schema: CqlSchema) -> list[Place]:
    """Every condition and reduction, and what is between them, outermost first, as written."""
    of_accounts = subject_type(schema, query) is Account
    is_trait = not isinstance(query, Condition)
    names = KnownNames(query, schema)
    pending: list[tuple[Node, Scope, Callable[[Node], CqlQuery]]] = [(query, Scope(), _itself)]
    every: list[Place] = []
    while pending:
        node, scope, put = pending.pop()
        outside = not is_trait and scope.source is None and not scope.quantified
        setting = Setting(schema, scope, names, at_account=of_accounts and outside)
        every.append(Place(node, setting, put))
        inside, parts = inner_scope(node, scope), children(node)
        pending += [
            (parts[i], inside, partial(_put, node, i, put))
            for i in reversed(range(len(parts)))
            if isinstance(parts[i], _INNER)
        ]
    return every


_INNER = Condition | Reduction | Where


def _itself(query: Node) -> CqlQuery:
    return cast("CqlQuery", query)


def _put(node: Node, i: int, put: Callable[[Node], CqlQuery], part: Node) -> CqlQuery:
    return put(with_children(node, replaced(children(node), i, part)))


@dataclass(frozen=True, slots=True)
class Edit:
    """A named kind of change."""

    name: str
    description: str
    """One sentence."""
    parts: Callable[[Node, Setting], Iterable[Node]]
    """What may stand in the stead of a node."""

    def queries(self, where: Iterable[Place]) -> Iterator[CqlQuery]:
        """Every query that differs by one change at one of the places of another, in order."""
        for place in where:
            yield from map(place.put, self.parts(place.node, place.setting))


# --- edits by functions: each bears its function's name, whose first sentence describes it -------


def at_conditions(change: Callable[[Condition, Setting], Iterable[Condition]]) -> Edit:
    """The change made to each condition of a query in turn."""

    def parts(node: Node, setting: Setting) -> Iterable[Condition]:
        return change(node, setting) if isinstance(node, Condition) else ()

    return _edit(change, parts)


def at_comparisons(change: Callable[[Comparison, Setting], Iterable[Condition]]) -> Edit:
    """The change made to each comparison of a query in turn.

    Where the comparison means ANY of an account's users (A2), what it becomes is meant so too.
    """

    def parts(node: Node, setting: Setting) -> Iterator[Condition]:
        if not isinstance(node, Comparison):
            return
        of_any_user = setting.at_account and compares_stream(node)
        inside = dataclasses.replace(setting, scope=inner_scope(node, setting.scope))
        for part in change(node, inside):
            stays = isinstance(part, Comparison) and compares_stream(part)
            yield AnyUser(part) if of_any_user and not stays else part

    return _edit(change, parts)


def at_reductions(change: Callable[[Reduction, Setting], Iterable[Reduction]]) -> Edit:
    """The change made to each reduction of a query in turn."""

    def parts(node: Node, setting: Setting) -> Iterable[Reduction]:
        return change(node, setting) if isinstance(node, Reduction) else ()

    return _edit(change, parts)


def at_filters(change: Callable[[Filter, Setting], Iterable[Sequence[Filter]]]) -> Edit:
    """Each filter of a query in turn exchanged for others, or for none."""

    def parts(node: Node, setting: Setting) -> Iterator[Reduction]:
        if isinstance(node, Reduction):
            yield from with_other_filters(node, lambda part: change(part, setting))

    return _edit(change, parts)


def _edit(change: Callable[..., object], parts: Callable[[Node, Setting], Iterable[Node]]) -> Edit:
    description = inspect.cleandoc(change.__doc__ or "").split("\n")[0]
    return Edit(change.__name__, description, parts)


# --- parts ----------------------------------------------------------------------------------


def joined(kind: type[Junction], operands: Iterable[Condition]) -> Condition:
    """AND or OR of one or more conditions; a single one as it is."""
    every = tuple(operands)
    return every[0] if len(every) == 1 else kind(every)


def opposite(condition: Condition) -> Condition:
    """The complement, without a double NOT."""
    return condition.operand if isinstance(condition, Not) else Not(condition)


def dual(node: Junction) -> type[Junction]:
    """OR for AND, and the other way."""
    return Or if isinstance(node, And) else And


def dual_quantifier(node: Quantifier) -> type[Quantifier]:
    """ALL for ANY, and the other way."""
    return AllUsers if isinstance(node, AnyUser) else AnyUser


Entry = TypeVar("Entry")


def replaced(entries: tuple[Entry, ...], i: int, *others: Entry) -> tuple[Entry, ...]:
    """The entries with others (or none) in the stead of one."""
    return (*entries[:i], *others, *entries[i + 1 :])


def with_filters(node: Reduction, filters: Iterable[Filter]) -> Reduction:
    """The reduction with other filters on its stream."""
    return replace(node, stream=replace(node.stream, filters=tuple(filters)))


def with_other_filters(
    node: Reduction, others: Callable[[Filter], Iterable[Sequence[Filter]]]
) -> Iterator[Reduction]:
    """The reduction with each of its filters in turn exchanged for others, or for none."""
    filters = node.stream.filters
    for i, part in enumerate(filters):
        for new in others(part):
            yield with_filters(node, replaced(filters, i, *new))


def with_other_arguments(
    node: Comparison, others: Callable[[Operand], Iterable[Operand]]
) -> Iterator[Comparison]:
    """The comparison with each of its arguments in turn exchanged for other ones."""
    for i, argument in enumerate(node.arguments):
        for other in others(argument):
            if other != argument:
                yield replace(node, arguments=replaced(node.arguments, i, other))


def with_operator(node: Comparison, *others: Operator | None) -> Iterator[Comparison]:
    """The comparison with each of some operators, where there are any."""
    return (replace(node, operator=other) for other in others if other is not None)


def in_other_unit(duration: Operand) -> Iterator[Duration]:
    """The same length in the other of hours and days, where it is whole there."""
    if isinstance(duration, Duration):
        unit = Unit.HOUR if duration.unit is Unit.DAY else Unit.DAY
        amount, rest = divmod(duration.ms, unit.ms)
        if not rest:
            yield Duration(amount, unit)
