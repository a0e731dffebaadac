"""Named ways to change a query at one of its places: what rewrites and mutations are made of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Generic, TypeVar

from jurist.languages.cql.checking.known_names import KnownNames
from jurist.languages.cql.checking.type_rules import result_field
from jurist.languages.cql.schemas.schema import CqlSchema, Field, subject_type
from jurist.languages.cql.semantics.subjects import Account
from jurist.languages.cql.syntax import (
    AllUsers,
    And,
    AnyUser,
    Comparison,
    Condition,
    Context,
    CqlQuery,
    Entity,
    Filter,
    Not,
    Or,
    Property,
    Reduction,
    Scalar,
    Trait,
    Where,
)
from jurist.languages.cql.tree import Scope, inner_scope

Part = TypeVar("Part", bound=CqlQuery)
Change = Callable[[CqlQuery, CqlSchema], Iterator[CqlQuery]]
"""From a query to whole queries that differ from it by one change."""


@dataclass(frozen=True, slots=True)
class Edit:
    """A named kind of change; `queries` gives every query that it makes of one, in order."""

    name: str
    description: str
    """One sentence."""
    queries: Change


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
            value = self.names.field(scalar.value, inner_scope(scalar, self.scope))
        return result_field(scalar, value)

    def is_of_row(self, *sides: object) -> bool:
        """Whether one of the sides is a row's own property, compared in its own type (A10)."""
        return isinstance(self.scope.source, Entity) and any(
            isinstance(side, Property) and not side.parent for side in sides
        )


@dataclass(frozen=True, slots=True)
class Place(Generic[Part]):
    """A part of a query, where it stands, and the query with another part in its stead."""

    part: Part
    scope: Scope
    put: Callable[[Part], CqlQuery]


# --- places ---------------------------------------------------------------------------------


def condition_places(query: CqlQuery) -> Iterator[Place[Condition]]:
    """Every condition, outermost first, in written order."""
    if isinstance(query, Condition):
        yield from _conditions(query, Scope(), _itself)
    elif isinstance(query, Reduction):
        yield from _in_stream(query, Scope(), _itself)


def reduction_places(query: CqlQuery) -> Iterator[Place[Reduction]]:
    """Every reduction, outermost first, in written order."""
    if isinstance(query, Reduction):
        yield Place(query, Scope(), _itself)
    for place in condition_places(query):
        part = place.part
        if isinstance(part, Comparison) and isinstance(part.left, Reduction):
            scope = inner_scope(part, place.scope)
            yield Place(part.left, scope, partial(_put_left, part, place.put))


def _itself(query: CqlQuery) -> CqlQuery:
    return query


def _conditions(
    node: Condition, scope: Scope, put: Callable[[Condition], CqlQuery]
) -> Iterator[Place[Condition]]:
    yield Place(node, scope, put)
    match node:
        case And(operands) | Or(operands):
            for i, operand in enumerate(operands):
                yield from _conditions(operand, scope, partial(_put_operand, node, i, put))
        case Not(operand):
            yield from _conditions(operand, scope, partial(_put_inner, node, put))
        case AnyUser(operand) | AllUsers(operand):
            inside = replace(scope, quantified=True, of_user=True)
            yield from _conditions(operand, inside, partial(_put_inner, node, put))
        case Comparison(Reduction() as left):
            inside = inner_scope(node, scope)
            yield from _in_stream(left, inside, partial(_put_left, node, put))
        case Comparison():
            pass


def _in_stream(
    node: Reduction, scope: Scope, put: Callable[[Reduction], CqlQuery]
) -> Iterator[Place[Condition]]:
    inside = inner_scope(node, scope)
    for i, part in enumerate(node.stream.filters):
        if isinstance(part, Where):
            yield from _conditions(part.condition, inside, partial(_put_where, node, i, put))


def _put_operand(
    node: And | Or, i: int, put: Callable[[Condition], CqlQuery], part: Condition
) -> CqlQuery:
    return put(replace(node, operands=(*node.operands[:i], part, *node.operands[i + 1 :])))


def _put_inner(
    node: Not | AnyUser | AllUsers, put: Callable[[Condition], CqlQuery], part: Condition
) -> CqlQuery:
    return put(replace(node, operand=part))


def _put_left(node: Comparison, put: Callable[[Condition], CqlQuery], part: CqlQuery) -> CqlQuery:
    return put(replace(node, left=part))


def _put_where(
    node: Reduction, i: int, put: Callable[[Reduction], CqlQuery], part: Condition
) -> CqlQuery:
    return put(with_filters(node, replaced(node.stream.filters, i, Where(part))))


# --- changes --------------------------------------------------------------------------------


def at_conditions(change: Callable[[Condition, Setting], Iterable[Condition]]) -> Change:
    """The change made to each condition of a query in turn."""

    def queries(query: CqlQuery, schema: CqlSchema) -> Iterator[CqlQuery]:
        setting = _settings(query, schema)
        for place in condition_places(query):
            for part in change(place.part, setting(place.scope)):
                yield place.put(part)

    return queries


def at_comparisons(change: Callable[[Comparison, Setting], Iterable[Condition]]) -> Change:
    """The change made to each comparison of a query in turn.

    Where the comparison means ANY of an account's users (A2), what it becomes is meant so too.
    """

    def at_comparison(node: Condition, setting: Setting) -> Iterator[Condition]:
        if not isinstance(node, Comparison):
            return
        of_any_user = setting.at_account and isinstance(node.left, Reduction)
        inside = replace(setting, scope=inner_scope(node, setting.scope))
        for part in change(node, inside):
            stays = isinstance(part, Comparison) and isinstance(part.left, Reduction)
            yield AnyUser(part) if of_any_user and not stays else part

    return at_conditions(at_comparison)


def at_reductions(change: Callable[[Reduction, Setting], Iterable[Reduction]]) -> Change:
    """The change made to each reduction of a query in turn."""

    def queries(query: CqlQuery, schema: CqlSchema) -> Iterator[CqlQuery]:
        setting = _settings(query, schema)
        for place in reduction_places(query):
            for part in change(place.part, setting(place.scope)):
                yield place.put(part)

    return queries


def _settings(query: CqlQuery, schema: CqlSchema) -> Callable[[Scope], Setting]:
    of_accounts = subject_type(schema, query) is Account
    is_trait = isinstance(query, Reduction | Trait | Property | Context)
    names = KnownNames(schema, of_accounts=of_accounts, of_trait=is_trait)

    def setting(scope: Scope) -> Setting:
        outside = not is_trait and scope.source is None and not scope.quantified
        return Setting(schema, scope, names, at_account=of_accounts and outside)

    return setting


# --- parts ----------------------------------------------------------------------------------


def joined(kind: type[And] | type[Or], operands: Iterable[Condition]) -> Condition:
    """AND or OR of one or more conditions; a single one as it is."""
    every = tuple(operands)
    return every[0] if len(every) == 1 else kind(every)


def opposite(condition: Condition) -> Condition:
    """The complement, without a double NOT."""
    return condition.operand if isinstance(condition, Not) else Not(condition)


Entry = TypeVar("Entry")


def replaced(entries: tuple[Entry, ...], i: int, *others: Entry) -> tuple[Entry, ...]:
    """The entries with others (or none) in the stead of one."""
    return (*entries[:i], *others, *entries[i + 1 :])


def with_filters(node: Reduction, filters: Iterable[Filter]) -> Reduction:
    """The reduction with other filters on its stream."""
    return replace(node, stream=replace(node.stream, filters=tuple(filters)))
